"""Budgets hold for their weeks and cost centres; one that is short is named with what would do."""

from collections.abc import Callable

import pytest

from optimization.plan.decisions import decisions_of, supply_of
from optimization.program.policies import Budget, Policies
from optimization.program.team_options import TeamOptions

Make = Callable[..., object]


@pytest.mark.parametrize(("less_usd", "can_be_kept"), [(50.0, True), (500.0, False)])
def test_what_is_spent_stays_within_the_budget_of_the_period(
    make_case: Make, solved: Make, less_usd: float, can_be_kept: bool
):
    free = make_case()
    cost = supply_of(free, decisions_of(free, solved(free).outcome)).total_cost_usd.sum(axis=0)
    late = float(cost[2:].sum())
    case = make_case(policies=Policies(budgets=(Budget(name="late", usd=late - less_usd, first_week=2),)))
    solution = solved(case)
    spent = supply_of(case, decisions_of(case, solution.outcome)).total_cost_usd.sum(axis=0)
    allowed = late - less_usd if can_be_kept else solution.relaxations[0].feasible
    assert bool(solution.relaxations) is not can_be_kept
    assert spent[2:].sum() <= allowed + 1.0
    # What the budget takes from these weeks is bought earlier, which costs more.
    assert spent.sum() > cost.sum() + 1.0


def test_a_budget_of_a_cost_centre_counts_its_teams_alone(make_case: Make, solved: Make):
    teams = {"alpha": {"heads": 8, "cost_usd_per_head_week": 800.0}, "beta": {"heads": 7}}
    options = {"alpha": TeamOptions(cost_centre="A"), "beta": TeamOptions(cost_centre="B")}
    today = 8 * 800.0 * (1 + 0.97 + 0.97**2 + 0.97**3)
    case = make_case(
        teams=teams, options=options, policies=Policies(budgets=(Budget(name="A", usd=today + 1.0, cost_centre="A"),))
    )
    solution = solved(case)
    decisions = decisions_of(case, solution.outcome)
    assert not solution.relaxations
    assert decisions.hires[0].sum() == 0
    assert decisions.overtime_hours[0].sum() == pytest.approx(0.0, abs=0.1)
    assert decisions.hires[1].sum() + decisions.overtime_hours[1].sum() > 0


def test_the_money_that_is_missing_is_exact(make_case: Make, solved: Make):
    case = make_case()
    least = solved(case).linear_bound + sum(float(response.cost_usd.sum()) for response in case.response)
    short = solved(make_case(policies=Policies(budgets=(Budget(name="all", usd=least - 1_000.0),))))
    (relaxation,) = short.relaxations
    assert relaxation.name == "all"
    assert relaxation.amount >= 1_000.0 - 1.0  # whole heads may need more than fractions of heads
    enough = solved(make_case(policies=Policies(budgets=(Budget(name="all", usd=relaxation.feasible + 1.0),))))
    assert not enough.relaxations


@pytest.mark.parametrize(
    ("fields", "message"),
    [({"usd": -1.0}, "usd of budget"), ({"usd": 1.0, "first_week": 3, "last_week": 1}, "in order")],
)
def test_a_budget_that_makes_no_sense_is_refused(fields: dict[str, float], message: str):
    with pytest.raises(ValueError, match=message):
        Budget(name="b", **fields)
