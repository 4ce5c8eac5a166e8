"""Heads of the program are those of the capacity model, start in classes, and are let go from those who were there."""

from collections.abc import Callable

import numpy as np
import pytest

from capacity import AttritionCurve, LearningCurve, SupplyRules
from optimization.plan.decisions import decisions_of, no_decisions, supply_of
from optimization.program.staffing_case import StaffingCase
from optimization.program.staffing_program import column
from optimization.program.team_options import TeamOptions

Make = Callable[..., object]
RULES = SupplyRules(
    learning=LearningCurve(efficiency=(0.0, 0.4, 0.9)),
    attrition=AttritionCurve(hazard=(0.1, 0.05, 0.02)),
    hire_cost_usd=500.0,
    release_cost_usd=800.0,
    shrinkage=(0.25, 0.3, 0.25, 0.2, 0.25),
)


@pytest.mark.parametrize("refill", [None, 1])
def test_heads_hours_and_cost_are_those_of_the_supply_model(make_case: Make, solved: Make, refill: int | None):
    rules = SupplyRules(
        **{name: getattr(RULES, name) for name in RULES.__slots__ if name != "refill_weeks"}, refill_weeks=refill
    )
    options = {
        "alpha": TeamOptions(rules=rules),
        "beta": TeamOptions(rules=rules, most_releases_per_week=3, notice_weeks=2),
    }
    case: StaffingCase = make_case(
        teams={"alpha": {"heads": 4}, "beta": {"heads": 14, "skills": {"q1": 1.0}}}, options=options, n_weeks=5
    )
    solution = solved(case)
    decisions = decisions_of(case, solution.outcome)
    assert decisions.hires.sum() > 0
    supply = supply_of(case, decisions)
    value = solution.outcome.value
    grid = [[(team, week) for week in range(5)] for team in range(2)]
    assert supply.heads == pytest.approx(np.array([[value(column("heads", *place)) for place in row] for row in grid]))
    assert supply.productive_hours == pytest.approx(
        np.array([[value(column("hours", *place)) for place in row] for row in grid])
    )
    extra = supply.cost_usd.sum() - supply_of(case, no_decisions(case)).cost_usd.sum()
    assert extra == pytest.approx(solution.outcome.objective, abs=1.0)  # but for the cents that break ties


def test_hires_start_in_classes_or_not_at_all(make_case: Make, solved: Make):
    options = {"alpha": TeamOptions(rules=SupplyRules(), smallest_class=7, most_hires_per_week=9)}
    case = make_case(options=options)
    hires = decisions_of(case, solved(case).outcome).hires
    assert hires.any()
    assert ((hires == 0) | ((hires >= 7) & (hires <= 9))).all()


def test_part_time_heads_are_hired_where_they_fit_better(make_case: Make, solved: Make):
    case = make_case(options={"alpha": TeamOptions(rules=SupplyRules(), part_time_hours_per_week=10.0)})
    only = make_case(options={"alpha": TeamOptions(rules=SupplyRules())})
    assert solved(case).outcome.objective < solved(only).outcome.objective - 1.0
    assert decisions_of(case, solved(case).outcome).part_time_hires.sum() > 0


def test_spare_heads_are_let_go_after_their_notice_when_that_pays(make_case: Make, solved: Make):
    rules = SupplyRules(release_cost_usd=100.0)
    kept, free = (
        make_case(
            teams={"alpha": {"heads": 40}},
            options={"alpha": TeamOptions(rules=rules, most_releases_per_week=most, notice_weeks=1)},
        )
        for most in (0, 5)
    )
    releases = decisions_of(free, solved(free).outcome).releases
    assert releases[0, 0] == 0
    assert 0 < releases.sum() <= 15
    assert solved(free).outcome.objective < solved(kept).outcome.objective


def test_a_team_has_no_more_heads_than_desks(make_case: Make, solved: Make):
    case = make_case(teams={"alpha": {"heads": 11}}, options={"alpha": TeamOptions(rules=SupplyRules(), most_heads=12)})
    solution = solved(case)
    assert max(solution.outcome.value(column("heads", 0, week)) for week in range(4)) <= 12 + 1e-6
    assert solution.relaxations


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"smallest_class": 5, "most_hires_per_week": 3}, "smallest_class"),
        ({"notice_weeks": -1}, "notice_weeks"),
        ({"most_heads": -2}, "most_heads"),
    ],
)
def test_options_out_of_range_name_their_field(changes: dict[str, object], message: str):
    with pytest.raises(ValueError, match=f"{message} of team options must"):
        TeamOptions(**changes)
