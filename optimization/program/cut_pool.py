"""Cuts that were found: those that bind stay in the solver, the others wait aside until a plan breaks them again."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimization.program.cbc_solver import CbcSolver
from optimization.program.outcome import SolveOutcome
from optimization.program.solver import ProgramSolver
from optimization.program.staffing_program import Cut

FloatArray = NDArray[np.float64]

# So many cuts, and so many of each queue and week, may lie in the solver before some are put aside: those that were
# slack in so many solves on end.
MOST_HELD = 500
MOST_HELD_EACH = 6
SLACK_SOLVES = 5
# Rows with a smaller coefficient than this are stated in another unit.
LEAST_COEFFICIENT = 1e-7


def _unit(cut: Cut) -> float:
    """Number by which a row is multiplied, a power of two, so that no solver takes its coefficients for nothing.

    An hour of a queue with a billion items due is less than 1e-9 of them, which is where HiGHS leaves coefficients out.
    """
    size = np.abs(np.array(list(cut.coefficients.values())))
    size = size[size > 0.0]
    if size.size == 0 or size.min() >= LEAST_COEFFICIENT:
        return 1.0
    return float(2.0 ** np.rint(-0.5 * np.log2(size.min() * size.max())))


class CutPool:
    """Cuts, and which of them the solver holds.

    Parameters
    ----------
    solver
        That gets them as rows.
    cuts
        Known from before.
    n_places : int
        Queues times weeks that cuts may be about.

    Notes
    -----
    A linear program with thousands of cuts, of which a few hundred bind, takes ten times as long as it needs. A cut is
    put aside while its row is basic, so that the solver goes on from its basis.
    """

    def __init__(self, solver: ProgramSolver | CbcSolver, cuts: Sequence[Cut] = (), *, n_places: int = 0) -> None:
        self._solver, self._most_held = solver, max(MOST_HELD, MOST_HELD_EACH * n_places)
        self.cuts: list[Cut] = []
        self._lower, self._tolerance = np.zeros(0), np.zeros(0)
        self._index, self._value = np.zeros(0, dtype=np.intp), np.zeros(0)
        self._start = np.zeros(0, dtype=np.intp)
        self._is_held = np.zeros(0, dtype=np.bool_)
        self._slack_for = np.zeros(0, dtype=np.intp)
        # Not yet behind the others in the long arrays: columns, coefficients, right side and tolerance.
        self._new: list[tuple[NDArray[np.intp], FloatArray, float, float]] = []
        for cut in cuts:
            self.add(cut, tolerance=0.0)

    @property
    def held(self) -> tuple[Cut, ...]:
        """Cuts that are rows of the solver."""
        self._lengthen()
        return tuple(self.cuts[place] for place in np.flatnonzero(self._is_held))

    def shortfall(self, cut: Cut, values: FloatArray) -> float:
        """By how much a plan, of shape (n_columns,), breaks a cut; below 0 where it keeps it [unit of the row]."""
        index = [self._solver.columns[name] for name in cut.coefficients]
        return cut.lower - float(np.array(list(cut.coefficients.values())) @ values[index])

    def add(self, cut: Cut, *, tolerance: float) -> None:
        """Add a cut to the solver; it counts as broken where a plan is beyond it by more than the tolerance."""
        unit = _unit(cut)
        if unit != 1.0:
            by_name = {name: value * unit for name, value in cut.coefficients.items()}
            cut, tolerance = replace(cut, coefficients=by_name, lower=cut.lower * unit, unit=unit), tolerance * unit
        self._solver.add_row(cut.name, cut.coefficients, cut.lower, None)
        self.cuts.append(cut)
        index = np.array([self._solver.columns[name] for name in cut.coefficients], dtype=np.intp)
        self._new.append((index, np.array(list(cut.coefficients.values())), cut.lower, tolerance))

    def recall(self, values: FloatArray) -> bool:
        """Give the solver back, of each queue, the cut that a plan breaks most; whether there is any."""
        self._lengthen()
        if self._is_held.all():
            return False
        broken = self._lower - np.add.reduceat(self._value * values[self._index], self._start)
        broken[self._is_held | (broken <= self._tolerance)] = 0.0
        worst: dict[int, int] = {}
        for place in np.flatnonzero(broken).tolist():
            queue = self.cuts[place].queue
            if queue not in worst or broken[place] > broken[worst[queue]]:
                worst[queue] = place
        for place in worst.values():
            cut = self.cuts[place]
            self._solver.add_row(cut.name, cut.coefficients, cut.lower, None)
            self._is_held[place], self._slack_for[place] = True, 0
        return bool(worst)

    def put_aside(self, outcome: SolveOutcome, *, at_once: bool = False) -> None:
        """Take cuts out after a linear solve: all that are slack, or those that have long been if there are many."""
        self._lengthen()
        held = np.flatnonzero(self._is_held)
        if (held.size <= self._most_held and not at_once) or outcome.duals is None:
            return
        slack = self._solver.is_slack([self.cuts[place].name for place in held])
        self._slack_for[held] = np.where(slack, self._slack_for[held] + 1, 0)
        aside = held[slack if at_once else self._slack_for[held] >= SLACK_SOLVES]
        if aside.size:
            self._solver.remove_rows([self.cuts[place].name for place in aside])
            self._is_held[aside] = False

    def _lengthen(self) -> None:
        """Put what is new behind the others, all at once: to lengthen arrays cut by cut takes longer than to solve."""
        if not self._new:
            return
        index, value, lower, tolerance = zip(*self._new, strict=True)
        begun = self._index.size + np.cumsum([0, *(part.size for part in index[:-1])])
        self._start = np.concatenate([self._start, begun]).astype(np.intp)
        self._index, self._value = np.concatenate([self._index, *index]), np.concatenate([self._value, *value])
        self._lower = np.concatenate([self._lower, lower])
        self._tolerance = np.concatenate([self._tolerance, tolerance])
        self._is_held = np.concatenate([self._is_held, np.ones(len(lower), dtype=np.bool_)])
        self._slack_for = np.concatenate([self._slack_for, np.zeros(len(lower), dtype=np.intp)])
        self._new = []
