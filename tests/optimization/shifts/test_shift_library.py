"""What a library of tours accepts, what it refuses, and what tours cost."""

import numpy as np
import pytest

from optimization.shifts import Break, ShiftLibrary, Tour, shift_library, work_day_patterns


def make_tour(**changes: object) -> Tour:
    fields: dict[str, object] = {"days": (0, 1, 2), "start_hour": 8, "hours": 9, "cost_usd": 900, **changes}
    return Tour(**fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"days": (0, 7)}, r"days of a shift must be different days"),
        ({"start_hour": 24}, "start_hour of a shift must lie from 0 to below 24"),
        ({"hours": 25}, "hours of a shift must lie above 0 and up to 24"),
        ({"cost_usd": 0}, "cost_usd of a tour must be above 0; found 0"),
        ({"breaks": (Break(hours=1, earliest_hours=8, latest_hours=8.5),)}, "must end within its 9 hours"),
        (
            {
                "breaks": (
                    Break(hours=0.5, earliest_hours=2, latest_hours=4),
                    Break(hours=0.5, earliest_hours=4, latest_hours=6),
                )
            },
            "breaks of a tour must not overlap: .* after 4.5 h; found earliest_hours 4",
        ),
        ({"hours": 1, "breaks": (Break(hours=1, earliest_hours=0, latest_hours=0),)}, "must leave time to work"),
    ],
)
def test_tours_that_cannot_be_worked_are_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make_tour(**changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hours": 0.0}, "hours of a break must lie above 0"),
        ({"earliest_hours": 5.0}, "earliest_hours and latest_hours of a break must be in order"),
    ],
)
def test_breaks_without_time_or_order_are_refused(changes: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Break(**{"hours": 0.5, "earliest_hours": 3.0, "latest_hours": 4.0, **changes})


def test_the_same_tour_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="tour 1 works the same hours as tour 0"):
        ShiftLibrary(tours=(make_tour(), make_tour(days=(2, 1, 0), cost_usd=1)))


def test_shifts_without_rest_between_them_are_refused() -> None:
    with pytest.raises(ValueError, match=r"must leave 8 hours of rest .* tour 0 works 17 hours on days in a row"):
        ShiftLibrary(tours=(make_tour(hours=17),))
    apart = ShiftLibrary(tours=(make_tour(hours=17, days=(0, 2, 4)),))
    assert len(apart.tours) == 1


def test_sunday_and_monday_are_days_in_a_row() -> None:
    with pytest.raises(ValueError, match="days in a row"):
        ShiftLibrary(tours=(make_tour(hours=20, days=(0, 6)),))


def test_an_empty_library_is_refused() -> None:
    with pytest.raises(ValueError, match="must hold at least one tour"):
        ShiftLibrary(tours=())


def test_nights_and_sundays_cost_their_premium() -> None:
    by_hour = np.full((7, 24), 20.0)
    by_hour[6] = 30.0
    library = shift_library(start_hours=[22], shift_hours=[8], work_days=[(5,)], cost_usd_per_hour=by_hour.ravel())
    assert library.tours[0].cost_usd == pytest.approx(2 * 20 + 6 * 30)


def test_sunday_night_runs_into_monday() -> None:
    by_hour = np.full((7, 24), 20.0)
    by_hour[0] = 50.0
    library = shift_library(start_hours=[20.5], shift_hours=[8], work_days=[(6,)], cost_usd_per_hour=by_hour.ravel())
    assert library.tours[0].cost_usd == pytest.approx(3.5 * 20 + 4.5 * 50)


def test_an_unpaid_break_is_not_paid() -> None:
    pause = Break(hours=0.5, earliest_hours=3, latest_hours=4)
    library = shift_library(
        start_hours=[8], shift_hours=[8.5], work_days=[range(5)], cost_usd_per_hour=30, breaks=[pause]
    )
    assert library.tours[0].paid_hours == 40.0
    assert library.tours[0].cost_usd == pytest.approx(1200.0)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cost_usd_per_hour": 0}, "cost_usd_per_hour must be one finite cost above 0"),
        ({"cost_usd_per_hour": np.ones(24)}, r"or 168 by hour of the week; found shape \(24,\)"),
        ({"start_hours": []}, "start_hours must hold at least one value"),
        ({"work_days": []}, "work_days must hold at least one value"),
    ],
)
def test_a_library_of_nothing_or_without_cost_is_refused(changes: dict[str, object], message: str) -> None:
    arguments: dict[str, object] = {
        "start_hours": [8],
        "shift_hours": [8],
        "work_days": [(0, 1)],
        "cost_usd_per_hour": 30.0,
        **changes,
    }
    with pytest.raises(ValueError, match=message):
        shift_library(**arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize(("n_days", "n_any", "n_in_a_row"), [(1, 7, 7), (5, 21, 7), (6, 7, 7), (7, 1, 1)])
def test_patterns_of_days_are_counted_as_combinations(n_days: int, n_any: int, n_in_a_row: int) -> None:
    assert len(set(work_day_patterns(n_days))) == n_any
    assert len(set(work_day_patterns(n_days, days_off_in_a_row=True))) == n_in_a_row


def test_a_week_of_eight_days_is_refused() -> None:
    with pytest.raises(ValueError, match="n_days must be a whole number from 1 to 7; found 8"):
        work_day_patterns(8)
