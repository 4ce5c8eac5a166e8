"""Work that waits: backlog, completions and on-time items of deferred queues, by cumulative flows."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from capacity.erlang_arguments import checked
from capacity.turnaround.flow_steps import on_time_shares

FloatArray = NDArray[np.float64]

# An item counts as just in time if completions at its deadline fall short of it by less than this share of all items:
# more than running totals lose by rounding, less than anyone would count.
JUST_IN_TIME = 1e-12


def cumulative(per_step: ArrayLike) -> FloatArray:
    """Running total at the nodes between steps, starting at 0.

    Parameters
    ----------
    per_step : array_like of shape (..., n_steps)
        Items (or hours) in each step.

    Returns
    -------
    ndarray of shape (..., n_steps + 1)

    Examples
    --------
    >>> cumulative([2.0, 3.0])
    array([0., 2., 5.])
    """
    steps = np.asarray(per_step, dtype=np.float64)
    total = np.zeros((*steps.shape[:-1], steps.shape[-1] + 1))
    np.cumsum(steps, axis=-1, out=total[..., 1:])
    return total


def with_backlog(
    arrivals: ArrayLike, capacity: ArrayLike, backlog_items: float, backlog_steps: float
) -> tuple[FloatArray, FloatArray]:
    """Put the initial backlog before the horizon, as arrivals in steps without capacity.

    Parameters
    ----------
    arrivals, capacity : array_like of shape (..., n_steps)
        Items that arrive, and that could be decided, in each step. [items]
    backlog_items : float
        Items waiting at the start. [items]
    backlog_steps : float
        Age of the oldest of them, in steps; ages are even. Part of a step holds its part of the items, even within
        the whole step. [-]

    Returns
    -------
    arrivals, capacity : ndarray of shape (..., ceil(backlog_steps) + n_steps)

    Raises
    ------
    ValueError
        If items or age are negative, or items wait that have no age.

    Examples
    --------
    >>> with_backlog([5.0], [4.0], 6.0, 2)
    (array([3., 3., 5.]), array([0., 0., 4.]))
    >>> with_backlog([5.0], [4.0], 6.0, 1.5)[0]
    array([2., 4., 5.])
    """
    arrived, could = np.asarray(arrivals, dtype=np.float64), np.asarray(capacity, dtype=np.float64)
    for name, value in (("backlog_items", backlog_items), ("backlog_steps", backlog_steps)):
        checked(name, value)
    if backlog_steps == 0:
        if backlog_items > 0:
            raise ValueError(f"backlog_steps must be above 0 where items wait; found 0 for {backlog_items:g} items")
        return arrived, could
    n_before = int(np.ceil(backlog_steps))
    part_of_step = np.minimum(backlog_steps - np.arange(n_before), 1.0)[::-1]
    before = np.broadcast_to(backlog_items / backlog_steps * part_of_step, (*arrived.shape[:-1], n_before))
    idle = np.zeros((*could.shape[:-1], n_before))
    return np.concatenate([before, arrived], axis=-1), np.concatenate([idle, could], axis=-1)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CumulativeFlow:
    """Arrivals and completions of a queue served first in, first out, while nobody idles as long as work waits.

    Attributes
    ----------
    arrivals, capacity : ndarray of shape (..., n_steps), broadcast against each other
        Items that arrive, and that could be decided, in each step; even within a step. [items]
    arrived : ndarray of shape (..., n_steps + 1)
        Running total of the arrivals at the nodes between steps. [items]
    decided : ndarray of shape (..., n_steps + 1)
        Running total of the completions at the nodes. [items]

    Notes
    -----
    With cumulative arrivals A and capacity C, completions are the reflection
    D(t) = C(t) + min over s <= t of (A(s) - C(s)) [1]_. A and C are linear within a step, so the minimum is
    attained at a node and the values at the nodes are exact.

    References
    ----------
    .. [1] G. F. Newell (1982), Applications of Queueing Theory, 2nd ed., chapter 1, doi:10.1007/978-94-009-5970-5.

    Examples
    --------
    >>> flow = CumulativeFlow.of([10.0, 0.0, 1.0], [4.0, 4.0, 4.0])
    >>> flow.backlog
    array([0., 6., 2., 0.])
    """

    arrivals: FloatArray
    capacity: FloatArray
    arrived: FloatArray
    decided: FloatArray

    @classmethod
    def of(cls, arrivals: ArrayLike, capacity: ArrayLike) -> Self:
        """Return the flow of arrivals through a capacity.

        Parameters
        ----------
        arrivals, capacity : array_like of shape (..., n_steps)
            Items that arrive, and that could be decided, in each step. [items]

        Returns
        -------
        CumulativeFlow

        Raises
        ------
        ValueError
            If an amount is below 0 or not a number.
        """
        came, could = checked("arrivals", arrivals), checked("capacity", capacity)
        arrived, ceiling = cumulative(came), cumulative(could)
        decided = arrived - ceiling
        np.minimum.accumulate(decided, axis=-1, out=decided)
        decided += ceiling
        return cls(arrivals=came, capacity=could, arrived=arrived, decided=decided)

    @property
    def backlog(self) -> FloatArray:
        """Items waiting at each node, of shape (..., n_steps + 1) [items]."""
        return self.arrived - self.decided

    def due_items(self, deadline_steps: float, *, first_step: int = 0) -> FloatArray:
        """Items whose deadline falls inside the horizon.

        Parameters
        ----------
        deadline_steps : float
            Time from arrival to deadline, in steps. [-]
        first_step : int
            Steps before the horizon (see `with_backlog`): items due before it are not counted. [-]

        Returns
        -------
        ndarray of the shape of the arrivals without their last axis
            Items. [items]

        Examples
        --------
        >>> float(CumulativeFlow.of([3.0, 3.0, 3.0], [9.0, 9.0, 9.0]).due_items(1.5))
        4.5
        """
        horizon = self.arrived.shape[-1] - 1
        until = _value_at(self.arrived, horizon - deadline_steps)
        return until - _value_at(self.arrived, first_step - deadline_steps)

    def on_time_items(self, deadline_steps: float, *, first_step: int = 0) -> FloatArray:
        """Items decided within the deadline, of those whose deadline falls inside the horizon.

        Parameters
        ----------
        deadline_steps : float
            Time from arrival to deadline, in steps. [-]
        first_step : int
            Steps before the horizon (see `with_backlog`): items due before it are not counted. [-]

        Returns
        -------
        ndarray of shape (...)
            At most `due_items` of the same arguments, up to rounding. [items]

        Raises
        ------
        ValueError
            If the deadline is not above 0.

        Notes
        -----
        The item that arrives at u is on time iff D(u + T) >= A(u). With m the minimum of A - C up to the start of
        the step that holds u + T, that is C(u + T) + m >= A(u): linear in u on each of the two pieces into which T
        cuts a step, so the share of the step for which it holds is exact, whatever T. An item decided at its
        deadline is on time.

        Examples
        --------
        Ten items arrive evenly over step one; five can be decided in each step. The item that arrives at u is
        decided at 2u, so those that arrive in the first half of the step are decided within half a step:

        >>> float(CumulativeFlow.of([10.0, 0.0, 0.0], [5.0, 5.0, 5.0]).on_time_items(0.5))
        5.0
        """
        if not deadline_steps > 0:
            raise ValueError(f"deadline_steps must be above 0; found {deadline_steps!r}")
        shape = self.decided.shape[:-1]
        n_steps = self.decided.shape[-1] - 1
        arrivals, arrived, capacity = (
            np.broadcast_to(value, (*shape, value.shape[-1])).reshape(-1, value.shape[-1])
            for value in (self.arrivals, self.arrived, self.capacity)
        )
        just_in_time = self.decided.reshape(-1, n_steps + 1) + JUST_IN_TIME * arrived[:, -1:]
        shares = on_time_shares(arrivals, arrived, capacity, just_in_time, deadline_steps, first_step)
        return np.asarray(np.einsum("ps,ps->p", shares, arrivals).reshape(shape))


def _value_at(total: FloatArray, node: float) -> FloatArray:
    """Piecewise linear value of a running total at a node that may be fractional or out of range."""
    n_steps = total.shape[-1] - 1
    inside = min(max(node, 0.0), float(n_steps))
    left = min(int(inside), n_steps - 1)
    weight = inside - left
    return np.asarray((1.0 - weight) * total[..., left] + weight * total[..., left + 1])
