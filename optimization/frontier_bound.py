"""The highest on-time share that any set of requests can have at its cost, sets that were not valued included."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimization.block_shares import SHARE_UNITS
from optimization.block_values import SetValues
from optimization.portfolio import merge_fronts

FloatArray = NDArray[np.float64]


def highest_share(values: SetValues, cost_cents: ArrayLike) -> FloatArray:
    """Bound the mean on-time share of every feasible set within each cost.

    Parameters
    ----------
    values
        Blocks of which every set was valued, and blocks with what is proven of the sets that were not.
    cost_cents : array_like of shape (n_costs,)
        [0.01 USD]

    Returns
    -------
    ndarray of shape (n_costs,)
        0 where no feasible set costs so little. [-]

    Notes
    -----
    On each path the late items of a block count up to the items due in it today. What is lost is then at least the sum
    over blocks, also where the on-time share of a path stops at 0. Sums over blocks are merged by dominance.
    """
    due = values.today_due_harm
    weight = np.divide(1.0, due, out=np.zeros_like(due), where=due > 0) / len(due)
    options = []
    for block in values.blocks:
        if block.open_sets is None:
            cost, least = block.cost_cents, np.minimum(block.late_harm, values.due_harm_of(block.block.queues)) @ weight
        else:
            cost, least = block.open_sets.cost_cents, block.open_sets.share_lost
        options.append((cost, -np.floor(least * SHARE_UNITS).astype(np.int64)))
    best = merge_fronts(options)
    place = np.searchsorted(best.cost, np.asarray(cost_cents), side="right") - 1
    return np.where(place < 0, 0.0, 1.0 + best.value[np.maximum(place, 0)] / SHARE_UNITS)
