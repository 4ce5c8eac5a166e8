"""What service a capacity gives: on-time items and backlog by queue and path."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from capacity.erlang_arguments import checked
from capacity.path_service import PathService, of_paths
from capacity.queue import ReviewQueue
from forecasting import VolumeForecast

FloatArray = NDArray[np.float64]

# A deadline is cut into at least this many steps where the step can be that short.
STEPS_PER_DEADLINE = 4
STEPS_HOURS = (24, 12, 8, 6, 4, 3, 2, 1)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ServiceOutcome:
    """Service of every queue on every path.

    Attributes
    ----------
    queues
        The queues, in the order of the first axis.
    due, on_time : ndarray of shape (n_queues, n_paths)
        Items whose deadline falls inside the horizon, and those of them decided in time. [items]
    backlog_end : ndarray of shape (n_queues, n_paths)
        Items waiting when the horizon ends. [items]

    Raises
    ------
    ValueError
        If the arrays are not of one shape, with a row a queue.

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
    >>> from capacity.performance import expected_service
    >>> outcome = expected_service(forecast, [spam], [team])
    >>> outcome.on_time_share.shape, outcome.probability_all_met
    ((1, 20), 1.0)
    """

    queues: tuple[ReviewQueue, ...]
    due: FloatArray
    on_time: FloatArray
    backlog_end: FloatArray

    def __post_init__(self) -> None:
        for name in ("due", "on_time", "backlog_end"):
            value = getattr(self, name)
            if value.shape != self.due.shape or value.shape[0] != len(self.queues):
                raise ValueError(f"{name} must have shape (queues, paths); it has {value.shape}")
            value.setflags(write=False)

    @property
    def late(self) -> FloatArray:
        """Items due inside the horizon and not decided in time, of shape (n_queues, n_paths) [items]."""
        return self.due - self.on_time

    @property
    def on_time_share(self) -> FloatArray:
        """On-time share, of shape (n_queues, n_paths); 1 where nothing was due [-]."""
        return np.divide(self.on_time, self.due, out=np.ones_like(self.due), where=self.due > 0)

    @property
    def probability_met(self) -> FloatArray:
        """Share of paths on which each queue meets its target, of shape (n_queues,) [-]."""
        targets = np.array([queue.target.share for queue in self.queues])
        return np.asarray((self.on_time_share >= targets[:, None]).mean(axis=1))

    @property
    def probability_all_met(self) -> float:
        """Share of paths on which every queue meets its target [-]."""
        targets = np.array([queue.target.share for queue in self.queues])
        return float((self.on_time_share >= targets[:, None]).all(axis=0).mean())

    def weighted_share(self) -> FloatArray:
        """On-time share over all queues on each path, weighted by severity and the items due.

        Returns
        -------
        ndarray of shape (n_paths,)
            1 where nothing was due. [-]
        """
        severity = np.array([queue.severity for queue in self.queues])[:, None]
        due = (severity * self.due).sum(axis=0)
        share = np.divide((severity * self.on_time).sum(axis=0), due, out=np.ones_like(due), where=due > 0)
        return np.asarray(share)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a queue: target, on-time share (mean, P10, P90), P(target met) and backlog at the end."""
        low, high = np.quantile(self.on_time_share, [0.1, 0.9], axis=1)
        return pd.DataFrame(
            {
                "queue": [queue.name for queue in self.queues],
                "target_share": [queue.target.share for queue in self.queues],
                "target_hours": [queue.target.within_hours for queue in self.queues],
                "on_time_share_mean": self.on_time_share.mean(axis=1),
                "on_time_share_p10": low,
                "on_time_share_p90": high,
                "probability_target_met": self.probability_met,
                "items_due_mean": self.due.mean(axis=1),
                "late_items_mean": self.late.mean(axis=1),
                "backlog_end_items": self.backlog_end.mean(axis=1),
            }
        )


def step_hours(queue: ReviewQueue) -> int:
    """Length of the steps that a queue is modelled in: a whole part of a day and a fraction of its deadline [h].

    Parameters
    ----------
    queue
        Live or deferred.

    Returns
    -------
    int
        1 for live queues; for deferred ones the longest of 1, 2, 3, 4, 6, 8, 12 and 24 that is at most a quarter of the
        deadline. [h]

    Examples
    --------
    >>> from capacity.queue import ServiceTarget
    >>> step_hours(ReviewQueue(name="q", handle_minutes=2, target=ServiceTarget(share=0.9, within_hours=24)))
    6
    """
    if queue.is_live:
        return 1
    longest = queue.target.within_hours / STEPS_PER_DEADLINE
    return next((step for step in STEPS_HOURS if step <= longest), 1)


def arrivals_by_step(forecast: VolumeForecast, row: int, hours: int) -> FloatArray:
    """Arrivals of one queue in steps of some hours, even within each period of the forecast.

    Parameters
    ----------
    forecast
        Joint sample paths.
    row : int
        Which queue.
    hours : int
        Length of a step; it divides the horizon. [h]

    Returns
    -------
    ndarray of shape (n_paths, n_steps)
        Sums to the arrivals of the forecast. [items]

    Examples
    --------
    >>> import pandas as pd
    >>> from capacity.performance import arrivals_by_step
    >>> from forecasting import VolumeHistory, forecast_volumes
    >>> dates = pd.date_range("2026-01-05", periods=56)
    >>> history = VolumeHistory.from_frame(pd.DataFrame({"queue": "spam", "date": dates, "items": 240}))
    >>> forecast = forecast_volumes(history, 14, n_paths=20)
    >>> by_step = arrivals_by_step(forecast, 0, 6)
    >>> by_step.shape, bool(np.isclose(by_step.sum(), forecast.arrivals.sum()))
    ((20, 56), True)
    """
    paths = forecast.arrivals[row]
    period = forecast.frequency.period_hours
    if period >= hours:
        per_period = round(period / hours)
        return np.repeat(paths / per_period, per_period, axis=1)
    return np.asarray(paths.reshape(paths.shape[0], -1, round(hours / period)).sum(axis=2))


def queue_service(
    queue: ReviewQueue,
    arrivals: ArrayLike,
    capacity_hours: ArrayLike,
    work_factor: ArrayLike = 1.0,
    *,
    counted_hours: float = 24.0,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Service of one queue on paths, by the model that its target calls for.

    Parameters
    ----------
    queue
        Its target decides between the two models, see Notes.
    arrivals : array_like of shape (..., n_paths, n_steps)
        Items that arrive in each step of `step_hours(queue)`; of shape (n_steps,) for one path. [items]
    capacity_hours : array_like of shape (..., n_paths or 1, n_steps), broadcast against `arrivals`
        Productive hours given to the queue in each step. [h]
    work_factor : array_like, broadcast against `arrivals`
        Work of an item relative to `queue.work_hours_per_item`. [-]
    counted_hours : float
        Length of the periods for which the paths hold counts, chance included, and within which they are even:
        that of the forecast. [h]

    Returns
    -------
    due, on_time, backlog_end : ndarray of shape (..., n_paths)
        See `ServiceOutcome`. [items]

    Raises
    ------
    ValueError
        If `counted_hours` or a work factor is not above 0, or arrivals or hours are negative.

    Notes
    -----
    Each path is one possible future: besides what it counts it draws when items come within a counted period and how
    long they take (`capacity.chance_flow`), the same at every capacity. A deferred queue is on time where its
    completions say so; an item is decided a handling time after it is begun. A live queue (`ReviewQueue.is_live`)
    takes the backlog with which its path enters each hour, and the expectation of what chance does within the hour
    (`capacity.short_target`), of which the Erlang C formula is the steady state.

    For large volumes both are the flow without chance. More capacity is never worse.

    Examples
    --------
    Two weeks of 10 items an hour, a tenth of an hour each, with hours for twice as many:

    >>> from capacity import ReviewQueue, ServiceTarget
    >>> from capacity.performance import queue_service, step_hours
    >>> spam = ReviewQueue(name="spam", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=24))
    >>> step = step_hours(spam)
    >>> n_steps = 336 // step
    >>> due, on_time, _ = queue_service(spam, np.full(n_steps, 10.0 * step), np.full(n_steps, 2.0 * step))
    >>> bool(on_time == due)
    True
    """
    if not counted_hours > 0:
        raise ValueError(f"counted_hours must be above 0; found {counted_hours!r}")
    came, given = checked("arrivals", arrivals), checked("capacity_hours", capacity_hours)
    factor = checked("work_factor", work_factor, positive=True)
    shape = np.broadcast_shapes(came.shape, given.shape, factor.shape)
    full = shape if len(shape) > 1 else (1, *shape)
    came, given, factor = (
        value.reshape(*(1,) * (len(full) - value.ndim), *value.shape) for value in (came, given, factor)
    )
    given = given / (queue.work_hours_per_item * factor)
    path = PathService.of(queue, step_hours(queue), full[-2], full[-1], counted_hours)
    service = np.empty((3, *full[:-1]))
    sets = list(np.ndindex(*full[:-2]))
    # What comes is alike for all sets of staff along the axes that it does not have.
    for volume in np.ndindex(*came.shape[:-2]):
        alike = [place for place in sets if _within(place, came.shape[:-2]) == volume]
        for paths, served in path.blocks(came[volume]):
            for place in alike:
                capacity = of_paths(given[_within(place, given.shape[:-2])], paths)
                handle_factor = float(factor[_within(place, factor.shape[:-2])].mean())
                service[(slice(None), *place, paths)] = served.service(capacity, handle_factor)
    due, on_time, backlog = service.reshape(3, *shape[:-1])
    return due, on_time, backlog


def _within(place: tuple[int, ...], axes: tuple[int, ...]) -> tuple[int, ...]:
    """Place in an array some of whose leading axes have length 1 and stand for all."""
    return tuple(at if length > 1 else 0 for at, length in zip(place, axes, strict=True))
