"""Overtime keeps the caps that the capacity model keeps, and costs what it costs there."""

from collections.abc import Callable

import numpy as np
import pytest

from capacity import OvertimeRule, SupplyRules
from optimization.plan.decisions import decisions_of, no_decisions, supply_of
from optimization.program.team_options import TeamOptions

Make = Callable[..., object]


@pytest.mark.parametrize("window", [None, 20.0])
def test_all_overtime_of_the_plan_is_allowed_and_paid_as_the_supply_model_says(
    make_case: Make, solved: Make, window: float | None
):
    rule = OvertimeRule(most_hours_per_head_week=8, window_weeks=3, most_hours_per_head_window=window, pay_multiple=1.2)
    case = make_case(
        teams={"alpha": {"heads": 14}},
        options={"alpha": TeamOptions(rules=SupplyRules(overtime=rule), most_hires_per_week=0)},
    )
    solution = solved(case)
    decisions = decisions_of(case, solution.outcome)
    assert decisions.overtime_hours.sum() > 0
    supply = supply_of(case, decisions)
    assert supply.overtime_hours == pytest.approx(decisions.overtime_hours)
    extra = supply.cost_usd.sum() - supply_of(case, no_decisions(case)).cost_usd.sum()
    assert extra == pytest.approx(solution.outcome.objective, abs=1.0)


def test_without_a_rule_nobody_works_overtime(make_case: Make, solved: Make):
    case = make_case(options={"alpha": TeamOptions(rules=SupplyRules())})
    assert np.all(decisions_of(case, solved(case).outcome).overtime_hours == 0.0)


def test_dearer_overtime_is_never_cheaper(make_case: Make, solved: Make):
    costs = []
    for pay in (1.0, 1.5, 3.0):
        rule = OvertimeRule(most_hours_per_head_week=8, pay_multiple=pay)
        costs.append(
            solved(make_case(options={"alpha": TeamOptions(rules=SupplyRules(overtime=rule))})).outcome.objective
        )
    assert costs == sorted(costs)
