"""Completions and on-time shares of flows, step by step: numpy, or compiled loops with the same bits.

The bits agree because both do the same operations on each number in the same order, and only add, subtract, multiply,
divide, compare and take roots: IEEE 754 fixes the result of each, and numba neither reorders nor fuses them unless
`fastmath` is asked for.
"""

import numpy as np
from numpy.typing import NDArray

from capacity.compilation import numba_is_there

FloatArray = NDArray[np.float64]

# A level piece is in time as a whole or not at all: the least positive number stands for no distance.
NO_DISTANCE = float(np.finfo(np.float64).tiny)


def completions(arrivals: FloatArray, arrived: FloatArray, capacity: FloatArray, dip: FloatArray) -> FloatArray:
    """Completions of queues whose backlog dips below both ends of a step, as a running total at the nodes.

    Parameters
    ----------
    arrivals, capacity : ndarray of shape (n_paths, n_steps)
        Items that arrive, and that could be decided, in each step. [items]
    arrived : ndarray of shape (n_paths, n_steps + 1)
        Running total of the arrivals. [items]
    dip : ndarray of shape (n_paths, n_steps)
        How low the backlog gets within each step (`capacity.chance_flow.ChanceArrivals`). [items squared]

    Returns
    -------
    ndarray of shape (n_paths, n_steps + 1)
        [items]

    Examples
    --------
    >>> came = np.array([[10.0, 0.0, 1.0]])
    >>> completions(came, np.array([[0.0, 10.0, 10.0, 11.0]]), np.full((1, 3), 4.0), np.zeros((1, 3)))
    array([[ 0.,  4.,  8., 11.]])
    """
    if numba_is_there():
        from capacity.turnaround.flow_loops import fill_completions

        decided = np.zeros(arrived.shape)
        fill_completions(decided, arrivals, arrived, capacity, dip)
        return decided
    return completions_by_numpy(arrivals, arrived, capacity, dip)


def completions_by_numpy(
    arrivals: FloatArray, arrived: FloatArray, capacity: FloatArray, dip: FloatArray
) -> FloatArray:
    """`completions` without numba."""
    ceiling = np.zeros(arrived.shape)
    np.cumsum(capacity, axis=-1, out=ceiling[:, 1:])
    change = arrivals - capacity
    lowest = change * change
    lowest += dip
    np.sqrt(lowest, out=lowest)
    np.subtract(change, lowest, out=lowest)
    lowest *= 0.5
    lowest += arrived[:, :-1] - ceiling[:, :-1]
    # The path starts at 0, and the lowest point of a step lies below both of its ends. (`fmin` looks for no NaN.)
    decided = np.zeros(arrived.shape)
    np.fmin.accumulate(lowest, axis=-1, out=decided[:, 1:])
    decided += ceiling
    return decided


def on_time_shares(
    arrivals: FloatArray,
    arrived: FloatArray,
    capacity: FloatArray,
    decided: FloatArray,
    deadline_steps: float,
    first_step: int,
) -> FloatArray:
    """Share of each step's items that are decided within their deadline; 0 where that lies outside the horizon.

    Parameters
    ----------
    arrivals, capacity : ndarray of shape (n_paths, n_steps)
        Items that arrive, and that could be decided, in each step. [items]
    arrived, decided : ndarray of shape (n_paths, n_steps + 1)
        Running totals of arrivals and completions. [items]
    deadline_steps : float
        Time from arrival to deadline. [steps]
    first_step : int
        Step in which the horizon begins.

    Returns
    -------
    ndarray of shape (n_paths, n_steps)
        What is just in time as a whole step is not: add to `decided` what rounding may have taken. [-]

    Examples
    --------
    >>> came, could = np.array([[10.0, 0.0, 0.0]]), np.full((1, 3), 5.0)
    >>> on_time_shares(came, np.array([[0.0, 10, 10, 10]]), could, np.array([[0.0, 5, 10, 10]]), 0.5, 0)[:, 0]
    array([0.5])
    """
    whole = int(np.floor(deadline_steps))
    part = float(deadline_steps - whole)
    if numba_is_there():
        from capacity.turnaround.flow_loops import fill_on_time

        shares = np.zeros(capacity.shape)
        fill_on_time(shares, arrivals, arrived, capacity, decided, whole, part, first_step, NO_DISTANCE)
        return shares
    return on_time_shares_by_numpy(arrivals, arrived, capacity, decided, whole, part, first_step)


def on_time_shares_by_numpy(
    arrivals: FloatArray,
    arrived: FloatArray,
    capacity: FloatArray,
    decided: FloatArray,
    whole: int,
    part: float,
    first_step: int,
) -> FloatArray:
    """`on_time_shares` without numba; arrays of the same shapes.

    Parameters
    ----------
    arrivals, arrived, capacity, decided
        As there.
    whole, part : int, float
        Steps from arrival to deadline: the whole ones, and the rest of at least 0 and below 1. What arrives in the
        first 1 - part of a step is due `whole` steps on, and the rest one step later. [steps]
    first_step : int
        Step in which the horizon begins.
    """
    n_steps = capacity.shape[-1]
    done = decided[:, :-1]
    inside, after = done + part * capacity, done + capacity
    midway = arrived[:, :-1] + (1.0 - part) * arrivals
    shares = np.zeros(capacity.shape)
    # Arrivals up to 1 - part of a step are due `whole` steps on; the rest one step later.
    for begin, end, ahead, length in (
        ((inside, arrived[:, :-1]), (after, midway), whole, 1.0 - part),
        ((done, midway), (inside, arrived[:, 1:]), whole + 1, part),
    ):
        first, last = max(0, first_step - ahead), n_steps - ahead
        if length > 0.0 and last > first:
            items, due = slice(first, last), slice(first + ahead, last + ahead)
            at_begin, at_end = (ready[:, due] - asked[:, items] for ready, asked in (begin, end))
            shares[:, items] += length * _share_not_negative(at_begin, at_end)
    return shares


def _share_not_negative(begin: FloatArray, end: FloatArray) -> FloatArray:
    """Share of an interval on which a straight line between two values is >= 0; overwrites the first of them.

    The larger value over the distance of both lies above 1 where both are >= 0 and below 0 where both are negative,
    so one division and a clip cover every case.
    """
    larger = np.maximum(begin, end)
    distance = np.subtract(end, begin, out=begin)
    np.abs(distance, out=distance)
    np.maximum(distance, NO_DISTANCE, out=distance)
    with np.errstate(over="ignore"):
        np.divide(larger, distance, out=larger)
    return np.clip(larger, 0.0, 1.0, out=larger)
