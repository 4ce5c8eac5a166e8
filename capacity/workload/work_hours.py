"""From items to hours of review."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from capacity.queue import ReviewQueue
from capacity.supply.present_hours import WEEK_HOURS
from forecasting import VolumeForecast


def whole_weeks(forecast: VolumeForecast) -> int:
    """Length of a forecast in weeks.

    Parameters
    ----------
    forecast
        Joint sample paths.

    Returns
    -------
    int
        Whole weeks. [weeks]

    Raises
    ------
    ValueError
        If the horizon is not a whole number of weeks.

    Examples
    --------
    >>> from forecasting import forecast_volumes, sample_history
    >>> from capacity.workload import whole_weeks
    >>> whole_weeks(forecast_volumes(sample_history(), 91, n_paths=20))
    13
    """
    hours = len(forecast.period_start) * forecast.frequency.period_hours
    if hours % WEEK_HOURS:
        raise ValueError(
            f"the horizon must be a whole number of weeks; {len(forecast.period_start)} {forecast.frequency} periods "
            f"are {hours / WEEK_HOURS:.2f} weeks"
        )
    return round(hours / WEEK_HOURS)


def expected_work_hours(forecast: VolumeForecast, queues: Sequence[ReviewQueue]) -> NDArray[np.float64]:
    """Mean hours of work that arrive in each week, the initial backlog in the first.

    Parameters
    ----------
    forecast
        Joint sample paths; its queues are those of `queues`, in the same order.
    queues
        What an item takes.

    Returns
    -------
    ndarray of shape (n_queues, n_weeks)
        Productive hours. [h]

    Raises
    ------
    ValueError
        If the queues are not those of the forecast.

    Examples
    --------
    >>> import pandas as pd
    >>> from capacity import ReviewQueue, ServiceTarget
    >>> from forecasting import VolumeHistory, forecast_volumes
    >>> dates = pd.date_range("2026-01-05", periods=56)
    >>> history = VolumeHistory.from_frame(pd.DataFrame({"queue": "spam", "date": dates, "items": 240}))
    >>> forecast = forecast_volumes(history, 14, n_paths=20)
    >>> spam = ReviewQueue(name="spam", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=24))
    >>> from capacity.workload import expected_work_hours
    >>> bool(np.allclose(expected_work_hours(forecast, [spam]), 240 * 7 * 0.1, rtol=0.01))
    True
    """
    names = tuple(queue.name for queue in queues)
    if names != forecast.queues:
        raise ValueError(f"queues must be those of the forecast in its order, {forecast.queues}; found {names}")
    items = forecast.mean().reshape(len(queues), whole_weeks(forecast), -1).sum(axis=2)
    items[:, 0] += [queue.backlog_items for queue in queues]
    return np.asarray(items * np.array([queue.work_hours_per_item for queue in queues])[:, None])
