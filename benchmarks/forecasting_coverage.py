"""How often our intervals held what came: in the test periods, before them, and where the right answer is known.

Run with the data folder as the argument: `python -m benchmarks.forecasting_coverage ../shared/data`; a minute.
The origins before the test periods are those that settings were chosen by. Standard errors are over origins drawn
anew as a whole, since series of one date err together; over series or groups of them where there is one origin.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.forecasting_generated import generated_sets
from benchmarks.forecasting_sets import DataSet, data_sets, earlier_sets
from forecasting import VolumeHistory, forecast_volumes
from forecasting.ensemble.fitting import count_origins, lay_out
from forecasting.evaluation.calibration import share_inside

PATHS = 500
SUMMED = 20
# Back-tests that span fewer horizons are held to wider tolerances.
FEW_HORIZONS = 8.0
RESAMPLES = 2000
Values = NDArray[np.float64]
# What came, paths of it, and what errs together within one origin.
Sums = tuple[Values, Values, NDArray[np.intp]]


def our_paths(data: DataSet, origin: int) -> Values:
    """Joint paths of shape (n_series, n_paths, horizon), NaN for series that had not begun."""
    known = data.items[:, :origin]
    begun = np.flatnonzero(~np.isnan(known).all(axis=1))
    history = VolumeHistory(
        queues=tuple(map(str, begun)),
        period_start=data.dates[:origin],
        frequency=data.frequency,
        items=known[begun],
    )
    paths = np.full((len(known), PATHS, data.horizon), np.nan)
    paths[begun] = forecast_volumes(history, data.horizon, n_paths=PATHS).arrivals
    return paths


def horizons_tested(data: DataSet, origin: int) -> Values:
    """How many horizons the back-test of each series spans from there, of shape (n_series,)."""
    layout = lay_out(origin, data.horizon, data.season)
    origins = count_origins(data.items[:, :origin], data.horizon, layout)
    return np.asarray(np.maximum(origins - 1, 0) * layout.stride / layout.horizon + 1.0)


def our_coverage(data: DataSet, paths: dict[int, Values]) -> pd.DataFrame:
    """Coverage [%] of single periods and horizon totals, by length of the back-test, and of sums of 20 series."""
    found: dict[tuple[str, str], list[pd.DataFrame]] = {}
    for origin, each in paths.items():
        for scope, (came, held, member) in _sums(data, origin, each).items():
            below, equal = (held < came[:, None]).mean(axis=1), (held == came[:, None]).mean(axis=1)
            inside = {level: share_inside(below, equal, level / 100) for level in (80, 95)}
            found.setdefault(scope, []).append(pd.DataFrame({"origin": origin, "member": member, **inside}))
    rows = []
    for (scope, spans), parts in found.items():
        inside = pd.concat(parts)
        n_origins = inside["origin"].nunique()
        clusters = inside.groupby("origin" if n_origins > 1 else "member")[[80, 95]].agg(["sum", "size"])
        errors = {level: _resampled_error(clusters[level].to_numpy(np.float64)) for level in (80, 95)}
        row = {"data": data.name, "scope": scope, "horizons tested": spans, "n": len(inside), "origins": n_origins}
        for level in (80, 95):
            row |= {f"{level}%": 100 * inside[level].mean(), f"error {level}": 100 * errors[level]}
        rows.append(row)
    return pd.DataFrame(rows)


def _sums(data: DataSet, origin: int, paths: Values) -> dict[tuple[str, str], Sums]:
    """What came and its paths, by what is summed and whether the back-test spans few horizons."""
    actual = data.items[:, origin : origin + data.horizon]
    seen = ~np.isnan(actual) & ~np.isnan(paths).any(axis=1)
    came, held = np.where(seen, actual, 0.0), np.where(seen[:, None], paths, 0.0)
    few, series = horizons_tested(data, origin) < FEW_HORIZONS, np.arange(len(came))
    sums: dict[tuple[str, str], Sums] = {}
    for spans, chosen in (("8 or more", ~few), ("fewer", few)):
        single, some = seen & chosen[:, None], seen.any(axis=1) & chosen
        if some.any():
            member = np.repeat(series, seen.shape[1])[single.ravel()]
            sums["single periods", spans] = came[single], held.transpose(0, 2, 1)[single], member
            sums["horizon totals", spans] = came.sum(axis=1)[some], held.sum(axis=2)[some], series[some]
    if len(came) > 1:
        groups = [slice(first, first + SUMMED) for first in range(0, len(came), SUMMED)]
        by_period = np.stack([came[group].sum(axis=0) for group in groups])
        drawn = np.stack([held[group].sum(axis=0).T for group in groups])
        place = np.arange(len(groups))
        all_periods = by_period.ravel(), drawn.reshape(-1, drawn.shape[2]), np.repeat(place, data.horizon)
        sums["20 series, single periods", "all"] = all_periods
        sums["20 series, horizon totals", "all"] = by_period.sum(axis=1), drawn.sum(axis=1), place
    return sums


def _resampled_error(clusters: Values) -> float:
    """Standard error of a ratio of sums over clusters (sum, number) that are drawn anew as a whole."""
    if len(clusters) < 2:
        return float("nan")
    drawn = np.random.default_rng(0).integers(len(clusters), size=(RESAMPLES, len(clusters)))
    totals = clusters[drawn].sum(axis=1)
    return float((totals[:, 0] / totals[:, 1]).std(ddof=1))


def coverage_of(sets: list[DataSet]) -> pd.DataFrame:
    """Coverage over all origins of all sets."""
    return pd.concat(
        [our_coverage(data, {origin: our_paths(data, origin) for origin in data.origins}) for data in sets]
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder with the data sets")
    arguments = parser.parse_args()
    parts: dict[str, Callable[[], list[DataSet]]] = {
        "test periods": lambda: data_sets(arguments.folder),
        "before the test periods": lambda: earlier_sets(arguments.folder),
        "generated by the innovations model: 80 and 95 are right": generated_sets,
    }
    for title, sets in parts.items():
        print(f"\n{title}\n{coverage_of(sets()).round(1).to_string(index=False)}", flush=True)
