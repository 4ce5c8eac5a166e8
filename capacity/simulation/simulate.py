"""Runs of the simulation: one replication item by item, or many with their measures and intervals."""

from collections.abc import Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from capacity.simulation.inputs import SimulatedQueues, SimulatedTeams, check_together
from capacity.simulation.items import draw_items
from capacity.simulation.outcome import (
    ItemHistory,
    ReplicationSummary,
    SimulationOutcome,
    summarise_history,
)

Routing = Literal["priority", "earliest_deadline", "weighted"]


def simulate_history(
    queues: SimulatedQueues,
    teams: SimulatedTeams,
    *,
    step_hours: float,
    seed: int = 0,
    replication: int = 0,
    routing: Routing = "priority",
    warmup_hours: float = 0.0,
) -> ItemHistory:
    """Simulate one replication and return what happened to each item.

    Parameters
    ----------
    queues : SimulatedQueues
        What arrives.
    teams : SimulatedTeams
        Who serves it.
    step_hours : float
        Length of a time step of the arrival rates and of the staff. [hours]
    seed, replication : int
        They fix the items (with the name of the queue); service and routing do not change them.
    routing : {"priority", "earliest_deadline", "weighted"}
        Which queue a free reviewer turns to, as in `simulate_service`.
    warmup_hours : float
        Hours on reviews are counted from here. [hours]

    Returns
    -------
    ItemHistory
        One entry an item.

    Raises
    ------
    ValueError
        If an argument is out of its range, or the shapes do not fit one another.

    Examples
    --------
    Two looks at each item by two reviewers, of whom one leaves after the first hour with his work done:

    >>> queues = SimulatedQueues(names=("labels",), handle_hours=0.8, handle_cv=0.0, target_hours=2.0,
    ...     reviews_per_item=2, arrival_hours=((0.5, 0.6),))
    >>> teams = SimulatedTeams(names=("A",), servers=[[2, 1, 1, 1]], skills=np.array([[True]]))
    >>> simulate_history(queues, teams, step_hours=1.0).decided_hours.round(3).tolist()
    [1.3, 2.9]
    """
    run = _checked_run(queues, teams, step_hours, seed, routing, warmup_hours)
    if replication != int(replication) or replication < 0:
        raise ValueError(f"replication must be a whole number >= 0; found {replication!r}.")
    return _run_replication(run, int(replication))


def simulate_service(
    queues: SimulatedQueues,
    teams: SimulatedTeams,
    *,
    step_hours: float,
    n_replications: int = 20,
    seed: int = 0,
    routing: Routing = "priority",
    warmup_hours: float = 0.0,
    quantile_levels: Sequence[float] = (0.5, 0.9, 0.95, 0.99),
    executor: Executor | None = None,
) -> SimulationOutcome:
    """Simulate the service of queues by teams, item by item.

    Parameters
    ----------
    queues : SimulatedQueues
        What arrives.
    teams : SimulatedTeams
        Who serves it.
    step_hours : float
        Length of a time step of the arrival rates and of the staff. [hours]
    n_replications : int
        Independent repetitions.
    seed : int
        Fixes the items of every replication, whatever the staff and the routing: two policies meet the same
        items (common random numbers).
    routing : {"priority", "earliest_deadline", "weighted"}
        Which queue a free reviewer turns to among those of the team. "priority": the smallest `priority`.
        "earliest_deadline": the earliest arrival + target. "weighted": the largest weight x (time waited / target)
        of the item at the head, so that an item of double severity is as urgent at half its target as one of
        single severity at its target. Ties go to the earliest deadline, then to the queue that is listed first.
    warmup_hours : float
        Items that arrive earlier are served but not counted as due, and utilisation is measured from here. With
        0 everything counts, the backlog at the start included. [hours]
    quantile_levels : sequence of float
        Levels of the wait and turnaround quantiles, above 0 and at most 1. [-]
    executor : concurrent.futures.Executor, optional
        Runs the replications; in this thread without. The compiled loop does not hold the lock of the
        interpreter, so threads gain too. The result does not depend on it.

    Returns
    -------
    SimulationOutcome
        Arrays by replication; `replication_interval` gives means and confidence intervals.

    Raises
    ------
    ValueError
        If an argument is out of its range, or the shapes do not fit one another.

    Notes
    -----
    Within a queue, items are taken in the order of arrival. Reviews are not interrupted: where the number of
    reviewers falls, those at work finish their review before they leave, and nothing new is begun until the number
    at work is below the new number. An item with several reviews keeps its place until the last has begun; its
    reviews may go on at once, and who has done the first is not tracked. It is decided with the last review to end.
    An item is withdrawn when its patience runs out before its first review begins. All that happens at one instant
    takes effect before work is handed out, to the teams in the order in which they are listed.

    Given staff and arrivals, the loop takes time proportional to the number of events, times the logarithm of the
    number of reviewers at work, times the number of queues that a team may serve.

    With numba (extra `fast`) the loop is compiled, with the same results to the last bit.

    References
    ----------
    .. [1] Law, A. M. (2015). Simulation Modeling and Analysis, 5th ed., chapters 1, 9 and 11. McGraw-Hill.
    .. [2] Kleinrock, L. (1964). A delay dependent queue discipline. Naval Research Logistics Quarterly 11(3-4),
       329-341 (the routing "weighted"). https://doi.org/10.1002/nav.3800110306

    Examples
    --------
    >>> queues = SimulatedQueues(names=("chat",), handle_hours=0.1, target_hours=0.5,
    ...     handle_distribution="gamma", arrivals_per_hour=np.full((1, 200), 90.0))
    >>> teams = SimulatedTeams(names=("A",), servers=np.full((1, 200), 10), skills=np.array([[True]]))
    >>> outcome = simulate_service(queues, teams, step_hours=1.0, n_replications=5)
    >>> from capacity.simulation import replication_interval
    >>> interval = replication_interval(outcome.utilisation)
    >>> bool(interval.lower[0] < 0.9 < interval.upper[0])
    True
    """
    run = _checked_run(queues, teams, step_hours, seed, routing, warmup_hours)
    levels = np.array(quantile_levels, dtype=np.float64).reshape(-1)
    if not ((levels > 0.0) & (levels <= 1.0)).all():
        raise ValueError(f"quantile_levels must be above 0 and at most 1; found {quantile_levels!r}.")
    if n_replications != int(n_replications) or n_replications < 1:
        raise ValueError(f"n_replications must be a whole number >= 1; found {n_replications!r}.")
    run_all = map if executor is None else executor.map
    summaries = list(run_all(partial(_measure_replication, run, levels), range(int(n_replications))))
    measures = {name: np.stack([getattr(one, name) for one in summaries]) for name in ReplicationSummary._fields}
    return SimulationOutcome(
        queue_names=queues.names,
        team_names=teams.names,
        weight=queues.weight,
        quantile_levels=levels,
        initial=np.array([ages.size for ages in queues.backlog_age_hours]),
        available_hours=teams.servers.astype(np.float64) @ np.diff(np.maximum(run.step_edges, run.warmup_hours)),
        **measures,
    )


class _Run(NamedTuple):
    """Checked arguments that all replications share."""

    queues: SimulatedQueues
    teams: SimulatedTeams
    step_hours: float
    step_edges: NDArray[np.float64]
    seed: int
    routing: Routing
    warmup_hours: float


def _checked_run(
    queues: SimulatedQueues,
    teams: SimulatedTeams,
    step_hours: float,
    seed: int,
    routing: Routing,
    warmup_hours: float,
) -> _Run:
    check_together(queues, teams, step_hours)
    if seed != int(seed) or seed < 0:
        raise ValueError(f"seed must be a whole number >= 0; found {seed!r}.")
    if routing not in get_args(Routing):
        raise ValueError(f"routing must be one of {get_args(Routing)}; found {routing!r}.")
    step_edges = float(step_hours) * np.arange(teams.servers.shape[1] + 1)
    if not 0.0 <= warmup_hours < step_edges[-1]:
        raise ValueError(
            f"warmup_hours must be at least 0 and below the horizon of {step_edges[-1]:g} hours; "
            f"found {warmup_hours!r}."
        )
    return _Run(queues, teams, float(step_hours), step_edges, int(seed), routing, float(warmup_hours))


def _run_replication(run: _Run, replication: int) -> ItemHistory:
    # Imported here: the compiler behind the loop takes most of a second to import.
    from capacity.simulation.events import run_events, service_at_start, service_rules

    items = draw_items(run.queues, step_hours=run.step_hours, seed=run.seed, replication=replication)
    rules = service_rules(
        run.queues,
        run.teams,
        step_edges=run.step_edges,
        routing=get_args(Routing).index(run.routing),
        warmup_hours=run.warmup_hours,
    )
    state = service_at_start(items, rules)
    run_events(items, rules, state)
    horizon_hours = run.step_edges[-1]
    left = (items.leave_hours <= horizon_hours) & ~np.isfinite(state.started_hours)
    return ItemHistory(
        queue_start=items.queue_start,
        n_initial=items.n_initial,
        arrival_hours=items.arrival_hours,
        started_hours=state.started_hours,
        decided_hours=np.where(state.decided_hours <= horizon_hours, state.decided_hours, np.inf),
        abandoned_hours=np.where(left, items.leave_hours, np.inf),
        busy_hours=state.busy_hours,
    )


def _measure_replication(run: _Run, levels: NDArray[np.float64], replication: int) -> ReplicationSummary:
    return summarise_history(
        _run_replication(run, replication),
        run.queues,
        step_edges=run.step_edges,
        warmup_hours=run.warmup_hours,
        quantile_levels=levels,
    )
