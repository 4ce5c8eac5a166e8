"""The certified curve of cost against service, with the bounds that enclose it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from capacity import ReviewQueue, ReviewTeam, required_staffing
from forecasting import VolumeForecast
from forecasting.charts.chart_style import money, percent
from optimization.cost_service.budget_sweep import BudgetSweep
from optimization.cost_service.sandwich import Sandwich, sandwich
from optimization.program.policies import Policies
from optimization.program.staffing_case import staffing_case
from optimization.program.team_options import TeamOptions

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CostServiceCurve:
    """Best service at every budget, between two bounds.

    Attributes
    ----------
    extra_cost_usd : ndarray of shape (n_points,)
        Cost beyond that of today's people, at the points that were solved. [USD]
    on_time_share : ndarray of shape (n_points,)
        On-time share attained there, of the deferred queues, weighted by severity. [-]
    most_share : ndarray of shape (n_points,)
        What no plan exceeds there; more by a hair. [-]
    share_per_usd : ndarray of shape (n_points,)
        What one more dollar adds there. [1/USD]
    today_usd
        Cost of today's people within the plan. [USD]
    solves
        Budgets at which the program was solved.

    Examples
    --------
    Two budgets were solved: none, with 80% on time and a first dollar worth 0.02 points, and 1,000 USD with 90%.

    >>> curve = CostServiceCurve(extra_cost_usd=np.array([0.0, 1000.0]), on_time_share=np.array([0.8, 0.9]),
    ...                          most_share=np.array([0.8, 0.9]), share_per_usd=np.array([2e-4, 0.0]),
    ...                          today_usd=5000.0, solves=2)
    >>> float(curve.lower_bound(500).round(3)), float(curve.upper_bound(500).round(3)), round(curve.certified_gap, 3)
    (0.85, 0.9, 0.05)
    """

    extra_cost_usd: FloatArray
    on_time_share: FloatArray
    most_share: FloatArray
    share_per_usd: FloatArray
    today_usd: float
    solves: int

    def __post_init__(self) -> None:
        for array in (self.extra_cost_usd, self.on_time_share, self.most_share, self.share_per_usd):
            array.setflags(write=False)

    @property
    def _late(self) -> Sandwich:
        return Sandwich(
            place=self.extra_cost_usd.copy(),
            value=1.0 - self.on_time_share,
            bound=1.0 - self.most_share,
            slope=-self.share_per_usd,
        )

    def lower_bound(self, extra_cost_usd: ArrayLike) -> FloatArray:
        """On-time share that is attained at a cost at least, by mixing the points next to it.

        Parameters
        ----------
        extra_cost_usd : array_like
            Within the curve. [USD]

        Returns
        -------
        ndarray
            Of its shape. [-]
        """
        return np.asarray(1.0 - self._late.chord(extra_cost_usd))

    def upper_bound(self, extra_cost_usd: ArrayLike) -> FloatArray:
        """On-time share that nothing exceeds at a cost: the lowest of all tangents.

        Parameters
        ----------
        extra_cost_usd : array_like
            Within the curve. [USD]

        Returns
        -------
        ndarray
            Of its shape. [-]
        """
        return np.asarray(1.0 - self._late.tangent(extra_cost_usd))

    @property
    def certified_gap(self) -> float:
        """Furthest that the two bounds lie apart [-]."""
        if self.extra_cost_usd.size < 2:
            return float((self.most_share - self.on_time_share).max())
        return float(self._late.gap.max())

    @property
    def certified_gap_of_range(self) -> float:
        """The same over the difference of on-time share between the ends; 0 where there is none [-]."""
        span = float(self.on_time_share[-1] - self.on_time_share[0])
        return self.certified_gap / span if span > 0 else 0.0

    def to_frame(self) -> pd.DataFrame:
        """Return one row a point: extra cost, on-time share, what 1,000 USD more add, and the gap up to the next."""
        gaps = np.append(self._late.gap, 0.0) if self.extra_cost_usd.size > 1 else np.zeros(1)
        return pd.DataFrame(
            {
                "extra_cost_usd": self.extra_cost_usd,
                "on_time_share": self.on_time_share,
                "share_per_thousand_usd": 1000.0 * self.share_per_usd,
                "gap_to_next": gaps,
            }
        )

    def summary(self) -> str:
        """Say what the ends of the curve are, and how closely it is known."""
        return (
            f"From {percent(float(self.on_time_share[0]))} on time for {money(float(self.extra_cost_usd[0]))} beyond "
            f"today's staffing to {percent(float(self.on_time_share[-1]))} for "
            f"{money(float(self.extra_cost_usd[-1]))}; known to {percent(self.certified_gap, 2)} in between by "
            f"{self.solves} solves."
        )

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw the curve between its bounds on `ax` (`plot_cost_service`)."""
        from optimization.cost_service.plot_cost_service import plot_cost_service

        return plot_cost_service(self, ax=ax)


def cost_service_curve(
    forecast: VolumeForecast,
    queues: Sequence[ReviewQueue],
    teams: Sequence[ReviewTeam],
    *,
    options: Mapping[str, TeamOptions] | None = None,
    policies: Policies | None = None,
    tolerance: float = 0.001,
    most_solves: int = 50,
) -> CostServiceCurve:
    r"""Enclose the best service that the staffing program finds at every budget.

    Parameters
    ----------
    forecast
        Joint sample paths over whole weeks.
    queues, teams
        The queues are those of the forecast, in its order; at least one of them is deferred.
    options, policies
        As in `plan_staffing`.
    tolerance : float
        Part of the difference of on-time share between the ends to which the curve is to be known. [-]
    most_solves : int
        Budgets to solve at most, 2 or more.

    Returns
    -------
    CostServiceCurve
        From the least cost to the least cost of the best service, short of the last millionth of it.

    Raises
    ------
    ValueError
        If no queue is deferred, none of their items is due, or a number lies outside its range.
    SolverLimitError
        If the policies leave no plan, the cuts of a budget do not settle in 400 rounds, or the solver proves nothing.

    Notes
    -----
    For a budget :math:`B` the program, with fractions of heads and with work as a flow, has a least late share
    :math:`f(B)`, which is convex. The dual of the budget's row is a slope of :math:`f`: tangents bound it from below
    and chords between solved points from above, and the next budget is the one where they are furthest apart (the
    sandwich algorithm [1]_, `optimization.cost_service.sandwich`). The model is built once; budgets are changed in
    place. Whole heads and work served in order of arrival give somewhat less: `plan_staffing` says how much. Live
    queues get the hours that their targets need at any budget.

    References
    ----------
    .. [1] G. Rote (1992), The convergence rate of the sandwich algorithm for approximating convex functions, Computing
       48, doi:10.1007/BF02238642.

    Examples
    --------
    >>> import pandas as pd
    >>> from capacity import ServiceTarget
    >>> from forecasting import VolumeHistory, forecast_volumes
    >>> days = pd.date_range("2026-01-05", periods=70)
    >>> frame = pd.DataFrame({"queue": "ads", "date": days, "items": [180, 260] * 35})
    >>> forecast = forecast_volumes(VolumeHistory.from_frame(frame), horizon=28, n_paths=20)
    >>> queue = ReviewQueue(name="ads", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=48))
    >>> team = ReviewTeam(name="a", site="x", kind="in_house", heads=5, shrinkage=0.25, skills={"ads": 1.0},
    ...                   cost_usd_per_head_week=900, hire_lead_weeks=1, ramp_weeks=1)
    >>> curve = cost_service_curve(forecast, [queue], [team])
    >>> bool(curve.certified_gap_of_range <= 0.002), bool((np.diff(curve.on_time_share) >= 0).all())
    (True, True)
    """
    if all(queue.is_live for queue in queues):
        raise ValueError("queues must hold a deferred queue: live ones have no lateness that money buys off by degrees")
    if not 0.0 <= tolerance < 1.0:
        raise ValueError(f"tolerance must lie between 0 and 1, below 1; found {tolerance!r}")
    if most_solves < 2:
        raise ValueError(f"most_solves must be 2 or more; found {most_solves!r}")
    case = staffing_case(forecast, queues, teams, options=options, policies=policies)
    multiple = np.zeros(len(queues))
    if any(queue.is_live for queue in queues):
        multiple = np.nan_to_num(required_staffing(forecast, queues, teams).multiple, nan=1.0)
    sweep = BudgetSweep(case, multiple, tolerance=tolerance)
    low, high = sweep.ends()
    found = sandwich(sweep.point, low, high, tolerance=tolerance, most_solves=most_solves)
    return CostServiceCurve(
        extra_cost_usd=found.place.copy(),
        on_time_share=1.0 - found.value,
        most_share=1.0 - found.bound,
        share_per_usd=-found.slope,
        today_usd=sweep.today_usd,
        solves=found.place.size,
    )
