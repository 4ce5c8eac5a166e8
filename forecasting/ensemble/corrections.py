"""Corrections of the ensemble's mean, each by a share that past errors teach."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

# Penalty on a share, relative to what its correction has moved: alone, a correction takes half of the best share in
# hindsight, as one odd season says too much of the next.
PENALTY = 1.0
# Larger errors than so many mean errors of their origin teach no more.
CLIP = 1.5
Singles = NDArray[np.float32]


@dataclass(kw_only=True, slots=True)
class CorrectionShares:
    """Shares of the corrections, learned from the errors of the origins whose horizon has passed.

    Attributes
    ----------
    moved : ndarray of shape (n_corrections, n_corrections, n_queues)
        Sums of products of the corrections.
    explained : ndarray of shape (n_corrections, n_queues)
        Sums of products of corrections and errors.
    share : ndarray of shape (n_corrections, n_queues)
        From 0 to 1.
    waiting
        Origins whose horizon has not passed: the step at which it will have, and what they add to the sums.
    """

    moved: Singles
    explained: Singles
    share: Singles
    waiting: list[tuple[int, Singles, Singles]] = field(default_factory=list)

    @classmethod
    def start(cls, n_corrections: int, n_queues: int) -> Self:
        """Return that nothing is learned: all shares are 0."""
        return cls(
            moved=np.zeros((n_corrections, n_corrections, n_queues), np.float32),
            explained=np.zeros((n_corrections, n_queues), np.float32),
            share=np.zeros((n_corrections, n_queues), np.float32),
        )

    def add(self, known_at: int, correction: Singles, error: Singles) -> None:
        """Put aside what an origin teaches until the step that completes it.

        Parameters
        ----------
        known_at : int
            That step.
        correction : ndarray of shape (n_corrections, horizon, n_queues)
            What whole shares would have added.
        error : ndarray of shape (horizon, n_queues)
            Actual less uncorrected forecast, NaN where not known.
        """
        seen = ~np.isnan(error)
        known = np.where(seen, error, np.float32(0))
        bound = np.float32(CLIP) * np.abs(known).sum(axis=0) / np.maximum(seen.sum(axis=0), 1).astype(np.float32)
        np.clip(known, -bound, bound, out=known)
        held = correction if seen.all() else correction * seen
        moved = np.empty_like(self.moved)
        for row, one in enumerate(held):
            for other in range(row + 1):
                moved[row, other] = moved[other, row] = (one * held[other]).sum(axis=0)
        self.waiting.append((known_at, moved, (held * known).sum(axis=1)))

    def at(self, now: int) -> Singles:
        """Shares by what is known now, of shape (n_corrections, n_queues).

        Notes
        -----
        Least squares with a ridge penalty and bounds 0 and 1, by coordinate descent [1]_: each share in turn takes
        the best value given the others, cut at the bounds. One round an origin is enough, as it starts from the
        shares of the origin before.

        References
        ----------
        .. [1] J. Friedman, T. Hastie, R. Tibshirani (2010), Regularization paths for generalized linear models via
           coordinate descent, Journal of Statistical Software 33(1), doi:10.18637/jss.v033.i01.
        """
        if not self.waiting or self.waiting[0][0] > now:
            return self.share
        while self.waiting and self.waiting[0][0] <= now:
            _, moved, explained = self.waiting.pop(0)
            self.moved += moved
            self.explained += explained
        for row, products in enumerate(self.moved):
            own = products[row]
            rest = self.explained[row] - (products * self.share).sum(axis=0) + own * self.share[row]
            best = rest / np.maximum(np.float32(1 + PENALTY) * own, np.float32(1e-9))
            np.clip(best, np.float32(0), np.float32(1), out=self.share[row])
        return self.share
