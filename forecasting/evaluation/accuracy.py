"""Scores of sample paths against what came: absolute and scaled errors, CRPS, pinball loss, energy score, PIT."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
PINBALL_LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
# Pairs of paths that the energy score compares: each path with so many others.
ENERGY_LAGS = 20


def naive_scale(items: Floats, season: int) -> tuple[Floats, Floats]:
    """Mean absolute and mean squared error of repeating the value of a week before, in the sample.

    Parameters
    ----------
    items : ndarray of shape (n_queues, n_periods)
        What was known, NaN where not observed. [items]
    season : int
        Periods in a week.

    Returns
    -------
    absolute, squared : ndarray of shape (n_queues,)
        NaN where no two periods a week apart were observed, or all were equal.

    References
    ----------
    .. [1] R. J. Hyndman, A. B. Koehler (2006), Another look at measures of forecast accuracy, International
       Journal of Forecasting 22(4), doi:10.1016/j.ijforecast.2006.03.001.

    Examples
    --------
    >>> naive_scale(np.array([[1.0, 2.0, 4.0, 2.0]]), 2)[0]
    array([1.5])
    """
    change = items[:, season:] - items[:, :-season]
    seen = ~np.isnan(change)
    count = seen.sum(axis=1)
    size = np.where(seen, np.abs(change), 0.0)
    known = (count > 0) & (size.sum(axis=1) > 0)
    return (
        np.where(known, size.sum(axis=1) / np.maximum(count, 1), np.nan),
        np.where(known, (size**2).sum(axis=1) / np.maximum(count, 1), np.nan),
    )


def crps(paths: Floats, actual: Floats) -> Floats:
    """Continuous ranked probability score of the paths' distribution, exactly.

    Parameters
    ----------
    paths : ndarray of shape (n_queues, n_paths, n_periods)
        Sample paths. [items]
    actual : ndarray of shape (n_queues, n_periods)
        What came; NaN gives NaN. [items]

    Returns
    -------
    ndarray of shape (n_queues, n_periods)
        E|X - y| - E|X - X'| / 2, from the sorted paths. [items]

    References
    ----------
    .. [1] T. Gneiting, A. E. Raftery (2007), Strictly proper scoring rules, prediction, and estimation, JASA
       102(477), doi:10.1198/016214506000001437.

    Examples
    --------
    >>> crps(np.array([[[0.0], [2.0]]]), np.array([[1.0]]))
    array([[0.5]])
    """
    n_paths = paths.shape[1]
    ordered = np.sort(paths, axis=1)
    rank = (2 * np.arange(1, n_paths + 1) - n_paths - 1)[None, :, None]
    spread = (rank * ordered).sum(axis=1) / n_paths**2
    return np.asarray(np.abs(paths - actual[:, None]).mean(axis=1) - spread)


def pinball(quantiles: Floats, levels: NDArray[np.float64], actual: Floats) -> Floats:
    """Mean pinball loss over levels, of shape (n_queues, n_periods), from quantiles (n_levels, n_queues, n_periods)."""
    miss = actual - quantiles
    level = levels[:, None, None]
    return np.asarray(np.maximum(level * miss, (level - 1) * miss).mean(axis=0))


def energy_score(paths: Floats, actual: Floats) -> Floats:
    """Energy score of whole trajectories, which also judges the dependence across the horizon.

    Parameters
    ----------
    paths : ndarray of shape (n_queues, n_paths, n_periods)
        Sample paths. [items]
    actual : ndarray of shape (n_queues, n_periods)
        What came; periods not observed are left out. [items]

    Returns
    -------
    ndarray of shape (n_queues,)
        E||X - y|| - E||X - X'|| / 2, the second term over each path with the next 20 in order; NaN where
        nothing came to be observed. [items]
    """
    seen = ~np.isnan(actual)
    held = np.where(seen[:, None], paths, 0.0)
    target = np.where(seen, actual, 0.0)
    distance = np.sqrt(((held - target[:, None]) ** 2).sum(axis=2)).mean(axis=1)
    lags = range(1, min(ENERGY_LAGS, paths.shape[1] - 1) + 1)
    spread = [np.sqrt(((held - np.roll(held, lag, axis=1)) ** 2).sum(axis=2)).mean(axis=1) for lag in lags]
    score = distance - (np.mean(spread, axis=0) / 2 if spread else 0.0)
    return np.where(seen.any(axis=1), score, np.nan)


def rank_of_actual(paths: Floats, actual: Floats) -> tuple[Floats, Floats]:
    """Share of paths below what came, and equal to it; NaN where nothing was observed.

    Examples
    --------
    >>> rank_of_actual(np.array([[[0.0], [1.0], [1.0], [2.0]]]), np.array([[1.0]]))
    (array([[0.25]]), array([[0.5]]))
    """
    below, equal = (paths < actual[:, None]).mean(axis=1), (paths == actual[:, None]).mean(axis=1)
    return np.where(np.isnan(actual), np.nan, below), np.where(np.isnan(actual), np.nan, equal)
