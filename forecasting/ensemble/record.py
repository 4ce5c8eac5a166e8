"""What the ensemble of each queue was made of: weights, corrections, and the parts that its mean is the sum of."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PARTS = ("level", "trend", "weekly", "yearly", "events")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class EnsembleRecord:
    """What the ensemble of each queue was made of, kept on a forecast so that `VolumeForecast.explain` can tell.

    Attributes
    ----------
    lanes, movements : tuple of str
        The candidates, and the corrections of their weighted mean.
    weight, score : ndarray of shape (n_queues, n_lanes)
        Weights [-] and recent mean absolute errors over the horizon on the square-root scale; 0 where the
        ensemble was not used.
    share : ndarray of shape (n_queues, n_movements)
        Shares of the corrections of the weighted mean. [-]
    parts : ndarray of shape (n_queues, 5, n_periods)
        Level, trend, weekly, yearly and events; they sum to the mean. [items]

    Examples
    --------
    >>> import pandas as pd
    >>> from forecasting import VolumeHistory, forecast_volumes
    >>> frame = pd.DataFrame({"queue": "ads", "date": pd.date_range("2026-01-05", periods=70), "items": 20})
    >>> forecast = forecast_volumes(VolumeHistory.from_frame(frame), horizon=7, n_paths=20)
    >>> record = forecast.ensemble
    >>> bool(np.allclose(record.parts.sum(axis=1), forecast.mean())), bool(np.allclose(record.weight.sum(axis=1), 1))
    (True, True)
    """

    lanes: tuple[str, ...]
    movements: tuple[str, ...]
    weight: NDArray[np.float64]
    score: NDArray[np.float64]
    share: NDArray[np.float64]
    parts: NDArray[np.float64]


def split_items(
    parts: NDArray[np.float64], quiet_mean: NDArray[np.float64], mean: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Turn parts of the root scale into items that sum to the mean.

    Parameters
    ----------
    parts : ndarray of shape (4, n_queues, n_periods)
        Level, trend, weekly and yearly on the root scale; they sum to the point forecast.
    quiet_mean, mean : ndarray of shape (n_queues, n_periods)
        Mean over paths without and with events. [items]

    Returns
    -------
    ndarray of shape (n_queues, 5, n_periods)
        Each part is what it adds to the items once those before it are there, scaled so that all sum to the
        mean of the paths; events are what is left. [items]
    """
    roots = np.maximum(np.cumsum(parts, axis=0), 0.0)
    items = np.square(roots)
    scale = np.where(items[-1] > 0, quiet_mean / np.where(items[-1] > 0, items[-1], 1.0), 0.0)
    added = np.diff(items, axis=0, prepend=0.0) * scale
    added[0] += np.where(items[-1] > 0, 0.0, quiet_mean)
    return np.stack([*added, mean - quiet_mean], axis=1)
