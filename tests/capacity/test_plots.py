"""Charts of capacity say what they show, in numbers that they plot."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from capacity.backlog_course import BacklogCourse, backlog_course
from capacity.expected_service import expected_service
from capacity.on_time_curve import on_time_curve
from capacity.plots import (
    backlog_message,
    curve_message,
    plot_backlog,
    plot_on_time_curve,
    plot_requirement,
    plot_turnaround,
    requirement_message,
    turnaround_message,
)
from capacity.requirement import required_staffing
from capacity.turnaround import CumulativeFlow


@pytest.fixture(scope="module")
def case(make_forecast, make_queue, make_team):
    rng = np.random.default_rng(4)
    arrivals = rng.poisson(rng.gamma(80.0, 5.0, (2, 40, 1)) * np.linspace(0.9, 1.1, 28))
    queues = [make_queue("q0", within_hours=24.0), make_queue("q1", within_hours=0.5)]
    teams = [make_team("t0", {"q0": 1.0}, heads=9.5), make_team("t1", {"q1": 1.0}, heads=12.0)]
    return make_forecast(arrivals), queues, teams


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


def test_the_requirement_names_the_week_that_is_shortest(case):
    found = required_staffing(*case)
    ax = plot_requirement(found, team="t0")
    gap = (found.team_fte - found.available_fte)[0]
    assert requirement_message(found, "t0") == ax.get_title(loc="left")
    assert f"{gap.max():,.1f} FTE short in week {gap.argmax() + 1}" in ax.get_title(loc="left")
    bars = np.array([bar.get_height() for bar in ax.patches[:4]])
    np.testing.assert_allclose(bars, found.available_fte[0])
    assert "FTE" in plot_requirement(found).get_title(loc="left")
    with pytest.raises(ValueError, match=r"team must be one of \['t0', 't1'\]; found 'x'"):
        plot_requirement(found, team="x")


def test_the_backlog_by_day_ends_where_service_says(case):
    course = backlog_course(*case)
    np.testing.assert_allclose(course.backlog_items[:, :, -1], expected_service(*case).backlog_end)
    ax = plot_backlog(course, queue="q0")
    np.testing.assert_allclose(ax.lines[0].get_ydata(), course.backlog_items[0].mean(axis=0))
    assert ax.get_title(loc="left") == backlog_message(course, "q0")
    assert f"to {course.backlog_items[0, :, -1].mean():,.0f} items" in ax.get_title(loc="left")


def test_turnaround_is_the_wait_of_the_last_item_of_the_day(make_forecast, make_queue, make_team):
    # 240 items a day of a millionth of the usual work and a million times as many; capacity for nine tenths.
    many = 1e8
    forecast = make_forecast(np.full((1, 2, 14), 240.0 * many))
    queue = make_queue(within_hours=48.0, handle_minutes=6.0 / many)
    course = backlog_course(forecast, [queue], [make_team(heads=0.9 * 168.0 / 30.0)])
    flow = CumulativeFlow.of(np.full(336, 10.0), np.full(336, 9.0))
    days = np.arange(1, 13)
    np.testing.assert_allclose(course.backlog_items[0, 0, :12] / many, flow.backlog[24 * days], rtol=1e-3)
    np.testing.assert_allclose(course.turnaround_hours[0, 0, :12], 24.0 * days / 9.0, rtol=1e-2)
    assert np.isnan(course.turnaround_hours[0, 0, -1])
    frame = course.to_frame()
    assert frame["turnaround_hours_p50"].notna().sum() == 12
    assert len(frame) == 14


def test_turnaround_says_how_many_paths_miss_the_target_on_the_worst_day(case):
    course = backlog_course(*case)
    ax = plot_turnaround(course, queue="q0")
    assert ax.get_title(loc="left") == turnaround_message(course, "q0")
    late = (~(course.turnaround_hours[0, :, :27] <= 24.0)).mean(axis=0)
    assert f"on day {late.argmax() + 1} the last item misses 24 hours" in ax.get_title(loc="left")
    quick = BacklogCourse(
        queues=course.queues,
        day_end=course.day_end,
        backlog_items=np.zeros((2, 4, 28)),
        turnaround_hours=np.full((2, 4, 28), 0.2),
    )
    assert "within 24 hours on every path" in turnaround_message(quick, "q0")


def test_the_curve_rises_through_the_current_point(case):
    curve = on_time_curve(*case, "q0")
    outcome = expected_service(*case)
    np.testing.assert_allclose(curve.on_time_share[curve.current], outcome.on_time_share[0])
    assert (np.diff(curve.on_time_share, axis=0) >= -1e-9).all()
    ax = plot_on_time_curve(curve)
    assert ax.get_title(loc="left") == curve_message(curve)
    enough = np.flatnonzero(curve.probability_met >= 0.8)[0]
    assert f"{curve.hours_per_week[enough] - curve.current_hours:,.0f} hours a week more" in ax.get_title(loc="left")
    assert len(curve.to_frame()) == curve.hours_per_week.size
    with pytest.raises(ValueError, match=r"queue must be one of \['q0', 'q1'\]; found 'x'"):
        on_time_curve(*case, "x")
    with pytest.raises(ValueError, match="multiples must be finite and 0 or more"):
        on_time_curve(*case, "q0", multiples=[-1.0])


def test_charts_draw_where_they_are_told(case):
    _, ax = plt.subplots()
    course = backlog_course(*case)
    assert plot_backlog(course, queue="q1", ax=ax) is ax
    with pytest.raises(ValueError, match="queue must be one of"):
        plot_turnaround(course, queue="x")
