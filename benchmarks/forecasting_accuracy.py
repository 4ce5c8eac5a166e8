"""Accuracy and coverage on public data sets against statsforecast's automatic methods, from the same origins.

Run with the data folder as the argument: `python -m benchmarks.forecasting_accuracy ../shared/data [--quick]`.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsforecast.models import MSTL, AutoCES, AutoETS, DynamicOptimizedTheta, SeasonalNaive

from forecasting.accuracy import naive_scale, pinball
from forecasting.panel import sample_panel

PROBABILITIES = np.array([0.025, *np.arange(0.05, 0.951, 0.05), 0.975])
INNER = slice(1, -1)
LEVELS = [95, 90, 80, 70, 60, 50, 40, 30, 20, 10]


@dataclass(frozen=True)
class DataSet:
    """Series with NaN where not observed, and where to forecast them from."""

    name: str
    items: NDArray[np.float64]
    season: int
    horizon: int
    origins: list[int]
    peer_season: int


def by_day(frame: pd.DataFrame, series: str, day: str, value: str) -> NDArray[np.float64]:
    """Lay a long table out as series by day, days without any value included."""
    rows, days = pd.factorize(frame[series])[0], pd.factorize(frame[day], sort=True)[0]
    items = np.full((rows.max() + 1, days.max() + 1), np.nan)
    items[rows, days] = frame[value]
    return items


def data_sets(folder: Path, quick: bool) -> list[DataSet]:
    """Read what the folder holds; fewer series and origins if quick."""
    sets = []
    nn5 = by_day(pd.read_csv(folder / "nn5_daily.csv.gz"), "series", "t", "y")
    n = nn5.shape[1]
    nn5 = nn5[:12] if quick else nn5
    sets.append(DataSet("NN5 daily", nn5, 7, 14, [n - 14] if quick else [n - 14 * k for k in (4, 3, 2, 1)], 7))
    cran = pd.read_csv(folder / "cran_review_queue_daily.csv.gz")
    stages = by_day(cran, "queue", "date", "arrivals")
    n = stages.shape[1]
    sets.append(
        DataSet("CRAN stages, 14 days", stages, 7, 14, [n - 14 * k for k in range(2 if quick else 26, 0, -1)], 7)
    )
    if not quick:
        sets.append(DataSet("CRAN stages, 91 days", stages, 7, 91, [n - 91 - 56 * k for k in range(9, -1, -1)], 7))
    weekly = pd.read_parquet(folder / "m4_weekly.parquet")
    series = [
        group.sort_values("t")["y"].to_numpy(float) for _, group in weekly.groupby("series", sort=False, observed=True)
    ]
    longest = max(map(len, series))
    m4 = np.stack([np.concatenate([np.full(longest - len(each), np.nan), each]) for each in series])
    sets.append(DataSet("M4 weekly", m4[:12] if quick else m4, 1, 13, [longest - 13], 52))
    return sets


def filled(series: NDArray[np.float64], season: int) -> NDArray[np.float64]:
    """Values from the first observed on, gaps taken from earlier weeks: the peers accept none."""
    known = pd.Series(series[np.flatnonzero(~np.isnan(series))[0] :])
    gaps = known
    for back in range(1, 9):
        gaps = gaps.fillna(known.shift(season * back))
    return gaps.interpolate(limit_direction="both").to_numpy()


def our_quantiles(data: DataSet, origin: int) -> NDArray[np.float64]:
    """Quantiles of shape (n_probabilities, n_series, horizon)."""
    names = tuple(map(str, range(len(data.items))))
    paths = sample_panel(
        names, data.items[:, :origin], data.horizon, season_periods=data.season, n_paths=500, seed=0
    ).arrivals
    return np.asarray(np.quantile(paths, PROBABILITIES, axis=1))


def their_quantiles(model: Callable[[int], object], data: DataSet, origin: int) -> NDArray[np.float64]:
    """Return the same from a peer's intervals, interpolated between its levels."""
    given = np.array(
        [(100 - level) / 200 for level in LEVELS] + [0.5] + [(100 + level) / 200 for level in LEVELS[::-1]]
    )
    found = []
    for series in data.items[:, :origin]:
        result = model(data.peer_season).forecast(  # type: ignore[attr-defined]  # models share no base
            y=filled(series, data.season), h=data.horizon, level=LEVELS
        )
        bounds = [result[f"lo-{level}"] for level in LEVELS] + [result["mean"]]
        bounds += [result[f"hi-{level}"] for level in LEVELS[::-1]]
        ordered = np.maximum(np.maximum.accumulate(np.stack(bounds), axis=0), 0.0)
        found.append(np.stack([np.interp(PROBABILITIES, given, step) for step in ordered.T], axis=1))
    return np.stack(found, axis=1)


def scores(data: DataSet, quantiles: Callable[[DataSet, int], NDArray[np.float64]]) -> dict[str, float]:
    """MASE of the median, scaled CRPS (pinball losses over what came) and coverage, means over series and origins."""
    mase, crps, inside = [], [], []
    for origin in data.origins:
        found = quantiles(data, origin)
        actual = data.items[:, origin : origin + data.horizon]
        seen = ~np.isnan(actual)
        scale = naive_scale(data.items[:, :origin], data.season)[0]
        loss = 2 * pinball(found[INNER], PROBABILITIES[INNER], actual)
        for row in np.flatnonzero(seen.any(axis=1) & ~np.isnan(scale)):
            here = seen[row]
            mase.append(np.abs(actual[row] - found[10, row])[here].mean() / scale[row])
            crps.append(loss[row][here].mean() / max(actual[row][here].mean(), 1e-9))
        for low, high in ((2, 18), (0, 20)):
            inside.append(((actual >= found[low]) & (actual <= found[high]))[seen].mean())
    return {
        "mase": float(np.mean(mase)),
        "scaled_crps": float(np.mean(crps)),
        "coverage_80": float(np.mean(inside[::2])),
        "coverage_95": float(np.mean(inside[1::2])),
    }


def report(sets: Sequence[DataSet]) -> pd.DataFrame:
    """One row a data set and method."""
    peers: dict[str, Callable[[int], object]] = {
        "SeasonalNaive": lambda season: SeasonalNaive(season_length=season),
        "MSTL": lambda season: MSTL(season_length=season),
        "DynamicOptimizedTheta": lambda season: DynamicOptimizedTheta(season_length=season),
        "AutoETS": lambda season: AutoETS(season_length=season if season <= 24 else 1),
        "AutoCES": lambda season: AutoCES(season_length=season if season <= 24 else 1),
    }
    rows = []
    for data in sets:
        rows.append({"data": data.name, "method": "ours", **scores(data, our_quantiles)})
        for name, model in peers.items():

            def ask(asked: DataSet, origin: int, model: Callable[[int], object] = model) -> NDArray[np.float64]:
                return their_quantiles(model, asked, origin)

            rows.append({"data": data.name, "method": name, **scores(data, ask)})
    return pd.DataFrame(rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder with the data sets")
    parser.add_argument("--quick", action="store_true", help="fewer series and origins, within a minute")
    arguments = parser.parse_args()
    print(report(data_sets(arguments.folder, arguments.quick)).round(4).to_string(index=False))
