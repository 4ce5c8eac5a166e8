"""The value of every feasible set of every block, computed once and looked up from then on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimization.block_bound.rounds import prove_bound
from optimization.blocks import MOST_SETS, Block, independent_blocks
from optimization.case import PlanningCase
from optimization.set_outcomes import BlockValues, SetOutcomes, cost_in_cents, outcomes_of_sets
from optimization.set_search import search_block
from optimization.value import service_of

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SetMeasure:
    """Cost and service of one set of requests.

    Attributes
    ----------
    cost_usd
        Within the plan. [USD]
    share : ndarray of shape (n_paths,)
        On-time share on each path, weighted by severity and today's volume. [-]
    late_harm
        Expected late items, weighted by severity. [severity-weighted items]
    late_items_by_queue : ndarray of shape (n_queues,)
        Expected late items of each queue. [items]
    met : ndarray of bool of shape (n_queues, n_paths)
        Whether each queue meets its target.
    freed_hours
        Expected hours that nothing needs any more. [h]
    """

    cost_usd: float
    share: FloatArray
    late_harm: float
    late_items_by_queue: FloatArray
    met: NDArray[np.bool_]
    freed_hours: float

    @property
    def late_items(self) -> float:
        """Expected late items of all queues, each counting the same [items]."""
        return float(self.late_items_by_queue.sum())


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SetValues:
    """Cost and service of any set of requests, put together from its blocks.

    Attributes
    ----------
    case
        What was valued.
    blocks
        Their tables.
    today_due : ndarray of shape (n_queues, n_paths)
        Items due with nothing funded. [items]
    measured
        Outcomes of sets that are in no table and were asked for all the same, by block and levels: valued once.

    Examples
    --------
    Two requests may be funded or not: four sets.

    >>> from optimization import sample_case, value_all_blocks
    >>> values = value_all_blocks(sample_case(three=(3, 2700), nine=(9, 8100)))
    >>> values.n_sets, values.is_complete
    (4, True)
    >>> values.measure(np.array([1.0, 1.0])).cost_usd
    10800.0
    """

    case: PlanningCase
    blocks: tuple[BlockValues, ...]
    today_due: FloatArray
    measured: dict[tuple[int, bytes], SetOutcomes] = field(default_factory=dict, repr=False)

    @property
    def today_due_harm(self) -> FloatArray:
        """Items due with nothing funded, weighted by severity, of shape (n_paths,) [severity-weighted items]."""
        return self.due_harm_of(range(len(self.case.queues)))

    @property
    def today_due_items(self) -> FloatArray:
        """Items of each queue due with nothing funded, expected, of shape (n_queues,) [items]."""
        return np.asarray(self.today_due.mean(axis=1))

    def due_harm_of(self, queues: Sequence[int]) -> FloatArray:
        """Items of some queues due with nothing funded, weighted by severity.

        Parameters
        ----------
        queues : sequence of int
            Rows among all queues.

        Returns
        -------
        ndarray of shape (n_paths,)
            [severity-weighted items]
        """
        rows = list(queues)
        severity = np.array([self.case.queues[row].severity for row in rows])
        return np.asarray(np.einsum("q,qp->p", severity, self.today_due[rows]))

    @property
    def n_sets(self) -> int:
        """Sets valued, over all blocks."""
        return sum(len(values.cost_cents) for values in self.blocks)

    def is_feasible(self, levels: FloatArray) -> bool:
        """Whether a set keeps every dependency and level, valued or not.

        Parameters
        ----------
        levels : ndarray of shape (n_requests,)
            Share of each request that is funded. [-]

        Returns
        -------
        bool
        """
        parts = [(values.block, levels[list(values.block.requests)]) for values in self.blocks]
        return all(block.is_feasible(part) for block, part in parts)

    @property
    def is_complete(self) -> bool:
        """Whether every feasible set of every block was valued."""
        return all(values.open_sets is None for values in self.blocks)

    @property
    def shares_add_up(self) -> bool:
        """Whether the on-time share of every valued set is 1 less what its parts lose in each block.

        Not where on some path more can be late than is due today, as requests add volume: there shares stop at 0.
        """
        most = np.sum([values.late_harm.max(axis=0) for values in self.blocks], axis=0)
        due = self.today_due_harm
        return bool((most <= due)[due > 0].all())

    def levels_of(self, rows: NDArray[np.intp]) -> FloatArray:
        """Put together sets that take one set of each block's table.

        Parameters
        ----------
        rows : ndarray of int of shape (..., n_blocks)
            Row of each block's table.

        Returns
        -------
        ndarray of shape (..., n_requests)
            Share of each request that is funded. [-]
        """
        levels = np.zeros((*rows.shape[:-1], len(self.case.requests)))
        for column, values in enumerate(self.blocks):
            levels[..., list(values.block.requests)] = values.block.levels[rows[..., column]]
        return levels

    def measure(self, levels: FloatArray) -> SetMeasure:
        """Cost and service of a set: looked up if it is feasible, valued afresh if not.

        Parameters
        ----------
        levels : ndarray of shape (n_requests,)
            Share of each request that is funded. [-]

        Returns
        -------
        SetMeasure
            Also for a set that may not be funded, such as nothing where something is mandatory.
        """
        today = self.today_due_harm
        harm = np.zeros_like(today)
        late = np.zeros(len(self.case.queues))
        met = np.ones((len(late), len(harm)), dtype=bool)
        freed = 0.0
        for column, values in enumerate(self.blocks):
            row = _row_of(values, levels)
            found = values.outcomes if row is not None else self._afresh(column, levels)
            at, queues = row or 0, list(values.block.queues)
            harm += found.late_harm[at]
            late[queues], met[queues] = found.late_items[at], found.met[at]
            freed += float(found.freed_hours[at])
        return SetMeasure(
            cost_usd=cost_in_cents(self.case, levels) / 100,
            share=share_on_time(harm, today),
            late_harm=float(harm.mean()),
            late_items_by_queue=late,
            met=met,
            freed_hours=freed,
        )

    def _afresh(self, column: int, levels: FloatArray) -> SetOutcomes:
        block = self.blocks[column].block
        own = np.zeros((1, len(levels)))
        own[:, list(block.requests)] = levels[list(block.requests)]
        key = (column, own.tobytes())
        if key not in self.measured:
            self.measured[key] = outcomes_of_sets(self.case, block, own)
        return self.measured[key]


def _row_of(values: BlockValues, levels: FloatArray) -> int | None:
    """Row of the table of a block that a set takes; None if it is not there."""
    same = (values.block.levels == levels[list(values.block.requests)]).all(axis=1)
    return int(np.argmax(same)) if same.any() else None


def share_on_time(late_harm: FloatArray, today_due_harm: FloatArray) -> FloatArray:
    """On-time share with today's volume as the yardstick.

    Parameters
    ----------
    late_harm : ndarray of shape (..., n_paths)
        Late items of a set, weighted by severity.
    today_due_harm : ndarray of shape (n_paths,)
        Items due with nothing funded, weighted by severity.

    Returns
    -------
    ndarray of shape (..., n_paths)
        1 - late / due; 1 where nothing is due. An item that a request makes unnecessary counts as on time. [-]

    Notes
    -----
    Every set is measured against the same volume, so that the shares of blocks add up and a set cannot look
    better by shrinking its own yardstick. Volume that a request adds can bring a share below that of its own
    items, but never below 0.

    Examples
    --------
    >>> share_on_time(np.array([2.0, 0.0]), np.array([10.0, 0.0]))
    array([0.8, 1. ])
    """
    return np.maximum(1.0 - lost_share(late_harm, today_due_harm), 0.0)


def lost_share(late_harm: FloatArray, today_due_harm: FloatArray) -> FloatArray:
    """On-time share that is lost, with today's volume as the yardstick; it adds up over blocks.

    Parameters
    ----------
    late_harm : ndarray of shape (..., n_paths)
        Late items, weighted by severity. [severity-weighted items]
    today_due_harm : ndarray of shape (n_paths,)
        Items due with nothing funded, weighted by severity. [severity-weighted items]

    Returns
    -------
    ndarray of shape (..., n_paths)
        0 where nothing is due; above 1 where more is late than is due today. [-]

    Examples
    --------
    >>> lost_share(np.array([2.0, 12.0, 0.0]), np.array([10.0, 10.0, 0.0]))
    array([0.2, 1.2, 0. ])
    """
    return np.divide(late_harm, today_due_harm, out=np.zeros_like(late_harm), where=today_due_harm > 0)


def value_all_blocks(case: PlanningCase, *, most_sets: int = MOST_SETS) -> SetValues:
    """Value every feasible set of every block on all paths; of blocks with too many sets, those that matter most.

    Parameters
    ----------
    case
        Forecast, queues, teams and requests.
    most_sets : int
        Blocks with more feasible sets than this are searched (`optimization.set_search`) until an eighth as many are
        valued; then a mixed-integer program proves what the others could do at most (`optimization.block_bound`), and
        up to an eighth more that it proposes are valued. [-]

    Returns
    -------
    SetValues

    Raises
    ------
    ValueError
        If a block has no feasible set.

    Examples
    --------
    A queue of 42 hours of work a week that nobody does yet; three seats bring 90.

    >>> from optimization import sample_case, value_all_blocks
    >>> values = value_all_blocks(sample_case())
    >>> nothing, seats = values.measure(np.array([0.0])), values.measure(np.array([1.0]))
    >>> seats.cost_usd, seats.late_items < nothing.late_items, bool(seats.share.mean() > 0.99)
    (2700.0, True, True)
    """
    today = service_of(case, np.zeros(len(case.requests)))
    severity = np.array([queue.severity for queue in case.queues])
    due_harm = np.einsum("q,qp->p", severity, today.due)
    blocks = tuple(
        _value_block(case, block)
        if block.is_complete
        else _search_block(case, block, today.due, due_harm, most_sets=max(2, most_sets // 4))
        for block in independent_blocks(case.queues, case.teams, case.requests, most_sets=most_sets)
    )
    return SetValues(case=case, blocks=blocks, today_due=today.due)


def _search_block(
    case: PlanningCase, block: Block, today_due: FloatArray, due_harm: FloatArray, *, most_sets: int
) -> BlockValues:
    valued = search_block(case, block, due_harm, most_sets=most_sets // 2)
    proven = prove_bound(valued, today_due, most_sets=most_sets)
    return valued.table(proven)


def _value_block(case: PlanningCase, block: Block) -> BlockValues:
    levels = np.zeros((len(block.levels), len(case.requests)))
    levels[:, list(block.requests)] = block.levels
    cost = np.array([cost_in_cents(case, row) for row in levels], dtype=np.int64)
    return BlockValues(block=block, cost_cents=cost, outcomes=outcomes_of_sets(case, block, levels))
