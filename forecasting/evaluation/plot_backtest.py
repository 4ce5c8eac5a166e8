"""Pictures of how good forecasts were: coverage by horizon, probability integral transforms, accuracy by queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from forecasting.charts.chart_pieces import cut_row_names, new_axes, rows_of_bars, title_with_subtitle
from forecasting.charts.chart_style import BLUE, GREY, INK, ORANGE, percent, points

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from forecasting.evaluation.backtest import Backtest

PIT_BINS = 10
# A band is called off where it holds this much more or less than it says.
TOLERATED = 0.03
TOLERATED_95 = 0.02
QUEUES_NAMED = 30
# A total this near counts as hit. [-]
CLOSE = 0.1


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
    ax = new_axes(ax)
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
    ax = new_axes(ax)
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
    ax = new_axes(ax)
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


def total_errors_message(result: Backtest) -> str:
    """Say how many totals over the horizon were forecast within a tenth, and how large the errors of days are.

    Parameters
    ----------
    result
        Forecasts judged.

    Returns
    -------
    str
    """
    error = _total_errors(result)
    seen = error[~np.isnan(error)]
    if not seen.size:
        return "No total was above 0 to judge forecasts by"
    close = int((np.abs(seen) <= CLOSE).sum())
    wape = float(result.overall()["wape"])
    return (
        f"{close} of {seen.size} past totals were forecast within {CLOSE:.0%}; single periods were off by "
        f"{percent(wape, 0)} on average"
    )


def plot_total_errors(result: Backtest, *, ax: Axes | None = None) -> Axes:
    """Draw how far forecasts of whole horizons lay from what came, by queue.

    Parameters
    ----------
    result
        Forecasts judged; of more than 30 queues those with the largest errors are drawn.
    ax
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes
    """
    error = _total_errors(result)
    size = np.nanmax(np.where(np.isnan(error), 0.0, np.abs(error)), axis=0, initial=0.0)
    order = np.argsort(-size, kind="stable")[:QUEUES_NAMED]
    ax = new_axes(ax, height=1.9 + 0.27 * max(3, len(order)))
    ax.axvspan(-CLOSE, CLOSE, facecolor="#e9f1ec", linewidth=0, zorder=0)
    ax.axvline(0, color=INK, linewidth=0.9)
    for place, row in enumerate(order):
        for (origin, marker), off in zip(enumerate("^" * (len(error) - 1) + "o"), error[:, row], strict=True):
            last = origin == len(error) - 1
            ax.plot(
                off, place, marker, color=BLUE if last else "white", markeredgecolor=BLUE, markersize=6.5 if last else 5
            )
    rows_of_bars(ax, [" ".join(str(result.queues[row]).replace("_", " ").split()) for row in order])
    cut_row_names(ax)
    far = 1.15 * max(2 * CLOSE, float(size.max(initial=0.0)))
    ax.set(xlim=(-far, far), xlabel="Forecast total against what came")
    ax.xaxis.set_major_formatter(lambda off, _: f"{off:+.0%}" if off else "0%")
    rest = f"; the {len(order)} of {len(result.queues)} queues with the largest errors" * (len(order) < size.size)
    n, horizon = len(result.origin), result.actual.shape[2]
    title_with_subtitle(
        ax,
        total_errors_message(result),
        f"Error of the total over {horizon} periods, {n} forecast{'s' * (n != 1)} made with what was known then; "
        f"round: the latest, triangle: earlier; shaded: within {CLOSE:.0%}{rest}",
    )
    return ax


def _total_errors(result: Backtest) -> NDArray[np.float64]:
    """Relative error of the mean's total by origin and queue; NaN where nothing came."""
    seen = ~np.isnan(result.actual)
    came = np.where(seen, result.actual, 0.0).sum(axis=2)
    said = np.where(seen, result.mean, 0.0).sum(axis=2)
    return np.asarray(np.divide(said - came, came, out=np.full_like(came, np.nan), where=came > 0))


def _verdict(off: float) -> str:
    if abs(off) <= TOLERATED:
        return "as it should"
    return f"too {'wide' if off > 0 else 'narrow'}, {points(off)}"


def _require(frame: pd.DataFrame, columns: tuple[str, ...], name: str) -> None:
    missing = [column for column in columns if column not in frame.columns]
    if missing or len(frame) == 0:
        raise ValueError(f"{name} must have the columns {', '.join(columns)} and a row; missing: {missing or 'rows'}")
