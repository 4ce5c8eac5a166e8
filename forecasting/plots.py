"""Pictures of volumes and their forecasts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from forecasting.forecast import VolumeForecast

HISTORY_SHOWN = 2


def plot_fan(forecast: VolumeForecast, *, queue: str | None = None, ax: Axes | None = None) -> Axes:
    """Draw recent history and the forecast's mean with its 80% band, by week where periods are days.

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

        _, ax = plt.subplots(layout="constrained")
    rows = slice(None) if queue is None else [forecast.queues.index(queue)]
    per_week = forecast.frequency.season_periods
    shown = HISTORY_SHOWN * forecast.arrivals.shape[2] // per_week
    past = forecast.history.items[rows]
    # A week that was not wholly observed is left out of the line: a partial sum would look like a fall.
    whole = past.shape[1] // per_week * per_week
    weekly_past = past[:, past.shape[1] - whole :].reshape(past.shape[0], -1, per_week).sum(axis=(0, 2))[-shown:]
    future = forecast.arrivals[rows]
    n_weeks = future.shape[2] // per_week
    paths = future[:, :, : n_weeks * per_week].reshape(future.shape[0], -1, n_weeks, per_week).sum(axis=(0, 3))
    low, high = np.quantile(paths, [0.1, 0.9], axis=0)
    past_start = forecast.history.period_start[past.shape[1] - whole :: per_week][-shown:]
    future_start = forecast.period_start[: n_weeks * per_week : per_week]
    ax.plot(past_start, weekly_past, color="black", linewidth=1.4)
    ax.fill_between(future_start, low, high, color="#0072B2", alpha=0.2, linewidth=0)
    ax.plot(future_start, paths.mean(axis=0), color="#0072B2", linewidth=1.8, linestyle="--")
    ax.set(ylabel="Items a week", ylim=(0, None))
    ax.set_title(
        f"{queue or 'All queues'}: {paths.sum(axis=1).mean():,.0f} items expected in {n_weeks} weeks, "
        f"80% between {np.quantile(paths.sum(axis=1), 0.1):,.0f} and {np.quantile(paths.sum(axis=1), 0.9):,.0f}"
    )
    return ax
