"""The order in which linked requests are decided, so that few of them are open at a time."""

from collections.abc import Sequence


def decision_order(component: Sequence[int], linked: Sequence[set[int]]) -> list[int]:
    """Order a connected group of requests; a decided one is open while it has an undecided neighbour.

    Work doubles with every open request, so of two orders the one with less work is taken: the greedy one is the better
    where links form long strips, the nested one where they form trees. The result of a search does not depend on it.

    Parameters
    ----------
    component : sequence of int
        The requests to order.
    linked : sequence of set of int
        Neighbours of every request.

    Returns
    -------
    list of int
        The requests of `component`.
    """
    return min(greedy_order(component, linked), nested_order(component, linked), key=lambda o: _work(o, linked))


def greedy_order(component: Sequence[int], linked: Sequence[set[int]]) -> list[int]:
    """Start at the request with fewest links and go on with the neighbour that leaves fewest requests open."""
    undecided = set(component)
    links_left = {member: len(linked[member]) for member in component}
    candidates: set[int] = set()
    order: list[int] = []

    def newly_open(member: int) -> tuple[int, int, int]:
        closes = sum(links_left[other] == 1 for other in linked[member] if other not in undecided)
        return (links_left[member] > 0) - closes, links_left[member], member

    while undecided:
        request = min(candidates or undecided, key=newly_open)
        order.append(request)
        undecided.remove(request)
        candidates = (candidates | linked[request]) & undecided
        for other in linked[request]:
            links_left[other] -= 1
    return order


def nested_order(component: Sequence[int], linked: Sequence[set[int]]) -> list[int]:
    """Decide what holds the group together first, then part by part, the largest part last.

    The elimination tree of the minimum-degree order gives the parts. On a tree of n requests at most
    log2(n) are then open at once.
    """
    parent = _elimination_tree(component, linked)
    parts: dict[int, list[int]] = {member: [] for member in parent}
    size = dict.fromkeys(parent, 1)
    for member, above in parent.items():  # members come before what is above them
        if above is not None:
            parts[above].append(member)
            size[above] += size[member]
    order: list[int] = []
    pending = [member for member, above in parent.items() if above is None]
    while pending:
        member = pending.pop()
        order.append(member)
        pending.extend(sorted(parts[member], key=lambda part: (-size[part], part)))
    return order


def _elimination_tree(component: Sequence[int], linked: Sequence[set[int]]) -> dict[int, int | None]:
    """For each request the next one up, in the order of elimination by least degree."""
    neighbours = {member: set(linked[member]) for member in component}
    above: dict[int, set[int]] = {}
    while neighbours:
        request = min(neighbours, key=lambda member: (len(neighbours[member]), member))
        above[request] = neighbours.pop(request)
        for other in above[request]:
            neighbours[other] |= above[request]
            neighbours[other] -= {request, other}
    turn = {request: position for position, request in enumerate(above)}
    return {request: min(higher, key=turn.__getitem__, default=None) for request, higher in above.items()}


def _work(order: Sequence[int], linked: Sequence[set[int]]) -> int:
    """Number of states, weighted with the number of requests decided, summed over the steps."""
    decided: set[int] = set()
    still_open: set[int] = set()
    work = 0
    for position, request in enumerate(order, start=1):
        decided.add(request)
        still_open = {member for member in still_open | {request} if linked[member] - decided}
        work += position << len(still_open)
    return work
