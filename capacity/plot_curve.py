"""Picture of what more hours would do for a queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from forecasting.charts.chart_pieces import draw_band, draw_level, in_shares, new_axes, title_with_subtitle
from forecasting.charts.chart_style import BLUE, GREEN, GREY, INK, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from capacity.on_time_curve import OnTimeCurve


def curve_message(curve: OnTimeCurve) -> str:
    """Say what the current hours give, and what hours would meet the target on four paths of five.

    Parameters
    ----------
    curve
        On-time share by hours.

    Returns
    -------
    str

    Examples
    --------
    >>> from capacity import ReviewQueue, ServiceTarget
    >>> from capacity.on_time_curve import OnTimeCurve
    >>> ads = ReviewQueue(name="ads", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=24))
    >>> share = np.array([[0.5, 0.6], [0.95, 1.0]])  # at 40 and 60 hours a week, on two paths
    >>> curve = OnTimeCurve(queue=ads, hours_per_week=np.array([40.0, 60.0]), on_time_share=share, current_hours=40.0)
    >>> curve_message(curve)
    'ads: 0% chance of 90% on time; 20 hours a week more make it 80%'
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

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from capacity import ReviewQueue, ServiceTarget
    >>> from capacity.on_time_curve import OnTimeCurve
    >>> ads = ReviewQueue(name="ads", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=24))
    >>> share = np.array([[0.5, 0.6], [0.95, 1.0]])  # at 40 and 60 hours a week, on two paths
    >>> curve = OnTimeCurve(queue=ads, hours_per_week=np.array([40.0, 60.0]), on_time_share=share, current_hours=40.0)
    >>> ax = plot_on_time_curve(curve, ax=Figure(layout="constrained").subplots())
    >>> ax.get_title(loc="left") == curve_message(curve)
    True
    """
    from matplotlib.ticker import FuncFormatter

    ax = new_axes(ax)
    low, high = np.quantile(curve.on_time_share, [0.1, 0.9], axis=1)
    mean, now = curve.on_time_share.mean(axis=1), curve.current
    draw_band(ax, curve.hours_per_week, low, high)
    ax.plot(curve.hours_per_week, mean, color=BLUE, linewidth=1.8)
    ax.plot(curve.hours_per_week, curve.probability_met, color=GREEN, linewidth=1.4, linestyle=(0, (4, 2)))
    ax.plot(curve.hours_per_week[now], mean[now], "o", color=INK, markersize=7, zorder=4)
    ax.axvline(curve.current_hours, color=GREY, linewidth=0.8, linestyle=":")
    place = (curve.hours_per_week[now], mean[now])
    ax.annotate(f"now {percent(float(mean[now]))}", place, xytext=(-8, 5), textcoords="offset points", ha="right")
    draw_level(ax, f"target {percent(curve.queue.target.share, 0)}", curve.queue.target.share)
    ax.set_ylim(0, 1.08)
    in_shares(ax.yaxis)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda hours, _: f"{hours:,.0f}"))
    ax.set(xlabel="Hours of work a week", ylabel="Share")
    title_with_subtitle(
        ax,
        curve_message(curve),
        "Blue: on-time share, mean and 80% of paths; green dashes: chance of meeting the target",
    )
    return ax
