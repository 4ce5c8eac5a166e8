"""Picture of backlogs and turnaround of several queues side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forecasting.charts.chart_pieces import draw_band, figure_headline, in_dates, is_narrow
from forecasting.charts.chart_style import BLUE, ORANGE, count, percent
from forecasting.charts.measured_text import fitted

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from capacity.backlog_course import BacklogCourse

FloatArray = NDArray[np.float64]

# More queues than this are not read.
MOST_QUEUES = 6


def panels_height(n_queues: int) -> float:
    """Height of the picture for a number of queues [inches]."""
    return 1.5 + 1.25 * min(n_queues, MOST_QUEUES)


def late_days(course: BacklogCourse) -> FloatArray:
    """Share of paths and days on which the last item of the day misses its target, by queue.

    Parameters
    ----------
    course
        Turnaround by day.

    Returns
    -------
    ndarray of shape (n_queues,)
        Of the days whose deadline lies within the plan; 0 where there is none. [-]
    """
    share = np.zeros(len(course.queues))
    for row, queue in enumerate(course.queues):
        due = course.turnaround_hours.shape[2] - int(np.ceil(queue.target.within_hours / 24.0))
        if due > 0:
            share[row] = (~(course.turnaround_hours[row][:, :due] <= queue.target.within_hours)).mean()
    return share


def panels_message(course: BacklogCourse) -> str:
    """Say which queue keeps people waiting beyond its target most often.

    Parameters
    ----------
    course
        Turnaround by day.

    Returns
    -------
    str

    Examples
    --------
    The last of three days has its deadline after the plan; of the other two, on two paths, one of four is late.

    >>> import pandas as pd
    >>> from capacity import ReviewQueue, ServiceTarget
    >>> from capacity.backlog_course import BacklogCourse
    >>> ads = ReviewQueue(name="ads", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=24))
    >>> course = BacklogCourse(queues=(ads,), day_end=pd.date_range("2026-01-06", periods=3),
    ...                        backlog_items=np.array([[[50.0, 60.0, 80.0], [50.0, 70.0, 100.0]]]),
    ...                        turnaround_hours=np.array([[[20.0, 30.0, np.nan], [20.0, 20.0, np.nan]]]))
    >>> panels_message(course)
    'ads misses its 24 hours most often: the last item of the day is late on 25% of days'
    """
    late = late_days(course)
    if not late.size or late.max() == 0:
        return "The last item of every day is decided within the target of its queue in every simulated future"
    worst = int(late.argmax())
    queue = course.queues[worst]
    return (
        f"{_name(queue.name)} misses its {queue.target.within_hours:g} hours most often: the last item of the day is "
        f"late on {percent(float(late[worst]), 0)} of days"
    )


def plot_backlog_panels(course: BacklogCourse, *, figure: Figure | None = None) -> Figure:
    """Draw the backlog and the turnaround of queues by day, a row of two panels each.

    Parameters
    ----------
    course
        Backlog and turnaround by day; of more than 6 queues those late most often are drawn.
    figure
        Where to draw; a new one if None.

    Returns
    -------
    matplotlib.figure.Figure

    Examples
    --------
    One queue is drawn as a row of two panels.

    >>> from matplotlib.figure import Figure
    >>> import pandas as pd
    >>> from capacity import ReviewQueue, ServiceTarget
    >>> from capacity.backlog_course import BacklogCourse
    >>> ads = ReviewQueue(name="ads", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=24))
    >>> course = BacklogCourse(queues=(ads,), day_end=pd.date_range("2026-01-06", periods=3),
    ...                        backlog_items=np.array([[[50.0, 60.0, 80.0], [50.0, 70.0, 100.0]]]),
    ...                        turnaround_hours=np.array([[[20.0, 30.0, np.nan], [20.0, 20.0, np.nan]]]))
    >>> figure = plot_backlog_panels(course, figure=Figure(layout="constrained"))
    >>> len(figure.axes)
    2
    """
    rows = np.argsort(-late_days(course), kind="stable")[:MOST_QUEUES].tolist()
    if figure is None:
        from matplotlib import pyplot as plt

        figure = plt.figure(layout="constrained", figsize=(8, panels_height(len(rows))))
    rest = f"; the {len(rows)} of {len(course.queues)} queues late most often" if len(rows) < len(course.queues) else ""
    figure_headline(
        figure,
        panels_message(course),
        f"Left: items waiting at the end of each day (mean). Right: hours from arrival to decision of the last item of "
        f"each day (median), against the target. Bands: 8 of 10 simulated futures{rest}",
    )
    panels = figure.subplots(max(len(rows), 1), 2, squeeze=False, sharex=True)
    frame = course.to_frame()
    for (left, right), row in zip(panels, rows, strict=False):
        _draw_backlog(left, course, row)
        mine = frame[frame["queue"] == course.queues[row].name]
        _draw_turnaround(right, course, row, [mine[f"turnaround_hours_{q}"].to_numpy() for q in ("p10", "p50", "p90")])
    return figure


def _draw_backlog(ax: Axes, course: BacklogCourse, row: int) -> None:
    from matplotlib.ticker import FuncFormatter

    backlog = course.backlog_items[row]
    low, high = np.quantile(backlog, [0.1, 0.9], axis=0)
    draw_band(ax, course.day_end, low, high)
    ax.plot(course.day_end, backlog.mean(axis=0), color=BLUE, linewidth=1.5)
    ax.set_ylim(0, 1.15 * max(float(high.max()), 1.0))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda items, _: count(items)))
    _set_panel(ax, _name(course.queues[row].name))


def _draw_turnaround(ax: Axes, course: BacklogCourse, row: int, waits: list[FloatArray]) -> None:
    low, middle, high = waits
    target = course.queues[row].target.within_hours
    seen = [value[np.isfinite(value)] for value in waits]
    top = 1.25 * max(target, *(float(value.max(initial=0.0)) for value in seen))
    # Where the upper edge is not reached within the plan, the band runs out of the picture.
    draw_band(ax, course.day_end, low, np.where(np.isnan(high) & ~np.isnan(low), 2 * top, high))
    ax.plot(course.day_end, middle, color=BLUE, linewidth=1.5)
    ax.axhline(target, color=ORANGE, linewidth=1.1, linestyle=(0, (5, 2)))
    ax.set_ylim(0, top)
    _set_panel(ax, f"target {target:g} h", colour=ORANGE)


def _set_panel(ax: Axes, text: str, *, colour: str | None = None) -> None:
    in_dates(ax, most=3 if is_narrow(ax) else 5)
    ax.tick_params(labelsize="x-small" if is_narrow(ax) else "small")
    ax.locator_params(axis="y", nbins=3)
    title = ax.set_title("", fontsize="small", pad=3, loc="left", parse_math=False)
    title.set_text(fitted(title, text, 0.4 * ax.figure.canvas.figure.bbox.width, most_lines=1))
    if colour:
        title.set_color(colour)


def _name(queue: str) -> str:
    return " ".join(queue.replace("_", " ").split())
