"""Service of one queue on paths with chance in them: a rule by step, or completions against deadlines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capacity.chance_flow import ChanceDraws, chance_items, flow_with_chance
from capacity.queue import ReviewQueue
from capacity.short_target import ShortTarget, on_time_by_step
from capacity.turnaround import CumulativeFlow, with_backlog

FloatArray = NDArray[np.float64]


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
    count_of_step : int ndarray
        The count that each step belongs to.
    """

    queue: ReviewQueue
    step: int
    backlog_steps: float
    draws: ChanceDraws
    count_of_step: NDArray[np.intp]

    @classmethod
    def of(cls, queue: ReviewQueue, step: int, n_paths: int, n_steps: int, counted_hours: float) -> PathService:
        """Return the model of a queue on paths that hold what comes in every `counted_hours` [h]."""
        age = queue.backlog_age_hours / step if queue.backlog_items > 0 else 0.0
        before = int(np.ceil(age))
        # What waits at the start is known step by step.
        counts = np.floor(np.arange(n_steps) * min(step / counted_hours, 1.0) + 1e-9)
        return cls(
            queue=queue,
            step=step,
            backlog_steps=age,
            draws=ChanceDraws.of(queue.name, n_paths, before + n_steps),
            count_of_step=np.concatenate([np.arange(before), before + counts]).astype(np.intp),
        )

    def service(
        self, arrivals: FloatArray, given: FloatArray, factor: FloatArray
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Items due, on time and left at the end, by path.

        Parameters
        ----------
        arrivals : ndarray of shape (n_paths or 1, n_steps)
            Items that arrive. [items]
        given : ndarray of shape (n_paths or 1, n_steps)
            Productive hours. [h]
        factor : ndarray of shape (n_paths or 1, n_steps or 1)
            Work of an item relative to that of the queue. [-]

        Returns
        -------
        due, on_time, backlog_end : ndarray of shape (n_paths,)
            See `capacity.ServiceOutcome`. [items]
        """
        flow, could, short = self._flow(arrivals, given, factor)
        first = flow.arrivals.shape[-1] - arrivals.shape[-1]
        due = flow.due_items(short.target_steps, first_step=first)
        if self.queue.is_live:
            on_time = flow.arrivals * on_time_by_step(flow.arrivals, could, flow.backlog[..., :-1], short)
            on_time = (on_time * _due_share(flow.arrivals.shape[-1], first, short.target_steps)).sum(axis=-1)
        else:
            # Begun a handling time before the deadline; counted on the items that this looks at.
            started = short.target_steps - short.handle_steps
            looked_at = flow.due_items(started, first_step=first)
            in_time = flow.on_time_items(started, first_step=first)
            on_time = due * np.divide(in_time, looked_at, out=np.ones_like(due), where=looked_at > 0)
        return due, on_time, flow.backlog[..., -1]

    def flow(self, arrivals: FloatArray, given: FloatArray, factor: FloatArray) -> CumulativeFlow:
        """Return the flow with chance of one set of staff, arguments as in `service`, from the oldest backlog on."""
        return self._flow(arrivals, given, factor)[0]

    def _flow(
        self, arrivals: FloatArray, given: FloatArray, factor: FloatArray
    ) -> tuple[CumulativeFlow, FloatArray, ShortTarget]:
        """Flow, capacity without chance, and what the target asks, of one set of staff."""
        queue, n_paths = self.queue, self.draws.dip.shape[0]
        came, could = np.broadcast_arrays(arrivals, given / (queue.work_hours_per_item * factor))
        came, could = with_backlog(came, could, queue.backlog_items, self.backlog_steps)
        came = np.broadcast_to(came, (n_paths, came.shape[-1]))
        handle_hours = queue.handle_minutes / 60.0
        short = ShortTarget(
            target_steps=queue.target.within_hours / self.step,
            handle_steps=handle_hours * float(factor.mean()) / self.step,
            reviews_per_item=queue.work_hours_per_item / handle_hours,
            handle_cv=queue.handle_cv,
        )
        chance = chance_items(
            came, self.draws, handling_variance=short.variance - 1.0, counted_steps=self.count_of_step
        )
        return flow_with_chance(came, could, chance, self.draws, variance=short.variance), could, short


def _due_share(n_steps: int, first: int, target_steps: float) -> FloatArray:
    """Share of each step's arrivals whose deadline falls inside the horizon, which starts at step `first`."""
    steps = np.arange(n_steps)
    due_by_end, due_before = (np.clip(node - target_steps - steps, 0.0, 1.0) for node in (n_steps, first))
    return np.asarray(due_by_end - due_before)
