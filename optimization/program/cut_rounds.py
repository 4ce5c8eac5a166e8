"""Solving with cuts: the linear program first, then whole heads, and the smallest relaxation where nothing fits."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimization.program.build import StaffingTarget
from optimization.program.cut_search import MOST_NODES, SEARCH_GAP, CutSearch, SolverLimitError
from optimization.program.deadline_cover import AskedPaths
from optimization.program.installed_solver import installed_solver
from optimization.program.outcome import SolveOutcome, SolveStatus
from optimization.program.relaxation import Relaxation, smallest_relaxation
from optimization.program.staffing_program import Cut, StaffingProgram

FloatArray = NDArray[np.float64]

OPTIONS: dict[str, bool | int | float | str] = {"mip_rel_gap": SEARCH_GAP, "mip_max_nodes": MOST_NODES}


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
        Rows that were added, but for those that never bind.
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
        Of an earlier solution of the same case, whatever its margins: a large program begins with what they say now.
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
    search = CutSearch(program, target, margin, asked, solver, ())
    search.begin_with(cuts)
    relaxed = search.until_kept()
    relaxations: tuple[Relaxation, ...] = ()
    if relaxed.status is SolveStatus.INFEASIBLE:
        relaxations = smallest_relaxation(program, solver, search.until_kept)
        relaxed = search.until_kept()
    if relaxed.status is not SolveStatus.OPTIMAL:
        raise SolverLimitError(relaxed)
    outcome = search.until_whole(time_limit_seconds, relaxed=relaxed)
    if outcome.status is SolveStatus.INFEASIBLE:
        # Whole heads do not fit where fractions of heads do.
        relaxations = smallest_relaxation(program, solver, lambda: search.until_whole(time_limit_seconds))
        outcome = search.until_whole(time_limit_seconds)
    if outcome.values is None:
        raise SolverLimitError(outcome)
    position = search.position(outcome.values)
    return ProgramSolution(
        outcome=outcome,
        prices=solver.prices(outcome),
        linear_bound=relaxed.bound,
        given=position.given,
        late_share=np.stack(
            [
                np.zeros(program.case.forecast.n_paths) if queue.is_live else position.late_share(row)
                for row, queue in enumerate(program.case.queues)
            ]
        ),
        cuts=search.pool.held,
        rounds=search.rounds,
        relaxations=relaxations,
    )
