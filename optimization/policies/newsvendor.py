"""The newsvendor of each queue: hours up to where one more costs as much as the lateness that it saves."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from capacity import ReviewQueue, ReviewTeam
from capacity.requirement import skill_matrix
from capacity.workload import whole_weeks
from forecasting import VolumeForecast
from optimization.policies.heads_for_hours import heads_for_hours

FloatArray = NDArray[np.float64]


def newsvendor(
    forecast: VolumeForecast,
    queues: Sequence[ReviewQueue],
    teams: Sequence[ReviewTeam],
    *,
    late_cost_usd: float,
) -> FloatArray:
    r"""Heads for a quantile of each queue's work in each week.

    Parameters
    ----------
    forecast
        Joint sample paths over whole weeks.
    queues, teams
        The queues are those of the forecast, in its order.
    late_cost_usd : float
        Worth of deciding one item of severity 1 in time. [USD]

    Returns
    -------
    ndarray of shape (n_teams, n_weeks)
        [heads]

    Raises
    ------
    ValueError
        If the worth is not above 0, or no team serves a queue.

    Notes
    -----
    An hour too few leaves :math:`1/w` items of severity :math:`s` late, at :math:`c_u = p s / w - c`; one too many is
    paid for nothing, at :math:`c_o = c`, the cost of an hour of work of the cheapest team. The best number of hours is
    the quantile :math:`c_u / (c_u + c_o)` of the work of the week [1]_: the critical fractile. Where lateness costs
    less than work, nobody is staffed. What is missed: late work waits on into the next week, and teams are shared.

    References
    ----------
    .. [1] K. J. Arrow, T. Harris, J. Marschak, "Optimal inventory policy", Econometrica 19(3), 250-272, 1951.

    Examples
    --------
    >>> import pandas as pd
    >>> from capacity import ServiceTarget
    >>> from forecasting import VolumeHistory, forecast_volumes
    >>> days = pd.date_range("2026-01-05", periods=70)
    >>> frame = pd.DataFrame({"queue": "ads", "date": days, "items": [180, 260] * 35})
    >>> forecast = forecast_volumes(VolumeHistory.from_frame(frame), horizon=28, n_paths=20)
    >>> queue = ReviewQueue(name="ads", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=48))
    >>> team = ReviewTeam(name="a", site="x", kind="in_house", heads=5, shrinkage=0.25, skills={"ads": 1.0},
    ...                   cost_usd_per_head_week=900, hire_lead_weeks=1, ramp_weeks=1)
    >>> newsvendor(forecast, [queue], [team], late_cost_usd=20).round(1)
    array([[5.9, 7.1, 5.9, 6. ]])
    """
    if not 0.0 < late_cost_usd < np.inf:
        raise ValueError(f"late_cost_usd must be above 0; found {late_cost_usd!r}")
    n_weeks = whole_weeks(forecast)
    per_hour = np.array([team.cost_usd_per_head_week / team.productive_hours_per_head for team in teams])
    skill = skill_matrix(queues, teams)
    hours = np.zeros((len(queues), n_weeks))
    for row, queue in enumerate(queues):
        can = skill[:, row] > 0
        hour_usd = float((per_hour[can] / skill[can, row]).min())
        fractile = critical_fractile(late_cost_usd * queue.severity / queue.work_hours_per_item, hour_usd)
        items = forecast.arrivals[row].reshape(forecast.n_paths, n_weeks, -1).sum(axis=2)
        items[:, 0] += queue.backlog_items
        if fractile > 0:
            hours[row] = np.quantile(items, fractile, axis=0) * queue.work_hours_per_item
    return heads_for_hours(forecast, queues, teams, hours)


def critical_fractile(saved_usd: float, spent_usd: float) -> float:
    """Quantile of demand at which one more unit costs as much as it saves.

    Parameters
    ----------
    saved_usd : float
        What a unit saves where it is needed. [USD]
    spent_usd : float
        What a unit costs, needed or not. [USD]

    Returns
    -------
    float
        From 0, where it never pays, to below 1. [-]

    Examples
    --------
    >>> critical_fractile(100.0, 25.0), critical_fractile(20.0, 25.0)
    (0.75, 0.0)
    """
    return max(0.0, 1.0 - spent_usd / saved_usd) if saved_usd > 0 else 0.0
