"""The simulation against exact results of queueing theory; time unit = one mean handling time."""

import math

import numpy as np
import pytest

from capacity.simulation import (
    SimulatedQueues,
    SimulatedTeams,
    draw_items,
    replication_interval,
    simulate_history,
    simulate_service,
)

WARMUP = 200.0


def make_station(rates, n_servers, hours=4_000.0, **changes):
    """Queues with Poisson arrivals at one team, all the same through the horizon."""
    n_queues = len(rates)
    fields = {"handle_hours": 1.0, "handle_distribution": "gamma", "target_hours": 500.0}
    queues = SimulatedQueues(
        names=tuple(f"queue {number}" for number in range(n_queues)),
        arrivals_per_hour=np.array(rates, dtype=float)[:, None],
        **{**fields, **changes},
    )
    teams = SimulatedTeams(names=("all",), servers=np.array([[n_servers]]), skills=np.ones((1, n_queues), dtype=bool))
    return queues, teams, hours


def run_station(station, **changes):
    queues, teams, hours = station
    return simulate_service(queues, teams, step_hours=hours, n_replications=20, warmup_hours=WARMUP, **changes)


def assert_agrees(values, truth, within):
    """The exact value lies in the 99.9% interval, and the interval is narrow enough to mean something."""
    interval = replication_interval(values, level=0.999)
    assert np.all(interval.upper - interval.lower < 2.0 * within * np.asarray(truth))
    assert np.all((interval.lower < truth) & (truth < interval.upper))


def erlang_c(n_servers, load):
    """P(wait > 0) in M/M/n as the textbooks print it."""
    waiting = load**n_servers / math.factorial(n_servers) * n_servers / (n_servers - load)
    return waiting / (sum(load**k / math.factorial(k) for k in range(n_servers)) + waiting)


@pytest.mark.parametrize(("n_servers", "load"), [(1, 0.7), (5, 3.8), (20, 17.0)])
def test_waits_in_a_markovian_station_are_those_of_erlang_c(n_servers, load):
    limit = 0.3
    queues, teams, hours = make_station([load], n_servers, hours=40_000.0 / load)
    waits = []
    for replication in range(20):
        history = simulate_history(queues, teams, step_hours=hours, replication=replication)
        counted = (history.arrival_hours > WARMUP) & np.isfinite(history.started_hours)
        waits.append((history.started_hours - history.arrival_hours)[counted])
    delayed = erlang_c(n_servers, load)
    assert_agrees([(wait > 0.0).mean() for wait in waits], delayed, within=0.08)
    level = 1.0 - delayed * math.exp(-(n_servers - load) * limit)
    assert_agrees([(wait <= limit).mean() for wait in waits], level, within=0.03)


def test_the_on_time_share_of_a_markovian_station_is_that_of_its_turnaround():
    # P(wait + handling > t): Gross et al. (2008), Fundamentals of Queueing Theory, 4th ed., section 2.3.
    n_servers, load, target = 5, 3.8, 1.5
    spare = n_servers - 1.0 - load
    tail = math.exp(-target) * (1.0 + erlang_c(n_servers, load) * (1.0 - math.exp(-spare * target)) / spare)
    outcome = run_station(make_station([load], n_servers, hours=8_000.0, target_hours=target))
    assert_agrees(outcome.on_time_share[:, 0], 1.0 - tail, within=0.03)
    assert_agrees(outcome.utilisation[:, 0], load / n_servers, within=0.02)


@pytest.mark.parametrize(("n_servers", "load", "impatience"), [(10, 12.0, 0.5), (3, 2.0, 2.0)])
def test_abandonment_is_that_of_the_birth_and_death_chain(n_servers, load, impatience):
    state = np.arange(600)
    death = np.minimum(state[1:], n_servers) + impatience * np.maximum(state[1:] - n_servers, 0)
    log_odds = np.concatenate(([0.0], np.cumsum(np.log(load / death))))
    chance = np.exp(log_odds - log_odds.max())
    chance /= chance.sum()
    mean_waiting = chance @ np.maximum(state - n_servers, 0)
    outcome = run_station(make_station([load], n_servers, patience_hours=1.0 / impatience))
    assert_agrees(outcome.abandoned_share[:, 0], impatience * mean_waiting / load, within=0.05)
    assert_agrees(outcome.mean_wait_hours[:, 0], mean_waiting / load, within=0.05)
    assert_agrees(outcome.utilisation[:, 0], chance @ np.minimum(state, n_servers) / n_servers, within=0.02)


@pytest.mark.parametrize(
    ("distribution", "cv"), [("lognormal", 1.5), ("lognormal", 0.5), ("gamma", 1.0), ("gamma", 0.0)]
)
def test_the_mean_wait_for_one_reviewer_is_that_of_pollaczek_and_khinchine(distribution, cv):
    load = 0.6
    station = make_station([load], 1, hours=30_000.0, handle_cv=cv, handle_distribution=distribution)
    assert_agrees(run_station(station).mean_wait_hours[:, 0], load * (1.0 + cv**2) / (2.0 * (1.0 - load)), within=0.1)


def test_a_resampled_handling_time_has_the_mean_asked_for_and_the_cv_of_the_sample():
    sample = np.array([1.0, 1.0, 1.0, 5.0])
    cv = sample.std() / sample.mean()
    station = make_station([0.4], 1, hours=20_000.0, handle_hours=1.5, handle_sample_hours=[sample])
    outcome = run_station(station)
    assert_agrees(outcome.utilisation[:, 0], 0.6, within=0.02)
    assert_agrees(outcome.mean_wait_hours[:, 0], 1.5 * 0.6 * (1.0 + cv**2) / (2.0 * 0.4), within=0.08)


def test_priority_classes_wait_as_cobham_says():
    rates, means, cv = np.array([0.3, 0.25]), np.array([1.0, 2.0]), np.array([1.0, 0.5])
    residual = (rates * means**2 * (1.0 + cv**2)).sum() / 2.0
    load = np.cumsum(rates * means)
    expected = residual / ((1.0 - np.array([0.0, load[0]])) * (1.0 - load))
    station = make_station(rates, 1, hours=30_000.0, handle_hours=means, handle_cv=cv, priority=[1.0, 2.0])
    assert_agrees(run_station(station).mean_wait_hours, expected, within=0.1)


def test_weighted_routing_waits_as_kleinrock_says():
    # Urgency grows as weight/target x time waited: slopes 2 and 0.5. Kleinrock (1964), doi:10.1002/nav.3800110306
    rates, slopes, targets = np.array([0.4, 0.4]), np.array([2.0, 0.5]), np.array([500.0, 400.0])
    residual, load = rates.sum(), rates.sum()
    slow = (residual / (1.0 - load)) / (1.0 - rates[0] * (1.0 - slopes[1] / slopes[0]))
    quick = residual / (1.0 - load) - rates[1] * slow * (1.0 - slopes[1] / slopes[0])
    station = make_station(rates, 1, hours=30_000.0, target_hours=targets, weight=slopes * targets)
    outcome = run_station(station, routing="weighted")
    assert_agrees(outcome.mean_wait_hours, [quick, slow], within=0.1)


def test_arrivals_follow_the_rates_and_stay_inside_their_steps():
    rates = np.array([[0.0, 40.0, 5.0, 0.0, 120.0]])
    queues = SimulatedQueues(names=("a",), handle_hours=1.0, target_hours=1.0, arrivals_per_hour=rates)
    drawn = [draw_items(queues, step_hours=2.0, seed=0, replication=one).arrival_hours for one in range(400)]
    counts = np.array([np.histogram(times, bins=2.0 * np.arange(6))[0] for times in drawn])
    assert (counts[:, [0, 3]] == 0).all()
    assert_agrees(counts[:, [1, 2, 4]], np.array([80.0, 10.0, 240.0]), within=0.06)
    # Poisson: the variance equals the mean.
    spread = (counts - 2.0 * rates) ** 2
    assert_agrees(spread[:, [1, 2, 4]], np.array([80.0, 10.0, 240.0]), within=0.3)


def test_with_reviewers_for_all_the_work_in_hand_is_the_offered_load():
    # Handling lasts 1.5 steps: at the end of a step, that step's arrivals and half of the step before are in hand.
    rates = np.array([[10.0, 60.0, 20.0, 0.0, 30.0]])
    queues = SimulatedQueues(names=("a",), handle_hours=3.0, handle_cv=0.0, target_hours=4.0, arrivals_per_hour=rates)
    teams = SimulatedTeams(names=("all",), servers=np.full((1, 5), 1000), skills=np.ones((1, 1), dtype=bool))
    outcome = simulate_service(queues, teams, step_hours=2.0, n_replications=400)
    in_hand = 2.0 * rates[0] + np.concatenate(([0.0], rates[0, :-1]))
    assert_agrees(outcome.backlog_items[:, 0], in_hand, within=0.06)
