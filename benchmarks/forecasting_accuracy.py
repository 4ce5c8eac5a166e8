"""Accuracy and coverage on public data sets against other libraries, from the same origins.

Run with the data folder as the argument: `python -m benchmarks.forecasting_accuracy ../shared/data --cache FOLDER`.
The cache keeps the forecasts of the peers; those that it lacks are made, which takes hours for some (`--without`).
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.forecasting_coverage import our_coverage, our_paths
from benchmarks.forecasting_peers import PROBABILITIES, Quantiles, feasible, peer_quantiles, peers, quiet
from benchmarks.forecasting_sets import DataSet, data_sets, fewer
from forecasting.evaluation.accuracy import naive_scale, pinball

MEDIAN = "median of peers"
INNER = slice(1, -1)


def score(data: DataSet, origin: int, found: Quantiles) -> pd.DataFrame:
    """One row a series: absolute error, quantile loss, items that came, and how many lay within closed intervals."""
    actual = data.items[:, origin : origin + data.horizon]
    seen = ~np.isnan(actual)
    n = np.maximum(seen.sum(axis=1), 1)
    loss = 2 * pinball(found[INNER], PROBABILITIES[INNER], actual)
    scale = naive_scale(data.items[:, :origin], data.season)[0]
    rows = pd.DataFrame(
        {
            "series": np.arange(len(actual)),
            "n": seen.sum(axis=1),
            "mase": np.where(seen, np.abs(actual - found[10]), 0.0).sum(axis=1) / n / scale,
            "loss": np.where(seen, loss, 0.0).sum(axis=1),
            "items": np.where(seen, actual, 0.0).sum(axis=1),
            "inside_80": ((actual >= found[2]) & (actual <= found[18])).sum(axis=1),
            "inside_95": ((actual >= found[0]) & (actual <= found[20])).sum(axis=1),
        }
    )
    return rows[(rows["n"] > 0) & np.isfinite(rows["mase"])]


def summary(rows: pd.DataFrame) -> dict[str, float]:
    """MASE, scaled CRPS (quantile losses over what came, mean over series) and coverage of closed intervals."""
    by_series = rows.groupby("series")[["loss", "items"]].sum()
    return {
        "mase": float(rows["mase"].mean()),
        "scaled_crps": float((by_series["loss"] / by_series["items"]).mean()),
        "closed_80": float(rows["inside_80"].sum() / rows["n"].sum()),
        "closed_95": float(rows["inside_95"].sum() / rows["n"].sum()),
    }


def compare(data: DataSet, cache: Path, without: list[str]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return the scores of all methods, our ratio to the best peer on halves of the series, and our coverage."""
    paths = {origin: our_paths(data, origin) for origin in data.origins}
    forecasts = {"ours": {origin: np.quantile(each, PROBABILITIES, axis=1) for origin, each in paths.items()}}
    for name, peer in peers().items():
        if name not in without and feasible(name, data):
            forecasts[name] = {origin: peer_quantiles(name, peer, data, origin, cache) for origin in data.origins}
    others = [name for name in forecasts if name != "ours"]
    forecasts[MEDIAN] = {
        origin: np.median([forecasts[name][origin] for name in others], axis=0) for origin in data.origins
    }
    scored = {
        name: pd.concat([score(data, origin, found[origin]) for origin in data.origins])
        for name, found in forecasts.items()
    }
    table = pd.DataFrame([{"data": data.name, "method": name, **summary(rows)} for name, rows in scored.items()])
    singles = table[table["method"].isin(others)]
    for key in ("mase", "scaled_crps"):
        table[f"{key}_of_best_peer"] = table[key] / singles[key].min()
    return table, _halves(data.name, {name: scored[name] for name in ("ours", *others)}), our_coverage(data, paths)


def _halves(name: str, scored: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Ours over the best single peer, on the even and on the odd series: choices that fit one half alone show."""
    found = []
    for half in ("even", "odd"):
        rows = {method: each[each["series"] % 2 == (half == "odd")] for method, each in scored.items()}
        if not rows["ours"].empty:
            scores = pd.DataFrame({method: summary(each) for method, each in rows.items()}).T
            ratio = scores.loc["ours"] / scores.drop(index="ours").min()
            found.append({"data": name, "series": half, "mase": ratio["mase"], "scaled_crps": ratio["scaled_crps"]})
    return pd.DataFrame(found)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder with the data sets")
    parser.add_argument("--cache", type=Path, required=True, help="folder for the forecasts of the peers")
    parser.add_argument("--quick", action="store_true", help="a dozen series and two origins of each set")
    parser.add_argument("--without", nargs="*", default=[], help="peers to leave out, such as AutoARIMA")
    arguments = parser.parse_args()
    quiet()
    found = [
        compare(fewer(data) if arguments.quick else data, arguments.cache, arguments.without)
        for data in data_sets(arguments.folder)
    ]
    for tables in zip(*found, strict=True):
        print(pd.concat(tables).round(4).to_string(index=False))
