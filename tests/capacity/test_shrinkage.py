"""Shrinkage by week, against calendars and hours counted by hand."""

from datetime import date, timedelta

import numpy as np
import pytest

from capacity.supply.shrinkage import closed_days_by_week, weekly_shrinkage


def test_closures_are_counted_as_a_calendar_does() -> None:
    rng = np.random.default_rng(5)
    start = date(2026, 10, 7)
    closures = [start + timedelta(days=int(day)) for day in rng.integers(-20, 120, 40)]
    expected = [0.0] * 13
    for day in set(closures):
        week = (day - start).days // 7
        if 0 <= week < 13 and day.weekday() < 5:
            expected[week] += 1
    np.testing.assert_array_equal(closed_days_by_week(closures + closures[:20], start, 13), expected)


def test_a_site_that_never_closes_counts_sundays() -> None:
    np.testing.assert_array_equal(closed_days_by_week(["2026-11-08"], "2026-11-02", 2, open_days=7), [1, 0])
    np.testing.assert_array_equal(closed_days_by_week(["2026-11-08"], "2026-11-02", 2, open_days=6), [0, 0])


def test_no_closures_are_no_days() -> None:
    np.testing.assert_array_equal(closed_days_by_week([], "2026-11-02", 3), [0, 0, 0])


def test_hours_counted_by_hand() -> None:
    # 40 paid hours, one day off leaves 32, 4 of training leave 28, a quarter of that is usual: 21 of 40 remain.
    assert weekly_shrinkage(0.25, closed_days=1, training_hours=4) == pytest.approx(1 - 21 / 40)


def test_without_closures_and_training_it_is_the_usual_share() -> None:
    np.testing.assert_allclose(weekly_shrinkage([0.0, 0.3, 1.0]), [0.0, 0.3, 1.0])


def test_a_week_may_be_closed_altogether() -> None:
    assert weekly_shrinkage(0.3, closed_days=5) == 1.0


def test_teams_by_weeks() -> None:
    shares = weekly_shrinkage([[0.2], [0.3]], closed_days=[0, 1, 2])
    np.testing.assert_allclose(shares, [[0.2, 0.36, 0.52], [0.3, 0.44, 0.58]])


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="shrinkage must lie between 0 and 1; found 30"):
        weekly_shrinkage(30)
    with pytest.raises(ValueError, match=r"must not exceed the week; they take 1\.2"):
        weekly_shrinkage(0.3, closed_days=6)
    with pytest.raises(ValueError, match="open_days must lie from 1 to 7; found 0"):
        closed_days_by_week([], "2026-11-02", 3, open_days=0)
