"""The picture of the frontier: what each dollar buys, today, the ask, the recommended set and the budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasting.charts.chart_pieces import (
    draw_band,
    draw_budget,
    in_money,
    in_shares,
    is_narrow,
    new_axes,
    title_with_subtitle,
)
from forecasting.charts.chart_style import BLUE, GREEN, GREY, INK, ORANGE, PINK, money, percent, points
from forecasting.charts.label_places import Label, place_labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from optimization.frontier import Frontier
    from optimization.frontier_point import FrontierPoint

# Where nothing costs anything, the axis still has a length.
LEAST_RIGHT_USD = 1.0


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

    Examples
    --------
    A queue of 42 hours of work a week that nobody does yet; three seats bring 90.

    >>> from optimization import find_frontier, sample_case, value_all_blocks
    >>> frontier = find_frontier(value_all_blocks(sample_case()))
    >>> frontier_message(frontier).startswith("$2.7k lifts on-time decisions")
    True
    """
    today, best = frontier.today, frontier.recommended
    before, after = percent(today.on_time_share_mean), percent(best.on_time_share_mean)
    if not frontier.levels.shape[1]:
        return f"Nothing was asked for: on-time share stays at {before}"
    if not best.funded:
        which = "No request that fits the budget" if np.isfinite(frontier.budget_usd) else "No request"
        return f"{which} is worth its cost: on-time share stays at {before}"
    if before == after:
        return f"{money(best.cost_usd)} leaves on-time decisions at {before}"
    moves = "lifts" if best.on_time_share_mean > today.on_time_share_mean else "lowers"
    return f"{money(best.cost_usd)} {moves} on-time decisions from {before} to {after}"


def next_step(frontier: Frontier) -> FrontierPoint | None:
    """The next set on the frontier beyond the recommended one that gives more service; None if there is none.

    Parameters
    ----------
    frontier
        The frontier.

    Returns
    -------
    FrontierPoint or None
    """
    best = frontier.recommended
    beyond = np.flatnonzero(
        (frontier.cost_usd > best.cost_usd + 0.005) & (frontier.on_time_share_mean > best.on_time_share_mean)
    )
    return frontier.point(frontier.levels[beyond[0]]) if beyond.size else None


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

    Examples
    --------
    A queue of 42 hours of work a week that nobody does yet; three seats bring 90.

    >>> from optimization import find_frontier, sample_case, value_all_blocks
    >>> frontier = find_frontier(value_all_blocks(sample_case()))
    >>> from matplotlib.figure import Figure
    >>> ax = plot_frontier(frontier, ax=Figure(layout="constrained").subplots())
    >>> ax.get_title(loc="left") == frontier_message(frontier)
    True
    """
    ax = new_axes(ax, height=5.0)
    asked = frontier.requested
    right = max(1.08 * float(frontier.cost_usd[-1]), 1.08 * asked.cost_usd, LEAST_RIGHT_USD)
    # More money than the dearest set costs buys no more: the last step goes on.
    cost = np.append(frontier.cost_usd, right)
    mean, low, high = (
        np.append(share, share[-1])
        for share in (frontier.on_time_share_mean, frontier.on_time_share_p10, frontier.on_time_share_p90)
    )
    ax.step(cost, mean, where="post", color=BLUE, linewidth=1.8)
    draw_band(ax, cost, low, high, step=True)
    _scale(ax, frontier, asked, right)
    n_sets, case = len(frontier.cost_usd), frontier.values.case
    title_with_subtitle(
        ax,
        frontier_message(frontier),
        f"Mean on-time share, weighted by severity and volume, {case.n_weeks} week{'s' * (case.n_weeks != 1)} from "
        f"{case.forecast.period_start[0]:%-d %b %Y}. Each step is a set of requests that no other set beats "
        f"({n_sets:,} set{'s' * (n_sets != 1)})",
    )
    budget = _draw_budget(ax, frontier.budget_usd, right)
    # The band's label stands at its lower edge, somewhere along it.
    edge = [(float(cost[i]), float(low[i])) for i in range(0, len(cost) - 1, max(1, (len(cost) - 1) // 12))]
    band = Label(
        text="Band: 8 of 10 futures" if is_narrow(ax) else "Band: 8 of 10 simulated futures",
        anchors=tuple(edge),
        colour=BLUE,
        bold=False,
    )
    lines = [np.column_stack([np.repeat(cost, 2)[1:], np.repeat(mean, 2)[:-1]])]
    lines += [np.column_stack([[label.anchors[0][0]] * 2, ax.get_ylim()]) for label in budget]
    marks = _draw_points(ax, frontier, asked)
    place_labels(ax, [*budget, *marks, *_draw_next(ax, frontier), band], lines=lines)
    return ax


def _scale(ax: Axes, frontier: Frontier, asked: FrontierPoint, right: float) -> None:
    """Set limits that show every point drawn, and write money and percentages on the axes."""
    from matplotlib.ticker import MaxNLocator

    marked = (frontier.today, asked, frontier.recommended)
    lowest = min(
        float(frontier.on_time_share_p10.min()),
        frontier.today.on_time_share_p10,
        *(p.on_time_share_mean for p in marked),
    )
    highest = max(float(frontier.on_time_share_p90.max()), *(p.on_time_share_mean for p in marked))
    bottom = max(0.0, lowest - 0.06 * (1 - lowest) - 0.01)
    # Room for labels above the curve.
    top = min(1.0, highest) + 0.22 * max(highest - bottom, 0.01)
    digits = max(0, int(np.ceil(-np.log10(top - bottom))) - 1)
    ax.set(xlim=(-0.03 * right, right), ylim=(bottom, top), xlabel="Cost of the funded requests within the plan")
    if right <= LEAST_RIGHT_USD:
        ax.set_xticks([0.0])
    elif is_narrow(ax):
        ax.xaxis.set_major_locator(MaxNLocator(nbins=4))
    in_money(ax.xaxis)
    # Steps that can be written in full: not 2.5 points.
    ax.yaxis.set_major_locator(MaxNLocator(nbins=8, steps=[1, 2, 5, 10]))
    in_shares(ax.yaxis, digits=digits)


def _draw_budget(ax: Axes, budget_usd: float, right: float) -> list[Label]:
    if not draw_budget(ax, budget_usd, right):
        return []
    text = f"Budget {money(budget_usd)}\n{'beyond: too dear' if is_narrow(ax) else 'beyond: not affordable'}"
    return [Label(text=text, anchors=((budget_usd, ax.get_ylim()[1]),), colour=INK, bold=False)]


def _draw_points(ax: Axes, frontier: Frontier, asked: FrontierPoint) -> list[Label]:
    """Mark today, the ask, the recommended set and the knee; points in one place share one label."""
    marks: list[tuple[str, FrontierPoint, str, str, float]] = [("Today", frontier.today, "s", INK, 9)]
    if frontier.levels.shape[1]:
        marks = [
            ("Recommended", frontier.recommended, "o", ORANGE, 11),
            *marks,
            ("All asks", asked, "D", PINK, 9),
        ]
        if len(frontier.cost_usd) > 2:
            knee = "Knee" if is_narrow(ax) else "Knee: gains slow beyond"
            marks.append((knee, frontier.knee, "^", GREEN, 9))
    names: dict[tuple[float, float], list[str]] = {}
    colours: dict[tuple[float, float], str] = {}
    for name, point, marker, colour, size in marks:
        at = (point.cost_usd, point.on_time_share_mean)
        # Smaller marks of the same place lie on top, so that all can be seen.
        smaller = 4.0 if at in names else 0.0
        ax.plot(*at, marker, color=colour, markersize=size - smaller, markeredgecolor="white", zorder=5 + len(names))
        names.setdefault(at, []).append(name)
        colours.setdefault(at, colour)
    return [
        Label(
            text=f"{' = '.join(together)}\n{f'{money(at[0])}, ' if at[0] > 0 else ''}{percent(at[1])}",
            anchors=(at,),
            colour=colours[at],
        )
        for at, together in names.items()
    ]


def _draw_next(ax: Axes, frontier: Frontier) -> list[Label]:
    """Say what the next dollars beyond the recommended set would buy."""
    best, after = frontier.recommended, next_step(frontier)
    if after is None or not frontier.levels.shape[1]:
        return []
    at = (after.cost_usd, after.on_time_share_mean)
    gain = after.on_time_share_mean - best.on_time_share_mean
    if points(gain) == points(0.0):
        return []
    ax.plot(*at, "|", color=GREY, markersize=9, markeredgewidth=1.6, zorder=4)
    text = f"Next {money(after.cost_usd - best.cost_usd)}\nbuys {points(gain)}"
    return [Label(text=text, anchors=(at,), colour=GREY, bold=False, optional=True)]
