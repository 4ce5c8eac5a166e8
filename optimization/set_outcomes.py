"""What sets of requests do to the queues of one block, and what they cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimization.blocks import Block
from optimization.case import PlanningCase
from optimization.freed_hours import freed_hours
from optimization.value import value_sets

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
class OpenSets:
    """What is proven of all feasible sets of a block, those that were not valued included.

    Attributes
    ----------
    cost_cents : ndarray of int64 of shape (n_steps,)
        Ascending. A set that costs at least the first and less than the next of these loses at least the share of the
        first; the last holds for all that cost more. [0.01 USD]
    share_lost : ndarray of shape (n_steps,)
        On-time share, counted on each path up to the share of the block's items in those due today. [-]
    """

    cost_cents: NDArray[np.int64]
    share_lost: FloatArray


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class BlockValues:
    """Cost and outcome of the feasible sets of one block: of every one, or of those that a search has valued.

    Attributes
    ----------
    block
        Which queues, requests and sets.
    cost_cents : ndarray of int64 of shape (n_sets,)
        Cost within the plan. [0.01 USD]
    outcomes
        Of its sets.
    open_sets
        What is proven of the sets that were not valued; None where every feasible set was.
    """

    block: Block
    cost_cents: NDArray[np.int64]
    outcomes: SetOutcomes
    open_sets: OpenSets | None = None

    @property
    def late_harm(self) -> FloatArray:
        """Late items weighted by severity, of shape (n_sets, n_paths) [severity-weighted items]."""
        return self.outcomes.late_harm


def nothing_proven(cost_cents: NDArray[np.int64]) -> OpenSets:
    """Return what is known of the sets of a block without a proof: that they lose nothing at the least.

    Parameters
    ----------
    cost_cents : ndarray of int64 of shape (n_sets,)
        Of the valued sets, the cheapest feasible one among them. [0.01 USD]

    Returns
    -------
    OpenSets
    """
    return OpenSets(cost_cents=cost_cents.min(keepdims=True), share_lost=np.zeros(1))


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
