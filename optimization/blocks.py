"""Which requests must be valued together, and every way to fund those of one block."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capacity import ReviewQueue, ReviewTeam
from optimization.request import OpexRequest, touched

MOST_SETS = 2**14


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Block:
    """Queues that share teams or requests, and every feasible way to fund the requests that touch them.

    Attributes
    ----------
    queues, requests : tuple of int
        Rows among all queues, and among all requests.
    levels : ndarray of shape (n_sets, n_requests_of_block)
        Share of each request that each feasible set funds; the first set funds the least. [-]
    """

    queues: tuple[int, ...]
    requests: tuple[int, ...]
    levels: NDArray[np.float64]


def independent_blocks(
    queues: Sequence[ReviewQueue], teams: Sequence[ReviewTeam], requests: Sequence[OpexRequest]
) -> tuple[Block, ...]:
    """Split queues and requests into blocks that do not touch each other.

    Parameters
    ----------
    queues, teams, requests
        Queues are linked by a team that serves both, by a request that touches both, and requests by what they
        need or exclude.

    Returns
    -------
    tuple of Block
        Every queue and every request is in exactly one.

    Raises
    ------
    ValueError
        If a block has no feasible set, or more than 16,384, or more than 8 times that while requests are added one
        by one in their order.

    Notes
    -----
    The value of a set of requests is the sum of the values of its parts in each block, exactly, because no queue
    of one block shares work, people or a request with a queue of another.
    """
    group = _groups(queues, teams, requests)
    blocks = []
    for label in dict.fromkeys(group):
        members = tuple(i for i in range(len(queues)) if group[i] == label)
        asked = tuple(i for i in range(len(requests)) if group[len(queues) + i] == label)
        blocks.append(Block(queues=members, requests=asked, levels=_feasible([requests[i] for i in asked])))
    return tuple(blocks)


def _groups(queues: Sequence[ReviewQueue], teams: Sequence[ReviewTeam], requests: Sequence[OpexRequest]) -> list[int]:
    """Label of the connected component of each queue, then of each request."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    queue_row = {queue.name: i for i, queue in enumerate(queues)}
    request_row = {request.name: len(queues) + i for i, request in enumerate(requests)}
    links: list[tuple[int, int]] = []
    for team in teams:
        served = [queue_row[name] for name in team.skills if name in queue_row]
        links += [(served[0], other) for other in served[1:]]
    for request in requests:
        links += [(request_row[request.name], queue_row[name]) for name in sorted(touched(request, queues, teams))]
        links += [(request_row[request.name], request_row[other]) for other in (*request.needs, *request.excludes)]
    size = len(queues) + len(requests)
    start, end = np.array(links, dtype=np.int64).reshape(-1, 2).T
    graph = coo_array((np.ones(len(links)), (start, end)), shape=(size, size))
    return [int(label) for label in connected_components(graph, directed=False)[1]]


def _feasible(requests: Sequence[OpexRequest]) -> NDArray[np.float64]:
    """Every way to fund the requests of one block that keeps what they need, exclude and demand."""
    position = {request.name: index for index, request in enumerate(requests)}
    needs = [(position[request.name], position[other]) for request in requests for other in request.needs]
    excludes = [(position[request.name], position[other]) for request in requests for other in request.excludes]
    sets = np.zeros((1, 0))
    for last, request in enumerate(requests):
        choices = request.levels() if request.mandatory else (0.0, *request.levels())
        sets = np.column_stack([np.repeat(sets, len(choices), axis=0), np.tile(choices, len(sets))])
        # A rule is applied as soon as both of its requests are there, so that chains of needs stay few.
        funded = sets > 0
        allowed = np.ones(len(sets), dtype=bool)
        for index, other in needs:
            if max(index, other) == last:
                allowed &= ~funded[:, index] | funded[:, other]
        for index, other in excludes:
            if max(index, other) == last:
                allowed &= ~(funded[:, index] & funded[:, other])
        sets = sets[allowed]
        if len(sets) > 8 * MOST_SETS:
            raise ValueError(_too_many(requests, f"more than {8 * MOST_SETS:,}"))
    if len(sets) == 0:
        names = ", ".join(request.name for request in requests)
        raise ValueError(f"no set of these requests keeps what they need and exclude while mandatory: {names}")
    if len(sets) > MOST_SETS:
        raise ValueError(_too_many(requests, f"{len(sets):,}"))
    return sets


def _too_many(requests: Sequence[OpexRequest], count: str) -> str:
    return (
        f"{len(requests)} requests touch one connected group of queues and teams and can be funded in {count} ways; "
        f"all are valued exactly, up to {MOST_SETS:,}. Make some mandatory, leave hopeless ones out, fund fewer of "
        f"them in part, or split teams that serve everything: {', '.join(request.name for request in requests)}"
    )
