"""Weights of the candidates from their recent errors at rolling origins, using only what was known by then."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from forecasting.methods.smoothing import Floats


@dataclass(kw_only=True, slots=True)
class LaneScores:
    """Decayed mean absolute errors of all candidates, added in when the horizon of an origin has passed.

    Attributes
    ----------
    total : ndarray of shape (n_lanes, n_queues)
        Decayed sum of absolute errors.
    count : ndarray of shape (n_queues,)
        Decayed number of errors.
    power, decay : float
        As in the plan of the candidates.
    waiting
        Scores whose horizon has not passed: step at which it will have, sums and counts.
    """

    total: Floats
    count: Floats
    power: float
    decay: float
    waiting: list[tuple[int, Floats, Floats]] = field(default_factory=list)

    @classmethod
    def start(cls, n_lanes: int, n_queues: int, dtype: np.dtype[np.floating], power: float, decay: float) -> Self:
        """Return empty scores."""
        return cls(
            total=np.zeros((n_lanes, n_queues), dtype), count=np.zeros(n_queues, dtype), power=power, decay=decay
        )

    def add(self, known_at: int, size: Floats, count: Floats) -> None:
        """Put aside an origin's summed absolute errors (n_lanes, n_queues) until the step that completes them."""
        self.waiting.append((known_at, size, count))

    def mean(self, now: int) -> Floats:
        """Mean absolute error by lane and queue from the origins complete by now; 0 where there is none."""
        while self.waiting and self.waiting[0][0] <= now:
            _, size, count = self.waiting.pop(0)
            some = count > 0
            self.total = np.where(some, self.total * size.dtype.type(self.decay) + size, self.total)
            self.count = np.where(some, self.count * size.dtype.type(self.decay) + count, self.count)
        return np.asarray(self.total / np.maximum(self.count, 1e-9), dtype=self.total.dtype)

    def weights(self, now: int, ready: NDArray[np.bool_]) -> Floats:
        """Weights that sum to 1 over lanes, of shape (n_lanes, n_queues); equal where nothing is known.

        Parameters
        ----------
        now : int
            Steps known.
        ready : bool ndarray of shape (n_lanes, n_queues)
            Lanes that may weigh something; at least one a queue.
        """
        return weights_of(self.mean(now), ready, self.power)


def weights_of(mean: Floats, ready: NDArray[np.bool_], power: float) -> Floats:
    """Weights that sum to 1 over lanes: mean absolute errors to minus the power, 0 for lanes that are not ready."""
    all_ready = bool(ready.all())
    best = (mean if all_ready else np.where(ready, mean, np.inf)).min(axis=0)
    floor = np.maximum(best, 1e-6)
    weight = (np.maximum(mean, floor) / floor) ** np.asarray(-power, mean.dtype)
    if not all_ready:
        weight *= ready
    return np.asarray(weight / weight.sum(axis=0))
