"""The picture of the frontier: what each dollar buys, today, the ask, the recommended set and the budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasting.chart_style import BLACK, BLUE, GREY, ORANGE, PINK, money, percent, title_with_subtitle
from optimization.label_places import Label, place_labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from optimization.frontier import Frontier, FrontierPoint

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
    if ax is None:
        from matplotlib import pyplot as plt

        _, ax = plt.subplots(layout="constrained", figsize=(8, 5))
    right = max(1.08 * float(frontier.cost_usd[-1]), 1.08 * frontier.requested.cost_usd, LEAST_RIGHT_USD)
    # More money than the dearest set costs buys no more: the last step goes on.
    cost = np.append(frontier.cost_usd, right)
    mean, low, high = (
        np.append(share, share[-1])
        for share in (frontier.on_time_share_mean, frontier.on_time_share_p10, frontier.on_time_share_p90)
    )
    ax.fill_between(cost, low, high, step="post", color=BLUE, alpha=0.12, linewidth=0)
    ax.step(cost, mean, where="post", color=BLUE, linewidth=1.8)
    ax.plot(cost[:-1], mean[:-1], ".", color=BLUE, markersize=3)
    _scale(ax, frontier, right)
    n_sets = len(frontier.cost_usd)
    weeks = frontier.values.case.n_weeks
    title_with_subtitle(
        ax,
        frontier_message(frontier),
        f"On-time share by severity and volume, {weeks} week{'s' * (weeks != 1)}; {n_sets:,} set{'s' * (n_sets != 1)} "
        "of requests that no other set beats",
    )
    budget = _draw_budget(ax, frontier.budget_usd, right)
    # The band's label stands at its lower edge, somewhere along it.
    edge = [(float(cost[i]), float(low[i])) for i in range(0, len(cost) - 1, max(1, (len(cost) - 1) // 12))]
    band = Label(text="80% of paths", anchors=tuple(edge), colour=BLUE, bold=False)
    lines = [np.column_stack([np.repeat(cost, 2)[1:], np.repeat(mean, 2)[:-1]])]
    lines += [np.column_stack([[label.anchors[0][0]] * 2, ax.get_ylim()]) for label in budget]
    place_labels(ax, [*budget, *_draw_points(ax, frontier), band], lines=lines)
    return ax


def _scale(ax: Axes, frontier: Frontier, right: float) -> None:
    """Set limits that show every point drawn, and write money and percentages on the axes."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    points = (frontier.today, frontier.requested, frontier.recommended)
    lowest = min(
        float(frontier.on_time_share_p10.min()),
        frontier.today.on_time_share_p10,
        *(p.on_time_share_mean for p in points),
    )
    highest = max(float(frontier.on_time_share_p90.max()), *(p.on_time_share_mean for p in points))
    bottom = max(0.0, lowest - 0.06 * (1 - lowest) - 0.01)
    # Room for labels above the curve.
    top = min(1.0, highest) + 0.18 * (1.0 - bottom)
    digits = max(0, int(np.ceil(-np.log10(top - bottom))) - 1)
    ax.set(xlim=(-0.03 * right, right), ylim=(bottom, top), xlabel="Cost of the funded requests within the plan")
    if right <= LEAST_RIGHT_USD:
        ax.set_xticks([0.0])
    ax.xaxis.set_major_formatter(FuncFormatter(lambda usd, _: money(usd)))
    # Steps that can be written in full: not 2.5 points.
    ax.yaxis.set_major_locator(MaxNLocator(nbins=8, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{share:.{digits}%}" if share <= 1 else ""))


def _draw_budget(ax: Axes, budget_usd: float, right: float) -> list[Label]:
    if not budget_usd < right:
        return []
    ax.axvspan(budget_usd, right, color="#dddddd", alpha=0.45, linewidth=0, zorder=0)
    ax.axvline(budget_usd, color=BLACK, linewidth=1.0, linestyle=(0, (4, 3)))
    text = f"Budget {money(budget_usd)}\nbeyond: not affordable"
    return [Label(text=text, anchors=((budget_usd, ax.get_ylim()[1]),), colour=GREY, bold=False)]


def _draw_points(ax: Axes, frontier: Frontier) -> list[Label]:
    """Mark today, the ask and the recommended set; points in one place share one label."""
    marks: list[tuple[str, FrontierPoint, str, str, float]] = [("Today", frontier.today, "s", BLACK, 9)]
    if frontier.levels.shape[1]:
        marks = [
            ("Recommended", frontier.recommended, "o", ORANGE, 11),
            *marks,
            ("All asks", frontier.requested, "D", PINK, 9),
        ]
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
            text=f"{' = '.join(together)}{f' {money(at[0])}' if at[0] > 0 else ''}\n{percent(at[1])}",
            anchors=(at,),
            colour=colours[at],
        )
        for at, together in names.items()
    ]
