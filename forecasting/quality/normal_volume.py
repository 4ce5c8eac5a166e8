"""What would be normal around each past period: robust local level x weekly profile, for many queues at once."""

import numpy as np
from numpy.typing import NDArray

# Half width of the running median of weekly levels: long enough that one odd week does not move it.
HALF_WINDOW_WEEKS = 4
# A weekly history has no profile to hold on to; a shorter window follows the year's movement.
HALF_WINDOW_WEEKLY = 3


def normal_volume(
    items: NDArray[np.float64], season: int, *, teaches: NDArray[np.bool_] | None = None
) -> NDArray[np.float64]:
    """Normal volume of each past period, from the periods on both sides of it.

    Parameters
    ----------
    items : ndarray of shape (n_queues, n_periods)
        Arrivals, NaN where not observed. [items]
    season : int
        Periods in one week; 1 where a period is a week. [-]
    teaches : bool ndarray of shape (n_queues, n_periods)
        Periods that may teach what is normal; None for all that were observed.

    Returns
    -------
    ndarray of shape (n_queues, n_periods)
        Running median of the weekly levels x weekly profile; 0 for a queue with nothing to learn from. [items]

    Notes
    -----
    It looks ahead as well as back, so it describes the past and forecasts nothing. The level of a week is its
    sum over the profile's share of the periods seen, so that a week with gaps is not low for it.

    Examples
    --------
    >>> normal_volume(np.array([[2.0, 4.0] * 5 + [90.0, 4.0] + [2.0, np.nan] * 5]), 2)[0, [10, 13]].round(2)
    array([2., 4.])
    """
    seen = ~np.isnan(items) if teaches is None else teaches & ~np.isnan(items)
    profile = robust_profile(items, season, teaches=seen)
    level = _running_level(np.where(seen, items, 0.0), seen, profile, season)
    return np.asarray(level * _tiled(profile, items.shape[1]))


def robust_profile(
    items: NDArray[np.float64], season: int, *, teaches: NDArray[np.bool_] | None = None
) -> NDArray[np.float64]:
    """Weekly profile that odd days do not move.

    Parameters
    ----------
    items : ndarray of shape (n_queues, n_periods)
        Arrivals, NaN where not observed. [items]
    season : int
        Periods in one week. [-]
    teaches : bool ndarray of shape (n_queues, n_periods)
        Periods that may teach it; None for all that were observed.

    Returns
    -------
    ndarray of shape (n_queues, season)
        Mean of the middle half of items / local level, scaled to mean 1; position 0 is that of the first period.

    Examples
    --------
    >>> robust_profile(np.array([[2.0, 4.0] * 9 + [2.0, 90.0]]), 2).round(2)
    array([[0.67, 1.33]])
    """
    seen = ~np.isnan(items) if teaches is None else teaches & ~np.isnan(items)
    values = np.where(seen, items, 0.0)
    level = _running_level(values, seen, np.ones((items.shape[0], season)), season)
    return _profile(values, seen, level, season)


def log_residual(items: NDArray[np.float64], normal: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log ratio of items to normal with half an item on both sides; NaN where not observed [-].

    Examples
    --------
    >>> log_residual(np.array([[9.5, np.nan]]), np.array([[4.5, 4.5]])).round(3)
    array([[0.693, nan]])
    """
    return np.asarray(np.log((items + 0.5) / (normal + 0.5)))


def robust_spread(
    residual: NDArray[np.float64], teaches: NDArray[np.bool_], *, floor: float = 0.02
) -> NDArray[np.float64]:
    """Standard deviation of each queue's residuals from their median absolute size.

    Parameters
    ----------
    residual : ndarray of shape (n_queues, n_periods)
        Residuals around zero, NaN where not observed.
    teaches : bool ndarray of shape (n_queues, n_periods)
        Periods that count.
    floor : float
        Least spread.

    Returns
    -------
    ndarray of shape (n_queues,)
        1.4826 x median absolute residual, which is the standard deviation where residuals are normal.

    Examples
    --------
    >>> robust_spread(np.array([[-1.0, 1.0, 50.0]]), np.ones((1, 3), dtype=bool)).round(2)
    array([1.48])
    """
    size = np.where(teaches & ~np.isnan(residual), np.abs(residual), np.inf)
    size.sort(axis=1)
    count = np.isfinite(size).sum(axis=1)
    middle = np.take_along_axis(size, np.maximum(0, (count - 1) // 2)[:, None], axis=1)[:, 0]
    return np.asarray(np.maximum(1.4826 * np.where(count > 0, middle, 0.0), floor))


def weekly_levels(
    values: NDArray[np.float64], seen: NDArray[np.bool_], profile: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Level of each week and how much of the week was seen.

    Parameters
    ----------
    values : ndarray of shape (n_queues, n_periods)
        Arrivals, anything where not seen. [items]
    seen : bool ndarray of shape (n_queues, n_periods)
        Periods that count.
    profile : ndarray of shape (n_queues, season)
        Weekly profile with mean 1; position 0 is that of the first period. [-]

    Returns
    -------
    level, exposure : ndarrays of shape (n_queues, n_weeks)
        Items a period at mean position (NaN where nothing was seen), and the profile's share seen. [items, -]
    """
    n_queues, n_periods = values.shape
    season = profile.shape[1]
    n_weeks = -(-n_periods // season)
    padded = np.zeros((2, n_queues, n_weeks * season))
    padded[0, :, :n_periods] = np.where(seen, values, 0.0)
    padded[1, :, :n_periods] = np.where(seen, _tiled(profile, n_periods), 0.0)
    total, exposure = padded.reshape(2, n_queues, n_weeks, season).sum(axis=3)
    # Less than a fifth of a week says too little: a quiet Sunday would stand for the week.
    enough = exposure > 0.2 * season
    return np.where(enough, total / np.where(enough, exposure, 1.0), np.nan), exposure / season


def _running_level(
    values: NDArray[np.float64], seen: NDArray[np.bool_], profile: NDArray[np.float64], season: int
) -> NDArray[np.float64]:
    level, _ = weekly_levels(values, seen, profile)
    half = HALF_WINDOW_WEEKS if season > 1 else HALF_WINDOW_WEEKLY
    weeks = np.arange(level.shape[1])
    filled = np.nan_to_num(level)
    for row in np.flatnonzero(np.isnan(level).any(axis=1)):
        known = ~np.isnan(level[row])
        if known.any():
            filled[row] = np.interp(weeks, weeks[known], level[row, known])
    padded = np.pad(filled, ((0, 0), (half, half)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1, axis=1)
    middle = np.median(windows, axis=2)
    return _between_weeks(middle, values.shape[1], season)


def _between_weeks(level: NDArray[np.float64], n_periods: int, season: int) -> NDArray[np.float64]:
    """Straight lines between the middles of the weeks, of shape (n_queues, n_periods)."""
    position = np.clip((np.arange(n_periods) - (season - 1) / 2) / season, 0, level.shape[1] - 1)
    left = np.minimum(position.astype(np.intp), max(0, level.shape[1] - 2))
    right = np.minimum(left + 1, level.shape[1] - 1)
    share = position - left
    return np.asarray(level[:, left] * (1 - share) + level[:, right] * share)


def _profile(
    values: NDArray[np.float64], seen: NDArray[np.bool_], level: NDArray[np.float64], season: int
) -> NDArray[np.float64]:
    """Mean of the middle half of items / level by position in the week, scaled to mean 1."""
    n_queues, n_periods = values.shape
    n_weeks = -(-n_periods // season)
    ratio = np.full((n_queues, n_weeks * season), np.inf)
    known = seen & (level > 0)
    ratio[:, :n_periods] = np.where(known, values / np.where(known, level, 1.0), np.inf)
    ordered = np.sort(ratio.reshape(n_queues, n_weeks, season), axis=1)
    count = np.isfinite(ordered).sum(axis=1, keepdims=True)
    rank = np.arange(n_weeks)[None, :, None]
    middle = (rank >= count // 4) & (rank < count - count // 4)
    share = _mean_where(ordered, middle)
    # A queue that is empty most days has an empty middle half; its mean is all there is.
    share = np.where(share.max(axis=1, keepdims=True) > 0, share, _mean_where(ordered, rank < count))
    any_seen = count[:, 0] > 0
    mean = share.sum(axis=1, keepdims=True) / np.maximum(1, any_seen.sum(axis=1, keepdims=True))
    return np.where(any_seen & (mean > 0), share / np.where(mean > 0, mean, 1.0), 1.0)


def _mean_where(ordered: NDArray[np.float64], chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
    return np.asarray(np.where(chosen, ordered, 0.0).sum(axis=1) / np.maximum(1, chosen.sum(axis=1)))


def _tiled(profile: NDArray[np.float64], n_periods: int) -> NDArray[np.float64]:
    return np.asarray(profile[:, np.arange(n_periods) % profile.shape[1]])
