"""Forecasts from rolling origins, judged against what came after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.evaluation.calibration import coverage_by_horizon, coverage_of_sums, share_inside
from forecasting.evaluation.judging import Forecaster, judge
from forecasting.events.calendar import EventCalendar
from forecasting.forecast import forecast_volumes
from forecasting.volumes.history import VolumeHistory

MOST_ORIGINS = 12
# Share of the history that the origins are taken from unless their number is given.
JUDGED_SHARE = 1 / 3


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Backtest:
    """Scores of forecasts from rolling origins; axes are origin, queue and period ahead, NaN where nothing came.

    Attributes
    ----------
    queues
        Names.
    origin : pandas.DatetimeIndex of shape (n_origins,)
        First moment of each forecast.
    actual, mean, median, crps, pinball : ndarray of shape (n_origins, n_queues, horizon)
        What came, the forecast's mean and median, and its scores. [items]
    below, equal : ndarray of the same shape
        Share of paths below what came, and equal to it. [-]
    bounds : ndarray of shape (n_origins, 4, n_queues, horizon)
        2.5, 10, 90 and 97.5% quantiles. [items]
    absolute_scale, squared_scale, energy : ndarray of shape (n_origins, n_queues)
        In-sample errors of repeating last week, and energy scores. [items, items^2, items]
    sums : pandas.DataFrame
        One row a sum that was forecast: `scope`, `actual`, `low_95`, `low_80`, `high_80`, `high_95` [items], and the
        share of paths `below` and `equal` to what came [-].

    Examples
    --------
    >>> frame = pd.DataFrame({"queue": "ads", "date": pd.date_range("2026-01-05", periods=84), "items": 20})
    >>> result = backtest(VolumeHistory.from_frame(frame), 14, n_origins=2, n_paths=20)
    >>> result.actual.shape, [f"{moment:%d %B}" for moment in result.origin]
    ((2, 1, 14), ['02 March', '16 March'])
    """

    queues: tuple[str, ...]
    origin: pd.DatetimeIndex
    actual: NDArray[np.float64]
    mean: NDArray[np.float64]
    median: NDArray[np.float64]
    crps: NDArray[np.float64]
    pinball: NDArray[np.float64]
    below: NDArray[np.float64]
    equal: NDArray[np.float64]
    bounds: NDArray[np.float64]
    absolute_scale: NDArray[np.float64]
    squared_scale: NDArray[np.float64]
    energy: NDArray[np.float64]
    sums: pd.DataFrame

    @property
    def pit(self) -> NDArray[np.float64]:
        """Probability integral transforms: share of paths below what came, half of the equal ones counted."""
        return np.asarray(self.below + self.equal / 2)

    def accuracy(self) -> pd.DataFrame:
        """Return one row a queue with its errors.

        Returns
        -------
        pandas.DataFrame
            `queue`; `mase` (absolute error of the median over that of repeating last week, mean over origins);
            `rmsse` (root of the mean squared error of the mean, scaled alike); `wape`, `bias` (mean less actual),
            `scaled_crps`, `pinball` and `energy_score`, each a sum over the sum of what came;
            `coverage_80` and `coverage_95` (see `forecasting.evaluation.calibration.share_inside`). All [-]; NaN where
            there is nothing to scale by.
        """
        rows = [self._scores(slice(row, row + 1)) for row in range(len(self.queues))]
        return pd.concat([pd.DataFrame({"queue": list(self.queues)}), pd.DataFrame(rows)], axis=1)

    def overall(self) -> pd.Series:
        """Return the same scores over all queues: means of `mase` and `rmsse`, sums over sums of the others."""
        each = self.accuracy()
        together = self._scores(slice(None))
        return pd.Series({**together, "mase": each["mase"].mean(), "rmsse": each["rmsse"].mean()})

    def coverage(self) -> pd.DataFrame:
        """Return by period ahead: `horizon`, `n`, `coverage_80`, `coverage_95` and `width_80` (over mean actual)."""
        return coverage_by_horizon(self.actual, self.below, self.equal, self.bounds)

    def sum_coverage(self) -> pd.DataFrame:
        """Return by kind of sum (`scope`): `n`, `coverage_80`, `coverage_95`."""
        return coverage_of_sums(self.sums)

    def _scores(self, rows: slice) -> dict[str, float]:
        actual, median, mean = self.actual[:, rows], self.median[:, rows], self.mean[:, rows]
        inside = [share_inside(self.below[:, rows], self.equal[:, rows], level) for level in (0.8, 0.95)]
        total = float(np.nansum(actual))

        def share(values: NDArray[np.float64]) -> float:
            return float(np.nansum(values)) / total if total > 0 else float("nan")

        error = np.abs(actual - median)
        squared = (actual - mean) ** 2
        return {
            "mase": _mean(_mean_ahead(error) / self.absolute_scale[:, rows]),
            "rmsse": float(np.sqrt(_mean(_mean_ahead(squared) / self.squared_scale[:, rows]))),
            "wape": share(error),
            "bias": share(mean - actual),
            "scaled_crps": share(self.crps[:, rows]),
            "pinball": share(self.pinball[:, rows]),
            "energy_score": share(self.energy[:, rows]),
            "coverage_80": _mean(inside[0]),
            "coverage_95": _mean(inside[1]),
        }


def backtest(
    history: VolumeHistory,
    horizon: int,
    *,
    n_origins: int | None = None,
    seed: int = 0,
    n_paths: int = 500,
    events: EventCalendar | None = None,
    forecaster: Forecaster = forecast_volumes,
) -> Backtest:
    """Judge a forecaster: let it forecast from moments of the past with what was known then, and see what came.

    Parameters
    ----------
    history
        What was observed.
    horizon : int
        Periods ahead.
    n_origins : int or None
        Origins, one horizon apart, the last one horizon before the end; None for as many as fit in the last third
        of the history, at most 12. [-]
    seed, n_paths : int
        Of every forecast.
    events
        Events taken to have been known at every origin; leave out what was not.
    forecaster
        What is judged, called as `forecast_volumes` is.

    Returns
    -------
    Backtest

    Raises
    ------
    ValueError
        If the horizon or the number of origins is below 1, the history is too short for them, or nothing was observed
        before the first.

    Notes
    -----
    Origins roll forward and each forecast knows all that came before its own [1]_. A queue not yet observed at an
    origin is left out there. Scores are those of `forecasting.evaluation.accuracy`.

    References
    ----------
    .. [1] L. J. Tashman (2000), Out-of-sample tests of forecasting accuracy: an analysis and review, International
       Journal of Forecasting 16(4), doi:10.1016/S0169-2070(00)00065-0.

    Examples
    --------
    >>> frame = pd.DataFrame({"queue": "ads", "date": pd.date_range("2026-01-05", periods=210), "items": 20})
    >>> frame["items"] += np.arange(210) % 3
    >>> result = backtest(VolumeHistory.from_frame(frame), 14, n_origins=2, n_paths=50)
    >>> result.accuracy()[["queue", "wape"]].round(1)
      queue  wape
    0   ads   0.0
    """
    n_periods = len(history.period_start)
    if horizon < 1:
        raise ValueError(f"horizon must be at least 1; found {horizon}")
    if n_origins is None:
        n_origins = max(1, min(MOST_ORIGINS, int(n_periods * JUDGED_SHARE) // horizon))
    if n_origins < 1 or n_origins * horizon >= n_periods:
        raise ValueError(
            f"n_origins must be at least 1, and n_origins x horizon less than the {n_periods} periods of the history; "
            f"found {n_origins} x {horizon}. Ask for fewer or give a longer history."
        )
    known = [n_periods - horizon * back for back in range(n_origins, 0, -1)]
    parts = [judge(history, start, horizon, n_paths, seed, events, forecaster) for start in known]
    arrays = {name: np.stack([part[name] for part, _ in parts]) for name in parts[0][0]}
    return Backtest(
        queues=history.queues,
        origin=pd.DatetimeIndex([history.period_start[start] for start in known]),
        sums=pd.concat([sums for _, sums in parts], ignore_index=True),
        **arrays,
    )


def compare(
    history: VolumeHistory,
    horizon: int,
    forecasters: Mapping[str, Forecaster],
    *,
    n_origins: int | None = None,
    seed: int = 0,
    n_paths: int = 500,
    events: EventCalendar | None = None,
) -> pd.DataFrame:
    """Judge several forecasters from the same moments of the past, the best first.

    Parameters
    ----------
    history, horizon, n_origins, seed, n_paths, events
        As for `backtest`.
    forecasters
        By name; each is called as `forecast_volumes` is.

    Returns
    -------
    pandas.DataFrame
        One row a forecaster: `forecaster` and the scores of `Backtest.overall`, the least scaled CRPS first.

    Raises
    ------
    ValueError
        As for `backtest`.

    Examples
    --------
    One forecaster says twice what the other says of a queue that never changes.

    >>> from dataclasses import replace
    >>> def twice(history, horizon, **options):
    ...     forecast = forecast_volumes(history, horizon, **options)
    ...     return replace(forecast, arrivals=2 * forecast.arrivals)
    >>> frame = pd.DataFrame({"queue": "ads", "date": pd.date_range("2026-01-05", periods=84), "items": 20})
    >>> scores = compare(VolumeHistory.from_frame(frame), 14, {"twice": twice, "ensemble": forecast_volumes},
    ...                  n_origins=1, n_paths=20)
    >>> scores["forecaster"].tolist()
    ['ensemble', 'twice']
    """
    rows = []
    for name, forecaster in forecasters.items():
        result = backtest(
            history, horizon, n_origins=n_origins, seed=seed, n_paths=n_paths, events=events, forecaster=forecaster
        )
        rows.append({"forecaster": name, **result.overall().to_dict()})
    return pd.DataFrame(rows).sort_values("scaled_crps", kind="stable").reset_index(drop=True)


def _mean_ahead(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean over the last axis of what is not NaN; NaN where all is."""
    seen = ~np.isnan(values)
    count = seen.sum(axis=-1)
    return np.where(count > 0, np.where(seen, values, 0.0).sum(axis=-1) / np.maximum(count, 1), np.nan)


def _mean(values: NDArray[np.float64]) -> float:
    seen = values[~np.isnan(values)]
    return float(seen.mean()) if seen.size else float("nan")
