"""Service of one queue on paths with chance in them: a rule by step, or completions against deadlines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capacity.chance_flow import ChanceArrivals, ChanceDraws
from capacity.queue import ReviewQueue
from capacity.short_target import ShortTarget, late_at_least_by_step, on_time_by_step
from capacity.turnaround.flow import CumulativeFlow, with_backlog

FloatArray = NDArray[np.float64]

# Paths are served in blocks of so many cells: their arrays then stay in the second-level cache.
BLOCK_CELLS = 32_768
# Sums in two orders differ in their last bits, by less than this; that makes no item late, and none on time twice.
ROUNDING = 1e-12


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class PathService:
    """Service of one queue on paths, for one set of staff after another.

    Attributes
    ----------
    queue
        What is promised.
    step : int
        Length of a step. [h]
    backlog_steps : float
        Age of the oldest item at the start. [steps]
    draws
        Chance by path and step, the same for all sets.
    counts : int ndarray
        The count that each step belongs to.
    """

    queue: ReviewQueue
    step: int
    backlog_steps: float
    draws: ChanceDraws
    counts: NDArray[np.intp]

    @classmethod
    def of(cls, queue: ReviewQueue, step: int, n_paths: int, n_steps: int, counted_hours: float) -> PathService:
        """Return the model of a queue.

        Parameters
        ----------
        queue
            What is promised, and what waits at the start.
        step : int
            Length of a step. [h]
        n_paths, n_steps : int
            Paths, and steps of the horizon.
        counted_hours : float
            Paths hold what comes in every so many hours. [h]

        Returns
        -------
        PathService
        """
        age = queue.backlog_age_hours / step if queue.backlog_items > 0 else 0.0
        before = int(np.ceil(age))
        # What waits at the start is known step by step.
        counts = np.floor(np.arange(n_steps) * min(step / counted_hours, 1.0) + 1e-9)
        return cls(
            queue=queue,
            step=step,
            backlog_steps=age,
            draws=ChanceDraws.of(queue.name, n_paths, before + n_steps),
            counts=np.concatenate([np.arange(before), before + counts]).astype(np.intp),
        )

    def blocks(self, arrivals: FloatArray) -> Iterator[tuple[slice, ServedPaths]]:
        """Yield the paths a few at a time, ready for one set of staff after another.

        Parameters
        ----------
        arrivals : ndarray of shape (n_paths or 1, n_steps)
            Items that arrive. [items]

        Yields
        ------
        paths : slice
            Which paths.
        served
            What serves them. What is alike for all sets of staff is computed here, once.
        """
        n_paths, n_steps = self.draws.dip.shape
        rows = max(1, BLOCK_CELLS // n_steps)
        every = np.broadcast_to(arrivals, (n_paths, arrivals.shape[-1]))
        for start in range(0, n_paths, rows):
            paths = slice(start, start + rows)
            yield paths, self._of_paths(every[paths], self.draws.some(paths))

    def flow(self, arrivals: FloatArray, capacity: FloatArray) -> CumulativeFlow:
        """Return the flow with chance through one capacity, from the oldest backlog on.

        Parameters
        ----------
        arrivals, capacity : ndarray of shape (n_paths or 1, n_steps)
            Items that arrive, and that could be decided. [items]

        Returns
        -------
        CumulativeFlow
        """
        every = np.broadcast_to(arrivals, (self.draws.dip.shape[0], arrivals.shape[-1]))
        return self._of_paths(every, self.draws).flow(capacity)

    def _of_paths(self, arrivals: FloatArray, draws: ChanceDraws) -> ServedPaths:
        queue = self.queue
        came, _ = with_backlog(arrivals, arrivals[:0], queue.backlog_items, self.backlog_steps)
        spread = handling_variance(queue)
        return ServedPaths(
            queue=queue,
            step=self.step,
            first=came.shape[-1] - arrivals.shape[-1],
            came=ChanceArrivals.of(came, draws, handling_variance=spread, counts=self.counts),
        )


def of_paths(values: FloatArray, paths: slice) -> FloatArray:
    """Return some paths of an array.

    Parameters
    ----------
    values : ndarray of shape (..., n_paths or 1, n)
        [any unit]
    paths : slice
        Which paths.

    Returns
    -------
    ndarray of shape (..., n_chosen or 1, n)
        One path where it stands for all.
    """
    return values if values.shape[-2] == 1 else values[..., paths, :]


def handling_variance(queue: ReviewQueue) -> float:
    """Variance of the work of an item over its mean squared: that of its reviews, shared among them [-]."""
    reviews = queue.work_hours_per_item / (queue.handle_minutes / 60.0)
    return queue.handle_cv**2 / reviews


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ServedPaths:
    """Some paths of a queue, ready to be served by one set of staff after another.

    Attributes
    ----------
    queue
        What is promised.
    step : int
        Length of a step. [h]
    first : int
        Steps before the horizon, in which the backlog of the start came.
    came
        Arrivals with chance, from the oldest backlog on.
    """

    queue: ReviewQueue
    step: int
    first: int
    came: ChanceArrivals

    def flow(self, capacity: FloatArray) -> CumulativeFlow:
        """Return the flow through a capacity.

        Parameters
        ----------
        capacity : ndarray of shape (n_paths or 1, n_steps)
            Items that could be decided in each step. [items]

        Returns
        -------
        CumulativeFlow
            From the oldest backlog on.
        """
        return self.came.served(self._from_backlog_on(capacity))

    def service(self, capacity: FloatArray, handle_factor: float = 1.0) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Items due, on time and left at the end, by path.

        Parameters
        ----------
        capacity : ndarray of shape (n_paths or 1, n_steps)
            Items that could be decided in each step. [items]
        handle_factor : float
            Mean handling time relative to that of the queue. [-]

        Returns
        -------
        due, on_time, backlog_end : ndarray of shape (n_paths,)
            See `capacity.ServiceOutcome`. [items]
        """
        queue, could = self.queue, self._from_backlog_on(capacity)
        flow = self.came.served(could)
        short = self._short_target(handle_factor)
        due = flow.due_items(short.target_steps, first_step=self.first)
        if queue.is_live:
            in_time = flow.arrivals * on_time_by_step(flow.arrivals, could, flow.backlog[..., :-1], short)
            on_time = (in_time * _due_share(in_time.shape[-1], self.first, short.target_steps)).sum(axis=-1)
        else:
            # Begun a handling time before the deadline; counted on the items that this looks at.
            started = short.target_steps - short.handle_steps
            looked_at = flow.due_items(started, first_step=self.first)
            begun = flow.on_time_items(started, first_step=self.first)
            on_time = due * np.divide(begun, looked_at, out=np.ones_like(due), where=looked_at > 0)
        on_time = np.where(on_time < due * (1.0 - ROUNDING), on_time, due)
        return due, on_time, flow.arrived[..., -1] - flow.decided[..., -1]

    def late_at_least(self, most_capacity: FloatArray, handle_factor: float = 1.0) -> FloatArray:
        """Items of a live queue that are late under every capacity that is nowhere above a given one.

        Parameters
        ----------
        most_capacity : ndarray of shape (n_paths or 1, n_steps)
            The most items that could be decided in each step. [items]
        handle_factor : float
            Mean handling time relative to that of the queue. [-]

        Returns
        -------
        ndarray of shape (n_paths,)
            A lower bound (`capacity.short_target.late_at_least_by_step`). [items]
        """
        could = self._from_backlog_on(most_capacity)
        flow, short = self.came.served(could), self._short_target(handle_factor)
        late = late_at_least_by_step(flow.arrivals, could, flow.backlog[..., :-1], short)
        due_share = _due_share(late.shape[-1], self.first, short.target_steps)
        return np.asarray((late * flow.arrivals * due_share).sum(axis=-1))

    def _short_target(self, handle_factor: float) -> ShortTarget:
        handle_hours = self.queue.handle_minutes / 60.0
        return ShortTarget(
            target_steps=self.queue.target.within_hours / self.step,
            handle_steps=handle_hours * handle_factor / self.step,
            reviews_per_item=self.queue.work_hours_per_item / handle_hours,
            handle_cv=self.queue.handle_cv,
        )

    def _from_backlog_on(self, capacity: FloatArray) -> FloatArray:
        """Nobody decides anything before the horizon."""
        return np.concatenate([np.zeros((capacity.shape[0], self.first)), capacity], axis=-1)


def _due_share(n_steps: int, first: int, target_steps: float) -> FloatArray:
    """Share of each step's arrivals whose deadline falls inside the horizon, which starts at step `first`."""
    steps = np.arange(n_steps)
    due_by_end, due_before = (np.clip(node - target_steps - steps, 0.0, 1.0) for node in (n_steps, first))
    return np.asarray(due_by_end - due_before)
