"""Pictures of volumes and their forecasts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.chart_style import BLACK, BLUE, title_with_subtitle

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.ticker import Locator

    from forecasting.forecast import VolumeForecast

# History shown, in multiples of the horizon.
HISTORY_SHOWN = 4


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
    """
    per_week = forecast.frequency.season_periods
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
    total = forecast.arrivals[_rows(forecast, queue)].sum(axis=(0, 2))
    low, high = np.quantile(total, [0.1, 0.9])
    name = "All queues" if queue is None else queue.replace("_", " ")
    return f"{name}: {_count(total.mean())} items expected, 80% between {_count(low)} and {_count(high)}"


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
    if ax is None:
        from matplotlib import pyplot as plt

        _, ax = plt.subplots(layout="constrained", figsize=(8, 4))
    begin = _draw_fan(forecast, _rows(forecast, queue), ax)
    ax.set_ylabel("Items a week")
    ax.annotate("80% of paths", begin, xytext=(0, -14), textcoords="offset points", color=BLUE)
    subtitle = "Items a week; black: arrived (weeks with missing days scaled up), blue dashes: expected"
    title_with_subtitle(ax, fan_message(forecast, queue), subtitle)
    return ax


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
    from matplotlib import pyplot as plt

    n_queues = len(forecast.queues)
    columns = min(3, n_queues)
    rows = -(-n_queues // columns)
    if figure is None:
        figure = plt.figure(layout="constrained", figsize=(max(8.0, 3.4 * columns), 2.0 * rows + 0.8))
    for index, queue in enumerate(forecast.queues):
        ax = figure.add_subplot(rows, columns, index + 1)
        _draw_fan(forecast, [index], ax)
        ax.set_title(queue.replace("_", " "), fontsize=10, pad=4)
        ax.tick_params(labelsize=8)
    figure.supxlabel(
        "Items a week. Black: arrived. Blue: expected, with the band that holds 80% of paths.",
        fontsize=9,
        color="#555555",
        x=0.01,
        ha="left",
    )
    return figure


def _rows(forecast: VolumeForecast, queue: str | None) -> list[int]:
    return list(range(len(forecast.queues))) if queue is None else [forecast.queues.index(queue)]


def _draw_fan(forecast: VolumeForecast, rows: list[int], ax: Axes) -> tuple[pd.Timestamp, float]:
    """Draw lines and band; returns where the lower edge of the band begins."""
    from matplotlib import dates
    from matplotlib.ticker import FuncFormatter

    past, week_start, paths = weekly_totals(forecast, rows)
    past = past[-HISTORY_SHOWN * len(week_start) :]
    low, high = np.quantile(paths, [0.1, 0.9], axis=0)
    ax.fill_between(week_start, low, high, color=BLUE, alpha=0.2, linewidth=0)
    ax.plot(past.index, past.to_numpy(), color=BLACK, linewidth=1.3)
    ax.plot(week_start, paths.mean(axis=0), color=BLUE, linewidth=1.8, linestyle=(0, (4, 2)))
    ax.set_ylim(0, 1.12 * float(max(high.max(), np.nanmax(past.to_numpy(), initial=0.0), 1.0)))
    locator: Locator = dates.AutoDateLocator(maxticks=6)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(dates.ConciseDateFormatter(locator))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda items, _: _count(items)))
    return week_start[0], float(low[0])


def _count(items: float) -> str:
    for floor, divisor, unit, digits in ((999.5e3, 1e6, "M", 2), (9_999.5, 1e3, "k", 0), (999.5, 1e3, "k", 1)):
        if items >= floor:
            return f"{items / divisor:,.{digits}f}{unit}"
    return f"{items:,.0f}"
