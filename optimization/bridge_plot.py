"""The picture of the way from today's cost and service to those of a set."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forecasting.charts.chart_pieces import (
    ACTUAL,
    PLANNED,
    cut_row_names,
    in_shares,
    is_narrow,
    new_axes,
    rows_of_bars,
    title_with_subtitle,
)
from forecasting.charts.chart_style import BLUE, GREY, ORANGE, money, money_parts, percent, points, rounded_parts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from optimization.trade_offs.service_bridge import ServiceBridge

FloatArray = NDArray[np.float64]

# More rows than this do not fit on a chart; the smallest are put together.
MOST_STEPS = 14


def _label(name: str) -> str:
    return name.replace("_", " ")


def bridge_message(bridge: ServiceBridge) -> str:
    """Say where the way leads and which step is the longest, from the numbers that the bridge draws.

    Parameters
    ----------
    bridge
        Today, the steps and the end.

    Returns
    -------
    str
        One sentence.
    """
    before, after = percent(bridge.today_on_time_share), percent(bridge.final_on_time_share)
    if not bridge.steps:
        return f"Nothing is funded: on-time share stays at {before}"
    best = max(bridge.steps, key=lambda step: step.on_time_share)
    moves = "lifts" if bridge.final_on_time_share >= bridge.today_on_time_share else "lowers"
    return (
        f"{money(bridge.cost_usd)} {moves} on-time decisions from {before} to {after}; "
        f"{_label(best.label)} does most, {points(best.on_time_share)} for {money(best.cost_usd)}"
    )


def plot_bridge(bridge: ServiceBridge, *, ax: Axes | None = None) -> Axes:
    """Draw the way from today's cost and service to those of a set as a waterfall.

    Parameters
    ----------
    bridge
        Today, the steps and the end. Beyond 14 steps those that change least are drawn as one.
    ax
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes
    """
    from matplotlib.ticker import MaxNLocator

    ax = new_axes(ax, height=5.0)
    names, gain, cost = _steps_drawn(bridge)
    share = np.concatenate([[bridge.today_on_time_share], bridge.today_on_time_share + np.cumsum(gain)])
    share[-1] = bridge.final_on_time_share
    last = len(names) + 1
    span = max(float(share.max() - share.min()), 0.002)
    floor, top = max(0.0, float(share.min()) - 0.25 * span), float(share.max()) + 0.06 * span
    # Solid: what is. Outline: what is planned.
    ax.barh(0, share[0] - floor, left=floor, height=0.66, **ACTUAL)
    ax.barh(last, share[-1] - floor, left=floor, height=0.66, **PLANNED)
    for row, (before, after) in enumerate(pairwise(share.tolist()), start=1):
        colour = BLUE if after >= before else ORANGE
        ax.barh(row, abs(after - before), left=min(before, after), color=colour, height=0.66)
    ax.vlines(share, np.arange(last) + 0.33, np.arange(last) + 0.67, color=GREY, linewidth=0.8)
    # Labels stand right of the bars: of a step, of whichever end is higher.
    ends = [share[0], *np.maximum(share[1:], share[:-1]), share[-1]]
    for row, (text, end) in enumerate(zip(_texts(share, gain, cost), ends, strict=True)):
        ax.annotate(
            text,
            (end, row),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontweight="bold" if row in (0, last) else "normal",
            parse_math=False,
        )
    rows_of_bars(ax, ["Today", *map(_label, names), "With these requests"])
    cut_row_names(ax)
    narrow = is_narrow(ax)
    ax.set(xlim=(floor, top + (1.35 if narrow else 0.62) * (top - floor)), ylim=(last + 0.6, -0.6))
    if narrow:
        ax.xaxis.set_major_locator(MaxNLocator(nbins=4))
    ax.set_xticks([tick for tick in ax.get_xticks() if floor <= tick <= 1.0])
    ax.set_xlabel("On-time share; the axis does not start at 0" if floor > 0 else "On-time share")
    ticks = np.asarray(ax.get_xticks())
    step = float(np.diff(ticks).min()) if len(ticks) > 1 else 1.0
    in_shares(ax.xaxis, digits=next((digits for digits in range(4) if step > 0.0099 * 10.0**-digits), 4))
    title_with_subtitle(
        ax,
        bridge_message(bridge),
        "On-time share, weighted by severity and volume. Each bar: what a request adds on top of those above it, best "
        "for its cost first. Solid: today; outlined: planned",
    )
    return ax


def _texts(share: FloatArray, gain: FloatArray, cost: FloatArray) -> list[str]:
    """Labels of all rows; changes and costs add up as written."""
    unit = 0.001
    first, end = round(float(share[0]) / unit), round(float(share[-1]) / unit)
    changes = rounded_parts(gain.tolist(), unit, total=(end - first) * unit)
    paid, total = money_parts(cost.tolist()) if len(cost) else ([], "$0")
    steps = [f"{100 * change:+.1f} points for {usd}" for change, usd in zip(changes, paid, strict=True)]
    return [f"{percent(share[0])}", *steps, f"{percent(share[-1])}, {total}"]


def _steps_drawn(bridge: ServiceBridge) -> tuple[list[str], FloatArray, FloatArray]:
    """Names, changes and costs of the steps, those that change least put together at the end."""
    gain = np.array([step.on_time_share for step in bridge.steps])
    cost = np.array([step.cost_usd for step in bridge.steps])
    names = [step.label for step in bridge.steps]
    if len(names) <= MOST_STEPS:
        return names, gain, cost
    small = np.zeros(len(names), dtype=bool)
    small[np.argsort(-np.abs(gain), kind="stable")[MOST_STEPS - 1 :]] = True
    kept = [name for name, drop in zip(names, small, strict=True) if not drop]
    return (
        [*kept, f"{small.sum()} smaller requests"],
        np.append(gain[~small], gain[small].sum()),
        np.append(cost[~small], cost[small].sum()),
    )
