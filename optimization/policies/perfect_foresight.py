"""Perfect foresight: what staffing and lateness would cost if each path were known before anything is decided."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimization.plan.decisions import no_decisions, overtime_output, supply_of
from optimization.program.build import build_program
from optimization.program.cut_search import CutSearch, SolverLimitError
from optimization.program.installed_solver import installed_solver
from optimization.program.outcome import SolveStatus
from optimization.program.price_of_lateness import PriceOfLateness
from optimization.program.staffing_case import StaffingCase, staffing_case

FloatArray = NDArray[np.float64]


def perfect_foresight(case: StaffingCase, *, late_cost_usd: float, paths: Sequence[int] | None = None) -> FloatArray:
    """Least cost of staffing and late items on single paths, each known in advance.

    Parameters
    ----------
    case
        Teams, what may be decided of them, queues and paths.
    late_cost_usd : float
        Worth of deciding one item of severity 1 in time. [USD]
    paths : sequence of int, optional
        Which; all if None.

    Returns
    -------
    ndarray of shape (n_paths,)
        A bound: no plan costs less on that path. [USD]

    Raises
    ------
    ValueError
        If the worth is not above 0, or a path is not one of the forecast.
    SolverLimitError
        If the solver proves nothing.

    Notes
    -----
    The staffing program of each path by itself, as a linear program: heads need not be whole, and work waits as a flow,
    which no way of serving it beats. Live queues need no one in it, so that with them the bound is low. The mean over
    paths is the wait-and-see value [1]_; what a plan costs above it is the most that better forecasts could save.

    References
    ----------
    .. [1] A. Madansky, "Inequalities for stochastic linear programming problems", Management Science 6(2), 197-204,
       1960.

    Examples
    --------
    >>> from optimization.program.staffing_case import staffing_case
    >>> from capacity import ReviewQueue, ReviewTeam
    >>> import pandas as pd
    >>> from capacity import ServiceTarget
    >>> from forecasting import VolumeHistory, forecast_volumes
    >>> days = pd.date_range("2026-01-05", periods=70)
    >>> frame = pd.DataFrame({"queue": "ads", "date": days, "items": [180, 260] * 35})
    >>> forecast = forecast_volumes(VolumeHistory.from_frame(frame), horizon=28, n_paths=20)
    >>> queue = ReviewQueue(name="ads", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=48))
    >>> team = ReviewTeam(name="a", site="x", kind="in_house", heads=5, shrinkage=0.25, skills={"ads": 1.0},
    ...                   cost_usd_per_head_week=900, hire_lead_weeks=1, ramp_weeks=1)
    >>> known = perfect_foresight(staffing_case(forecast, [queue], [team]), late_cost_usd=20, paths=[0, 1])
    >>> today = 5 * 900 * 4
    >>> known.shape, bool((known >= today - 0.01).all())
    ((2,), True)
    """
    target = PriceOfLateness(usd_per_item=late_cost_usd)
    chosen = range(case.forecast.n_paths) if paths is None else paths
    wrong = [path for path in chosen if not 0 <= path < case.forecast.n_paths]
    if wrong:
        raise ValueError(f"paths must be from 0 to {case.forecast.n_paths - 1}; found {wrong}")
    today = supply_of(case, no_decisions(case))
    output = overtime_output(today)
    cost = np.zeros(len(chosen))
    for place, path in enumerate(chosen):
        extra = _least_cost(_known(case, path), target, output)
        cost[place] = float(today.cost_usd.sum()) + extra
    return cost


def _least_cost(known: StaffingCase, target: PriceOfLateness, overtime: FloatArray) -> float:
    """Cost of the linear program beyond today's people [USD]."""
    no_queue = np.zeros(len(known.queues))
    program = build_program(known, target, live_multiple=no_queue, overtime_output=overtime)
    asked = target.asked_paths(known, known.skill[:, :, None] * known.expected_work[None])
    search = CutSearch(program, target, no_queue, asked, installed_solver(program.problem), [])
    outcome = search.until_kept()
    if outcome.status is not SolveStatus.OPTIMAL:
        raise SolverLimitError(outcome)
    return outcome.bound


def _known(case: StaffingCase, path: int) -> StaffingCase:
    """Return the same case with one path."""
    forecast = replace(case.forecast, arrivals=case.forecast.arrivals[:, [path]].copy(), ensemble=None)
    options = {team.name: option for team, option in zip(case.teams, case.options, strict=True)}
    return staffing_case(forecast, case.queues, case.teams, options=options, policies=case.policies)
