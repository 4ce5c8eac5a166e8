"""Pictures that carry the decision: the frontier, the requests in order of worth, and people against need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasting.chart_style import BLACK, BLUE, GREEN, GREY, ORANGE, PINK, money, percent, points, title_with_subtitle

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from optimization.frontier import Frontier, FrontierPoint
    from optimization.score import Scorecard
    from optimization.staffing import StaffingTable

VERDICT_COLOUR = {"fund": BLUE, "trim": GREEN, "defer": ORANGE, "reject": GREY}


def frontier_message(frontier: Frontier) -> str:
    """Say what the recommended set buys, from the numbers that the frontier chart draws.

    Parameters
    ----------
    frontier
        The frontier.

    Returns
    -------
    str
        One sentence.
    """
    today, best = frontier.today, frontier.recommended
    if not best.funded:
        return f"No request is worth its cost: on-time share stays at {percent(today.on_time_share_mean)}"
    return (
        f"{money(best.cost_usd)} lifts on-time decisions from {percent(today.on_time_share_mean)} "
        f"to {percent(best.on_time_share_mean)}"
    )


def plot_frontier(frontier: Frontier, *, ax: Axes | None = None) -> Axes:
    """Draw every non-dominated set, the 80% band, today, the ask, the recommended set and the budget.

    Parameters
    ----------
    frontier
        The frontier.
    ax
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes
    """
    from matplotlib import pyplot as plt
    from matplotlib.ticker import FuncFormatter

    if ax is None:
        _, ax = plt.subplots(layout="constrained", figsize=(8, 5))
    cost, share = frontier.cost_usd, frontier.on_time_share_mean
    today, best, asked = frontier.today, frontier.recommended, frontier.requested
    right = max(float(cost[-1]), asked.cost_usd, 1.0) * 1.08
    bounded = np.isfinite(frontier.budget_usd) and frontier.budget_usd < right
    ax.fill_between(
        cost, frontier.on_time_share_p10, frontier.on_time_share_p90, step="post", color=BLUE, alpha=0.12, linewidth=0
    )
    ax.step(cost, share, where="post", color=BLUE, linewidth=1.8)
    ax.plot(cost, share, ".", color=BLUE, markersize=3)
    floor = min(float(frontier.on_time_share_p10.min()), today.on_time_share_p10)
    bottom = max(0.0, floor - 0.06 * (1 - floor) - 0.01)
    top = min(1.0, float(frontier.on_time_share_p90.max())) + 0.12 * (1.0 - bottom)
    ax.set(xlim=(-0.03 * right, right), ylim=(bottom, top))
    if bounded:
        ax.axvspan(frontier.budget_usd, right, color="#dddddd", alpha=0.45, linewidth=0, zorder=0)
        ax.axvline(frontier.budget_usd, color=BLACK, linewidth=1.0, linestyle=(0, (4, 3)))
        ax.annotate(
            f" Budget {money(frontier.budget_usd)}\n beyond: not affordable",
            (frontier.budget_usd, top),
            xytext=(2, -3),
            textcoords="offset points",
            va="top",
            color="#444444",
        )
    _mark(ax, today, "s", BLACK, f"Today\n{percent(today.on_time_share_mean)}", (8, -26))
    _mark(
        ax,
        asked,
        "D",
        PINK,
        f"All asks {money(asked.cost_usd)}\n{percent(asked.on_time_share_mean)}",
        (-6, -30),
        "right",
    )
    label = f"Recommended {money(best.cost_usd)}\n{percent(best.on_time_share_mean)}"
    _mark(ax, best, "o", ORANGE, label, (-8, 14), "right" if best.cost_usd > 0.3 * right else "left", size=11)
    ax.annotate(
        "80% of paths",
        (cost[len(cost) // 3], frontier.on_time_share_p10[len(cost) // 3]),
        xytext=(4, 6),
        textcoords="offset points",
        color=BLUE,
    )
    ax.xaxis.set_major_formatter(FuncFormatter(lambda usd, _: money(usd)))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0%}" if value <= 1 else ""))
    ax.set_xlabel("Cost of the funded requests within the plan")
    title_with_subtitle(
        ax,
        frontier_message(frontier),
        f"On-time share by severity and volume, {frontier.values.case.n_weeks} weeks; {len(cost):,} sets of requests "
        "that no other set beats",
    )
    return ax


def _mark(
    ax: Axes,
    point: FrontierPoint,
    marker: str,
    colour: str,
    text: str,
    offset: tuple[float, float],
    align: str = "left",
    size: float = 9,
) -> None:
    at = (point.cost_usd, point.on_time_share_mean)
    ax.plot(*at, marker, color=colour, markersize=size, markeredgecolor="white", zorder=5)
    ax.annotate(
        text, at, xytext=offset, textcoords="offset points", ha=align, color=colour, fontweight="bold", zorder=6
    )


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
        _, ax = plt.subplots(layout="constrained", figsize=(8, 1.6 + 0.34 * len(ranked)))
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
        ax.annotate(
            f"{score.verdict}: {points(score.marginal_gain)} for {money(score.cost_usd)}{price}",
            (1.08 * right, y),
            xytext=(0, 0),
            textcoords="offset points",
            va="center",
            color=VERDICT_COLOUR[score.verdict],
        )
    ax.set_yticks(place, [score.name.replace("_", " ") for score in ranked])
    ax.set_xlim(left - 0.03 * (right - left), right + 0.85 * (right - left))
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")
    ax.axvline(0, color=BLACK, linewidth=0.8)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:g}"))
    ax.set_xlabel("Change of the on-time share on top of the rest of the recommended set [percentage points]")
    title_with_subtitle(ax, requests_message(scorecard), "Bars: mean; whiskers: 80% of paths. Colour and word: verdict")
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
        return f"None of the {len(scorecard.scores)} requests is worth funding"
    best = max(funded, key=lambda score: score.marginal_gain)
    return (
        f"{len(funded)} of {len(scorecard.scores)} requests are worth funding; "
        f"{best.name.replace('_', ' ')} adds most, {points(best.marginal_gain)}"
    )


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
        state = f"short in {short} of {len(week)} weeks, by up to {gap:.0f}" if short else "covered in every week"
        ax.set_title(f"{team.replace('_', ' ')}\n", fontsize=10, pad=4)
        ax.text(0, 1.02, state, transform=ax.transAxes, fontsize=9, color="#444444", va="bottom")
        ax.set(xlim=(0.4, len(week) + 0.6), ylim=(0, 1.12 * float(max(needed.max(), planned.max(), 1.0))))
        ax.set_xticks([1, *range(4, len(week) + 1, 3)])
        if index % columns == 0:
            ax.set_ylabel("FTE")
        if index >= n_teams - columns:
            ax.set_xlabel("Week of the plan")
    figure.suptitle(staffing_message(table), x=0.01, ha="left", fontweight="bold", fontsize=12, wrap=True)
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
    return (
        f"The plan takes the average gap from {today:.0f} to {after:.0f} FTE;\n"
        f"the widest that stays is {gap[team, week]:.0f} FTE in {table.teams[team].replace('_', ' ')}, week {week + 1}"
    )
