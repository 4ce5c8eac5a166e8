"""Series from the innovations model itself: what comes has a known distribution, and nothing can be tuned to it."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.forecasting_sets import DataSet
from forecasting.volumes.frequency import Frequency

N_SERIES = 400


def innovation_items(
    n_series: int,
    n_periods: int,
    season: int,
    *,
    seed: int,
    alpha: tuple[float, float] = (0.02, 0.4),
    gamma: tuple[float, float] = (0.0, 0.15),
    level: tuple[float, float] = (8.0, 30.0),
) -> NDArray[np.float64]:
    """Counts whose roots follow a level and a week in innovations form, of shape (n_series, n_periods).

    Parameters
    ----------
    n_series, n_periods : int
        Independent series, and how long.
    season : int
        Periods in a week.
    seed : int
        Of all draws.
    alpha, gamma, level
        Ranges of the gains and of the first level, the root of items a period.
    """
    rng = np.random.default_rng(seed)
    gain, seasonal_gain = rng.uniform(*alpha, n_series), rng.uniform(*gamma, n_series) * (season > 1)
    now, size = rng.uniform(*level, n_series), rng.uniform(0.5, 1.5, n_series)
    pattern = rng.normal(0.0, 1.5 * (season > 1), (n_series, season))
    pattern -= pattern.mean(axis=1, keepdims=True)
    roots = np.empty((n_series, n_periods))
    for period in range(n_periods):
        place, error = period % season, rng.normal(0.0, size)
        roots[:, period] = now + pattern[:, place] + error
        now, pattern[:, place] = now + gain * error, pattern[:, place] + seasonal_gain * error
    return np.asarray(np.rint(np.maximum(0.0, np.maximum(roots, 0.0) ** 2 - 0.375)))


def generated_sets() -> list[DataSet]:
    """Days and weeks, short and long histories, still and restless levels, low volumes."""
    days, weeks = Frequency.DAILY, Frequency.WEEKLY
    still, restless = {"alpha": (0.0, 0.05), "gamma": (0.0, 0.02)}, {"alpha": (0.4, 0.8), "gamma": (0.0, 0.1)}
    any_week = {"alpha": (0.05, 0.9)}
    return [
        _one("400 days, 14 ahead", days, 400, 14, 1, {}),
        _one("735 days, 14 ahead", days, 735, 14, 2, {}),
        _one("735 days, 14 ahead, still", days, 735, 14, 3, still),
        _one("735 days, 14 ahead, restless", days, 735, 14, 4, restless),
        _one("735 days, 14 ahead, about 16 items", days, 735, 14, 5, {"level": (2.0, 6.0)}),
        _one("1300 days, 91 ahead", days, 1300, 91, 6, {}),
        _one("80 weeks, 13 ahead", weeks, 80, 13, 7, any_week),
        _one("200 weeks, 13 ahead", weeks, 200, 13, 8, any_week),
        _one("500 weeks, 13 ahead", weeks, 500, 13, 9, any_week),
    ]


def _one(
    name: str, frequency: Frequency, known: int, horizon: int, seed: int, ranges: dict[str, tuple[float, float]]
) -> DataSet:
    return DataSet(
        name=name,
        items=innovation_items(N_SERIES, known + horizon, frequency.season_periods, seed=seed, **ranges),
        start=pd.Timestamp("2020-01-05"),
        frequency=frequency,
        horizon=horizon,
        origins=(known,),
        peer_seasons=(frequency.season_periods,),
    )
