import numpy as np
import pytest

from capacity.simulation import SimulatedQueues, SimulatedTeams, simulate_service


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


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"arrivals_per_hour": [[1.0, -2.0]]}, r"arrivals_per_hour must be .* found -2.0 at index \(0, 1\)"),
        ({"arrivals_per_hour": [1.0, 2.0]}, r"arrivals_per_hour must have shape \(1, n_steps\)"),
        ({"arrivals_per_hour": None}, "exactly one of arrivals_per_hour and arrival_hours .* neither"),
        ({"arrivals_per_hour": [[1.0]], "arrival_hours": [[1.0]]}, "exactly one .* both"),
        ({"arrival_hours": [[-1.0]]}, "arrival_hours of queue 'spam' .* found -1.0"),
        ({"arrival_hours": [[1.0], [2.0]]}, "arrival_hours must hold one array of times for each of 1 queues"),
        ({"arrival_hours": [1.0]}, r"arrival_hours must hold one array .* shapes \[\(\)\]"),
        ({"handle_hours": 0.0}, "handle_hours must be above 0; found 0.0"),
        ({"handle_hours": np.nan}, "handle_hours must be finite"),
        ({"handle_hours": [1.0, 2.0]}, r"handle_hours must be one number or have shape \(1,\)"),
        ({"handle_cv": -0.1}, "handle_cv must be at least 0; found -0.1"),
        ({"handle_distribution": "exponential"}, "Exponential is gamma with handle_cv 1"),
        ({"handle_sample_hours": [[0.0]]}, "handle_sample_hours of queue 'spam' .* above 0; found 0.0"),
        ({"target_hours": 0.0}, "target_hours must be above 0"),
        ({"reviews_per_item": 1.5}, "reviews_per_item must be whole numbers >= 1; found 1.5"),
        ({"weight": -1.0}, "weight must be at least 0"),
        ({"patience_hours": 0.0}, "patience_hours must be above 0"),
        ({"backlog_age_hours": [[-1.0]]}, "backlog_age_hours of queue 'spam' .* found -1.0"),
        ({"names": "spam"}, "names must be a tuple"),
    ],
)
def test_queues_that_cannot_be_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        make_queues(**changes)


@pytest.mark.parametrize(
    ("servers", "skills", "changes", "message"),
    [
        ([[-1]], None, {}, "servers must be whole numbers >= 0; found -1"),
        ([[1.5]], None, {}, "servers must be whole numbers"),
        ([[1]], [[True], [True]], {}, r"skills must be booleans of shape \(1, n_queues\)"),
        ([[1]], None, {"speed": 0.0}, "speed must be finite and above 0"),
    ],
)
def test_teams_that_cannot_be_are_refused(servers, skills, changes, message):
    with pytest.raises(ValueError, match=message):
        make_teams(servers, skills, **changes)


@pytest.mark.parametrize(
    ("queues", "teams", "changes", "message"),
    [
        ({}, ([1] * 10, [[False]]), {}, r"at least one team serve each queue; found none for \['spam'\]"),
        ({}, ([1] * 10, [[True, True]]), {}, "skills must have one column for each of 1 queues"),
        ({}, ([1] * 9,), {}, "arrivals_per_hour must cover the 9 steps of servers; found 10"),
        ({"arrival_hours": [[10.0]]}, ([1] * 10,), {}, "arrival_hours .* below the horizon of 10 hours"),
        ({}, ([1] * 10,), {"step_hours": 0.0}, "step_hours must be finite and above 0"),
        ({}, ([1] * 10,), {"seed": -1}, "seed must be a whole number >= 0"),
        ({}, ([1] * 10,), {"n_replications": 0}, "n_replications must be a whole number >= 1"),
        ({}, ([1] * 10,), {"routing": "random"}, "routing must be one of"),
        ({}, ([1] * 10,), {"warmup_hours": 10.0}, "warmup_hours must be .* below the horizon of 10 hours"),
        ({}, ([1] * 10,), {"quantile_levels": (95,)}, "quantile_levels must be above 0 and at most 1"),
    ],
)
def test_a_run_that_does_not_fit_is_refused(queues, teams, changes, message):
    with pytest.raises(ValueError, match=message):
        simulate_service(make_queues(**queues), make_teams(*teams), **{"step_hours": 1.0, **changes})
