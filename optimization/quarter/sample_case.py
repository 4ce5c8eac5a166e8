"""The smallest planning case that is worth a look: one queue, one team, and asks for seats."""

from __future__ import annotations

import pandas as pd

from capacity import ReviewQueue, ReviewTeam, ServiceTarget, TeamKind
from forecasting import VolumeHistory, forecast_volumes
from optimization.case import PlanningCase
from optimization.effect import Effect, EffectKind
from optimization.quarter.plan import planning_case
from optimization.request import OpexRequest


def sample_case(**asks: tuple[float, float]) -> PlanningCase:
    """Make a planning case to try things on: a week of one queue that nobody serves yet, and asks for seats.

    Parameters
    ----------
    **asks : tuple of float
        By name of the request: the seats that it adds [seats] and what they cost [USD/week]. Without any, one ask,
        `three`, for three seats at 2,700 USD a week.

    Returns
    -------
    PlanningCase
        Of the queue `ads`, with 60 items of six minutes a day of which 90% are due within a day: 42 hours of work a
        week. A seat of the team `a` gives 30 hours. All figures are made up.

    See Also
    --------
    forecasting.sample_history : Generated volumes of twelve queues.

    Examples
    --------
    >>> from optimization import find_frontier, sample_case, value_all_blocks
    >>> case = sample_case(one=(1, 900), two=(2, 1800))
    >>> [request.title for request in case.requests]
    ['1 seats', '2 seats']
    >>> find_frontier(value_all_blocks(case)).at_budget(2000).funded
    ('two',)
    """
    dates = pd.date_range("2026-01-05", periods=28)
    history = VolumeHistory.from_frame(pd.DataFrame({"queue": "ads", "date": dates, "items": 60}))
    queue = ReviewQueue(name="ads", handle_minutes=6.0, target=ServiceTarget(share=0.9, within_hours=24.0))
    team = ReviewTeam(
        name="a",
        site="x",
        kind=TeamKind.VENDOR,
        heads=0.0,
        shrinkage=0.25,
        skills={"ads": 1.0},
        cost_usd_per_head_week=900.0,
    )
    requests = [
        OpexRequest(
            name=name,
            title=f"{seats:g} seats",
            owner="Ops",
            effects=(Effect(kind=EffectKind.SEATS, team="a", low=seats, mode=seats, high=seats),),
            weekly_usd=usd,
        )
        for name, (seats, usd) in (asks or {"three": (3.0, 2700.0)}).items()
    ]
    return planning_case(forecast_volumes(history, 7, n_paths=5), [queue], [team], requests)
