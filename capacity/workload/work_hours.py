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
    """
    names = tuple(queue.name for queue in queues)
    if names != forecast.queues:
        raise ValueError(f"queues must be those of the forecast in its order, {forecast.queues}; found {names}")
    items = forecast.mean().reshape(len(queues), whole_weeks(forecast), -1).sum(axis=2)
    items[:, 0] += [queue.backlog_items for queue in queues]
    return np.asarray(items * np.array([queue.work_hours_per_item for queue in queues])[:, None])
