"""Quantile forecasts of other libraries from the origins of a data set, kept on disk since some take hours."""

import logging
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.forecasting_sets import DataSet, ever_open, without_gaps

PROBABILITIES = np.array([0.025, *np.arange(0.05, 0.951, 0.05), 0.975])
LEVELS = [95, 90, 80, 70, 60, 50, 40, 30, 20, 10]
# Automatic choice among seasonal models takes minutes a series beyond this.
LONGEST_SEASON = 24
PATHS = 500
Quantiles = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Question:
    """What a peer is asked: values without gaps, their dates, the dates ahead, and the seasons [periods]."""

    values: NDArray[np.float64]
    dates: pd.DatetimeIndex
    ahead: pd.DatetimeIndex
    seasons: tuple[int, ...]


# Returns quantiles of shape (n_probabilities, horizon).
Peer = Callable[[Question], Quantiles]


def statsforecast_peer(name: str) -> Peer:
    """Return the forecaster of a statsforecast model."""
    from statsforecast import models

    def ask(question: Question) -> Quantiles:
        short = [season for season in question.seasons if season <= LONGEST_SEASON] or [1]
        season: int | list[int] = question.seasons[-1]
        if name == "MSTL":
            season = list(question.seasons)
        elif name in ("AutoETS", "AutoCES", "AutoARIMA"):
            season = short[-1]
        result = getattr(models, name)(season_length=season).forecast(
            y=question.values, h=len(question.ahead), level=LEVELS
        )
        bounds = [result[f"lo-{level}"] for level in LEVELS] + [result["mean"]]
        bounds += [result[f"hi-{level}"] for level in LEVELS[::-1]]
        given = [(100 - level) / 200 for level in LEVELS] + [0.5] + [(100 + level) / 200 for level in LEVELS[::-1]]
        ordered = np.maximum.accumulate(np.stack(bounds), axis=0)
        return np.stack([np.interp(PROBABILITIES, given, step) for step in ordered.T], axis=1)

    return ask


def statsmodels_peer(question: Question) -> Quantiles:
    """Exponential smoothing with a damped trend, its intervals simulated."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    short = [season for season in question.seasons if season <= LONGEST_SEASON]
    seasonal = {"seasonal": "add", "seasonal_periods": short[-1]} if short else {}
    fit = ETSModel(question.values, trend="add", damped_trend=True, **seasonal).fit(disp=False)
    paths = fit.simulate(len(question.ahead), repetitions=PATHS, anchor="end", rng=np.random.default_rng(0))
    return np.asarray(np.quantile(np.asarray(paths).reshape(-1, PATHS), PROBABILITIES, axis=1))


def prophet_peer(question: Question) -> Quantiles:
    """Prophet as it comes."""
    from prophet import Prophet

    np.random.seed(0)  # noqa: NPY002  # Prophet draws from the global state
    past = pd.DataFrame({"ds": question.dates, "y": question.values})
    paths = (
        Prophet(uncertainty_samples=PATHS).fit(past, seed=0).predictive_samples(pd.DataFrame({"ds": question.ahead}))
    )
    return np.asarray(np.quantile(paths["yhat"], PROBABILITIES, axis=1))


def peers() -> dict[str, Peer]:
    """All peers by name, the fastest first."""
    names = ["SeasonalNaive", "ConformalSeasonalPool", "MSTL", "DynamicOptimizedTheta"]
    slow = ["AutoETS", "AutoCES", "AutoARIMA"]
    return {
        **{name: statsforecast_peer(name) for name in names},
        "statsmodels": statsmodels_peer,
        "Prophet": prophet_peer,
        **{name: statsforecast_peer(name) for name in slow},
    }


def feasible(name: str, data: DataSet) -> bool:
    """Whether a peer ends within hours: the automatic ones take long over thousands of half-hours."""
    return not (name in ("AutoARIMA", "AutoCES", "AutoETS", "statsmodels") and data.season > LONGEST_SEASON)


def place_in(cache: Path, name: str, data: DataSet, origin: int) -> Path:
    """File that holds what a peer forecast of so many series from one origin."""
    return cache / f"{data.name}-{name}-{len(data.items)}-{origin}.npy".replace(" ", "_")


def peer_quantiles(name: str, peer: Peer, data: DataSet, origin: int, cache: Path) -> Quantiles:
    """Quantiles of shape (n_probabilities, n_series, horizon), read from the cache where they are there.

    Parameters
    ----------
    name, peer
        The peer.
    data, origin
        What it forecasts, and from how many known periods.
    cache
        Folder, made if it is not there.
    """
    place = place_in(cache, name, data, origin)
    if place.exists():
        return np.asarray(np.load(place))
    open_places = ever_open(data)
    past, ahead = np.flatnonzero(open_places[:origin]), np.flatnonzero(open_places[origin : origin + data.horizon])
    open_season = int(open_places[: data.season].sum())
    found = np.zeros((len(PROBABILITIES), len(data.items), data.horizon))
    for row, series in enumerate(data.items[:, past]):
        y = without_gaps(series, open_season)
        known = pd.DatetimeIndex(data.dates[past][len(past) - len(y) :])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            quantiles = peer(
                Question(
                    values=y,
                    dates=known,
                    ahead=pd.DatetimeIndex(data.dates[origin + ahead]),
                    seasons=data.peer_seasons,
                )
            )
        found[:, row, ahead] = np.maximum(quantiles, 0.0)
    cache.mkdir(parents=True, exist_ok=True)
    np.save(place, found)
    return found


def quiet() -> None:
    """Keep Prophet's and Stan's progress off the output."""
    for name in ("cmdstanpy", "prophet"):
        logging.getLogger(name).setLevel(logging.ERROR)
