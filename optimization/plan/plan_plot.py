"""The picture of a staffing plan: the hours that teams have against those that the targets need, week by week."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from optimization.plan.staffing_plan import StaffingPlan


def plan_message(plan: StaffingPlan) -> str:
    """Title of the picture, from the plotted numbers.

    Parameters
    ----------
    plan
        What is drawn.

    Returns
    -------
    str
    """
    n_met = sum(of_queue.meets_target for of_queue in plan.service)
    return (
        f"{plan.heads_hired:,.0f} hires and {plan.overtime_hours.sum():,.0f} overtime hours meet {n_met} of "
        f"{len(plan.service)} targets for ${plan.extra_cost_usd:,.0f} more"
    )


def plot_plan(plan: StaffingPlan, *, ax: Axes | None = None) -> Axes:
    """Draw the productive hours of a plan, with and without overtime, against those that the targets need.

    Parameters
    ----------
    plan
        What is drawn.
    ax
        Where; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes
    """
    import matplotlib.pyplot as plt

    if ax is None:
        _, ax = plt.subplots(figsize=(9.0, 4.5), layout="constrained")
    weeks = np.arange(1, plan.heads.shape[1] + 1)
    have, need = plan.productive_hours.sum(axis=0), plan.needed_hours.sum(axis=0)
    overtime = plan.overtime_hours.sum(axis=0)
    starts = plan.hires.sum(axis=0) + plan.part_time_hires.sum(axis=0)
    ax.plot(weeks, have, color="#0072B2", linewidth=2, marker="o", markersize=4)
    ax.plot(weeks, need, color="#D55E00", linewidth=2, linestyle="--")
    low = min(have.min(), need.min())
    high = max(have.max(), need.max())
    room = max(high - low, 0.02 * high)
    ax.set_ylim(low - 0.75 * room, high + 0.25 * room)
    floor = low - 0.75 * room
    scale = 0.35 * room / max(overtime.max(), 1e-9)
    ax.bar(weeks, overtime * scale, bottom=floor, width=0.6, color="#999999", alpha=0.6)
    for week, hours in zip(weeks, overtime, strict=True):
        if hours > 0:
            ax.text(week, floor + hours * scale, f"{hours:,.0f}", ha="center", va="bottom", fontsize=7, color="#555555")
    for week, heads, level in zip(weeks, starts, have, strict=True):
        if heads > 0:
            ax.annotate(f"+{heads:,.0f}", (week, level), (0, 9), textcoords="offset points", ha="center", fontsize=8)
    ax.text(weeks[-1] + 0.2, have[-1], "hours of the plan", color="#0072B2", va="center", fontsize=9)
    ax.text(weeks[-1] + 0.2, need[-1], "hours needed", color="#D55E00", va="center", fontsize=9)
    if overtime.any():
        ax.text(
            weeks[-1] + 0.45, floor + 0.08 * room, "of which paid\novertime", color="#555555", va="bottom", fontsize=8
        )
    ax.set_xlim(0.4, weeks[-1] + 0.22 * weeks.size)
    ax.set_xticks(weeks)
    ax.set_title(plan_message(plan), loc="left", fontsize=11)
    ax.set_xlabel("Week of the plan; +n marks heads that start")
    ax.set_ylabel("Productive hours, all teams [h/week]")
    ax.spines[["top", "right"]].set_visible(False)
    return ax
