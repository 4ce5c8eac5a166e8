"""Sets of requests: their names, and those that follow from one: with what it needs, without it, the least, all."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from optimization.case import PlanningCase

FloatArray = NDArray[np.float64]


def with_needs(case: PlanningCase, row: int, levels: FloatArray, share: float = 1.0) -> FloatArray:
    """Add a request to a set with all that it needs, and take out what any of these excludes.

    Parameters
    ----------
    case
        The requests.
    row : int
        Which request to add.
    levels : ndarray of shape (n_requests,)
        Share of each request that is funded. [-]
    share : float
        Share of the request to fund. [-]

    Returns
    -------
    ndarray of shape (n_requests,)
        A new array.
    """
    position = {request.name: index for index, request in enumerate(case.requests)}
    result = levels.copy()
    added: list[int] = []
    pending = [row]
    while pending:
        index = pending.pop()
        if index in added:
            continue
        added.append(index)
        if index == row:
            result[row] = max(result[row], share)
        elif result[index] == 0:
            # What it needs may be there in part already; that part is enough.
            result[index] = 1.0
        pending += [position[name] for name in case.requests[index].needs]
    excluded = [
        other
        for other, request in enumerate(case.requests)
        for index in added
        if request.name in case.requests[index].excludes or case.requests[index].name in request.excludes
    ]
    for other in excluded:
        result = without(case, other, result)
    return result


def without(case: PlanningCase, row: int, levels: FloatArray) -> FloatArray:
    """Take a request out of a set, and every request that needs it.

    Parameters
    ----------
    case
        The requests.
    row : int
        Which request to take out.
    levels : ndarray of shape (n_requests,)
        Share of each request that is funded. [-]

    Returns
    -------
    ndarray of shape (n_requests,)
        A new array.
    """
    result = levels.copy()
    pending = [row]
    while pending:
        index = pending.pop()
        result[index] = 0.0
        name = case.requests[index].name
        pending += [i for i, other in enumerate(case.requests) if name in other.needs and result[i] > 0]
    return result


def minimum_set(case: PlanningCase) -> FloatArray:
    """The mandatory requests and all that they need, each at its least level.

    Parameters
    ----------
    case
        The requests.

    Returns
    -------
    ndarray of shape (n_requests,)
        Share of each request that is funded. [-]
    """
    position = {request.name: row for row, request in enumerate(case.requests)}
    levels = np.zeros(len(case.requests))
    pending = [row for row, request in enumerate(case.requests) if request.mandatory]
    while pending:
        row = pending.pop()
        if levels[row] == 0:
            levels[row] = case.requests[row].levels()[0]
            pending += [position[name] for name in case.requests[row].needs]
    return levels


def everything_asked(case: PlanningCase, order: Sequence[int] | None = None) -> FloatArray:
    """Every request in full; of requests that exclude each other, the one that comes first.

    Parameters
    ----------
    case
        The requests.
    order
        Rows of the requests, first come first served, by falling cost if None; mandatory ones come before all others.

    Returns
    -------
    ndarray of shape (n_requests,)
        A set that keeps every dependency. [-]
    """
    mandatory = [row for row, request in enumerate(case.requests) if request.mandatory]
    levels = np.zeros(len(case.requests))
    by_cost = sorted(range(len(levels)), key=lambda i: (-case.requests[i].cost_usd(case.n_weeks), i))
    for row in [*mandatory, *(by_cost if order is None else order)]:
        candidate = with_needs(case, row, levels)
        # What is already in is not pushed out by what comes later.
        if (candidate >= levels).all():
            levels = candidate
    return levels


def funded_names(case: PlanningCase, levels: FloatArray) -> tuple[str, ...]:
    """Names of the funded requests of a set, with the share where it is not 1.

    Parameters
    ----------
    case
        The requests.
    levels : ndarray of shape (n_requests,)
        Share of each request that is funded. [-]

    Returns
    -------
    tuple of str
    """
    return tuple(
        request.name if level == 1.0 else f"{request.name} ({level:.0%})"
        for request, level in zip(case.requests, levels, strict=True)
        if level > 0
    )
