"""Pictures of what a forecast is made of: its parts, the events it knows, and what was forecast before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecasting.charts.chart_style import BLUE, GREEN, GREY, ORANGE
from forecasting.charts.measured_text import fitted, text_points
from forecasting.events.calendar import Event, EventCalendar
from forecasting.plots import plot_fan

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from forecasting.forecast import VolumeForecast

# More names than these would cover each other.
EVENTS_NAMED = 6
# Of the width of a figure, what the axis of numbers takes.
POINTS_BESIDE = 62.0


def plot_fan_with_events(
    forecast: VolumeForecast,
    calendar: EventCalendar,
    *,
    earlier: pd.DataFrame | None = None,
    queue: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the fan with the events in view and what was forecast before.

    Parameters
    ----------
    forecast
        Joint sample paths.
    calendar
        Events; those that touch the queue and overlap the picture are marked.
    earlier
        Earlier forecasts: `made_on` (date), `date` (start of the week) and `items_mean` (items of that week, of
        the same queue or sum). One line each.
    queue
        One queue; None for the sum of all.
    ax
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes
    """
    from matplotlib.dates import num2date

    ax = plot_fan(forecast, queue=queue, ax=ax)
    edges = ax.get_xlim()
    left, right = (pd.Timestamp(num2date(edge)).tz_localize(None) for edge in edges)
    queues = forecast.queues if queue is None else (queue,)
    seen = [event for event in calendar if event.touches(queues).any() and event.start <= right and event.end >= left]
    _mark_events(ax, _weightiest(seen), left, right)
    ax.set_xlim(edges)
    if earlier is not None:
        for _, line in earlier.groupby("made_on", sort=True):
            ax.plot(line["date"], line["items_mean"], color=GREEN, linewidth=1.0, alpha=0.8, marker=".", markersize=3)
        last = earlier.sort_values(["made_on", "date"]).iloc[-1]
        ax.annotate(
            f"forecast of {pd.Timestamp(last['made_on']):%d %b %Y}",
            (last["date"], last["items_mean"]),
            xytext=(0, -11),
            textcoords="offset points",
            color=GREEN,
            fontsize=8,
            ha="right",
        )
    return ax


def plot_decomposition(parts: pd.DataFrame, *, queue: str = "", figure: Figure | None = None) -> Figure:
    """Draw the parts of a mean forecast or of a history, one panel each, on one scale.

    Parameters
    ----------
    parts
        `date` and one column of items a part (such as level, trend, weekly, yearly, events), which add up to the mean.
    queue
        Name for the title.
    figure
        Where to draw; a new one if None.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there is no date column, no part or no row.
    """
    names = [column for column in parts.columns if column != "date"]
    if "date" not in parts.columns or not names or len(parts) == 0:
        raise ValueError(f"parts must have a date column, a column a part and a row; found {list(parts.columns)}")
    if figure is None:
        from matplotlib import pyplot as plt

        figure = plt.figure(layout="constrained", figsize=(8, 1.5 * len(names) + 0.6))
    panels = np.atleast_1d(figure.subplots(len(names), 1, sharex=True))
    swing = {name: float(np.ptp(parts[name].to_numpy(dtype=np.float64))) for name in names}
    span = max(1e-9, *swing.values())
    for ax, name in zip(panels, names, strict=True):
        values = parts[name].to_numpy(dtype=np.float64)
        middle = (values.min() + values.max()) / 2
        ax.plot(parts["date"], values, color=BLUE, linewidth=1.4)
        # One scale for all panels: what moves little must look as if it moves little.
        ax.set_ylim(middle - 0.6 * span, middle + 0.6 * span)
        ax.set_title(f"{name}: moves by {swing[name]:,.0f} items", fontsize=9, fontweight="normal", pad=3)
        ax.tick_params(labelsize=8)
    figure.autofmt_xdate(rotation=0, ha="center")
    largest = max(names, key=lambda name: swing[name])
    mean = float(parts[names].sum(axis=1).mean())
    title = f"{queue.replace('_', ' ') or 'Volume'}: {largest} moves it most, by {swing[largest]:,.0f} items"
    figure.suptitle(f"{title} around a mean of {mean:,.0f} a period", fontsize=11, fontweight="bold", x=0.01, ha="left")
    return figure


def _weightiest(events: list[Event]) -> list[Event]:
    """Events to name: those that last or are not mere holidays first, in order of date."""
    ranked = sorted(events, key=lambda event: (event.kind == "holiday", -event.days))
    return sorted(ranked[:EVENTS_NAMED], key=lambda event: event.start)


def _mark_events(ax: Axes, events: list[Event], left: pd.Timestamp, right: pd.Timestamp) -> None:
    from matplotlib.dates import date2num

    bottom, top = ax.get_ylim()
    ax.set_yticks([tick for tick in ax.get_yticks() if bottom <= tick <= top])
    # Names stand above the data, one below the other so that neighbours do not meet.
    ax.set_ylim(bottom, top * (1.0 + 0.07 * len(events)))
    for row, event in enumerate(events):
        start = max(event.start, left)
        first, last = date2num(start), date2num(min(event.end + pd.Timedelta(days=1), right))
        colour = ORANGE if event.lasting else GREY
        if event.lasting:
            ax.axvline(first, color=colour, linewidth=1, linestyle=(0, (3, 2)))
        else:
            ax.axvspan(first, last, color=colour, alpha=0.15, linewidth=0)
        height = top * (1.0 + 0.07 * (row + 0.2))
        _name_event(ax, event.name, float((start - left) / (right - left)), height, colour)


def _name_event(ax: Axes, name: str, along: float, height: float, colour: str) -> None:
    """Write a name behind where its event begins, before that, or at the right edge: wherever all of it is seen."""
    note = ax.annotate(
        "",
        (along, height),
        xycoords=("axes fraction", "data"),
        xytext=(3, 0),
        textcoords="offset points",
        color=colour,
        fontsize=8,
        parse_math=False,
        # A name may lie across the line of another event.
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
    )
    wide = 72.0 * ax.figure.canvas.figure.get_figwidth() - POINTS_BESIDE
    note.set_text(fitted(note, name, wide * ax.figure.canvas.figure.dpi / 72.0, most_lines=1))
    length = text_points(note.get_text(), note.get_fontproperties())
    if along * wide + 3.0 + length <= wide:
        return
    note.set(ha="right")
    if along * wide - 3.0 - length >= 0.0:
        note.set_position((-3, 0))
        return
    note.xy = (1.0, height)
    note.set_position((0, 0))
