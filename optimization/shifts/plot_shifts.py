"""Picture of a shift plan: heads at work against heads required through the week."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from capacity.supply import WEEK_HOURS
from forecasting.charts.chart_pieces import new_axes, title_with_subtitle
from forecasting.charts.chart_style import BLUE, INK, PALE_BROWN, percent
from optimization.shifts.interval_names import DAY_NAMES, interval_names

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from optimization.shifts.plan import ShiftPlan


def shift_message(plan: ShiftPlan) -> str:
    """Say how many heads the week takes, and where the most of them have nothing to do.

    Parameters
    ----------
    plan
        That is drawn.

    Returns
    -------
    str
    """
    surplus = plan.surplus
    place = int(surplus.argmax())
    spare = 1.0 - plan.required.sum() / plan.coverage.sum()
    if spare < 5e-4:
        return f"{plan.heads:,} heads cover the week, none of their time to spare"
    return (
        f"{plan.heads:,} heads cover the week; {percent(spare, 0)} of their time is spare, most on "
        f"{interval_names(surplus.size)[place]}"
    )


def plot_shift_plan(plan: ShiftPlan, *, ax: Axes | None = None) -> Axes:
    """Draw heads at work and heads required by interval of the week.

    Parameters
    ----------
    plan
        To draw.
    ax
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = new_axes(ax)
    edges = np.linspace(0.0, WEEK_HOURS, plan.required.size + 1)
    ax.stairs(plan.coverage, edges, fill=True, color=PALE_BROWN, label="at work")
    ax.stairs(plan.required, edges, fill=True, color=BLUE, alpha=0.75)
    ax.stairs(plan.required, edges, color=INK, linewidth=1.1, baseline=None)
    ax.set(
        xlim=(0, WEEK_HOURS),
        ylim=(0, 1.12 * float(plan.coverage.max())),
        ylabel="Heads at work",
        xlabel="Local time of the week",
    )
    ax.set_xticks(24.0 * np.arange(7) + 12.0, DAY_NAMES)
    ax.tick_params(axis="x", length=0)
    for day in range(1, 7):
        ax.axvline(24.0 * day, color="0.8", linewidth=0.8, zorder=0)
    subtitle = "Black line: heads required; brown: heads at work beyond it, after breaks and shrinkage"
    title_with_subtitle(ax, shift_message(plan), subtitle)
    return ax
