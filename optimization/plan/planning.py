"""Plan staffing: solve, evaluate on all paths by the service models, let the simulation check, correct, solve again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from capacity import ReviewQueue, ReviewTeam, ServiceOutcome, WeeklySupply
from capacity.expected_service import expected_service, fair_hours
from forecasting import VolumeForecast
from optimization.plan.calibration import needed_factor, queue_share
from optimization.plan.decisions import (
    Decisions,
    all_hours_given,
    decisions_of,
    no_decisions,
    overtime_output,
    supply_of,
)
from optimization.plan.referee import Refereed, refereed, simulated_share
from optimization.plan.shadow_prices import shadow_prices
from optimization.plan.staffing_plan import QueueService, StaffingPlan
from optimization.program.build import StaffingTarget, build_program
from optimization.program.chance_constraint import ChanceConstraint
from optimization.program.cut_rounds import ProgramSolution, solve_program
from optimization.program.outcome import SolveStatus
from optimization.program.policies import Budget, Policies
from optimization.program.price_of_lateness import PriceOfLateness
from optimization.program.relaxation import Relaxation, RelaxationKind
from optimization.program.staffing_case import StaffingCase, staffing_case
from optimization.program.team_options import TeamOptions

FloatArray = NDArray[np.float64]

# Margins aim at this much more than a target needs, so that the next solution, of a slightly other weekly shape, does
# not end a hair below; up to `CLOSE` short is made good from what whole heads leave over, and `SPARE_TOLERANCE` more
# than needed is not worth another round.
SAFETY = 0.002
CLOSE = 0.005
# Where the simulation wants more than this times the hours of the service model, a round asks for no more at once.
MOST_EXTRA = 2.0
SPARE_TOLERANCE = 0.005
# A queue that lacks people in some weeks and would need this much more in all weeks is out of reach.
OUT_OF_REACH = 0.05


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Round:
    """One solve of the program, carried out and evaluated."""

    solution: ProgramSolution
    decisions: Decisions
    supply: WeeklySupply
    factor: FloatArray


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
        nodes, at the same plan on every machine. [s]
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

    Examples
    --------
    See the notebook `notebooks/staffing_plan.ipynb` and the how-to page on planning staffing under uncertainty.
    """
    from optimization.plan.checks import check_inputs

    chosen = target or ChanceConstraint()
    rules = policies or Policies()
    if budget_usd is not None:
        rules = replace(rules, budgets=(*rules.budgets, Budget(name="budget_usd", usd=budget_usd)))
    check_inputs(forecast, queues, teams, options or {}, rules, most_rounds=most_rounds)
    case = staffing_case(forecast, queues, teams, options=options, policies=rules)
    rounds = 0
    search = _Search(case, chosen, time_limit_seconds)
    while True:
        step = search.next_round()
        rounds += 1
        if rounds < most_rounds and not search.is_close(step):
            search.adjust(step)
            continue
        # A queue that is short by a hair is the first to get hours that whole heads leave over.
        needed = step.solution.given * np.clip(step.factor, 1.0, 1.0 + CLOSE)[None, :, None]
        hours = all_hours_given(case, needed, step.supply)
        evaluated = expected_service(case.forecast, case.queues, case.teams, allocation=hours)
        if rounds < most_rounds and not search.is_met(step, evaluated):
            search.adjust(step)
            continue
        judged = _judged(case, hours, evaluated, simulated_items, seed)
        missed = _missed_by_simulation(case, chosen, evaluated, judged)
        if rounds >= most_rounds or not missed.any():
            return _plan(case, chosen, step, hours, evaluated, judged, rounds, search)
        search.ask_more(step, missed, judged, hours, seed)


class _Search:
    """Margins, live requirements and overtime output, as they are learned from round to round."""

    def __init__(self, case: StaffingCase, target: StaffingTarget, time_limit_seconds: float | None) -> None:
        self.case, self.target, self.time_limit_seconds = case, target, time_limit_seconds
        n_queues = len(case.queues)
        self.extra = np.ones(n_queues)
        self.known_extra = np.ones(n_queues)
        self.margin = np.zeros(n_queues)
        self.shape = fair_hours(case.forecast, case.queues, case.teams)
        self.asked = target.asked_paths(case, self.shape)
        self.learned = 0
        self.output = overtime_output(supply_of(case, no_decisions(case)))
        self.share: list[Callable[[float], FloatArray]] = []
        work = case.skill[:, :, None] * self.shape
        covered = work.sum(axis=(0, 2)) / case.expected_work.sum(axis=1)
        self.live = np.ones(n_queues)
        for queue, record in enumerate(case.queues):
            if record.is_live:
                self.live[queue] = covered[queue] * self._factor(queue, queue_share(case, self.shape, queue))

    def next_round(self) -> _Round:
        """Solve with what is known, carry it out, and see what each queue needs."""
        case = self.case
        program = build_program(case, self.target, live_multiple=self.live, overtime_output=self.output)
        solution = solve_program(
            program,
            self.target,
            margin=self.margin,
            asked=self.asked,
            time_limit_seconds=self.time_limit_seconds,
        )
        decisions = decisions_of(case, solution.outcome)
        self.share = [queue_share(case, solution.given, queue) for queue in range(len(case.queues))]
        factor = np.array([self._factor(queue, self.share[queue]) for queue in range(len(case.queues))])
        return _Round(solution=solution, decisions=decisions, supply=supply_of(case, decisions), factor=factor)

    def is_close(self, step: _Round) -> bool:
        """Whether every queue has about the hours that it needs, or cannot have them."""
        short = (step.factor > 1.0 + CLOSE) & ~self._given_up(step)
        return not (short | (step.factor < 1.0 - SPARE_TOLERANCE)).any()

    def is_met(self, step: _Round, evaluated: ServiceOutcome) -> bool:
        """Whether every target is met that can be."""
        given_up = self._given_up(step)
        for queue, record in enumerate(self.case.queues):
            short = self.target.short_by(evaluated.on_time_share[queue], record.target.share) > 0.0
            if short and not given_up[queue]:
                return False
        return True

    def adjust(self, step: _Round) -> None:
        """Learn from a round."""
        factor = step.factor * (1.0 + SAFETY)
        # Many more hours do not help where none can be had: what is out of reach is not asked for again.
        factor = np.where(self._given_up(step) & (factor > 1.0 + OUT_OF_REACH), 1.0, factor)
        self.margin = (1.0 + self.margin) * factor - 1.0
        self.live = self.live * factor
        self.learned += 1
        # Which paths are let go settles in one round; to choose again later would move the goal that margins aim at.
        if self.learned == 1:
            served = step.solution.given.sum(axis=(0, 2), keepdims=True) > 0
            self.asked = self.target.asked_paths(self.case, np.where(served, step.solution.given, self.shape))
        self.output = overtime_output(step.supply)

    def ask_more(
        self,
        step: _Round,
        missed: NDArray[np.bool_],
        judged: tuple[Refereed, ...],
        hours: FloatArray,
        seed: int,
    ) -> None:
        """Ask for as many more hours of some queues as the simulation needs beyond the service model."""
        for queue in np.flatnonzero(missed):
            share = queue_share(self.case, hours, int(queue))
            simulated = _simulated(self.case, int(queue), hours, judged[queue].paths, share, seed)
            target_share = self.case.queues[queue].target.share
            more = needed_factor(simulated, self.target, target_share) / needed_factor(share, self.target, target_share)
            self.extra[queue] *= min(max(more, 1.0 + SAFETY), MOST_EXTRA)
        self.adjust(replace(step, factor=np.where(missed, self.extra * step.factor / self.known_extra, step.factor)))
        self.known_extra = self.extra.copy()

    def _given_up(self, step: _Round) -> NDArray[np.bool_]:
        names = {relaxation.name for relaxation in step.solution.relaxations}
        return np.array([queue.name in names for queue in self.case.queues])

    def _factor(self, queue: int, share: Callable[[float], FloatArray]) -> float:
        if isinstance(self.target, PriceOfLateness) and not self.case.queues[queue].is_live:
            return 1.0
        sense = ChanceConstraint() if isinstance(self.target, PriceOfLateness) else self.target
        return float(self.extra[queue]) * needed_factor(share, sense, self.case.queues[queue].target.share)


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
        simulated = np.clip(evaluated.on_time_share[queue] + found.difference, 0.0, 1.0)
        missed[queue] = found.is_surely_below and target.short_by(simulated, case.queues[queue].target.share) > 0.0
    return missed


def _simulated(
    case: StaffingCase,
    queue: int,
    hours: FloatArray,
    paths: NDArray[np.intp],
    share: Callable[[float], FloatArray],
    seed: int,
) -> Callable[[float], FloatArray]:
    """On-time share by the service model on all paths, moved by what the simulation finds on some."""

    def moved(multiple: float) -> FloatArray:
        model = share(multiple)
        found = simulated_share(case, queue, multiple * hours, paths, seed=seed)
        of_paths = queue_share(case, hours, queue, paths)(multiple)
        return np.asarray(np.clip(model + (found - of_paths).mean(), 0.0, 1.0))

    return moved


def _plan(
    case: StaffingCase,
    target: StaffingTarget,
    step: _Round,
    hours: FloatArray,
    evaluated: ServiceOutcome,
    judged: tuple[Refereed, ...],
    rounds: int,
    search: _Search,
) -> StaffingPlan:
    missed = _missed_by_simulation(case, target, evaluated, judged)
    service = _service(case, target, evaluated, judged, missed)
    relaxations = _relaxations(case, target, step, evaluated)
    outcome, supply = step.solution.outcome, step.supply
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
        prices=shadow_prices(case, target, step.solution, search.share, step.factor),
    )


def _service(
    case: StaffingCase,
    target: StaffingTarget,
    evaluated: ServiceOutcome,
    judged: tuple[Refereed, ...],
    missed: NDArray[np.bool_],
) -> tuple[QueueService, ...]:
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
                promised_share=queue.target.share,
                promised_probability=target.probability if isinstance(target, ChanceConstraint) else 1.0,
                evaluated_share=float(mean[row]),
                evaluated_probability=float(met[row]),
                simulated_share=share,
                simulated_low=low,
                simulated_high=high,
                simulated_paths=n_paths,
                meets_target=target.short_by(evaluated.on_time_share[row], queue.target.share) <= 0.0
                and not bool(missed[row]),
            )
        )
    return tuple(found)


def _relaxations(
    case: StaffingCase, target: StaffingTarget, step: _Round, evaluated: ServiceOutcome
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
