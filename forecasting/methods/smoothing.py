"""Exponential smoothing in innovations form: many queues and many parameter sets stepped together."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

# Weight of the newest error in the running mean absolute error against which surprises are clipped.
SCALE_GAIN = 0.05
# Mean absolute error to standard deviation, for normal errors.
SIGMA_PER_MEAN_ERROR = 1.2533
Floats = NDArray[np.floating]


@dataclass(frozen=True, kw_only=True, slots=True)
class SmoothingParameters:
    """Parameter sets ("lanes") of one form of smoothing.

    Attributes
    ----------
    level, season : tuple of float
        Gain of the level, and of the pattern, one a lane. [-]
    trend : tuple of float
        Gain of the trend, one a lane; empty for no trend. [-]
    damping : float
        Share of the trend that is left one step later. [-]
    clip_sigmas : float
        Errors teach no more than this many standard deviations; infinite for all. [-]
    yearly : bool
        Whether the pattern is that of the year instead of the week.
    day : tuple of float
        Gain of the pattern of the day, which every day teaches, one a lane; empty for none. [-]
    """

    level: tuple[float, ...]
    season: tuple[float, ...]
    trend: tuple[float, ...] = ()
    damping: float = 1.0
    clip_sigmas: float = np.inf
    yearly: bool = False
    day: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        n_lanes = len(self.level)
        if len(self.season) != n_lanes or any(len(gains) not in (0, n_lanes) for gains in (self.trend, self.day)):
            raise ValueError(
                f"level, season, trend and day must hold one gain a lane; found {n_lanes}, {len(self.season)}, "
                f"{len(self.trend)} and {len(self.day)}"
            )

    @property
    def n_lanes(self) -> int:
        """Number of parameter sets."""
        return len(self.level)

    @property
    def names(self) -> tuple[str, ...]:
        """One description a lane."""
        clip = "" if np.isinf(self.clip_sigmas) else ", surprises clipped"
        trend = ", damped trend" if self.trend else ""
        days = [f", day {gain:g}" for gain in self.day] or [""] * self.n_lanes
        return tuple(
            f"smoothing (level {level:g}, {'year' if self.yearly else 'week'} {season:g}{day}{trend}{clip})"
            for level, season, day in zip(self.level, self.season, days, strict=True)
        )


@dataclass(kw_only=True, slots=True)
class SmoothingState:
    """Level, trend and pattern of every lane and queue; `step` moves it on by one step in place.

    Attributes
    ----------
    parameters
        The lanes.
    level, trend, error_scale : ndarray of shape (n_lanes, n_queues, 1)
        Level, its change a step, and the running mean absolute error.
    season : ndarray of shape (n_positions, n_lanes, n_queues, n_slots)
        Departure from the level by position in the week (or the year) and slot of the day.
    day : ndarray of shape (n_lanes or 1, n_queues, n_slots)
        Departure from both by slot of the day.
    gains : tuple of ndarray of shape (n_lanes, 1, 1)
        Gains of level, season, trend and day.
    """

    parameters: SmoothingParameters
    level: Floats
    trend: Floats
    error_scale: Floats
    season: Floats
    day: Floats
    gains: tuple[Floats, ...]

    @classmethod
    def start(cls, parameters: SmoothingParameters, level: Floats, season: Floats, error_scale: Floats) -> Self:
        """Return the state before the first step, the same for every lane.

        Parameters
        ----------
        parameters
            The lanes.
        level, error_scale : ndarray of shape (n_queues,)
            Level and mean absolute error to start from; the scale must be above 0.
        season : ndarray of shape (n_positions, n_queues, n_slots)
            Pattern to start from.
        """
        lanes = (parameters.n_lanes, 1, 1)
        return cls(
            parameters=parameters,
            level=np.tile(level[None, :, None], lanes),
            trend=np.zeros((parameters.n_lanes if parameters.trend else 1, level.shape[0], 1), level.dtype),
            error_scale=np.tile(error_scale[None, :, None], lanes),
            season=np.tile(season[:, None], (1, *lanes)),
            day=np.zeros((parameters.n_lanes if parameters.day else 1, *season.shape[1:]), level.dtype),
            gains=tuple(
                np.asarray(gains, level.dtype)[:, None, None]
                for gains in (parameters.level, parameters.season, parameters.trend, parameters.day)
            ),
        )

    def step(self, value: Floats, seen: Floats | None, position: int) -> Floats:
        """Take in one step's values and return the errors of the forecasts made a step before.

        Parameters
        ----------
        value : ndarray of shape (n_queues, n_slots)
            What was observed, any finite number where nothing was.
        seen : ndarray of shape (n_queues, n_slots) or None
            1 where observed, else 0; None where all was.
        position : int
            Position in the week, or the year.

        Returns
        -------
        ndarray of shape (n_lanes, n_queues, n_slots)
            Errors before clipping; 0 where nothing was observed.

        Notes
        -----
        With error e, level l, trend b and season s the recursions are, additive and damped [1]_,
        l' = l + phi b + alpha e, b' = phi b + beta e, s' = s + gamma e. Where a day has several slots, e in the
        first two is the mean over the slots observed, and the pattern d of the day, the same on every day of the week,
        is d' = d + delta (e - mean e) [2]_. A clipped error teaches as much as one at the bound.

        References
        ----------
        .. [1] R. J. Hyndman, A. B. Koehler, J. K. Ord, R. D. Snyder (2008), Forecasting with Exponential
           Smoothing: The State Space Approach, doi:10.1007/978-3-540-71918-2.
        .. [2] J. W. Taylor (2003), Short-term electricity demand forecasting using double seasonal exponential
           smoothing, Journal of the Operational Research Society 54(8), doi:10.1057/palgrave.jors.2601589.
        """
        parameters, dtype = self.parameters, self.level.dtype
        season = self.season[position]
        if parameters.trend:
            self.trend *= dtype.type(parameters.damping)
            self.level += self.trend
        errors = value - season
        errors -= self.level
        if parameters.day:
            errors -= self.day
        if seen is not None:
            errors *= seen
        taught = errors if np.isinf(parameters.clip_sigmas) else self._clipped(errors, seen)
        shared = taught
        if taught.shape[2] > 1:
            n_seen = taught.shape[2] if seen is None else np.maximum(seen.sum(axis=1, keepdims=True), 1)
            shared = taught.sum(axis=2, keepdims=True) / n_seen
        self.level += self.gains[0] * shared
        if parameters.trend:
            self.trend += self.gains[2] * shared
        if any(parameters.season):
            season += self.gains[1] * taught
        if parameters.day:
            apart = taught - shared
            self.day += self.gains[3] * (apart if seen is None else apart * seen)
        return np.asarray(errors)

    def _clipped(self, errors: Floats, seen: Floats | None) -> Floats:
        dtype = errors.dtype
        bound = self.error_scale * dtype.type(self.parameters.clip_sigmas * SIGMA_PER_MEAN_ERROR)
        taught = np.minimum(errors, bound)
        np.negative(bound, out=bound)
        np.maximum(taught, bound, out=taught)
        # A surprise may widen the bound, but by no more than one twice as large as the bound would.
        bound *= dtype.type(-2)
        size = np.abs(errors)
        np.minimum(size, bound, out=size)
        size -= self.error_scale
        size *= dtype.type(SCALE_GAIN)
        if seen is not None:
            size *= seen
        self.error_scale += size if size.shape[2] == 1 else size.mean(axis=2, keepdims=True)
        return np.asarray(taught)

    def trend_sum(self, steps: NDArray[np.intp]) -> Floats:
        """Return how often the trend is in a forecast so many steps ahead, each time damped once more."""
        damping = self.parameters.damping
        total = steps * 1.0 if damping == 1.0 else damping * (1 - damping**steps) / (1 - damping)
        return np.asarray(total, self.level.dtype)

    def trend_after(self, steps: int) -> Floats:
        """Return what the trend adds to the level so many steps ahead, of shape (n_lanes or 1, n_queues, 1)."""
        return np.asarray(self.trend * self.trend_sum(np.array(steps)))


def starting_state(values: Floats, position: NDArray[np.intp], n_positions: int) -> tuple[Floats, Floats, Floats]:
    """Level, weekly pattern and mean absolute error to start smoothing from.

    Parameters
    ----------
    values : ndarray of shape (n_steps, n_queues, n_slots)
        The first steps of each queue, NaN where not observed.
    position : ndarray of shape (n_steps, n_queues)
        Position of each of these steps in the week, which may differ by queue.
    n_positions : int
        Steps in a week.

    Returns
    -------
    tuple of ndarray
        Level (n_queues,), weekly pattern (n_positions, n_queues, n_slots) and mean absolute error (n_queues,),
        which is above 0. All finite: a queue without observations starts from 0.
    """
    n_slots = values.shape[2]
    level = _mean_seen(values, axes=(0, 2), otherwise=np.zeros(values.shape[1]))
    # A slot or weekday not seen in the first weeks starts from what is known of its slot, then from the level.
    slot = _mean_seen(values, axes=(0,), otherwise=np.repeat(level[:, None], n_slots, axis=1))
    season = np.stack(
        [
            _mean_seen(np.where((position == place)[:, :, None], values, np.nan), axes=(0,), otherwise=slot)
            for place in range(n_positions)
        ]
    )
    season -= level[None, :, None]
    fitted = level[None, :, None] + np.take_along_axis(season, position[:, :, None], axis=0)
    scale = _mean_seen(np.abs(values - fitted), axes=(0, 2), otherwise=np.zeros(values.shape[1]))
    floor = 1e-3 * (1 + np.abs(level))
    dtype = values.dtype
    return level.astype(dtype), season.astype(dtype), np.maximum(scale, floor).astype(dtype)


def _mean_seen(values: Floats, axes: tuple[int, ...], otherwise: Floats) -> Floats:
    seen = ~np.isnan(values)
    count = seen.sum(axis=axes)
    total = np.where(seen, values, 0).sum(axis=axes, dtype=np.float64)
    return np.where(count > 0, total / np.maximum(count, 1), otherwise)
