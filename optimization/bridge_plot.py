"""The picture of the way from today's cost and service to those of a set."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forecasting.chart_style import BLACK, BLUE, GREY, ORANGE, money, percent, points, title_with_subtitle

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
        f"{money(bridge.cost_usd)} {moves} on-time decisions from {before} to {after};\n"
        f"{_label(best.request)} does most, {points(best.on_time_share)} for {money(best.cost_usd)}"
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
    from matplotlib.ticker import PercentFormatter

    if ax is None:
        from matplotlib import pyplot as plt

        _, ax = plt.subplots(layout="constrained", figsize=(8, 5))
    names, gain, cost = _steps_drawn(bridge)
    share = np.concatenate([[bridge.today_on_time_share], bridge.today_on_time_share + np.cumsum(gain)])
    share[-1] = bridge.final_on_time_share
    last = len(names) + 1
    span = max(float(share.max() - share.min()), 0.002)
    floor, top = max(0.0, float(share.min()) - 0.25 * span), float(share.max()) + 0.06 * span
    # Solid: what is. Outline: what is planned.
    ax.barh(0, share[0] - floor, left=floor, color=BLACK, height=0.66)
    ax.barh(last, share[-1] - floor, left=floor, facecolor="white", edgecolor=BLACK, linewidth=1.6, height=0.66)
    for row, (before, after) in enumerate(pairwise(share.tolist()), start=1):
        colour = BLUE if after >= before else ORANGE
        ax.barh(row, abs(after - before), left=min(before, after), color=colour, height=0.66)
    ax.vlines(share, np.arange(last) + 0.33, np.arange(last) + 0.67, color=GREY, linewidth=0.8)
    steps = [f"{points(change)} for {money(usd)}" for change, usd in zip(gain, cost, strict=True)]
    texts = [f"{percent(share[0])}, $0", *steps, f"{percent(share[-1])}, {money(bridge.cost_usd)}"]
    # Labels stand right of the bars: of a step, of whichever end is higher.
    ends = [share[0], *np.maximum(share[1:], share[:-1]), share[-1]]
    for row, (text, end) in enumerate(zip(texts, ends, strict=True)):
        bold = "bold" if row in (0, last) else "normal"
        ax.annotate(text, (end, row), xytext=(5, 0), textcoords="offset points", va="center", fontweight=bold)
    size = 9.0 if last <= 12 else 8.0
    ax.set_yticks(np.arange(last + 1), ["Today", *map(_label, names), "With these requests"], fontsize=size)
    ax.set(xlim=(floor, top + 0.62 * (top - floor)), ylim=(last + 0.6, -0.6))
    ax.set_xticks([tick for tick in ax.get_xticks() if floor <= tick <= 1.0])
    cut = " (the axis does not start at 0)" if floor > 0 else ""
    ax.set_xlabel(f"On-time share, weighted by severity and volume{cut}")
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=1 if span < 0.05 else 0))
    ax.grid(visible=False, axis="y")
    ax.tick_params(axis="y", length=0)
    title_with_subtitle(
        ax, bridge_message(bridge), "Each bar: what it adds on top of those above it, best for its cost first"
    )
    return ax


def _steps_drawn(bridge: ServiceBridge) -> tuple[list[str], FloatArray, FloatArray]:
    """Names, changes and costs of the steps, those that change least put together at the end."""
    gain = np.array([step.on_time_share for step in bridge.steps])
    cost = np.array([step.cost_usd for step in bridge.steps])
    names = [step.request for step in bridge.steps]
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
