"""Event loop of the simulation, compiled by numba where it is installed and with the same bits where it is not.

The bits agree because the loop draws nothing (random numbers come in as arrays) and only adds, subtracts,
multiplies, divides and compares: IEEE 754 fixes the result of each of these operations, and numba neither reorders
nor fuses them unless `fastmath` is asked for.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from capacity.compilation import compiled
from capacity.simulation.inputs import SimulatedQueues, SimulatedTeams
from capacity.simulation.items import DrawnItems

PRIORITY, EARLIEST_DEADLINE, WEIGHTED = range(3)


class ServiceRules(NamedTuple):
    """Who serves what, when and in which order; times in hours.

    The first `n_team_queues[t]` entries of `team_queues[t]` are the queues that team t may serve; `step_edges` holds
    the start of each step and the end of the last one.
    """

    routing: int
    priority: NDArray[np.float64]
    weight: NDArray[np.float64]
    target_hours: NDArray[np.float64]
    reviews_per_item: NDArray[np.int64]
    servers: NDArray[np.int64]
    n_team_queues: NDArray[np.int64]
    team_queues: NDArray[np.int64]
    skills: NDArray[np.bool_]
    speed: NDArray[np.float64]
    step_edges: NDArray[np.float64]
    warmup_hours: float


class ServiceState(NamedTuple):
    """What changes from event to event.

    Per item: start of the first review and decision (inf until known). Per queue: the item at the head, the end of
    what has arrived, the head's reviews begun and their latest end. Per team: free reviewers (negative while
    reviewers whose shift is over finish their work), whether it may find work, and busy hours. Then the heap of
    the reviews in hand by completion, and its size.
    """

    started_hours: NDArray[np.float64]
    decided_hours: NDArray[np.float64]
    head: NDArray[np.int64]
    arrived: NDArray[np.int64]
    looks_begun: NDArray[np.int64]
    latest_hours: NDArray[np.float64]
    free: NDArray[np.int64]
    seeks: NDArray[np.bool_]
    busy_hours: NDArray[np.float64]
    heap_hours: NDArray[np.float64]
    heap_team: NDArray[np.int64]
    heap_size: NDArray[np.int64]


def service_rules(
    queues: SimulatedQueues,
    teams: SimulatedTeams,
    *,
    step_edges: NDArray[np.float64],
    routing: int,
    warmup_hours: float,
) -> ServiceRules:
    """Arrays of the loop: copies, since one type of array (writable, in C order) is one compilation."""
    team_queues = np.zeros(teams.skills.shape, dtype=np.int64)
    for team, skilled in enumerate(teams.skills):
        served = np.flatnonzero(skilled)
        team_queues[team, : served.size] = served
    return ServiceRules(
        routing=routing,
        priority=queues.priority.copy(),
        weight=queues.weight.copy(),
        target_hours=queues.target_hours.copy(),
        reviews_per_item=queues.reviews_per_item.copy(),
        servers=teams.servers.copy(),
        n_team_queues=teams.skills.sum(axis=1),
        team_queues=team_queues,
        skills=teams.skills.copy(),
        speed=teams.speed.copy(),
        step_edges=step_edges.copy(),
        warmup_hours=warmup_hours,
    )


def service_at_start(items: DrawnItems, rules: ServiceRules) -> ServiceState:
    """Nothing has arrived, no one is at work."""
    n_items, n_queues, n_teams = items.order.size, rules.priority.size, rules.servers.shape[0]
    # No more reviews can be in hand than there are reviews, and reviewers at the best staffed times.
    most_in_hand = min(items.handle_hours.size, int(rules.servers.max(axis=1).sum()))
    return ServiceState(
        started_hours=np.full(n_items, np.inf),
        decided_hours=np.full(n_items, np.inf),
        head=items.queue_start[:-1].copy(),
        arrived=items.queue_start[:-1].copy(),
        looks_begun=np.zeros(n_queues, dtype=np.int64),
        latest_hours=np.zeros(n_queues),
        free=np.zeros(n_teams, dtype=np.int64),
        seeks=np.zeros(n_teams, dtype=np.bool_),
        busy_hours=np.zeros(n_teams),
        heap_hours=np.empty(most_in_hand),
        heap_team=np.empty(most_in_hand, dtype=np.int64),
        heap_size=np.zeros(1, dtype=np.int64),
    )


@compiled
def _push(state: ServiceState, hours: float, team: int) -> None:
    """Add a review that is completed at `hours`."""
    heap_hours, heap_team = state.heap_hours, state.heap_team
    place = state.heap_size[0]
    state.heap_size[0] = place + 1
    while place > 0 and heap_hours[(place - 1) // 2] > hours:
        parent = (place - 1) // 2
        heap_hours[place], heap_team[place] = heap_hours[parent], heap_team[parent]
        place = parent
    heap_hours[place], heap_team[place] = hours, team


@compiled
def _pop(state: ServiceState) -> int:
    """Remove the review that is completed first and return its team."""
    heap_hours, heap_team = state.heap_hours, state.heap_team
    first_team = heap_team[0]
    size = state.heap_size[0] - 1
    state.heap_size[0] = size
    hours, team = heap_hours[size], heap_team[size]
    place = 0
    child = 2 if size > 2 and heap_hours[2] < heap_hours[1] else 1
    while child < size and heap_hours[child] < hours:
        heap_hours[place], heap_team[place] = heap_hours[child], heap_team[child]
        place, child = child, 2 * child + 1
        if child + 1 < size and heap_hours[child + 1] < heap_hours[child]:
            child += 1
    heap_hours[place], heap_team[place] = hours, team
    return first_team  # type: ignore[no-any-return]  # an element of an integer array


@compiled
def _choose(items: DrawnItems, rules: ServiceRules, state: ServiceState, team: int, now: float) -> int:
    """Return the queue whose head the team takes next, or -1."""
    best, best_rank, best_deadline = -1, np.inf, np.inf
    for place in range(rules.n_team_queues[team]):
        queue = rules.team_queues[team, place]
        head = state.head[queue]
        while head < state.arrived[queue] and state.looks_begun[queue] == 0 and items.leave_hours[head] <= now:
            head += 1
        state.head[queue] = head
        if head < state.arrived[queue]:
            rank = 0.0
            if rules.routing == PRIORITY:
                rank = rules.priority[queue]
            elif rules.routing == WEIGHTED:
                rank = -rules.weight[queue] * (now - items.arrival_hours[head]) / rules.target_hours[queue]
            deadline = items.arrival_hours[head] + rules.target_hours[queue]
            if best < 0 or rank < best_rank or (rank == best_rank and deadline < best_deadline):
                best, best_rank, best_deadline = queue, rank, deadline
    return best


@compiled
def _begin(items: DrawnItems, rules: ServiceRules, state: ServiceState, team: int, queue: int, now: float) -> None:
    """Let one reviewer of the team begin the next review of the item at the head of the queue."""
    item, look, looks = state.head[queue], state.looks_begun[queue], rules.reviews_per_item[queue]
    place = items.look_start[queue] + (item - items.queue_start[queue]) * looks + look
    end = now + items.handle_hours[place] / rules.speed[team, queue]
    latest = end if look == 0 else max(end, state.latest_hours[queue])
    is_last = look + 1 == looks
    state.latest_hours[queue] = latest
    state.started_hours[item] = min(now, state.started_hours[item])
    state.decided_hours[item] = latest if is_last else np.inf
    state.head[queue] = item + 1 if is_last else item
    state.looks_begun[queue] = 0 if is_last else look + 1
    state.busy_hours[team] += max(0.0, min(end, rules.step_edges[-1]) - max(now, rules.warmup_hours))
    state.free[team] -= 1
    _push(state, end, team)


@compiled
def _change_staff(rules: ServiceRules, state: ServiceState, step: int) -> None:
    """Go from the staff of the step before to that of `step`."""
    for team in range(state.free.size):
        before = rules.servers[team, step - 1] if step > 0 else 0
        state.free[team] += rules.servers[team, step] - before
        state.seeks[team] = True


@compiled
def _arrive(rules: ServiceRules, state: ServiceState, queue: int) -> None:
    """Let the next item join its queue."""
    state.arrived[queue] += 1
    for team in range(state.free.size):
        if rules.skills[team, queue]:
            state.seeks[team] = True


@compiled
def run_events(items: DrawnItems, rules: ServiceRules, state: ServiceState) -> None:
    """Run all events before the end of the horizon; the state is changed in place.

    Notes
    -----
    All that happens at one instant (changes of staff, completions, arrivals) takes effect before work is handed
    out. Teams that may find work are then asked in their order. A team without work or without a free reviewer
    cannot find any until one of its reviewers is free or an item joins one of its queues: only then is it asked
    again.
    """
    order, queue_of, arrival_hours = items.order, items.queue_of, items.arrival_hours
    edges, heap_hours, heap_size = rules.step_edges, state.heap_hours, state.heap_size
    free, seeks = state.free, state.seeks
    n_items, n_teams = order.size, free.size
    step, arrivals, now = 0, 0, edges[0]
    while now < edges[-1]:
        if edges[step] <= now:
            _change_staff(rules, state, step)
            step += 1
        while heap_size[0] > 0 and heap_hours[0] <= now:
            team = _pop(state)
            free[team] += 1
            seeks[team] = True
        while arrivals < n_items and arrival_hours[order[arrivals]] <= now:
            _arrive(rules, state, queue_of[order[arrivals]])
            arrivals += 1
        for team in range(n_teams):
            while seeks[team] and free[team] > 0:
                queue = _choose(items, rules, state, team, now)
                if queue < 0:
                    seeks[team] = False
                else:
                    _begin(items, rules, state, team, queue, now)
        now = edges[step]
        if heap_size[0] > 0:
            now = min(now, heap_hours[0])
        if arrivals < n_items:
            now = min(now, arrival_hours[order[arrivals]])
