"""Solving with cuts: solve, see what the plan misses on every path, add the rows that it breaks, solve again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimization.program.build import StaffingTarget
from optimization.program.cbc_solver import CbcSolver
from optimization.program.deadline_cover import AskedPaths
from optimization.program.installed_solver import installed_solver
from optimization.program.missed_cuts import Position
from optimization.program.outcome import SolveOutcome, SolveStatus
from optimization.program.relaxation import Relaxation, smallest_relaxation
from optimization.program.solver import ProgramSolver
from optimization.program.staffing_program import Cut, StaffingProgram, column

FloatArray = NDArray[np.float64]

MOST_ROUNDS = 200
# A plan whose whole numbers come from before its last cuts is kept where nothing can be cheaper by more than this part.
WHOLE_GAP = 3e-4
# A limit on nodes rather than on time ends a long search at the same plan on every machine.
OPTIONS: dict[str, bool | int | float | str] = {"mip_rel_gap": 1e-4, "mip_max_nodes": 5_000}


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ProgramSolution:
    """A plan of the program, and what proves it.

    Attributes
    ----------
    outcome
        Of the last mixed-integer solve.
    prices
        Of the linear program around its whole numbers.
    linear_bound
        Cost of the relaxation in which heads need not be whole: no plan costs less. [USD]
    given : ndarray of shape (n_teams, n_queues, n_weeks)
        Productive hours of each team that each queue needs. [h]
    late_share : ndarray of shape (n_queues, n_paths)
        Fewest items missed over items due; 0 for live queues. [-]
    cuts
        Rows that were added.
    rounds
        Solves until no row was broken.
    relaxations
        What had to be given up; empty where the program is feasible.
    """

    outcome: SolveOutcome
    prices: SolveOutcome
    linear_bound: float
    given: FloatArray
    late_share: FloatArray
    cuts: tuple[Cut, ...]
    rounds: int
    relaxations: tuple[Relaxation, ...]

    @property
    def status(self) -> SolveStatus:
        """How the search ended; infeasible where something had to be given up."""
        return SolveStatus.INFEASIBLE if self.relaxations else self.outcome.status


class SolverLimitError(RuntimeError):
    """The solver stopped, or failed, without a plan that keeps the target; `outcome` says how.

    Parameters
    ----------
    outcome
        Of the solve.

    Examples
    --------
    >>> outcome = SolveOutcome(status=SolveStatus.TIME_LIMITED, solver_status="Time limit reached",
    ...                        objective=float("nan"), bound=0.0, values=None, duals=None, reduced_costs=None,
    ...                        columns={}, rows={})
    >>> error = SolverLimitError(outcome)
    >>> error.outcome.status.name, "without a plan" in str(error)
    ('TIME_LIMITED', True)
    """

    def __init__(self, outcome: SolveOutcome) -> None:
        self.outcome = outcome
        super().__init__(
            f"the staffing program ended {outcome.status.name} ({outcome.solver_status}) without a plan; "
            f"{outcome.status}"
        )


class CutLimitError(SolverLimitError):
    """The cuts of a target did not settle: each solve found a plan, and the last one still breaks a row.

    Parameters
    ----------
    outcome
        Of the last solve.
    """

    def __init__(self, outcome: SolveOutcome) -> None:
        RuntimeError.__init__(
            self,
            f"the cuts of the target did not settle in {MOST_ROUNDS} solves: the last plan, at an objective of "
            f"{outcome.objective:,.6g}, still misses more items than the program reckoned with. Plan fewer queues, "
            "weeks or paths at a time.",
        )
        self.outcome = outcome


def solve_program(
    program: StaffingProgram,
    target: StaffingTarget,
    *,
    margin: FloatArray,
    asked: AskedPaths,
    cuts: Sequence[Cut] = (),
    time_limit_seconds: float | None = None,
) -> ProgramSolution:
    """Solve a staffing program with the cuts that its target needs.

    Parameters
    ----------
    program
        As built.
    target
        What service is asked for.
    margin : ndarray of shape (n_queues,)
        Part by which more hours are asked than the flow needs. [-]
    asked
        Paths on which the target is asked for.
    cuts
        Known from before, with the same margin and paths.
    time_limit_seconds : float, optional
        For each mixed-integer solve. [s]

    Returns
    -------
    ProgramSolution
        Where no plan keeps everything: a plan under the smallest relaxation, and what that is.

    Raises
    ------
    SolverLimitError
        If the solver stops or fails without any plan.
    """
    solver = installed_solver(program.problem, OPTIONS)
    search = CutSearch(program, target, margin, asked, solver, list(cuts))
    for cut in cuts:
        solver.add_row(cut.name, cut.coefficients, cut.lower, None)
    relaxed = search.until_kept()
    relaxations: tuple[Relaxation, ...] = ()
    if relaxed.status is SolveStatus.INFEASIBLE:
        relaxations = smallest_relaxation(program, solver, search.until_kept)
        relaxed = search.until_kept()
    if relaxed.status is not SolveStatus.OPTIMAL:
        raise SolverLimitError(relaxed)
    outcome = search.until_whole(time_limit_seconds)
    if outcome.status is SolveStatus.INFEASIBLE:
        # Whole heads do not fit where fractions of heads do.
        relaxations = smallest_relaxation(program, solver, lambda: search.until_whole(time_limit_seconds))
        outcome = search.until_whole(time_limit_seconds)
    if outcome.values is None:
        raise SolverLimitError(outcome)
    position = search.position(outcome)
    return ProgramSolution(
        outcome=outcome,
        prices=solver.prices(outcome),
        linear_bound=relaxed.objective,
        given=position.given,
        late_share=np.stack(
            [
                np.zeros(program.case.forecast.n_paths) if queue.is_live else position.late_share(row)
                for row, queue in enumerate(program.case.queues)
            ]
        ),
        cuts=tuple(search.cuts),
        rounds=search.rounds,
        relaxations=relaxations,
    )


class CutSearch:
    """One program in one solver, and the cuts that it has got so far; changed in place, it goes on from there."""

    def __init__(
        self,
        program: StaffingProgram,
        target: StaffingTarget,
        margin: FloatArray,
        asked: AskedPaths,
        solver: ProgramSolver | CbcSolver,
        cuts: list[Cut],
    ) -> None:
        self.program, self.target, self.margin, self.asked = program, target, margin, asked
        self.solver, self.cuts, self.rounds = solver, cuts, 0

    def until_kept(self) -> SolveOutcome:
        """Solve the linear relaxation until it breaks no row of the target."""
        for _ in range(MOST_ROUNDS):
            outcome = self._solved(integers=False)
            if outcome.values is None or not self._add_broken(outcome):
                return outcome
        raise CutLimitError(outcome)

    def until_whole(self, time_limit_seconds: float | None) -> SolveOutcome:
        """Solve with whole numbers until the plan breaks no row of the target, or none can be cheaper by `WHOLE_GAP`.

        Notes
        -----
        A mixed-integer solve takes a hundred times as long as a linear one. So where its plan breaks rows, the linear
        program around its whole numbers gets the cuts first: that plan keeps all rows, and the bound of the
        mixed-integer solve, which had fewer rows, holds for it. If the two are close it is the answer; if not, the next
        mixed-integer solve starts from it.
        """
        for _ in range(MOST_ROUNDS):
            outcome = self._solved(integers=True, time_limit_seconds=time_limit_seconds)
            if outcome.values is None or not self._add_broken(outcome):
                return outcome
            with self.solver.whole_fixed(outcome):
                around = self.until_kept()
            if around.values is None:
                continue
            kept = replace(
                around,
                status=outcome.status,
                solver_status=outcome.solver_status,
                bound=outcome.bound,
                duals=None,
                reduced_costs=None,
            )
            if kept.gap <= WHOLE_GAP:
                return kept
            self.solver.set_start(around.values)
        raise CutLimitError(outcome)

    def _solved(self, *, integers: bool, time_limit_seconds: float | None = None) -> SolveOutcome:
        self.rounds += 1
        return self.solver.solve(integers=integers, time_limit_seconds=time_limit_seconds)

    def _add_broken(self, outcome: SolveOutcome) -> bool:
        """Add the rows that a plan breaks; whether there are any."""
        broken = self.target.cuts(self.position(outcome))
        for cut in broken:
            self.solver.add_row(cut.name, cut.coefficients, cut.lower, None)
        self.cuts += broken
        return bool(broken)

    def position(self, outcome: SolveOutcome) -> Position:
        """The plan of a solve as its queues see it."""
        case = self.program.case
        given = np.zeros((*case.skill.shape, case.n_weeks))
        for team, queue in case.pairs:
            for week in range(case.n_weeks):
                given[team, queue, week] = outcome.value(column("give", team, queue, week))
        queues = range(len(case.queues))
        late = [column("late", queue) for queue in queues]
        return Position(
            case=case,
            given=np.maximum(given, 0.0),
            margin=self.margin,
            relaxed=np.array(
                [
                    [outcome.value(column("relax_queue", queue, week)) for week in range(case.n_weeks)]
                    for queue in queues
                ]
            ),
            asked=self.asked,
            extra={name: outcome.value(name) for name in late if name in self.program.variables},
            serial=len(self.cuts),
        )
