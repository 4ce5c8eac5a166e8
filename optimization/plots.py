"""Pictures that carry the decision: the frontier, the requests in order of worth, and people against need."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np

from forecasting.chart_style import BLACK, BLUE, GREEN, GREY, ORANGE, money, points, title_with_subtitle
from optimization.frontier_chart import frontier_message, plot_frontier

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from optimization.score import Scorecard
    from optimization.staffing import StaffingTable

__all__ = [
    "frontier_message",
    "plot_frontier",
    "plot_requests",
    "plot_staffing",
    "requests_message",
    "staffing_message",
]

VERDICT_COLOUR = {"fund": BLUE, "trim": GREEN, "defer": ORANGE, "reject": GREY}


def plot_requests(scorecard: Scorecard, *, ax: Axes | None = None) -> Axes:
    """Draw requests by what they add on top of the rest of the recommended set, with 80% intervals.

    Parameters
    ----------
    scorecard
        Scores of all requests.
    ax
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes
    """
    from matplotlib import pyplot as plt
    from matplotlib.ticker import FuncFormatter

    ranked = sorted(scorecard.scores, key=lambda score: (score.marginal_gain, score.name))
    if ax is None:
        _, ax = plt.subplots(layout="constrained", figsize=(9, 1.6 + 0.34 * max(4, len(ranked))))
    place = np.arange(len(ranked))
    gain = np.array([score.marginal_gain for score in ranked])
    low = np.array([score.marginal_p10 for score in ranked])
    high = np.array([score.marginal_p90 for score in ranked])
    colours = [VERDICT_COLOUR[score.verdict] for score in ranked]
    ax.barh(place, gain, color=colours, height=0.62, zorder=2)
    ax.hlines(place, low, high, color=BLACK, linewidth=1.1, zorder=3)
    ax.vlines([*low, *high], [*(place - 0.13)] * 2, [*(place + 0.13)] * 2, color=BLACK, linewidth=1.1, zorder=3)
    right = max(float(high.max(initial=0.0)), float(gain.max(initial=0.0)), 0.001)
    left = min(float(low.min(initial=0.0)), 0.0)
    for y, score in zip(place, ranked, strict=True):
        price = "" if score.cost_per_item_usd is None else f", {money(score.cost_per_item_usd)} an item"
        # What is turned down for doing no good has no price worth comparing.
        paid = "" if score.verdict == "reject" else f" for {money(score.marginal_cost_usd)}{price}"
        ax.annotate(
            f"{score.verdict}: {points(score.marginal_gain)}{paid}",
            (1.0, y),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            color=VERDICT_COLOUR[score.verdict],
            parse_math=False,
        )
    ax.set_yticks(place, [_label(score.name, 44, 2) for score in ranked], parse_math=False)
    margin = 0.03 * (right - left)
    # A few bars stand in the middle, as thick as many.
    space = 0.6 + max(0, 4 - len(ranked)) / 2
    ax.set(xlim=(left - margin, right + margin), ylim=(-space, len(ranked) - 1 + space))
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")
    ax.axvline(0, color=BLACK, linewidth=0.8)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:g}"))
    ax.set_xlabel("Percentage points")
    if not ranked:
        ax.set_xticks([])
    title_with_subtitle(
        ax, requests_message(scorecard), "On-time share on top of the rest of the set; whiskers: 80% of paths"
    )
    return ax


def requests_message(scorecard: Scorecard) -> str:
    """Say how many requests to fund and which adds most.

    Parameters
    ----------
    scorecard
        Scores of all requests.

    Returns
    -------
    str
        One sentence.
    """
    funded = [score for score in scorecard.scores if score.funded_share > 0]
    if not scorecard.scores:
        return "Nothing was asked for"
    if not funded:
        return f"None of the requests is worth funding (of {len(scorecard.scores)})"
    best = max(funded, key=lambda score: score.marginal_gain)
    worth = f"{len(funded)} of {len(scorecard.scores)} requests {'is' if len(funded) == 1 else 'are'} worth funding"
    if best.marginal_gain <= 0:
        return f"{worth}; none of them adds on-time share"
    return f"{worth}; most is added by {best.name.replace('_', ' ')}, {points(best.marginal_gain)}"


def _label(name: str, width: int, lines: int) -> str:
    """Write a name on a few lines; what is longer is cut."""
    return "\n".join(wrap(name.replace("_", " "), width, max_lines=lines, placeholder="…"))


def plot_staffing(table: StaffingTable, *, figure: Figure | None = None) -> Figure:
    """Draw needed, available and planned FTE by week, one panel a team.

    Parameters
    ----------
    table
        Full-time equivalents by team and week.
    figure
        Where to draw; a new one if None.

    Returns
    -------
    matplotlib.figure.Figure
    """
    from matplotlib import pyplot as plt

    n_teams = len(table.teams)
    columns = min(3, n_teams)
    rows = -(-n_teams // columns)
    if figure is None:
        figure = plt.figure(layout="constrained", figsize=(max(8.0, 3.4 * columns), 2.5 * rows + 1.0))
    week = np.arange(1, table.needed.shape[1] + 1)
    for index, team in enumerate(table.teams):
        ax = figure.add_subplot(rows, columns, index + 1)
        needed, available, planned = table.needed[index], table.available[index], table.planned[index]
        ax.step(week, needed, where="mid", color=ORANGE, linewidth=1.8)
        ax.bar(week, planned, width=0.82, facecolor="white", edgecolor=BLUE, linewidth=1.0, zorder=1.5)
        ax.bar(week, available, width=0.82, color="#9db8c9", zorder=1.6)
        short = int((planned < needed - 0.05).sum())
        gap = float(np.max(needed - planned))
        state = f"short in {short} of {len(week)} weeks, by up to {_fte(gap)}" if short else "covered in every week"
        ax.set_title(_label(team, 30, 3), fontsize=10, pad=17, loc="left", parse_math=False)
        ax.annotate(
            state,
            (0, 1),
            xycoords="axes fraction",
            xytext=(0, 3),
            textcoords="offset points",
            fontsize=9,
            color="#444444",
            va="bottom",
        )
        ax.set(xlim=(0.4, len(week) + 0.6), ylim=(0, 1.12 * float(max(needed.max(), planned.max(), 1.0))))
        ax.set_xticks([1, *range(4, len(week) + 1, 3)])
        if index % columns == 0:
            ax.set_ylabel("FTE")
        if index >= n_teams - columns:
            ax.set_xlabel("Week of the plan")
    figure.suptitle(
        staffing_message(table), x=0.01, ha="left", fontweight="bold", fontsize=12, wrap=True, parse_math=False
    )
    figure.supxlabel(
        "Solid bar: today's heads. Outline: with the recommended requests.\n"
        "Line: needed for the targets, at today's volumes and handling times.",
        fontsize=9,
        color="#555555",
        x=0.01,
        ha="left",
    )
    return figure


def staffing_message(table: StaffingTable) -> str:
    """Say where people fall short of need.

    Parameters
    ----------
    table
        Full-time equivalents by team and week.

    Returns
    -------
    str
        One sentence.
    """
    gap = table.needed - table.planned
    if gap.max() <= 0.05:
        return "Planned staff covers the need of every team in every week"
    team, week = np.unravel_index(int(np.argmax(gap)), gap.shape)
    today = (table.needed - table.available).clip(min=0).mean(axis=1).sum()
    after = gap.clip(min=0).mean(axis=1).sum()
    change = (
        f"takes the average gap from {_fte(today)} to" if _fte(today) != _fte(after) else "leaves the average gap at"
    )
    name = table.teams[team].replace("_", " ")
    widest = f"the widest that stays is {_fte(gap[team, week])} FTE in {name}, week {week + 1}"
    return f"The plan {change} {_fte(after)} FTE;\n{widest}"


def _fte(heads: float) -> str:
    """Write full-time equivalents: whole from ten on, else to a tenth."""
    return f"{heads:.0f}" if heads >= 9.95 else f"{heads:.1f}"
