"""The supply of each week: `team_hours` where nothing is added, by hand, person by person, and conserved."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capacity.supply import present_heads, ramp_efficiency, team_hours
from capacity.supply.attrition import AttritionCurve
from capacity.supply.cohorts import Cohort, Release
from capacity.supply.learning import LearningCurve
from capacity.supply.overtime import OvertimeRule
from capacity.supply.plan import supply_by_week
from capacity.supply.rules import SupplyRules
from capacity.supply.shrinkage import weekly_shrinkage
from capacity.supply.vendor_contract import VendorContract
from capacity.supply.weekly import CostKind, WeeklySupply
from capacity.supply.wellness import WellnessCap, capped_allocation
from capacity.team import ReviewTeam


def make_team(name: str = "a", **changes: object) -> ReviewTeam:
    fields: dict[str, object] = {
        "site": "x",
        "kind": "in_house",
        "heads": 10.0,
        "shrinkage": 0.25,
        "skills": {"q": 1.0},
        "cost_usd_per_head_week": 1000.0,
        **changes,
    }
    return ReviewTeam(name=name, **fields)


def cost(supply: WeeklySupply, kind: CostKind) -> np.ndarray:
    return supply.cost_usd[list(CostKind).index(kind)]


@pytest.mark.property
@given(
    heads=st.floats(0, 300),
    shrinkage=st.floats(0, 0.9),
    attrition=st.floats(0, 0.2),
    paid=st.floats(10, 60),
    ramp=st.integers(0, 12),
    n_weeks=st.integers(1, 60),
)
def test_teams_alone_have_the_bits_of_team_hours(
    heads: float, shrinkage: float, attrition: float, paid: float, ramp: int, n_weeks: int
) -> None:
    teams = [
        make_team(
            heads=heads, shrinkage=shrinkage, weekly_attrition=attrition, paid_hours_per_week=paid, ramp_weeks=ramp
        ),
        make_team("b"),
    ]
    assert (supply_by_week(teams, n_weeks).productive_hours == team_hours(teams, n_weeks)).all()


def test_hires_are_those_of_the_planning_case() -> None:
    team = make_team(weekly_attrition=0.02, ramp_weeks=4, hire_lead_weeks=3)
    supply = supply_by_week([team], 13, cohorts=[Cohort(team="a", heads=6, approved_week=2)])
    added = present_heads(6, 13, start_week=5, weekly_attrition=0.02) * ramp_efficiency(13, start_week=5, ramp_weeks=4)
    expected = team_hours([team], 13) + added * team.productive_hours_per_head
    np.testing.assert_allclose(supply.productive_hours, expected, rtol=1e-13)


def test_a_plan_worked_out_by_hand() -> None:
    team = make_team(heads=4, hire_lead_weeks=1)
    rules = SupplyRules(
        learning=LearningCurve.table([0.5, 1.0]),
        attrition=AttritionCurve(hazard=(0.5, 0.0)),
        shrinkage=weekly_shrinkage(0.25, closed_days=[0, 0, 1]),
        overtime=OvertimeRule(most_hours_per_head_week=2, pay_multiple=2.0, efficiency=0.5),
        hire_cost_usd=300,
        release_cost_usd=700,
    )
    supply = supply_by_week(
        [team],
        3,
        cohorts=[Cohort(team="a", heads=2, approved_week=0, paid_hours_per_week=20)],
        releases=[Release(team="a", heads=1, notice_week=1, notice_weeks=1)],
        rules={"a": rules},
        overtime_asked_hours={"a": [0, 0, 100]},
    )
    # Week 2: one of the two hires has left, the other, the newest, is let go: four of today's heads remain.
    np.testing.assert_allclose(supply.heads, [[4, 6, 4]])
    np.testing.assert_allclose(supply.flows.left.sum(axis=1), [[0, 0, 1]])
    np.testing.assert_allclose(supply.flows.released.sum(axis=1), [[0, 0, 1]])
    np.testing.assert_allclose(supply.paid_hours, [[160, 200, 160]])
    np.testing.assert_allclose(supply.effective_heads, [[4, 5, 4]])
    # 0.75 x (160 + 40 / 2) in week 1; 0.6 x 160 and 8 hours of overtime x 0.6 x 0.5 in week 2.
    np.testing.assert_allclose(supply.productive_hours, [[120, 135, 96 + 2.4]])
    np.testing.assert_allclose(supply.on_queue_hours, [[120, 150, 96 + 4.8]])
    np.testing.assert_allclose(cost(supply, CostKind.HEADS), [[4000, 5000, 4000]])
    np.testing.assert_allclose(cost(supply, CostKind.OVERTIME), [[0, 0, 8 * 25 * 2]])
    np.testing.assert_allclose(cost(supply, CostKind.HIRING), [[0, 600, 0]])
    np.testing.assert_allclose(cost(supply, CostKind.RELEASE), [[0, 0, 700]])
    np.testing.assert_allclose(supply.overtime_asked_hours, [[0, 0, 100]])


def test_hours_and_pay_are_the_mean_of_people_followed_one_by_one() -> None:
    hazard, output = (0.12, 0.08, 0.02), (0.2, 0.5, 0.8, 1.0)
    team = make_team(heads=20, hire_lead_weeks=2)
    rules = SupplyRules(learning=LearningCurve.table(output), attrition=AttritionCurve(hazard=hazard))
    cohorts = [
        Cohort(team="a", heads=14, approved_week=None, tenure_weeks=40),
        Cohort(team="a", heads=6, approved_week=None, tenure_weeks=1),
        Cohort(team="a", heads=15, approved_week=1, paid_hours_per_week=25),
    ]
    supply = supply_by_week([team], 10, cohorts=cohorts, rules={"a": rules})
    rng = np.random.default_rng(11)
    people = [(0, 40, 40.0)] * 14 + [(0, 1, 40.0)] * 6 + [(3, 0, 25.0)] * 15
    n_lives = 500
    hours, pay = np.zeros((n_lives, 10)), np.zeros((n_lives, 10))
    for life in range(n_lives):
        for start, tenure, paid in people:
            for week in range(start, 10):
                on_the_job = tenure + week - start
                hours[life, week] += paid * 0.75 * output[min(on_the_job, 3)]
                pay[life, week] += paid * 25.0
                if rng.random() < hazard[min(on_the_job, 2)]:
                    break
    for drawn, expected in ((hours, supply.productive_hours[0]), (pay, supply.total_cost_usd[0])):
        error = drawn.std(axis=0, ddof=1) / np.sqrt(n_lives)
        assert (np.abs(drawn.mean(axis=0) - expected) <= 4.5 * error + 1e-6).all()


@st.composite
def plans(draw: st.DrawFn) -> tuple[list[ReviewTeam], int, list[Cohort], list[Release], dict[str, SupplyRules]]:
    n_weeks = draw(st.integers(1, 16))
    teams, cohorts, releases, rules = [], [], [], {}
    for name in ("a", "b", "c")[: draw(st.integers(1, 3))]:
        teams.append(
            make_team(
                name,
                heads=draw(st.floats(5, 80)),
                weekly_attrition=draw(st.floats(0, 0.03)),
                hire_lead_weeks=draw(st.integers(0, 4)),
            )
        )
        for _ in range(draw(st.integers(0, 3))):
            week, heads = draw(st.integers(0, n_weeks)), draw(st.floats(0, 20))
            cohorts.append(Cohort(team=name, heads=heads, approved_week=week, tenure_weeks=draw(st.integers(0, 9))))
        if draw(st.booleans()):
            releases.append(Release(team=name, heads=draw(st.floats(0, 2)), notice_week=draw(st.integers(0, n_weeks))))
        refill = draw(st.sampled_from([None, 0, 2]))
        rules[name] = SupplyRules(refill_weeks=refill, release_order=draw(st.sampled_from(["newest", "even"])))
    return teams, n_weeks, cohorts, releases, rules


@pytest.mark.property
@settings(deadline=None)
@given(plan=plans())
def test_start_and_hires_are_present_left_or_released_by_team_cohort_and_week(
    plan: tuple[list[ReviewTeam], int, list[Cohort], list[Release], dict[str, SupplyRules]],
) -> None:
    teams, n_weeks, cohorts, releases, rules = plan
    supply = supply_by_week(teams, n_weeks, cohorts=cohorts, releases=releases, rules=rules)
    flows = supply.flows
    come, gone, let_go = (np.cumsum(flow, axis=-1) for flow in (flows.started, flows.left, flows.released))
    np.testing.assert_allclose(come, flows.present + gone + let_go, atol=1e-9)
    for row, team in enumerate(teams):
        mine = [cohort for cohort in cohorts if cohort.team == team.name]
        begun = team.heads + sum(c.heads for c in mine if (c.approved_week or 0) + team.hire_lead_weeks < n_weeks)
        refill = rules[team.name].refill_weeks
        replaced = 0.0 if refill is None else flows.left[row, :, : max(n_weeks - refill, 0)].sum()
        assert come[row, :, -1].sum() == pytest.approx(begun + replaced)
        told = sum(r.heads for r in releases if r.team == team.name and r.last_day_week < n_weeks)
        assert let_go[row, :, -1].sum() == pytest.approx(told)


def test_without_attrition_and_ramp_every_week_is_alike() -> None:
    hours = supply_by_week([make_team()], 8).productive_hours
    assert (hours == 300.0).all()


def test_contract_seats_stay_filled_and_cost_their_price() -> None:
    contract = VendorContract(
        seats=10,
        price_tiers=((0, 900), (10, 800)),
        step_seats=5,
        lead_weeks=2,
        notice_weeks=3,
        minimum_seats=5,
        commitment_weeks=6,
    )
    team = make_team(kind="vendor", weekly_attrition=0.03, ramp_weeks=3)
    wanted = [18, 18, 18, 12, 0, 0, 0]
    supply = supply_by_week([team], 7, rules={"a": SupplyRules(contract=contract)}, seats_wanted={"a": wanted})
    np.testing.assert_allclose(supply.heads, [[10, 10, 20, 15, 5, 5, 0]], atol=1e-9)
    np.testing.assert_allclose(cost(supply, CostKind.SEATS), [[9000, 9000, 9000 + 8000, 9000 + 4000, 4500, 4500, 0]])
    assert supply.total_cost_usd.sum() == pytest.approx(cost(supply, CostKind.SEATS).sum())
    # Replacements learn, so filled seats give less than full heads would.
    assert (supply.productive_hours[0, 1:3] < supply.heads[0, 1:3] * 30).all()


def test_without_turnover_and_ramp_seats_are_full_heads() -> None:
    contract = VendorContract(seats=10, price_tiers=((0, 900),))
    wanted = [10, 12, 7]
    supply = supply_by_week(
        [make_team(kind="vendor")], 3, rules={"a": SupplyRules(contract=contract)}, seats_wanted={"a": wanted}
    )
    np.testing.assert_allclose(supply.productive_hours, [[300, 360, 210]])


def test_replacing_leavers_costs_hires_and_keeps_heads() -> None:
    team = make_team(weekly_attrition=0.05)
    supply = supply_by_week([team], 20, rules={"a": SupplyRules(refill_weeks=0, hire_cost_usd=1000)})
    np.testing.assert_allclose(supply.heads, 10.0)
    np.testing.assert_allclose(cost(supply, CostKind.HIRING)[0, 1:], 10 * 0.05 * 1000)
    assert cost(supply, CostKind.HIRING)[0, 0] == 0.0


def test_wellness_hours_count_each_head_up_to_the_cap() -> None:
    team = make_team(heads=3)
    rules = SupplyRules(learning=LearningCurve.table([0.5, 1.0]))
    cohorts = [
        Cohort(team="a", heads=2, approved_week=None, tenure_weeks=9),
        Cohort(team="a", heads=1, approved_week=None, paid_hours_per_week=20),
    ]
    supply = supply_by_week([team], 2, cohorts=cohorts, rules={"a": rules})
    # Full heads are on queue 30 hours, capped at 20; the half-time one is there 15, at half output at first.
    np.testing.assert_allclose(supply.hours_within(20.0), [[2 * 20 + 7.5, 2 * 20 + 15]])
    np.testing.assert_allclose(supply.hours_within([[99.0, 10.0]]), [[supply.productive_hours[0, 0], 30.0]])


def test_a_capped_allocation_keeps_every_head_within_its_hours_on_graphic_queues() -> None:
    teams = [make_team(weekly_attrition=0.03), make_team("b", heads=5, ramp_weeks=2)]
    supply = supply_by_week(teams, 4, cohorts=[Cohort(team="b", heads=5, approved_week=1)])
    cap = WellnessCap.daily({"gore"}, hours_per_head_day=2)
    given_hours = capped_allocation(
        np.full((4, 2), [500.0, 10.0]),
        supply.productive_hours.T,
        np.ones((4, 2, 2)),
        capped_hours=supply.hours_within(cap.hours_per_head_week).T[None],
        graphic=[["gore" in cap.queues, "spam" in cap.queues]],
    )
    on_queue = given_hours / supply.mean_efficiency.T[..., None]
    np.testing.assert_allclose(on_queue[..., 0], 10 * supply.heads.T)


def test_overtime_lifts_wellness_hours_up_to_the_cap_alone() -> None:
    rules = SupplyRules(overtime=OvertimeRule(most_hours_per_head_week=8, shrinkage=0.0, efficiency=0.5))
    supply = supply_by_week([make_team()], 1, rules={"a": rules}, overtime_asked_hours={"a": [80]})
    np.testing.assert_allclose(supply.productive_hours, [[300 + 40]])
    np.testing.assert_allclose(supply.hours_within(34.0), [[300 + 20]])
    np.testing.assert_allclose(supply.hours_within(80.0), supply.productive_hours)
    np.testing.assert_allclose(supply.hours_within(25.0), [[250]])


def test_teams_in_one_plan_are_the_single_plans() -> None:
    teams = [make_team(weekly_attrition=0.02, ramp_weeks=2), make_team("b", heads=30, ramp_weeks=5)]
    cohorts = [Cohort(team="a", heads=3, approved_week=week) for week in (1, 4)]
    rules = {"b": SupplyRules(refill_weeks=1, attrition=AttritionCurve.constant(0.04))}
    both = supply_by_week(teams, 9, cohorts=cohorts, rules=rules)
    first = supply_by_week(teams[:1], 9, cohorts=cohorts)
    second = supply_by_week(teams[1:], 9, rules=rules)
    np.testing.assert_allclose(both.productive_hours, np.concatenate([first.productive_hours, second.productive_hours]))
    np.testing.assert_allclose(both.cost_usd, np.concatenate([first.cost_usd, second.cost_usd], axis=1))


def test_the_frame_has_a_row_for_each_team_and_week_and_adds_up() -> None:
    supply = supply_by_week([make_team(), make_team("b", heads=4)], 5)
    frame = supply.to_frame()
    assert len(frame) == 10
    assert frame.groupby("team")["productive_hours"].sum().to_dict() == {"a": 1500.0, "b": 600.0}
    kinds = [f"{kind}_cost_usd" for kind in CostKind]
    np.testing.assert_allclose(frame[kinds].sum(axis=1), frame["cost_usd"])


def test_the_arrays_cannot_be_written() -> None:
    supply = supply_by_week([make_team()], 2)
    with pytest.raises(ValueError, match="read-only"):
        supply.cost_usd[0, 0, 0] = 1.0
