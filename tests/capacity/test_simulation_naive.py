"""The simulation against one that keeps every item and reviewer apart and searches all of them at every instant."""

import importlib.util
import pickle
import sys
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capacity.simulation import SimulatedQueues, SimulatedTeams, draw_items, simulate_history, simulate_service

ROUTINGS = ["priority", "earliest_deadline", "weighted"]


def make_teams(servers, skills=None, **changes):
    servers = np.atleast_2d(servers)
    skills = np.ones((len(servers), 1), dtype=bool) if skills is None else np.array(skills, dtype=bool)
    names = tuple(f"team {number}" for number in range(len(servers)))
    return SimulatedTeams(names=names, servers=servers, skills=skills, **changes)


def random_system(seed, **changes):
    """Three queues and two teams that share the second queue."""
    rng = np.random.default_rng(seed)
    queues = SimulatedQueues(
        names=("spam", "violence", "fraud"),
        handle_hours=rng.uniform(0.1, 1.0, 3),
        handle_cv=rng.uniform(0.0, 2.0, 3),
        target_hours=rng.uniform(0.5, 5.0, 3),
        arrivals_per_hour=rng.uniform(0.0, 6.0, (3, 12)),
        reviews_per_item=rng.integers(1, 4, 3),
        priority=rng.integers(0, 2, 3),
        weight=rng.uniform(0.0, 3.0, 3),
        patience_hours=np.where(rng.random(3) < 0.5, rng.uniform(0.5, 4.0, 3), np.inf),
        backlog_age_hours=[rng.uniform(0.0, 9.0, rng.integers(0, 9)) for _ in range(3)],
        **changes,
    )
    skills = [[True, True, False], [False, True, True]]
    return queues, make_teams(rng.integers(0, 5, (2, 12)), skills, speed=rng.uniform(0.5, 2.0, (2, 3)))


def naive_history(queues, teams, step_hours, routing, seed=0):
    """Every item and review by itself, searched from the start at every instant; (started, decided) a item."""
    drawn = draw_items(queues, step_hours=step_hours, seed=seed, replication=0)
    edges = step_hours * np.arange(teams.servers.shape[1] + 1)
    n_items, reviews = drawn.arrival_hours.size, queues.reviews_per_item[drawn.queue_of]
    handle = np.split(drawn.handle_hours, np.cumsum(reviews)[:-1]) if n_items else []
    begun, ends, in_hand, now = [[] for _ in range(n_items)], [[] for _ in range(n_items)], [], 0.0

    def urgency(item):
        queue, arrival = drawn.queue_of[item], drawn.arrival_hours[item]
        waited_share = (now - arrival) / queues.target_hours[queue]
        rank = {
            "priority": queues.priority[queue],
            "earliest_deadline": 0.0,
            "weighted": -queues.weight[queue] * waited_share,
        }
        return rank[routing], arrival + queues.target_hours[queue], queue, item

    while now < edges[-1]:
        in_hand = [(end, team) for end, team in in_hand if end > now]
        staff = teams.servers[:, np.searchsorted(edges, now, side="right") - 1]
        for team in range(teams.n_teams):
            while sum(one == team for _, one in in_hand) < staff[team]:
                startable = [
                    item
                    for item in range(n_items)
                    if drawn.arrival_hours[item] <= now
                    and teams.skills[team, drawn.queue_of[item]]
                    and len(begun[item]) < reviews[item]
                    and (begun[item] or drawn.leave_hours[item] > now)
                ]
                if not startable:
                    break
                item = min(startable, key=urgency)
                speed = teams.speed[team, drawn.queue_of[item]]
                ends[item].append(now + handle[item][len(begun[item])] / speed)
                begun[item].append(now)
                in_hand.append((ends[item][-1], team))
        times = [*edges, *drawn.arrival_hours, *(end for end, _ in in_hand)]
        now = min(time for time in times if time > now)
    done = [max(ends[item]) if len(ends[item]) == reviews[item] else np.inf for item in range(n_items)]
    decided = [end if end <= edges[-1] else np.inf for end in done]
    return [row[0] if row else np.inf for row in begun], decided


@st.composite
def small_systems(draw):
    """Whole hours throughout, so that many things happen at one instant."""
    n_queues, n_teams, n_steps = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 5))

    def per_queue(values):
        return draw(st.lists(values, min_size=n_queues, max_size=n_queues))

    hours = st.lists(st.integers(0, 2 * n_steps - 1).map(float), max_size=8)
    queues = SimulatedQueues(
        names=tuple(f"queue {number}" for number in range(n_queues)),
        handle_hours=per_queue(st.integers(1, 3)),
        handle_cv=per_queue(st.sampled_from([0.0, 0.0, 1.0])),
        target_hours=per_queue(st.sampled_from([1.0, 3.0, np.inf])),
        reviews_per_item=per_queue(st.integers(1, 3)),
        priority=per_queue(st.integers(0, 1)),
        weight=per_queue(st.integers(0, 2)),
        patience_hours=per_queue(st.sampled_from([2.0, np.inf])),
        arrival_hours=per_queue(hours),
        backlog_age_hours=per_queue(st.lists(st.integers(0, 4), max_size=4)),
    )
    row = st.lists(st.integers(0, 3), min_size=n_steps, max_size=n_steps)
    skills = np.array(
        draw(
            st.lists(st.lists(st.booleans(), min_size=n_queues, max_size=n_queues), min_size=n_teams, max_size=n_teams)
        )
    )
    skills[0] |= ~skills.any(axis=0)
    speed = draw(st.sampled_from([1.0, 0.5, 2.0]))
    return queues, make_teams([draw(row) for _ in range(n_teams)], skills, speed=speed)


@pytest.fixture
def plain_events(monkeypatch) -> ModuleType:
    """The event loop as it is where numba is not installed."""
    monkeypatch.setattr("capacity.compilation.numba_is_there", lambda: False)
    spec = importlib.util.find_spec("capacity.simulation.events")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.undo()
    return module


@pytest.mark.property
@settings(max_examples=150, deadline=None)
@given(system=small_systems(), routing=st.sampled_from(ROUTINGS))
def test_every_item_is_served_as_in_a_naive_simulation(system, routing):
    queues, teams = system
    history = simulate_history(queues, teams, step_hours=2.0, routing=routing)
    started, decided = naive_history(queues, teams, 2.0, routing)
    assert history.started_hours.tolist() == started
    assert history.decided_hours.tolist() == decided


@pytest.mark.parametrize("routing", ROUTINGS)
def test_shared_skills_and_speeds_are_served_as_in_a_naive_simulation(routing):
    for seed in range(5):
        queues, teams = random_system(seed)
        history = simulate_history(queues, teams, step_hours=1.5, routing=routing, seed=seed)
        assert history.decided_hours.tolist() == naive_history(queues, teams, 1.5, routing, seed)[1]


@pytest.mark.property
@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), routing=st.sampled_from(ROUTINGS))
def test_every_item_is_decided_withdrawn_or_in_the_backlog(seed, routing):
    queues, teams = random_system(seed)
    outcome = simulate_service(queues, teams, step_hours=1.0, n_replications=3, seed=seed, routing=routing)
    left = outcome.decided + outcome.abandoned + outcome.backlog_items[:, :, -1]
    assert (outcome.arrived + outcome.initial == left).all()
    assert (outcome.on_time + outcome.due_abandoned <= outcome.due).all()


@pytest.mark.parametrize("routing", ROUTINGS)
def test_compiled_and_plain_loops_give_the_same_bits(plain_events, monkeypatch, routing):
    pytest.importorskip("numba")
    from capacity.simulation import events

    assert hasattr(events.run_events, "py_func")
    assert not hasattr(plain_events.run_events, "py_func")
    queues, teams = random_system(2)
    compiled = simulate_history(queues, teams, step_hours=20.0, routing=routing)
    monkeypatch.setitem(sys.modules, "capacity.simulation.events", plain_events)
    plain = simulate_history(queues, teams, step_hours=20.0, routing=routing)
    for name in ("started_hours", "decided_hours", "abandoned_hours", "busy_hours"):
        assert getattr(compiled, name).tobytes() == getattr(plain, name).tobytes()


def test_an_executor_does_not_change_the_result_and_records_travel_to_other_processes():
    queues, teams = pickle.loads(pickle.dumps(random_system(3)))  # noqa: S301 - made in this line
    alone = simulate_service(*random_system(3), step_hours=1.0)
    with ThreadPoolExecutor(2) as executor:
        together = simulate_service(queues, teams, step_hours=1.0, executor=executor)
    assert together.turnaround_hours.tobytes() == alone.turnaround_hours.tobytes()
