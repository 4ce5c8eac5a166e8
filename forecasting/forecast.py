"""Joint sample paths of future volumes."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.calendar import Event, EventCalendar
from forecasting.event_effects import occurrence_log_effects, shrunk_log_effect
from forecasting.frequency import Frequency
from forecasting.history import VolumeHistory
from forecasting.seasonal import seasonal_forecast

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MAX_ORIGINS = 24
SHAPE_WEIGHTS = (0.0, 0.5, 1.0)
# An event longer than this has become the normal state: the level carries it, and its days are not set aside.
LASTING_DAYS = 42


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class VolumeForecast:
    """Joint draws of the future arrivals of all queues.

    Attributes
    ----------
    queues
        Names, in the order of the first axis of `arrivals`.
    period_start : pandas.DatetimeIndex of shape (n_periods,)
        Start of each future period.
    frequency
        Length of a period.
    arrivals : ndarray of shape (n_queues, n_paths, n_periods)
        Items that arrive; path k of one queue belongs with path k of every other. [items]
    method
        What made each queue's forecast, in words.
    seed
        Seed of the draws.
    history
        What the forecast was made from.
    """

    queues: tuple[str, ...]
    period_start: pd.DatetimeIndex
    frequency: Frequency
    arrivals: NDArray[np.float64]
    method: tuple[str, ...]
    seed: int
    history: VolumeHistory

    def __post_init__(self) -> None:
        expected = (len(self.queues), len(self.period_start))
        if self.arrivals.ndim != 3 or self.arrivals.shape[::2] != expected:
            raise ValueError(
                f"arrivals must have shape (queues, paths, periods) with queues and periods {expected}; "
                f"it has {self.arrivals.shape}"
            )
        if not (self.arrivals >= 0).all():
            raise ValueError("arrivals must be >= 0 and never NaN; clip the paths at zero first")
        self.arrivals.setflags(write=False)

    @property
    def n_paths(self) -> int:
        """Number of joint draws."""
        return int(self.arrivals.shape[1])

    def mean(self) -> NDArray[np.float64]:
        """Return mean arrivals over paths, of shape (n_queues, n_periods). [items]"""
        return np.asarray(self.arrivals.mean(axis=1))

    def quantile(self, q: float | Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
        """Return quantiles over paths, of shape (..., n_queues, n_periods) for q of shape (...). [items]

        Quantiles of single periods must not be added up: sum the paths first (`total`), then take quantiles.
        """
        return np.asarray(np.quantile(self.arrivals, q, axis=1))

    def total(self) -> NDArray[np.float64]:
        """Return the sum over the horizon on each path, of shape (n_queues, n_paths). [items]"""
        return np.asarray(self.arrivals.sum(axis=2))

    def to_frame(self) -> pd.DataFrame:
        """Return a tidy frame: one row a queue and period, with the mean and the 10, 50 and 90% quantiles."""
        low, median, high = self.quantile([0.1, 0.5, 0.9])
        n_queues, _, n_periods = self.arrivals.shape
        return pd.DataFrame(
            {
                "queue": np.repeat(np.asarray(self.queues, dtype=object), n_periods),
                "date": np.tile(self.period_start, n_queues),
                "items_mean": self.mean().ravel(),
                "items_p10": low.ravel(),
                "items_p50": median.ravel(),
                "items_p90": high.ravel(),
            }
        )

    def plot(self, ax: Axes | None = None, *, queue: str | None = None) -> Axes:
        """Draw the fan of one queue, or of the sum of all; see `forecasting.plots.plot_fan`."""
        from forecasting.plots import plot_fan

        return plot_fan(self, queue=queue, ax=ax)


def forecast_volumes(
    history: VolumeHistory,
    horizon: int,
    *,
    n_paths: int = 500,
    seed: int = 0,
    events: EventCalendar | None = None,
) -> VolumeForecast:
    """Draw joint sample paths of the volumes that follow a history.

    Parameters
    ----------
    history
        What was observed.
    horizon : int
        Periods ahead, in periods of the history. [-]
    n_paths : int
        Joint draws. [-]
    seed : int
        The same seed gives the same paths.
    events
        Known events. Days of past ones teach their kind's effect and nothing else; future ones move the paths.

    Returns
    -------
    VolumeForecast
        Never negative, never NaN.

    Raises
    ------
    ValueError
        If the horizon or the number of paths is below 1, or nothing at all was observed of a queue.

    Notes
    -----
    The mean is the seasonal level forecast whose weight on last year's shape had the least error over rolling
    origins. The spread is a multiplier bootstrap [1]_: each path adds the whole error trajectories of all
    origins, weighted by standard normal draws that are common to all queues, so that errors keep their
    covariance across queues and across the horizon. It works on square roots (variance of counts is then even)
    and adds Poisson noise. A queue too short to be back-tested takes the spread of the others, widened.

    References
    ----------
    .. [1] E. Mammen (1993), Bootstrap and wild bootstrap for high dimensional linear models, Annals of
       Statistics 21(1), doi:10.1214/aos/1176349025.

    Examples
    --------
    >>> frame = pd.DataFrame({"queue": "ads", "date": pd.date_range("2026-01-05", periods=70), "items": 20})
    >>> forecast = forecast_volumes(VolumeHistory.from_frame(frame), horizon=14, n_paths=100)
    >>> forecast.arrivals.shape, bool(abs(forecast.mean() - 20).max() < 3)
    ((1, 100, 14), True)
    """
    if horizon < 1 or n_paths < 1:
        raise ValueError(f"horizon and n_paths must be at least 1; found {horizon} and {n_paths}")
    unseen = [queue for queue, seen in zip(history.queues, history.observed.any(axis=1), strict=True) if not seen]
    if unseen:
        raise ValueError(f"history must hold at least one observation a queue; there is none of {unseen}")
    calendar = events or EventCalendar()
    quiet = _without_passing_events(history, calendar)
    season, year = history.frequency.season_periods, history.frequency.year_periods
    errors, weight, method = _backtest_errors(quiet, horizon, season, year)
    mean = seasonal_forecast(quiet, horizon, season=season, year=year, shape_weight=weight)
    starts = pd.date_range(history.end, periods=horizon, freq=history.frequency.step)
    multiplier = _future_multipliers(history, quiet, calendar, starts, n_paths, seed)

    draws = np.random.default_rng([seed, 1]).standard_normal((n_paths, errors.shape[0]))
    shift = np.einsum("po,oqh->qph", draws, errors) / np.sqrt(max(1, errors.shape[0]))
    rate = np.maximum(np.sqrt(mean + 0.375)[:, None, :] + shift, 0.0) ** 2 - 0.375
    # Squaring adds the variance of the draws to the mean; taking it off again keeps the paths around the mean.
    rate = np.maximum(rate - (shift**2).mean(axis=1, keepdims=True), 0.0)
    arrivals = np.stack(
        [_count_noise(rate[row] * multiplier[row], seed, queue) for row, queue in enumerate(history.queues)]
    )
    return VolumeForecast(
        queues=history.queues,
        period_start=starts,
        frequency=history.frequency,
        arrivals=arrivals,
        method=method,
        seed=seed,
        history=history,
    )


def _count_noise(rate: NDArray[np.float64], seed: int, queue: str) -> NDArray[np.float64]:
    # Seeded by name, so that adding a queue changes no other queue's draws.
    rng = np.random.default_rng([seed, 2, zlib.crc32(queue.encode())])
    return rng.poisson(rate).astype(np.float64)


def _without_passing_events(history: VolumeHistory, calendar: EventCalendar) -> NDArray[np.float64]:
    """Observed items with the days of passing events set to NaN."""
    items = history.items.copy()
    for event in calendar:
        if event.days <= LASTING_DAYS:
            covered = calendar.share_of_periods(event, history.period_start, history.frequency.step) > 0
            items[np.ix_(_rows(event, history.queues), covered)] = np.nan
    # A queue that was only ever seen during events is better told by those than by nothing.
    nothing_left = np.isnan(items).all(axis=1)
    items[nothing_left] = history.items[nothing_left]
    return items


def _rows(event: Event, queues: tuple[str, ...]) -> NDArray[np.bool_]:
    return np.array([not event.queues or queue in event.queues for queue in queues])


def _future_multipliers(
    history: VolumeHistory,
    quiet: NDArray[np.float64],
    calendar: EventCalendar,
    starts: pd.DatetimeIndex,
    n_paths: int,
    seed: int,
) -> NDArray[np.float64]:
    """Factor on arrivals by queue, path and future period, of shape (n_queues, n_paths, horizon)."""
    step = history.frequency.step
    factor = np.ones((len(history.queues), n_paths, len(starts)))
    for event in calendar:
        coverage = calendar.share_of_periods(event, starts, step)
        if not coverage.any() or (event.days > LASTING_DAYS and event.start < history.end):
            continue
        rows = _rows(event, history.queues)
        if event.effect is not None:
            low, mode, high = event.effect
            rng = np.random.default_rng([seed, 3, zlib.crc32(event.name.encode())])
            drawn = rng.triangular(low, mode, high, n_paths) if high > low else np.full(n_paths, mode)
            effect = np.where(rows[:, None], drawn[None, :], 0.0)
        else:
            learned = _learned_log_effect(history, quiet, calendar, event)
            effect = np.where(rows, np.expm1(learned), 0.0)[:, None] * np.ones(n_paths)
        factor *= 1.0 + effect[:, :, None] * coverage
    return factor


def _learned_log_effect(
    history: VolumeHistory, quiet: NDArray[np.float64], calendar: EventCalendar, event: Event
) -> NDArray[np.float64]:
    season = history.frequency.season_periods
    seen = [np.full(len(history.queues), np.nan)]
    for past in calendar:
        coverage = calendar.share_of_periods(past, history.period_start, history.frequency.step)
        if past.kind != event.kind or not coverage.any() or past.days > LASTING_DAYS:
            continue
        first, last = np.flatnonzero(coverage)[[0, -1]]
        normal = np.full_like(quiet, np.nan)
        weight = np.zeros(len(history.queues))
        if first >= season:
            normal[:, first : last + 1] = seasonal_forecast(
                quiet[:, :first],
                last + 1 - first,
                season=season,
                year=history.items.shape[1] + 1,
                shape_weight=weight,
            )
        effect = occurrence_log_effects(history.items, normal, coverage)
        seen.append(np.where(_rows(past, history.queues), effect, np.nan))
    return shrunk_log_effect(seen)


def _backtest_errors(
    items: NDArray[np.float64], horizon: int, season: int, year: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], tuple[str, ...]]:
    """Error trajectories on the square-root scale, the weight on last year's shape and the method's name.

    Returns errors of shape (n_origins, n_queues, horizon), weights and names of shape (n_queues,).
    """
    n_queues, n_periods = items.shape
    origins = _origins(n_periods, horizon, season, year)
    errors = np.zeros((len(SHAPE_WEIGHTS), len(origins), n_queues, horizon))
    for row, weight in enumerate(SHAPE_WEIGHTS):
        for column, origin in enumerate(origins):
            guess = seasonal_forecast(
                items[:, :origin], horizon, season=season, year=year, shape_weight=np.full(n_queues, weight)
            )
            actual = np.full((n_queues, horizon), np.nan)
            actual[:, : n_periods - origin] = items[:, origin : origin + horizon]
            known = ~np.isnan(items[:, :origin]).all(axis=1)
            errors[row, column] = np.where(known[:, None], np.sqrt(actual + 0.375) - np.sqrt(guess + 0.375), np.nan)
    size = np.nansum(np.abs(errors), axis=(1, 3))
    best = np.argmin(size, axis=0)
    chosen = np.take_along_axis(errors, best[None, None, :, None], axis=0)[0]
    filled, borrowed = _filled(chosen, items)
    # Few origins understate the spread by about (n + 1) / (n - 1) in variance, n the horizons they span.
    spans = max(2.0, (n_periods - (origins[0] if origins else n_periods)) / horizon)
    filled *= np.sqrt((spans + 1) / (spans - 1))
    names = tuple(
        "seasonal level, spread of similar queues (history too short to back-test)"
        if short
        else f"seasonal level with {SHAPE_WEIGHTS[index]:.0%} of last year's shape"
        for index, short in zip(best, borrowed, strict=True)
    )
    return filled, np.asarray(SHAPE_WEIGHTS)[best], names


def _origins(n_periods: int, horizon: int, season: int, year: int) -> list[int]:
    """Back-test origins, a week or more apart, each with a whole horizon of actuals behind it."""
    need = 4 * season if n_periods < year + 8 * season + horizon else year + 4 * season
    last = n_periods - horizon
    stride = max(season, -(-(last - need) // MAX_ORIGINS), 1)
    return list(range(last, need - 1, -stride))[::-1]


def _filled(errors: NDArray[np.float64], items: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Replace missing errors: gaps by nothing, queues without a back-test by pooled donors, widened by a half."""
    n_origins, n_queues, horizon = errors.shape
    seen = ~np.isnan(errors)
    thin = seen.sum(axis=(0, 2)) < 0.25 * max(1, n_origins * horizon)
    level = np.sqrt(np.nanmean(items, axis=1) + 0.375)
    if thin.all():
        # No queue can be back-tested: a trajectory that wanders as far as half the level says that little is known.
        wander = np.sqrt(np.arange(1, horizon + 1) / horizon)
        return 0.5 * level[None, :, None] * wander[None, None, :] * np.ones((1, 1, 1)), thin
    filled = np.where(seen, errors, 0.0)
    relative = filled[:, ~thin] / level[~thin, None]
    donor = 1.5 * np.sqrt((relative**2).mean(axis=1)) * np.sign(relative.mean(axis=1))
    filled[:, thin] = donor[:, None, :] * level[thin, None]
    return filled, thin
