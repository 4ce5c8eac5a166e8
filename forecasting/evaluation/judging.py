"""One forecast from one origin, judged against what came after."""

from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.evaluation.accuracy import (
    PINBALL_LEVELS,
    crps,
    energy_score,
    naive_scale,
    pinball,
    rank_of_actual,
)
from forecasting.events.calendar import EventCalendar
from forecasting.forecast import VolumeForecast
from forecasting.volumes.history import VolumeHistory

BOUNDS = (0.025, 0.1, 0.9, 0.975)
# Queues whose sum is judged together: a team's or a market's worth.
SUMMED_QUEUES = 20


class Forecaster(Protocol):
    """Anything that is called as `forecast_volumes` is."""

    def __call__(
        self, history: VolumeHistory, horizon: int, *, n_paths: int, seed: int, events: EventCalendar | None
    ) -> VolumeForecast:
        """Return joint sample paths."""
        ...


def judge(
    history: VolumeHistory,
    start: int,
    horizon: int,
    n_paths: int,
    seed: int,
    events: EventCalendar | None,
    forecaster: Forecaster,
) -> tuple[dict[str, NDArray[np.float64]], pd.DataFrame]:
    """Return the scores of one origin by name, and the sums that were forecast.

    Parameters
    ----------
    history
        All that was observed.
    start : int
        Periods known; the forecaster is given no more.
    horizon, n_paths, seed, events, forecaster
        As for `forecasting.evaluation.backtest.backtest`.

    Returns
    -------
    scores : dict of ndarray
        As the attributes of `Backtest` without the axis of origins; NaN for queues not observed by then.
    sums : pandas.DataFrame
        One row a sum: `scope`, `actual`, `low_95`, `low_80`, `high_80`, `high_95` [items], and the share of paths
        `below` and `equal` to what came [-].
    """
    before = history.before(history.period_start[start])
    rows = np.flatnonzero(before.observed.any(axis=1))
    if rows.size == 0:
        raise ValueError(
            f"n_origins must leave something observed before the first origin; nothing was before {before.end}. Ask "
            "for fewer."
        )
    queues = tuple(before.queues[row] for row in rows)
    past = VolumeHistory(
        queues=queues,
        period_start=before.period_start,
        frequency=before.frequency,
        items=before.items[rows],
        timezone=before.timezone,
    )
    forecast = forecaster(past, horizon, n_paths=n_paths, seed=seed, events=events)
    if forecast.queues != queues or forecast.arrivals.shape[2] != horizon:
        raise ValueError(
            f"forecaster must return the queues {queues} over {horizon} periods; it returned {forecast.queues} over "
            f"{forecast.arrivals.shape[2]}"
        )
    paths, actual = forecast.arrivals, history.items[rows, start : start + horizon]
    absolute, squared = naive_scale(past.items, past.frequency.season_periods)
    below, equal = rank_of_actual(paths, actual)
    found = {
        "actual": actual,
        "mean": paths.mean(axis=1),
        "median": np.median(paths, axis=1),
        "crps": crps(paths, actual),
        "pinball": pinball(np.quantile(paths, PINBALL_LEVELS, axis=1), np.array(PINBALL_LEVELS), actual),
        "below": below,
        "equal": equal,
        "bounds": np.quantile(paths, BOUNDS, axis=1),
        "absolute_scale": absolute,
        "squared_scale": squared,
        "energy": energy_score(paths, actual),
    }
    n_queues = len(history.queues)
    return {name: _spread_rows(value, rows, n_queues) for name, value in found.items()}, _sums(paths, actual)


def _spread_rows(values: NDArray[np.float64], rows: NDArray[np.intp], n_queues: int) -> NDArray[np.float64]:
    """Lay the values of some queues among all, NaN elsewhere; queues are the first axis, or the second of bounds."""
    axis = 1 if values.ndim == 3 else 0
    shape = list(values.shape)
    shape[axis] = n_queues
    spread = np.full(shape, np.nan)
    spread[(slice(None), rows) if axis else rows] = values
    return spread


def _sums(paths: NDArray[np.float64], actual: NDArray[np.float64]) -> pd.DataFrame:
    """Sums over the horizon, over queues, and over both: what came and the bounds of the forecast."""
    seen = ~np.isnan(actual)
    came, held = np.where(seen, actual, 0.0), np.where(seen[:, None], paths, 0.0)
    some = seen.any(axis=1)
    scopes = {"queue, horizon total": (came.sum(axis=1)[some], held.sum(axis=2)[some])}
    groups = [slice(first, first + SUMMED_QUEUES) for first in range(0, len(paths), SUMMED_QUEUES)]
    if len(paths) > 1:
        by_period = [(came[group].sum(axis=0), held[group].sum(axis=0).T) for group in groups]
        scopes["sum of queues, one period"] = (
            np.concatenate([value for value, _ in by_period]),
            np.concatenate([value for _, value in by_period]),
        )
        scopes["sum of queues, horizon total"] = (
            np.array([came[group].sum() for group in groups]),
            np.stack([held[group].sum(axis=(0, 2)) for group in groups]),
        )
    frames = []
    for scope, (value, draws) in scopes.items():
        low_95, low_80, high_80, high_95 = np.quantile(draws, BOUNDS, axis=1)
        columns = {"actual": value, "low_95": low_95, "low_80": low_80, "high_80": high_80, "high_95": high_95}
        columns |= {"below": (draws < value[:, None]).mean(axis=1), "equal": (draws == value[:, None]).mean(axis=1)}
        frames.append(pd.DataFrame({"scope": scope, **columns}))
    return pd.concat(frames, ignore_index=True)
