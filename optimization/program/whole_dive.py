"""Whole heads for large programs: rounded week by week, with the linear program and its cuts around them."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from optimization.program.cbc_solver import CbcSolver
from optimization.program.head_response import MoveKind
from optimization.program.outcome import SolveOutcome
from optimization.program.solver import WHOLE, ProgramSolver
from optimization.program.staffing_program import StaffingProgram, column
from optimization.program.vendor_seats import open_tiers

FloatArray = NDArray[np.float64]

# A head is cheaper than the overtime that stands in for it, so that from this part of a head on it is rounded up; and
# from any part on, where the week has no plan otherwise. [heads]
UP_FROM = (0.2, 0.0)
# Rows of the last plan may ask for more people than there are; so often they are rounded up again.
MOST_REPAIRS = 3


class WholeDive:
    """Whole heads near the plan of a linear relaxation.

    Parameters
    ----------
    program
        As built.
    solver
        That holds it.
    solve, solve_once
        Solve the linear relaxation of what the solver holds, with all the cuts that it needs, or with one more round of
        them.

    Notes
    -----
    First every price tier is taken that the seats of the relaxation fall in: with tiers half open the relaxation pays
    the cheapest price for all seats, and decides badly. Then week by week its moves are rounded, up from a fifth of a
    head on, and the linear program is solved again, so that later weeks, overtime and other teams make up for what
    rounding gave or took. Where that leaves a week without a plan, its hires are all rounded up and its releases down.
    At the end all cuts are added; where the people do not suffice for them, more are hired or fewer let go.
    Nothing is drawn at random: the same program gives the same plan.
    """

    def __init__(
        self,
        program: StaffingProgram,
        solver: ProgramSolver | CbcSolver,
        *,
        solve: Callable[[], SolveOutcome],
        solve_once: Callable[[], SolveOutcome],
    ) -> None:
        self._program, self._solver, self._solve, self._solve_once = program, solver, solve, solve_once
        names = list(solver.columns)
        self._names = [names[place] for place in solver.whole]
        self._place = {name: row for row, name in enumerate(self._names)}
        self._goes = np.array([name.startswith((MoveKind.RELEASE, MoveKind.RETURN)) for name in self._names])

    def plan(self, relaxed: SolveOutcome) -> SolveOutcome | None:
        """Round the plan of a relaxation.

        Parameters
        ----------
        relaxed
            Of the linear relaxation, with a plan.

        Returns
        -------
        SolveOutcome or None
            Of the linear program around the whole numbers: it keeps all rows, but proves no bound of the program. None
            where rounding leads to where no plan is.
        """
        lower, upper = self._solver.whole_bounds()
        self._fix(lower, upper, open_tiers(self._program, relaxed))
        outcome = self._within(lower, upper, self._solve_once)
        for week in range(self._program.case.n_weeks):
            if outcome.values is None:
                return None
            found, low, high = outcome, lower, upper
            for up_from in UP_FROM:
                low, high = lower.copy(), upper.copy()
                self._fix(low, high, self._rounded(outcome, week, up_from))
                found = self._within(low, high, self._solve_once)
                if found.values is not None:
                    break
            lower, upper, outcome = low, high, found
        return self._with_all_cuts(lower, upper)

    def _within(self, lower: FloatArray, upper: FloatArray, solve: Callable[[], SolveOutcome]) -> SolveOutcome:
        with self._solver.whole_within(lower, upper):
            return solve()

    def _fix(self, lower: FloatArray, upper: FloatArray, values: dict[str, float]) -> None:
        for name, value in values.items():
            place = self._place[name]
            lower[place] = upper[place] = np.clip(value, lower[place], upper[place])

    def _rounded(self, outcome: SolveOutcome, week: int, up_from: float) -> dict[str, float]:
        """Moves of one week, and whether classes start in it, in whole numbers."""
        found: dict[str, float] = {}
        for team, response in enumerate(self._program.case.response):
            least = float(self._program.case.options[team].smallest_class)
            for move in response.moves:
                if move.week != week:
                    continue
                name = column(move.kind, team, week)
                value = outcome.value(name)
                if self._goes[self._place[name]]:
                    found[name] = float(np.floor(value + max(up_from, WHOLE)))
                    continue
                found[name] = float(np.ceil(value - max(up_from, WHOLE)))
                starts = column("class", team, week)
                if move.kind is not MoveKind.ORDER and starts in outcome.columns:
                    found[name] = max(found[name], least) if found[name] > 0.0 else 0.0
                    found[starts] = max(found.get(starts, 0.0), float(found[name] > 0.0))
        return found

    def _with_all_cuts(self, lower: FloatArray, upper: FloatArray) -> SolveOutcome | None:
        """Add the cuts that are left, and people where they ask for more."""
        outcome = self._within(lower, upper, self._solve)
        least, most = self._solver.whole_bounds()
        is_move = np.array([not name.startswith(("tier_open", "class")) for name in self._names])
        low, high = np.where(self._goes, least, lower), np.where(is_move & ~self._goes, most, upper)
        for _ in range(MOST_REPAIRS):
            if outcome.values is not None:
                value = outcome.values[self._solver.whole]
                if (np.abs(value - np.rint(value)) <= WHOLE).all():
                    return outcome
                low = np.where(self._goes, low, np.ceil(value - WHOLE))
                high = np.where(self._goes, np.floor(value + WHOLE), high)
            outcome = self._within(low, high, self._solve)
            if outcome.values is None:
                return None
        return None
