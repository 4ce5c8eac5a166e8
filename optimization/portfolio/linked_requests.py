"""The front of requests that depend on each other: one sweep that remembers only the open ones."""

import numpy as np
from numpy.typing import NDArray

from optimization.portfolio.decision_order import decision_order
from optimization.portfolio.dependencies import RequestLinks
from optimization.portfolio.dominance import CodedPoints, origin, undominated_rows, without_ties
from optimization.portfolio.request_codes import RequestCodes


def component_front(
    component: list[int],
    links: RequestLinks,
    codes: RequestCodes,
    cost: NDArray[np.int64],
    value: NDArray[np.int64],
    cost_cap: int,
) -> CodedPoints:
    """Return the exact front of one connected group of requests.

    Requests are decided one after the other. A decided request is open while a request it shares a pair with is
    undecided. Two partial sets with the same open requests funded can be completed in the same ways, so of
    each such state only the non-dominated points go on; once all are decided one state is left.
    """
    points = origin(codes.n_words)
    decided: set[int] = set()
    still_open: set[int] = set()
    for request in decision_order(component, links.linked):
        required = codes.mask(links.needs[request] & decided)
        dependants = codes.mask(links.needed_by[request] & decided)
        excluded = codes.mask(links.excludes[request] & decided)
        can_fund = _all_set(points.code, required) & _none_set(points.code, excluded)
        can_fund &= points.cost <= cost_cap - cost[request]
        fund, leave = np.flatnonzero(can_fund), np.flatnonzero(_none_set(points.code, dependants))
        candidates = CodedPoints(
            cost=np.concatenate([points.cost[leave], points.cost[fund] + cost[request]]),
            value=np.concatenate([points.value[leave], points.value[fund] + value[request]]),
            code=np.concatenate([points.code[:, leave], points.code[:, fund] | codes.mask({request})], axis=1),
        )
        decided.add(request)
        still_open = {member for member in still_open | {request} if links.linked[member] - decided}
        points = _best_of_each_state(candidates, codes.mask(still_open))
    return points


def _all_set(code: NDArray[np.uint64], mask: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Whether all bits of the mask are set, for each point."""
    result: NDArray[np.bool_] = ((code & mask) == mask).all(axis=0)
    return result


def _none_set(code: NDArray[np.uint64], mask: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Whether no bit of the mask is set, for each point."""
    result: NDArray[np.bool_] = ((code & mask) == 0).all(axis=0)
    return result


def _best_of_each_state(points: CodedPoints, still_open: NDArray[np.uint64]) -> CodedPoints:
    words = np.flatnonzero(still_open)
    best = points.take(undominated_rows(points.cost, points.value, [points.code[w] & still_open[w] for w in words]))
    return without_ties(best, tuple(best.code[w] & still_open[w] for w in words))
