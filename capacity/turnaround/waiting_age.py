"""How long items take and how old the oldest waiting one is, from cumulative flows."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from capacity.turnaround.flow import CumulativeFlow

FloatArray = NDArray[np.float64]

# Items are looked at in this many equal slices of what was decided.
SLICES = 2_000


def turnaround_quantiles(flow: CumulativeFlow, q: ArrayLike, *, step_hours: float = 1.0) -> FloatArray:
    """Quantiles of the time from arrival to decision, over the items that were decided.

    Parameters
    ----------
    flow
        Arrivals and completions.
    q : array_like of shape (n_quantiles,)
        Between 0 and 1. [-]
    step_hours : float
        Length of a step. [h]

    Returns
    -------
    ndarray of shape (..., n_quantiles)
        NaN where nothing was decided. [h]

    Raises
    ------
    ValueError
        If a q lies outside 0-1.

    Notes
    -----
    The y-th item arrives when A reaches y and is decided when D reaches y; both are read off between nodes on a
    straight line. Items still waiting at the end are not in the quantiles: read them beside the backlog.

    Examples
    --------
    Ten items arrive in the first hour, five are decided an hour: the last one waits for an hour.

    >>> flow = CumulativeFlow.of([10.0, 0.0], [5.0, 5.0])
    >>> turnaround_quantiles(flow, [0.0, 0.5, 1.0]).round(2)
    array([0. , 0.5, 1. ])
    """
    wanted = np.asarray(q, dtype=np.float64)
    if not ((wanted >= 0) & (wanted <= 1)).all():
        raise ValueError(f"q must lie between 0 and 1; found {wanted[(wanted < 0) | (wanted > 1)][0]}")
    arrived, decided = np.broadcast_arrays(flow.arrived, flow.decided)
    rows = zip(arrived.reshape(-1, arrived.shape[-1]), decided.reshape(-1, decided.shape[-1]), strict=True)
    result: FloatArray = np.array([_row_quantiles(came, done, wanted) for came, done in rows])
    return np.asarray(result.reshape(*decided.shape[:-1], wanted.size) * step_hours)


def _row_quantiles(arrived: FloatArray, decided: FloatArray, wanted: FloatArray) -> FloatArray:
    last = float(decided[-1])
    if last <= 0:
        return np.full(wanted.size, np.nan)
    nodes = np.arange(arrived.size, dtype=np.float64)
    item = (np.arange(SLICES) + 0.5) / SLICES * last
    wait = _reached(decided, nodes, item) - _reached(arrived, nodes, item)
    # The first and the last item lie half a slice beyond the first and the last that were looked at.
    return np.asarray(np.interp(wanted * SLICES - 0.5, np.arange(SLICES), np.sort(np.maximum(wait, 0.0))))


def oldest_age(flow: CumulativeFlow, *, step_hours: float = 1.0) -> FloatArray:
    """Age of the oldest waiting item at each node.

    Parameters
    ----------
    flow
        Arrivals and completions, first in, first out.
    step_hours : float
        Length of a step. [h]

    Returns
    -------
    ndarray of shape (..., n_steps + 1)
        0 where nothing waits. [h]

    Examples
    --------
    >>> oldest_age(CumulativeFlow.of([4.0, 0.0, 0.0], [0.0, 2.0, 2.0]))
    array([0. , 1. , 1.5, 0. ])
    """
    arrived, decided = np.broadcast_arrays(flow.arrived, flow.decided)
    nodes = np.arange(arrived.shape[-1], dtype=np.float64)
    ages = np.empty(decided.shape)
    flat = ages.reshape(-1, nodes.size)
    pairs = zip(arrived.reshape(-1, nodes.size), decided.reshape(-1, nodes.size), strict=True)
    for row, (came, done) in enumerate(pairs):
        flat[row] = nodes - _reached(came, nodes, done)
    # A remainder of rounding is not a waiting item.
    waiting = decided < arrived - 1e-9 * np.maximum(1.0, arrived)
    return np.where(waiting, ages, 0.0) * step_hours


def _reached(total: FloatArray, nodes: FloatArray, item: FloatArray) -> FloatArray:
    """Moment at which a running total first passes an item, between nodes on a straight line.

    Parameters
    ----------
    total : ndarray of shape (n_nodes,)
        Running total, which does not fall. [items]
    nodes : ndarray of shape (n_nodes,)
        Moments of the total. [steps]
    item : ndarray of any shape
        Number of the item; whichever lies beyond the total is given the last node. [items]

    Returns
    -------
    ndarray of the shape of `item`
        [steps]
    """
    right = np.clip(np.searchsorted(total, item, side="right"), 1, total.size - 1)
    gap = total[right] - total[right - 1]
    part = np.divide(item - total[right - 1], gap, out=np.zeros_like(item), where=gap > 0)
    return np.asarray(nodes[right - 1] + np.clip(part, 0.0, 1.0))
