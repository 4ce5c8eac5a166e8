"""The cheapest cover of a week, against brute force, against scipy's milp on another formulation, and in its errors."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from capacity import shift_table
from optimization.program.outcome import SolveStatus
from optimization.shifts import (
    Break,
    ShiftLibrary,
    ShiftPlan,
    Tour,
    UncoveredIntervalsError,
    cover,
    cover_shifts,
    shift_library,
    work_day_patterns,
)
from optimization.shifts.cover_program import cover_program, overlap

FloatArray = NDArray[np.float64]
LUNCH = Break(hours=1, earliest_hours=3, latest_hours=4)


def make_tour(days: Sequence[int], start_hour: float, hours: float = 8.0, *, cost_usd: float = 1000.0) -> Tour:
    return Tour(days=tuple(days), start_hour=start_hour, hours=hours, cost_usd=cost_usd)


def working_week(seed: int, most: int, *, n_intervals: int = 168) -> FloatArray:
    """Whole heads at random, from 8 to 20 o'clock."""
    hour = np.arange(n_intervals) * 168 / n_intervals % 24
    return np.where((hour >= 8) & (hour < 20), np.random.default_rng(seed).integers(0, most + 1, n_intervals), 0.0)


def cheapest_by_enumeration(tours: Sequence[Tour], required: FloatArray, most: int) -> float:
    tables = np.array([shift_table([tour.shift()]) for tour in tours])
    heads = np.array(list(product(range(most + 1), repeat=len(tours))))
    enough = (heads @ tables >= required - 1e-9).all(axis=1)
    return float((heads @ np.array([tour.cost_usd for tour in tours]))[enough].min())


def cheapest_by_milp(tours: Sequence[Tour], required: FloatArray) -> float:
    """Solve with one column a tour and combination of breaks over its days, which is another program than ours."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    columns, costs = [], []
    for tour in tours:
        begins = [
            [pause.earliest_hours + k for k in range(int(pause.latest_hours - pause.earliest_hours) + 1)]
            for pause in tour.breaks
        ]
        for chosen in product(list(product(*begins)), repeat=len(tour.days)):
            column = shift_table([tour.shift()])
            for day, offsets in zip(tour.days, chosen, strict=True):
                for pause, offset in zip(tour.breaks, offsets, strict=True):
                    index, share = overlap(24.0 * day + tour.start_hour + offset, pause.hours, 168)
                    column[index] -= share
            columns.append(column)
            costs.append(tour.cost_usd)
    result = milp(
        costs,
        integrality=np.ones(len(costs)),
        bounds=Bounds(0, np.inf),
        constraints=LinearConstraint(np.array(columns).T, required, np.inf),
        options={"mip_rel_gap": 0.0},
    )
    assert result.status == 0
    return float(result.fun)


@pytest.mark.parametrize("seed", range(6))
def test_the_cover_costs_what_trying_every_number_of_heads_finds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    tours = [
        make_tour(range(7), start, hours, cost_usd=float(rng.integers(500, 1500)))
        for start, hours in ((8, 4), (8, 8), (12, 8), (12, 4), (16, 4))
    ]
    required = working_week(seed, 3)
    plan = cover_shifts(required, ShiftLibrary(tours=tuple(tours)), gap=0.0)
    assert plan.status is SolveStatus.OPTIMAL
    assert plan.cost_usd == pytest.approx(cheapest_by_enumeration(tours, required, 6))
    assert plan.bound_usd == pytest.approx(plan.cost_usd)


@pytest.mark.parametrize("seed", range(3))
def test_the_cover_with_breaks_costs_what_scipy_finds_with_a_column_for_every_choice_of_breaks(seed: int) -> None:
    library = shift_library(
        start_hours=[8, 10, 11],
        shift_hours=[9],
        work_days=[(0, 1, 2, 3), (3, 4, 5, 6), (0, 1, 5, 6)],
        cost_usd_per_hour=np.random.default_rng(seed).uniform(20, 40, 168),
        breaks=[LUNCH],
    )
    required = working_week(seed, 4)
    plan = cover_shifts(required, library, gap=0.0, time_limit_seconds=60)
    assert plan.status is SolveStatus.OPTIMAL
    assert plan.cost_usd == pytest.approx(cheapest_by_milp(library.tours, required))


def test_the_bound_lies_below_the_optimum_where_the_search_is_cut_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cover, "BRANCHED_NONZEROS", 0)
    monkeypatch.setattr(cover, "LONG_ROUNDS", 0)
    monkeypatch.setattr(cover, "KEPT_TOURS", 2)
    library = shift_library(
        start_hours=[8, 10, 12], shift_hours=[8], work_days=work_day_patterns(5), cost_usd_per_hour=30
    )
    required = working_week(5, 6)
    plan = cover_shifts(required, library, gap=0.0)
    best = cheapest_by_milp(library.tours, required)
    assert plan.bound_usd <= best + 1e-6 <= plan.cost_usd + 2e-6
    assert plan.bound_usd < plan.cost_usd
    assert plan.status is SolveStatus.TIME_LIMITED
    assert "stopped at its time limit" in plan.summary()


def test_five_days_of_seven_take_seven_heads_where_five_are_needed_every_day() -> None:
    # Baker (1974): the larger of the most needed on a day and the man-days over five; 5 x 7 / 5 = 7.
    library = shift_library(
        start_hours=[9],
        shift_hours=[8],
        work_days=work_day_patterns(5, days_off_in_a_row=True),
        cost_usd_per_hour=25,
    )
    required = np.zeros((7, 24))
    required[:, 9:17] = 5
    assert cover_shifts(required.ravel(), library, gap=0.0).heads == 7


def test_coverage_is_shifts_less_breaks_and_meets_the_need() -> None:
    library = shift_library(
        start_hours=[8, 11], shift_hours=[9], work_days=work_day_patterns(5), cost_usd_per_hour=30, breaks=[LUNCH]
    )
    plan = cover_shifts(working_week(1, 8), library, shrinkage=0.2)
    at_work = shift_table(plan.shifts)
    for pause in plan.breaks:
        index, share = overlap(pause.begin_hour, pause.hours, 168)
        at_work[index] -= share * pause.heads
    assert plan.coverage == pytest.approx(0.8 * at_work)
    assert (plan.surplus >= -1e-6).all()
    taken = sum(pause.heads for pause in plan.breaks)
    assert taken == sum(heads * len(tour.days) for tour, heads in zip(library.tours, plan.heads_by_tour, strict=True))


def test_breaks_are_placed_where_fewer_are_needed() -> None:
    # Two heads; one must be at work at any hour but the noon hours, where one on a break would not do.
    required = np.zeros((7, 24))
    required[0, 8:17] = 1
    plan = cover_shifts(
        required.ravel(),
        ShiftLibrary(tours=(Tour(days=(0,), start_hour=8, hours=9, cost_usd=100, breaks=(LUNCH,)),)),
        gap=0.0,
    )
    assert plan.heads == 2
    assert sorted(pause.begin_hour for pause in plan.breaks) == [11.0, 12.0]


def test_half_hours_that_need_what_their_hour_needs_cost_the_same() -> None:
    library = shift_library(
        start_hours=[8, 10, 12], shift_hours=[8], work_days=work_day_patterns(5), cost_usd_per_hour=30
    )
    required = working_week(3, 5)
    by_hour = cover_shifts(required, library, gap=0.0)
    by_half_hour = cover_shifts(np.repeat(required, 2), library, gap=0.0)
    assert by_half_hour.cost_usd == pytest.approx(by_hour.cost_usd)


def test_less_need_and_more_tours_never_cost_more() -> None:
    few = shift_library(start_hours=[8, 12], shift_hours=[8], work_days=work_day_patterns(6), cost_usd_per_hour=30)
    more = ShiftLibrary(tours=(*few.tours, make_tour(range(6), 10, cost_usd=1300)))
    required = working_week(7, 6)
    cost = cover_shifts(required, few, gap=0.0).cost_usd
    assert cover_shifts(np.maximum(required - 1, 0), few, gap=0.0).cost_usd <= cost
    assert cover_shifts(required, more, gap=0.0).cost_usd <= cost


def test_money_in_another_unit_changes_no_heads() -> None:
    one = shift_library(start_hours=[8, 12], shift_hours=[8], work_days=work_day_patterns(5), cost_usd_per_hour=30)
    two = shift_library(start_hours=[8, 12], shift_hours=[8], work_days=work_day_patterns(5), cost_usd_per_hour=60)
    required = working_week(8, 5)
    assert cover_shifts(required, one, gap=0.0).cost_usd * 2 == cover_shifts(required, two, gap=0.0).cost_usd


def test_the_same_call_gives_the_same_plan() -> None:
    library = shift_library(
        start_hours=[8, 10, 12], shift_hours=[8], work_days=work_day_patterns(5), cost_usd_per_hour=30
    )
    first, second = (cover_shifts(working_week(2, 9), library, gap=0.01) for _ in range(2))
    assert (first.heads_by_tour == second.heads_by_tour).all()
    assert first.breaks == second.breaks


def test_the_program_without_breaks_is_the_table_of_shifts() -> None:
    tours = [make_tour((5, 6), 22.5, 9), make_tour((0, 2), 0, 24), make_tour((1,), 7.25, 0.5)]
    program = cover_program(tours, 168)
    for column, tour in enumerate(tours):
        assert program.matrix[:, [column]].toarray().ravel() == pytest.approx(shift_table([tour.shift()]))


def test_intervals_that_no_tour_covers_are_named() -> None:
    tours = (make_tour(range(7), 10), make_tour((0,), 9, 2))
    closed = np.flatnonzero(~(shift_table([tour.shift() for tour in tours]) > 0))
    with pytest.raises(UncoveredIntervalsError, match=rf"works in Mon 00:00, .* and {closed.size - 5} more") as raised:
        cover_shifts(np.ones(168), ShiftLibrary(tours=tours))
    assert raised.value.uncovered.tolist() == closed.tolist()


def test_an_interval_that_every_tour_spends_on_its_break_is_not_covered() -> None:
    fixed = Break(hours=1, earliest_hours=4, latest_hours=4)
    required = np.zeros(168)
    required[[12, 13]] = 1
    with pytest.raises(UncoveredIntervalsError, match=r"works in Mon 12:00, where"):
        cover_shifts(
            required,
            ShiftLibrary(tours=(Tour(days=(0,), start_hour=8, hours=9, cost_usd=1, breaks=(fixed,)),)),
        )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"required": np.ones(100)}, r"required must have 168 values, .*found shape \(100,\)"),
        ({"required": np.zeros(168)}, "required must hold an interval that needs heads"),
        ({"required": np.full(168, -1.0)}, "required must"),
        ({"required": np.full(168, np.nan)}, "required must"),
        ({"shrinkage": 1.0}, "shrinkage must lie between 0 and 1, below 1; found 1.0"),
        ({"gap": -0.1}, "gap must lie between 0 and 1"),
        ({"time_limit_seconds": 0}, "time_limit_seconds must be above 0; found 0"),
    ],
)
def test_bad_arguments_are_named(changes: dict[str, object], message: str) -> None:
    arguments: dict[str, object] = {"required": np.ones(168), **changes}
    with pytest.raises(ValueError, match=message):
        cover_shifts(library=ShiftLibrary(tours=(make_tour(range(7), 0, 12),)), **arguments)  # type: ignore[arg-type]


def test_frames_and_sentence_say_what_the_plan_holds() -> None:
    library = shift_library(
        start_hours=[8, 11], shift_hours=[9], work_days=work_day_patterns(5), cost_usd_per_hour=30, breaks=[LUNCH]
    )
    plan: ShiftPlan = cover_shifts(working_week(1, 8), library)
    tours, intervals, breaks = plan.to_frame(), plan.interval_frame(), plan.break_frame()
    assert tours["heads"].sum() == plan.heads
    assert tours["cost_usd"].sum() == pytest.approx(plan.cost_usd)
    assert (tours["paid_hours_per_week"] == 40.0).all()
    assert intervals["surplus_heads"].sum() == pytest.approx(plan.coverage.sum() - plan.required.sum())
    assert breaks["heads"].sum() == 5 * plan.heads
    assert plan.summary().startswith(f"{plan.heads} heads cover the week for $")
    assert plan.needed_hours_per_head * plan.heads == pytest.approx(plan.required.sum())
    assert plan.heads_if_hours_were_divisible <= plan.heads
    ax = plan.plot()
    assert ax.get_ylabel() == "Heads at work"
    ax.figure.clear()
