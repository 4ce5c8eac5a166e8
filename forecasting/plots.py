"""Pictures of volumes and their forecasts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.charts.chart_pieces import draw_band, figure_headline, in_dates, new_axes, title_with_subtitle
from forecasting.charts.chart_style import BLUE, INK, count
from forecasting.charts.measured_text import fitted

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from forecasting.forecast import VolumeForecast

# History shown, in multiples of the horizon.
HISTORY_SHOWN = 4
# More panels than this are not read.
MOST_PANELS = 12


def weekly_totals(forecast: VolumeForecast, rows: list[int]) -> tuple[pd.Series, pd.DatetimeIndex, NDArray[np.float64]]:
    """Whole weeks of history and of the paths, summed over some queues.

    Parameters
    ----------
    forecast
        Joint sample paths.
    rows
        Which queues.

    Returns
    -------
    past : pandas.Series
        Items by week. A week with some days not observed is scaled up from the others; blank where a queue was seen on
        less than half of the week, for a partial sum would look like a fall. [items]
    week_start : pandas.DatetimeIndex of shape (n_weeks,)
        Of the future weeks.
    paths : ndarray of shape (n_paths, n_weeks)
        Items by week. [items]

    Raises
    ------
    ValueError
        If the forecast is shorter than a week.
    """
    per_week = forecast.frequency.season_periods
    if forecast.arrivals.shape[2] < per_week:
        raise ValueError(
            f"forecast must span a whole week to be drawn by week; it spans {forecast.arrivals.shape[2]} "
            f"{forecast.frequency.period_noun}s"
        )
    items = forecast.history.items[rows]
    first = items.shape[1] % per_week
    days = items[:, first:].reshape(len(rows), -1, per_week)
    seen = (~np.isnan(days)).sum(axis=2)
    scale = np.where(2 * seen >= per_week, per_week / np.maximum(seen, 1), np.nan)
    past = (np.nansum(days, axis=2) * scale).sum(axis=0)
    n_weeks = forecast.arrivals.shape[2] // per_week
    future = forecast.arrivals[rows, :, : n_weeks * per_week]
    paths = future.reshape(len(rows), -1, n_weeks, per_week).sum(axis=(0, 3))
    week_start = forecast.period_start[: n_weeks * per_week : per_week]
    return pd.Series(past, index=forecast.history.period_start[first::per_week]), week_start, paths


def fan_message(forecast: VolumeForecast, queue: str | None = None) -> str:
    """Say how many items are expected over the horizon, and how sure that is.

    Parameters
    ----------
    forecast
        Joint sample paths.
    queue
        One queue; None for the sum of all.

    Returns
    -------
    str
        One sentence.
    """
    # Of the weeks that are drawn.
    total = weekly_totals(forecast, _rows(forecast, queue))[2].sum(axis=1)
    low, high = np.quantile(total, [0.1, 0.9])
    name = "All queues" if queue is None else _name(queue)
    return f"{name}: {count(total.mean())} items expected, 80% between {count(low)} and {count(high)}"


def plot_fan(forecast: VolumeForecast, *, queue: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw history by week and the forecast's mean with its 80% band.

    Parameters
    ----------
    forecast
        Joint sample paths.
    queue
        One queue; None for the sum of all.
    ax
        Where to draw; a new figure if None.

    Returns
    -------
    matplotlib.axes.Axes
    """
    ax = new_axes(ax)
    _draw_fan(forecast, _rows(forecast, queue), ax)
    _name_band(forecast, _rows(forecast, queue), ax)
    ax.set_ylabel("Items a week")
    weeks = forecast.arrivals.shape[2] // forecast.frequency.season_periods
    span = f"{weeks} week{'s' if weeks > 1 else ''}"
    title_with_subtitle(
        ax,
        fan_message(forecast, queue),
        f"Items a week; solid: arrived (weeks with missing days scaled up); dashed: expected, {span} "
        f"from {forecast.period_start[0]:%-d %b %Y}, in the band that holds 8 of 10 simulated futures",
    )
    return ax


def fans_message(forecast: VolumeForecast) -> str:
    """Say which queue grows and which falls most against the same number of weeks before.

    Parameters
    ----------
    forecast
        Joint sample paths.

    Returns
    -------
    str
        One sentence.
    """
    change = []
    for row, queue in enumerate(forecast.queues):
        past, week_start, paths = weekly_totals(forecast, [row])
        before = float(np.nanmean(past.to_numpy()[-len(week_start) :])) if past.notna().any() else np.nan
        if before > 0:
            change.append((float(paths.mean()) / before - 1.0, queue))
    if not change:
        return "No volume to compare with was observed"
    grow = sum(share > 0.02 for share, _ in change)
    (low, least), (high, most) = min(change), max(change)
    weeks = forecast.arrivals.shape[2] // forecast.frequency.season_periods
    if len(change) == 1:
        return f"{_name(most)}: {high:+.0%} against the last {_weeks(weeks)}"
    return (
        f"{grow} of {len(change)} queues grow by over 2% against the last {_weeks(weeks)}: from {low:+.0%} "
        f"({_name(least)}) to {high:+.0%} ({_name(most)})"
    )


def fan_panels(n_queues: int, width: float) -> tuple[int, int]:
    """Rows and columns of panels for a number of queues.

    Parameters
    ----------
    n_queues : int
        How many.
    width : float
        Of the figure. [inches]

    Returns
    -------
    rows, columns : int
    """
    drawn = min(n_queues, MOST_PANELS)
    columns = 2 if width < 5.0 and drawn > 1 else min(3, drawn)
    return -(-drawn // columns), columns


def plot_fans(forecast: VolumeForecast, *, figure: Figure | None = None) -> Figure:
    """Draw the fan of every queue, one small panel each.

    Parameters
    ----------
    forecast
        Joint sample paths.
    figure
        Where to draw; a new one if None.

    Returns
    -------
    matplotlib.figure.Figure
    """
    n_queues = len(forecast.queues)
    if figure is None:
        from matplotlib import pyplot as plt

        rows, columns = fan_panels(n_queues, 8.0)
        figure = plt.figure(layout="constrained", figsize=(max(8.0, 2.7 * columns), 1.6 * rows + 1.0))
    rows, columns = fan_panels(n_queues, figure.get_figwidth())
    largest = np.argsort(-forecast.arrivals.sum(axis=2).mean(axis=1), kind="stable")[:MOST_PANELS]
    drawn = sorted(largest.tolist())
    rest = f"; the {len(drawn)} largest of {n_queues} queues" if len(drawn) < n_queues else ""
    figure_headline(
        figure,
        fans_message(forecast),
        f"Items a week; solid: arrived, dashed: expected, with the band that holds 8 of 10 simulated futures{rest}",
    )
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for ax in panels[len(drawn) :]:
        ax.remove()
    for ax, row in zip(panels, drawn, strict=False):
        _draw_fan(forecast, [row], ax, most_dates=3)
        title = ax.set_title("", fontsize="small", pad=4, loc="left", parse_math=False)
        wide = 0.84 * figure.bbox.width / columns
        title.set_text(fitted(title, _name(forecast.queues[row]), wide, most_lines=2))
        ax.tick_params(labelsize="x-small")
        ax.locator_params(axis="y", nbins=4)
    return figure


def _weeks(number: int) -> str:
    return "week" if number == 1 else f"{number} weeks"


def _name(queue: str) -> str:
    return " ".join(queue.replace("_", " ").split())


def _rows(forecast: VolumeForecast, queue: str | None) -> list[int]:
    return list(range(len(forecast.queues))) if queue is None else [forecast.queues.index(queue)]


def _name_band(forecast: VolumeForecast, rows: list[int], ax: Axes) -> None:
    """Name the band below it and the weeks before it, which the name reaches; above them where that is too low."""
    past, week_start, paths = weekly_totals(forecast, rows)
    before = past.to_numpy()[-2 * len(week_start) :]
    low, high = np.quantile(paths, [0.1, 0.9], axis=0)
    lowest, highest = np.nanmin([*before, *low]), np.nanmax([*before, *high])
    below = lowest > 0.15 * ax.get_ylim()[1]
    ax.annotate(
        "8 of 10 futures",
        (week_start[-1], lowest if below else highest),
        xytext=(0, -3 if below else 3),
        textcoords="offset points",
        ha="right",
        va="top" if below else "bottom",
        color=BLUE,
    )


def _draw_fan(forecast: VolumeForecast, rows: list[int], ax: Axes, *, most_dates: int | None = None) -> None:
    """Draw lines and band."""
    from matplotlib.ticker import FuncFormatter

    past, week_start, paths = weekly_totals(forecast, rows)
    past = past[-HISTORY_SHOWN * len(week_start) :]
    low, high = np.quantile(paths, [0.1, 0.9], axis=0)
    draw_band(ax, week_start, low, high)
    ax.plot(past.index, past.to_numpy(), color=INK, linewidth=1.3)
    ax.plot(week_start, paths.mean(axis=0), color=BLUE, linewidth=1.8, linestyle=(0, (4, 2)))
    ax.set_ylim(0, 1.12 * float(max(high.max(), np.nanmax(past.to_numpy(), initial=0.0), 1.0)))
    in_dates(ax, most=most_dates)
    ax.yaxis.set_major_formatter(FuncFormatter(lambda items, _: count(items)))
