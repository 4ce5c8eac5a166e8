"""Public data sets that forecasts are measured on, and the origins that they are made from."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.volumes.frequency import Frequency


@dataclass(frozen=True, kw_only=True)
class DataSet:
    """Series with NaN where not observed, and where to forecast them from.

    Attributes
    ----------
    name : str
        In a few words.
    items : ndarray of shape (n_series, n_periods)
        [items]
    start : pandas.Timestamp
        Of the first period.
    frequency
        Length of a period.
    horizon : int
        Periods ahead.
    origins : tuple of int
        Periods known, ascending.
    peer_seasons : tuple of int
        Seasons that peers are told, in periods of which something was ever observed.
    """

    name: str
    items: NDArray[np.float64]
    start: pd.Timestamp
    frequency: Frequency
    horizon: int
    origins: tuple[int, ...]
    peer_seasons: tuple[int, ...]

    @property
    def season(self) -> int:
        """Periods in a week."""
        return self.frequency.season_periods

    @property
    def dates(self) -> pd.DatetimeIndex:
        """Start of every period."""
        return pd.date_range(self.start, periods=self.items.shape[1], freq=self.frequency.step)


def data_sets(folder: Path) -> list[DataSet]:
    """Read what the folder holds."""
    return [_nn5(folder), _cran(folder, 14, 14, 26), _cran(folder, 91, 56, 10), _m4(folder), _bank(folder)]


def earlier_sets(folder: Path) -> list[DataSet]:
    """The same series from origins whose horizons end before the first test period: settings are chosen by these."""
    nn5, cran, cran_far, m4, bank = data_sets(folder)
    return [
        _before(nn5, 14, 22),
        _before(replace(nn5, horizon=28), 14, 18),
        _before(cran, 28, 28),
        _before(cran_far, 28, 10),
        _before(m4, 13, 6),
        _before(bank, 336, 12),
    ]


def _before(data: DataSet, stride: int, n_origins: int) -> DataSet:
    origins = origins_back(data.origins[0], data.horizon, stride, n_origins)
    return replace(data, name=f"{data.name}, {data.horizon} ahead", origins=origins)


def fewer(data: DataSet) -> DataSet:
    """Return the first dozen series and the last two origins, for a first look."""
    return replace(data, items=data.items[:12], origins=data.origins[-2:])


def _nn5(folder: Path) -> DataSet:
    items = _by_day(pd.read_csv(folder / "nn5_daily.csv.gz"), "series", "t", "y")
    return DataSet(
        name="NN5 daily",
        items=items,
        start=pd.Timestamp("1996-03-18"),
        frequency=Frequency.DAILY,
        horizon=14,
        origins=origins_back(items.shape[1], 14, 14, 4),
        peer_seasons=(7,),
    )


def _cran(folder: Path, horizon: int, stride: int, n_origins: int) -> DataSet:
    frame = pd.read_csv(folder / "cran_review_queue_daily.csv.gz")
    items = _by_day(frame, "queue", "date", "arrivals")
    return DataSet(
        name=f"CRAN stages, {horizon} days",
        items=items,
        start=pd.Timestamp(frame["date"].min()),
        frequency=Frequency.DAILY,
        horizon=horizon,
        origins=origins_back(items.shape[1], horizon, stride, n_origins),
        peer_seasons=(7,),
    )


def _m4(folder: Path) -> DataSet:
    weekly = pd.read_parquet(folder / "m4_weekly.parquet").sort_values("t")
    series = [group["y"].to_numpy(float) for _, group in weekly.groupby("series", sort=False, observed=True)]
    longest = max(map(len, series))
    items = np.stack([np.concatenate([np.full(longest - len(each), np.nan), each]) for each in series])
    return DataSet(
        name="M4 weekly",
        items=items,
        start=pd.Timestamp("1980-01-06"),
        frequency=Frequency.WEEKLY,
        horizon=13,
        origins=(longest - 13,),
        peer_seasons=(52,),
    )


def _bank(folder: Path) -> DataSet:
    calls = pd.read_csv(folder / "bank_calls_5min.csv.gz", parse_dates=["interval_start"])
    open_hours = calls["interval_start"].dt.hour < 21
    by_half_hour = calls[open_hours].set_index("interval_start")["calls"].resample("30min").sum(min_count=6)
    start = by_half_hour.index[0].normalize()
    weeks = -(-int((by_half_hour.index[-1] - start) / pd.Timedelta("30min")) // 336)
    grid = pd.date_range(start, periods=weeks * 336, freq="30min")
    return DataSet(
        name="Bank calls, half-hourly",
        items=by_half_hour.reindex(grid).to_numpy(float)[None],
        start=start,
        frequency=Frequency.HALF_HOURLY,
        horizon=336,
        origins=origins_back(len(grid), 336, 336, 12),
        peer_seasons=(28, 140),
    )


def origins_back(n_periods: int, horizon: int, stride: int, n_origins: int) -> tuple[int, ...]:
    """Origins so many periods apart, the last of which sees the last horizon."""
    return tuple(n_periods - horizon - stride * back for back in range(n_origins - 1, -1, -1))


def _by_day(frame: pd.DataFrame, series: str, day: str, value: str) -> NDArray[np.float64]:
    """Lay a long table out as series by day, days without any value included."""
    rows, days = pd.factorize(frame[series])[0], pd.factorize(frame[day], sort=True)[0]
    items = np.full((rows.max() + 1, days.max() + 1), np.nan)
    items[rows, days] = frame[value]
    return items


def ever_open(data: DataSet) -> NDArray[np.bool_]:
    """Whether anything was ever observed at each place of the week, of shape (n_periods,)."""
    seen = ~np.isnan(data.items).all(axis=0)
    place = np.arange(data.items.shape[1]) % data.season
    by_place = np.zeros(data.season, dtype=np.bool_)
    np.logical_or.at(by_place, place, seen)
    return np.asarray(by_place[place], dtype=np.bool_)


def without_gaps(series: NDArray[np.float64], season: int) -> NDArray[np.float64]:
    """Values from the first observed on, gaps taken from earlier weeks: the peers accept none."""
    known = pd.Series(series[np.flatnonzero(~np.isnan(series))[0] :])
    gaps = known
    for back in range(1, 9):
        gaps = gaps.fillna(known.shift(season * back))
    return gaps.interpolate(limit_direction="both").to_numpy()
