"""What contradicts itself is named with record, field, value and remedy before a solver runs."""

from collections.abc import Callable

import pytest

from capacity import SupplyRules, VendorContract, WellnessCap
from optimization import Policies, SeveralSites, TeamOptions, VendorShare
from optimization.plan.checks import check_inputs

Make = Callable[..., object]


def contract(**changes: object) -> TeamOptions:
    fields = {"seats": 10, "price_tiers": ((0, 900.0),), **changes}
    return TeamOptions(rules=SupplyRules(contract=VendorContract(**fields)))


@pytest.mark.parametrize(
    ("options", "policies", "message"),
    [
        (
            {"alpha": contract(lead_weeks=9)},
            Policies(),
            "team 'alpha': lead_weeks of its contract, 9, lies beyond the 2 weeks",
        ),
        (
            {"alpha": contract(price_tiers=((0, 0.0),))},
            Policies(),
            "price_tiers of its contract must have prices above 0",
        ),
        ({"alpha": contract(seats=12)}, Policies(), "seats of its contract must be its heads, 10; found 12"),
        ({"alpha": TeamOptions(most_heads=8)}, Policies(), "most_heads of 8 is below the 10 who are there"),
        (
            {},
            Policies(wellness_caps=(WellnessCap(queues={"gore"}, hours_per_head_week=10),)),
            r"queues \['gore'\] are not planned",
        ),
        (
            {},
            Policies(several_sites=(SeveralSites(queue="q0"),)),
            "queue 'q0' is to be served from 2 sites but only teams at",
        ),
        ({}, Policies(several_sites=(SeveralSites(queue="q9"),)), "queue 'q9' is not planned"),
        (
            {},
            Policies(vendor_shares=(VendorShare(most_share=0.5),)),
            "vendors may do at most 50% of the work, but there is no other team",
        ),
        ({}, Policies(vendor_shares=(VendorShare(most_share=0.5, site="Mars"),)), "no team is at 'Mars'"),
    ],
)
def test_contradictions_are_named(
    make_queue: Make,
    make_team: Make,
    random_forecast: Make,
    options: dict[str, TeamOptions],
    policies: Policies,
    message: str,
):
    with pytest.raises(ValueError, match=message):
        check_inputs(
            random_forecast(1, n_paths=2, n_weeks=2),
            [make_queue("q0")],
            [make_team("alpha", {"q0": 1.0})],
            options,
            policies,
            most_rounds=1,
        )


def test_queues_that_are_not_the_forecast_s_are_named(make_queue: Make, make_team: Make, random_forecast: Make):
    with pytest.raises(
        ValueError, match=r"queues must be those of the forecast in its order, \['q0'\]; found \['other'\]"
    ):
        check_inputs(
            random_forecast(1, n_paths=2, n_weeks=2),
            [make_queue("other")],
            [make_team("a", {"other": 1.0})],
            {},
            Policies(),
            most_rounds=1,
        )


def test_sound_input_passes(make_queue: Make, make_team: Make, random_forecast: Make):
    check_inputs(
        random_forecast(1, n_paths=2, n_weeks=2),
        [make_queue("q0")],
        [make_team("a", {"q0": 1.0})],
        {},
        Policies(),
        most_rounds=1,
    )
