"""The same teams, queues and forecast by the models and by simulation."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from capacity.expected_service import expected_service, fair_hours
from capacity.requirement import required_staffing
from capacity.simulated_service import routed_service, simulated_service
from forecasting import Frequency

# Reviewers on each queue in each open hour: whole numbers, so that both look at the same hours.
ON_QUEUE = np.array([[4, 0, 0], [0, 5, 0], [0, 0, 2]])


@pytest.fixture(scope="module")
def case(make_forecast, make_queue, make_team):
    """Two weeks of a live queue, a deferred one and one of long reviews that has a backlog; three teams, one by day."""
    rng = np.random.default_rng(3)
    level = rng.gamma(100.0, [[[8.5]], [[5.3]], [[0.46]]], (3, 100, 1))
    week = np.tile([1.1, 1.1, 1.0, 1.0, 1.0, 0.9, 0.9], 2)
    queues = [
        make_queue("q0", within_hours=0.5, handle_minutes=6.0),
        make_queue("q1", within_hours=24.0, handle_minutes=6.0, handle_cv=0.5, rework_share=0.1),
        make_queue("q2", within_hours=48.0, handle_minutes=60.0, backlog_items=40.0, backlog_age_hours=30.0),
    ]
    teams = [
        make_team("round", {"q0": 1.0}, heads=4 * 168 / 30),
        make_team("day", {"q1": 1.0, "q2": 0.7}, heads=5 * 84 / 30, open_hour=6, close_hour=18),
        make_team("slow", {"q2": 1.0}, heads=2 * 168 / 30),
    ]
    return make_forecast(rng.poisson(level * week)), queues, teams


def whole_hours(reviewers):
    """Hours of all weeks for reviewers on queues, of teams that are open all hours, twelve a day, and all hours."""
    return np.repeat((reviewers * np.array([[168.0], [84.0], [168.0]]))[:, :, None], 2, axis=2)


def test_the_models_agree_with_the_simulation(case):
    hours = whole_hours(ON_QUEUE)
    model, simulated = (service(*case, allocation=hours) for service in (expected_service, simulated_service))
    np.testing.assert_allclose(model.due.mean(axis=1), simulated.due.mean(axis=1), rtol=0.01)
    shares, simulated_shares = model.on_time_share.mean(axis=1), simulated.on_time_share.mean(axis=1)
    assert ((simulated_shares > 0.2) & (simulated_shares < 0.95)).all()
    # The paths are the same; what differs by chance is when items come within a day, and handling.
    spread = (model.on_time_share - simulated.on_time_share).std(axis=1) / np.sqrt(case[0].n_paths)
    np.testing.assert_array_less(np.abs(shares - simulated_shares), 0.01 + 2 * spread)
    # On few items of an hour each, that is most of it.
    for row, least in enumerate((0.9, 0.9, 0.3)):
        assert np.corrcoef(model.on_time_share[row], simulated.on_time_share[row])[0, 1] > least


def test_hours_given_by_hand_are_those_that_serve(case):
    forecast, queues, teams = case
    fair = fair_hours(*case)
    explicit = expected_service(*case, allocation=fair)
    np.testing.assert_array_equal(explicit.on_time, expected_service(*case).on_time)
    moved = fair.copy()
    moved[1, 1] += moved[1, 2]
    moved[1:, 2] = 0.0
    for service in (expected_service, simulated_service):
        after = service(forecast, queues, teams, allocation=moved)
        assert (after.on_time[2] == 0).all()
        assert after.on_time[1].sum() >= explicit.on_time[1].sum()


def test_who_turns_to_the_severe_first_serves_it_best(case, make_queue, make_team):
    forecast, queues, _ = case
    team = make_team("all", {"q0": 1.0, "q1": 1.0, "q2": 1.0}, heads=8 * 168 / 30)
    shares = {}
    for severe in (1, 2):
        weighed = [replace(queue, severity=5.0 if row == severe else 1.0) for row, queue in enumerate(queues)]
        shares[severe] = routed_service(forecast, weighed, [team], routing="priority").on_time_share.mean(axis=1)
    assert shares[2][2] > shares[1][2] + 0.1
    assert shares[1][1] > shares[2][1] + 0.1


def test_simulating_in_threads_changes_nothing(case):
    with ThreadPoolExecutor(2) as executor:
        np.testing.assert_array_equal(
            simulated_service(*case, executor=executor).on_time, simulated_service(*case).on_time
        )


@pytest.mark.parametrize("service", [expected_service, simulated_service])
def test_allocations_that_do_not_fit_are_refused(case, service):
    forecast, queues, teams = case
    with pytest.raises(ValueError, match=r"shape \(teams, queues, weeks\) = \(3, 3, 2\); it has shape \(3, 3\)"):
        service(forecast, queues, teams, allocation=np.ones((3, 3)))
    with pytest.raises(ValueError, match="'round' cannot serve 'q1' and is given 2 hours"):
        service(forecast, queues, teams, allocation=np.ones((3, 3, 2)))
    with pytest.raises(ValueError, match="a least value of -1"):
        service(forecast, queues, teams, allocation=np.full((3, 3, 2), -1.0))
    with pytest.raises(ValueError, match="queues must be those of the forecast in its order"):
        service(forecast, queues[::-1], teams)


@pytest.mark.parametrize("service", [expected_service, simulated_service])
def test_teams_open_by_their_own_clock_wherever_items_are_counted(make_forecast, make_queue, make_team, service):
    # Nothing but the first twelve hours of each day brings items, and they must be decided within four hours.
    hours = np.where(np.arange(336) % 24 < 12, 40.0, 0.0)
    utc = make_forecast(np.broadcast_to(hours, (1, 3, 336)), Frequency.HOURLY)
    manila = replace(utc, history=replace(utc.history, timezone="Asia/Manila"))
    queue, team = make_queue(within_hours=4.0), make_team(heads=30, open_hour=0, close_hour=13, time_zone="Asia/Manila")
    shares = [service(forecast, [queue], [team]).on_time_share.mean() for forecast in (manila, utc)]
    assert shares[0] > 0.95
    assert shares[1] < 0.7


def test_the_requirement_says_who_is_missing(case):
    forecast, queues, teams = case
    found = required_staffing(forecast, queues, teams)
    frame = found.to_frame()
    assert len(frame) == 6
    np.testing.assert_allclose(frame["available_fte"], np.repeat([team.heads for team in teams], 2))
    np.testing.assert_allclose(frame["gap_fte"], frame["required_fte"] - frame["available_fte"])
    np.testing.assert_allclose(found.queue_frame()["required_hours"], found.queue_hours.ravel())
