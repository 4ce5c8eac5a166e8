"""What events do to arrivals: learned from the past by kind, or given as a range."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# A kind seen once is trusted half, seen twice two thirds: the shrinkage of a learned effect towards none.
PRIOR_OCCURRENCES = 1.0


def occurrence_log_effects(
    items: NDArray[np.float64], normal: NDArray[np.float64], coverage: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Log ratio of what arrived during one event to what is normal.

    Parameters
    ----------
    items : ndarray of shape (n_queues, n_periods)
        Observed arrivals, NaN where not observed. [items]
    normal : ndarray of shape (n_queues, n_periods)
        Arrivals had there been no event. [items]
    coverage : ndarray of shape (n_periods,)
        Share of each period that the event covers. [-]

    Returns
    -------
    ndarray of shape (n_queues,)
        NaN where nothing was observed during the event.

    Notes
    -----
    Half an item is added on both sides, so that a closure with no arrivals has a finite effect.

    Examples
    --------
    >>> occurrence_log_effects(np.array([[10.0, 30.5]]), np.array([[10.0, 15.0]]), np.array([0.0, 1.0])).round(3)
    array([0.693])
    """
    during = (coverage > 0) & ~np.isnan(items) & ~np.isnan(normal)
    seen = np.where(during, items, 0.0).sum(axis=1)
    expected = np.where(during, normal, 0.0).sum(axis=1)
    effect = np.log((seen + 0.5) / (expected + 0.5))
    return np.where(during.any(axis=1), effect, np.nan)


def shrunk_log_effect(occurrences: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Mean effect of past occurrences of one kind, shrunk towards none.

    Parameters
    ----------
    occurrences
        One array of shape (n_queues,) an occurrence, NaN where it does not apply.

    Returns
    -------
    ndarray of shape (n_queues,)
        Sum of the log effects over n + 1 where n occurrences were seen; 0 where none was.

    Examples
    --------
    >>> shrunk_log_effect([np.array([0.6, np.nan]), np.array([0.3, np.nan])])
    array([0.3, 0. ])
    """
    stacked = np.asarray(occurrences, dtype=np.float64)
    seen = ~np.isnan(stacked)
    return np.where(seen, stacked, 0.0).sum(axis=0) / (seen.sum(axis=0) + PRIOR_OCCURRENCES)
