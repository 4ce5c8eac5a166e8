"""Deadlines and turnaround that count only hours in which the business is open."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from capacity.turnaround.flow import CumulativeFlow

FloatArray = NDArray[np.float64]

# Deadlines are looked up this much early, so that rounding does not carry one over a closed night. [h]
ROUNDING_HOURS = 1e-9
# Items are looked at in this many equal slices of what was decided.
SLICES = 2_000


def business_service(
    flow: CumulativeFlow, target_hours: float, open_hours: ArrayLike, *, first_step: int = 0
) -> tuple[FloatArray, FloatArray]:
    """Items due and on time where the deadline lies some open hours after arrival.

    Parameters
    ----------
    flow
        Arrivals and completions; items may arrive and be decided in closed hours too.
    target_hours : float
        Open hours from arrival to deadline. [h]
    open_hours : array_like of shape (n_steps,)
        Open hours in each step, even within it; 0 where the business is closed. [h]
    first_step : int
        Steps before the horizon (`capacity.turnaround.with_backlog`): items due before it are not counted. [-]

    Returns
    -------
    due, on_time : ndarray of shape (...)
        Items whose deadline falls inside the horizon, and those of them decided by then. [items]

    Raises
    ------
    ValueError
        If the target is not above 0, or the open hours are negative or do not fit the steps of the flow.

    Notes
    -----
    The item that arrives at u is due at the first moment at which the business has been open for the target since
    then. That is linear in u between the nodes, the moments that are due at nodes, and nothing else; on each such piece
    the item is on time where a straight line is not negative, so that the on-time share is exact, as in
    `CumulativeFlow.on_time_items`. Where every hour is open, both give the same.

    Examples
    --------
    Open in the first of two hours: one item comes in each, one is decided in each open hour, and one open hour is
    promised. The first item is decided by the end of the hour, and so it goes on.

    >>> flow = CumulativeFlow.of([1.0, 0.0, 0.0, 0.0], [0.5, 0.0, 0.5, 0.0])
    >>> [float(items) for items in business_service(flow, 1.0, [1.0, 0.0, 1.0, 0.0])]
    [1.0, 1.0]
    >>> float(flow.on_time_items(1.0))
    0.5
    """
    n_steps = flow.arrived.shape[-1] - 1
    opened = _running_hours(open_hours, n_steps)
    if not target_hours > 0:
        raise ValueError(f"target_hours must be above 0; found {target_hours!r}")
    cuts = _cuts(opened, target_hours)
    middle = 0.5 * (cuts[:-1] + cuts[1:])
    due_step, _ = _first_moment(opened, np.interp(middle, np.arange(n_steps + 1), opened) + target_hours)
    counted = (due_step < n_steps) & (due_step >= first_step)
    begin, end, due_step = cuts[:-1][counted], cuts[1:][counted], due_step[counted]
    came_step = middle[counted].astype(np.intp)
    length = end - begin
    arrivals, capacity = np.broadcast_arrays(flow.arrivals, flow.capacity)
    items = arrivals[..., came_step] * length

    def slack(moment: FloatArray) -> FloatArray:
        """How far completions at the deadline are ahead of the item that arrives at a moment."""
        hours = np.interp(moment, np.arange(n_steps + 1), opened) + target_hours - opened[due_step]
        part = np.clip(hours / (opened[due_step + 1] - opened[due_step]), 0.0, 1.0)
        decided = flow.decided[..., due_step] + part * capacity[..., due_step]
        before = flow.arrived[..., came_step] + (moment - came_step) * arrivals[..., came_step]
        return np.asarray(decided - before)

    share = _share_not_negative(slack(begin), slack(end), 1e-12 * flow.arrived[..., -1:])
    return items.sum(axis=-1), (items * share).sum(axis=-1)


def business_quantiles(flow: CumulativeFlow, q: ArrayLike, open_hours: ArrayLike) -> FloatArray:
    """Quantiles of the open hours from arrival to decision, over the items that were decided.

    Parameters
    ----------
    flow
        Arrivals and completions.
    q : array_like of shape (n_quantiles,)
        Between 0 and 1. [-]
    open_hours : array_like of shape (n_steps,)
        Open hours in each step. [h]

    Returns
    -------
    ndarray of shape (..., n_quantiles)
        NaN where nothing was decided. [h]

    Raises
    ------
    ValueError
        If a q lies outside 0-1, or the open hours are negative or do not fit the steps of the flow.

    Examples
    --------
    >>> flow = CumulativeFlow.of([10.0, 0.0, 0.0], [5.0, 0.0, 5.0])
    >>> business_quantiles(flow, [1.0], [1.0, 0.0, 1.0]).round(2)
    array([1.])
    """
    wanted = np.asarray(q, dtype=np.float64)
    if not ((wanted >= 0) & (wanted <= 1)).all():
        raise ValueError(f"q must lie between 0 and 1; found {wanted[(wanted < 0) | (wanted > 1)][0]}")
    opened = _running_hours(open_hours, flow.arrived.shape[-1] - 1)
    arrived, decided = np.broadcast_arrays(flow.arrived, flow.decided)
    result = np.full((*decided.shape[:-1], wanted.size), np.nan)
    for place in np.ndindex(*decided.shape[:-1]):
        if decided[place][-1] > 0:
            item = (np.arange(SLICES) + 0.5) / SLICES * decided[place][-1]
            wait = np.interp(item, decided[place], opened) - np.interp(item, arrived[place], opened)
            result[place] = np.interp(wanted * SLICES - 0.5, np.arange(SLICES), np.sort(np.maximum(wait, 0.0)))
    return result


def _running_hours(open_hours: ArrayLike, n_steps: int) -> FloatArray:
    hours = np.asarray(open_hours, dtype=np.float64)
    if hours.shape != (n_steps,) or not (np.isfinite(hours) & (hours >= 0)).all():
        raise ValueError(f"open_hours must be finite, >= 0 and of shape ({n_steps},); found {hours} of {hours.shape}")
    return np.concatenate([[0.0], np.cumsum(hours)])


def _first_moment(opened: FloatArray, hours: FloatArray) -> tuple[NDArray[np.intp], FloatArray]:
    """Moment in which the running open hours first reach some hours.

    Parameters
    ----------
    opened : ndarray of shape (n_steps + 1,)
        Open hours up to each node. [h]
    hours : ndarray of any shape
        Above 0; short of a node by `ROUNDING_HOURS` counts as at it. [h]

    Returns
    -------
    step : ndarray of int, of the shape of `hours`
        Step in which they are reached; n_steps past the end.
    moment : ndarray of the shape of `hours`
        Node and fraction of the step after it. [steps]
    """
    early = hours - ROUNDING_HOURS
    step = np.searchsorted(opened, early, side="left") - 1
    inside = np.minimum(step, opened.size - 2)
    rise = opened[inside + 1] - opened[inside]
    part = np.divide(early - opened[inside], rise, out=np.zeros_like(early), where=rise > 0)
    return step, inside + part


def _cuts(opened: FloatArray, target_hours: float) -> FloatArray:
    """Moments of arrival between which the deadline is a straight line within one step."""
    nodes = np.arange(opened.size, dtype=np.float64)
    reach = opened - target_hours
    _, due_at_node = _first_moment(opened, reach[reach > 0] + ROUNDING_HOURS)
    cuts = np.unique(np.concatenate([nodes, due_at_node]))
    return np.asarray(cuts[np.concatenate([[True], np.diff(cuts) > ROUNDING_HOURS])])


def _share_not_negative(begin: FloatArray, end: FloatArray, rounding: FloatArray) -> FloatArray:
    """Share of each piece on which the straight line from begin to end is >= -rounding.

    Parameters
    ----------
    begin, end : ndarray of shape (..., n_pieces)
        How far completions are ahead at both ends of a piece. [items]
    rounding : ndarray of shape (..., 1)
        What sums may have lost. [items]

    Returns
    -------
    ndarray of shape (..., n_pieces)
        0 or 1 where the line is level. [-]
    """
    higher, distance = np.maximum(begin, end) + rounding, np.abs(end - begin)
    share = np.divide(higher, distance, out=np.where(higher >= 0, 1.0, 0.0), where=distance > 0)
    return np.clip(share, 0.0, 1.0)
