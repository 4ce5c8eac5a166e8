"""Reviewers of one site or vendor who share cost, skills, hours and shrinkage."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

FULL_TIME_HOURS = 40.0


class TeamKind(StrEnum):
    """Whose people they are.

    Examples
    --------
    >>> TeamKind("vendor") is TeamKind.VENDOR
    True
    """

    IN_HOUSE = "in_house"
    VENDOR = "vendor"


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewTeam:
    """Who reviews: heads, hours, cost, and the queues they can serve.

    Attributes
    ----------
    name, site
        Labels.
    kind
        In-house or vendor.
    heads
        People at the start of the plan. [heads]
    paid_hours_per_week
        Paid hours of one head. [h/week]
    shrinkage
        Share of paid time not spent on reviews: leave, training, meetings, wellness breaks. [-]
    cost_usd_per_head_week
        Loaded cost of one head. [USD/week]
    skills
        Queue name to hours of standard work done per hour given: 1 is the standard reviewer, 0.8 one who takes a
        quarter longer. A queue that is not named cannot be served.
    time_zone
        IANA name; opening hours are local.
    open_hour, close_hour
        Local hours between which the team works; 0 and 24 for round the clock. [h]
    open_days
        Days a week, from Monday on. [days]
    hire_lead_weeks
        Weeks from approval until a new head starts. [weeks]
    ramp_weeks
        Weeks over which a new head grows, in even steps, to full output. [weeks]
    weekly_attrition
        Share of heads that leave in a week. [-]
    weekly_shrinkage
        Shrinkage in each week of the plan, holidays and training included (`capacity.weekly_shrinkage`); empty where
        it is `shrinkage` in every week. [-]

    Raises
    ------
    ValueError
        Naming the field, its value and the rule.

    Examples
    --------
    >>> team = ReviewTeam(name="dublin", site="Dublin", kind="in_house", heads=10, shrinkage=0.3,
    ...                   cost_usd_per_head_week=1500, skills={"hate_speech": 1.0}, time_zone="Europe/Dublin")
    >>> team.productive_hours_per_head
    28.0
    """

    name: str
    site: str
    kind: TeamKind
    heads: float
    shrinkage: float
    cost_usd_per_head_week: float
    skills: Mapping[str, float]
    paid_hours_per_week: float = FULL_TIME_HOURS
    time_zone: str = "UTC"
    open_hour: float = 0.0
    close_hour: float = 24.0
    open_days: int = 7
    hire_lead_weeks: int = 0
    ramp_weeks: int = 0
    weekly_attrition: float = 0.0
    weekly_shrinkage: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        kinds = [kind.value for kind in TeamKind]
        if self.kind not in kinds:
            raise ValueError(f"kind of team {self.name!r} must be one of {kinds}; found {self.kind!r}")
        object.__setattr__(self, "kind", TeamKind(self.kind))
        object.__setattr__(self, "weekly_shrinkage", tuple(float(share) for share in self.weekly_shrinkage))
        infinity = float("inf")
        rules = {
            "name": (isinstance(self.name, str) and bool(self.name.strip()), "be a text"),
            "heads": (0.0 <= self.heads < infinity, "be 0 or more"),
            "shrinkage": (0.0 <= self.shrinkage < 1.0, "lie between 0 and 1, below 1"),
            "cost_usd_per_head_week": (0.0 < self.cost_usd_per_head_week < infinity, "be above 0"),
            "skills": (bool(self.skills), "name at least one queue"),
            "paid_hours_per_week": (0.0 < self.paid_hours_per_week <= 80.0, "lie above 0 and up to 80"),
            "open_hour": (0.0 <= self.open_hour < 24.0, "lie from 0 to below 24"),
            "close_hour": (self.open_hour < self.close_hour <= 24.0, "lie above open_hour and up to 24"),
            "open_days": (self.open_days in range(1, 8), "be a whole number from 1 to 7"),
            "hire_lead_weeks": (_is_count(self.hire_lead_weeks), "be a whole number, 0 or more"),
            "ramp_weeks": (_is_count(self.ramp_weeks), "be a whole number, 0 or more"),
            "weekly_attrition": (0.0 <= self.weekly_attrition < 1.0, "lie between 0 and 1, below 1"),
            "weekly_shrinkage": (
                all(0.0 <= share < 1.0 for share in self.weekly_shrinkage),
                "lie between 0 and 1, below 1, in every week",
            ),
        }
        for field, (holds, rule) in rules.items():
            if not holds:
                raise ValueError(f"{field} of team {self.name!r} must {rule}; found {getattr(self, field)!r}")
        wrong = {queue: skill for queue, skill in self.skills.items() if not 0.0 < skill <= 10.0}
        if wrong:
            raise ValueError(f"skills of team {self.name!r} must lie above 0 and up to 10; found {wrong}")
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(
                f"time_zone of team {self.name!r} must be an IANA name such as 'Asia/Manila'; found {self.time_zone!r}"
            ) from error

    @property
    def productive_hours_per_head(self) -> float:
        """Hours of review that one head gives in a usual week [h/week]."""
        return self.paid_hours_per_week * (1.0 - self.shrinkage)

    def shrinkage_by_week(self, n_weeks: int) -> NDArray[np.float64]:
        """Share of paid time not spent on reviews, by week of the plan.

        Parameters
        ----------
        n_weeks : int
            Length of the plan. [weeks]

        Returns
        -------
        ndarray of shape (n_weeks,)
            [-]

        Raises
        ------
        ValueError
            If `weekly_shrinkage` holds fewer weeks.

        Examples
        --------
        >>> team = ReviewTeam(name="a", site="x", kind="vendor", heads=10, shrinkage=0.25, skills={"q": 1.0},
        ...                   cost_usd_per_head_week=900, weekly_shrinkage=(0.25, 0.4))
        >>> team.shrinkage_by_week(2)
        array([0.25, 0.4 ])
        """
        if not self.weekly_shrinkage:
            return np.full(n_weeks, self.shrinkage)
        if len(self.weekly_shrinkage) < n_weeks:
            raise ValueError(
                f"weekly_shrinkage of team {self.name!r} must hold a share for each of {n_weeks} weeks; found "
                f"{len(self.weekly_shrinkage)}"
            )
        return np.array(self.weekly_shrinkage[:n_weeks])

    def productive_hours_by_week(self, n_weeks: int) -> NDArray[np.float64]:
        """Hours of review that one head gives, by week of the plan.

        Parameters
        ----------
        n_weeks : int
            Length of the plan. [weeks]

        Returns
        -------
        ndarray of shape (n_weeks,)
            [h/week]

        Raises
        ------
        ValueError
            If `weekly_shrinkage` holds fewer weeks.
        """
        return self.paid_hours_per_week * (1.0 - self.shrinkage_by_week(n_weeks))


def _is_count(weeks: float) -> bool:
    return bool(weeks >= 0 and float(weeks).is_integer())
