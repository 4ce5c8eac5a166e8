import numpy as np
import pandas as pd
import pytest

from optimization import planning_case, staffing_table


@pytest.fixture(scope="module")
def two_teams(make_queue, make_team, make_effect, make_request, random_forecast):
    """A team of 30 paid hours a week that loses a tenth a week, and one of 40 hours that loses nobody."""
    queues = [make_queue("q0"), make_queue("q1")]
    teams = [
        make_team("part_time", {"q0": 1.0}, heads=12, paid_hours_per_week=30.0, shrinkage=0.4, weekly_attrition=0.1),
        make_team("full_time", {"q1": 0.8}, heads=10),
    ]
    requests = [
        make_request("hires", make_effect("heads", 4, "part_time"), start_week=1, end_week=3),
        make_request("seats", make_effect("seats", 6, "full_time"), start_week=2),
        make_request("rest", make_effect("shrinkage", -0.05, "full_time")),
        make_request("tool", make_effect("handle_time", -0.3, "q0", "q1")),
    ]
    return planning_case(random_forecast(2, n_paths=10, seed=1), queues, teams, requests)


def test_available_is_todays_heads_by_paid_hours(two_teams):
    table = staffing_table(two_teams, np.zeros(4))
    np.testing.assert_allclose(table.available[0], 12 * 30 / 40 * 0.9 ** np.arange(4))
    np.testing.assert_allclose(table.available[1], 10)
    np.testing.assert_array_equal(table.planned, table.available)


def test_planned_adds_what_requests_bring_while_they_last(two_teams):
    extra = staffing_table(two_teams, np.array([1.0, 0.5, 0.0, 0.0]))
    np.testing.assert_allclose(extra.planned[0] - extra.available[0], [0, 4 * 0.75, 4 * 0.75 * 0.9, 0])
    np.testing.assert_allclose(extra.planned[1] - extra.available[1], [0, 0, 3, 3])


def test_less_shrinkage_counts_as_people_and_quicker_work_does_not(two_teams):
    rested = staffing_table(two_teams, np.array([0.0, 0.0, 1.0, 0.0]))
    np.testing.assert_allclose(rested.planned[1], 10 * 0.8 / 0.75)
    quicker = staffing_table(two_teams, np.array([0.0, 0.0, 0.0, 1.0]))
    np.testing.assert_array_equal(quicker.planned, quicker.available)


def test_need_is_what_the_targets_of_the_queues_take_at_the_skill_of_the_team(two_teams):
    table = staffing_table(two_teams, np.ones(4))
    hours = two_teams.requirement.queue_hours
    np.testing.assert_allclose(table.needed[0], hours[0] / 0.6 / 40)
    np.testing.assert_allclose(table.needed[1], hours[1] / 0.8 / 0.75 / 40)


def test_the_table_has_a_row_a_team_and_week(two_teams):
    table = staffing_table(two_teams, np.ones(4))
    frame = table.to_frame()
    assert frame["team"].tolist() == ["part_time"] * 4 + ["full_time"] * 4
    assert frame["week"].tolist() == 2 * [pd.Timestamp("2026-01-05") + pd.Timedelta(weeks=k) for k in range(4)]
    np.testing.assert_array_equal(frame["planned_fte"].to_numpy().reshape(2, 4), table.planned)
    np.testing.assert_array_equal(frame["needed_fte"].to_numpy().reshape(2, 4), table.needed)
