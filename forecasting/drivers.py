"""Volumes that follow what drives them: users, listings, prevalence, a classifier's threshold."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.forecast import VolumeForecast
from forecasting.quality.normal_volume import robust_profile, weekly_levels
from forecasting.volumes.history import VolumeHistory

# Regression on changes over this many weeks: two things that merely both grow would otherwise seem to drive one
# another.
MONTH_WEEKS = 4
LEAST_WEEKS = 12


class DriverLink(StrEnum):
    """How volumes follow a driver: by ratio (an elasticity), or by unit (of a threshold or a share).

    Examples
    --------
    >>> day = pd.DatetimeIndex(["2026-01-05"])
    >>> for link in DriverLink:
    ...     driver = Driver(name="users", past=pd.Series([1.0], day), planned=pd.Series([1.0], day), link=link)
    ...     print(link, driver.on(day))
    log-log [0.]
    log-linear [1.]
    """

    LOG_LOG = "log-log"
    LOG_LINEAR = "log-linear"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Driver:
    """Something that drives volumes, such as users or listings, as it was and as it is planned.

    Attributes
    ----------
    name
        What a reader will see, such as "active listings".
    past : pandas.Series
        Value by date, on the dates of the history or finer or coarser; the last value holds until the next.
    planned : pandas.Series
        Value by date over the horizon.
    link
        `log-log`: a ratio of the driver gives a ratio of volumes. `log-linear`: a difference gives a ratio.
    queues
        Queues that it drives; empty means all.
    elasticity
        Given (mean, standard deviation) of the slope instead of learning it; None to learn. [- or 1/unit]

    Raises
    ------
    ValueError
        If a series is empty, unsorted or holds a value that is not finite (or not positive for log-log).

    Examples
    --------
    A classifier whose threshold is moved on the third day.

    >>> days = pd.date_range("2026-01-05", periods=4)
    >>> threshold = Driver(name="threshold", past=pd.Series([0.5], days[:1]), planned=pd.Series([0.7], days[2:3]),
    ...                    link="log-linear")
    >>> threshold.on(days).tolist()
    [0.5, 0.5, 0.7, 0.7]
    """

    name: str
    past: pd.Series
    planned: pd.Series
    link: DriverLink = DriverLink.LOG_LOG
    queues: tuple[str, ...] = ()
    elasticity: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "link", DriverLink(self.link))
        for field, series in (("past", self.past), ("planned", self.planned)):
            values = series.to_numpy(dtype=np.float64)
            if len(values) == 0 or not series.index.is_monotonic_increasing:
                raise ValueError(f"{field} of driver {self.name!r} must hold values in order of date")
            if not np.isfinite(values).all() or (self.link == DriverLink.LOG_LOG and (values <= 0).any()):
                rule = "finite and above 0" if self.link == DriverLink.LOG_LOG else "finite"
                raise ValueError(f"{field} of driver {self.name!r} must be {rule}; the least is {values.min():g}")
        if self.elasticity is not None and self.elasticity[1] < 0:
            raise ValueError(f"elasticity of driver {self.name!r} must be (mean, spread >= 0); found {self.elasticity}")

    def on(self, period_start: pd.DatetimeIndex) -> NDArray[np.float64]:
        """Return the linked value (its log for log-log) at each period, of shape (n_periods,), NaN before the first.

        Parameters
        ----------
        period_start : pandas.DatetimeIndex of shape (n_periods,)
            Starts of the periods asked for.
        """
        both = pd.concat([self.past, self.planned[self.planned.index > self.past.index[-1]]])
        values = both.to_numpy(dtype=np.float64)
        place = both.index.searchsorted(period_start, side="right") - 1
        at = np.where(place >= 0, values[np.maximum(place, 0)], np.nan)
        return np.log(at) if self.link == DriverLink.LOG_LOG else at


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class DriverEffect:
    """How volumes of queues follow one driver, and how surely that is known.

    Attributes
    ----------
    driver
        The driver.
    queues
        Names, in the order of the arrays.
    slope, slope_spread : ndarrays of shape (n_queues,)
        Elasticity (log-log) or log change a unit (log-linear), and its standard error; 0 for queues not driven.
    n_weeks : ndarray of shape (n_queues,)
        Weeks that the slope was learned from; 0 where it was given.
    anchor : float
        Linked value of the driver at the end of the history, which the level of a forecast holds.

    Examples
    --------
    Twice the listings with an elasticity of 1 are twice the items.

    >>> days = pd.date_range("2026-01-05", periods=30)
    >>> history = VolumeHistory.from_frame(pd.DataFrame({"queue": "ads", "date": days[:28], "items": 10}))
    >>> listings = Driver(name="listings", past=pd.Series([100.0], days[:1]), planned=pd.Series([200.0], days[28:29]),
    ...                   elasticity=(1.0, 0.0))
    >>> effect = learn_driver_effect(history, listings)
    >>> effect.draw(days[28:], n_paths=1, seed=0).round(9).tolist()
    [[[2.0, 2.0]]]
    """

    driver: Driver
    queues: tuple[str, ...]
    slope: NDArray[np.float64]
    slope_spread: NDArray[np.float64]
    n_weeks: NDArray[np.intp]
    anchor: float

    def draw(self, period_start: pd.DatetimeIndex, n_paths: int, seed: int) -> NDArray[np.float64]:
        """Draw multipliers on future arrivals.

        Parameters
        ----------
        period_start : pandas.DatetimeIndex of shape (n_periods,)
            Starts of the periods asked for.
        n_paths : int
            Joint draws. [-]
        seed : int
            The draws depend on it and on the driver's name alone.

        Returns
        -------
        ndarray of shape (n_queues, n_paths, n_periods)
            exp(slope x change of the linked driver since the end of the history). [-]

        Notes
        -----
        The slope is drawn once a path, by one standard normal for all queues: were it larger than measured, it
        would most likely be so for all.
        """
        normal = np.random.default_rng([seed, 7, zlib.crc32(self.driver.name.encode())]).standard_normal(n_paths)
        slope = self.slope[:, None] + self.slope_spread[:, None] * np.clip(normal, -3.0, 3.0)
        change = self.driver.on(period_start) - self.anchor
        return np.asarray(np.exp(slope[:, :, None] * change))

    def to_frame(self) -> pd.DataFrame:
        """Return a tidy frame: one row a queue, with the slope, its 80% range and what it was learned from."""
        return pd.DataFrame(
            {
                "driver": self.driver.name,
                "link": self.driver.link.value,
                "queue": np.asarray(self.queues, dtype=object),
                "slope": self.slope,
                "slope_p10": self.slope - 1.2816 * self.slope_spread,
                "slope_p90": self.slope + 1.2816 * self.slope_spread,
                "weeks": self.n_weeks,
            }
        )


def learn_driver_effect(history: VolumeHistory, driver: Driver) -> DriverEffect:
    """Learn from the past how volumes follow a driver.

    Parameters
    ----------
    history
        What was observed.
    driver
        The driver's own past and plan.

    Returns
    -------
    DriverEffect

    Raises
    ------
    ValueError
        If no elasticity is given and the driver did not move over the history, or fewer than 12 weeks were seen.

    Notes
    -----
    Ordinary least squares of the change of the log weekly level over four weeks on the change of the linked
    driver over the same weeks. Changes overlap, so the standard error is that of Newey and West [1]_ with lags of
    four weeks. Levels are not regressed on levels: whatever grows would seem to drive whatever else grows.

    References
    ----------
    .. [1] W. K. Newey, K. D. West (1987), A simple, positive semi-definite, heteroskedasticity and
       autocorrelation consistent covariance matrix, Econometrica 55(3), doi:10.2307/1913610.

    Examples
    --------
    >>> days = pd.date_range("2026-01-05", periods=280)
    >>> users = pd.Series(1000.0 + 400.0 * np.sin(np.arange(280) / 20), index=days)
    >>> frame = pd.DataFrame({"queue": "ads", "date": days, "items": (users / 10).round()})
    >>> driver = Driver(name="users", past=users, planned=pd.Series([1100.0], index=[days[-1] + days.freq]))
    >>> learn_driver_effect(VolumeHistory.from_frame(frame), driver).slope.round(1)
    array([1.])
    """
    driven = np.array([not driver.queues or queue in driver.queues for queue in history.queues], dtype=np.bool_)
    slope, spread = np.zeros((2, len(driven)))
    n_weeks = np.zeros(len(driven), dtype=np.intp)
    if driver.elasticity is not None:
        slope[driven], spread[driven] = driver.elasticity
    else:
        level, linked = _weekly(history, driver)
        for row in np.flatnonzero(driven):
            slope[row], spread[row], n_weeks[row] = _slope(
                level[row], linked, f"{driver.name} on {history.queues[row]}"
            )
    anchor = float(driver.on(history.period_start[-1:])[0])
    if np.isnan(anchor):
        raise ValueError(f"past of driver {driver.name!r} must reach back before the end of the history {history.end}")
    return DriverEffect(
        driver=driver, queues=history.queues, slope=slope, slope_spread=spread, n_weeks=n_weeks, anchor=anchor
    )


def drive_volumes(forecast: VolumeForecast, effects: Sequence[DriverEffect]) -> VolumeForecast:
    """Let the paths of a forecast follow what is planned for the drivers of its volumes.

    Parameters
    ----------
    forecast
        Joint sample paths that hold the drivers where they were at the end of the history.
    effects
        What was learned of each driver on the same queues.

    Returns
    -------
    VolumeForecast
        Each path times each driver's draw.

    Raises
    ------
    ValueError
        If an effect was learned on other queues.

    Examples
    --------
    Half the listings with an elasticity of 1 are half the items, on every path.

    >>> days = pd.date_range("2026-01-05", periods=30)
    >>> history = VolumeHistory.from_frame(pd.DataFrame({"queue": "ads", "date": days[:28], "items": 10}))
    >>> forecast = VolumeForecast(queues=("ads",), period_start=days[28:], frequency=history.frequency,
    ...                           arrivals=np.full((1, 3, 2), 10.0), method=("given",), seed=0, history=history)
    >>> listings = Driver(name="listings", past=pd.Series([100.0], days[:1]), planned=pd.Series([50.0], days[28:29]),
    ...                   elasticity=(1.0, 0.0))
    >>> drive_volumes(forecast, [learn_driver_effect(history, listings)]).arrivals.round(9).tolist()
    [[[5.0, 5.0], [5.0, 5.0], [5.0, 5.0]]]
    """
    arrivals = forecast.arrivals.copy()
    for effect in effects:
        if effect.queues != forecast.queues:
            raise ValueError(
                f"effects must be of the forecast's queues {forecast.queues}; that of {effect.driver.name!r} is of "
                f"{effect.queues}"
            )
        arrivals *= effect.draw(forecast.period_start, forecast.n_paths, forecast.seed)
    return replace(forecast, arrivals=arrivals)


def _weekly(history: VolumeHistory, driver: Driver) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Log level of each queue and mean linked driver by whole week."""
    season = history.frequency.season_periods
    level, _ = weekly_levels(history.items, history.observed, robust_profile(history.items, season))
    whole = history.items.shape[1] // season
    linked = driver.on(history.period_start)[: whole * season].reshape(whole, season).mean(axis=1)
    return np.log(level[:, :whole] + 0.5), linked


def _slope(log_level: NDArray[np.float64], linked: NDArray[np.float64], what: str) -> tuple[float, float, int]:
    import statsmodels.api as sm

    change = log_level[MONTH_WEEKS:] - log_level[:-MONTH_WEEKS]
    moved = linked[MONTH_WEEKS:] - linked[:-MONTH_WEEKS]
    known = ~np.isnan(change) & ~np.isnan(moved)
    if known.sum() < LEAST_WEEKS:
        raise ValueError(
            f"history must hold at least {LEAST_WEEKS} four-week changes to learn {what}; it holds {known.sum()}. "
            "Give an elasticity."
        )
    if np.ptp(moved[known]) < 1e-9:
        raise ValueError(f"past of the driver must move for {what} to be learned; it is constant. Give an elasticity.")
    fitted = sm.OLS(change[known], sm.add_constant(moved[known])).fit(
        cov_type="HAC", cov_kwds={"maxlags": MONTH_WEEKS, "use_correction": True}
    )
    return float(fitted.params[1]), float(fitted.bse[1]), int(known.sum())
