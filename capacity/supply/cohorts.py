"""Heads who start together, and heads who are let go."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Cohort:
    """Heads of one team who start together.

    Attributes
    ----------
    team
        Name of the team.
    heads
        People. [heads]
    approved_week
        Week of the plan in which they are approved, 0 the first; None for people who are there today. [-]
    lead_weeks
        Weeks from approval until they start; None for the `hire_lead_weeks` of the team. [weeks]
    tenure_weeks
        Weeks on the job when they start, or today. [weeks]
    paid_hours_per_week
        Of one head, fewer than the team's for part-time; None for those of the team. [h/week]

    Raises
    ------
    ValueError
        Naming the field, its value and the rule.

    Examples
    --------
    Six people hired in week 2 at 20 hours a week:

    >>> Cohort(team="manila", heads=6, approved_week=2, paid_hours_per_week=20).lead_weeks is None
    True
    """

    team: str
    heads: float
    approved_week: int | None
    lead_weeks: int | None = None
    tenure_weeks: int = 0
    paid_hours_per_week: float | None = None

    def __post_init__(self) -> None:
        paid = self.paid_hours_per_week
        rules = {
            "heads": (0.0 <= self.heads < float("inf"), "be 0 or more"),
            "approved_week": (_whole(self.approved_week), "be a whole number, 0 or more, or None"),
            "lead_weeks": (_whole(self.lead_weeks), "be a whole number, 0 or more, or None"),
            "tenure_weeks": (_whole(self.tenure_weeks), "be a whole number, 0 or more"),
            "paid_hours_per_week": (paid is None or 0.0 < paid <= 80.0, "lie above 0 and up to 80"),
        }
        for field, (holds, rule) in rules.items():
            if not holds:
                raise ValueError(
                    f"{field} of a cohort of team {self.team!r} must {rule}; found {getattr(self, field)!r}"
                )
        if self.approved_week is None and self.lead_weeks:
            raise ValueError(
                f"lead_weeks of a cohort of team {self.team!r} must be None for people who are there today; "
                f"found {self.lead_weeks!r}"
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class Release:
    """Heads of one team who are let go.

    Attributes
    ----------
    team
        Name of the team.
    heads
        People. [heads]
    notice_week
        Week of the plan in which they are told, 0 the first. [-]
    notice_weeks
        Weeks that they still work. [weeks]

    Raises
    ------
    ValueError
        Naming the field, its value and the rule.

    Examples
    --------
    >>> Release(team="manila", heads=4, notice_week=3, notice_weeks=4).last_day_week
    7
    """

    team: str
    heads: float
    notice_week: int
    notice_weeks: int = 0

    def __post_init__(self) -> None:
        rules = {
            "heads": (0.0 <= self.heads < float("inf"), "be 0 or more"),
            "notice_week": (_whole(self.notice_week), "be a whole number, 0 or more"),
            "notice_weeks": (_whole(self.notice_weeks), "be a whole number, 0 or more"),
        }
        for field, (holds, rule) in rules.items():
            if not holds:
                raise ValueError(
                    f"{field} of a release of team {self.team!r} must {rule}; found {getattr(self, field)!r}"
                )

    @property
    def last_day_week(self) -> int:
        """First week in which they are no longer there [-]."""
        return self.notice_week + self.notice_weeks


def _whole(value: int | None) -> bool:
    return value is None or (value >= 0 and value == int(value))
