"""What may be decided for one team: hires, releases, overtime, vendor seats, and up to which limits."""

from dataclasses import dataclass, field

from capacity import OvertimeRule, ReviewTeam, SupplyRules

# Without rules of its own a team may work a tenth more than its paid hours, at time and a half.
USUAL_OVERTIME_SHARE = 0.1


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamOptions:
    """What a plan may do with one team.

    Attributes
    ----------
    rules
        Learning, attrition, overtime, contract and costs, as `capacity.supply_by_week` takes them. A team with a
        contract orders and returns seats; one without hires and releases people.
    most_hires_per_week
        Heads that may start in one week; None for no limit, 0 for a hiring freeze. [heads]
    smallest_class
        Heads that start in a week in which anybody does. [heads]
    part_time_hours_per_week
        Paid hours of part-time heads that may be hired too; None where they may not. [h/week]
    most_releases_per_week
        Heads that may be let go in one week. [heads]
    notice_weeks
        Weeks from the decision until a head that is let go is gone. [weeks]
    most_heads
        Desks or seats of the team; None for no limit. [heads]
    cost_centre
        Whose budget pays; the site where it is blank.

    Raises
    ------
    ValueError
        Naming the field, its value and the rule.

    Examples
    --------
    >>> TeamOptions(smallest_class=6, most_hires_per_week=12).notice_weeks
    4
    """

    rules: SupplyRules = field(default_factory=SupplyRules)
    most_hires_per_week: int | None = None
    smallest_class: int = 1
    part_time_hours_per_week: float | None = None
    most_releases_per_week: int = 0
    notice_weeks: int = 4
    most_heads: float | None = None
    cost_centre: str = ""

    def __post_init__(self) -> None:
        hires, part, heads = self.most_hires_per_week, self.part_time_hours_per_week, self.most_heads
        rules = {
            "most_hires_per_week": (hires is None or _count(hires), "be a whole number, 0 or more, or None"),
            "smallest_class": (
                _count(self.smallest_class)
                and self.smallest_class >= 1
                and (not hires or self.smallest_class <= hires),
                f"be a whole number, 1 or more and at most most_hires_per_week ({hires})",
            ),
            "part_time_hours_per_week": (part is None or 0.0 < part <= 80.0, "lie above 0 and up to 80, or be None"),
            "most_releases_per_week": (_count(self.most_releases_per_week), "be a whole number, 0 or more"),
            "notice_weeks": (_count(self.notice_weeks), "be a whole number, 0 or more"),
            "most_heads": (heads is None or 0.0 <= heads < float("inf"), "be 0 or more, or None"),
        }
        for name, (holds, rule) in rules.items():
            if not holds:
                raise ValueError(f"{name} of team options must {rule}; found {getattr(self, name)!r}")

    @classmethod
    def usual(cls, team: ReviewTeam) -> "TeamOptions":
        """Options of a team about which nothing else is known: hires without limit, a tenth overtime, no releases.

        Parameters
        ----------
        team
            Its record.

        Returns
        -------
        TeamOptions
        """
        overtime = OvertimeRule(most_hours_per_head_week=round(USUAL_OVERTIME_SHARE * team.paid_hours_per_week, 1))
        return cls(rules=SupplyRules(overtime=overtime))


def _count(value: float) -> bool:
    return 0 <= value < float("inf") and value == int(value)
