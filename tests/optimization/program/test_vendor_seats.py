"""Seats of the program are those that the contract keeps in force, at its prices."""

from collections.abc import Callable

import numpy as np
import pytest

from capacity import SupplyRules, VendorContract, contract_cost_usd, seats_in_force
from optimization.plan.decisions import decisions_of, supply_of
from optimization.program.staffing_program import column
from optimization.program.team_options import TeamOptions

Make = Callable[..., object]


def contract(**changes: object) -> VendorContract:
    fields = {"seats": 12, "price_tiers": ((0, 900.0),), "step_seats": 2, "lead_weeks": 1, "notice_weeks": 2, **changes}
    return VendorContract(**fields)


@pytest.mark.parametrize(
    "terms",
    [
        contract(),
        contract(price_tiers=((0, 900.0), (14, 500.0))),
        contract(price_tiers=((0, 900.0), (14, 700.0)), tier_rule="all_seats"),
        contract(price_tiers=((0, 800.0), (13, 1_100.0), (18, 1_300.0))),
        contract(seats=40, minimum_seats=30, commitment_weeks=3),
    ],
)
def test_seats_are_in_force_under_the_contract_and_cost_its_price(make_case: Make, solved: Make, terms: VendorContract):
    case = make_case(
        teams={"alpha": {"heads": terms.seats, "weekly_attrition": 0.0}},
        options={"alpha": TeamOptions(rules=SupplyRules(contract=terms))},
        n_weeks=5,
    )
    solution = solved(case)
    seats = decisions_of(case, solution.outcome).seats[0]
    assert seats == pytest.approx(seats_in_force(seats, terms))
    assert seats[0] == terms.seats
    assert seats.std() > 0
    assert contract_cost_usd(seats, terms).sum() == pytest.approx(solution.outcome.objective, abs=1.0)
    supply = supply_of(case, decisions_of(case, solution.outcome))
    hours = [solution.outcome.value(column("hours", 0, week)) for week in range(5)]
    assert supply.productive_hours[0] == pytest.approx(np.array(hours))


def test_seats_are_ordered_beyond_need_where_that_reaches_a_cheaper_tier(make_case: Make, solved: Make):
    cheap = contract(price_tiers=((0, 900.0), (29, 200.0)), tier_rule="all_seats")
    case = make_case(
        teams={"alpha": {"heads": 12, "weekly_attrition": 0.0}},
        options={"alpha": TeamOptions(rules=SupplyRules(contract=cheap))},
    )
    assert decisions_of(case, solved(case).outcome).seats.max() >= 30
