"""Pictures of capacity: people needed and available, backlog, turnaround, and what more hours would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from capacity.plot_backlog import panels_message, plot_backlog_panels
from capacity.plot_curve import curve_message, plot_on_time_curve
from capacity.plot_service import on_time_map_message, plot_on_time_map, plot_target_chance, target_chance_message
from forecasting.charts.chart_pieces import ACTUAL, draw_band, draw_level, in_dates, new_axes, title_with_subtitle
from forecasting.charts.chart_style import BLUE, INK, ORANGE, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from capacity.backlog_course import BacklogCourse
    from capacity.requirement import StaffingRequirement

FloatArray = NDArray[np.float64]

__all__ = [
    "backlog_message",
    "curve_message",
    "on_time_map_message",
    "panels_message",
    "plot_backlog",
    "plot_backlog_panels",
    "plot_on_time_curve",
    "plot_on_time_map",
    "plot_requirement",
    "plot_target_chance",
    "plot_turnaround",
    "requirement_message",
    "target_chance_message",
    "turnaround_message",
]


def requirement_message(requirement: StaffingRequirement, team: str | None = None) -> str:
    """Say where people are missing most, or that nowhere they are.

    Parameters
    ----------
    requirement
        Needed and available.
    team : str, optional
        One team; all together if None.

    Returns
    -------
    str

    Examples
    --------
    >>> from capacity import ReviewQueue, ReviewTeam, ServiceTarget, StaffingRequirement
    >>> ads = ReviewQueue(name="ads", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=24))
    >>> team = ReviewTeam(name="a", site="x", kind="vendor", heads=3, shrinkage=0.25, skills={"ads": 1.0},
    ...                   cost_usd_per_head_week=900)
    >>> needed = StaffingRequirement(queues=(ads,), teams=(team,), probability=0.8, multiple=np.array([1.1]),
    ...                              queue_hours=np.array([[90.0, 150.0]]), team_fte=np.array([[3.0, 5.0]]))
    >>> requirement_message(needed)
    'All teams: 2.0 FTE short in week 2, short in 1 of 2 weeks'
    """
    needed, available = _fte(requirement, team)
    gap, name = needed - available, "All teams" if team is None else team
    worst = int(gap.argmax())
    if gap[worst] <= 0:
        return f"{name}: people for every week, {-gap[worst]:,.1f} FTE to spare in the tightest, week {worst + 1}"
    short = int((gap > 0).sum())
    return f"{name}: {gap[worst]:,.1f} FTE short in week {worst + 1}, short in {short} of {gap.size} weeks"


def plot_requirement(requirement: StaffingRequirement, *, team: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw full-time equivalents needed against available by week.

    Parameters
    ----------
    requirement
        Needed and available.
    team : str, optional
        One team; all together if None.
    ax
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there is no such team.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from capacity import ReviewQueue, ReviewTeam, ServiceTarget, StaffingRequirement
    >>> ads = ReviewQueue(name="ads", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=24))
    >>> team = ReviewTeam(name="a", site="x", kind="vendor", heads=3, shrinkage=0.25, skills={"ads": 1.0},
    ...                   cost_usd_per_head_week=900)
    >>> needed = StaffingRequirement(queues=(ads,), teams=(team,), probability=0.8, multiple=np.array([1.1]),
    ...                              queue_hours=np.array([[90.0, 150.0]]), team_fte=np.array([[3.0, 5.0]]))
    >>> ax = plot_requirement(needed, ax=Figure(layout="constrained").subplots())
    >>> ax.get_title(loc="left") == requirement_message(needed)
    True
    """
    needed, available = _fte(requirement, team)
    ax = new_axes(ax)
    week = np.arange(1, needed.size + 1)
    ax.bar(week, available, width=0.72, zorder=2, **ACTUAL)
    ax.step(np.append(week - 0.5, week[-1] + 0.5), np.append(needed, needed[-1]), where="post", color=INK, zorder=3)
    missing = np.maximum(needed - available, 0.0)
    ax.bar(week, missing, bottom=available, color="white", edgecolor=ORANGE, hatch="////", width=0.72, zorder=2)
    ax.set_ylim(0, 1.2 * float(max(needed.max(), available.max(), 1.0)))
    ax.set(xlabel="Week of the plan", ylabel="Full-time equivalents")
    ax.set_xticks(week)
    ax.annotate("needed", (week[-1] + 0.5, needed[-1]), xytext=(4, 0), textcoords="offset points", va="center")
    kind = "Black line: needed for every target with {} probability; solid: available; hatched: missing"
    title_with_subtitle(ax, requirement_message(requirement, team), kind.format(percent(requirement.probability, 0)))
    return ax


def backlog_message(course: BacklogCourse, queue: str) -> str:
    """Say how a backlog ends against where it begins.

    Parameters
    ----------
    course
        Backlog by day.
    queue : str
        Which.

    Returns
    -------
    str

    Examples
    --------
    >>> import pandas as pd
    >>> from capacity import ReviewQueue, ServiceTarget
    >>> from capacity.backlog_course import BacklogCourse
    >>> ads = ReviewQueue(name="ads", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=24))
    >>> course = BacklogCourse(queues=(ads,), day_end=pd.date_range("2026-01-06", periods=3),
    ...                        backlog_items=np.array([[[50.0, 60.0, 80.0], [50.0, 70.0, 100.0]]]),
    ...                        turnaround_hours=np.array([[[20.0, 30.0, np.nan], [20.0, 20.0, np.nan]]]))
    >>> backlog_message(course, "ads")
    'ads: the backlog grows from 50 to 90 items, 80% between 82 and 98'
    """
    backlog = course.backlog_items[_row(course, queue)]
    first, last = float(backlog[:, 0].mean()), float(backlog[:, -1].mean())
    low, high = np.quantile(backlog[:, -1], [0.1, 0.9])
    change = "grows" if last > first else "falls"
    span = f"80% between {low:,.0f} and {high:,.0f}"
    return f"{queue.replace('_', ' ')}: the backlog {change} from {first:,.0f} to {last:,.0f} items, {span}"


def plot_backlog(course: BacklogCourse, *, queue: str, ax: Axes | None = None) -> Axes:
    """Draw the backlog of one queue by day, with its 80% band.

    Parameters
    ----------
    course
        Backlog by day.
    queue : str
        Which.
    ax
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there is no such queue.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> import pandas as pd
    >>> from capacity import ReviewQueue, ServiceTarget
    >>> from capacity.backlog_course import BacklogCourse
    >>> ads = ReviewQueue(name="ads", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=24))
    >>> course = BacklogCourse(queues=(ads,), day_end=pd.date_range("2026-01-06", periods=3),
    ...                        backlog_items=np.array([[[50.0, 60.0, 80.0], [50.0, 70.0, 100.0]]]),
    ...                        turnaround_hours=np.array([[[20.0, 30.0, np.nan], [20.0, 20.0, np.nan]]]))
    >>> ax = plot_backlog(course, queue="ads", ax=Figure(layout="constrained").subplots())
    >>> ax.get_title(loc="left") == backlog_message(course, "ads")
    True
    """
    backlog = course.backlog_items[_row(course, queue)]
    ax = new_axes(ax)
    low, high = np.quantile(backlog, [0.1, 0.9], axis=0)
    _draw_band(ax, course, low, backlog.mean(axis=0), high)
    ax.set_ylim(0, 1.15 * float(max(high.max(), 1.0)))
    ax.set_ylabel("Items waiting at the end of the day")
    title_with_subtitle(ax, backlog_message(course, queue), "Items; line: mean of all paths, band: 80% of paths")
    return ax


def turnaround_message(course: BacklogCourse, queue: str) -> str:
    """Say how often items of the slowest day would miss the target.

    Parameters
    ----------
    course
        Turnaround by day.
    queue : str
        Which.

    Returns
    -------
    str

    Examples
    --------
    >>> import pandas as pd
    >>> from capacity import ReviewQueue, ServiceTarget
    >>> from capacity.backlog_course import BacklogCourse
    >>> ads = ReviewQueue(name="ads", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=24))
    >>> course = BacklogCourse(queues=(ads,), day_end=pd.date_range("2026-01-06", periods=3),
    ...                        backlog_items=np.array([[[50.0, 60.0, 80.0], [50.0, 70.0, 100.0]]]),
    ...                        turnaround_hours=np.array([[[20.0, 30.0, np.nan], [20.0, 20.0, np.nan]]]))
    >>> turnaround_message(course, "ads")
    'ads: on day 2 the last item misses 24 hours on 50% of paths'
    """
    row = _row(course, queue)
    target = course.queues[row].target.within_hours
    # What is not decided within the plan, on a day whose deadline is, is late.
    due = course.turnaround_hours.shape[2] - int(np.ceil(target / 24.0))
    name = queue.replace("_", " ")
    if due < 1:
        return f"{name}: no item of the plan is due within it"
    late = (~(course.turnaround_hours[row][:, :due] <= target)).mean(axis=0)
    worst = int(late.argmax())
    if late[worst] == 0:
        return f"{name}: the last item of every day is decided within {target:g} hours on every path"
    return (
        f"{name}: on day {worst + 1} the last item misses {target:g} hours on {percent(float(late[worst]), 0)} of paths"
    )


def plot_turnaround(course: BacklogCourse, *, queue: str, ax: Axes | None = None) -> Axes:
    """Draw how long the last item of each day takes to be decided, against the target.

    Parameters
    ----------
    course
        Turnaround by day.
    queue : str
        Which.
    ax
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If there is no such queue.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> import pandas as pd
    >>> from capacity import ReviewQueue, ServiceTarget
    >>> from capacity.backlog_course import BacklogCourse
    >>> ads = ReviewQueue(name="ads", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=24))
    >>> course = BacklogCourse(queues=(ads,), day_end=pd.date_range("2026-01-06", periods=3),
    ...                        backlog_items=np.array([[[50.0, 60.0, 80.0], [50.0, 70.0, 100.0]]]),
    ...                        turnaround_hours=np.array([[[20.0, 30.0, np.nan], [20.0, 20.0, np.nan]]]))
    >>> ax = plot_turnaround(course, queue="ads", ax=Figure(layout="constrained").subplots())
    >>> ax.get_title(loc="left") == turnaround_message(course, "ads")
    True
    """
    row = _row(course, queue)
    ax = new_axes(ax)
    frame = course.to_frame()
    mine = frame[frame["queue"] == queue]
    low, middle, high = (mine[f"turnaround_hours_{name}"].to_numpy() for name in ("p10", "p50", "p90"))
    _draw_band(ax, course, low, middle, high)
    target = course.queues[row].target.within_hours
    top = 1.2 * float(max(np.nanmax(high, initial=0.0), np.nanmax(middle, initial=0.0), target))
    ax.set_ylim(0, top)
    draw_level(ax, f"target {target:g} h", target)
    ax.set_ylabel("Hours from arrival to decision")
    title_with_subtitle(
        ax, turnaround_message(course, queue), "Last item of each day; line: median of all paths, band: 80% of paths"
    )
    return ax


def _draw_band(ax: Axes, course: BacklogCourse, low: FloatArray, middle: FloatArray, high: FloatArray) -> None:
    """Draw a line in its band by day; where the upper edge is unknown the band ends."""
    draw_band(ax, course.day_end, low, high)
    ax.plot(course.day_end, middle, color=BLUE, linewidth=1.8)
    in_dates(ax)


def _row(course: BacklogCourse, queue: str) -> int:
    names = [one.name for one in course.queues]
    if queue not in names:
        raise ValueError(f"queue must be one of {names}; found {queue!r}")
    return names.index(queue)


def _fte(requirement: StaffingRequirement, team: str | None) -> tuple[FloatArray, FloatArray]:
    needed, available = requirement.team_fte, requirement.available_fte
    if team is None:
        return needed.sum(axis=0), available.sum(axis=0)
    names = [one.name for one in requirement.teams]
    if team not in names:
        raise ValueError(f"team must be one of {names}; found {team!r}")
    return needed[names.index(team)], available[names.index(team)]
