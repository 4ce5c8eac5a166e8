"""Commitments planned from records are those of the program, and what it does not hold is refused."""

from collections.abc import Callable

import numpy as np
import pytest

from capacity import SupplyRules, VendorContract
from optimization import Policies, TeamOptions, VendorShare, two_stage_staffing

Make = Callable[..., object]


@pytest.fixture(scope="module")
def records(make_queue: Make, make_team: Make, random_forecast: Make) -> dict[str, object]:
    team = {"heads": 12, "weekly_attrition": 0.02, "hire_lead_weeks": 1, "ramp_weeks": 1}
    return {
        "forecast": random_forecast(2, n_paths=20, n_weeks=4, items_a_day=300.0),
        "queues": [make_queue("q0"), make_queue("q1", within_hours=48.0)],
        "teams": [make_team("alpha", {"q0": 1.0, "q1": 1.0}, **team)],
    }


def test_dearer_lateness_hires_more_and_no_path_pays_more_for_it_than_the_price(records: dict[str, object]) -> None:
    cheap, dear = (two_stage_staffing(**records, usd_per_item=usd) for usd in (0.1, 20.0))
    assert cheap.hires.sum() < dear.hires.sum()
    assert (dear.hires[:, 0] == 0).all()  # nobody arrives within the lead time
    assert dear.to_frame()["hires"].sum() == dear.hires.sum()
    assert dear.solution.gap <= 1e-5
    whole = dear.solution.first_stage_usd + dear.expected_flex_usd
    assert whole == pytest.approx(dear.solution.objective_usd, rel=1e-9)


def test_few_paths_with_weights_cost_about_what_all_cost(records: dict[str, object]) -> None:
    every = two_stage_staffing(**records, usd_per_item=20.0)
    few = two_stage_staffing(**records, usd_per_item=20.0, n_paths=8)
    assert few.paths.size <= 8
    assert few.probability.sum() == pytest.approx(1.0)
    assert few.solution.objective_usd == pytest.approx(every.solution.objective_usd, rel=0.1)


def test_seats_that_may_be_ordered_late_save_money(records: dict[str, object]) -> None:
    def cost(lead_weeks: int) -> float:
        terms = VendorContract(seats=12, price_tiers=((0, 700.0),), most_seats=20, lead_weeks=lead_weeks)
        options = {"alpha": TeamOptions(rules=SupplyRules(contract=terms))}
        found = two_stage_staffing(**records, usd_per_item=20.0, options=options)
        assert (found.seats <= 20).all()
        return found.solution.objective_usd

    assert cost(1) < cost(3)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"usd_per_item": 0.0}, "usd_per_item must be above 0; found 0.0"),
        ({"policies": Policies(least_occupancy=0.5)}, r"policies.least_occupancy does not hold .* found 0.5"),
        (
            {"policies": Policies(vendor_shares=(VendorShare(most_share=0.5),))},
            "policies.vendor_shares does not hold in the two-stage program",
        ),
    ],
)
def test_what_the_program_does_not_hold_is_refused(
    records: dict[str, object], changes: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        two_stage_staffing(**{**records, "usd_per_item": 20.0, **changes})


def test_site_seats_where_seats_flex_are_refused_with_the_remedy(records: dict[str, object]) -> None:
    terms = VendorContract(seats=12, price_tiers=((0, 700.0),))
    options = {"alpha": TeamOptions(rules=SupplyRules(contract=terms))}
    with pytest.raises(ValueError, match=r"seats of team 'alpha' there flex .* state the limit as most_seats"):
        two_stage_staffing(**records, usd_per_item=20.0, options=options, policies=Policies(site_seats={"Here": 15.0}))


def test_today_is_committed_to_where_nothing_can_be_decided(records: dict[str, object]) -> None:
    found = two_stage_staffing(**records, usd_per_item=20.0, options={"alpha": TeamOptions(most_hires_per_week=0)})
    assert np.array([found.hires.sum(), found.releases.sum()]) == pytest.approx(0.0)
    # What is left of an objective in thousands of dollars when what the paths cost is taken off.
    assert found.solution.first_stage_usd == pytest.approx(0.0, abs=1e-6)
