"""Needed, available and planned full-time equivalents, by team and week."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from capacity.team import FULL_TIME_HOURS
from optimization.case import PlanningCase
from optimization.set_effects import expected_team_hours

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class StaffingTable:
    """Full-time equivalents by team and week: needed, available and planned.

    Attributes
    ----------
    teams
        Names, in the order of the rows.
    week_start : pandas.DatetimeIndex of shape (n_weeks,)
        First day of each week.
    needed, available, planned : ndarray of shape (n_teams, n_weeks)
        What the targets need, what today's heads give, and what they and the recommended requests give. [FTE]

    Examples
    --------
    >>> table = StaffingTable(teams=("a",), week_start=pd.DatetimeIndex(["2026-01-05"]), needed=np.array([[4.0]]),
    ...                       available=np.array([[3.0]]), planned=np.array([[5.0]])).to_frame()
    >>> table.eval("planned_fte - needed_fte").tolist()
    [1.0]
    """

    teams: tuple[str, ...]
    week_start: pd.DatetimeIndex
    needed: FloatArray
    available: FloatArray
    planned: FloatArray

    def to_frame(self) -> pd.DataFrame:
        """Return one row a team and week."""
        n_teams, n_weeks = self.needed.shape
        return pd.DataFrame(
            {
                "team": np.repeat(np.asarray(self.teams, dtype=object), n_weeks),
                "week": np.tile(self.week_start, n_teams),
                "needed_fte": self.needed.ravel(),
                "available_fte": self.available.ravel(),
                "planned_fte": self.planned.ravel(),
            }
        )


def staffing_table(case: PlanningCase, levels: FloatArray) -> StaffingTable:
    """Compare what the targets need with what is there and what a set of requests would give.

    Parameters
    ----------
    case
        Forecast, queues, teams and requests.
    levels : ndarray of shape (n_requests,)
        Share of each request that is funded. [-]

    Returns
    -------
    StaffingTable

    Notes
    -----
    An FTE is 40 paid hours a week at the team's shrinkage in that week. Heads that are still learning count by their
    output. The need is that of today's volume and handling times; requests that lower either appear as planned FTE
    only where they add people.

    Examples
    --------
    Three full-time seats for 42 hours of work a week, which nobody does yet.

    >>> from optimization import sample_case
    >>> table = staffing_table(sample_case(), np.array([1.0]))
    >>> table.available.tolist(), table.planned.tolist(), bool(1 < table.needed[0, 0] < 2.5)
    ([[0.0]], [[3.0]], True)
    """
    per_fte = FULL_TIME_HOURS * np.stack([1.0 - team.shrinkage_by_week(case.n_weeks) for team in case.teams])
    nothing = np.zeros(len(case.requests))
    return StaffingTable(
        teams=tuple(team.name for team in case.teams),
        week_start=pd.date_range(case.forecast.period_start[0], periods=case.n_weeks, freq="7D"),
        needed=case.requirement.team_fte,
        available=expected_team_hours(case, nothing) / per_fte,
        planned=expected_team_hours(case, levels) / per_fte,
    )
