"""Which requests must be valued together, and every way to fund those of one block."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capacity import ReviewQueue, ReviewTeam
from optimization.request import OpexRequest, touched

FloatArray = NDArray[np.float64]
Pairs = tuple[tuple[int, int], ...]

# Blocks with more feasible sets than this are searched, not enumerated.
MOST_SETS = 2**14


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Block:
    """Queues that share teams or requests, and the feasible ways to fund the requests that touch them.

    Attributes
    ----------
    queues, requests : tuple of int
        Rows among all queues, and among all requests.
    choices : tuple of tuple of float
        For each request of the block the shares at which it may be funded, ascending; 0 unless it is mandatory. [-]
    needs, excludes : tuple of pairs of int
        Positions in the block: the first is funded only with the second; at most one of the two is funded.
    levels : ndarray of shape (n_sets, n_requests_of_block)
        Share of each request that each feasible set funds; the first set funds the least. Where there are too many,
        those that a search has found worth valuing. [-]
    is_complete
        Whether `levels` holds every feasible set.
    """

    queues: tuple[int, ...]
    requests: tuple[int, ...]
    choices: tuple[tuple[float, ...], ...]
    needs: Pairs
    excludes: Pairs
    levels: FloatArray
    is_complete: bool

    def allowed(self, levels: FloatArray) -> NDArray[np.bool_]:
        """Tell which sets keep every dependency; levels that are not offered pass.

        Parameters
        ----------
        levels : ndarray of shape (n_sets, n_requests_of_block)
            Share of each request that each set funds. [-]

        Returns
        -------
        ndarray of bool of shape (n_sets,)
        """
        return _keep(levels > 0, self.needs, self.excludes)

    def is_feasible(self, levels: FloatArray) -> bool:
        """Tell whether one set keeps every level and dependency.

        Parameters
        ----------
        levels : ndarray of shape (n_requests_of_block,)
            Share of each request that is funded. [-]

        Returns
        -------
        bool
        """
        offered = all(level in choices for level, choices in zip(levels.tolist(), self.choices, strict=True))
        return offered and bool(self.allowed(levels[None, :])[0])


def independent_blocks(
    queues: Sequence[ReviewQueue],
    teams: Sequence[ReviewTeam],
    requests: Sequence[OpexRequest],
    *,
    most_sets: int = MOST_SETS,
) -> tuple[Block, ...]:
    """Split queues and requests into blocks that do not touch each other.

    Parameters
    ----------
    queues, teams, requests
        Queues are linked by a team that serves both, by a request that touches both, and requests by what they
        need or exclude.
    most_sets : int
        Blocks with more feasible sets (or more than 8 times that while requests are added one by one in their order)
        are not complete: they hold the set that funds the least alone, for a search to go on from. [-]

    Returns
    -------
    tuple of Block
        Every queue and every request is in exactly one.

    Raises
    ------
    ValueError
        If a block has no feasible set.

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
        blocks.append(_block(members, asked, [requests[i] for i in asked], most_sets))
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


def _block(queues: tuple[int, ...], rows: tuple[int, ...], requests: Sequence[OpexRequest], most_sets: int) -> Block:
    position = {request.name: index for index, request in enumerate(requests)}
    needs = tuple((position[request.name], position[other]) for request in requests for other in request.needs)
    excludes = tuple((position[request.name], position[other]) for request in requests for other in request.excludes)
    choices = tuple(request.levels() if request.mandatory else (0.0, *request.levels()) for request in requests)
    levels = _every_set(choices, needs, excludes, most_sets)
    is_complete = levels is not None
    if levels is None:
        levels = _least_set(choices, needs)[None, :]
    if not _keep(levels > 0, needs, excludes).any():
        names = ", ".join(request.name for request in requests)
        raise ValueError(f"no set of these requests keeps what they need and exclude while mandatory: {names}")
    return Block(
        queues=queues,
        requests=rows,
        choices=choices,
        needs=needs,
        excludes=excludes,
        levels=levels,
        is_complete=is_complete,
    )


def _every_set(
    choices: Sequence[tuple[float, ...]], needs: Pairs, excludes: Pairs, most_sets: int
) -> FloatArray | None:
    """Every way to fund requests that keeps what they need, exclude and demand; None if there are too many."""
    sets = np.zeros((1, 0))
    for last, options in enumerate(choices):
        sets = np.column_stack([np.repeat(sets, len(options), axis=0), np.tile(options, len(sets))])
        # A rule is applied as soon as both of its requests are there, so that chains of needs stay few.
        decided = [[pair for pair in pairs if max(pair) == last] for pairs in (needs, excludes)]
        sets = sets[_keep(sets > 0, *decided)]
        if len(sets) > 8 * most_sets:
            return None
    return sets if len(sets) <= most_sets else None


def _keep(
    funded: NDArray[np.bool_], needs: Sequence[tuple[int, int]], excludes: Sequence[tuple[int, int]]
) -> NDArray[np.bool_]:
    """Which sets, rows of `funded`, keep the pairs."""
    allowed = np.ones(len(funded), dtype=bool)
    for index, other in needs:
        allowed &= ~funded[:, index] | funded[:, other]
    for index, other in excludes:
        allowed &= ~(funded[:, index] & funded[:, other])
    return allowed


def _least_set(choices: Sequence[tuple[float, ...]], needs: Pairs) -> FloatArray:
    """What is mandatory and all that it needs, each at its least share above 0."""
    levels = np.array([options[0] for options in choices])
    pending = True
    while pending:
        pending = False
        for index, other in needs:
            if levels[index] > 0 and levels[other] == 0:
                levels[other], pending = choices[other][1], True
    return levels
