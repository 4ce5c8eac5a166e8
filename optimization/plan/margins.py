"""Margins of queues: how much more, or less, than the program's flow they need, learned from round to round."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from capacity import ServiceOutcome, WeeklySupply
from capacity.expected_service import fair_hours
from optimization.plan.calibration import needed_factor, queue_share
from optimization.plan.decisions import Decisions, decisions_of, no_decisions, overtime_output, supply_of
from optimization.plan.missed_share import MissedShare
from optimization.plan.referee import Refereed, simulated_share
from optimization.program.build import StaffingTarget, build_program
from optimization.program.chance_constraint import ChanceConstraint
from optimization.program.cut_rounds import ProgramSolution, solve_program
from optimization.program.expected_share import ExpectedShare
from optimization.program.price_of_lateness import PriceOfLateness
from optimization.program.staffing_case import StaffingCase
from optimization.program.staffing_program import Cut
from optimization.program.tail_risk import TailRisk

FloatArray = NDArray[np.float64]

# Margins aim at this much more than a target needs, so that the next solution, of a slightly other weekly shape, does
# not end a hair below; up to `CLOSE` short is made good from what whole heads leave over. A round is not worth its time
# for `SPARE_TOLERANCE` more than needed, after one round for twice that, after two for three times.
SAFETY = 0.002
CLOSE = 0.005
# Where the simulation wants more than this times the hours of the service model, a round asks for no more at once.
MOST_EXTRA = 2.0
SPARE_TOLERANCE = 0.005
# Nor for so small a part of the hours of all queues: one that gets an item a week has a multiple of what it needs.
TRIFLE = 0.001
# A queue that lacks people in some weeks and would need this much more in all weeks is out of reach.
OUT_OF_REACH = 0.05


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Round:
    """One solve of the program, carried out by the capacity model.

    Attributes
    ----------
    solution
        Of the program.
    decisions, supply
        What it decides, and the people that gives.
    factor : ndarray of shape (n_queues,)
        Multiple of its hours that each queue needs. [-]
    """

    solution: ProgramSolution
    decisions: Decisions
    supply: WeeklySupply
    factor: FloatArray


class MarginSearch:
    """Margins, lateness allowed, live requirements and overtime output, as they are learned from round to round.

    Parameters
    ----------
    case, target
        What is known, and what is asked.
    time_limit_seconds
        Of each mixed-integer solve. [s]
    """

    def __init__(self, case: StaffingCase, target: StaffingTarget, time_limit_seconds: float | None) -> None:
        self.case, self.target, self.time_limit_seconds = case, target, time_limit_seconds
        n_queues = len(case.queues)
        self.extra = np.ones(n_queues)
        self.known_extra = np.ones(n_queues)
        self.margin = np.zeros(n_queues)
        self.shape = fair_hours(case.forecast, case.queues, case.teams)
        self.asked = target.asked_paths(case, self.shape)
        is_mean = isinstance(target, ExpectedShare | TailRisk)
        searched = np.array([is_mean and not queue.is_live for queue in case.queues])
        self.missed_share = MissedShare(case.allowed_late_share, searched)
        self.learned = 0
        self.cuts: tuple[Cut, ...] = ()
        self.output = overtime_output(supply_of(case, no_decisions(case)))
        work = case.skill[:, :, None] * self.shape
        comes = case.expected_work.sum(axis=1)
        covered = np.divide(work.sum(axis=(0, 2)), comes, out=np.ones(n_queues), where=comes > 0)
        self.live = np.ones(n_queues)
        for queue, record in enumerate(case.queues):
            if record.is_live:
                self.live[queue] = covered[queue] * self._factor(queue, self.shape)

    def next_round(self) -> Round:
        """Solve with what is known, carry it out, and see what each queue needs."""
        case = self.case
        program = build_program(case, self.target, live_multiple=self.live, overtime_output=self.output)
        solution = solve_program(
            program,
            self.target,
            margin=self.margin,
            asked=replace(self.asked, allowed=self.missed_share.share.copy()),
            cuts=self.cuts,
            time_limit_seconds=self.time_limit_seconds,
        )
        self.cuts = solution.cuts
        decisions = decisions_of(case, solution.outcome)
        factor = np.array([self._factor(queue, solution.given) for queue in range(len(case.queues))])
        return Round(solution=solution, decisions=decisions, supply=supply_of(case, decisions), factor=factor)

    def is_close(self, step: Round) -> bool:
        """Whether every queue has about the hours that it needs, or cannot have them."""
        short = (step.factor > 1.0 + CLOSE) & ~self._given_up(step)
        hours = step.solution.given.sum(axis=(0, 2))
        spare = (step.factor < self._least_factor) & ((1.0 - step.factor) * hours > TRIFLE * hours.sum())
        return not (short | spare).any()

    def short(self, step: Round, evaluated: ServiceOutcome) -> NDArray[np.bool_]:
        """Queues whose target can be met and is not, of shape (n_queues,); all where they are not met jointly."""
        given_up = self._given_up(step)
        queues = self.case.queues
        short = np.array(
            [self.target.short_by(evaluated.on_time_share[row], queue.target.share) for row, queue in enumerate(queues)]
        )
        found = np.asarray((short > 0.0) & ~given_up)
        if isinstance(self.target, ChanceConstraint) and self.target.jointly and not given_up.any():
            return found | (evaluated.probability_all_met < self.target.probability)
        return found

    def adjust(self, step: Round, fell_short: NDArray[np.bool_] | None = None) -> None:
        """Learn from a round; `fell_short` are queues to which the people that are there gave less than they need."""
        short = np.zeros(len(self.case.queues), dtype=np.bool_) if fell_short is None else fell_short
        factor = step.factor * (1.0 + SAFETY)
        if self.learned > 1:
            # A margin that is about right stays, or two plans, one of a little too much and one of too little, would
            # follow on each other without end.
            about_right = (step.factor >= self._least_factor) & (step.factor <= 1.0)
            factor = np.where(about_right, 1.0 + CLOSE * short, factor)
        # Many more hours do not help where none can be had: what is out of reach is not asked for again.
        factor = np.where(self._given_up(step) & (factor > 1.0 + OUT_OF_REACH), 1.0, factor)
        by_missed = self.missed_share.may_settle(factor, self.margin)
        for queue in np.flatnonzero(by_missed):
            fewer = float(self.extra[queue]) * (1.0 + SAFETY + CLOSE * float(short[queue]))
            share = queue_share(self.case, step.solution.given, int(queue))(1.0 / fewer)
            # By how much a target of nothing late is missed, in its own sense.
            self.missed_share.learn(int(queue), self.target.short_by(share, 1.0))
        self.adjust_to(step, np.where(by_missed, 1.0, factor))

    def adjust_to(self, step: Round, factor: FloatArray) -> None:
        """Ask for a multiple of the hours that each queue had in a round, of shape (n_queues,) [-]."""
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
        step: Round,
        missed: NDArray[np.bool_],
        judged: tuple[Refereed, ...],
        hours: FloatArray,
        seed: int,
        *,
        fell_short: NDArray[np.bool_],
    ) -> None:
        """Ask for as many more hours of some queues as the simulation needs beyond the service model.

        Parameters
        ----------
        step
            The round that was simulated.
        missed : ndarray of bool, shape (n_queues,)
            Queues that miss their target in the simulation.
        judged : tuple of Refereed
            What was simulated of each queue, and on which paths.
        hours : ndarray of shape (n_teams, n_queues, n_weeks)
            Hours of each team on each queue that were simulated. [h]
        seed : int
            Seed of the simulation.
        fell_short : ndarray of bool, shape (n_queues,)
            Queues to which the people that are there gave less than they need.
        """
        for queue in np.flatnonzero(missed):
            share = queue_share(self.case, hours, int(queue))
            simulated = _simulated(self.case, int(queue), hours, judged[queue].paths, share, seed)
            target_share = self.case.queues[queue].target.share
            more = needed_factor(simulated, self.target, target_share) / needed_factor(share, self.target, target_share)
            self.extra[queue] *= min(max(more, 1.0 + SAFETY), MOST_EXTRA)
        factor = np.where(missed, self.extra * step.factor / self.known_extra, step.factor)
        self.adjust(replace(step, factor=factor), fell_short)
        self.known_extra = self.extra.copy()

    @property
    def _least_factor(self) -> float:
        """Factor below which a queue has more than is worth keeping [-]."""
        return 1.0 - SPARE_TOLERANCE * (1 + self.learned)

    def _given_up(self, step: Round) -> NDArray[np.bool_]:
        names = {relaxation.name for relaxation in step.solution.relaxations}
        return np.array([queue.name in names for queue in self.case.queues])

    def _factor(self, queue: int, given: FloatArray) -> float:
        sense, paths = self.target, None
        if isinstance(sense, PriceOfLateness):
            if not self.case.queues[queue].is_live:
                return 1.0
            sense = ChanceConstraint()
        elif isinstance(sense, ChanceConstraint) and sense.jointly:
            # Queues that all meet their targets on the paths kept, which they share, do so jointly.
            sense, paths = ChanceConstraint(probability=1.0), np.flatnonzero(self.asked.kept[queue])
        share = queue_share(self.case, given, queue, paths)
        return float(self.extra[queue]) * needed_factor(share, sense, self.case.queues[queue].target.share)


def _simulated(
    case: StaffingCase,
    queue: int,
    hours: FloatArray,
    paths: NDArray[np.intp],
    share: Callable[[float], FloatArray],
    seed: int,
) -> Callable[[float], FloatArray]:
    """On-time share by the service model on all paths, moved by what the simulation finds on some.

    Parameters
    ----------
    case, queue
        The plan, and the place of the queue in it.
    hours : ndarray of shape (n_teams, n_queues, n_weeks)
        Hours of each team on each queue. [h]
    paths : ndarray of int, shape (n_simulated,)
        Paths that are simulated.
    share
        On-time share of each path for a multiple of the hours, by the service model.
    seed : int
        Seed of the simulation.

    Returns
    -------
    callable
        From a multiple of the hours to shares of shape (n_paths,), between 0 and 1. [-]
    """

    def moved(multiple: float) -> FloatArray:
        model = share(multiple)
        found = simulated_share(case, queue, multiple * hours, paths, seed=seed)
        of_paths = queue_share(case, hours, queue, paths)(multiple)
        return np.asarray(np.clip(model + (found - of_paths).mean(), 0.0, 1.0))

    return moved
