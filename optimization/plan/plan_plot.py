"""The picture of a staffing plan: the hours that teams have against those that the targets need, week by week."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasting.charts.chart_style import BLUE, ORANGE, PALE_BLUE, SOFT

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
    on_review = np.array([1.0 - team.shrinkage for team in plan.teams])
    heads = have - on_review @ plan.overtime_hours
    starts = plan.hires.sum(axis=0) + plan.part_time_hires.sum(axis=0)
    ax.fill_between(weeks, heads, have, step="mid", color=PALE_BLUE, alpha=0.45, linewidth=0)
    ax.step(weeks, heads, where="mid", color=BLUE, linewidth=2)
    ax.step(weeks, need, where="mid", color=ORANGE, linewidth=2, linestyle="--")
    low, high = min(heads.min(), need.min()), max(have.max(), need.max())
    room = max(high - low, 0.02 * high)
    ax.set_ylim(low - 0.2 * room, high + 0.15 * room)
    for week, count, level in zip(weeks, starts, heads, strict=True):
        if count > 0:
            text = f"+{count:,.0f}"
            ax.annotate(text, (week, level), (0, -13), textcoords="offset points", ha="center", fontsize=9, color=BLUE)
    labels = [(heads[-1], "hours of heads", BLUE), (need[-1], "hours needed", ORANGE)]
    if plan.overtime_hours.any():
        labels.append((have[-1] + 1e-9, "with overtime", SOFT))
    for level, (_, text, colour) in zip(_apart([level for level, *_ in labels], 0.07 * room), labels, strict=True):
        ax.text(weeks[-1] + 0.7, level, text, color=colour, va="center", fontsize=9)
    ax.set_xlim(0.4, weeks[-1] + 0.25 * weeks.size)
    ax.set_xticks(weeks)
    ax.set_title(plan_message(plan), loc="left", fontsize=11)
    ax.set_xlabel("Week of the plan; +n marks heads that start")
    ax.set_ylabel("Productive hours, all teams [h/week]")
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def _apart(levels: list[float], least: float) -> list[float]:
    """Heights of labels near the given ones, in their order, at least so far apart."""
    places = dict.fromkeys(range(len(levels)), 0.0)
    below = -np.inf
    for number in sorted(range(len(levels)), key=lambda number: levels[number]):
        places[number] = below = max(levels[number], below + least)
    return [places[number] for number in range(len(levels))]
