"""Deferred queues in strict order of priority on one capacity: what the first leave over serves the next."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from capacity.erlang_arguments import checked
from capacity.turnaround.flow import CumulativeFlow

FloatArray = NDArray[np.float64]


def flows_by_priority(arrivals: Sequence[ArrayLike], capacity: ArrayLike) -> tuple[CumulativeFlow, ...]:
    """Serve classes on one capacity, each only with what the classes before it leave over.

    Parameters
    ----------
    arrivals : sequence of array_like of shape (..., n_steps)
        Work that arrives in each step, one array a class, the most urgent first, all in the unit of the capacity
        (hours, or items of equal handling time). [h]
    capacity : array_like of shape (..., n_steps), broadcast against each class
        Work that can be done in each step. [h]

    Returns
    -------
    tuple of CumulativeFlow
        One a class; `on_time_items`, `due_items` and `backlog` of each are in the unit of the arrivals.

    Raises
    ------
    ValueError
        If there is no class, work or capacity is negative, or a class has another number of steps than the capacity.

    Notes
    -----
    The first k classes together see the full capacity, so their completions are one reflection, and the backlog of
    class k at every node is the difference of two exact ones. What class k is left with in a step is taken as even
    over the step: that moves its completions by less than a step, and only in steps in which the classes before it
    run out of work. A class takes nothing from those before it (preemption between, not within, items).

    Examples
    --------
    >>> first, second = flows_by_priority([[3.0, 1.0], [2.0, 0.0]], [4.0, 4.0])
    >>> first.backlog.tolist(), second.backlog.tolist()
    ([0.0, 0.0, 0.0], [0.0, 1.0, 0.0])
    """
    if not arrivals:
        raise ValueError("arrivals must hold at least one class of work; found none")
    left = checked("capacity", capacity)
    flows = []
    for rank, work in enumerate(arrivals):
        came = checked(f"arrivals[{rank}]", work)
        if came.shape[-1:] != left.shape[-1:]:
            raise ValueError(
                f"arrivals[{rank}] must have as many steps as the capacity, {left.shape[-1]}; found {came.shape[-1:]}"
            )
        flow = CumulativeFlow.of(came, left)
        flows.append(flow)
        # Rounding may leave a hair below nothing.
        left = np.maximum(left - np.diff(flow.decided, axis=-1), 0.0)
    return tuple(flows)
