from collections.abc import Callable
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from capacity import ReviewQueue, ServiceOutcome, ServiceTarget
from capacity.backlog_course import BacklogCourse
from capacity.plot_backlog import late_days, panels_message, plot_backlog_panels
from capacity.plot_service import on_time_map_message, plot_on_time_map, plot_target_chance, target_chance_message
from capacity.weekly_service import WeeklyService
from forecasting.charts.chart_style import chart_style


def queues(n: int, share: float = 0.9, hours: float = 24.0) -> tuple[ReviewQueue, ...]:
    return tuple(
        ReviewQueue(
            name=f"queue_{i}", handle_minutes=3, target=ServiceTarget(share=share, within_hours=hours), severity=1.0
        )
        for i in range(n)
    )


def outcome(met: list[int], n_paths: int = 10) -> ServiceOutcome:
    """Service that meets the target on so many of the paths, by queue."""
    due = np.full((len(met), n_paths), 100.0)
    on_time = np.array([[95.0] * k + [50.0] * (n_paths - k) for k in met])
    return ServiceOutcome(queues=queues(len(met)), due=due, on_time=on_time, backlog_end=np.zeros_like(due))


def weekly(share: list[list[float]], target: float = 0.9) -> WeeklyService:
    due = np.full(np.shape(share), 200.0)
    week = pd.date_range("2026-01-05", periods=due.shape[1], freq="7D")
    late = due * (1 - np.array(share))
    return WeeklyService(queues=queues(len(share), target), week_start=week, due_items=due, late_items=late)


def course(late_on: int, n_days: int = 20) -> BacklogCourse:
    """One queue with a target of 24 h, whose last item waits 30 h on some days of each path and 10 h on the others."""
    waits = np.full((1, 4, n_days), 10.0)
    waits[..., :late_on] = 30.0
    day_end = pd.date_range("2026-01-06", periods=n_days, freq="D")
    return BacklogCourse(
        queues=queues(1), day_end=day_end, backlog_items=waits.copy() * 7, turnaround_hours=waits.copy()
    )


def blank(width: float = 8.0) -> Axes:
    return Figure(figsize=(width, 4), layout="constrained").subplots()


def test_the_chance_chart_counts_and_names_from_what_it_draws():
    after, before = outcome([9, 8, 3]), outcome([1, 8, 0])
    said = target_chance_message(after, before=before, probability=0.8)
    assert said == "2 of 3 queues likely to meet their target, 1 today; lowest: queue 2, 30%"
    ax = plot_target_chance(after, before=before, probability=0.8, ax=blank())
    assert ax.get_title(loc="left") == said
    drawn = {line.get_marker(): sorted(line.get_xdata()) for line in ax.lines if line.get_marker() in "oD"}
    assert drawn["D"] == [0.3]
    assert drawn["o"] == [0.8, 0.9]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["queue 2", "queue 1", "queue 0"]
    other = target_chance_message(outcome([9, 8, 8]), before=before, probability=0.8)
    assert other == "3 of 3 queues likely to meet their target, 1 today"


def test_the_map_names_the_worst_week_and_counts_those_below_target():
    said = on_time_map_message(weekly([[0.95, 0.91, 0.85], [1.0, 0.6, 0.9]]))
    assert said == "Expected below target in 2 of 6 queue-weeks; worst: queue 1 in week 2, 60% on time"
    assert on_time_map_message(weekly([[0.95, 0.9]])) == "Every queue is expected to keep its target in each of 2 weeks"
    ax = plot_on_time_map(weekly([[0.95, 0.91, 0.85], [1.0, 0.6, 0.9]]), ax=blank())
    assert ax.get_title(loc="left") == said
    assert {text.get_text() for text in ax.texts} == {"95", "91", "85", "100", "60", "90"}
    assert ax.get_yticklabels()[0].get_text() == "queue 1 (90%)"


def test_the_map_rounds_as_its_title_and_its_table_do_but_nothing_up_to_the_target_or_to_all():
    shares = [[0.569, 0.8961, 0.8994, 0.8996, 0.996, 0.9999]]
    ax = plot_on_time_map(weekly(shares), ax=blank())
    # 89.96% is written as the target and counts as kept.
    assert [text.get_text() for text in ax.texts] == ["57", "89.6", "89.9", "90", "99.6", "100"]
    assert "week 1, 57% on time" in ax.get_title(loc="left")


def test_weeks_without_anything_due_are_blank():
    service = weekly([[0.95, 0.9]])
    empty = WeeklyService(
        queues=service.queues, week_start=service.week_start, due_items=np.zeros((1, 2)), late_items=np.zeros((1, 2))
    )
    assert np.isnan(empty.on_time_share).all()
    assert on_time_map_message(empty) == "Nothing is due within the plan"
    assert len(plot_on_time_map(empty, ax=blank()).texts) == 0


def test_weekly_service_of_the_wrong_shape_is_refused():
    service = weekly([[0.95, 0.9]])
    with pytest.raises(ValueError, match=r"late_items must have shape .queues, weeks., here \(1, 2\)"):
        WeeklyService(
            queues=service.queues,
            week_start=service.week_start,
            due_items=service.due_items.copy(),
            late_items=np.zeros((2, 2)),
        )


def test_late_days_are_counted_over_paths_and_days_that_are_due():
    # 19 of 20 days are due within the plan.
    assert late_days(course(5)) == pytest.approx(5 / 19)
    assert panels_message(course(5)) == (
        "queue 0 misses its 24 hours most often: the last item of the day is late on 26% of days"
    )
    assert panels_message(course(0)).startswith("The last item of every day is decided within the target")


def test_the_panels_draw_backlog_and_wait_of_the_queues_late_most_often():
    figure = plot_backlog_panels(course(5), figure=Figure(figsize=(8, 4), layout="constrained"))
    left, right = figure.axes
    np.testing.assert_allclose(left.lines[0].get_ydata(), course(5).backlog_items[0].mean(axis=0))
    np.testing.assert_allclose(right.lines[0].get_ydata(), course(5).turnaround_hours[0, 0])
    assert right.get_title(loc="left") == "target 24 h"
    assert " ".join(figure.get_suptitle().split()) == panels_message(course(5))


def seen(figure: Figure) -> list[Text]:
    figure.draw_without_rendering()
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    inside = figure.bbox.padded(2)
    for text in texts:
        box = Text.get_window_extent(text)
        assert inside.contains(box.x0, box.y0), text.get_text()
        assert inside.contains(box.x1, box.y1), text.get_text()
    return texts


@pytest.mark.parametrize("n_queues", [1, 12, 200])
@pytest.mark.parametrize("width", [8.0, 3.15])
@pytest.mark.parametrize("kind", ["chance", "map"])
def test_any_number_of_queues_can_be_read_at_eight_centimetres(kind: str, n_queues: int, width: float):
    draw: Callable[[Axes], Axes] = (
        (lambda ax: plot_target_chance(outcome([i % 11 for i in range(n_queues)]), ax=ax))
        if kind == "chance"
        else (lambda ax: plot_on_time_map(weekly([[0.5 + i / (2 * n_queues)] * 13 for i in range(n_queues)]), ax=ax))
    )
    with chart_style(narrow=width < 5):
        figure = Figure(figsize=(width, 1.9 + 0.27 * min(n_queues, 30)), layout="constrained")
        draw(figure.subplots())
        texts = seen(figure)
    assert min(text.get_fontsize() for text in texts) >= 5.5
    for one, other in combinations([Text.get_window_extent(text) for text in texts], 2):
        wide = min(one.x1, other.x1) - max(one.x0, other.x0)
        assert min(wide, min(one.y1, other.y1) - max(one.y0, other.y0)) <= 1.5
