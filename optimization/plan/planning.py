"""Plan staffing: solve, evaluate on all paths by the service models, let the simulation check, correct, solve again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from capacity import ReviewQueue, ReviewTeam, ServiceOutcome
from capacity.expected_service import expected_service
from forecasting import VolumeForecast
from optimization.plan.calibration import queue_share
from optimization.plan.decisions import (
    all_hours_given,
    no_decisions,
    supply_of,
)
from optimization.plan.margins import CLOSE, MarginSearch, Round
from optimization.plan.priced_rounds import best_priced_round
from optimization.plan.referee import Refereed, refereed
from optimization.plan.shadow_prices import shadow_prices
from optimization.plan.staffing_plan import QueueService, StaffingPlan
from optimization.program.build import StaffingTarget
from optimization.program.chance_constraint import ChanceConstraint
from optimization.program.expected_share import ExpectedShare
from optimization.program.outcome import SolveStatus
from optimization.program.policies import Budget, Policies
from optimization.program.price_of_lateness import PriceOfLateness
from optimization.program.relaxation import Relaxation, RelaxationKind
from optimization.program.staffing_case import StaffingCase, staffing_case
from optimization.program.team_options import TeamOptions

FloatArray = NDArray[np.float64]


def plan_staffing(
    forecast: VolumeForecast,
    queues: Sequence[ReviewQueue],
    teams: Sequence[ReviewTeam],
    *,
    target: StaffingTarget | None = None,
    budget_usd: float | None = None,
    options: Mapping[str, TeamOptions] | None = None,
    policies: Policies | None = None,
    most_rounds: int = 8,
    simulated_items: float = 8e6,
    time_limit_seconds: float | None = None,
    seed: int = 0,
) -> StaffingPlan:
    """Find the cheapest staffing that keeps the service targets, and have it confirmed.

    Parameters
    ----------
    forecast
        Joint sample paths over whole weeks.
    queues, teams
        The queues are those of the forecast, in its order.
    target
        In which sense the targets are to be met: `ChanceConstraint`, `ExpectedShare`, `TailRisk` or
        `PriceOfLateness`; each on 80% of the paths if None.
    budget_usd : float, optional
        Most that all staffing may cost within the plan; no limit if None. [USD]
    options
        What may be decided for each team, by name; `TeamOptions.usual` for those not named.
    policies
        Sites, vendors, occupancy, wellness, budgets by period and cost centre.
    most_rounds : int
        Most times that the program is solved.
    simulated_items : float
        Items that the referee simulates in all, at least three paths of each queue; 0 for no simulation. [items]
    time_limit_seconds : float, optional
        Of each mixed-integer solve, which then gives its best plan and the gap. Without it a search ends after 5,000
        nodes, or 50 in a large program, at the same plan on every machine. [s]
    seed : int
        Of the simulation.

    Returns
    -------
    StaffingPlan
        Its `status` says whether it is proven, stopped early, or the plan under the smallest relaxation.

    Raises
    ------
    ValueError
        If records do not fit together or cannot hold whatever is decided; each is named with field, value and remedy.
    SolverLimitError
        If the solver stops or fails without any plan.

    Notes
    -----
    Hours of teams to queues are decided before the volume is known. A round solves the program, carries its decisions
    out by the capacity model, and finds by the service model, on all paths, what multiple of its hours each queue
    needs. That multiple becomes the queue's margin of the next round, until all are right; then a simulation, item by
    item, of paths spread over good and bad ones judges. Where its share is lower by more than its 95% interval and the
    target is missed, the queue's margin grows by as much as the simulation needs more hours than the service model.
    Under a price of lateness the margins are those with which people and evaluated late items together cost least, and
    the simulation reports.

    The notebook `notebooks/staffing_plan.ipynb` and the how-to page on planning staffing under uncertainty show more.

    Examples
    --------
    A queue of 42 hours of work a week takes two heads of 30 hours; one is there.

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
    >>> plan.status.name, plan.missed, bool(plan.heads.max() >= 2)
    ('OPTIMAL', (), True)
    """
    from optimization.plan.checks import check_inputs

    chosen = target or ChanceConstraint()
    rules = policies or Policies()
    if budget_usd is not None:
        rules = replace(rules, budgets=(*rules.budgets, Budget(name="plan", usd=budget_usd)))
    check_inputs(forecast, queues, teams, options or {}, rules, most_rounds=most_rounds)
    case = staffing_case(forecast, queues, teams, options=options, policies=rules)
    rounds = 0
    search = MarginSearch(case, chosen, time_limit_seconds)
    if isinstance(chosen, PriceOfLateness):
        best, rounds = best_priced_round(search, chosen, most_rounds)
        judged = _judged(case, best.hours, best.evaluated, simulated_items, seed)
        return _plan(case, chosen, best.step, best.hours, best.evaluated, judged, rounds)
    while True:
        step = search.next_round()
        rounds += 1
        # Where some queue is never close, the simulation would be heard too late for all others: it is asked halfway.
        waits = rounds < most_rounds and rounds != most_rounds // 2
        if waits and not search.is_close(step):
            search.adjust(step)
            continue
        # A queue that is short by a hair is the first to get hours that whole heads leave over.
        needed = step.solution.given * np.clip(step.factor, 1.0, 1.0 + CLOSE)[None, :, None]
        hours = all_hours_given(case, needed, step.supply)
        evaluated = expected_service(case.forecast, case.queues, case.teams, allocation=hours)
        short = search.short(step, evaluated)
        if waits and short.any():
            search.adjust(step, short)
            continue
        judged = _judged(case, hours, evaluated, simulated_items, seed)
        missed = _missed_by_simulation(case, chosen, evaluated, judged)
        settled = search.is_close(step) and not (short | missed).any()
        if rounds >= most_rounds or settled:
            return _plan(case, chosen, step, hours, evaluated, judged, rounds)
        search.ask_more(step, missed, judged, hours, seed, fell_short=short)


def _judged(
    case: StaffingCase, hours: FloatArray, evaluated: ServiceOutcome, simulated_items: float, seed: int
) -> tuple[Refereed, ...]:
    if simulated_items <= 0:
        return ()
    return refereed(case, hours, evaluated.on_time_share, most_items=simulated_items, seed=seed)


def _missed_by_simulation(
    case: StaffingCase, target: StaffingTarget, evaluated: ServiceOutcome, judged: tuple[Refereed, ...]
) -> NDArray[np.bool_]:
    """Queues whose simulated share is surely below the service model's, so that they miss their target."""
    missed = np.zeros(len(case.queues), dtype=np.bool_)
    for queue, found in enumerate(judged):
        simulated = found.on_all_paths(evaluated.on_time_share[queue])
        missed[queue] = found.is_surely_below and target.short_by(simulated, case.queues[queue].target.share) > 0.0
    return missed


def _plan(
    case: StaffingCase,
    target: StaffingTarget,
    step: Round,
    hours: FloatArray,
    evaluated: ServiceOutcome,
    judged: tuple[Refereed, ...],
    rounds: int,
) -> StaffingPlan:
    missed = _missed_by_simulation(case, target, evaluated, judged)
    service = _service(case, target, step, evaluated, judged, missed)
    relaxations = _relaxations(case, target, step, evaluated)
    outcome, supply = step.solution.outcome, step.supply
    share = [queue_share(case, step.solution.given, queue) for queue in range(len(case.queues))]
    start = case.forecast.period_start[0]
    return StaffingPlan(
        queues=case.queues,
        teams=case.teams,
        week_start=pd.date_range(start, periods=case.n_weeks, freq="7D"),
        status=SolveStatus.INFEASIBLE if relaxations else outcome.status,
        gap=outcome.gap,
        heads=supply.heads.copy(),
        hires=step.decisions.hires,
        part_time_hires=step.decisions.part_time_hires,
        releases=step.decisions.releases,
        overtime_hours=step.decisions.overtime_hours,
        seats=step.decisions.seats,
        needed_hours=step.solution.given.sum(axis=1),
        productive_hours=supply.productive_hours.copy(),
        hours=hours,
        cost_by_kind_usd=supply.cost_usd.copy(),
        today_cost_usd=supply_of(case, no_decisions(case)).total_cost_usd.copy(),
        service=service,
        rounds=rounds,
        relaxations=relaxations,
        prices=shadow_prices(case, target, step.solution, share, step.factor),
    )


def _service(
    case: StaffingCase,
    target: StaffingTarget,
    step: Round,
    evaluated: ServiceOutcome,
    judged: tuple[Refereed, ...],
    missed: NDArray[np.bool_],
) -> tuple[QueueService, ...]:
    # A price promises no share: what the program reckons with is shown, and the target is held against the mean.
    priced = isinstance(target, PriceOfLateness)
    sense = ExpectedShare() if priced else target
    mean, met = evaluated.on_time_share.mean(axis=1), evaluated.probability_met
    found = []
    for row, queue in enumerate(case.queues):
        share, low, high, n_paths = float("nan"), float("nan"), float("nan"), 0
        if judged:
            judge = judged[row]
            share = float(np.clip(mean[row] + judge.difference, 0.0, 1.0))
            low, high = (float(np.clip(share + side * judge.half_width, 0.0, 1.0)) for side in (-1.0, 1.0))
            n_paths = judge.paths.size
        found.append(
            QueueService(
                queue=queue.name,
                target_share=queue.target.share,
                target_hours=queue.target.within_hours,
                promised_share=(
                    1.0 - float(step.solution.late_share[row].mean())
                    if priced and not queue.is_live
                    else queue.target.share
                ),
                promised_probability=target.probability if isinstance(target, ChanceConstraint) else 1.0,
                evaluated_share=float(mean[row]),
                evaluated_probability=float(met[row]),
                simulated_share=share,
                simulated_low=low,
                simulated_high=high,
                simulated_paths=n_paths,
                meets_target=sense.short_by(evaluated.on_time_share[row], queue.target.share) <= 0.0
                and not bool(missed[row]),
            )
        )
    return tuple(found)


def _relaxations(
    case: StaffingCase, target: StaffingTarget, step: Round, evaluated: ServiceOutcome
) -> tuple[Relaxation, ...]:
    """What has to give: money and seats as the program says, targets by what the service model finds of the plan."""
    found = [given for given in step.solution.relaxations if given.kind is not RelaxationKind.TARGET]
    given_up = {given.name for given in step.solution.relaxations if given.kind is RelaxationKind.TARGET}
    for row, queue in enumerate(case.queues):
        short = target.short_by(evaluated.on_time_share[row], queue.target.share)
        if queue.name in given_up and short > 0.0:
            found.append(
                Relaxation(kind=RelaxationKind.TARGET, name=queue.name, asked=queue.target.share, amount=short)
            )
    return tuple(found)
