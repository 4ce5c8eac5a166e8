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
        return reflected(self.arrived.T, self.due.T, self._room(capacity))[0]

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
        missed, short, ran_out = reflected(part.arrived.T, part.due.T, part._room(capacity))
        saves = saving_steps(short, ran_out).T
        return missed + (saves * capacity).sum(axis=1), saves

    def _room(self, capacity: FloatArray) -> FloatArray:
        n_paths, n_points = self.arrived.shape
        return np.ascontiguousarray(np.broadcast_to(capacity, (n_paths, n_points - 1)).T)


def reflected(
    arrived: FloatArray, due: FloatArray, room: FloatArray
) -> tuple[FloatArray, NDArray[np.bool_], NDArray[np.bool_]]:
    """Do the oldest first, and miss an item only at its deadline.

    Parameters
    ----------
    arrived, due : ndarray of shape (n_steps + 1, n_curves)
        Curves of `DeferredFlow`, steps first. [items]
    room : ndarray of shape (n_steps, n_curves)
        Items that can be decided in each step. [items]

    Returns
    -------
    missed : ndarray of shape (n_curves,)
        [items]
    short, ran_out : ndarray of bool of shape (n_steps, n_curves)
        Whether items were missed at the end of a step, and whether there was no work left.
    """
    arrived, due = np.ascontiguousarray(arrived), np.ascontiguousarray(due)
    could, lacks = np.empty(room.shape), np.empty(room.shape)
    decided = due[0].copy()
    for step in range(room.shape[0]):
        np.add(decided, room[step], out=could[step])
        np.minimum(could[step], arrived[step + 1], out=decided)
        np.subtract(due[step + 1], decided, out=lacks[step])
        np.maximum(decided, due[step + 1], out=decided)
    short = lacks > 0.0
    return np.where(short, lacks, 0.0).sum(axis=0), short, could >= arrived[1:]


def saving_steps(short: NDArray[np.bool_], ran_out: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Steps in which one more item of capacity saves one: those after which items are missed before work runs out.

    Parameters
    ----------
    short, ran_out : ndarray of bool of shape (n_steps, n_curves)
        Of `reflected`.

    Returns
    -------
    ndarray of bool of shape (n_steps, n_curves)
    """
    # The next event of each step, by its number, and in the last bit whether items are missed then.
    n_steps = short.shape[0]
    number = np.arange(n_steps, dtype=np.int32)[:, None]
    event = np.where(short ^ ran_out, 2 * number + short, np.int32(2 * n_steps))
    np.minimum.accumulate(event[::-1], axis=0, out=event[::-1])
    return np.asarray((event & 1).astype(np.bool_))


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
