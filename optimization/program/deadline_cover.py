"""Hours between any two moments that decide every item in time on the paths that are kept."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimization.program.deferred_flow import DeferredFlow
from optimization.program.staffing_case import StaffingCase

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class AskedPaths:
    """Paths on which a target is asked for.

    Attributes
    ----------
    kept : ndarray of bool of shape (n_queues, n_paths)
        Which.
    cover : tuple of ndarray of shape (n_steps, n_steps)
        For each queue, the items that must be decided from the start of one step to the end of another, see
        `deadline_cover`; empty for targets that need none. [items]
    allowed : ndarray of shape (n_queues,)
        Share of items that the program's flow may miss. [-]
    """

    kept: BoolArray
    cover: tuple[FloatArray, ...]
    allowed: FloatArray


def every_path(case: StaffingCase) -> AskedPaths:
    """All paths count, and a target's whole share may be missed.

    Parameters
    ----------
    case
        What is known.

    Returns
    -------
    AskedPaths
    """
    kept = np.ones((len(case.queues), case.forecast.n_paths), dtype=np.bool_)
    return AskedPaths(kept=kept, cover=(), allowed=case.allowed_late_share)


def deadline_cover(flow: DeferredFlow, kept: BoolArray) -> FloatArray:
    """Items that must be decided between two moments, so that nothing is late on any path that is kept.

    Parameters
    ----------
    flow
        Cumulative curves of a queue.
    kept : ndarray of bool of shape (n_paths,)
        Paths that count.

    Returns
    -------
    ndarray of shape (n_steps, n_steps)
        For the start of a step (row) and the end of the same or a later one (column); minus infinity before. [items]

    Notes
    -----
    First come, first served, nothing is late on a path exactly if, for every moment s at which nothing may wait and
    every later t, the capacity between them is at least A(t - L) - A(s); for the start of the plan, at which the
    backlog waits, at least A(t - L). The greatest over the paths makes one requirement of all of them.

    Examples
    --------
    >>> from optimization.program.deferred_flow import deferred_flow
    >>> flow = deferred_flow(np.array([[10.0, 10.0, 0.0], [0.0, 30.0, 0.0]]), within_steps=1.0)
    >>> deadline_cover(flow, np.array([True, True]))
    array([[  0.,  10.,  30.],
           [-inf,   0.,  30.],
           [-inf, -inf,   0.]])
    """
    begun, due = flow.arrived[kept].copy(), flow.due[kept]
    begun[:, 0] = 0.0
    n_steps = due.shape[1] - 1
    cover = np.full((n_steps, n_steps), -np.inf)
    for start in range(n_steps):
        cover[start, start:] = (due[:, start + 1 :] - begun[:, start : start + 1]).max(axis=0)
    return cover
