import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capacity.simulation import (
    SimulatedQueues,
    SimulatedTeams,
    draw_items,
    replication_interval,
    simulate_history,
    simulate_service,
)


def make_queues(**changes):
    given_arrivals = {"arrivals_per_hour", "arrival_hours"} & changes.keys()
    default = {} if given_arrivals else {"arrivals_per_hour": np.full((1, 10), 4.0)}
    fields = {"names": ("spam",), "handle_hours": 0.5, "handle_cv": 0.0, "target_hours": 4.0, **default}
    return SimulatedQueues(**{**fields, **changes})


def make_teams(servers, skills=None, **changes):
    servers = np.atleast_2d(servers)
    skills = np.ones((len(servers), 1), dtype=bool) if skills is None else np.array(skills, dtype=bool)
    names = tuple(f"team {number}" for number in range(len(servers)))
    return SimulatedTeams(names=names, servers=servers, skills=skills, **changes)


@pytest.mark.parametrize("n_servers", [1, 3, 20])
def test_one_queue_follows_the_recursion_of_kiefer_and_wolfowitz(n_servers):
    rates = np.full((1, 40), 2.0 * n_servers)
    rates[:, 30:] = 0.0
    queues = make_queues(arrivals_per_hour=rates, handle_cv=1.2)
    history = simulate_history(queues, make_teams(np.full(40, n_servers)), step_hours=10.0)
    drawn = draw_items(queues, step_hours=10.0, seed=0, replication=0)
    free_at, decided = np.zeros(n_servers), []
    for arrival, handle in zip(drawn.arrival_hours, drawn.handle_hours, strict=True):
        first = free_at.argmin()
        free_at[first] = max(arrival, free_at[first]) + handle
        decided.append(free_at[first])
    assert history.decided_hours.tolist() == decided


@pytest.mark.property
@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), n_servers=st.integers(1, 6))
def test_one_more_reviewer_makes_no_item_of_a_queue_later(seed, n_servers):
    queues = make_queues(arrivals_per_hour=np.full((1, 10), 2.0 * n_servers), handle_cv=1.0)
    few, many = (
        simulate_history(queues, make_teams(np.full(10, number)), step_hours=5.0, seed=seed).decided_hours
        for number in (n_servers, n_servers + 1)
    )
    assert (many <= few).all()


def test_work_in_hand_is_finished_after_the_shift_and_nothing_new_is_begun():
    queues = make_queues(handle_hours=0.7, arrival_hours=[[0.5, 0.6]])
    history = simulate_history(queues, make_teams([1, 0, 1]), step_hours=1.0)
    assert history.started_hours.tolist() == [0.5, 2.0]
    assert history.decided_hours.tolist() == [1.2, 2.7]


def test_reviewers_in_excess_leave_as_they_finish():
    queues = make_queues(handle_hours=2.5, arrival_hours=[[0.0, 0.25, 0.5, 0.75, 1.0]])
    history = simulate_history(queues, make_teams([4, 2, 2, 2, 2, 2, 2, 2]), step_hours=1.0)
    # Four at work, two may stay: the first two to finish leave, and the third to finish begins the fifth item.
    assert history.started_hours.tolist() == [0.0, 0.25, 0.5, 0.75, 3.0]


def test_hours_after_the_shift_count_as_busy():
    outcome = simulate_service(
        make_queues(handle_hours=1.5, arrival_hours=[[0.5]]), make_teams([1, 0, 0]), step_hours=1.0
    )
    assert outcome.utilisation.tolist() == [[1.5]] * 20


def test_hours_after_the_horizon_do_not_count_as_busy():
    outcome = simulate_service(
        make_queues(handle_hours=3.0, arrival_hours=[[0.5]]), make_teams([1, 1]), step_hours=1, n_replications=1
    )
    assert outcome.utilisation.tolist() == [[0.75]]


def test_two_reviews_of_an_item_go_on_at_once_and_the_last_decides():
    queues = make_queues(handle_hours=1.0, reviews_per_item=2, arrival_hours=[[0.0, 0.25]])
    both = simulate_history(queues, make_teams([2] * 9), step_hours=1.0)
    alone = simulate_history(queues, make_teams([1] * 9), step_hours=1.0)
    three = simulate_history(queues, make_teams([3] * 9), step_hours=1.0)
    assert both.decided_hours.tolist() == [1.0, 2.0]
    assert alone.decided_hours.tolist() == [2.0, 4.0]
    assert three.decided_hours.tolist() == [1.0, 2.0]
    assert three.started_hours.tolist() == [0.0, 0.25]


def test_a_further_review_changes_neither_arrivals_nor_first_reviews():
    once, twice = (
        draw_items(make_queues(handle_cv=1.0, reviews_per_item=n), step_hours=1.0, seed=3, replication=2)
        for n in (1, 2)
    )
    assert once.arrival_hours.tolist() == twice.arrival_hours.tolist()
    assert once.handle_hours.tolist() == twice.handle_hours[::2].tolist()
    assert (twice.handle_hours[::2] != twice.handle_hours[1::2]).all()


def test_slower_teams_take_longer_and_the_first_team_goes_first():
    queues = make_queues(handle_hours=1.0, arrival_hours=[[0.0, 0.0]])
    teams = make_teams(np.ones((2, 9)), speed=np.array([[2.0], [0.5]]))
    assert simulate_history(queues, teams, step_hours=1.0).decided_hours.tolist() == [0.5, 2.0]


@pytest.mark.parametrize(("routing", "first"), [("priority", "b"), ("earliest_deadline", "a"), ("weighted", "c")])
def test_a_free_reviewer_turns_to_the_queue_of_the_routing(routing, first):
    # At 1 h the heads have waited 0.5 h each: shares of target 0.25, 0.125, 0.05 times weights 1, 1, 10.
    queues = SimulatedQueues(
        names=("busy", "a", "b", "c"),
        handle_hours=1.0,
        handle_cv=0.0,
        target_hours=[9.0, 2.0, 4.0, 10.0],
        priority=[0, 2, 1, 3],
        weight=[1, 1, 1, 10],
        arrival_hours=[[0.0], [0.5], [0.5], [0.5]],
    )
    history = simulate_history(queues, make_teams([1] * 9, np.ones((1, 4))), step_hours=1.0, routing=routing)
    assert queues.names[int(np.flatnonzero(history.started_hours == 1.0)[0])] == first


def test_of_what_arrives_at_one_instant_the_most_urgent_goes_first():
    queues = SimulatedQueues(
        names=("late", "urgent"),
        handle_hours=1.0,
        handle_cv=0.0,
        target_hours=9.0,
        priority=[1, 0],
        arrival_hours=[[2.0], [2.0]],
    )
    history = simulate_history(queues, make_teams([1] * 9, np.ones((1, 2))), step_hours=1.0)
    assert history.started_hours.tolist() == [3.0, 2.0]


def test_the_backlog_at_the_start_is_served_oldest_first_and_due_while_its_deadline_is_ahead():
    queues = make_queues(handle_hours=1.0, arrival_hours=[[0.5]], backlog_age_hours=[[1.0, 6.0, 3.5]])
    outcome = simulate_service(queues, make_teams([1] * 10), step_hours=1.0, n_replications=1)
    # Deadlines -2 (late before the start), 0.5, 3.0 and 4.5; decided at 1, 2, 3 and 4.
    assert (outcome.due.item(), outcome.on_time.item()) == (3, 2)
    assert outcome.backlog_items[0, 0, :5].tolist() == [3, 2, 1, 0, 0]
    assert outcome.mean_wait_hours.item() == pytest.approx((1.0 + 3.5 + 2.0 + 1.0 + 3.0 - 0.5) / 3)


def test_a_quantile_is_within_target_exactly_when_that_share_is_on_time():
    queues = make_queues(handle_cv=1.0, target_hours=2.0, patience_hours=9.0)
    outcome = simulate_service(queues, make_teams([2] * 10), step_hours=5.0, quantile_levels=np.arange(1, 101) / 100)
    within = outcome.turnaround_hours <= 2.0
    assert (within == (outcome.on_time_share[:, :, None] >= outcome.quantile_levels - 1e-12)).all()


def test_the_quantile_of_level_0_07_of_100_items_is_the_seventh():
    queues = make_queues(handle_hours=1.0, arrival_hours=[np.zeros(100)], target_hours=200.0)
    outcome = simulate_service(queues, make_teams([1] * 2), step_hours=100.0, quantile_levels=(0.07, 1.0))
    assert outcome.turnaround_hours[0, 0].tolist() == [7.0, 100.0]


def test_the_backlog_of_a_step_counts_what_arrives_at_its_end_and_not_what_is_decided_then():
    queues = make_queues(handle_hours=1.0, arrival_hours=[[1.0, 2.0, 2.0]])
    outcome = simulate_service(queues, make_teams([1] * 5), step_hours=1.0, n_replications=1)
    assert outcome.backlog_items[0, 0].tolist() == [1, 2, 1, 0, 0]


def test_items_before_the_warm_up_are_served_but_not_due():
    queues = make_queues(handle_hours=1.0, arrival_hours=[[0.0, 0.0, 2.5, 5.5]])
    outcome = simulate_service(queues, make_teams([1] * 8), step_hours=1.0, n_replications=1, warmup_hours=2.0)
    # The third is due at 6.5, the last behind the horizon. Work after the warm-up: 2.5 to 3.5 and 5.5 to 6.5.
    assert (outcome.due.item(), outcome.decided.item()) == (1, 4)
    assert outcome.utilisation.item() == pytest.approx(2.0 / 6.0)


def test_two_staffings_meet_the_same_items_and_the_same_seed_gives_the_same_bits():
    queues = make_queues(handle_cv=1.0, patience_hours=9.0)
    first, again, more, other = (
        simulate_service(queues, make_teams([n_servers] * 10), step_hours=5.0, seed=seed)
        for n_servers, seed in ((2, 5), (2, 5), (3, 5), (2, 6))
    )
    for name in ("busy_hours", "mean_wait_hours", "turnaround_hours", "backlog_items"):
        assert getattr(first, name).tobytes() == getattr(again, name).tobytes()
    assert (first.arrived == more.arrived).all()
    assert (first.arrived != other.arrived).any()


def test_the_place_of_a_queue_in_the_list_does_not_change_its_items():
    order = [2, 0, 1]
    fields = {"handle_cv": 1.0, "target_hours": 1.0, "reviews_per_item": 2, "patience_hours": 3.0}
    names, means, rates = np.array(["spam", "violence", "fraud"]), np.array([1.0, 2.0, 3.0]), np.ones((3, 9))
    ages = [[1.0], [2.0, 3.0], []]
    drawn, permuted = (
        draw_items(
            SimulatedQueues(
                names=tuple(names[at]),
                handle_hours=means[at],
                arrivals_per_hour=rates[at],
                backlog_age_hours=[ages[queue] for queue in at],
                **fields,
            ),
            step_hours=5.0,
            seed=0,
            replication=1,
        )
        for at in ([0, 1, 2], order)
    )
    for place, queue in enumerate(order):
        for name in ("arrival_hours", "leave_hours"):
            there = getattr(permuted, name)[permuted.queue_of == place]
            assert there.tolist() == getattr(drawn, name)[drawn.queue_of == queue].tolist()
        of_queue = [np.repeat(one.queue_of, 2) == at for one, at in ((permuted, place), (drawn, queue))]
        assert permuted.handle_hours[of_queue[0]].tolist() == drawn.handle_hours[of_queue[1]].tolist()


def test_importing_the_simulation_does_not_import_the_compiler():
    code = "import sys, capacity.simulation; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_queue_without_items_has_no_share_and_no_warning():
    outcome = simulate_service(make_queues(arrivals_per_hour=np.zeros((1, 4))), make_teams([0] * 4), step_hours=1.0)
    assert outcome.arrived.sum() == 0
    assert np.isnan(outcome.on_time_share).all()
    assert np.isnan(outcome.utilisation).all()
    assert np.isnan(replication_interval(outcome.on_time_share).mean).all()


def test_the_weighted_share_counts_each_due_item_by_its_weight():
    queues = SimulatedQueues(
        names=("on time", "late"),
        handle_hours=1.0,
        handle_cv=0.0,
        target_hours=[2.0, 0.5],
        weight=[1.0, 3.0],
        arrival_hours=[[0.0, 4.0], [2.0]],
    )
    outcome = simulate_service(queues, make_teams([1] * 9, np.ones((1, 2))), step_hours=1.0, n_replications=1)
    assert outcome.weighted_on_time_share.tolist() == [2.0 / 5.0]


def test_the_interval_is_that_of_student():
    from scipy.stats import t

    sample = np.random.default_rng(0).normal(size=(12, 3))
    found = replication_interval(sample, level=0.9)
    error = sample.std(axis=0, ddof=1) / np.sqrt(12)
    lower, upper = t.interval(0.9, 11, loc=sample.mean(axis=0), scale=error)
    np.testing.assert_allclose(found.lower, lower)
    np.testing.assert_allclose(found.upper, upper)
    with_gaps = replication_interval(np.vstack([sample, np.full((2, 3), np.nan)]), level=0.9)
    np.testing.assert_allclose(with_gaps.lower, lower)
    assert np.isnan(replication_interval([0.5]).lower)
    assert np.isinf(replication_interval([0.5, np.inf]).mean)
