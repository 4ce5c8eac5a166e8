"""Heads counted one by one, and open hours counted minute by minute on the clock on the wall."""

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capacity.supply import WEEK_HOURS, open_hours, present_heads, ramp_efficiency, team_hours


@pytest.mark.property
@settings(deadline=None)
@given(st.floats(0.0, 500.0), st.integers(0, 6), st.floats(0.0, 0.5))
def test_whoever_started_is_present_or_has_left(heads, start, attrition):
    present = present_heads(heads, 12, start_week=start, weekly_attrition=attrition)
    left = 0.0
    for week in range(12):
        expected = heads - left if week >= start else 0.0
        assert present[week] == pytest.approx(expected, abs=1e-9)
        left += attrition * expected


def test_nobody_is_there_before_the_start():
    np.testing.assert_array_equal(present_heads(5, 4, start_week=2), [0, 0, 5, 5])
    assert not present_heads(5, 4, start_week=9).any()


@pytest.mark.parametrize("ramp_weeks", [0, 1, 4])
def test_output_grows_in_even_steps_to_full_and_stays(ramp_weeks):
    output = ramp_efficiency(10, start_week=3, ramp_weeks=ramp_weeks)
    steps = np.diff(output[2:])
    assert not output[:3].any()
    np.testing.assert_allclose(steps[: ramp_weeks + 1], 1.0 / (ramp_weeks + 1))
    np.testing.assert_allclose(steps[ramp_weeks + 1 :], 0.0, atol=1e-15)
    assert (output[3 + ramp_weeks :] == 1.0).all()


def test_teams_lose_heads_and_give_productive_hours(make_team):
    staying = make_team("staying", heads=4, paid_hours_per_week=30.0, shrinkage=0.5)
    leaving = make_team("leaving", heads=100, shrinkage=0.2, weekly_attrition=0.1)
    np.testing.assert_allclose(team_hours([staying, leaving], 3), [[60, 60, 60], [3200, 2880, 2592]])


def minutes_open(team, start, n_weeks):
    """Share of each week's open minutes that fall into each hour, by asking the wall clock at every minute."""
    zone = ZoneInfo(team.time_zone)
    begin = start.to_pydatetime().replace(tzinfo=UTC)
    counts = np.zeros(n_weeks * WEEK_HOURS)
    for minute in range(counts.size * 60):
        local = (begin + timedelta(minutes=minute)).astimezone(zone)
        inside = team.open_hour * 60 <= local.hour * 60 + local.minute < team.close_hour * 60
        counts[minute // 60] += inside and local.weekday() < team.open_days
    by_week = counts.reshape(n_weeks, WEEK_HOURS)
    return (by_week / by_week.sum(axis=1, keepdims=True)).ravel()


@pytest.mark.parametrize(
    ("zone", "monday", "opens", "closes", "days"),
    [
        ("UTC", "2026-11-02", 8, 16, 5),
        ("Europe/Dublin", "2026-03-23", 9, 17.5, 7),  # the clock skips an hour on Sunday
        ("Europe/Dublin", "2026-10-19", 0, 6, 7),  # the clock repeats an hour on Sunday
        ("America/Chicago", "2026-03-02", 1, 4.25, 7),
        ("America/Chicago", "2026-10-26", 18, 24, 6),
        ("Asia/Kolkata", "2026-11-02", 9, 18, 5),
        ("Asia/Kolkata", "2026-11-02", 0, 9.75, 1),
        ("Asia/Kathmandu", "2026-11-02", 22.5, 24, 3),  # three quarters of an hour off
        ("Australia/Adelaide", "2026-10-05", 0, 8, 5),
        ("Australia/Adelaide", "2026-09-28", 2.5, 10, 7),  # skips from 2:00, inside an hour of universal time
        ("Australia/Adelaide", "2026-03-30", 0, 2.75, 7),  # repeats from 3:00, inside an hour of universal time
        ("Australia/Lord_Howe", "2026-03-30", 1.5, 12, 7),  # saves half an hour
    ],
)
def test_open_hours_are_those_of_the_clock_on_the_wall(make_team, zone, monday, opens, closes, days):
    team = make_team(time_zone=zone, open_hour=opens, close_hour=closes, open_days=days)
    start = pd.Timestamp(monday)
    np.testing.assert_allclose(open_hours(team, start, 1), minutes_open(team, start, 1), atol=1e-12)


def test_a_plan_may_start_in_the_middle_of_a_week_and_of_an_hour(make_team):
    team = make_team(time_zone="Asia/Manila", open_hour=7.5, close_hour=16, open_days=5)
    start = pd.Timestamp("2026-11-05 13:30")
    np.testing.assert_allclose(open_hours(team, start, 2), minutes_open(team, start, 2), atol=1e-12)


@pytest.mark.property
@settings(deadline=None)
@given(
    st.sampled_from(["UTC", "Europe/Dublin", "America/Chicago", "Asia/Kolkata", "Australia/Adelaide"]),
    st.floats(0.0, 23.0),
    st.floats(0.5, 24.0),
    st.integers(2, 7),
    st.integers(0, 51),
)
def test_every_week_gives_all_its_hours(make_team, zone, opens, length, days, week):
    team = make_team(time_zone=zone, open_hour=opens, close_hour=min(24.0, opens + length), open_days=days)
    share = open_hours(team, pd.Timestamp("2026-01-05") + pd.Timedelta(weeks=week), 2).reshape(2, WEEK_HOURS)
    np.testing.assert_allclose(share.sum(axis=1), 1.0)
    assert (share >= 0).all()


def test_a_team_that_never_closes_works_evenly_through_a_change_of_clocks(make_team):
    share = open_hours(make_team(time_zone="Europe/Dublin"), pd.Timestamp("2026-10-19"), 1)
    np.testing.assert_allclose(share, 1.0 / WEEK_HOURS)


def test_the_first_hour_of_the_day_is_where_the_clock_says(make_team):
    team = make_team(time_zone="America/Chicago", open_hour=9, close_hour=10, open_days=1)
    # Nine in Chicago is 15:00 in universal time in winter and 14:00 in summer.
    for monday, hour in (("2026-01-05", 15), ("2026-07-06", 14)):
        share = open_hours(team, pd.Timestamp(monday), 1)
        assert np.flatnonzero(share).tolist() == [hour]
