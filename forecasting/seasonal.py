"""Seasonal level forecasts: recent level, weekly profile and last year's shape, for many queues at once."""

import warnings

import numpy as np
from numpy.typing import NDArray

LEVEL_SEASONS = 4
PROFILE_SEASONS = 26


def weekly_profile(items: NDArray[np.float64], season: int) -> NDArray[np.float64]:
    """Mean arrivals by position in the week, relative to the weekly mean.

    Parameters
    ----------
    items : ndarray of shape (n_queues, n_periods)
        Arrivals, NaN where not observed. [items]
    season : int
        Periods in one week. [-]

    Returns
    -------
    ndarray of shape (n_queues, season)
        Mean 1 over the week; ones where nothing was observed. Position 0 is that of the first period.

    Examples
    --------
    >>> weekly_profile(np.array([[2.0, 4.0, 2.0, 4.0]]), 2).round(3)
    array([[0.667, 1.333]])
    """
    n_queues, n_periods = items.shape
    padded = np.full((n_queues, -(-n_periods // season) * season), np.nan)
    padded[:, :n_periods] = items
    weeks = padded.reshape(n_queues, -1, season)[:, -PROFILE_SEASONS:]
    # A position never observed takes the mean of the others; a queue never observed is flat.
    by_position = _mean_seen(weeks, axis=1)
    mean = _mean_seen(by_position, axis=1)[:, None]
    profile = np.where(np.isnan(by_position), mean, by_position) / np.where(mean > 0, mean, 1.0)
    return np.where(np.isfinite(profile) & (mean > 0), profile, 1.0)


def seasonal_forecast(
    items: NDArray[np.float64], horizon: int, *, season: int, year: int, shape_weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Forecast mean arrivals from the end of the history.

    Parameters
    ----------
    items : ndarray of shape (n_queues, n_periods)
        Arrivals, NaN where not observed. [items]
    horizon : int
        Periods ahead. [-]
    season, year : int
        Periods in a week, and in 52 weeks. [-]
    shape_weight : ndarray of shape (n_queues,)
        How much of last year's movement over the same dates is repeated: 0 none, 1 all. [-]

    Returns
    -------
    ndarray of shape (n_queues, horizon)
        Level of the last four weeks x weekly profile x (smoothed level a year before each period /
        level a year ago) ** shape_weight; zero where nothing was observed. [items]

    Notes
    -----
    There is no trend beyond what last year's movement carries.
    """
    n_periods = items.shape[1]
    profile = weekly_profile(items, season)
    position = np.arange(n_periods + horizon) % season
    span = LEVEL_SEASONS * season
    level = _level(items, profile[:, position[:n_periods]], n_periods - span, n_periods)
    level = np.where(np.isnan(level), _level(items, profile[:, position[:n_periods]], 0, n_periods), level)
    forecast = np.nan_to_num(level)[:, None] * profile[:, position[n_periods:]]
    if n_periods >= year + span:
        forecast = forecast * _year_shape(items, horizon, season, year) ** shape_weight[:, None]
    return np.asarray(forecast, dtype=np.float64)


def _year_shape(items: NDArray[np.float64], horizon: int, season: int, year: int) -> NDArray[np.float64]:
    """Centred four-week mean a year before each future period over the four weeks that ended a year ago."""
    n_periods = items.shape[1]
    span = LEVEL_SEASONS * season
    base = _mean_seen(items[:, n_periods - year - span : n_periods - year], axis=1)
    ahead = np.empty((items.shape[0], horizon))
    for step in range(horizon):
        centre = n_periods - year + step % year
        ahead[:, step] = _mean_seen(items[:, max(0, centre - span // 2) : centre + span // 2], axis=1)
    ratio = ahead / np.where(base > 0, base, np.nan)[:, None]
    return np.where(np.isfinite(ratio) & (ratio > 0), ratio, 1.0)


def _level(items: NDArray[np.float64], profile: NDArray[np.float64], start: int, stop: int) -> NDArray[np.float64]:
    window = slice(max(0, start), stop)
    seen = ~np.isnan(items[:, window])
    total = np.where(seen, items[:, window], 0.0).sum(axis=1)
    exposure = np.where(seen, profile[:, window], 0.0).sum(axis=1)
    return np.where(exposure > 0, total / np.where(exposure > 0, exposure, 1.0), np.nan)


def _mean_seen(values: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Mean of empty slice", RuntimeWarning)
        return np.asarray(np.nanmean(values, axis=axis), dtype=np.float64)
