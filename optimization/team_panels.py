"""One panel a team, by week: where the panels stand, the line of what is needed, and the name above."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forecasting.charts.chart_style import ORANGE, SOFT
from forecasting.charts.measured_text import fitted

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# More panels than this are not read; the teams that matter most are drawn.
MOST_TEAMS = 12


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

    Examples
    --------
    >>> staffing_panels(5, 8.0), staffing_panels(5, 3.65)
    ((2, 3), (5, 1))
    """
    drawn = min(n_teams, MOST_TEAMS)
    columns = 1 if width < 5.0 else min(3, max(drawn, 1))
    return -(-drawn // columns), columns


def foremost_teams(importance: NDArray[np.float64]) -> list[int]:
    """Rows of the teams that are drawn, in their own order.

    Parameters
    ----------
    importance : ndarray of shape (n_teams,)
        The largest come first where there are too many.

    Returns
    -------
    list of int

    Examples
    --------
    >>> foremost_teams(np.array([1.0, 3.0, 2.0]))
    [0, 1, 2]
    """
    return sorted(np.argsort(-importance, kind="stable")[:MOST_TEAMS].tolist())


def panels_of_teams(figure: Figure, drawn: list[int], *, unit: str) -> Iterator[tuple[Axes, int]]:
    """Lay out the panels of a figure, with a label where an axis stands at the edge.

    Parameters
    ----------
    figure
        Empty.
    drawn
        Rows of the teams.
    unit
        Of what is drawn.

    Yields
    ------
    ax, row
        Where to draw which team.
    """
    rows, columns = staffing_panels(len(drawn), figure.get_figwidth())
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for ax in panels[len(drawn) :]:
        ax.remove()
    for place, (ax, row) in enumerate(zip(panels, drawn, strict=False)):
        yield ax, row
        if place % columns == 0:
            ax.set_ylabel(unit)
        if place >= len(drawn) - columns:
            ax.set_xlabel("Week of the plan")


def draw_need(ax: Axes, need: NDArray[np.float64]) -> None:
    """Draw what is needed in each week as a line of steps, apart from the bars behind it.

    Parameters
    ----------
    ax
        Where to draw.
    need : ndarray of shape (n_weeks,)
        In the unit of the axis.
    """
    ends = np.concatenate([[0.55], np.arange(1, need.size + 1), [need.size + 0.45]])
    line = np.concatenate([need[:1], need, need[-1:]])
    for colour, width in (("white", 3.4), (ORANGE, 1.8)):
        ax.step(ends, line, where="mid", color=colour, linewidth=width, zorder=3)


def name_panel(ax: Axes, team: str, state: str, *, n_weeks: int, top: float) -> None:
    """Write the name of a team and how it stands above its panel, and scale the panel.

    Parameters
    ----------
    ax
        A panel of `panels_of_teams`, with what is drawn already.
    team, state
        In words.
    n_weeks : int
        Length of the plan. [weeks]
    top : float
        Upper end of the axis. [unit of the axis]

    Raises
    ------
    ValueError
        If the axes are no panel of a grid.
    """
    place = ax.get_subplotspec()
    if place is None:
        raise ValueError("ax must be one of the panels that panels_of_teams lays out; it stands in no grid")
    columns = place.get_geometry()[1]
    name = ax.set_title("", fontsize="medium", pad=16, loc="left", parse_math=False)
    wide = 0.82 * ax.figure.canvas.figure.bbox.width / columns
    name.set_text(fitted(name, " ".join(team.replace("_", " ").split()), wide, most_lines=3))
    ax.annotate(
        state, (0, 1), xycoords="axes fraction", xytext=(0, 3), textcoords="offset points", fontsize="small", color=SOFT
    )
    ax.set(xlim=(0.4, n_weeks + 0.6), ylim=(0, top))
    ax.set_xticks([1, *range(4, n_weeks + 1, 3)])
