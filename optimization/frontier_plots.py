"""Pictures of the trade-off: the price of more service, and what is funded at each budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forecasting.charts.chart_pieces import (
    cut_row_names,
    draw_budget,
    in_money,
    is_narrow,
    new_axes,
    rows_of_bars,
    title_with_subtitle,
)
from forecasting.charts.chart_style import BLUE, INK, ORANGE, PALE_BLUE, money
from optimization.trade_offs.frontier_walk import marginal_cost

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from optimization.frontier import Frontier

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.intp]

# A longer frontier is drawn at this many budgets.
MOST_BUDGETS = 400
ON_WHITE = {"facecolor": "white", "edgecolor": "none", "pad": 1.0, "alpha": 0.85}
# A row lower than this cannot carry a name that is read.
LEAST_ROW_POINTS = 11.0
# Of the two lines of text at the top that name the recommended spending and the budget. [sizes of the type]
LABEL_LINES = 2.9
# An axis of prices is no shorter than this. [USD]
LEAST_PRICE_USD = 0.01


def _label(name: str) -> str:
    return name.replace("_", " ")


def marginal_cost_message(frontier: Frontier) -> str:
    """Say what the next point of service costs, from the numbers that the marginal cost chart draws.

    Parameters
    ----------
    frontier
        The frontier.

    Returns
    -------
    str
        One sentence.
    """
    table = marginal_cost(frontier).to_frame()
    priced = table.dropna(subset=["usd_per_point"])
    if priced.empty:
        return "There is one set to choose from: no more service can be bought"
    first = float(priced["usd_per_point"].iloc[0])
    row = _recommended_row(frontier)
    here = float(table["usd_per_point"].iloc[row])
    if len(priced) == 1 or priced["usd_per_point"].nunique() == 1:
        return f"A point of on-time share costs {money(first)}"
    if row == 0 or np.isnan(here):
        last = float(priced["usd_per_point"].iloc[-1])
        return f"A point of on-time share costs {money(first)} at first and {money(last)} at the end"
    return f"The first point of on-time share costs {money(first)}, the next beyond the recommended set {money(here)}"


def _recommended_row(frontier: Frontier) -> int:
    """Row of the frontier that serves as the recommended set does."""
    return int(np.searchsorted(frontier.cost_usd, frontier.recommended.cost_usd, side="right")) - 1


def plot_marginal_cost(frontier: Frontier, *, ax: Axes | None = None) -> Axes:
    """Draw what one more percentage point of on-time share costs, as the money for requests grows.

    Parameters
    ----------
    frontier
        The frontier; its willingness to pay is drawn as the price above which more service is not worth it.
    ax
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = new_axes(ax, height=5.0)
    table = marginal_cost(frontier).to_frame()
    corner = table[table["efficient"]]
    cost, price = corner["cost_usd"].to_numpy(), corner["usd_per_point"].to_numpy()[:-1]
    right = max(float(frontier.cost_usd[-1]), 1.0) * 1.05
    worth = _worth_of_a_point(frontier)
    top = float(price.max(initial=0.0))
    # The last steps can cost ten times all others; those that decide must stay readable.
    least = LEAST_PRICE_USD if len(price) else 1.0
    usual = float(np.median(price)) if len(price) else least
    top = min(max(top, least), 4.0 * max(usual, worth or 0.0, least)) * 1.1
    # The labels of the lines stand above all that is drawn, also above a name on a line at the top.
    roof = top / (1.0 - _label_share(ax, LABEL_LINES + 1.3))
    ax.stairs(np.minimum(price, 2.0 * roof), cost, baseline=None, color=BLUE, linewidth=2.0)
    ax.stairs(np.minimum(price, 2.0 * roof), cost, baseline=0.0, fill=True, color=BLUE, alpha=0.12, linewidth=0)
    ax.set(xlim=(0, right), ylim=(0, roof), xlabel="Money for requests within the plan", ylabel="A point costs")
    for axis in (ax.xaxis, ax.yaxis):
        in_money(axis)
    _few_amounts(ax)
    # No amount beside the labels at the top, which may reach over it.
    ax.set_yticks([tick for tick in ax.get_yticks() if 0.0 <= tick <= top])
    has_level = worth is not None and worth < top
    if worth is not None and has_level:
        ax.axhline(worth, color=ORANGE, linewidth=1.4, linestyle=(0, (6, 3)))
        _note(ax, f"Worth of a point {money(worth)}", (right, worth), 4, ORANGE)
    if (price > roof).any():
        # Half way up where a name stands at the top already.
        high = 0.5 if worth is not None and has_level and worth > 0.65 * top else 0.9
        _note(ax, f"up to {money(float(price.max()))} ↑", (right, high * top), -14, BLUE)
    _mark_spending(ax, frontier, right)
    title_with_subtitle(
        ax,
        marginal_cost_message(frontier),
        f"Cost of one percentage point of on-time share along the best mixes of requests, "
        f"{frontier.values.case.n_weeks} weeks",
    )
    return ax


def _note(ax: Axes, text: str, at: tuple[float, float], up: float, colour: str) -> None:
    """Write a text that ends at a place, some points above it."""
    ax.annotate(text, at, xytext=(-4, up), textcoords="offset points", ha="right", color=colour, bbox=ON_WHITE)


def _worth_of_a_point(frontier: Frontier) -> float | None:
    """What a percentage point of the mean on-time share is worth [USD]."""
    if frontier.willingness_to_pay_usd is None:
        return None
    return 0.01 * frontier.willingness_to_pay_usd * float(frontier.values.today_due_harm.mean())


def _mark_spending(ax: Axes, frontier: Frontier, right: float) -> None:
    """Draw the recommended spending and the budget, each label on the side away from the other line."""
    spent, budget = frontier.recommended.cost_usd, frontier.budget_usd
    ax.axvline(spent, color=ORANGE, linewidth=1.6)
    to_left = spent > 0.25 * right
    _side_label(ax, f"Recommended {money(spent)}", spent, 0, to_left=to_left, colour=ORANGE)
    if draw_budget(ax, budget, right):
        crowded = is_narrow(ax) or (not to_left and budget < 0.5 * right)
        to_left = budget > 0.8 * right
        _side_label(ax, f"Budget {money(budget)}", budget, int(crowded or to_left), to_left=to_left, colour=INK)


def _label_share(ax: Axes, lines: float) -> float:
    """Part of the height of the axes that some lines of text take; titles and dates take about 130 points outside."""
    from matplotlib import rcParams

    tall = max(72.0 * float(ax.figure.canvas.figure.get_figheight()) - 130.0, 60.0)
    return min(0.45, lines * float(rcParams["font.size"]) / tall)


def _side_label(ax: Axes, text: str, at: float, line: int, *, to_left: bool, colour: str) -> None:
    """Name an upright line beside its top, in the first or the second line of text."""
    from matplotlib import rcParams

    ax.annotate(
        text,
        (at, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(-5 if to_left else 5, -2.0 - 1.4 * line * float(rcParams["font.size"])),
        textcoords="offset points",
        ha="right" if to_left else "left",
        va="top",
        color=colour,
        fontweight="bold",
        parse_math=False,
        zorder=6,
        bbox=ON_WHITE,
    )


def budget_map_message(frontier: Frontier) -> str:
    """Say how steady the choice is as the budget changes, from the numbers that the map draws.

    Parameters
    ----------
    frontier
        The frontier.

    Returns
    -------
    str
        One sentence.
    """
    n_requests = frontier.levels.shape[1]
    if not n_requests:
        return "Nothing was asked for"
    funded = frontier.levels > 0
    every = int(funded.all(axis=0).sum())
    never = int((~funded.any(axis=0)).sum())
    here = int((frontier.recommended.levels > 0).sum())
    return (
        f"{here} of {n_requests} requests funded at {money(frontier.recommended.cost_usd)}; "
        f"{every} at every budget, {never} at none"
    )


def plot_budget_map(frontier: Frontier, *, ax: Axes | None = None) -> Axes:
    """Draw which request is in the best set at which budget.

    Parameters
    ----------
    frontier
        The frontier. Long ones are drawn at 400 budgets.
    ax
        Where to draw; a new figure, high enough for all requests, if None.

    Returns
    -------
    matplotlib.axes.Axes
    """
    names = [request.name for request in frontier.values.case.requests]
    ax = new_axes(ax, height=map_height(len(names)))
    right = max(float(frontier.cost_usd[-1]) * 1.03, 1.0)
    rows = np.arange(len(frontier.cost_usd))
    if len(rows) > MOST_BUDGETS:
        grid = np.linspace(frontier.cost_usd[0], frontier.cost_usd[-1], MOST_BUDGETS)
        rows = np.unique(np.searchsorted(frontier.cost_usd, grid, side="right") - 1)
    start, level = frontier.cost_usd[rows], frontier.levels[rows]
    order = _rows_drawn(frontier, level, np.diff(np.append(start, right)), ax)
    for place, column in enumerate(order):
        _draw_row(ax, place, start, np.append(start[1:], right), level[:, column])
    n_rows = max(len(order), 1)
    rows_of_bars(ax, [_label(names[column]) for column in order])
    cut_row_names(ax)
    share = _label_share(ax, LABEL_LINES)
    above = (n_rows + 0.1) * share / (1.0 - share)
    ax.set(xlim=(0, right), ylim=(n_rows - 0.4, -0.5 - above), xlabel="Money for requests within the plan")
    in_money(ax.xaxis)
    _few_amounts(ax)
    _mark_spending(ax, frontier, right)
    left_out = len(names) - len(order)
    which = f"The {len(order)} of {len(names)} requests decided nearest to this budget. " if left_out else ""
    subtitle = f"{which}Bar: in the best set of that budget; thin: in part"
    title_with_subtitle(ax, budget_map_message(frontier), subtitle)
    return ax


def map_height(n_requests: int) -> float:
    """Height of the map for a number of requests [inches]."""
    return min(16.0, max(4.6, 1.9 + 0.2 * n_requests))


def _few_amounts(ax: Axes) -> None:
    from matplotlib.ticker import MaxNLocator

    if is_narrow(ax):
        ax.xaxis.set_major_locator(MaxNLocator(nbins=4))


def _height_points(ax: Axes) -> float:
    figure = ax.figure.canvas.figure
    return float(72.0 * figure.get_figheight() * ax.get_position().height)


def _rows_drawn(frontier: Frontier, level: FloatArray, width: FloatArray, ax: Axes) -> IndexArray:
    """Columns of the requests that fit, the one that is funded over most budgets first."""
    n_requests = level.shape[1]
    order = np.lexsort((np.arange(n_requests), -(level * width[:, None]).sum(axis=0)))
    most = max(1, int(_height_points(ax) / LEAST_ROW_POINTS))
    if n_requests <= most:
        return order
    # How far the budget must move from the recommended spending for the decision on each to change.
    away = np.abs(frontier.cost_usd - frontier.recommended.cost_usd)
    differs = frontier.levels != frontier.recommended.levels
    distance = np.where(differs, away[:, None], np.inf).min(axis=0)
    nearest = set(np.lexsort((np.arange(n_requests), distance))[:most].tolist())
    return np.array([column for column in order if int(column) in nearest], dtype=np.intp)


def _draw_row(ax: Axes, place: int, start: FloatArray, end: FloatArray, level: FloatArray) -> None:
    """Draw one request: a bar over every run of budgets that fund it alike, as high as the share."""
    edge = np.flatnonzero(np.diff(level, prepend=-1.0))
    for first, after in zip(edge, np.append(edge[1:], len(level)), strict=True):
        if level[first] > 0:
            height = 0.3 + 0.46 * (level[first] == 1.0)
            colour = BLUE if level[first] == 1.0 else PALE_BLUE
            ax.broken_barh([(start[first], end[after - 1] - start[first])], (place - height / 2, height), color=colour)
