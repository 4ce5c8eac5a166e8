"""Deferred queues under many levels of staff at once, in memory that does not grow with any of their numbers."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from capacity.erlang_arguments import checked
from capacity.turnaround.flow import CumulativeFlow, with_backlog

FloatArray = NDArray[np.float64]

# Paths are served in blocks of so many cells: their arrays then stay in the second-level cache.
BLOCK_CELLS = 32_768


def turnaround_by_level(
    arrivals: ArrayLike,
    capacity: ArrayLike,
    deadline_steps: ArrayLike,
    *,
    backlog_items: ArrayLike = 0.0,
    backlog_steps: ArrayLike = 0.0,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Items due, on time and left of queues served first in, first out, at each of several levels of staff.

    Parameters
    ----------
    arrivals : array_like of shape (n_queues, n_paths, n_steps)
        Items that arrive in each step. [items]
    capacity : array_like of shape (n_queues, n_levels, n_steps)
        Items that each level of staff could decide in each step. [items]
    deadline_steps : array_like of shape (n_queues,), or one for all
        Time from arrival to deadline. [steps]
    backlog_items, backlog_steps : array_like of shape (n_queues,), or one for all
        Items waiting at the start, and the age of the oldest of them; ages are even. [items], [steps]

    Returns
    -------
    due : ndarray of shape (n_queues, n_paths)
        Items whose deadline falls inside the horizon. [items]
    on_time, backlog_end : ndarray of shape (n_queues, n_levels, n_paths)
        Those of them decided in time, and items that wait at the end. [items]

    Raises
    ------
    ValueError
        If the shapes do not fit, a number is negative, or a deadline is not above 0.

    Notes
    -----
    `CumulativeFlow` in blocks of paths; beside its arguments and results the call holds a few megabytes.

    Examples
    --------
    >>> due, on_time, left = turnaround_by_level([[[10.0, 0.0, 0.0]]], [[[5.0, 5.0, 5.0], [9.0, 9.0, 9.0]]], 0.5)
    >>> on_time[0, :, 0].tolist(), left[0, :, 0].tolist()
    ([5.0, 10.0], [0.0, 0.0])
    """
    came, could = checked("arrivals", arrivals), checked("capacity", capacity)
    if came.ndim != 3 or could.ndim != 3 or (came.shape[0], came.shape[2]) != (could.shape[0], could.shape[2]):
        raise ValueError(
            "arrivals must have shape (queues, paths, steps) and capacity (queues, levels, steps); "
            f"found {came.shape} and {could.shape}"
        )
    n_queues, n_paths, n_steps = came.shape
    deadline, waiting, age = (
        np.broadcast_to(np.asarray(value, dtype=np.float64), (n_queues,))
        for value in (deadline_steps, backlog_items, backlog_steps)
    )
    if not (deadline > 0).all():
        raise ValueError(f"deadline_steps must be above 0; found {deadline[~(deadline > 0)][0]:g}")
    due = np.empty((n_queues, n_paths))
    on_time, left = np.empty((2, n_queues, could.shape[1], n_paths))
    rows = max(1, BLOCK_CELLS // n_steps)
    for queue, level, start in np.ndindex(n_queues, could.shape[1], -(-n_paths // rows)):
        part = slice(start * rows, (start + 1) * rows)
        first = int(np.ceil(age[queue]))
        steps = with_backlog(came[queue, part], could[queue, level], float(waiting[queue]), float(age[queue]))
        flow = CumulativeFlow.of(*steps)
        due[queue, part] = flow.due_items(float(deadline[queue]), first_step=first)
        on_time[queue, level, part] = flow.on_time_items(float(deadline[queue]), first_step=first)
        left[queue, level, part] = flow.backlog[:, -1]
    return due, on_time, left
