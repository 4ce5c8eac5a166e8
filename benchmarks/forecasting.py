"""Daily series forecast a second, with back-test and 500 joint paths, against other libraries' automatic methods."""

import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from statsforecast.models import (
    MSTL,
    AutoARIMA,
    AutoCES,
    AutoETS,
    ConformalSeasonalPool,
    DynamicOptimizedTheta,
)

from benchmarks.forecasting_peers import Peer, Question, prophet_peer, quiet, statsmodels_peer
from benchmarks.harness import Case, main
from forecasting.sampling.panel import sample_panel

PERIODS, HORIZON, PATHS, SEASON = 730, 14, 500, 7
# The panel that has to be done within six seconds on two cores.
PANEL, CORES = 10_000, 2


def daily_series(n_series: int, seed: int = 0) -> NDArray[np.float64]:
    """Counts with a weekly shape, a yearly wave, a wandering level and odd days, of shape (n_series, 730)."""
    rng = np.random.default_rng(seed)
    day = np.arange(PERIODS)
    week = rng.gamma(9.0, 1 / 9.0, (n_series, SEASON))[:, day % SEASON]
    year = 1 + 0.2 * np.sin(2 * np.pi * (day / 364 + rng.random((n_series, 1))))
    level = np.exp(rng.normal(4.5, 1.0, (n_series, 1)) + np.cumsum(rng.normal(0, 0.02, (n_series, PERIODS)), axis=1))
    odd = np.where(rng.random((n_series, PERIODS)) < 0.01, rng.gamma(4.0, 0.5, (n_series, PERIODS)), 1.0)
    return rng.poisson(level * week * year * odd).astype(np.float64)


def ours(n_series: int) -> Callable[[], float]:
    """Time the whole panel: back-test from 60 origins, weights, corrections, 500 joint paths; one core."""
    items = daily_series(n_series)
    names = tuple(f"queue {row}" for row in range(n_series))

    def run() -> float:
        start = time.perf_counter()
        sample_panel(names, items, HORIZON, season_periods=SEASON, n_paths=PATHS, seed=0)
        return n_series / (time.perf_counter() - start)

    return run


def theirs(model: Callable[[], object], n_series: int) -> Callable[[], float]:
    """Time one model on a few series: point forecast and 80 and 95% intervals, no back-test, no joint paths."""
    items = daily_series(n_series)
    model().forecast(y=items[0], h=HORIZON, level=[80, 95])  # type: ignore[attr-defined]  # compiles on first use

    def run() -> float:
        start = time.perf_counter()
        for series in items:
            model().forecast(y=series, h=HORIZON, level=[80, 95])  # type: ignore[attr-defined]  # models share no base
        return n_series / (time.perf_counter() - start)

    return run


def asked(peer: Peer, n_series: int) -> Callable[[], float]:
    """Time a peer that is no model of statsforecast: 500 paths of each series by itself, no back-test."""
    days = pd.date_range("2024-01-01", periods=PERIODS + HORIZON)
    items = daily_series(n_series)

    def run() -> float:
        start = time.perf_counter()
        for values in items:
            peer(Question(values=values, dates=days[:PERIODS], ahead=days[PERIODS:], seasons=(SEASON,)))
        return n_series / (time.perf_counter() - start)

    return run


def panel_on_two_cores() -> Callable[[], float]:
    """Time the panel of 10,000 series with its chunks in two processes, which are there before the clock starts."""
    items = daily_series(PANEL)
    names = tuple(f"queue {row}" for row in range(PANEL))
    pool = ProcessPoolExecutor(CORES)
    list(pool.map(abs, range(CORES)))

    def run() -> float:
        start = time.perf_counter()
        sample_panel(names, items, HORIZON, season_periods=SEASON, n_paths=PATHS, seed=0, executor=pool)
        return PANEL / (time.perf_counter() - start)

    return run


def mstl_once(series: NDArray[np.float64]) -> None:
    """Forecast one series by MSTL."""
    MSTL(season_length=SEASON).forecast(y=series, h=HORIZON, level=[80, 95])


def mstl_on_two_cores(n_series: int) -> Callable[[], float]:
    """Time MSTL with its series in two processes, which have compiled it before the clock starts."""
    items = daily_series(n_series)
    pool = ProcessPoolExecutor(CORES)
    list(pool.map(mstl_once, items[: 2 * CORES]))

    def run() -> float:
        start = time.perf_counter()
        list(pool.map(mstl_once, items))
        return n_series / (time.perf_counter() - start)

    return run


def working_megabytes(n_series: int) -> float:
    """Most memory that a panel takes beyond its result, which grows with the panel of need."""
    items = daily_series(n_series)
    names = tuple(f"queue {row}" for row in range(n_series))
    tracemalloc.start()
    result = sample_panel(names, items, HORIZON, season_periods=SEASON, n_paths=PATHS, seed=0)
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    if len(result.method) != n_series:
        raise RuntimeError("the panel came back with other series")
    return (peak - held) / 1e6


def panel_case() -> Case:
    """The whole panel on two cores; in the notes, what memory it takes and that a smaller one takes as much."""
    sizes = (PANEL // 4, PANEL)
    memory = ", ".join(f"{working_megabytes(size):,.0f} MB of {size:,} series" for size in sizes)
    return Case(
        name=f"{PANEL:,} series of {PERIODS} days, {HORIZON} ahead, two cores, against MSTL on two cores",
        unit="series/s",
        peer_name="MSTL",
        ours=panel_on_two_cores(),
        peer=mstl_on_two_cores(24),
        notes={"our memory beyond the result": memory, "within six seconds": f"{PANEL / 6:,.0f} series/s and more"},
    )


def cases(quick: bool) -> list[Case]:
    """Forecast thousands of queues: series a second against statsforecast."""
    n_ours, size = (1536, 1) if quick else (6144, 4)
    mine = ours(n_ours)
    peers = {
        "MSTL": (lambda: MSTL(season_length=SEASON), 12),
        "DynamicOptimizedTheta": (lambda: DynamicOptimizedTheta(season_length=SEASON), 8),
        "AutoETS": (lambda: AutoETS(season_length=SEASON), 3),
        "AutoCES": (lambda: AutoCES(season_length=SEASON), 3),
        "ConformalSeasonalPool": (lambda: ConformalSeasonalPool(season_length=SEASON), 200),
    }
    if not quick:
        peers["AutoARIMA"] = (lambda: AutoARIMA(season_length=SEASON), 1)
    runs = {f"statsforecast {name}": theirs(model, n_series * size) for name, (model, n_series) in peers.items()}
    if not quick:
        quiet()
        runs |= {"statsmodels ETSModel": asked(statsmodels_peer, 4), "Prophet": asked(prophet_peer, 8)}
    panel = [] if quick else [panel_case()]
    return [
        Case(
            name=f"{PERIODS} days, {HORIZON} ahead, against {name}",
            unit="series/s",
            peer_name=name,
            ours=mine,
            peer=run,
            notes={"our run": f"{n_ours} series, back-test of 60 origins and {PATHS} joint paths included"},
        )
        for name, run in runs.items()
    ] + panel


if __name__ == "__main__":
    main(cases, ["numpy", "statsforecast", "statsmodels", "prophet"])
