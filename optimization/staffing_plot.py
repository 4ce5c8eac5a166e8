"""The picture of people against need: needed, available and planned by team and week."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasting.charts.chart_pieces import ACTUAL, PLANNED, figure_headline
from optimization.team_panels import draw_need, foremost_teams, name_panel, panels_of_teams, staffing_panels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from optimization.staffing import StaffingTable


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

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from optimization import StaffingTable
    >>> table = StaffingTable(teams=("a",), week_start=pd.DatetimeIndex(["2026-01-05"]), needed=np.array([[4.0]]),
    ...                       available=np.array([[2.0]]), planned=np.array([[3.0]]))
    >>> staffing_message(table)
    'The plan takes the average gap from 2.0 to 1.0 FTE; the widest that stays is 1.0 FTE in a, week 1'
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

    Examples
    --------
    One team is drawn as one panel.

    >>> from matplotlib.figure import Figure
    >>> import numpy as np
    >>> import pandas as pd
    >>> from optimization import StaffingTable
    >>> table = StaffingTable(teams=("a",), week_start=pd.DatetimeIndex(["2026-01-05"]), needed=np.array([[4.0]]),
    ...                       available=np.array([[2.0]]), planned=np.array([[3.0]]))
    >>> figure = plot_staffing(table, figure=Figure(layout="constrained"))
    >>> len(figure.axes)
    1
    """
    n_teams = len(table.teams)
    if figure is None:
        from matplotlib import pyplot as plt

        rows, columns = staffing_panels(n_teams, 8.0)
        figure = plt.figure(layout="constrained", figsize=(max(8.0, 3.4 * columns), 2.4 * rows + 1.1))
    drawn = foremost_teams((table.needed - table.planned).max(axis=1))
    rest = f" The {len(drawn)} of {n_teams} teams with the widest gaps." if n_teams > len(drawn) else ""
    figure_headline(
        figure,
        staffing_message(table),
        "Full-time equivalents by week. Solid bar: today's heads. Outline: with the recommended requests. "
        f"Line: needed for the targets, with queues shared and handled as today.{rest}",
    )
    for ax, row in panels_of_teams(figure, drawn, unit="FTE"):
        _draw_team(ax, table, row)
    return figure


def _draw_team(ax: Axes, table: StaffingTable, row: int) -> None:
    needed, available, planned = table.needed[row], table.available[row], table.planned[row]
    week = np.arange(1, needed.size + 1)
    ax.bar(week, planned, width=0.8, zorder=1.5, **PLANNED)
    ax.bar(week, available, width=0.8, zorder=1.6, **ACTUAL)
    draw_need(ax, needed)
    short = int((planned < needed - 0.05).sum())
    gap = _fte(float(np.max(needed - planned)))
    state = f"short in {short} of {len(week)} weeks, by up to {gap} FTE" if short else "covered in every week"
    top = 1.12 * float(max(needed.max(), planned.max(), 1.0))
    name_panel(ax, table.teams[row], state, n_weeks=len(week), top=top)
