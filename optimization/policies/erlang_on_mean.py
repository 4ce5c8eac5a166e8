"""Erlang C on the mean forecast, hour by hour: what a contact-centre spreadsheet staffs."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from capacity import ReviewQueue, ReviewTeam
from capacity.erlang import servers_required
from capacity.performance import arrivals_by_step, step_hours
from capacity.workload import whole_weeks
from forecasting import VolumeForecast
from optimization.policies.heads_for_hours import heads_for_hours

FloatArray = NDArray[np.float64]

# Erlang's share is below 1 for any number of servers.
MOST_SHARE = 0.9999


def erlang_on_mean(forecast: VolumeForecast, queues: Sequence[ReviewQueue], teams: Sequence[ReviewTeam]) -> FloatArray:
    r"""Heads for the servers that Erlang C asks for each queue at its mean load.

    Parameters
    ----------
    forecast
        Joint sample paths over whole weeks, of which only the mean is used.
    queues, teams
        The queues are those of the forecast, in its order.

    Returns
    -------
    ndarray of shape (n_teams, n_weeks)
        [heads]

    Raises
    ------
    ValueError
        If the queues are not those of the forecast, or no team serves one of them.

    Notes
    -----
    In each step of the forecast, as `capacity.performance` cuts it, a queue of mean arrivals :math:`\lambda` and work
    :math:`w` an item has :math:`\lambda w` erlangs, and gets the fewest servers with
    :math:`P(W \le T) = 1 - C(n, a) e^{-(n - a) T / w}` at its target share (`capacity.erlang` has the sources). The
    hours of a week are the sum over its steps. What is missed: the forecast may be wrong, and what is late waits on.

    Examples
    --------
    >>> import pandas as pd
    >>> from capacity import ServiceTarget
    >>> from forecasting import VolumeHistory, forecast_volumes
    >>> days = pd.date_range("2026-01-05", periods=70)
    >>> frame = pd.DataFrame({"queue": "ads", "date": days, "items": [180, 260] * 35})
    >>> forecast = forecast_volumes(VolumeHistory.from_frame(frame), horizon=28, n_paths=500)
    >>> queue = ReviewQueue(name="ads", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=48))
    >>> team = ReviewTeam(name="a", site="x", kind="in_house", heads=5, shrinkage=0.25, skills={"ads": 1.0},
    ...                   cost_usd_per_head_week=900, hire_lead_weeks=1, ramp_weeks=1)
    >>> erlang_on_mean(forecast, [queue], [team]).round(1)
    array([[5.6, 5.6, 5.6, 5.6]])
    """
    n_weeks = whole_weeks(forecast)
    hours = np.zeros((len(queues), n_weeks))
    for row, queue in enumerate(queues):
        step = step_hours(queue)
        items_per_hour = arrivals_by_step(forecast, row, step).mean(axis=0) / step
        load = items_per_hour * queue.work_hours_per_item
        busy = load > 0
        servers = np.zeros(load.size)
        servers[busy] = servers_required(
            load[busy],
            target=min(queue.target.share, MOST_SHARE),
            wait_limit=queue.target.within_hours / queue.work_hours_per_item,
        )
        hours[row] = (servers * step).reshape(n_weeks, -1).sum(axis=1)
    return heads_for_hours(forecast, queues, teams, hours)
