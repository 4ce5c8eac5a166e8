"""Crises that nobody can date: how often they come, how large they are and how long they last."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

DAYS_A_YEAR = 365.25
# Crises on one path: more than this many in one horizon are not told apart.
MOST_CRISES = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class CrisisRisk:
    """A kind of crisis that nobody can date: how often it comes, how large it is and how long it lasts.

    Attributes
    ----------
    name
        What a reader will see; it seeds the draws.
    rate_per_year
        Expected crises a year; their number is Poisson. [1/year]
    size
        Relative change of arrivals at its height as (low, mode, high), triangular. [-]
    days
        Length as (low, mode, high), triangular; the effect falls evenly from its height to none over it. [days]
    queues
        Queues touched; empty means all.

    Raises
    ------
    ValueError
        If the rate is negative, or a range is out of order, below -1 (size) or not positive (days).

    Examples
    --------
    >>> CrisisRisk(name="Attack", rate_per_year=2.0, size=(0.2, 0.5, 2.0), days=(3, 7, 21)).rate_per_year
    2.0
    """

    name: str
    rate_per_year: float
    size: tuple[float, float, float]
    days: tuple[float, float, float] = (3.0, 7.0, 21.0)
    queues: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0.0 <= self.rate_per_year < np.inf:
            raise ValueError(f"rate_per_year of crisis {self.name!r} must be >= 0; found {self.rate_per_year}")
        low, mode, high = self.size
        if not -1.0 <= low <= mode <= high < np.inf:
            raise ValueError(f"size of crisis {self.name!r} must be -1 <= low <= mode <= high; found {self.size}")
        low, mode, high = self.days
        if not 0.0 < low <= mode <= high < np.inf:
            raise ValueError(f"days of crisis {self.name!r} must be 0 < low <= mode <= high; found {self.days}")


def triangular_quantile(share: NDArray[np.float64], low_mode_high: tuple[float, float, float]) -> NDArray[np.float64]:
    """Quantiles of a triangular distribution; the one value where the range has no width.

    Examples
    --------
    >>> triangular_quantile(np.array([0.0, 0.5, 1.0]), (0.0, 1.0, 2.0)).tolist()
    [0.0, 1.0, 2.0]
    """
    low, mode, high = low_mode_high
    if high == low:
        return np.full(share.shape, float(mode))
    cut = (mode - low) / (high - low)
    rising = low + np.sqrt(share * (high - low) * (mode - low))
    falling = high - np.sqrt((1.0 - share) * (high - low) * (high - mode))
    return np.where(share < cut, rising, falling)


def draw_crises(
    risk: CrisisRisk, period_start: pd.DatetimeIndex, step: pd.Timedelta, n_paths: int, seed: int
) -> NDArray[np.float64]:
    """Multipliers that undated crises put on future arrivals.

    Parameters
    ----------
    risk
        Rate, size and length.
    period_start : pandas.DatetimeIndex of shape (n_periods,)
        Starts of the future periods, evenly spaced.
    step
        Length of one period.
    n_paths : int
        Draws. [-]
    seed : int
        The draws depend on it and on the name of the crisis alone.

    Returns
    -------
    ndarray of shape (n_paths, n_periods)
        One factor for every queue that the crisis touches, never below 0. [-]

    Notes
    -----
    Starts form a Poisson process that began a longest crisis before the horizon, so that a crisis may be under
    way when it opens. Crises that overlap multiply.

    Examples
    --------
    >>> import pandas as pd
    >>> risk = CrisisRisk(name="Attack", rate_per_year=0.0, size=(0.2, 0.5, 2.0))
    >>> draw_crises(risk, pd.date_range("2026-01-01", periods=2), pd.Timedelta(days=1), 1, 0)
    array([[1., 1.]])
    """
    import pandas as pd

    rng = np.random.default_rng([seed, 5, zlib.crc32(risk.name.encode())])
    step_days = step / pd.Timedelta(days=1)
    span_days = len(period_start) * step_days + risk.days[2]
    count = np.minimum(rng.poisson(risk.rate_per_year * span_days / DAYS_A_YEAR, n_paths), MOST_CRISES)
    middle = (np.arange(len(period_start)) + 0.5) * step_days
    factor = np.ones((n_paths, len(period_start)))
    for nth in range(int(count.max(initial=0))):
        # Drawn for all paths, so that the rate changes how many crises there are and not which.
        start, size, length = rng.random((3, n_paths))
        begin = start * span_days - risk.days[2]
        height = triangular_quantile(size, risk.size)
        lasts = triangular_quantile(length, risk.days)
        age = (middle[None, :] - begin[:, None]) / lasts[:, None]
        weight = np.where((age >= 0.0) & (age < 1.0), 1.0 - age, 0.0)
        factor *= np.where((nth < count)[:, None], 1.0 + height[:, None] * weight, 1.0)
    return factor
