"""What each past event did to each queue, measured against what was normal around it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# What is known of the normal volume around an event is worth about this many of its periods.
NORMAL_PERIODS = 20.0
# Levels drift by this much over a month where a history is too short to say.
DRIFT = 0.1


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class EventEstimates:
    """Measured log effects of events.

    Attributes
    ----------
    log_effect, variance : ndarrays of shape (n_events, n_queues)
        NaN where an event was not seen on a queue. [log]
    """

    log_effect: NDArray[np.float64]
    variance: NDArray[np.float64]


def measured_effect(
    items: NDArray[np.float64],
    expected: NDArray[np.float64],
    weight: NDArray[np.float64],
    spread: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Log effect of one event and its variance, by queue.

    Parameters
    ----------
    items, expected : ndarrays of shape (n_queues, n_periods)
        Arrivals, NaN where not observed, and what they would have been without the event. [items]
    weight : ndarray of shape (n_periods,)
        Share of the full effect that each period feels. [-]
    spread : ndarray of shape (n_queues,)
        Standard deviation of log residuals on ordinary periods. [log]

    Returns
    -------
    log_effect, variance : ndarrays of shape (n_queues,)
        NaN where no period of the event was observed. [log]

    Notes
    -----
    Least squares weighted by volume for items = expected x (1 + weight x effect):
    effect = sum(items - expected) / sum(weight x expected). Half an item keeps the log of nothing finite.

    Examples
    --------
    >>> log_effect, _ = measured_effect(np.array([[10.0, 300.0]]), np.array([[10.0, 150.0]]), np.array([0.0, 1.0]),
    ...                                 np.array([0.1]))
    >>> log_effect.round(2)
    array([0.69])
    """
    during = (weight > 0) & ~np.isnan(items)
    base = np.where(during, expected, 0.0)
    touched = base @ weight
    change = np.where(during, items - expected, 0.0).sum(axis=1)
    left = np.maximum(touched + change, 0.0)
    factor = (left + 0.5) / (touched + 0.5)
    fitted = base * np.maximum(1.0 + (factor[:, None] - 1.0) * weight, 0.0)
    noise = np.sqrt((fitted**2).sum(axis=1)) / (left + 0.5)
    normal_noise = fitted.sum(axis=1) / (left + 0.5) / np.sqrt(NORMAL_PERIODS)
    count_noise = np.maximum(0.0, 1.0 / (left + 0.5) - 1.0 / (touched + 0.5))
    variance = spread**2 * (noise**2 + normal_noise**2) + count_noise
    seen = during.any(axis=1) & (touched > 0)
    return np.where(seen, np.log(factor), np.nan), np.where(seen, np.maximum(variance, 1e-6), np.nan)


def measure_passing(
    items: NDArray[np.float64],
    normal: NDArray[np.float64],
    weight: NDArray[np.float64],
    touched: NDArray[np.bool_],
    spread: NDArray[np.float64],
    *,
    sweeps: int = 2,
) -> EventEstimates:
    """Measure events that pass, those that overlap jointly.

    Parameters
    ----------
    items, normal : ndarrays of shape (n_queues, n_periods)
        Arrivals, NaN where not observed, and what is normal. [items]
    weight : ndarray of shape (n_events, n_periods)
        Share of the full effect that each period feels. [-]
    touched : bool ndarray of shape (n_events, n_queues)
        Which queues each event touches.
    spread : ndarray of shape (n_queues,)
        Standard deviation of log residuals on ordinary periods. [log]
    sweeps : int
        Rounds in which each event is measured with the others taken off. [-]

    Returns
    -------
    EventEstimates

    Examples
    --------
    >>> normal = np.full((1, 3), 100.0)
    >>> found = measure_passing(np.array([[200.0, 100.0, 50.0]]), normal, np.eye(3)[[0, 2]],
    ...                         np.ones((2, 1), dtype=bool), np.array([0.1]))
    >>> np.exp(found.log_effect[:, 0]).round(1).tolist()
    [2.0, 0.5]
    """
    n_events, n_queues = touched.shape
    log_effect = np.full((n_events, n_queues), np.nan)
    variance = np.full((n_events, n_queues), np.nan)
    total = np.zeros_like(normal)
    columns = [np.flatnonzero(row) for row in weight]
    alone = _no_overlap(weight)
    for sweep in range(sweeps):
        for event, column in enumerate(columns):
            if column.size == 0 or (sweep > 0 and alone[event]):
                continue
            felt = weight[event, column]
            mine = _log_factor(log_effect[event], felt)
            others = total[:, column] - mine
            found, noise = measured_effect(items[:, column], normal[:, column] * np.exp(others), felt, spread)
            log_effect[event] = np.where(touched[event], found, np.nan)
            variance[event] = np.where(touched[event], noise, np.nan)
            total[:, column] = others + _log_factor(log_effect[event], felt)
    return EventEstimates(log_effect=log_effect, variance=variance)


def lasting_change(
    items: NDArray[np.float64],
    profile: NDArray[np.float64],
    teaches: NDArray[np.bool_],
    weight: NDArray[np.float64],
    before: NDArray[np.bool_],
    after: NDArray[np.bool_],
    spread: NDArray[np.float64],
    drift: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Log change of level at one lasting event, and its variance.

    Parameters
    ----------
    items : ndarray of shape (n_queues, n_periods)
        Arrivals, NaN where not observed. [items]
    profile : ndarray of shape (n_queues, n_periods)
        Weekly profile at each period. [-]
    teaches : bool ndarray of shape (n_queues, n_periods)
        Periods without passing events.
    weight : ndarray of shape (n_periods,)
        Share of the full effect that each period feels. [-]
    before, after : bool ndarrays of shape (n_periods,)
        Windows on both sides.
    spread, drift : ndarrays of shape (n_queues,)
        Standard deviations of log residuals and of the change of level over such windows without event. [log]

    Returns
    -------
    log_effect, variance : ndarrays of shape (n_queues,)
        NaN where one of the sides was not observed. [log]

    Examples
    --------
    >>> halves = np.arange(8) < 4
    >>> change, _ = lasting_change(np.where(halves, 50.0, 100.0)[None, :], np.ones((1, 8)), np.ones((1, 8), dtype=bool),
    ...                            1.0 - halves, halves, ~halves, np.array([0.1]), np.array([0.1]))
    >>> np.exp(change).round(2)
    array([2.])
    """
    known = teaches & ~np.isnan(items)
    earlier = known & before
    exposure = np.where(earlier, profile, 0.0).sum(axis=1)
    level = np.where(earlier, items, 0.0).sum(axis=1) / np.where(exposure > 0, exposure, 1.0)
    expected = np.where(exposure > 0, level, np.nan)[:, None] * profile[:, after]
    later = np.where(known, items, np.nan)[:, after]
    log_effect, variance = measured_effect(later, expected, weight[after], spread)
    # Few periods before or after leave the drift of the level between them, and their own noise.
    noise = spread**2 / np.maximum(1, earlier.sum(axis=1))
    unseen = np.isnan(log_effect) | (exposure <= 0)
    return np.where(unseen, np.nan, log_effect), np.where(unseen, np.nan, variance + noise + drift**2)


def level_drift(level: NDArray[np.float64], ordinary: NDArray[np.bool_], half_weeks: int = 4) -> NDArray[np.float64]:
    """How far the mean level of four weeks lies from that of the four before, by queue.

    Parameters
    ----------
    level : ndarray of shape (n_queues, n_weeks)
        Weekly levels, NaN where not observed. [items]
    ordinary : bool ndarray of shape (n_queues, n_weeks)
        Week ends at which no lasting event set in nearby.
    half_weeks : int
        Weeks on each side. [-]

    Returns
    -------
    ndarray of shape (n_queues,)
        1.4826 x median absolute log change; `DRIFT` where fewer than eight changes were seen. [log]

    Examples
    --------
    >>> level_drift(np.full((1, 30), 5.0), np.ones((1, 30), dtype=bool)).tolist()
    [0.0]
    """
    from forecasting.quality.normal_volume import robust_spread

    n_queues, n_weeks = level.shape
    if n_weeks < 2 * half_weeks + 1:
        return np.full(n_queues, DRIFT)
    windows = np.lib.stride_tricks.sliding_window_view(np.log(level + 0.5), half_weeks, axis=1).mean(axis=2)
    change = windows[:, half_weeks:] - windows[:, :-half_weeks]
    counts = ordinary[:, half_weeks : half_weeks + change.shape[1]] & ~np.isnan(change)
    found = robust_spread(change, counts, floor=0.0)
    return np.where(counts.sum(axis=1) >= 8, found, DRIFT)


def _no_overlap(weight: NDArray[np.float64]) -> NDArray[np.bool_]:
    busy = (weight > 0).sum(axis=0) > 1
    return np.asarray(~((weight > 0) & busy).any(axis=1))


def _log_factor(log_effect: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    known = np.where(np.isnan(log_effect), 0.0, log_effect)
    return np.log1p(np.expm1(known)[:, None] * weight)
