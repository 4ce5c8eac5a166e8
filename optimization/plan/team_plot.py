"""The picture of a staffing plan team by team: hours there, of them overtime, hours needed, and when people start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasting.chart_pieces import FORECAST, PLANNED, figure_headline
from forecasting.chart_style import BLUE, ORANGE, SOFT, count, money
from forecasting.measured_text import fitted
from optimization.staffing_plot import MOST_TEAMS, staffing_panels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from optimization.plan.staffing_plan import StaffingPlan


def plan_by_team_message(plan: StaffingPlan) -> str:
    """Say what a plan decides, how many targets it keeps and what it costs beyond today.

    Parameters
    ----------
    plan
        What is drawn.

    Returns
    -------
    str
    """
    met, total = sum(one.meets_target for one in plan.service), len(plan.service)
    more = plan.extra_cost_usd
    cost = f"{money(more)} more than today's staff" if more >= 0 else f"{money(-more)} less than today's staff"
    return (
        f"{plan.heads_hired:,.4g} hires and {plan.overtime_hours.sum():,.0f} hours of overtime keep {met} of {total} "
        f"target{'s' * (total != 1)} for {cost}"
    )


def plot_plan_by_team(plan: StaffingPlan, *, figure: Figure | None = None) -> Figure:
    """Draw hours of each team by week against need, with overtime and starts.

    Parameters
    ----------
    plan
        What to draw; of more than 12 teams those that hire or work overtime most are drawn.
    figure
        Where to draw; a new one if None.

    Returns
    -------
    matplotlib.figure.Figure
    """
    n_teams = len(plan.teams)
    if figure is None:
        from matplotlib import pyplot as plt

        figure = plt.figure(layout="constrained", figsize=(8, 1.5 + 2.0 * staffing_panels(n_teams, 8.0)[0]))
    rows, columns = staffing_panels(n_teams, figure.get_figwidth())
    starts = (plan.hires + plan.part_time_hires).sum(axis=1)
    moved = starts * 1e3 + plan.overtime_hours.sum(axis=1)
    drawn = sorted(np.argsort(-moved, kind="stable")[:MOST_TEAMS].tolist())
    rest = f" The {len(drawn)} of {n_teams} teams that change most." if n_teams > len(drawn) else ""
    figure_headline(
        figure,
        plan_by_team_message(plan),
        "Productive hours a week. Outline: people and seats of the plan; hatched: overtime; line: needed for the "
        f"targets; triangles: people who start.{rest}",
    )
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for ax in panels[len(drawn) :]:
        ax.remove()
    for place, (ax, row) in enumerate(zip(panels, drawn, strict=False)):
        _draw_team(ax, plan, row, columns)
        if place % columns == 0:
            ax.set_ylabel("Hours a week")
        if place >= len(drawn) - columns:
            ax.set_xlabel("Week of the plan")
    return figure


def _draw_team(ax: Axes, plan: StaffingPlan, row: int, columns: int) -> None:
    have, overtime, need = plan.productive_hours[row], plan.overtime_hours[row], plan.needed_hours[row]
    week = np.arange(1, have.size + 1)
    flexed = np.minimum(overtime, have)
    ax.bar(week, have - flexed, width=0.8, zorder=1.6, **PLANNED)
    ax.bar(week, flexed, bottom=have - flexed, width=0.8, zorder=1.5, **FORECAST)
    ends = np.concatenate([[0.55], week, [week[-1] + 0.45]])
    line = np.concatenate([need[:1], need, need[-1:]])
    for colour, width in (("white", 3.4), (ORANGE, 1.8)):
        ax.step(ends, line, where="mid", color=colour, linewidth=width, zorder=3)
    top = 1.18 * float(max(need.max(), have.max(), 1.0))
    hired = plan.hires[row] + plan.part_time_hires[row]
    begin = week[hired > 0.005]
    ax.plot(begin, np.full(begin.size, 0.94 * top), "v", color=BLUE, markersize=5)
    name = ax.set_title("", fontsize="medium", pad=16, loc="left", parse_math=False)
    wide = 0.82 * ax.figure.canvas.figure.bbox.width / columns
    name.set_text(fitted(name, " ".join(plan.teams[row].name.replace("_", " ").split()), wide, most_lines=2))
    said = f"{hired.sum():,.4g} hires, {overtime.sum():,.0f} h overtime"
    ax.annotate(
        said, (0, 1), xycoords="axes fraction", xytext=(0, 3), textcoords="offset points", fontsize="small", color=SOFT
    )
    ax.set(xlim=(0.4, week[-1] + 0.6), ylim=(0, top))
    ax.set_xticks([1, *range(4, len(week) + 1, 3)])
    ax.yaxis.set_major_formatter(lambda hours, _: count(hours))
