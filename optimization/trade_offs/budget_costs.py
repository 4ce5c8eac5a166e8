"""What every request takes of the budget of each week, month, cost centre or owner."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimization.case import PlanningCase
from optimization.cost_line import lines_of
from optimization.cost_schedule import Period, cost_schedule

FloatArray = NDArray[np.float64]
NamedCosts = tuple[tuple[str, ...], FloatArray]


def cost_by_period(case: PlanningCase, by: Period | str = Period.MONTH) -> NamedCosts:
    """Cost of every request by week of the plan, or by calendar month.

    Parameters
    ----------
    case
        The requests, with their costs in USD.
    by
        Week or month.

    Returns
    -------
    names : tuple of str
        First days of the weeks, such as "2026-10-05", or months, such as "2026-10".
    cost : ndarray of shape (n_periods, n_requests)
        Of requests in full: the `cost_usd` of `select_under_budgets`. What requests state by month or in another
        currency is booked on the first day of each week. [USD]

    Examples
    --------
    A plan of one week, from 2 February 2026 on.

    >>> from optimization import sample_case
    >>> cost_by_period(sample_case(three=(3, 2700), nine=(9, 8100)), by="week")
    (('2026-02-02',), array([[2700., 8100.]]))
    """
    start = np.datetime64(case.forecast.period_start[0], "D")
    days = start + np.arange(7 * case.n_weeks)
    unit = "D" if Period(by) is Period.WEEK else "M"
    labels = days[::7] if unit == "D" else np.unique(days.astype("datetime64[M]"))
    cost = np.zeros((len(labels), len(case.requests)))
    for column, request in enumerate(case.requests):
        schedule = cost_schedule(lines_of(request), start=start, n_weeks=case.n_weeks, by=by)
        place = np.searchsorted(labels, schedule.period_start.astype(f"datetime64[{unit}]"))
        np.add.at(cost[:, column], place, schedule.usd_cents / 100)
    return tuple(str(label) for label in labels), cost


def cost_by_centre(case: PlanningCase) -> NamedCosts:
    """Cost of every request by the cost centre that is charged.

    Parameters
    ----------
    case
        The requests, with their costs in USD.

    Returns
    -------
    names : tuple of str
        Cost centres in the order of the requests; blank for costs without one.
    cost : ndarray of shape (n_centres, n_requests)
        Of requests in full: the `cost_usd` of `select_under_budgets`. [USD]

    Examples
    --------
    Caps on two cost centres, none on a third:

    >>> import pandas as pd
    >>> from capacity import ReviewQueue, ReviewTeam, ServiceTarget
    >>> from forecasting import VolumeHistory, forecast_volumes
    >>> from optimization import Effect, OpexRequest, planning_case
    >>> days = pd.date_range("2026-01-05", periods=28)
    >>> history = VolumeHistory.from_frame(pd.DataFrame({"queue": "ads", "date": days, "items": 60}))
    >>> queue = ReviewQueue(name="ads", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=24))
    >>> team = ReviewTeam(name="a", site="x", kind="vendor", heads=0, shrinkage=0.25, skills={"ads": 1.0},
    ...                   cost_usd_per_head_week=900)
    >>> def ask(name, n, usd, centre):
    ...     seats = Effect(kind="seats", team="a", low=n, mode=n, high=n)
    ...     return OpexRequest(name=name, title=f"{n} seats", owner="Ops", effects=(seats,), weekly_usd=usd,
    ...                        cost_centre=centre)
    >>> asks = [ask("three", 3, 2700, "4100"), ask("nine", 9, 8100, "4200"), ask("one", 1, 900, "")]
    >>> case = planning_case(forecast_volumes(history, 7, n_paths=5), [queue], [team], asks)
    >>> names, cost = cost_by_centre(case)
    >>> capped = [names.index(name) for name in ("4100", "4200")]
    >>> cost[capped].tolist()
    [[2700.0, 0.0, 0.0], [0.0, 8100.0, 0.0]]
    """
    start = np.datetime64(case.forecast.period_start[0], "D")
    by_request = [
        cost_schedule(lines_of(request), start=start, n_weeks=case.n_weeks, by=Period.WEEK) for request in case.requests
    ]
    names = tuple(dict.fromkeys(centre for schedule in by_request for centre in schedule.cost_centre))
    cost = np.zeros((len(names), len(by_request)))
    for column, schedule in enumerate(by_request):
        for centre, cents in zip(schedule.cost_centre, schedule.usd_cents, strict=True):
            cost[names.index(centre), column] += cents / 100
    return names, np.round(cost, 2)


def cost_by_owner(case: PlanningCase) -> NamedCosts:
    """Cost of every request by who asks for it.

    Parameters
    ----------
    case
        The requests, with their costs in USD.

    Returns
    -------
    names : tuple of str
        Owners in the order of the requests.
    cost : ndarray of shape (n_owners, n_requests)
        Of requests in full: the `cost_usd` of `select_under_budgets`. [USD]

    Examples
    --------
    >>> from optimization import sample_case
    >>> cost_by_owner(sample_case(three=(3, 2700), nine=(9, 8100)))
    (('Ops',), array([[2700., 8100.]]))
    """
    owners = tuple(dict.fromkeys(request.owner for request in case.requests))
    full = np.array([request.cost_usd(case.n_weeks) for request in case.requests])
    of_owner = np.array([[request.owner == owner for request in case.requests] for owner in owners])
    return owners, full * of_owner.reshape(len(owners), len(case.requests))
