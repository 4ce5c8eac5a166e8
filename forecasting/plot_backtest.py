"""Pictures of how good forecasts were: coverage by horizon, probability integral transforms, accuracy by queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from forecasting.chart_style import BLUE, GREY, ORANGE, percent, points, title_with_subtitle

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PIT_BINS = 10
# A band is called off where it holds this much more or less than it says.
TOLERATED = 0.03
TOLERATED_95 = 0.02
QUEUES_NAMED = 30


def plot_coverage(coverage: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how often the 80 and 95% bands held what came, by periods ahead.

    Parameters
    ----------
    coverage
        One row a period ahead: `horizon` (1, 2, ...), `coverage_80` and `coverage_95` [-].
    ax
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If a column is missing or there is no row.
    """
    _require(coverage, ("horizon", "coverage_80", "coverage_95"), "coverage")
    ax = _axes(ax)
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    horizon = coverage["horizon"].to_numpy()
    for level, within, colour, marker in ((0.8, TOLERATED, BLUE, "o"), (0.95, TOLERATED_95, ORANGE, "s")):
        found = coverage[f"coverage_{100 * level:.0f}"].to_numpy()
        ax.axhline(level, color=colour, linewidth=1, linestyle=(0, (2, 2)))
        ax.axhspan(level - within, level + within, color=colour, alpha=0.08, linewidth=0)
        ax.plot(horizon, found, color=colour, marker=marker, markersize=3.5)
        ax.annotate(
            f"{level:.0%} band",
            (horizon[-1], float(found[-1])),
            xytext=(6, 0),
            textcoords="offset points",
            color=colour,
            va="center",
            annotation_clip=False,
        )
    lowest = float(coverage[["coverage_80", "coverage_95"]].min().min())
    ax.set(xlabel="Periods ahead", ylim=(min(0.6, lowest - 0.05), 1.0))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    mean = float(coverage["coverage_80"].mean())
    title_with_subtitle(
        ax,
        f"The 80% band held {percent(mean)} of what came ({_verdict(mean - 0.8)})",
        "Share of actual volumes inside the band; shaded: within 3 points of 80% and 2 of 95%",
    )
    return ax


def plot_pit(pit: ArrayLike, *, ax: Axes | None = None) -> Axes:
    """Draw where in its forecast distribution each actual fell.

    Parameters
    ----------
    pit : array_like
        Share of paths below each actual, NaN where there is none. [-]
    ax
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there is no value, or one lies outside 0 to 1.
    """
    values = np.asarray(pit, dtype=np.float64).ravel()
    values = values[~np.isnan(values)]
    if values.size == 0 or values.min() < 0 or values.max() > 1:
        raise ValueError("pit must hold at least one share, all between 0 and 1")
    ax = _axes(ax)
    from matplotlib.ticker import PercentFormatter

    share = np.histogram(values, bins=PIT_BINS, range=(0.0, 1.0))[0] / values.size
    ax.bar((np.arange(PIT_BINS) + 0.5) / PIT_BINS, share, width=0.92 / PIT_BINS, color=BLUE, alpha=0.75)
    ax.axhline(1 / PIT_BINS, color=GREY, linewidth=1)
    ax.annotate(
        "even",
        (1.0, 1 / PIT_BINS),
        xytext=(4, 0),
        textcoords="offset points",
        color=GREY,
        va="center",
        annotation_clip=False,
    )
    ax.set(xlabel="Share of paths below the actual volume", xlim=(0, 1), ylim=(0, 1.25 * max(share.max(), 0.1)))
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(PercentFormatter(1.0))
    outer, upper = float(share[0] + share[-1]), float((values > 0.5).mean())
    if abs(upper - 0.5) > 0.05:
        message = (
            f"Forecasts were too {'low' if upper > 0.5 else 'high'}: {percent(upper)} of actuals lay above the median"
        )
    elif abs(outer - 2 / PIT_BINS) > TOLERATED:
        message = f"Bands were too {'narrow' if outer > 2 / PIT_BINS else 'wide'}: {percent(outer)} in the outer fifth"
    else:
        message = f"Forecasts were as sure as they should be: {percent(outer)} of actuals in the outer fifth"
    title_with_subtitle(ax, message, f"Share of {values.size:,} actual volumes by place in the forecast distribution")
    return ax


def plot_accuracy(accuracy: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the scaled error of each queue, best first.

    Parameters
    ----------
    accuracy
        One row a queue: `queue` and `mase` [-], as `Backtest.accuracy()` gives.
    ax
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If a column is missing or there is no row.
    """
    _require(accuracy, ("queue", "mase"), "accuracy")
    ordered = accuracy.dropna(subset=["mase"]).sort_values("mase", ascending=False)
    left_out = max(0, len(ordered) - QUEUES_NAMED)
    shown = ordered.head(QUEUES_NAMED)
    ax = _axes(ax)
    place = np.arange(len(shown))
    mase = shown["mase"].to_numpy()
    ax.barh(place, mase, color=np.where(mase > 1.0, ORANGE, BLUE), height=0.7)
    ax.axvline(1.0, color=GREY, linewidth=1)
    ax.set_yticks(place, [str(queue).replace("_", " ") for queue in shown["queue"]])
    for row, value in zip(place, mase, strict=True):
        ax.annotate(f"{value:.2f}", (value, row), xytext=(3, 0), textcoords="offset points", va="center", fontsize=8)
    ax.set(xlim=(0, 1.15 * max(1.0, float(mase.max()))), xlabel="Mean absolute scaled error (1 = last week again)")
    ax.grid(axis="y", visible=False)
    beaten = int((ordered["mase"] < 1.0).sum())
    rest = f"; the {QUEUES_NAMED} worst of {len(ordered)} queues" if left_out else ""
    title_with_subtitle(
        ax,
        f"{beaten} of {len(ordered)} queues are forecast better than by last week again",
        f"Error over that of repeating last week, by queue{rest}; the line marks no gain",
    )
    return ax


def _verdict(off: float) -> str:
    if abs(off) <= TOLERATED:
        return "as it should"
    return f"too {'wide' if off > 0 else 'narrow'}, {points(off)}"


def _require(frame: pd.DataFrame, columns: tuple[str, ...], name: str) -> None:
    missing = [column for column in columns if column not in frame.columns]
    if missing or len(frame) == 0:
        raise ValueError(f"{name} must have the columns {', '.join(columns)} and a row; missing: {missing or 'rows'}")


def _axes(ax: Axes | None) -> Axes:
    if ax is not None:
        return ax
    from matplotlib import pyplot as plt

    return plt.subplots(layout="constrained", figsize=(8, 4))[1]
