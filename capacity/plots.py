"""Pictures of capacity: people needed and available, backlog, turnaround, and what more hours would do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forecasting.chart_style import BLACK, BLUE, GREEN, GREY, ORANGE, percent, title_with_subtitle

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from capacity.backlog_course import BacklogCourse
    from capacity.on_time_curve import OnTimeCurve
    from capacity.requirement import StaffingRequirement

FloatArray = NDArray[np.float64]


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
    """
    needed, available = _fte(requirement, team)
    ax = _axes(ax)
    week = np.arange(1, needed.size + 1)
    ax.bar(week, available, color=BLUE, width=0.72, zorder=2)
    ax.step(np.append(week - 0.5, week[-1] + 0.5), np.append(needed, needed[-1]), where="post", color=BLACK, zorder=3)
    missing = np.maximum(needed - available, 0.0)
    ax.bar(week, missing, bottom=available, color="white", edgecolor=ORANGE, hatch="////", width=0.72, zorder=2)
    ax.set_ylim(0, 1.2 * float(max(needed.max(), available.max(), 1.0)))
    ax.set(xlabel="Week of the plan", ylabel="Full-time equivalents")
    ax.set_xticks(week)
    ax.annotate("needed", (week[-1] + 0.5, needed[-1]), xytext=(4, 0), textcoords="offset points", va="center")
    kind = "Black line: needed for every target with {} probability; blue: available; hatched: missing"
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
    """
    backlog = course.backlog_items[_row(course, queue)]
    ax = _axes(ax)
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
    """
    row = _row(course, queue)
    ax = _axes(ax)
    frame = course.to_frame()
    mine = frame[frame["queue"] == queue]
    low, middle, high = (mine[f"turnaround_hours_{name}"].to_numpy() for name in ("p10", "p50", "p90"))
    _draw_band(ax, course, low, middle, high)
    target = course.queues[row].target.within_hours
    top = 1.2 * float(max(np.nanmax(high, initial=0.0), np.nanmax(middle, initial=0.0), target))
    ax.set_ylim(0, top)
    _label_target(ax, f"target {target:g} h", target)
    ax.set_ylabel("Hours from arrival to decision")
    title_with_subtitle(
        ax, turnaround_message(course, queue), "Last item of each day; line: median of all paths, band: 80% of paths"
    )
    return ax


def curve_message(curve: OnTimeCurve) -> str:
    """Say what the current hours give, and what hours would meet the target on four paths of five.

    Parameters
    ----------
    curve
        On-time share by hours.

    Returns
    -------
    str
    """
    name, target = curve.queue.name.replace("_", " "), percent(curve.queue.target.share, 0)
    now = f"{percent(float(curve.probability_met[curve.current]), 0)} chance of {target} on time"
    enough = np.flatnonzero(curve.probability_met >= 0.8)
    if enough.size == 0:
        return f"{name}: {now}; no hours shown here make it 80%"
    if enough[0] <= curve.current:
        return f"{name}: {now} with the hours it has"
    more = curve.hours_per_week[enough[0]] - curve.current_hours
    return f"{name}: {now}; {more:,.0f} hours a week more make it 80%"


def plot_on_time_curve(curve: OnTimeCurve, *, ax: Axes | None = None) -> Axes:
    """Draw on-time share against hours a week, with the current point and the target.

    Parameters
    ----------
    curve
        On-time share by hours.
    ax
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes
    """
    from matplotlib.ticker import FuncFormatter

    ax = _axes(ax)
    low, high = np.quantile(curve.on_time_share, [0.1, 0.9], axis=1)
    mean, now = curve.on_time_share.mean(axis=1), curve.current
    ax.fill_between(curve.hours_per_week, low, high, color=BLUE, alpha=0.2, linewidth=0)
    ax.plot(curve.hours_per_week, mean, color=BLUE, linewidth=1.8)
    ax.plot(curve.hours_per_week, curve.probability_met, color=GREEN, linewidth=1.4, linestyle=(0, (4, 2)))
    ax.plot(curve.hours_per_week[now], mean[now], "o", color=BLACK, markersize=7, zorder=4)
    ax.axvline(curve.current_hours, color=GREY, linewidth=0.8, linestyle=":")
    place = (curve.hours_per_week[now], mean[now])
    ax.annotate(f"now {percent(float(mean[now]))}", place, xytext=(8, -14), textcoords="offset points")
    _label_target(ax, f"target {percent(curve.queue.target.share, 0)}", curve.queue.target.share)
    ax.set_ylim(0, 1.08)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{share:.0%}"))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda hours, _: f"{hours:,.0f}"))
    ax.set(xlabel="Hours of work a week", ylabel="Share")
    title_with_subtitle(
        ax,
        curve_message(curve),
        "Blue: on-time share, mean and 80% of paths; green dashes: chance of meeting the target",
    )
    return ax


def _axes(ax: Axes | None) -> Axes:
    if ax is None:
        from matplotlib import pyplot as plt

        _, ax = plt.subplots(layout="constrained", figsize=(8, 4))
    return ax


def _label_target(ax: Axes, text: str, height: float) -> None:
    ax.axhline(height, color=ORANGE, linewidth=1.3)
    place = (0.0, height)
    along = ("axes fraction", "data")
    ax.annotate(text, place, xycoords=along, xytext=(4, 3), textcoords="offset points", color=ORANGE)


def _draw_band(ax: Axes, course: BacklogCourse, low: FloatArray, middle: FloatArray, high: FloatArray) -> None:
    """Draw a line in its band by day; where the upper edge is unknown the band ends."""
    from matplotlib import dates
    from matplotlib.ticker import Locator

    ax.fill_between(course.day_end, low, high, color=BLUE, alpha=0.2, linewidth=0)
    ax.plot(course.day_end, middle, color=BLUE, linewidth=1.8)
    locator: Locator = dates.AutoDateLocator(maxticks=6)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(dates.ConciseDateFormatter(locator))


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
