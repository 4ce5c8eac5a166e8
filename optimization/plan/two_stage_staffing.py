"""Commitments before the volume is known and flex after it, planned from the records that planners keep."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from capacity import ReviewQueue, ReviewTeam
from forecasting import VolumeForecast
from optimization.plan.decisions import decisions_of
from optimization.plan.margins import MarginSearch
from optimization.program.chance_constraint import ChanceConstraint
from optimization.program.first_stage import RiskWeight
from optimization.program.policies import Policies
from optimization.program.reduced_paths import reduced_paths
from optimization.program.second_stage import second_stage
from optimization.program.staffing_case import staffing_case
from optimization.program.team_options import TeamOptions
from optimization.program.two_stage import TwoStageSolution, solve_two_stage

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class TwoStageStaffing:
    """What to commit to before the volume is known, and what it costs on every path once hours flex.

    Attributes
    ----------
    teams
        As planned for.
    week_start : pandas.DatetimeIndex of shape (n_weeks,)
        First day of each week.
    hires, part_time_hires, releases, seats : ndarray of shape (n_teams, n_weeks)
        Heads that start or are gone when the week begins [heads]; seats under contract [seats].
    paths : ndarray of int of shape (n_kept,)
        Paths that were planned for.
    probability : ndarray of shape (n_kept,)
        Of each. [-]
    solution
        Cost before and after the volume is known, by path, with its proven gap.

    Examples
    --------
    Five paths count alike, and there is one row for a team and week.

    >>> import pandas as pd
    >>> from capacity import ReviewQueue, ReviewTeam, ServiceTarget
    >>> from forecasting import VolumeHistory, forecast_volumes
    >>> from optimization import two_stage_staffing
    >>> days = pd.date_range("2026-01-05", periods=28)
    >>> history = VolumeHistory.from_frame(pd.DataFrame({"queue": "ads", "date": days, "items": 60}))
    >>> queue = ReviewQueue(name="ads", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=24))
    >>> team = ReviewTeam(name="a", site="x", kind="vendor", heads=1, shrinkage=0.25, skills={"ads": 1.0},
    ...                   cost_usd_per_head_week=900)
    >>> forecast = forecast_volumes(history, 14, n_paths=5)
    >>> plan = two_stage_staffing(forecast, [queue], [team], usd_per_item=20)
    >>> plan.probability.tolist(), bool(plan.expected_flex_usd >= 0), list(plan.to_frame()["team"])
    ([0.2, 0.2, 0.2, 0.2, 0.2], True, ['a', 'a'])
    """

    teams: tuple[ReviewTeam, ...]
    week_start: pd.DatetimeIndex
    hires: FloatArray
    part_time_hires: FloatArray
    releases: FloatArray
    seats: FloatArray
    paths: NDArray[np.intp]
    probability: FloatArray
    solution: TwoStageSolution

    def __post_init__(self) -> None:
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    @property
    def expected_flex_usd(self) -> float:
        """Mean cost of overtime, seats ordered late and late items [USD]."""
        return float(self.probability @ self.solution.recourse_usd)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a team and week: hires, part-time hires, releases and seats."""
        n_teams, n_weeks = self.hires.shape
        grids = {name: getattr(self, name) for name in ("hires", "part_time_hires", "releases", "seats")}
        return pd.DataFrame(
            {
                "team": np.repeat(np.array([team.name for team in self.teams], dtype=object), n_weeks),
                "week": np.tile(self.week_start, n_teams),
                **{name: grid.ravel() for name, grid in grids.items()},
            }
        )


def two_stage_staffing(
    forecast: VolumeForecast,
    queues: Sequence[ReviewQueue],
    teams: Sequence[ReviewTeam],
    *,
    usd_per_item: float,
    options: Mapping[str, TeamOptions] | None = None,
    policies: Policies | None = None,
    risk: RiskWeight | None = None,
    n_paths: int | None = None,
    gap: float = 1e-5,
    executor: Executor | None = None,
) -> TwoStageStaffing:
    """Find the commitments that cost least where overtime, seats and hours of teams flex on every path.

    Parameters
    ----------
    forecast
        Joint sample paths over whole weeks.
    queues, teams
        The queues are those of the forecast, in its order.
    usd_per_item : float
        Price of one late item of severity 1. [USD]
    options
        What may be decided for each team, by name; `TeamOptions.usual` for those not named.
    policies
        Budgets hold for the commitments, and site seats where no vendor's seats flex; no other rule may be given.
    risk
        How much the worst paths count; not more than others if None.
    n_paths : int, optional
        Plan for so many paths with weights, chosen by `optimization.program.reduced_paths`; for all if None.
    gap : float
        Ends where no plan can be cheaper by more than this part. [-]
    executor : concurrent.futures.Executor, optional
        Of threads, which solve paths side by side; the result does not depend on it.

    Returns
    -------
    TwoStageStaffing

    Raises
    ------
    ValueError
        If the price is not above 0, a policy is given that this program does not hold, or records do not fit together;
        each is named with field, value and remedy.
    RuntimeError
        If a solve ends without a plan, or the gap is not reached.

    Notes
    -----
    See `optimization.program.two_stage.solve_two_stage`. The second stage knows its path to the end, so what it costs
    is a bound; `plan_staffing` decides all hours before the volume is known and has its plan simulated.

    Examples
    --------
    Where a late item costs $20 one more head pays; at 10 cents the late items are cheaper:

    >>> import pandas as pd
    >>> from capacity import ServiceTarget
    >>> from forecasting import VolumeHistory, forecast_volumes
    >>> days = pd.date_range("2026-01-05", periods=70)
    >>> frame = pd.DataFrame({"queue": "ads", "date": days, "items": [180, 260] * 35})
    >>> forecast = forecast_volumes(VolumeHistory.from_frame(frame), horizon=28, n_paths=20)
    >>> queue = ReviewQueue(name="ads", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=48))
    >>> team = ReviewTeam(name="a", site="x", kind="in_house", heads=5, shrinkage=0.25, skills={"ads": 1.0},
    ...                   cost_usd_per_head_week=900, hire_lead_weeks=1, ramp_weeks=1)
    >>> dear, cheap = (two_stage_staffing(forecast, [queue], [team], usd_per_item=usd) for usd in (20, 0.1))
    >>> dear.hires.sum(), cheap.hires.sum(), dear.solution.gap <= 1e-5
    (np.float64(1.0), np.float64(0.0), True)
    """
    from optimization.plan.checks import check_inputs

    if not 0.0 < usd_per_item < np.inf:
        raise ValueError(f"usd_per_item must be above 0; found {usd_per_item!r}")
    rules = policies or Policies()
    _check_policies(rules, teams, options or {})
    check_inputs(forecast, queues, teams, options or {}, rules, most_rounds=1)
    case = staffing_case(forecast, queues, teams, options=options, policies=rules)
    start = MarginSearch(case, ChanceConstraint(), None)
    stage = second_stage(case, usd_per_item=usd_per_item, live_multiple=start.live, overtime_output=start.output)
    paths = np.arange(forecast.n_paths)
    probability = np.full(paths.size, 1.0 / paths.size)
    if n_paths is not None:
        work = np.array([queue.work_hours_per_item for queue in queues])
        kept = reduced_paths(forecast.arrivals.sum(axis=2) * work[:, None], n_paths)
        paths, probability = kept.paths.copy(), kept.probability.copy()
    solution = solve_two_stage(
        stage, paths=paths.tolist(), probability=probability, risk=risk, gap=gap, executor=executor
    )
    decisions = decisions_of(case, solution.outcome)
    return TwoStageStaffing(
        teams=case.teams,
        week_start=pd.date_range(forecast.period_start[0], periods=case.n_weeks, freq="7D"),
        hires=decisions.hires,
        part_time_hires=decisions.part_time_hires,
        releases=decisions.releases,
        seats=decisions.seats,
        paths=paths,
        probability=probability,
        solution=solution,
    )


def _check_policies(rules: Policies, teams: Sequence[ReviewTeam], options: Mapping[str, TeamOptions]) -> None:
    for name in ("wellness_caps", "several_sites", "vendor_shares", "least_occupancy"):
        if getattr(rules, name):
            raise ValueError(
                f"policies.{name} does not hold in the two-stage program; found {getattr(rules, name)!r}: "
                "leave it out, or use plan_staffing"
            )
    for team in teams:
        if team.site in rules.site_seats and team.name in options and options[team.name].rules.contract is not None:
            raise ValueError(
                f"policies.site_seats of {team.site!r}: seats of team {team.name!r} there flex after the commitments; "
                "state the limit as most_seats of its contract"
            )
