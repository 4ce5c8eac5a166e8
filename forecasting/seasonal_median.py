"""Weekly pattern as medians of recent weeks, which single odd days do not move."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]


def recent_medians(departure: Floats, season: int, weeks: int) -> Floats:
    """Median departure from the level by position in the week.

    Parameters
    ----------
    departure : ndarray of shape (n_steps, n_queues, n_slots)
        Value less level, NaN where not observed; the last step is the last position of the week.
    season : int
        Steps in a week.
    weeks : int
        Most recent weeks used; fewer where the history is shorter.

    Returns
    -------
    ndarray of shape (season, n_queues, n_slots)
        0 where a position was never observed.

    Examples
    --------
    >>> recent_medians(np.array([1.0, 5.0, 1.0, 90.0, 1.0, 7.0])[:, None, None], 2, 3).ravel()
    array([1., 7.])
    """
    recent = np.full((weeks * season, *departure.shape[1:]), np.nan, departure.dtype)
    known = departure[-weeks * season :]
    recent[len(recent) - len(known) :] = known
    recent = recent.reshape(weeks, season, *departure.shape[1:])
    # Sorting puts NaN last, so the median of what was seen lies at the middle of the first `count` entries.
    count = np.maximum((~np.isnan(recent)).sum(axis=0), 1)[None]
    ordered = np.sort(recent, axis=0)
    low = np.take_along_axis(ordered, (count - 1) // 2, axis=0)[0]
    high = np.take_along_axis(ordered, count // 2, axis=0)[0]
    return np.asarray(np.nan_to_num((low + high) / 2))
