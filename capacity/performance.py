"""What service a capacity gives: on-time items and backlog by queue and path."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from capacity.erlang import service_level
from capacity.queue import ReviewQueue
from capacity.turnaround import CumulativeFlow, with_backlog
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
        """On-time share by queue and path; 1 where nothing was due [-]."""
        return np.divide(self.on_time, self.due, out=np.ones_like(self.due), where=self.due > 0)

    @property
    def probability_met(self) -> FloatArray:
        """Share of paths on which each queue meets its target, of shape (n_queues,) [-]."""
        targets = np.array([queue.target.share for queue in self.queues])
        return np.asarray((self.on_time_share >= targets[:, None]).mean(axis=1))

    def weighted_share(self) -> FloatArray:
        """Return the on-time share over all queues, weighted by severity and volume, by path [-]."""
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
    """
    paths = forecast.arrivals[row]
    period = forecast.frequency.period_hours
    if period >= hours:
        per_period = round(period / hours)
        return np.repeat(paths / per_period, per_period, axis=1)
    return np.asarray(paths.reshape(paths.shape[0], -1, round(hours / period)).sum(axis=2))


def queue_service(
    queue: ReviewQueue, arrivals: ArrayLike, capacity_hours: ArrayLike, work_factor: ArrayLike = 1.0
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Service of one queue, by the model that its target calls for.

    Parameters
    ----------
    queue
        Its target decides: an Erlang model for a live queue, the backlog model for a deferred one.
    arrivals : array_like of shape (..., n_steps)
        Items that arrive in each step of `step_hours(queue)`. [items]
    capacity_hours : array_like of shape (..., n_steps), broadcast against `arrivals`
        Productive hours given to the queue in each step. [h]
    work_factor : array_like, broadcast against `arrivals`
        Work of an item relative to `queue.work_hours_per_item`. [-]

    Returns
    -------
    due, on_time, backlog_end : ndarray of shape (...)
        See `ServiceOutcome`. [items]

    Notes
    -----
    A live queue takes each hour by itself (stationary, independent, period by period): work that an overloaded
    hour leaves over is late in that hour and does not burden the next. An item counts as on time when it starts
    early enough for a mean handling time before the deadline.
    """
    hours = step_hours(queue)
    arrived = np.asarray(arrivals, dtype=np.float64)
    given = np.asarray(capacity_hours, dtype=np.float64)
    factor = np.asarray(work_factor, dtype=np.float64)
    could = given / (queue.work_hours_per_item * factor)
    if queue.is_live:
        arrived = arrived + np.where(np.arange(arrived.shape[-1]) == 0, queue.backlog_items, 0.0)
        on_time = (arrived * _live_level(queue, arrived, given, factor)).sum(axis=-1)
        due = arrived.sum(axis=-1)
        backlog = CumulativeFlow.of(arrived, could).backlog[..., -1]
    else:
        age_steps = int(np.ceil(queue.backlog_age_hours / hours)) if queue.backlog_items > 0 else 0
        flow = CumulativeFlow.of(*with_backlog(arrived, could, queue.backlog_items, age_steps))
        deadline = queue.target.within_hours / hours
        on_time = flow.on_time_items(deadline, first_step=age_steps)
        due = flow.due_items(deadline, first_step=age_steps)
        backlog = flow.backlog[..., -1]
    # Sums in two orders differ in the last bits; an on-time share is never above 1.
    due = np.broadcast_to(due, on_time.shape)
    return due, np.minimum(on_time, due), backlog


def _live_level(queue: ReviewQueue, arrived: FloatArray, given: FloatArray, factor: FloatArray) -> FloatArray:
    """Share of the arrivals of each hour that start early enough, by the Erlang model."""
    hours = step_hours(queue)
    load = arrived * queue.work_hours_per_item * factor / hours
    handle_hours = queue.handle_minutes / 60.0 * factor
    wait_limit = np.maximum(0.0, queue.target.within_hours / handle_hours - 1.0)
    return service_level(load, given / hours, wait_limit)
