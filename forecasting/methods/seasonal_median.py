"""Weekly pattern as medians of recent weeks, which single odd days do not move."""

from functools import cache

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
    recent = np.full((weeks * season, *departure.shape[1:]), np.inf, departure.dtype)
    known = departure[-weeks * season :]
    missing = np.isnan(known)
    recent[len(recent) - len(known) :] = np.where(missing, np.inf, known)
    recent = recent.reshape(weeks, season, *departure.shape[1:])
    ordered = ordered_rows(recent)
    if len(known) == len(recent) * season and not missing.any():
        return np.asarray((ordered[(weeks - 1) // 2] + ordered[weeks // 2]) / 2)
    # What is missing comes last, so the median of what was seen lies in the middle of the first `count` rows.
    count = np.isfinite(recent).sum(axis=0)[None]
    stacked = np.stack(ordered)
    low = np.take_along_axis(stacked, np.maximum(count - 1, 0) // 2, axis=0)[0]
    high = np.take_along_axis(stacked, count // 2 % weeks, axis=0)[0]
    return np.where(count[0] > 0, (low + high) / 2, 0).astype(departure.dtype)


def ordered_rows(values: Floats) -> list[Floats]:
    """Sort along the first axis by exchanges of whole rows; infinity may stand for what is missing.

    Parameters
    ----------
    values : ndarray of shape (n_rows, ...)
        Few rows, no NaN.

    Notes
    -----
    Batcher's merge exchange [1]_ compares the same pairs of rows whatever they hold, so that each comparison is of
    all columns at once: 48 of them for 13 rows.

    References
    ----------
    .. [1] D. E. Knuth (1998), The Art of Computer Programming 3, 2nd edition, algorithm 5.2.2M.

    Examples
    --------
    >>> [int(row[0]) for row in ordered_rows(np.array([[3.0], [1.0], [2.0]]))]
    [1, 2, 3]
    """
    rows = list(values.copy())
    spare = np.empty_like(rows[0])
    for low, high in _exchanges(len(rows)):
        np.minimum(rows[low], rows[high], out=spare)
        np.maximum(rows[low], rows[high], out=rows[high])
        rows[low], spare = spare, rows[low]
    return rows


@cache
def _exchanges(n_rows: int) -> tuple[tuple[int, int], ...]:
    """Pairs of rows to compare, in order."""
    pairs = []
    largest = 1 << max(0, (n_rows - 1).bit_length() - 1)
    width = largest
    while width > 0:
        reach, place, apart = largest, 0, width
        while apart > 0:
            pairs += [(row, row + apart) for row in range(n_rows - apart) if row & width == place]
            apart, reach, place = reach - width, reach // 2, width
        width //= 2
    return tuple(pairs)
