"""Bounds of a large block at every budget: solve, value what the program proposes, part its cells, solve again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimization.block_bound.cell_program import CellBound, CellProgram
from optimization.block_bound.cells import groups_of, levels_of
from optimization.block_bound.least_lateness import LeastLateness
from optimization.block_bound.partition import Partition
from optimization.block_bound.sharing import bundles_of
from optimization.set_outcomes import OpenSets, nothing_proven
from optimization.set_search import ValuedSets

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MOST_BUDGETS = 64
MOST_ROUNDS = 400
# Budgets at which a round looks for sets: those with the largest gaps.
BUDGETS_A_ROUND = 16
# Cells are made until there are so many.
MOST_CELLS = 600
# On-time share that is not worth another round.
CLOSE = 2e-4
# Differences between two ways to value a set.
ROUNDING = 1e-7


@dataclass(kw_only=True, slots=True, eq=False)
class _Sweep:
    """Budgets and what is proven at each."""

    cents: IntArray
    lost: FloatArray

    def note(self, at: int, bound: CellBound, known: float) -> None:
        """Take a bound: what holds within a budget holds within every smaller one."""
        if bound.lost > known + ROUNDING:
            raise RuntimeError(
                f"the solver claims that no set within ${self.cents[at] / 100:,.2f} loses less than {bound.lost!r}, "
                f"and one that was valued loses {known!r}"
            )
        self.lost[: at + 1] = np.maximum(self.lost[: at + 1], bound.lost)


def prove_bound(valued: ValuedSets, today_due: FloatArray, *, most_sets: int) -> OpenSets:
    """Bound what any set of a block can do, and value the sets on the way that look best.

    Parameters
    ----------
    valued
        The block, and sets of it that a search has valued; others are added.
    today_due : ndarray of shape (n_queues, n_paths)
        Items of every queue of the case that are due with nothing funded. [items]
    most_sets : int
        Sets to value in all, up to those of one round more. [-]

    Returns
    -------
    OpenSets
        Proven, whatever was valued.

    Raises
    ------
    RuntimeError
        If the solver claims what a valued set contradicts.

    Notes
    -----
    Each round solves `CellProgram` at the budgets with the largest gaps between what the valued sets lose and what is
    proven; values the sets that it proposes; and parts the cells that hold them. Of the solver its dual bounds count
    alone. What is proven within a budget holds for every set that costs no more. All limits are on numbers, none on
    time.
    """
    block, case = valued.block, valued.case
    if not block.queues:
        return nothing_proven(valued.front()[0])
    requests = [case.requests[row] for row in block.requests]
    cost = [
        [round(100 * request.cost_usd(case.n_weeks, share)) if share > 0 else 0 for share in options]
        for request, options in zip(requests, block.choices, strict=True)
    ]
    groups = groups_of(block, cost, bundles_of(case, block))
    lateness = LeastLateness(case, block, groups, today_due)
    linked = dict.fromkeys(tuple(np.flatnonzero(row).tolist()) for row in lateness.sharing.together)
    partitions = [Partition(lateness, queues) for queues in linked]
    sweep = _budgets(valued, sum(int(group.cost_cents[-1]) for group in groups))
    stuck: set[int] = set()
    for round_number in range(MOST_ROUNDS):
        program = CellProgram(block, groups, partitions)
        gap = _gap(valued, sweep)
        open_ones = [int(at) for at in np.argsort(-gap, kind="stable") if gap[at] > CLOSE and int(at) not in stuck]
        # The first round looks at every budget.
        chosen = range(len(gap)) if round_number == 0 else open_ones[:BUDGETS_A_ROUND]
        found = {at: program.within(int(sweep.cents[at])) for at in chosen}
        known = _front_at(valued, sweep.cents)
        for at, bound in found.items():
            sweep.note(at, bound, float(known[at]))
        if not open_ones or sum(len(one.cells) for one in partitions) >= MOST_CELLS:
            break
        gap = _gap(valued, sweep)
        proposed = {at: bound.ways for at, bound in found.items() if bound.ways is not None and gap[at] > CLOSE}
        if proposed and len(valued.lost) < most_sets:
            sets = [levels_of(groups, ways, len(requests)) for ways in proposed.values()]
            valued.add(np.stack(sets))
        new = [part.part(sorted({part.place(ways) for ways in proposed.values()})) for part in partitions]
        if not any(new):
            # The next program would be the same.
            stuck |= set(found)
    return _steps(valued, sweep)


def _budgets(valued: ValuedSets, most_cents: int) -> _Sweep:
    """Budgets just below the costs at which the known front rises, where there are many those with even rises."""
    cost, lost = valued.front()
    rises = np.flatnonzero(np.diff(lost, prepend=np.inf) < -ROUNDING)[1:]
    if len(rises) >= MOST_BUDGETS:
        even = np.linspace(lost[0], lost[-1], MOST_BUDGETS)[1:]
        rises = np.unique([rises[np.argmin(np.abs(lost[rises] - one))] for one in even])
    cents = np.unique(np.append(cost[rises] - 1, most_cents)).astype(np.int64)
    return _Sweep(cents=cents, lost=np.zeros(len(cents)))


def _front_at(valued: ValuedSets, cents: IntArray) -> FloatArray:
    """Least share that a valued set within each budget loses."""
    cost, lost = valued.front()
    return lost[np.searchsorted(cost, cents, side="right") - 1]


def _gap(valued: ValuedSets, sweep: _Sweep) -> FloatArray:
    return _front_at(valued, sweep.cents) - sweep.lost


def _steps(valued: ValuedSets, sweep: _Sweep) -> OpenSets:
    cost, _ = valued.front()
    begin = np.concatenate([cost[:1], sweep.cents[:-1] + 1])
    return OpenSets(cost_cents=begin.astype(np.int64), share_lost=np.maximum(sweep.lost, 0.0))
