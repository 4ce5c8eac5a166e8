"""The least capacity with which a deferred queue meets its target."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from capacity.erlang_arguments import checked
from capacity.turnaround.flow import CumulativeFlow, with_backlog

FloatArray = NDArray[np.float64]

MOST = 2.0**20


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class RequiredCapacity:
    """The least capacity of a shape that meets a target, and what it was checked with.

    Attributes
    ----------
    amount : ndarray of shape (...)
        Multiple of the shape, or multiple of the shape to be added; NaN where no amount meets the target. [-]
    met, missed : ndarray of shape (...)
        On-time measure at the amount, and a step of the precision below it: the first reaches the goal, the second
        does not (NaN where the amount is 0). [-]
    goal
        What the measure has to reach. [-]

    Examples
    --------
    >>> from capacity import required_capacity
    >>> found = required_capacity(np.full((1, 48), 10.0), np.full(48, 10.0), 2.0, share=0.9)
    >>> bool(found.missed < 0.9 <= found.met)
    True
    """

    amount: FloatArray
    met: FloatArray
    missed: FloatArray
    goal: float


def required_capacity(
    arrivals: ArrayLike,
    shape: ArrayLike,
    deadline_steps: float,
    *,
    share: float,
    probability: float | None = None,
    present: ArrayLike = 0.0,
    backlog_items: float = 0.0,
    backlog_steps: int = 0,
    precision: float = 1e-4,
) -> RequiredCapacity:
    """Find the least capacity that meets an on-time target, in expectation or on a share of the paths.

    Parameters
    ----------
    arrivals : array_like of shape (..., n_paths, n_steps)
        Items that arrive in each step. [items]
    shape : array_like of shape (..., n_steps)
        Items that one unit of the answer can decide in each step; 0 in closed hours. [items]
    deadline_steps : float
        Time from arrival to deadline, in steps. [-]
    share : float
        On-time share to be reached. [-]
    probability : float, optional
        Share of paths on which it is to be reached; in expectation over all items of all paths if None. [-]
    present : array_like of shape (..., n_steps), optional
        Capacity that is there already: the answer then says what to add to it. [items]
    backlog_items, backlog_steps : float, int
        Items waiting at the start, and the age of the oldest of them in steps; ages are even. [items, -]
    precision : float
        The answer is the least to within this. [-]

    Returns
    -------
    RequiredCapacity
        Leading axes of the arrivals without the paths.

    Raises
    ------
    ValueError
        If share or probability lie outside 0-1, the precision is not above 0, the backlog is not of whole steps, or
        another number is negative.

    Notes
    -----
    The on-time share rises with the capacity, so halving on the exact flow model finds the least amount; the answer
    carries the measure on both sides of it. All leading axes are halved together.

    Examples
    --------
    Ten items an hour, all within two hours of an even flow: the item that arrives at u is decided at u / k, so
    2 k / (1 - k) = 0.9 x 46 gives the least multiple k.

    >>> found = required_capacity(np.full((1, 48), 10.0), np.full(48, 10.0), 2.0, share=0.9)
    >>> bool(found.missed < 0.9 <= found.met), float(found.amount.round(3))
    (True, 0.954)
    """
    for name, value in (("share", share), ("probability", 1.0 if probability is None else probability)):
        if not 0.0 < value <= 1.0:
            raise ValueError(f"{name} must lie above 0 and up to 1; found {value!r}")
    if not precision > 0:
        raise ValueError(f"precision must be above 0; found {precision!r}")
    if backlog_steps != int(backlog_steps):
        raise ValueError(f"backlog_steps must be whole steps; found {backlog_steps!r}")
    came, unit, there = checked("arrivals", arrivals), checked("shape", shape), checked("present", present)

    def measure(amount: FloatArray) -> FloatArray:
        capacity = (amount[..., None] * unit + there)[..., None, :] * np.ones(came.shape[-1])
        flow = CumulativeFlow.of(*with_backlog(came, capacity, backlog_items, backlog_steps))
        on_time = flow.on_time_items(deadline_steps, first_step=backlog_steps)
        due = flow.due_items(deadline_steps, first_step=backlog_steps)
        return _reached(on_time, np.broadcast_to(due, on_time.shape), share, probability)

    goal = share if probability is None else probability
    return _least(measure, came.shape[:-2], goal, precision)


def _reached(on_time: FloatArray, due: FloatArray, share: float, probability: float | None) -> FloatArray:
    if probability is None:
        total = due.sum(axis=-1)
        return np.asarray(np.divide(on_time.sum(axis=-1), total, out=np.ones_like(total), where=total > 0))
    # Sums in two orders differ in their last bits; that must not make a path with everything on time a miss.
    return np.asarray((on_time >= share * due * (1.0 - 1e-12)).mean(axis=-1))


def _least(
    measure: Callable[[FloatArray], FloatArray], shape: tuple[int, ...], goal: float, precision: float
) -> RequiredCapacity:
    goal_reached = goal - 1e-12
    low, high = np.zeros(shape), np.ones(shape)
    nothing = measure(low)
    while True:
        short = measure(high) < goal_reached
        if not short.any() or high.max() >= MOST:
            break
        low, high = np.where(short, high, low), np.where(short, 2.0 * high, high)
    never = measure(high) < goal_reached
    while (high - low).max(initial=0.0) > precision:
        middle = (low + high) / 2.0
        enough = measure(middle) >= goal_reached
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    needless = nothing >= goal_reached
    amount = np.where(needless, 0.0, np.where(never, np.nan, high))
    met = np.where(needless, nothing, measure(high))
    missed = np.where(needless | never, np.nan, measure(low))
    return RequiredCapacity(amount=amount, met=met, missed=missed, goal=goal)
