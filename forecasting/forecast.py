"""Joint sample paths of future volumes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.ensemble.record import EnsembleRecord
from forecasting.events.calendar import EventCalendar
from forecasting.events.effects import EventEffects, learn_event_effects
from forecasting.explanation import Explanation, explain_queue
from forecasting.sampling.panel import sample_panel
from forecasting.volumes.frequency import Frequency
from forecasting.volumes.history import VolumeHistory
from forecasting.volumes.wall_clock import clock_exposure, month_places

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class VolumeForecast:
    """Joint draws of the future arrivals of all queues, from which means, ranges and sums follow.

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
    ensemble
        What the ensemble was made of, for `explain`; None where the paths were made in another way.

    Raises
    ------
    ValueError
        If the shape of the arrivals does not match the queues and periods, or an arrival is negative or missing.

    Examples
    --------
    >>> days = pd.date_range("2026-01-05", periods=4)
    >>> history = VolumeHistory.from_frame(pd.DataFrame({"queue": "ads", "date": days[:2], "items": 10}))
    >>> forecast = VolumeForecast(queues=("ads",), period_start=days[2:], frequency=history.frequency,
    ...                           arrivals=np.array([[[9.0, 11.0], [11.0, 13.0]]]), method=("given",), seed=0,
    ...                           history=history)
    >>> forecast.mean().tolist(), forecast.total().tolist()
    ([[10.0, 12.0]], [[20.0, 24.0]])
    """

    queues: tuple[str, ...]
    period_start: pd.DatetimeIndex
    frequency: Frequency
    arrivals: NDArray[np.float64]
    method: tuple[str, ...]
    seed: int
    history: VolumeHistory
    ensemble: EnsembleRecord | None = None

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
    def time_zone(self) -> str:
        """IANA name of the zone whose days the periods follow; UTC where the history names none."""
        return self.history.timezone or "UTC"

    @property
    def n_paths(self) -> int:
        """Number of joint draws."""
        return int(self.arrivals.shape[1])

    def mean(self) -> NDArray[np.float64]:
        """Return mean arrivals over paths, of shape (n_queues, n_periods) [items]."""
        return np.asarray(self.arrivals.mean(axis=1))

    def quantile(self, q: float | Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
        """Return quantiles over paths, of shape (..., n_queues, n_periods) for q of shape (...) [items].

        Quantiles of single periods must not be added up: sum the paths first (`total`), then take quantiles.
        """
        return np.asarray(np.quantile(self.arrivals, q, axis=1))

    def total(self, by: Mapping[str, str] | None = None) -> NDArray[np.float64]:
        """Return sums over the horizon on each path.

        Parameters
        ----------
        by
            Queue to group, for every queue; None for each queue by itself.

        Returns
        -------
        ndarray of shape (n_queues, n_paths) or (n_groups, n_paths)
            Groups in the order in which the queues first name them. [items]

        Raises
        ------
        ValueError
            If a queue has no group.
        """
        totals = np.asarray(self.arrivals.sum(axis=2))
        if by is None:
            return totals
        missing = [queue for queue in self.queues if queue not in by]
        if missing:
            raise ValueError(f"by must name a group for every queue; there is none for {missing}")
        groups = list(dict.fromkeys(by[queue] for queue in self.queues))
        rows = [[row for row, queue in enumerate(self.queues) if by[queue] == group] for group in groups]
        return np.stack([totals[chosen].sum(axis=0) for chosen in rows])

    def explain(self, queue: str) -> Explanation:
        """Return which methods carried a queue's forecast, with what error, and what its mean is made of.

        Raises
        ------
        ValueError
            If there is no such queue, or the paths were not made by the ensemble.
        """
        if queue not in self.queues:
            raise ValueError(f"queue must be one of {self.queues}; found {queue!r}")
        if self.ensemble is None:
            raise ValueError("this forecast was not made by forecast_volumes, so nothing is known of its methods")
        row = self.queues.index(queue)
        return explain_queue(self.ensemble, row, queue, self.method[row], self.period_start)

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
        """Draw the fan of one queue, or of the sum of all, on `ax`; see `forecasting.plots.plot_fan`."""
        from forecasting.plots import plot_fan

        return plot_fan(self, queue=queue, ax=ax)


def forecast_volumes(
    history: VolumeHistory,
    horizon: int,
    *,
    n_paths: int = 500,
    seed: int = 0,
    events: EventCalendar | None = None,
    executor: Executor | None = None,
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
        Known events. Past ones teach their effect and are taken out before the level is learned; future ones
        move the paths.
    executor
        Runs chunks of a large panel, in threads or processes; the paths are the same without.

    Returns
    -------
    VolumeForecast
        Never negative, never NaN.

    Raises
    ------
    ValueError
        If the history is no `VolumeHistory`, horizon, number of paths or seed is no whole number, horizon or number of
        paths is below 1, the seed negative, or nothing at all was observed of a queue.

    Notes
    -----
    Candidates (exponential smoothing over a grid of gains, with and without damped trend and clipped surprises [1]_;
    chance and size of rare items apart; medians; on weeks a yearly pattern and last year's shape; on hours a pattern of
    the day) run over square roots of the items. Each forecasts from every rolling origin. Their weighted mean is
    corrected by what the past says of the coming dates, each movement by a share from 0 to 1 that past errors teach
    (`forecasting.ensemble.expected_movements`, `forecasting.ensemble.corrections`). The weights are mean absolute
    errors, decayed by origin, to a high negative power. The errors of the corrected mean are kept as whole
    trajectories, by weights known at each origin, or, where the origins span few horizons, by the final ones
    (`forecasting.ensemble.hindsight`): a path is the forecast plus the trajectory of one past origin, smoothed by a
    little of another's, the same two for all queues, so that errors keep their covariance across queues and across the
    horizon, and no two paths are alike. They are mirrored on half of the paths unless many periods are empty; and each
    path draws how large errors are, from what the number of horizons back-tested leaves open
    (`forecasting.sampling.few_horizons`). A short history takes level and weekly shape from what there is, and spread
    from the other queues; `method` says so.

    References
    ----------
    .. [1] R. J. Hyndman, A. B. Koehler, J. K. Ord, R. D. Snyder (2008), Forecasting with Exponential Smoothing:
       The State Space Approach, doi:10.1007/978-3-540-71918-2.

    Examples
    --------
    >>> frame = pd.DataFrame({"queue": "ads", "date": pd.date_range("2026-01-05", periods=70), "items": 20})
    >>> forecast = forecast_volumes(VolumeHistory.from_frame(frame), horizon=14, n_paths=100)
    >>> forecast.arrivals.shape, bool(abs(forecast.mean() - 20).max() < 3)
    ((1, 100, 14), True)
    """
    _check_arguments(history, horizon, n_paths, seed)
    empty = history.first_observed == len(history.period_start)
    unseen = [queue for queue, none in zip(history.queues, empty, strict=True) if none]
    if unseen:
        raise ValueError(f"history must hold at least one observation a queue; there is none of {unseen}")
    calendar = events or EventCalendar()
    effects = learn_event_effects(history, calendar) if len(calendar) or calendar.crises else None
    starts = pd.date_range(history.end, periods=horizon, freq=history.frequency.step)
    exposure = clock_exposure(starts, history.frequency.step, history.timezone)

    def multiplier(rows: slice) -> NDArray[np.float64]:
        n_rows = len(range(*rows.indices(len(history.queues))))
        factor = (
            np.ones((n_rows, n_paths, horizon)) if effects is None else effects.draw(starts, n_paths, seed, rows=rows)
        )
        return factor * exposure

    paths = sample_panel(
        history.queues,
        _quiet_items(history, effects),
        horizon,
        season_periods=history.frequency.season_periods,
        n_paths=n_paths,
        seed=seed,
        month_places=month_places(pd.DatetimeIndex(history.period_start.append(starts))),
        multiplier=None if effects is None and (exposure == 1).all() else multiplier,
        executor=executor,
    )
    return VolumeForecast(
        queues=history.queues,
        period_start=starts,
        frequency=history.frequency,
        arrivals=paths.arrivals,
        method=paths.method,
        seed=seed,
        history=history,
        ensemble=paths.ensemble,
    )


def _check_arguments(history: VolumeHistory, horizon: int, n_paths: int, seed: int) -> None:
    if not isinstance(history, VolumeHistory):
        raise ValueError(
            f"history must be a VolumeHistory; found {type(history).__name__}: make one with VolumeHistory.from_frame"
        )
    for name, value, least in (("horizon", horizon, 1), ("n_paths", n_paths, 1), ("seed", seed, 0)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
            raise ValueError(f"{name} must be a whole number; found {value!r}")
        if value < least:
            raise ValueError(f"{name} must be at least {least}; found {value}")


def _quiet_items(history: VolumeHistory, effects: EventEffects | None) -> NDArray[np.float64]:
    """Items without what events and the clock did to them; NaN where they must not be learned from."""
    exposure = history.exposure
    items = history.items if (exposure == 1).all() else history.items / np.where(exposure > 0, exposure, 1.0)
    if effects is None:
        return items
    quiet = np.where(effects.set_aside, np.nan, items / np.exp(effects.past_log_factor))
    # A queue that was only ever seen during events is better told by those than by nothing.
    nothing_left = np.isnan(quiet).all(axis=1)
    quiet[nothing_left] = items[nothing_left]
    return quiet
