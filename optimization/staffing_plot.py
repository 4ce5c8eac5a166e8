"""The picture of people against need: needed, available and planned by team and week."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasting.chart_pieces import ACTUAL, PLANNED, figure_headline
from forecasting.chart_style import ORANGE, SOFT
from forecasting.measured_text import fitted

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from optimization.staffing import StaffingTable

# More panels than this are not read; the teams that are shortest are drawn.
MOST_TEAMS = 12


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
    return f"The plan {change} {_fte(after)} FTE; {widest}"


def _fte(heads: float) -> str:
    """Write full-time equivalents: whole from ten on, else to a tenth."""
    return f"{heads:.0f}" if heads >= 9.95 else f"{heads:.1f}"


def staffing_panels(n_teams: int, width: float) -> tuple[int, int]:
    """Rows and columns of panels for a number of teams.

    Parameters
    ----------
    n_teams : int
        How many.
    width : float
        Of the figure. [inches]

    Returns
    -------
    rows, columns : int
    """
    drawn = min(n_teams, MOST_TEAMS)
    columns = 1 if width < 5.0 else min(3, max(drawn, 1))
    return -(-drawn // columns), columns


def plot_staffing(table: StaffingTable, *, figure: Figure | None = None) -> Figure:
    """Draw needed, available and planned FTE by week, one panel a team.

    Parameters
    ----------
    table
        Full-time equivalents by team and week; of more than 12 teams those with the widest gaps are drawn.
    figure
        Where to draw; a new one if None.

    Returns
    -------
    matplotlib.figure.Figure
    """
    n_teams = len(table.teams)
    if figure is None:
        from matplotlib import pyplot as plt

        rows, columns = staffing_panels(n_teams, 8.0)
        figure = plt.figure(layout="constrained", figsize=(max(8.0, 3.4 * columns), 2.4 * rows + 1.1))
    rows, columns = staffing_panels(n_teams, figure.get_figwidth())
    widest = (table.needed - table.planned).max(axis=1)
    drawn = sorted(np.argsort(-widest, kind="stable")[:MOST_TEAMS].tolist())
    rest = f" The {len(drawn)} of {n_teams} teams with the widest gaps." if n_teams > len(drawn) else ""
    figure_headline(
        figure,
        staffing_message(table),
        "Full-time equivalents by week. Solid bar: today's heads. Outline: with the recommended requests. "
        f"Line: needed for the targets, at today's volumes and handling times.{rest}",
    )
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for ax in panels[len(drawn) :]:
        ax.remove()
    for place, (ax, row) in enumerate(zip(panels, drawn, strict=False)):
        _draw_team(ax, table, row, columns)
        if place % columns == 0:
            ax.set_ylabel("FTE")
        if place >= len(drawn) - columns:
            ax.set_xlabel("Week of the plan")
    return figure


def _draw_team(ax: Axes, table: StaffingTable, row: int, columns: int) -> None:
    needed, available, planned = table.needed[row], table.available[row], table.planned[row]
    week = np.arange(1, needed.size + 1)
    ax.bar(week, planned, width=0.8, zorder=1.5, **PLANNED)
    ax.bar(week, available, width=0.8, zorder=1.6, **ACTUAL)
    ends = np.concatenate([[0.55], week, [week[-1] + 0.45]])
    line = np.concatenate([needed[:1], needed, needed[-1:]])
    for colour, width in (("white", 3.4), (ORANGE, 1.8)):
        ax.step(ends, line, where="mid", color=colour, linewidth=width, zorder=3)
    short = int((planned < needed - 0.05).sum())
    gap = _fte(float(np.max(needed - planned)))
    state = f"short in {short} of {len(week)} weeks, by up to {gap} FTE" if short else "covered in every week"
    name = ax.set_title("", fontsize="medium", pad=16, loc="left", parse_math=False)
    wide = 0.82 * ax.figure.canvas.figure.bbox.width / columns
    name.set_text(fitted(name, table.teams[row].replace("_", " "), wide, most_lines=3))
    ax.annotate(
        state, (0, 1), xycoords="axes fraction", xytext=(0, 3), textcoords="offset points", fontsize="small", color=SOFT
    )
    ax.set(xlim=(0.4, len(week) + 0.6), ylim=(0, 1.12 * float(max(needed.max(), planned.max(), 1.0))))
    ax.set_xticks([1, *range(4, len(week) + 1, 3)])
