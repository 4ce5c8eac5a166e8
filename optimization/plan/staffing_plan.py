"""A plan of people and money: what it decides, costs and promises, and what the service models and the referee say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from capacity import CostKind, ReviewQueue, ReviewTeam
from optimization.program.outcome import SolveStatus
from optimization.program.relaxation import Relaxation

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueService:
    """Service of one queue under a staffing plan: as promised, as evaluated and as simulated.

    Attributes
    ----------
    queue
        Its name.
    target_share, target_hours
        What was asked: share of items [-] within hours [h].
    promised_share
        On-time share that the program promises: of every path it plans for, or on average; under a price of lateness
        the one that it reckons with. [-]
    promised_probability
        Share of paths for which it promises that; 1 where the promise is an average. [-]
    evaluated_share, evaluated_probability
        Mean on-time share over all paths, and share of paths that reach the target, by the service models. [-]
    simulated_share, simulated_low, simulated_high
        Mean on-time share over all paths by simulation, with its 95% interval. [-]
    simulated_paths
        Paths that were simulated; 0 if none, with the shares NaN.
    meets_target
        Whether the target is kept by the service models, in the sense that was asked, and the simulation does not
        surely say otherwise.

    Examples
    --------
    Four of five paths are to reach the target; without simulation there is no third opinion.

    >>> import pandas as pd
    >>> from capacity import ReviewQueue, ReviewTeam, ServiceTarget
    >>> from forecasting import VolumeHistory, forecast_volumes
    >>> from optimization import plan_staffing
    >>> days = pd.date_range("2026-01-05", periods=28)
    >>> history = VolumeHistory.from_frame(pd.DataFrame({"queue": "ads", "date": days, "items": 60}))
    >>> queue = ReviewQueue(name="ads", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=24))
    >>> team = ReviewTeam(name="a", site="x", kind="vendor", heads=1, shrinkage=0.25, skills={"ads": 1.0},
    ...                   cost_usd_per_head_week=900)
    >>> forecast = forecast_volumes(history, 14, n_paths=5)
    >>> (ads,) = plan_staffing(forecast, [queue], [team], simulated_items=0).service
    >>> ads.meets_target, ads.evaluated_probability >= 0.8, ads.simulated_paths
    (True, True, 0)
    """

    queue: str
    target_share: float
    target_hours: float
    promised_share: float
    promised_probability: float
    evaluated_share: float
    evaluated_probability: float
    simulated_share: float
    simulated_low: float
    simulated_high: float
    simulated_paths: int
    meets_target: bool


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class StaffingPlan:
    """Who to hire, when and where, and how much to flex.

    Attributes
    ----------
    queues, teams
        As planned for.
    week_start : pandas.DatetimeIndex of shape (n_weeks,)
        First day of each week.
    status
        How the search of the program ended. `INFEASIBLE`: no plan keeps everything asked; this is the plan under the
        smallest relaxation, which `relaxations` lists. `TIME_LIMITED`: a cheaper plan may exist, by at most `gap`. A
        target that is missed all the same after the last round is in `missed`.
    gap
        Part of the extra cost, which is not that of today's people, by which a better plan could be cheaper at most.
        Up to 3e-4 in small programs and up to 0.1% of the cost of all staffing in large ones it counts as optimal. [-]
    heads, hires, part_time_hires, releases, overtime_hours, seats : ndarray of shape (n_teams, n_weeks)
        Heads there [heads]; heads that start, full-time and part-time, and that are gone, when the week begins
        [heads]; paid overtime [h]; vendor seats under contract [seats].
    needed_hours, productive_hours : ndarray of shape (n_teams, n_weeks)
        Hours that the targets need of each team, and that it has. [h]
    hours : ndarray of shape (n_teams, n_queues, n_weeks)
        Productive hours of each team to each queue; all that it has. [h]
    cost_by_kind_usd : ndarray of shape (n_kinds, n_teams, n_weeks)
        By `capacity.CostKind`. [USD]
    today_cost_usd : ndarray of shape (n_teams, n_weeks)
        Of today's people if nothing is decided. [USD]
    service
        By queue: promised, evaluated, simulated.
    rounds
        Times the program was solved until evaluation and simulation agreed with it.
    relaxations
        What has to give where the status is `INFEASIBLE`.
    prices
        What one more is worth: kind, name, week, unit, usd.

    Examples
    --------
    Two weeks of a queue of 42 hours of work a week, and one head of 30 hours.

    >>> import pandas as pd
    >>> from capacity import ReviewQueue, ReviewTeam, ServiceTarget
    >>> from forecasting import VolumeHistory, forecast_volumes
    >>> from optimization import plan_staffing
    >>> days = pd.date_range("2026-01-05", periods=28)
    >>> history = VolumeHistory.from_frame(pd.DataFrame({"queue": "ads", "date": days, "items": 60}))
    >>> queue = ReviewQueue(name="ads", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=24))
    >>> team = ReviewTeam(name="a", site="x", kind="vendor", heads=1, shrinkage=0.25, skills={"ads": 1.0},
    ...                   cost_usd_per_head_week=900)
    >>> forecast = forecast_volumes(history, 14, n_paths=5)
    >>> plan = plan_staffing(forecast, [queue], [team], simulated_items=0)
    >>> plan.heads_hired >= 1, bool((plan.productive_hours >= plan.needed_hours - 1e-6).all()), len(plan.to_frame())
    (True, True, 2)
    """

    queues: tuple[ReviewQueue, ...]
    teams: tuple[ReviewTeam, ...]
    week_start: pd.DatetimeIndex
    status: SolveStatus
    gap: float
    heads: FloatArray
    hires: FloatArray
    part_time_hires: FloatArray
    releases: FloatArray
    overtime_hours: FloatArray
    seats: FloatArray
    needed_hours: FloatArray
    productive_hours: FloatArray
    hours: FloatArray
    cost_by_kind_usd: FloatArray
    today_cost_usd: FloatArray
    service: tuple[QueueService, ...]
    rounds: int
    relaxations: tuple[Relaxation, ...]
    prices: pd.DataFrame

    def __post_init__(self) -> None:
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    @property
    def cost_usd(self) -> float:
        """Cost of all staffing within the plan [USD]."""
        return float(self.cost_by_kind_usd.sum())

    @property
    def extra_cost_usd(self) -> float:
        """Cost beyond that of today's people if nothing is decided [USD]."""
        return float(self.cost_by_kind_usd.sum() - self.today_cost_usd.sum())

    @property
    def heads_hired(self) -> float:
        """Heads that start within the plan, part-time ones included [heads]."""
        return float(self.hires.sum() + self.part_time_hires.sum())

    @property
    def missed(self) -> tuple[str, ...]:
        """Queues that miss their target after the last round, though nothing had to be given up for them."""
        given_up = {relaxation.name for relaxation in self.relaxations}
        return tuple(one.queue for one in self.service if not one.meets_target and one.queue not in given_up)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a team and week: heads, moves, overtime, seats, hours, cost."""
        n_teams, n_weeks = self.heads.shape
        columns = {
            "heads": self.heads,
            "hires": self.hires,
            "part_time_hires": self.part_time_hires,
            "releases": self.releases,
            "overtime_hours": self.overtime_hours,
            "seats": self.seats,
            "needed_hours": self.needed_hours,
            "productive_hours": self.productive_hours,
            "cost_usd": self.cost_by_kind_usd.sum(axis=0),
        }
        return pd.DataFrame(
            {
                "team": np.repeat(np.array([team.name for team in self.teams], dtype=object), n_weeks),
                "week": np.tile(self.week_start, n_teams),
                **{name: grid.ravel() for name, grid in columns.items()},
            }
        )

    def hours_frame(self) -> pd.DataFrame:
        """Return one row a team, queue and week with hours, for the queues that a team serves."""
        rows = np.argwhere(self.hours.sum(axis=2) > 0)
        n_weeks = self.heads.shape[1]
        return pd.DataFrame(
            {
                "team": np.repeat(np.array([self.teams[team].name for team, _ in rows], dtype=object), n_weeks),
                "queue": np.repeat(np.array([self.queues[queue].name for _, queue in rows], dtype=object), n_weeks),
                "week": np.tile(self.week_start, len(rows)),
                "hours": np.concatenate([self.hours[team, queue] for team, queue in rows] or [np.zeros(0)]),
            }
        )

    def cost_frame(self) -> pd.DataFrame:
        """Return one row a team: cost by kind, and beyond today's. [USD]."""
        by_team = self.cost_by_kind_usd.sum(axis=2)
        return pd.DataFrame(
            {
                "team": [team.name for team in self.teams],
                **{f"{kind}_usd": by_team[row] for row, kind in enumerate(CostKind)},
                "cost_usd": by_team.sum(axis=0),
                "extra_cost_usd": by_team.sum(axis=0) - self.today_cost_usd.sum(axis=1),
            }
        )

    def service_frame(self) -> pd.DataFrame:
        """Return one row a queue: target, promised, evaluated and simulated service."""
        return pd.DataFrame(
            [{name: getattr(of_queue, name) for name in QueueService.__slots__} for of_queue in self.service]
        )

    def shadow_prices(self) -> pd.DataFrame:
        """Return what one more dollar, seat, hour or point of target is worth, by week.

        Returns
        -------
        pandas.DataFrame
            `kind` (`dollar`, `seat`, `hour`, `point_of_target`), `name` of the budget, site, team or queue, `week`,
            and `usd`: what the plan would cost less with one more (for a point of target: more with one point
            more), for changes so small that nobody more or fewer is hired. Rows of 0 are left out.
        """
        return self.prices.copy()

    def summary(self) -> str:
        """Sentence with people, money and service."""
        n_met = sum(of_queue.meets_target for of_queue in self.service)
        told = (
            f"{self.heads_hired:,.0f} hires, {self.overtime_hours.sum():,.0f} hours of overtime and "
            f"${self.extra_cost_usd:,.0f} beyond today's staffing (${self.cost_usd:,.0f} in all) meet "
            f"{n_met} of {len(self.service)} targets"
        )
        if self.relaxations:
            told += "; to meet all, " + ", ".join(relaxation.sentence() for relaxation in self.relaxations)
        if self.missed:
            told += (
                f". After {self.rounds} rounds the plan still misses the target of {', '.join(self.missed)}: it is the "
                "cheapest for what the program reckons with, not one that keeps every target"
            )
        return told + "."

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw productive hours against those that the targets need, by week, on `ax`."""
        from optimization.plan.plan_plot import plot_plan

        return plot_plan(self, ax=ax)
