"""The value of every feasible set of every block, computed once and looked up from then on."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimization.blocks import Block, independent_blocks
from optimization.value import PlanningCase, service_of, value_sets

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class BlockValues:
    """Cost and lateness of every feasible set of one block.

    Attributes
    ----------
    block
        Which queues, requests and sets.
    cost_cents : ndarray of int64 of shape (n_sets,)
        Cost within the plan. [0.01 USD]
    late_harm : ndarray of shape (n_sets, n_paths)
        Late items weighted by severity. [severity-weighted items]
    late_items : ndarray of shape (n_sets, n_queues_of_block)
        Late items of each queue, expected. [items]
    met : ndarray of bool of shape (n_sets, n_queues_of_block, n_paths)
        Whether each queue meets its target.
    """

    block: Block
    cost_cents: NDArray[np.int64]
    late_harm: FloatArray
    late_items: FloatArray
    met: NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SetMeasure:
    """Cost and lateness of one set of requests.

    Attributes
    ----------
    cost_usd
        Within the plan. [USD]
    share : ndarray of shape (n_paths,)
        On-time share on each path, weighted by severity and today's volume. [-]
    late_harm, late_items
        Expected late items, weighted by severity and not. [items]
    """

    cost_usd: float
    share: FloatArray
    late_harm: float
    late_items: float


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
    measured
        Sets that may not be funded and were asked for all the same, by the bytes of their levels: valued once.
    """

    case: PlanningCase
    blocks: tuple[BlockValues, ...]
    today_due_harm: FloatArray
    measured: dict[bytes, SetMeasure] = field(default_factory=dict, repr=False)

    @property
    def n_sets(self) -> int:
        """Sets valued, over all blocks."""
        return sum(len(values.cost_cents) for values in self.blocks)

    def is_feasible(self, levels: FloatArray) -> bool:
        """Whether a set keeps every dependency and level."""
        return self._options(levels) is not None

    def measure(self, levels: FloatArray) -> SetMeasure:
        """Cost and lateness of a set: looked up if it is feasible, valued afresh if not.

        Parameters
        ----------
        levels : ndarray of shape (n_requests,)
            Share of each request that is funded. [-]

        Returns
        -------
        SetMeasure
            Also for a set that may not be funded, such as nothing where something is mandatory.
        """
        options = self._options(levels)
        if options is None:
            key = np.asarray(levels, dtype=np.float64).tobytes()
            if key not in self.measured:
                self.measured[key] = self._valued_afresh(levels)
            return self.measured[key]
        chosen = list(zip(self.blocks, options, strict=True))
        return self._as_measure(
            sum(int(values.cost_cents[row]) for values, row in chosen),
            np.sum([values.late_harm[row] for values, row in chosen], axis=0),
            sum(float(values.late_items[row].sum()) for values, row in chosen),
        )

    def _valued_afresh(self, levels: FloatArray) -> SetMeasure:
        outcome = service_of(self.case, levels)
        severity = np.array([queue.severity for queue in self.case.queues])
        harm = np.einsum("q,qp->p", severity, outcome.late)
        return self._as_measure(_cost_cents(self.case, levels), harm, float(outcome.late.sum(axis=0).mean()))

    def _as_measure(self, cost_cents: int, harm: FloatArray, items: float) -> SetMeasure:
        return SetMeasure(
            cost_usd=cost_cents / 100,
            share=share_on_time(harm, self.today_due_harm),
            late_harm=float(harm.mean()),
            late_items=items,
        )

    def _options(self, levels: FloatArray) -> tuple[int, ...] | None:
        """Row of the table of each block that a set takes; None if it is in none."""
        rows = []
        for values in self.blocks:
            same = (values.block.levels == levels[list(values.block.requests)]).all(axis=1)
            if not same.any():
                return None
            rows.append(int(np.argmax(same)))
        return tuple(rows)


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
    return SetValues(case=case, blocks=blocks, today_due_harm=np.einsum("q,qp->p", severity, today.due))


def _value_block(case: PlanningCase, block: Block) -> BlockValues:
    levels = np.zeros((len(block.levels), len(case.requests)))
    levels[:, list(block.requests)] = block.levels
    cost = np.array([_cost_cents(case, row) for row in levels], dtype=np.int64)
    if not block.queues:
        # Requests that touch no queue cost money and change no service.
        nothing = np.zeros((len(levels), 0, case.forecast.n_paths))
        return BlockValues(
            block=block,
            cost_cents=cost,
            late_harm=nothing.sum(axis=1),
            late_items=nothing[..., 0],
            met=nothing.astype(bool),
        )
    late_harm, late_items, met = lateness_of_sets(case, block, levels)
    return BlockValues(block=block, cost_cents=cost, late_harm=late_harm, late_items=late_items, met=met)


def lateness_of_sets(
    case: PlanningCase, block: Block, levels: FloatArray
) -> tuple[FloatArray, FloatArray, NDArray[np.bool_]]:
    """Value some sets of one block on all paths.

    Parameters
    ----------
    case
        Forecast, queues, teams and requests.
    block
        Which queues.
    levels : ndarray of shape (n_sets, n_requests)
        Share of each request that each set funds. [-]

    Returns
    -------
    late_harm, late_items, met
        As in `BlockValues`.
    """
    due, on_time, _ = value_sets(case, block.queues, levels)
    late = due - on_time
    queues = [case.queues[row] for row in block.queues]
    severity = np.array([queue.severity for queue in queues])
    target = np.array([queue.target.share for queue in queues])
    share = np.divide(on_time, due, out=np.ones_like(due), where=due > 0)
    return np.einsum("q,sqp->sp", severity, late), late.mean(axis=2), share >= target[:, None]


def _cost_cents(case: PlanningCase, levels: FloatArray) -> int:
    return sum(
        round(100 * request.cost_usd(case.n_weeks, float(level)))
        for request, level in zip(case.requests, levels, strict=True)
        if level > 0
    )
