"""Coverage by hour of the week, against `open_hours` and a minute-by-minute walk in local time."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from capacity.supply import open_hours
from capacity.supply.coverage import Shift, coverage_by_hour, hours_by_hour, shift_table
from capacity.team import ReviewTeam

# Spring and autumn changes of the clock, half and quarter hours, and a change by half an hour.
ZONES = ["UTC", "Europe/Dublin", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe"]


@pytest.fixture
def weekday_shift() -> np.ndarray:
    return shift_table([Shift(days=range(5), start_hour=9, hours=8)])


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("start", ["2026-03-23", "2026-10-19"])
def test_a_table_of_opening_hours_is_open_hours(zone: str, start: str, weekday_shift: np.ndarray) -> None:
    team = ReviewTeam(
        name="a",
        site="x",
        kind="vendor",
        heads=1,
        shrinkage=0.3,
        cost_usd_per_head_week=1,
        skills={"q": 1.0},
        time_zone=zone,
        open_hour=9,
        close_hour=17,
        open_days=5,
    )
    coverage = coverage_by_hour(weekday_shift, zone, pd.Timestamp(start), 3)
    np.testing.assert_allclose(coverage, open_hours(team, pd.Timestamp(start), 3), atol=1e-12)


@pytest.mark.parametrize("zone", ["Europe/Dublin", "Asia/Kathmandu", "Australia/Lord_Howe"])
def test_it_is_a_walk_through_local_time_minute_by_minute(zone: str) -> None:
    table = np.random.default_rng(8).integers(0, 9, 168).astype(float)
    walked = np.zeros(168)
    for minute in range(0, 168 * 60, 5):
        moment = (datetime(2026, 10, 19, tzinfo=UTC) + timedelta(minutes=minute)).astimezone(ZoneInfo(zone))
        walked[minute // 60] += table[24 * moment.weekday() + moment.hour]
    coverage = coverage_by_hour(table, zone, pd.Timestamp("2026-10-19"), 1)
    np.testing.assert_allclose(coverage, walked / walked.sum(), atol=1e-12)


def test_the_clock_moves_the_same_shift_to_another_hour_of_the_plan(weekday_shift: np.ndarray) -> None:
    coverage = coverage_by_hour(weekday_shift, "Europe/Dublin", pd.Timestamp("2026-10-19"), 2).reshape(2, 168)
    assert np.flatnonzero(coverage[0])[0] == 8
    assert np.flatnonzero(coverage[1])[0] == 9


def test_a_night_shift_runs_into_the_next_day_and_the_next_week() -> None:
    table = shift_table([Shift(days=(0, 6), start_hour=20, hours=10, heads=2)])
    assert set(np.flatnonzero(table)) == {*range(20, 30), *range(164, 168), *range(6)}
    assert table.sum() == 2 * 2 * 10


def test_heads_on_shift_add_up_to_their_hours() -> None:
    rng = np.random.default_rng(2)
    shifts = [
        Shift(days=rng.choice(7, 3, replace=False), start_hour=rng.uniform(0, 23.9), hours=rng.uniform(1, 12), heads=h)
        for h in (1, 4, 2.5)
    ]
    assert shift_table(shifts).sum() == pytest.approx(sum(3 * shift.hours * shift.heads for shift in shifts))


def test_a_closed_date_moves_the_hours_to_the_other_days(weekday_shift: np.ndarray) -> None:
    coverage = coverage_by_hour(weekday_shift, "UTC", pd.Timestamp("2026-12-21"), 1, closed_dates=["2026-12-25"])
    by_day = coverage.reshape(7, 24).sum(axis=1)
    np.testing.assert_allclose(by_day, [0.25, 0.25, 0.25, 0.25, 0, 0, 0])


def test_the_hours_of_each_week_are_kept(weekday_shift: np.ndarray) -> None:
    weekly = np.array([[100.0, 0.0, 70.0], [5.0, 6.0, 7.0]])
    coverage = coverage_by_hour(weekday_shift, "America/New_York", pd.Timestamp("2026-10-26"), 3)
    np.testing.assert_allclose(hours_by_hour(weekly, coverage).reshape(2, 3, 168).sum(axis=2), weekly)


def test_hours_in_a_closed_week_are_refused(weekday_shift: np.ndarray) -> None:
    closed = [f"2026-12-{day}" for day in range(21, 28)]
    coverage = coverage_by_hour(weekday_shift, "UTC", pd.Timestamp("2026-12-21"), 2, closed_dates=closed)
    np.testing.assert_allclose(hours_by_hour([0.0, 40.0], coverage).sum(), 40.0)
    with pytest.raises(ValueError, match="weekly_hours must be 0 in a week that coverage closes; found 40 hours"):
        hours_by_hour([40.0, 40.0], coverage)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: coverage_by_hour(np.ones(24), "UTC", pd.Timestamp("2026-11-02"), 1), "table must have 168 values"),
        (lambda: coverage_by_hour(np.zeros(168), "UTC", pd.Timestamp("2026-11-02"), 1), "table must hold an hour"),
        (lambda: coverage_by_hour(-np.ones(168), "UTC", pd.Timestamp("2026-11-02"), 1), "table must be >= 0"),
        (lambda: coverage_by_hour(np.ones(168), "Mars/Base", pd.Timestamp("2026-11-02"), 1), "found 'Mars/Base'"),
        (lambda: hours_by_hour([1.0, 2.0], np.ones(168)), "coverage must have 168 hours for each of the 2 weeks"),
        (lambda: Shift(days=(7,), start_hour=9, hours=8), "days of a shift must"),
        (lambda: Shift(days=(), start_hour=9, hours=8), "days of a shift must"),
        (lambda: Shift(days=(1,), start_hour=24, hours=8), "start_hour of a shift must"),
        (lambda: Shift(days=(1,), start_hour=9, hours=0), "hours of a shift must"),
        (lambda: Shift(days=(1,), start_hour=9, hours=8, heads=-1), "heads of a shift must"),
    ],
)
def test_what_cannot_be_is_refused(wrong: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        wrong()
