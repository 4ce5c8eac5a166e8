"""Heads, paid hours, productive hours and cost of teams by week."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from capacity.erlang_arguments import checked
from capacity.supply.cohort_flows import CohortFlows
from capacity.team import FULL_TIME_HOURS, ReviewTeam

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]


class CostKind(StrEnum):
    """What is paid for; the order is that of the first axis of `WeeklySupply.cost_usd`.

    Examples
    --------
    >>> from capacity import ReviewTeam, supply_by_week
    >>> team = ReviewTeam(name="a", site="x", kind="in_house", heads=10, shrinkage=0.25, skills={"q": 1.0},
    ...                   cost_usd_per_head_week=1000)
    >>> supply_by_week([team], 2).total_cost_usd
    array([[10000., 10000.]])
    >>> CostKind("overtime") is CostKind.OVERTIME
    True
    """

    HEADS = "heads"
    """People, by the head and week."""
    SEATS = "seats"
    """Vendor seats in force under a contract."""
    OVERTIME = "overtime"
    """Overtime, its premium included."""
    HIRING = "hiring"
    """Heads that start."""
    RELEASE = "release"
    """Heads let go."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class WeeklySupply:
    """What teams can give in each week of a plan, and what they cost.

    Attributes
    ----------
    teams
        In the order of the team axis.
    flows
        Heads by cohort, of shape (n_teams, n_cohorts, n_weeks): today's people, then hires in the order given, or a
        contract's seats by the week in which they come, then replacements by the week in which they start. Teams with
        fewer cohorts end in empty ones. [heads]
    efficiency : ndarray of shape (n_teams, n_cohorts, n_weeks)
        Output of a head relative to a full one. [-]
    paid_hours_per_head : ndarray of shape (n_teams, n_cohorts)
        Without overtime. [h/week]
    shrinkage : ndarray of shape (n_teams, n_weeks)
        Share of paid time not spent on reviews. [-]
    overtime_asked_hours, overtime_hours : ndarray of shape (n_teams, n_weeks)
        Paid overtime that was asked, and that the caps allow. [h]
    overtime_on_queue_share, overtime_efficiency : ndarray of shape (n_teams, n_weeks)
        Share of overtime spent on reviews, and its output relative to a normal hour. [-]
    cost_usd : ndarray of shape (n_kinds, n_teams, n_weeks)
        By `CostKind`. [USD]

    Examples
    --------
    `capacity.supply.plan.supply_by_week` makes one. Overtime of 40 hours is asked, 3 hours a head are allowed:

    >>> from capacity.supply.overtime import OvertimeRule
    >>> from capacity.supply.plan import supply_by_week
    >>> from capacity.supply.rules import SupplyRules
    >>> team = ReviewTeam(name="a", site="x", kind="in_house", heads=10, shrinkage=0.25, skills={"q": 1.0},
    ...                   cost_usd_per_head_week=1000)
    >>> rules = SupplyRules(overtime=OvertimeRule(most_hours_per_head_week=3))
    >>> supply = supply_by_week([team], 2, rules={"a": rules}, overtime_asked_hours={"a": [0, 40]})
    >>> supply.to_frame()[["week", "heads", "overtime_hours", "productive_hours", "cost_usd"]]
       week  heads  overtime_hours  productive_hours  cost_usd
    0     0   10.0             0.0             300.0   10000.0
    1     1   10.0            30.0             322.5   11125.0
    >>> supply.summary()
    '1 team over 2 weeks: 10.0 heads in the first week, 10.0 in the last (0.0 started since, 0.0 left, 0.0 were let
    go); 622 productive hours for $21,125.'
    >>> supply.hours_within(20.0)
    array([[200., 200.]])
    """

    teams: tuple[ReviewTeam, ...]
    flows: CohortFlows
    efficiency: FloatArray
    paid_hours_per_head: FloatArray
    shrinkage: FloatArray
    overtime_asked_hours: FloatArray
    overtime_hours: FloatArray
    overtime_on_queue_share: FloatArray
    overtime_efficiency: FloatArray
    cost_usd: FloatArray

    def __post_init__(self) -> None:
        for field in self.__slots__:
            value = getattr(self, field)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    @property
    def n_weeks(self) -> int:
        """Length of the plan [weeks]."""
        return int(self.shrinkage.shape[1])

    @property
    def heads(self) -> FloatArray:
        """Heads there, of shape (n_teams, n_weeks) [heads]."""
        return np.asarray(self.flows.present.sum(axis=1))

    @property
    def effective_heads(self) -> FloatArray:
        """Full heads with the same output, of shape (n_teams, n_weeks) [heads]."""
        return np.asarray((self.flows.present * self.efficiency).sum(axis=1))

    @property
    def mean_efficiency(self) -> FloatArray:
        """Output of a mean head relative to a full one, of shape (n_teams, n_weeks); 1 where nobody is there [-]."""
        heads = self.heads
        return np.divide(self.effective_heads, heads, out=np.ones_like(heads), where=heads > 0)

    @property
    def paid_hours(self) -> FloatArray:
        """Paid hours without overtime, of shape (n_teams, n_weeks) [h]."""
        return np.asarray((self.flows.present * self.paid_hours_per_head[..., None]).sum(axis=1))

    @property
    def fte(self) -> FloatArray:
        """Full-time equivalents of the paid hours, of shape (n_teams, n_weeks) [FTE]."""
        return self.paid_hours / FULL_TIME_HOURS

    @property
    def on_queue_hours(self) -> FloatArray:
        """Hours spent on reviews by the clock, overtime included, of shape (n_teams, n_weeks) [h]."""
        return self.paid_hours * (1.0 - self.shrinkage) + self.overtime_hours * self.overtime_on_queue_share

    @property
    def productive_hours(self) -> FloatArray:
        """Hours of review of full heads, overtime included, of shape (n_teams, n_weeks) [h]."""
        per_head = self.paid_hours_per_head[..., None] * (1.0 - self.shrinkage[:, None, :])
        regular = (self.flows.present * self.efficiency * per_head).sum(axis=1)
        return np.asarray(regular + self.overtime_productive_hours)

    @property
    def overtime_productive_hours(self) -> FloatArray:
        """Part of the productive hours that is overtime, of shape (n_teams, n_weeks) [h]."""
        on_queue = self.overtime_hours * self.overtime_on_queue_share
        return on_queue * self.overtime_efficiency * self.mean_efficiency

    @property
    def total_cost_usd(self) -> FloatArray:
        """Cost of all kinds, of shape (n_teams, n_weeks) [USD]."""
        return np.asarray(self.cost_usd.sum(axis=0))

    def hours_within(self, hours_per_head_week: ArrayLike) -> FloatArray:
        """Productive hours if no head is on these queues for longer than a cap.

        Parameters
        ----------
        hours_per_head_week : array_like, broadcast to (n_teams, n_weeks)
            Such as that of a `WellnessCap`. [h/week]

        Returns
        -------
        ndarray of shape (n_teams, n_weeks)
            Transposed, what `capped_allocation` takes as `capped_hours`: a part-time head with fewer hours than the
            cap counts with its hours, and one that still learns with its output. [h]

        Raises
        ------
        ValueError
            If a cap is negative or not finite.
        """
        cap = np.broadcast_to(checked("hours_per_head_week", hours_per_head_week), self.shrinkage.shape)[:, None, :]
        regular = self.paid_hours_per_head[..., None] * (1.0 - self.shrinkage[:, None, :])
        heads = self.heads
        overtime = self.overtime_hours * self.overtime_on_queue_share
        extra = np.divide(overtime, heads, out=np.zeros_like(heads), where=heads > 0)[:, None, :]
        tired = np.clip(cap - regular, 0.0, extra) * self.overtime_efficiency[:, None, :]
        output = self.flows.present * self.efficiency
        return np.asarray((output * (np.minimum(cap, regular) + tired)).sum(axis=1))

    def to_frame(self) -> "pd.DataFrame":
        """One row for each team and week, and one column for each quantity, its unit in the name.

        Returns
        -------
        pandas.DataFrame
        """
        import pandas as pd

        n_teams, n_weeks = self.shrinkage.shape
        columns = {
            "heads": self.heads,
            "heads_started": self.flows.started.sum(axis=1),
            "heads_left": self.flows.left.sum(axis=1),
            "heads_released": self.flows.released.sum(axis=1),
            "effective_heads": self.effective_heads,
            "paid_hours": self.paid_hours,
            "shrinkage": self.shrinkage,
            "overtime_hours": self.overtime_hours,
            "productive_hours": self.productive_hours,
            **{f"{kind}_cost_usd": cost for kind, cost in zip(CostKind, self.cost_usd, strict=True)},
            "cost_usd": self.total_cost_usd,
        }
        names = np.repeat([team.name for team in self.teams], n_weeks)
        weeks = np.tile(np.arange(n_weeks), n_teams)
        return pd.DataFrame({"team": names, "week": weeks, **{name: grid.ravel() for name, grid in columns.items()}})

    def summary(self) -> str:
        """Sentence with heads, hours and cost of all teams.

        Returns
        -------
        str
        """
        heads = self.heads.sum(axis=0)
        started, left, released = (
            flow[..., 1:].sum() for flow in (self.flows.started, self.flows.left, self.flows.released)
        )
        return (
            f"{_count(len(self.teams), 'team')} over {_count(self.n_weeks, 'week')}: {heads[0]:,.1f} heads in the "
            f"first week, {heads[-1]:,.1f} in the last ({started:,.1f} started since, {left:,.1f} left, "
            f"{released:,.1f} were let go); {self.productive_hours.sum():,.0f} productive hours for "
            f"${self.cost_usd.sum():,.0f}."
        )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
