"""Vendor seats, against every plan of seats that the terms allow, and prices added up seat by seat."""

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capacity.supply.vendor_contract import VendorContract, contract_cost_usd, least_seats, seats_in_force

TIERS = ((0, 1000.0), (10, 900.0), (30, 700.0))


def allowed(plan: tuple[int, ...], contract: VendorContract) -> bool:
    """Whether each week's seats follow from orders and notices that were possible."""
    most = np.inf if contract.most_seats is None else contract.most_seats
    weeks = list(enumerate(pairwise((contract.seats, *plan))))
    return all(
        seats % contract.step_seats == 0
        and seats <= most
        and (seats >= contract.minimum_seats or week >= contract.commitment_weeks)
        and (seats <= before or week >= contract.lead_weeks)
        and (seats >= before or week >= contract.notice_weeks)
        for week, (before, seats) in weeks
    )


@pytest.mark.property
@settings(deadline=None, max_examples=40)
@given(
    step=st.integers(1, 2),
    terms=st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 4)),
    start=st.integers(0, 3),
    minimum=st.integers(0, 3),
    wanted=st.lists(st.integers(0, 28).map(lambda quarters: quarters / 4), min_size=4, max_size=4),
)
def test_no_allowed_plan_that_covers_as_much_has_fewer_seats(
    step: int, terms: tuple[int, int, int], start: int, minimum: int, wanted: list[float]
) -> None:
    commitment, lead, notice = terms
    most = 3
    contract = VendorContract(
        seats=start * step,
        price_tiers=((0, 1),),
        minimum_seats=min(minimum, start) * step,
        commitment_weeks=commitment,
        most_seats=most * step,
        step_seats=step,
        lead_weeks=lead,
        notice_weeks=notice,
    )
    found = seats_in_force(wanted, contract)
    assert allowed(tuple(int(seats) for seats in found), contract)
    plans = np.array([plan for plan in product(range(most * step + 1), repeat=4) if allowed(plan, contract)])
    covering = (np.minimum(plans, wanted) >= np.minimum(found, wanted) - 1e-9).all(axis=1)
    assert (plans[covering] >= found).all()
    assert (np.minimum(plans, wanted) <= np.minimum(found, wanted) + 1e-9).all()


def test_least_seats_are_what_is_left_when_nothing_is_wanted() -> None:
    contract = VendorContract(
        seats=20, price_tiers=TIERS, minimum_seats=10, commitment_weeks=6, step_seats=5, notice_weeks=3
    )
    np.testing.assert_array_equal(least_seats(contract, 8), [20, 20, 20, 10, 10, 10, 0, 0])
    np.testing.assert_array_equal(seats_in_force(np.zeros(8), contract), least_seats(contract, 8))


@given(seats=st.integers(0, 80))
@pytest.mark.property
def test_graduated_prices_add_up_seat_by_seat(seats: int) -> None:
    price = sum(1000 if seat <= 10 else 900 if seat <= 30 else 700 for seat in range(1, seats + 1))
    assert contract_cost_usd(seats, VendorContract(seats=0, price_tiers=TIERS)) == pytest.approx(price)


@pytest.mark.parametrize(("seats", "price"), [(0, 1000), (10, 1000), (11, 900), (30, 900), (31, 700)])
def test_one_price_holds_for_all_seats_of_a_reached_tier(seats: int, price: float) -> None:
    contract = VendorContract(seats=0, price_tiers=TIERS, tier_rule="all_seats")
    assert contract_cost_usd(seats, contract) == seats * price


def test_the_rounding_of_sums_orders_no_further_step() -> None:
    contract = VendorContract(seats=0, price_tiers=((0, 1),), step_seats=5)
    np.testing.assert_array_equal(seats_in_force([50 * 0.1 + 1e-12, 5.001], contract), [5, 10])


def test_a_contract_without_terms_gives_what_is_wanted() -> None:
    wanted = np.array([3.0, 0.0, 8.0])
    np.testing.assert_array_equal(seats_in_force(wanted, VendorContract(seats=5, price_tiers=((0, 1),))), wanted)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seats", -5),
        ("seats", 7),
        ("minimum_seats", 25),
        ("minimum_seats", 3),
        ("commitment_weeks", -1),
        ("most_seats", 15),
        ("step_seats", 0),
        ("lead_weeks", 1.5),
        ("notice_weeks", -1),
        ("price_tiers", ()),
        ("price_tiers", ((5, 900),)),
        ("price_tiers", ((0, 900), (0, 800))),
        ("price_tiers", ((0, -1),)),
    ],
)
def test_terms_that_cannot_be_are_refused(field: str, value: object) -> None:
    terms = {"seats": 20, "price_tiers": TIERS, "step_seats": 5, field: value}
    with pytest.raises(ValueError, match=f"{field} of a vendor contract must"):
        VendorContract(**terms)


def test_bad_seats_are_refused() -> None:
    contract = VendorContract(seats=5, price_tiers=((0, 1),))
    with pytest.raises(ValueError, match="wanted_seats must be >= 0"):
        seats_in_force([-1], contract)
    with pytest.raises(ValueError, match="seats must be >= 0"):
        contract_cost_usd([np.nan], contract)
