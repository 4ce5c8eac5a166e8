"""What people do today: fund requests one by one, by their stand-alone worth, until the money runs out."""

import numpy as np
from numpy.typing import NDArray

from optimization.block_values import SetValues
from optimization.funded_sets import minimum_set

FloatArray = NDArray[np.float64]


def ranked_one_by_one(values: SetValues, budget_usd: float) -> FloatArray:
    """What people do today: fund requests by late items avoided alone per dollar until the money runs out.

    Late items count by severity, as on the frontier.

    Parameters
    ----------
    values
        Every feasible set of every block, valued.
    budget_usd : float
        At least what is mandatory costs. [USD]

    Returns
    -------
    ndarray of shape (n_requests,)
        The set that results. A request that no longer fits is funded in part, where it may be and the part fits. One
        whose prerequisite is not yet funded, or that is excluded by one that is, is passed over. [-]
    """
    start = minimum_set(values.case)
    unfunded = values.measure(start)
    worth = []
    for row in range(len(start)):
        alone = start.copy()
        alone[row] = 1.0
        one = values.measure(alone)
        # A request that cannot be funded by itself has no worth of its own.
        avoided = unfunded.late_harm - one.late_harm if values.is_feasible(alone) else 0.0
        worth.append(avoided / max(one.cost_usd - unfunded.cost_usd, 0.01))
    levels = start
    for row in sorted(range(len(worth)), key=lambda i: (-worth[i], i)):
        for share in reversed(values.case.requests[row].levels()) if worth[row] > 0 else ():
            candidate = levels.copy()
            candidate[row] = max(share, levels[row])
            if values.is_feasible(candidate) and values.measure(candidate).cost_usd <= budget_usd:
                levels = candidate
                break
    return levels
