"""The picture of a staffing plan team by team: hours there, of them overtime, hours needed, and when people start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasting.charts.chart_pieces import FORECAST, PLANNED, figure_headline
from forecasting.charts.chart_style import BLUE, count, money
from optimization.team_panels import draw_need, foremost_teams, name_panel, panels_of_teams, staffing_panels

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
    cost = f"{money(abs(more))} {'more' if more >= 0 else 'less'} than today's staff"
    hires, overtime = plan.heads_hired, float(plan.overtime_hours.sum())
    kept = f"{met} of {total} target{'s' * (total != 1)}"
    if hires < 0.05 and overtime < 0.5:
        verb = "keep" if met == 0 or met > 1 else "keeps"
        return f"Today's people alone {verb} {kept}" if money(more) == "$0" else f"People alone keep {kept} for {cost}"
    return f"{hires:,.4g} hire{'s' * (hires != 1)} and {overtime:,.0f} hours of overtime keep {kept} for {cost}"


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
    starts = (plan.hires + plan.part_time_hires).sum(axis=1)
    drawn = foremost_teams(starts * 1e3 + plan.overtime_hours.sum(axis=1))
    rest = f" The {len(drawn)} of {n_teams} teams that change most." if n_teams > len(drawn) else ""
    figure_headline(
        figure,
        plan_by_team_message(plan),
        "Productive hours a week. Outline: people and seats of the plan; hatched: overtime; line: work that the plan "
        f"puts with the team; triangles: people who start.{rest}",
    )
    for ax, row in panels_of_teams(figure, drawn, unit="Hours a week"):
        _draw_team(ax, plan, row)
    return figure


def _draw_team(ax: Axes, plan: StaffingPlan, row: int) -> None:
    have, overtime, need = plan.productive_hours[row], plan.overtime_hours[row], plan.needed_hours[row]
    week = np.arange(1, have.size + 1)
    flexed = np.minimum(overtime, have)
    ax.bar(week, have - flexed, width=0.8, zorder=1.6, **PLANNED)
    ax.bar(week, flexed, bottom=have - flexed, width=0.8, zorder=1.5, **FORECAST)
    draw_need(ax, need)
    top = 1.18 * float(max(need.max(), have.max(), 1.0))
    hired = plan.hires[row] + plan.part_time_hires[row]
    begin = week[hired > 0.005]
    ax.plot(begin, np.full(begin.size, 0.94 * top), "v", color=BLUE, markersize=5)
    said = f"{hired.sum():,.4g} hires, {overtime.sum():,.0f} h overtime"
    name_panel(ax, plan.teams[row].name, said, n_weeks=have.size, top=top)
    ax.yaxis.set_major_formatter(lambda hours, _: count(hours))
