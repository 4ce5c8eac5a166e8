"""Hours on graphic queues stay within those that heads may spend on them."""

from collections.abc import Callable

import pytest

from capacity import WellnessCap
from optimization.plan.decisions import decisions_of, supply_of
from optimization.program.policies import Policies

Make = Callable[..., object]


@pytest.mark.parametrize("cap", [14.0, 18.0])
def test_hours_on_capped_queues_are_those_that_the_supply_model_allows(make_case: Make, solved: Make, cap: float):
    rule = WellnessCap(queues={"q0"}, hours_per_head_week=cap)
    case = make_case(teams={"alpha": {"heads": 16}}, policies=Policies(wellness_caps=(rule,)))
    solution = solved(case)
    supply = supply_of(case, decisions_of(case, solution.outcome))
    assert (solution.given[0, 0] <= supply.hours_within(cap)[0] + 1e-6).all()
    assert solution.outcome.objective >= solved(make_case(teams={"alpha": {"heads": 16}})).outcome.objective - 1.0
