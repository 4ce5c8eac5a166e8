"""Late harm of the sets of one block: looked up where it was valued, valued once where it was not."""

import numpy as np
from numpy.typing import NDArray

from optimization.case import PlanningCase
from optimization.set_outcomes import BlockValues
from optimization.value import value_sets

FloatArray = NDArray[np.float64]


class LateHarm:
    """Severity-weighted late items of any set of the requests of one block.

    Parameters
    ----------
    case
        What was valued.
    table
        The feasible sets of the block.
    """

    def __init__(self, case: PlanningCase, table: BlockValues) -> None:
        self.case = case
        self.block = table.block
        self.known = {one.tobytes(): harm for one, harm in zip(table.block.levels, table.late_harm, strict=True)}

    def of(self, levels: FloatArray) -> FloatArray:
        """Late harm of sets on every path.

        Parameters
        ----------
        levels : ndarray of shape (n_sets, n_requests)
            Share of each request that each set funds; also of sets that may not be funded, such as those without
            what is mandatory. [-]

        Returns
        -------
        ndarray of shape (n_sets, n_paths)
            Severity-weighted late items of the block's queues. [items]
        """
        own = list(self.block.requests)
        # Adding nought makes one zero of the two that floating point has.
        keys = [one.tobytes() for one in levels[:, own] + 0.0]
        missing = {key: row for row, key in enumerate(keys) if key not in self.known}
        if missing:
            wanted = np.zeros((len(missing), levels.shape[1]))
            wanted[:, own] = levels[list(missing.values())][:, own]
            severity = np.array([self.case.queues[row].severity for row in self.block.queues])
            due, on_time, _ = value_sets(self.case, self.block.queues, wanted)
            self.known |= dict(zip(missing, np.einsum("q,sqp->sp", severity, due - on_time), strict=True))
        return np.stack([self.known[key] for key in keys])
