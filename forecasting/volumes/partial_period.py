"""Whether the last period of a history was still running when it was written."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

# Fewer items than this in all queues together say nothing of a period's being cut short.
LEAST_ITEMS = 20.0
SEASONS_COMPARED = 8
LEAST_SEASONS = 4


def last_is_partial(
    items: NDArray[np.float64],
    period_start: pd.DatetimeIndex,
    step: pd.Timedelta,
    season: int,
    whole_until: pd.Timestamp | None,
) -> bool:
    """Whether the last period is not whole.

    Parameters
    ----------
    items : ndarray of shape (n_queues, n_periods)
        Arrivals, NaN where not observed. [items]
    period_start : pandas.DatetimeIndex of shape (n_periods,)
        Starts of the periods.
    step
        Length of one period.
    season : int
        Periods in one week. [-]
    whole_until
        Moment up to which everything was recorded; None to judge from the items.

    Returns
    -------
    bool

    Notes
    -----
    Judged from the items, the last period is partial where all queues together received less than half of
    the least of the same weekday and hour of eight weeks, while the period before it was no lower than usual: a
    real fall or a closure would most often show in both. The last day of an extract is the usual case.

    Examples
    --------
    >>> days = pd.date_range("2026-01-05", periods=43)
    >>> items = np.r_[np.full(42, 50.0), 11.0][None, :]
    >>> last_is_partial(items, days, pd.Timedelta(days=1), 7, None)
    True
    """
    if whole_until is not None:
        return bool(period_start[-1] + step > whole_until)
    return _falls_short(items, season, -1) and not _falls_short(items[:, :-1], season, -1)


def _falls_short(items: NDArray[np.float64], season: int, position: int) -> bool:
    """Whether the period at a position has less than half of the least of its like in the weeks before."""
    place = items.shape[1] + position
    like = np.arange(place - season, -1, -season)[:SEASONS_COMPARED]
    now = items[:, place]
    seen = ~np.isnan(now)
    if len(like) < LEAST_SEASONS or not seen.any():
        return False
    before = items[np.ix_(seen, like)]
    whole = before[:, ~np.isnan(before).any(axis=0)].sum(axis=0)
    return bool(len(whole) >= LEAST_SEASONS and whole.min() >= LEAST_ITEMS and now[seen].sum() < 0.5 * whole.min())
