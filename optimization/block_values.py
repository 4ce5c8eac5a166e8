"""The value of every feasible set of every block, computed once and looked up from then on."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimization.blocks import Block, independent_blocks
from optimization.freed_hours import freed_hours
from optimization.value import PlanningCase, service_of, value_sets

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SetOutcomes:
    """What sets of requests do to the queues of one block.

    Attributes
    ----------
    late_harm : ndarray of shape (n_sets, n_paths)
        Late items weighted by severity. [severity-weighted items]
    late_items : ndarray of shape (n_sets, n_queues_of_block)
        Late items of each queue, expected. [items]
    met : ndarray of bool of shape (n_sets, n_queues_of_block, n_paths)
        Whether each queue meets its target.
    freed_hours : ndarray of shape (n_sets,)
        Hours that nothing needs any more, expected; see `optimization.freed_hours`. [h]
    """

    late_harm: FloatArray
    late_items: FloatArray
    met: NDArray[np.bool_]
    freed_hours: FloatArray


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class BlockValues:
    """Cost and outcome of every feasible set of one block.

    Attributes
    ----------
    block
        Which queues, requests and sets.
    cost_cents : ndarray of int64 of shape (n_sets,)
        Cost within the plan. [0.01 USD]
    outcomes
        Of its sets.
    """

    block: Block
    cost_cents: NDArray[np.int64]
    outcomes: SetOutcomes

    @property
    def late_harm(self) -> FloatArray:
        """Late items weighted by severity, of shape (n_sets, n_paths) [severity-weighted items]."""
        return self.outcomes.late_harm


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
    today_due_harm : ndarray of shape (n_paths,)
        Items due with nothing funded, weighted by severity. [severity-weighted items]
    today_due_items : ndarray of shape (n_queues,)
        Items of each queue due with nothing funded, expected. [items]
    measured
        Outcomes of sets that are in no table and were asked for all the same, by block and levels: valued once.
    """

    case: PlanningCase
    blocks: tuple[BlockValues, ...]
    today_due_harm: FloatArray
    today_due_items: FloatArray
    measured: dict[tuple[int, bytes], SetOutcomes] = field(default_factory=dict, repr=False)

    @property
    def n_sets(self) -> int:
        """Sets valued, over all blocks."""
        return sum(len(values.cost_cents) for values in self.blocks)

    def is_feasible(self, levels: FloatArray) -> bool:
        """Whether a set keeps every dependency and level."""
        return all(_row_of(values, levels) is not None for values in self.blocks)

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
        harm = np.zeros_like(self.today_due_harm)
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
            share=share_on_time(harm, self.today_due_harm),
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
    late = np.divide(late_harm, today_due_harm, out=np.zeros_like(late_harm), where=today_due_harm > 0)
    return np.maximum(1.0 - late, 0.0)


def value_all_blocks(case: PlanningCase) -> SetValues:
    """Value every feasible set of every block on all paths.

    Parameters
    ----------
    case
        Forecast, queues, teams and requests.

    Returns
    -------
    SetValues

    Raises
    ------
    ValueError
        If a block has no feasible set, or too many (see `optimization.blocks.independent_blocks`).
    """
    today = service_of(case, np.zeros(len(case.requests)))
    severity = np.array([queue.severity for queue in case.queues])
    blocks = tuple(_value_block(case, block) for block in independent_blocks(case.queues, case.teams, case.requests))
    return SetValues(
        case=case,
        blocks=blocks,
        today_due_harm=np.einsum("q,qp->p", severity, today.due),
        today_due_items=today.due.mean(axis=1),
    )


def _value_block(case: PlanningCase, block: Block) -> BlockValues:
    levels = np.zeros((len(block.levels), len(case.requests)))
    levels[:, list(block.requests)] = block.levels
    cost = np.array([cost_in_cents(case, row) for row in levels], dtype=np.int64)
    return BlockValues(block=block, cost_cents=cost, outcomes=outcomes_of_sets(case, block, levels))


def outcomes_of_sets(case: PlanningCase, block: Block, levels: FloatArray) -> SetOutcomes:
    """Value some sets of one block on all paths.

    Parameters
    ----------
    case
        Forecast, queues, teams and requests.
    block
        Which queues; its own sets are not looked at.
    levels : ndarray of shape (n_sets, n_requests)
        Share of each request that each set funds. [-]

    Returns
    -------
    SetOutcomes
    """
    n_sets, n_paths = len(levels), case.forecast.n_paths
    if not block.queues:
        # Requests that touch no queue cost money and change no service.
        nothing = np.zeros((n_sets, 0, n_paths))
        return SetOutcomes(
            late_harm=nothing.sum(axis=1),
            late_items=nothing[..., 0],
            met=nothing.astype(bool),
            freed_hours=np.zeros(n_sets),
        )
    queues = [case.queues[row] for row in block.queues]
    severity = np.array([queue.severity for queue in queues])
    target = np.array([queue.target.share for queue in queues])
    # Freed hours are counted against nothing funded.
    with_nothing = np.concatenate([np.zeros_like(levels[:1]), levels])
    due, on_time, backlog = value_sets(case, block.queues, with_nothing)
    freed = freed_hours(case, block.queues, with_nothing, backlog).mean(axis=1)[1:]
    due, late = due[1:], (due - on_time)[1:]
    share = np.divide(on_time[1:], due, out=np.ones_like(due), where=due > 0)
    return SetOutcomes(
        late_harm=np.einsum("q,sqp->sp", severity, late),
        late_items=late.mean(axis=2),
        met=share >= target[:, None],
        freed_hours=freed,
    )


def cost_in_cents(case: PlanningCase, levels: FloatArray) -> int:
    """Cost of a set within the plan, each request rounded to the cent [0.01 USD].

    Parameters
    ----------
    case
        The requests.
    levels : ndarray of shape (n_requests,)
        Share of each request that is funded. [-]

    Returns
    -------
    int
    """
    return sum(
        round(100 * request.cost_usd(case.n_weeks, float(level)))
        for request, level in zip(case.requests, levels, strict=True)
        if level > 0
    )
