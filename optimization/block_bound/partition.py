"""The sets of a block parted into cells, finer where a bound is wanted closer, for queues that share teams."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from optimization.block_bound.cells import Cell, whole_block
from optimization.block_bound.least_lateness import LeastLateness

FloatArray = NDArray[np.float64]


class Partition:
    """Cells that hold every set of a block once, each with the least that some queues lose in it.

    Parameters
    ----------
    lateness
        Bounds of the block's queues.
    queues : sequence of int
        Places, in the block, of queues that are linked by teams.
    """

    def __init__(self, lateness: LeastLateness, queues: Sequence[int]) -> None:
        self._lateness, self.queues = lateness, tuple(queues)
        relevant = {one for queue in queues for one in lateness.sharing.relevant[queue]}
        self._groups = lateness.groups_with(relevant)
        self._gains = {at: self._gain_of_ways(at) for at in self._groups}
        self.cells: list[Cell] = [whole_block(lateness.groups)]
        self._by_queue = self._bounds(self.cells)

    @property
    def lost(self) -> list[float]:
        """Least share that the queues together lose in each cell [-]."""
        return [float(one.sum()) for one in self._by_queue]

    def place(self, ways: Sequence[int]) -> int:
        """Return which cell holds a set.

        Parameters
        ----------
        ways : sequence of int
            The set, by the way of each group.

        Returns
        -------
        int
            Place among `cells`.
        """
        which = self._groups
        return next(
            at for at, cell in enumerate(self.cells) if all(cell.low[g] <= ways[g] <= cell.high[g] for g in which)
        )

    def part(self, chosen: Sequence[int]) -> int:
        """Part some cells in two.

        Parameters
        ----------
        chosen : sequence of int
            Places of cells.

        Returns
        -------
        int
            Cells that are new; 0 where nothing that matters is open in any of the chosen.

        Notes
        -----
        Between a way and the next, by cost, of one group: where the help that the cheaper cell lacks, times what the
        dearer one costs more, is greatest.
        """
        parted = {at: halves for at in chosen if (halves := self._halves(self.cells[at])) is not None}
        children = [cell for halves in parted.values() for cell in halves]
        before = [self._by_queue[at] for at in parted for _ in range(2)]
        # What holds in a cell holds in its parts.
        new = [np.maximum(one, now) for one, now in zip(before, self._bounds(children), strict=True)]
        left = [at for at in range(len(self.cells)) if at not in parted]
        self.cells = [*(self.cells[at] for at in left), *children]
        self._by_queue = [*(self._by_queue[at] for at in left), *new]
        return len(children)

    def _halves(self, cell: Cell) -> tuple[Cell, Cell] | None:
        best: tuple[float, int, int] | None = None
        for at in (one for one in self._groups if cell.is_open(one)):
            low, high = cell.low[at], cell.high[at]
            gain = np.maximum.accumulate(self._gains[at][low : high + 1])
            cost = self._lateness.groups[at].cost_cents[low : high + 1]
            score = (gain[-1] - gain[:-1] + 1e-9) * (cost[1:] - cost[0] + 1.0)
            last = int(np.argmax(score))
            if best is None or score[last] > best[0]:
                best = (float(score[last]), at, low + last)
        return None if best is None else cell.parted(best[1], best[2])

    def _gain_of_ways(self, at: int) -> FloatArray:
        """How much help each way of a group is: hours over all hours, and work that need not be done over all work."""
        lateness = self._lateness
        group, start = lateness.groups[at], whole_block(lateness.groups)
        nothing = Cell(start.low, start.low)
        gains = []
        for way in range(len(group.levels)):
            low = (*nothing.low[:at], way, *nothing.low[at + 1 :])
            ends = lateness.ends.at(Cell(low, low), helpful=True)
            hours, skill = ends.hours.mean(axis=(1, 2)), ends.skill.mean(axis=0)
            gains.append((hours.sum(), ends.demand.mean(axis=1).sum(), skill.sum()))
        figures = np.array(gains)
        relative = figures / np.maximum(figures[0], 1e-12)
        return np.asarray(relative[:, 0] - relative[:, 1] + relative[:, 2])

    def _bounds(self, cells: Sequence[Cell]) -> list[FloatArray]:
        if not self.queues or not cells:
            return [np.zeros(len(self.queues)) for _ in cells]
        return list(np.stack([self._lateness.lost(queue, cells) for queue in self.queues], axis=1))
