"""On-time share that each option of each block gives up, in whole units that add up over blocks exactly."""

import numpy as np
from numpy.typing import NDArray

from optimization.block_values import SetValues, lost_share

IntArray = NDArray[np.int64]

# Gains below a hundred-millionth of the items are noise of the allocation, not service.
SHARE_UNITS = 1e8


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
    lost = [lost_share(block.late_harm, due).mean(axis=1) for block in values.blocks]
    return [-np.round(one * SHARE_UNITS).astype(np.int64) for one in lost]
