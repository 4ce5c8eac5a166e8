"""Deferred queues by cumulative curves: the fewest items that any order of work misses, and cuts that bound them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class DeferredFlow:
    """Cumulative arrivals of one queue on its paths, and what of them is due.

    Attributes
    ----------
    arrived : ndarray of shape (n_paths, n_steps + 1)
        Items that wait at the start and have arrived by the end of each step. [items]
    due : ndarray of shape (n_paths, n_steps + 1)
        Of those the ones whose deadline has passed. [items]

    Raises
    ------
    ValueError
        If a curve falls, or more is due than has arrived.

    Notes
    -----
    With A(t) arrived, L the time to decide, C(t) decided in time and Z(t) missed,

        A(t - L) <= C(t) + Z(t) <= A(t),

    C(t) - C(t - 1) at most the capacity of step t, and Z never falling, so that what one week leaves the next one
    carries on with. The fewest items missed come from doing the oldest first and missing an item only at its deadline
    (a reflection between two barriers). They are a convex function of the capacities, as least values of linear
    programs are; the steps in which one more item of capacity would save one are its slope. Items that were late
    before the plan begins count neither as due nor as missed.

    Examples
    --------
    Ten items a day, to be decided within a day, and capacity for ten on the second day only:

    >>> flow = deferred_flow(np.array([[10.0, 10.0]]), within_steps=1.0)
    >>> flow.missed(np.array([0.0, 10.0]))
    array([0.])
    >>> flow.missed(np.array([0.0, 6.0]))
    array([4.])
    """

    arrived: FloatArray
    due: FloatArray

    def __post_init__(self) -> None:
        for name in ("arrived", "due"):
            curve = getattr(self, name)
            if (np.diff(curve, axis=1) < -1e-6).any():
                raise ValueError(f"{name} must not fall from step to step")
            curve.setflags(write=False)
        if (self.due > self.arrived + 1e-6).any():
            raise ValueError("due must not exceed what has arrived")

    @property
    def due_items(self) -> FloatArray:
        """Items whose deadline lies inside the plan, of shape (n_paths,) [items]."""
        return np.asarray(self.due[:, -1] - self.due[:, 0])

    def missed(self, capacity: FloatArray) -> FloatArray:
        """Fewest items missed.

        Parameters
        ----------
        capacity : ndarray of shape (n_steps,) or (n_paths, n_steps)
            Items that can be decided in each step. [items]

        Returns
        -------
        ndarray of shape (n_paths,)
            [items]
        """
        return self._reflected(capacity)[0]

    def missed_slope(self, capacity: FloatArray, paths: NDArray[np.intp]) -> tuple[FloatArray, NDArray[np.bool_]]:
        """Linear functions that no capacity goes below: missed >= constant - saves @ capacity.

        Parameters
        ----------
        capacity : ndarray of shape (n_steps,) or (n_chosen, n_steps)
            Where they touch. [items]
        paths : ndarray of int of shape (n_chosen,)
            Of which paths.

        Returns
        -------
        constant : ndarray of shape (n_chosen,)
            [items]
        saves : ndarray of bool of shape (n_chosen, n_steps)
            Steps in which one more item of capacity saves one.
        """
        part = DeferredFlow(arrived=self.arrived[paths], due=self.due[paths])
        missed, event = part._reflected(capacity)
        saves = np.zeros(event.shape, dtype=np.bool_)
        short = np.zeros(len(paths), dtype=np.bool_)
        for step in range(event.shape[1] - 1, -1, -1):
            short = np.where(event[:, step] == 0, short, event[:, step] > 0)
            saves[:, step] = short
        return missed + (saves * capacity).sum(axis=1), saves

    def _reflected(self, capacity: FloatArray) -> tuple[FloatArray, NDArray[np.int8]]:
        """Items missed, and for each step whether the work ran out (-1), items were missed (1) or neither (0)."""
        n_paths, n_points = self.arrived.shape
        room = np.broadcast_to(capacity, (n_paths, n_points - 1))
        event = np.zeros((n_paths, n_points - 1), dtype=np.int8)
        decided = self.due[:, 0].copy()
        missed = np.zeros(n_paths)
        for step in range(n_points - 1):
            could = decided + room[:, step]
            ran_out, must = could >= self.arrived[:, step + 1], self.due[:, step + 1]
            decided = np.minimum(could, self.arrived[:, step + 1])
            short = decided < must
            missed += np.where(short, must - decided, 0.0)
            decided = np.maximum(decided, must)
            event[:, step] = np.where(short, np.where(ran_out, 0, 1), np.where(ran_out, -1, 0))
        return missed, event


def deferred_flow(
    arrivals: FloatArray, *, within_steps: float, backlog_items: float = 0.0, backlog_age_steps: float = 0.0
) -> DeferredFlow:
    """Build the cumulative curves of a queue.

    Parameters
    ----------
    arrivals : ndarray of shape (n_paths, n_steps)
        Items that arrive, evenly, in each step. [items]
    within_steps : float
        Time to decide. [steps]
    backlog_items, backlog_age_steps : float
        Items that wait at the start, of ages from 0 evenly up to this. [items], [steps]

    Returns
    -------
    DeferredFlow

    Raises
    ------
    ValueError
        If `within_steps` is not above 0.
    """
    if not within_steps > 0:
        raise ValueError(f"within_steps must be above 0; found {within_steps!r}")
    n_paths, n_steps = arrivals.shape
    arrived = backlog_items + np.concatenate([np.zeros((n_paths, 1)), np.cumsum(arrivals, axis=1)], axis=1)
    moment = np.arange(n_steps + 1) - within_steps
    # Within a step arrivals are even; before the start the backlog came evenly.
    place = np.clip(moment, 0.0, None)
    whole = np.minimum(place.astype(np.intp), n_steps - 1)
    part = place - whole
    due = arrived[:, whole] * (1.0 - part) + arrived[:, whole + 1] * part
    waited = 0.0 if backlog_items <= 0 else backlog_items / max(backlog_age_steps, 1e-12)
    before = moment < 0
    due[:, before] = np.maximum(backlog_items + waited * moment[before], 0.0)
    return DeferredFlow(arrived=arrived, due=due)
