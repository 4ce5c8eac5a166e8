"""What must hold of service whatever the numbers: more staff, pooling, order of queues, longer targets."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capacity.allocation import fair_allocation
from capacity.erlang import mean_wait, service_level
from capacity.expected_service import expected_service
from capacity.performance import queue_service
from capacity.turnaround import CumulativeFlow
from forecasting import VolumeForecast

seeds = st.integers(0, 10_000)


def random_teams(rng, make_team):
    """Three teams of any skills, of which one serves every queue."""
    names = [f"q{row}" for row in range(4)]
    teams = [make_team("t0", dict.fromkeys(names, 1.0), heads=float(rng.uniform(1.0, 30.0)))]
    for number in (1, 2):
        skills = {name: float(rng.choice([1.0, 0.8])) for name in rng.choice(names, 2, replace=False)}
        teams.append(make_team(f"t{number}", skills, heads=float(rng.uniform(0.0, 15.0))))
    return teams


def random_case(seed, make_forecast, make_queue, make_team):
    rng = np.random.default_rng(seed)
    volumes = rng.gamma(4.0, 60.0, (4, 1, 1)) * rng.uniform(0.6, 1.4, (4, 3, 14))
    hours = (24.0, 0.5, 48.0, 12.0)
    queues = [make_queue(f"q{row}", within_hours=within) for row, within in enumerate(hours)]
    return make_forecast(volumes), queues, random_teams(rng, make_team)


@pytest.mark.property
@settings(deadline=None)
@given(seed=seeds, team=st.integers(0, 2), more=st.floats(0.1, 60.0))
def test_hours_more_of_one_team_leave_no_queue_with_less_work(seed, team, more):
    rng = np.random.default_rng(seed)
    required, hours, skill = rng.uniform(1.0, 100.0, 4), rng.uniform(0.0, 120.0, 3), rng.uniform(0.5, 1.0, (3, 4))
    skill *= rng.random((3, 4)) < 0.7
    skill[0] = np.where(skill.sum(axis=0) == 0, 1.0, skill[0])
    raised = hours + more * (np.arange(3) == team)
    before, after = ((fair_allocation(required, given, skill) * skill).sum(axis=0) for given in (hours, raised))
    assert (after >= before - 1e-4 * required).all()


@pytest.mark.property
@settings(deadline=None, max_examples=25)
@given(seed=seeds, team=st.integers(0, 2), more=st.floats(1.0, 30.0))
def test_more_heads_in_a_team_worsen_no_queue_where_teams_work_the_same_hours(
    make_forecast, make_queue, make_team, seed, team, more
):
    forecast, queues, teams = random_case(seed, make_forecast, make_queue, make_team)
    before = expected_service(forecast, queues, teams)
    teams[team] = replace(teams[team], heads=teams[team].heads + more)
    after = expected_service(forecast, queues, teams)
    # The allocation is right to about four digits.
    assert (after.on_time >= before.on_time - 5e-3 * before.due).all()


@pytest.mark.property
@settings(deadline=None, max_examples=25)
@given(seed=seeds, order=st.permutations(range(4)))
def test_the_order_of_queues_and_teams_changes_no_service(make_forecast, make_queue, make_team, seed, order):
    forecast, queues, teams = random_case(seed, make_forecast, make_queue, make_team)
    found = expected_service(forecast, queues, teams)
    shuffled = VolumeForecast(
        queues=tuple(forecast.queues[row] for row in order),
        period_start=forecast.period_start,
        frequency=forecast.frequency,
        arrivals=forecast.arrivals[list(order)],
        method=forecast.method,
        seed=forecast.seed,
        history=forecast.history,
    )
    other = expected_service(shuffled, [queues[row] for row in order], teams[::-1])
    np.testing.assert_allclose(other.due, found.due[list(order)], rtol=1e-12)
    np.testing.assert_allclose(other.on_time, found.on_time[list(order)], atol=1e-3 * found.due.max())


@pytest.mark.property
@given(
    loads=st.lists(st.floats(0.1, 200.0), min_size=2, max_size=5),
    deviations=st.lists(st.floats(0.1, 4.0), min_size=5, max_size=5),
)
def test_pooling_never_makes_the_mean_item_wait_longer_where_handling_times_are_equal(loads, deviations):
    load = np.array(loads)
    servers = np.floor(load + np.array(deviations[: load.size]) * np.sqrt(load)) + 1.0
    apart = (load * mean_wait(load, servers)).sum() / load.sum()
    assert mean_wait(load.sum(), servers.sum()) <= apart * (1.0 + 1e-9)


@pytest.mark.property
@given(seed=seeds)
def test_pooled_backlogs_are_never_longer_and_pooled_work_is_never_decided_later(seed):
    rng = np.random.default_rng(seed)
    arrivals, capacity = rng.gamma(2.0, 5.0, (3, 40)), rng.gamma(2.0, 5.5, (3, 40))
    apart, pooled = CumulativeFlow.of(arrivals, capacity), CumulativeFlow.of(arrivals.sum(axis=0), capacity.sum(axis=0))
    assert (pooled.backlog <= apart.backlog.sum(axis=0) + 1e-9).all()
    assert (pooled.decided >= apart.decided.sum(axis=0) - 1e-9).all()


@pytest.mark.property
@given(load=st.floats(0.1, 500.0), deviations=st.floats(-3.0, 4.0), limit=st.floats(0.0, 5.0), more=st.floats(0.0, 5.0))
@pytest.mark.parametrize("patience", [None, 0.5, 3.0])
def test_a_longer_wait_limit_is_met_by_no_fewer(load, deviations, limit, more, patience):
    servers = max(1.0, np.floor(load + deviations * np.sqrt(load)))
    short, long = (service_level(load, servers, at, patience=patience) for at in (limit, limit + more))
    assert long >= short - 1e-12


@pytest.mark.property
@settings(deadline=None)
@given(
    seed=seeds, hours=st.sampled_from([(0.15, 0.3), (0.5, 1.0), (1.0, 3.0), (24.0, 25.0), (24.5, 30.0), (96.0, 97.0)])
)
def test_a_longer_target_makes_no_item_late(make_queue, seed, hours):
    rng = np.random.default_rng(seed)
    arrivals = rng.gamma(4.0, 15.0, (5, 56))
    capacity = rng.uniform(4.0, 9.0, 56)
    late = []
    for within in hours:
        due, on_time, _ = queue_service(make_queue(within_hours=within), arrivals, capacity)
        # Items that the longer target leaves without a deadline inside the horizon are no evidence.
        late.append((due - on_time, due))
    (short, due_short), (long, due_long) = late
    assert (long <= short + 1e-6).all()
    assert (due_long <= due_short).all()
