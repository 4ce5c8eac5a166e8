"""Items missed by many queues at once, at one capacity each, and the steps in which more of it would save some."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from optimization.program.deferred_flow import DeferredFlow, reflected, saving_steps

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


class StackedFlows:
    """Curves of queues with steps of the same length side by side, so that one pass over the steps does for all.

    Parameters
    ----------
    flows
        Of all queues, on the same paths.
    queues
        Numbers of those that count.

    Examples
    --------
    >>> from optimization.program.deferred_flow import deferred_flow
    >>> flows = [deferred_flow(np.array([[10.0, 10.0]]), within_steps=1.0) for _ in range(2)]
    >>> missed, saves = StackedFlows(flows, [0, 1]).at({0: np.array([0.0, 10.0]), 1: np.array([0.0, 6.0])})
    >>> missed[0], missed[1], saves[1].ravel()
    (array([0.]), array([4.]), array([ True,  True]))
    """

    def __init__(self, flows: Sequence[DeferredFlow], queues: Sequence[int]) -> None:
        alike: dict[int, list[int]] = {}
        for queue in queues:
            alike.setdefault(flows[queue].due.shape[1], []).append(queue)
        self._stacks = [
            (
                members,
                np.ascontiguousarray(np.concatenate([flows[queue].arrived for queue in members]).T),
                np.ascontiguousarray(np.concatenate([flows[queue].due for queue in members]).T),
            )
            for members in alike.values()
        ]

    def at(self, capacity: Mapping[int, FloatArray]) -> tuple[dict[int, FloatArray], dict[int, BoolArray]]:
        """Fewest items missed, and the steps in which one more item of capacity saves one.

        Parameters
        ----------
        capacity
            By queue: items that can be decided in each step, of shape (n_steps,). [items]

        Returns
        -------
        missed
            By queue: of shape (n_paths,). [items]
        saves
            By queue: of shape (n_steps, n_paths).
        """
        missed, saves = {}, {}
        for members, arrived, due in self._stacks:
            n_paths = arrived.shape[1] // len(members)
            room = np.repeat(np.stack([capacity[queue] for queue in members], axis=1), n_paths, axis=1)
            items, short, ran_out = reflected(arrived, due, room)
            worth = saving_steps(short, ran_out)
            for place, queue in enumerate(members):
                inside = slice(place * n_paths, (place + 1) * n_paths)
                missed[queue], saves[queue] = items[inside], worth[:, inside]
        return missed, saves
