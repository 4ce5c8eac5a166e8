"""The loop of a program with cuts: solve, look at what a plan misses on every path, add rows that touch it there."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimization.program.build import StaffingTarget
from optimization.program.cbc_solver import CbcSolver
from optimization.program.chance_constraint import ChanceConstraint
from optimization.program.cut_pool import CutPool
from optimization.program.deadline_cover import AskedPaths
from optimization.program.missed_cuts import SHARE_TOLERANCE, Position, Touching, missed_cuts_again
from optimization.program.outcome import SolveOutcome, SolveStatus
from optimization.program.solver import ProgramSolver
from optimization.program.stacked_flows import StackedFlows
from optimization.program.staffing_program import Cut, StaffingProgram, column
from optimization.program.whole_dive import WholeDive

FloatArray = NDArray[np.float64]

MOST_ROUNDS = 400
# A plan whose whole numbers come from before its last cuts is kept where nothing can be cheaper by more than this part.
WHOLE_GAP = 3e-4
# One mixed-integer solve ends at this part, or after so many nodes: a limit on nodes rather than on time ends a long
# search at the same plan on every machine.
SEARCH_GAP, MOST_NODES = 1e-4, 5_000
# Programs with more whole columns than this, or more rows, are large: a node takes a second. Their whole numbers are
# rounded first; a plan is kept where nothing can be cheaper by more than this part of the cost of all staffing; and
# where that is not reached, so many mixed-integer solves of so many nodes follow.
LARGE, LARGE_ROWS = 200, 2_500
LARGE_GAP = 1e-3
MOST_SEARCHES, LARGE_NODES = 2, 50
# A linear plan is kept where nothing can be better by more than this part of it.
LINEAR_GAP = 1e-5
# Rows are sought at this part of the way from the best plan so far to that of the linear program.
STEP = 0.3


class SolverLimitError(RuntimeError):
    """The solver stopped, or failed, without a plan that keeps the target; `outcome` says how.

    Parameters
    ----------
    outcome
        Of the solve.

    Examples
    --------
    >>> from optimization.program.outcome import SolveStatus
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


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Look:
    """A plan as the target sees it: what it costs with what is late, and by how much it breaks rows that must hold."""

    values: FloatArray
    rows: list[Touching]
    objective: float
    broken: float

    def is_better_than(self, other: "_Look") -> bool:
        return (self.broken, self.objective) < (other.broken, other.objective)


def _proven(plan: SolveOutcome, by: SolveOutcome, status: SolveStatus, bound: float) -> SolveOutcome:
    """State a plan of the linear program around whole numbers with what a solve without them proves of it."""
    return replace(plan, status=status, solver_status=by.solver_status, bound=bound, duals=None, reduced_costs=None)


class CutSearch:
    """One program in one solver, and the cuts that it has got so far; changed in place, it goes on from there.

    Notes
    -----
    The plan of a linear program with few cuts lies at a corner of what they leave open, far from the optimum, and each
    new row sends it to another corner: with a row at every such plan (Kelley's method) the hours of a dozen queues over
    a quarter swing for hundreds of rounds. Rows are sought between that plan and the best one so far instead (in-out
    separation [1]_); where such a row does not cut off the plan of the linear program, at that plan itself. The best
    plan so far and the bound of the linear program enclose the optimum.

    References
    ----------
    .. [1] W. Ben-Ameur and J. Neto (2007), Acceleration of cutting-plane and column generation algorithms: applications
       to network design, Networks 49(1), doi:10.1002/net.20137.
    """

    def __init__(
        self,
        program: StaffingProgram,
        target: StaffingTarget,
        margin: FloatArray,
        asked: AskedPaths,
        solver: ProgramSolver | CbcSolver,
        cuts: Sequence[Cut],
    ) -> None:
        self.program, self.target, self.margin, self.asked = program, target, margin, asked
        self.solver, self.rounds = solver, 0
        self.pool = CutPool(solver, cuts, n_places=len(program.case.queues) * program.case.n_weeks)
        # Rows of a chance constraint are few, and the one that a plan breaks most is the deepest there is.
        self._is_averaged = not isinstance(target, ChanceConstraint)
        self._looks = len(cuts)
        case = program.case
        self._flows = StackedFlows(case.flows, [row for row, queue in enumerate(case.queues) if not queue.is_live])
        places, weeks, queues = solver.columns, range(case.n_weeks), range(len(case.queues))
        self._give = np.array([[places[column("give", *pair, week)] for week in weeks] for pair in case.pairs])
        self._relax = np.array([[places[column("relax_queue", queue, week)] for week in weeks] for queue in queues])
        self._late = {name: places[name] for name in (column("late", queue) for queue in queues) if name in places}

    def begin_with(self, cuts: Sequence[Cut]) -> None:
        """Add the rows of an earlier program of the same case, as they read now, where it takes long to find them."""
        anywhere = self.position(np.zeros(self.solver.n_columns))
        again: list[Cut] = []
        if not isinstance(self.target, ChanceConstraint):
            again = missed_cuts_again(anywhere, cuts)
        elif self.is_large:
            again = self.target.restated(anywhere, cuts)
        for cut in again:
            self.pool.add(cut, tolerance=SHARE_TOLERANCE)

    def until_kept(
        self,
        *,
        centre: FloatArray | None = None,
        within: float | None = None,
        put_aside: bool = True,
        most_rounds: int | None = None,
    ) -> SolveOutcome:
        """Solve the linear relaxation until its plan breaks no row of the target, or none can be better by much.

        Parameters
        ----------
        centre : ndarray of shape (n_columns,), optional
            A plan that keeps all but the target's rows, from which to start. Without one the first plan is it.
        within : float, optional
            How much better a plan may be than the one that is returned; `LINEAR_GAP` of it if None. [as the objective]
        put_aside : bool
            Whether cuts that have been slack for long may leave the solver.
        most_rounds : int, optional
            End after so many rounds of cuts, whatever the plan breaks then.

        Returns
        -------
        SolveOutcome
            Its `objective` is that of its plan, its `bound` and its duals are those of the last linear program.
        """
        best = None if centre is None or not self._is_averaged else self._look(centre)
        if best is not None:
            self._add(best.rows)
        for added in range(MOST_ROUNDS):
            outcome = self._solved_with_recalled()
            if outcome.values is None or added == most_rounds:
                return outcome
            if put_aside:
                self.pool.put_aside(outcome)
            if best is not None and best.broken <= 0.0:
                room = LINEAR_GAP * abs(best.objective) if within is None else within
                if best.objective - outcome.objective <= room:
                    return replace(outcome, objective=best.objective, bound=outcome.objective, values=best.values)
            look = None
            if best is not None:
                look = self._look(best.values + STEP * (outcome.values - best.values))
            if look is None or not self._add(look.rows, broken_by=outcome.values):
                look = self._look(outcome.values)
                if not self._add(look.rows, broken_by=outcome.values):
                    return outcome
            if self._is_averaged and (best is None or look.is_better_than(best)):
                best = look
        raise CutLimitError(outcome)

    def until_whole(self, time_limit_seconds: float | None, *, relaxed: SolveOutcome | None = None) -> SolveOutcome:
        """Solve with whole numbers until the plan breaks no row of the target, or none can be cheaper by `whole_gap`.

        Parameters
        ----------
        time_limit_seconds : float, optional
            Of each mixed-integer solve. [s]
        relaxed
            Of `until_kept`, for what the solver holds now; a large program is dived into from there.

        Returns
        -------
        SolveOutcome

        Notes
        -----
        A mixed-integer solve takes a hundred times as long as a linear one. So where its plan breaks rows, the linear
        program around its whole numbers gets the cuts first: that plan keeps all rows, and the bound of the
        mixed-integer solve, which had fewer rows, holds for it. If the two are close it is the answer; if not, the next
        mixed-integer solve starts from it.

        In a large program heads are a small part of the cost, and what rounding them week by week gives is often close
        enough to the bound of the linear relaxation (`optimization.program.whole_dive`). Where it is not, mixed-integer
        solves start from it; after a few of them the best plan is returned with the gap that is proven.
        """
        best, bound, gap, large = None, -np.inf, WHOLE_GAP, self.is_large
        if large and relaxed is not None:
            gap = self.whole_gap(relaxed.objective)
            best, bound = self._dived(relaxed), relaxed.bound
        self.solver.limit_search(
            gap=SEARCH_GAP if gap == WHOLE_GAP else gap, nodes=LARGE_NODES if large else MOST_NODES
        )
        if best is not None:
            if best.gap <= gap:
                return best
            self._start_from(best)
        for search in range(1, MOST_ROUNDS + 1):
            self.rounds += 1
            outcome = self.solver.solve(time_limit_seconds=time_limit_seconds)
            bound = max(bound, outcome.bound)
            if outcome.values is None:
                if best is None or outcome.status is SolveStatus.INFEASIBLE:
                    return outcome
                return _proven(best, outcome, SolveStatus.TIME_LIMITED, bound)
            broken = self.pool.recall(outcome.values)
            if not broken and not self._add(self._look(outcome.values).rows, broken_by=outcome.values):
                return replace(outcome, bound=bound)
            with self.solver.whole_fixed(outcome):
                # What is slack around these heads may bind around others.
                around = self.until_kept(put_aside=False)
            if around.values is not None and (best is None or around.objective < best.objective):
                best = around
            if best is None:
                continue
            best = _proven(best, outcome, outcome.status, bound)
            if best.gap <= gap:
                return best
            if large and search == MOST_SEARCHES:
                return replace(best, status=SolveStatus.TIME_LIMITED)
            self._start_from(best)
        raise CutLimitError(outcome)

    @property
    def is_large(self) -> bool:
        """Whether whole numbers are sought by a dive first."""
        return self.solver.whole.size > LARGE or len(self.solver.rows) > LARGE_ROWS

    def whole_gap(self, objective: float) -> float:
        """Part of an objective [-] by which a cheaper plan of whole heads may exist."""
        if not self.is_large:
            return WHOLE_GAP
        staffing = abs(objective) + sum(float(team.cost_usd.sum()) for team in self.program.case.response)
        return max(WHOLE_GAP, LARGE_GAP * staffing / max(abs(objective), 1.0))

    def _dived(self, relaxed: SolveOutcome) -> SolveOutcome | None:
        # Rows that are slack make every solve slower, and are found again where they bind.
        self.pool.put_aside(relaxed, at_once=True)
        found = WholeDive(
            self.program,
            self.solver,
            solve=lambda: self.until_kept(put_aside=False),
            solve_once=lambda: self.until_kept(put_aside=False, most_rounds=1),
        ).plan(relaxed)
        return None if found is None else _proven(found, relaxed, SolveStatus.OPTIMAL, relaxed.bound)

    def _start_from(self, plan: SolveOutcome) -> None:
        if plan.values is not None:
            self.solver.set_start(plan.values)

    def position(self, values: FloatArray) -> Position:
        """A plan, of shape (n_columns,), as its queues see it."""
        case = self.program.case
        given = np.zeros((*case.skill.shape, case.n_weeks))
        team, queue = np.array(case.pairs).T
        given[team, queue] = np.maximum(values[self._give], 0.0)
        return Position(
            case=case,
            flows=self._flows,
            given=given,
            margin=self.margin,
            relaxed=values[self._relax],
            asked=self.asked,
            extra={name: float(values[place]) for name, place in self._late.items()},
            serial=self._looks,
        )

    def _solved_with_recalled(self) -> SolveOutcome:
        """Solve the linear relaxation with every cut that was found, though not all lie in the solver."""
        self.rounds += 1
        outcome = self.solver.solve(integers=False)
        while outcome.values is not None and self.pool.recall(outcome.values):
            outcome = self.solver.solve(integers=False)
        return outcome

    def _look(self, values: FloatArray) -> _Look:
        rows = self.target.touching(self.position(values))
        self._looks += 1
        kept, broken = values.copy(), 0.0
        for row in rows:
            if row.column_for_rest is not None:
                # What is late in truth is paid, whatever the plan reckons with.
                kept[self.solver.columns[row.column_for_rest]] += row.excess
            else:
                broken += max(0.0, row.excess - row.tolerance)
        return _Look(values=kept, rows=rows, objective=self.solver.objective_of(kept), broken=broken)

    def _add(self, rows: Sequence[Touching], broken_by: FloatArray | None = None) -> bool:
        """Add rows, or those that a plan breaks; whether there are any."""
        added = False
        for row in rows:
            if broken_by is None or self.pool.shortfall(row.cut, broken_by) > row.tolerance:
                self.pool.add(row.cut, tolerance=row.tolerance)
                added = True
        return added
