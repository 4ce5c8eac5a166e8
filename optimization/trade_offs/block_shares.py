"""On-time share that each option of each block gives up, in whole units that add up over blocks exactly."""

import numpy as np
from numpy.typing import NDArray

from optimization.block_values import SetValues

IntArray = NDArray[np.int64]

# Gains below a hundred-millionth of the items are noise of the allocation, not service.
UNITS_OF_SHARE = 1e8


def share_units(values: SetValues) -> list[IntArray]:
    """Mean on-time share of every option of every block, counted from the whole, in hundred-millionths.

    Parameters
    ----------
    values
        Every feasible set of every block, valued.

    Returns
    -------
    list of ndarray of int64 of shape (n_options,)
        One array a block, 0 or negative: minus the share that is late under the option. The sum of one option a
        block, divided by 1e8 and added to 1, is the mean on-time share of the set (where it is above 0 on every path).
    """
    due = values.today_due_harm
    lost = [
        np.divide(block.late_harm, due, out=np.zeros_like(block.late_harm), where=due > 0).mean(axis=1)
        for block in values.blocks
    ]
    return [-np.round(one * UNITS_OF_SHARE).astype(np.int64) for one in lost]


def levels_of(values: SetValues, option: NDArray[np.intp]) -> NDArray[np.float64]:
    """Put together the set that takes one option of each block.

    Parameters
    ----------
    values
        Every feasible set of every block, valued.
    option : ndarray of int of shape (..., n_blocks)
        Row of the table of each block.

    Returns
    -------
    ndarray of shape (..., n_requests)
        Share of each request that is funded. [-]
    """
    levels = np.zeros((*option.shape[:-1], len(values.case.requests)))
    for column, block in enumerate(values.blocks):
        levels[..., list(block.block.requests)] = block.block.levels[option[..., column]]
    return levels
