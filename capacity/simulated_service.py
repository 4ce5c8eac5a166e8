"""The service that teams give to queues on every path of a forecast, item by item."""

import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from capacity.expected_service import checked_hours
from capacity.placement import whole_reviewers
from capacity.queue import ReviewQueue
from capacity.queue_service import ServiceOutcome
from capacity.requirement import skill_matrix
from capacity.simulation import Routing, SimulatedQueues, SimulatedTeams, simulate_service
from capacity.supply.present_hours import WEEK_HOURS, open_hours, team_hours
from capacity.team import ReviewTeam
from capacity.workload.work_hours import whole_weeks
from forecasting import VolumeForecast

FloatArray = NDArray[np.float64]

# Sets the draws of arrival times apart from every other use of a queue's name.
ARRIVAL_STREAM = 9


def simulated_service(
    forecast: VolumeForecast,
    queues: Sequence[ReviewQueue],
    teams: Sequence[ReviewTeam],
    *,
    allocation: ArrayLike | None = None,
    seed: int = 0,
    executor: Executor | None = None,
) -> ServiceOutcome:
    """Service of every queue on every path by simulation, each queue with the hours allocated to it.

    Parameters
    ----------
    forecast
        Joint sample paths over whole weeks.
    queues, teams
        The queues are those of the forecast, in its order.
    allocation : array_like of shape (n_teams, n_queues, n_weeks), optional
        Productive hours that each team gives to each queue; those of `capacity.fair_hours` if None. [h]
    seed : int
        Fixes when items come within their periods, and how long they take.
    executor : concurrent.futures.Executor, optional
        Simulates the paths; in this thread without. The result does not depend on it.

    Returns
    -------
    ServiceOutcome
        Of the same items as `capacity.expected_service`; the backlog at the end includes items under review.

    Raises
    ------
    ValueError
        As in `capacity.expected_service`.

    Notes
    -----
    On each path the items of a period come at independent times within it. Whole reviewers work in each hour
    (`capacity.placement.whole_reviewers`); at the end of a shift they finish the review in hand, which adds up to
    hours where a review takes a good part of a shift. An item takes `reviews_per_item` reviews, rounded, which may go
    on at once; checks and rework lengthen them. Handling times are gamma distributed.

    Examples
    --------
    >>> import pandas as pd
    >>> from capacity import ReviewQueue, ReviewTeam, ServiceTarget
    >>> from forecasting import VolumeHistory, forecast_volumes
    >>> dates = pd.date_range("2026-01-05", periods=56)
    >>> history = VolumeHistory.from_frame(pd.DataFrame({"queue": "spam", "date": dates, "items": 240}))
    >>> forecast = forecast_volumes(history, 14, n_paths=20)
    >>> spam = ReviewQueue(name="spam", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=24))
    >>> team = ReviewTeam(name="a", site="x", kind="in_house", heads=10, shrinkage=0.25, skills={"spam": 1.0},
    ...                   cost_usd_per_head_week=1000)
    >>> from capacity.performance import expected_service, simulated_service
    >>> simulated = simulated_service(forecast, [spam], [team])
    >>> bool((simulated.due == expected_service(forecast, [spam], [team]).due).all())
    True
    """
    given = checked_hours(forecast, queues, teams, allocation)
    skill = skill_matrix(queues, teams)
    coverage = _coverage(forecast, teams)
    hourly = np.repeat(given, WEEK_HOURS, axis=2) * coverage[:, None, :]
    pairs = [(int(team), int(queue)) for team, queue in np.argwhere(given.sum(axis=2) > 0)]
    # A queue that gets no hours needs somebody who is never there.
    pairs += [(int(np.argmax(skill[:, row])), row) for row in range(len(queues)) if not given[:, row].any()]
    staff = SimulatedTeams(
        names=tuple(f"{teams[team].name} on {queues[queue].name}" for team, queue in pairs),
        servers=np.stack([whole_reviewers(hourly[pair]) for pair in pairs]),
        skills=np.array([[queue == column for column in range(len(queues))] for _, queue in pairs]),
        speed=np.array([[max(skill[team, queue], 1e-9)] * len(queues) for team, queue in pairs]),
    )
    return _on_every_path(forecast, queues, staff, "priority", seed, executor)


def routed_service(
    forecast: VolumeForecast,
    queues: Sequence[ReviewQueue],
    teams: Sequence[ReviewTeam],
    *,
    routing: Routing,
    seed: int = 0,
    executor: Executor | None = None,
) -> ServiceOutcome:
    """Service of every queue on every path by simulation, where free reviewers turn to the queues by a rule.

    Parameters
    ----------
    forecast, queues, teams, seed, executor
        As in `simulated_service`.
    routing : {"priority", "earliest_deadline", "weighted"}
        As in `capacity.simulate_service`; the most severe queue has priority, and severity is the weight.

    Returns
    -------
    ServiceOutcome

    Raises
    ------
    ValueError
        As in `capacity.expected_service`.

    Examples
    --------
    >>> import pandas as pd
    >>> from capacity import ReviewQueue, ReviewTeam, ServiceTarget
    >>> from forecasting import VolumeHistory, forecast_volumes
    >>> dates = pd.date_range("2026-01-05", periods=56)
    >>> history = VolumeHistory.from_frame(pd.DataFrame({"queue": "spam", "date": dates, "items": 240}))
    >>> forecast = forecast_volumes(history, 14, n_paths=20)
    >>> spam = ReviewQueue(name="spam", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=24))
    >>> team = ReviewTeam(name="a", site="x", kind="in_house", heads=10, shrinkage=0.25, skills={"spam": 1.0},
    ...                   cost_usd_per_head_week=1000)
    >>> from capacity.performance import routed_service
    >>> outcome = routed_service(forecast, [spam], [team], routing="earliest_deadline")
    >>> outcome.probability_met
    array([1.])
    """
    checked_hours(forecast, queues, teams, None)
    skill = skill_matrix(queues, teams)
    hours = np.repeat(team_hours(teams, whole_weeks(forecast)), WEEK_HOURS, axis=1) * _coverage(forecast, teams)
    staff = SimulatedTeams(
        names=tuple(team.name for team in teams),
        servers=whole_reviewers(hours),
        skills=skill > 0,
        speed=np.where(skill > 0, skill, 1.0),
    )
    return _on_every_path(forecast, queues, staff, routing, seed, executor)


def _coverage(forecast: VolumeForecast, teams: Sequence[ReviewTeam]) -> FloatArray:
    return np.stack(
        [open_hours(team, forecast.period_start[0], whole_weeks(forecast), forecast.time_zone) for team in teams]
    )


def _on_every_path(
    forecast: VolumeForecast,
    queues: Sequence[ReviewQueue],
    staff: SimulatedTeams,
    routing: Routing,
    seed: int,
    executor: Executor | None,
) -> ServiceOutcome:
    paths = (_items_of_path(forecast, queues, path, seed) for path in range(forecast.n_paths))
    run = partial(_simulate_path, staff, routing, seed)
    found = list((map if executor is None else executor.map)(run, range(forecast.n_paths), paths))
    due, on_time, backlog = (np.stack(values, axis=1) for values in zip(*found, strict=True))
    return ServiceOutcome(queues=tuple(queues), due=due, on_time=on_time, backlog_end=backlog)


def _simulate_path(
    staff: SimulatedTeams, routing: Routing, seed: int, path: int, items: SimulatedQueues
) -> tuple[FloatArray, FloatArray, FloatArray]:
    # Each path draws its own handling times.
    path_seed = int(np.random.SeedSequence([seed, path]).generate_state(1)[0])
    outcome = simulate_service(items, staff, step_hours=1.0, n_replications=1, seed=path_seed, routing=routing)
    measures = (outcome.due[0], outcome.on_time[0], outcome.backlog_items[0, :, -1])
    due, on_time, backlog = (measure.astype(np.float64) for measure in measures)
    return due, on_time, backlog


def _items_of_path(forecast: VolumeForecast, queues: Sequence[ReviewQueue], path: int, seed: int) -> SimulatedQueues:
    reviews = np.array([max(1, round(queue.reviews_per_item)) for queue in queues])
    return SimulatedQueues(
        names=forecast.queues,
        handle_hours=np.array([queue.work_hours_per_item for queue in queues]) / reviews,
        handle_cv=np.array([queue.handle_cv for queue in queues]),
        handle_distribution="gamma",
        target_hours=np.array([queue.target.within_hours for queue in queues]),
        reviews_per_item=reviews,
        priority=-np.array([queue.severity for queue in queues]),
        weight=np.array([queue.severity for queue in queues]),
        arrival_hours=tuple(_arrival_hours(forecast, path, seed)),
        backlog_age_hours=tuple(_ages(queue) for queue in queues),
    )


def _arrival_hours(forecast: VolumeForecast, path: int, seed: int) -> Iterator[FloatArray]:
    period = forecast.frequency.period_hours
    for row, name in enumerate(forecast.queues):
        rng = np.random.default_rng([ARRIVAL_STREAM, seed, path, zlib.crc32(name.encode())])
        items = forecast.arrivals[row, path]
        # Paths may hold parts of items: these come with that probability.
        whole = np.floor(items + rng.random(items.size)).astype(np.int64)
        yield np.sort((np.repeat(np.arange(items.size), whole) + rng.random(whole.sum())) * period)


def _ages(queue: ReviewQueue) -> FloatArray:
    n_items = round(queue.backlog_items)
    return np.asarray((np.arange(n_items) + 0.5) / max(n_items, 1) * queue.backlog_age_hours)
