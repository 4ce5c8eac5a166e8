"""What a supply cannot be made of is refused, by name."""

from collections.abc import Callable

import pytest

from capacity.supply.cohorts import Cohort, Release
from capacity.supply.plan import supply_by_week
from capacity.supply.rules import SupplyRules
from capacity.supply.vendor_contract import VendorContract
from capacity.team import ReviewTeam


def make_team(name: str = "a", heads: float = 10.0) -> ReviewTeam:
    return ReviewTeam(
        name=name,
        site="x",
        kind="vendor",
        heads=heads,
        shrinkage=0.25,
        skills={"q": 1.0},
        cost_usd_per_head_week=1000.0,
    )


VENDOR = SupplyRules(contract=VendorContract(seats=10, price_tiers=((0, 900),)))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: supply_by_week([], 3), "teams must be at least one"),
        (lambda: supply_by_week([make_team(), make_team()], 3), "each with its own name"),
        (lambda: supply_by_week([make_team()], 0), "n_weeks must be a whole number, 1 or more; found 0"),
        (
            lambda: supply_by_week([make_team()], 3, cohorts=[Cohort(team="z", heads=1, approved_week=0)]),
            r"cohorts and releases must name teams of the plan, \['a'\]; found \['z'\]",
        ),
        (lambda: supply_by_week([make_team()], 3, rules={"z": VENDOR}), "rules must name teams of the plan"),
        (
            lambda: supply_by_week([make_team()], 3, overtime_asked_hours={"a": [1, 2, 3]}),
            "overtime_asked_hours must be of teams whose rules have overtime; found team 'a'",
        ),
        (
            lambda: supply_by_week([make_team()], 3, seats_wanted={"a": [1, 2, 3]}),
            "seats_wanted must be of teams whose rules have contract; found team 'a'",
        ),
        (
            lambda: supply_by_week([make_team()], 3, rules={"a": SupplyRules(shrinkage=[0.3])}),
            "shrinkage of team 'a' must have one value for each of 3 weeks",
        ),
        (
            lambda: supply_by_week([make_team()], 3, rules={"a": VENDOR}, seats_wanted={"a": [1, 2]}),
            "seats_wanted of team 'a' must have one value for each of 3 weeks",
        ),
        (lambda: supply_by_week([make_team(heads=9)], 3, rules={"a": VENDOR}), "must be the seats of its contract"),
        (
            lambda: supply_by_week(
                [make_team()], 3, rules={"a": VENDOR}, releases=[Release(team="a", heads=1, notice_week=0)]
            ),
            "cohorts and releases must not hire or let go for team 'a'",
        ),
        (
            lambda: supply_by_week([make_team()], 3, cohorts=[Cohort(team="a", heads=1, approved_week=None)]),
            "cohorts that are there today must add up to the 10 heads of team 'a'; found 1",
        ),
        (
            lambda: supply_by_week([make_team()], 3, releases=[Release(team="a", heads=11, notice_week=1)]),
            "people of team 'a': release must not exceed the heads there; found 11 of 10 heads in week 1",
        ),
        (lambda: SupplyRules(shrinkage=[1.2]), "shrinkage of supply rules must"),
        (lambda: SupplyRules(refill_weeks=-1), "refill_weeks of supply rules must"),
        (lambda: SupplyRules(release_order="random"), "release_order of supply rules must"),
        (lambda: SupplyRules(hire_cost_usd=-1), "hire_cost_usd of supply rules must"),
        (lambda: SupplyRules(contract=VENDOR.contract, refill_weeks=2), "must be None or 0 under a contract"),
    ],
)
def test_what_cannot_be_is_refused(wrong: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        wrong()
