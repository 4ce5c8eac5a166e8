"""Policies that a plan should beat: by hand on small cases, and never better than foresight."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from capacity import OvertimeRule, SupplyRules
from capacity.erlang import service_level
from optimization import (
    ChanceConstraint,
    PolicyComparison,
    PriceOfLateness,
    TeamOptions,
    compare_policies,
    plan_staffing,
)
from optimization.policies import (
    erlang_on_mean,
    last_quarter_plus,
    newsvendor,
    perfect_foresight,
)
from optimization.policies.carried_out import carried_out
from optimization.policies.newsvendor import critical_fractile
from optimization.program.staffing_case import staffing_case

Make = Callable[..., object]

PRICE = 20.0


def overtime() -> TeamOptions:
    return TeamOptions(rules=SupplyRules(overtime=OvertimeRule(most_hours_per_head_week=6)))


@pytest.fixture(scope="module")
def small(make_queue: Make, make_team: Make, random_forecast: Make) -> Callable[..., dict[str, object]]:
    """Build a forecast of two queues of about 1,470 items a week each and one team of ten heads."""

    def make(**changes: object) -> dict[str, object]:
        team = {"heads": 10, "weekly_attrition": 0.02, "hire_lead_weeks": 1, "ramp_weeks": 1, **changes}
        return {
            "forecast": random_forecast(2, n_paths=24, n_weeks=4, items_a_day=210.0),
            "queues": [make_queue("q0"), make_queue("q1", within_hours=48.0)],
            "teams": [make_team("alpha", {"q0": 1.0, "q1": 1.0}, **team)],
        }

    return make


@pytest.fixture(scope="module")
def comparison(small: Make) -> PolicyComparison:
    plan = plan_staffing(**small(), target=PriceOfLateness(usd_per_item=PRICE), simulated_items=0)
    return compare_policies(plan, small()["forecast"], late_cost_usd=PRICE, n_foresight_paths=24)


def test_no_policy_and_no_plan_is_better_than_foresight_on_any_path(comparison: PolicyComparison) -> None:
    total = comparison.staffing_usd[:, None] + comparison.late_usd[:, comparison.foresight_paths]
    assert (total >= comparison.foresight_usd - 1.0).all()
    assert (comparison.regret_usd >= 0).all()


def test_gains_are_differences_to_the_plan_whoever_is_better(comparison: PolicyComparison) -> None:
    assert comparison.names == ("plan", "last quarter +5%", "Erlang on the mean", "newsvendor by queue")
    assert comparison.gain_of_plan_usd[0] == 0.0
    assert comparison.gain_of_plan_usd + comparison.total_usd[0] == pytest.approx(comparison.total_usd)


@pytest.mark.parametrize(("heads", "seed", "price"), [(10, 0, 5.0), (10, 0, 20.0), (10, 1, 20.0), (8, 2, 60.0)])
def test_a_plan_by_a_price_of_lateness_costs_no_more_with_its_late_items_than_any_policy(
    small: Make, random_forecast: Make, heads: int, seed: int, price: float
) -> None:
    forecast = random_forecast(2, n_paths=24, n_weeks=4, items_a_day=210.0, seed=seed)
    arguments = {**small(heads=heads), "forecast": forecast}
    plan = plan_staffing(**arguments, target=PriceOfLateness(usd_per_item=price), simulated_items=0)
    found = compare_policies(plan, forecast, late_cost_usd=price, n_foresight_paths=1)
    assert (found.gain_of_plan_usd >= 0).all(), found.summary()


def test_more_heads_are_late_less_and_cost_more(comparison: PolicyComparison) -> None:
    order = np.argsort(comparison.mean_heads)
    assert (np.diff(comparison.staffing_usd[order]) >= 0).all()
    assert (np.diff(comparison.late_usd[order].mean(axis=1)[1:]) <= 1e-6).all()


def test_the_frame_and_the_sentence_hold_the_figures(comparison: PolicyComparison) -> None:
    frame = comparison.to_frame()
    assert frame["total_usd"].to_numpy() == pytest.approx(comparison.staffing_usd + comparison.late_usd.mean(axis=1))
    differences = frame["regret_usd"] - frame["regret_usd"][0]
    # All paths are known here, so both figures are taken over the same paths.
    assert differences.to_numpy() == pytest.approx(frame["gain_of_plan_usd"].to_numpy())
    said = "less" if comparison.gain_of_plan_usd[1] >= 0 else "more"
    assert f"{said} than last quarter +5%" in comparison.summary()
    assert "at most." in comparison.summary()


def test_foresight_that_saves_nothing_late_costs_what_today_costs(small: Make) -> None:
    arguments = small(heads=60, weekly_attrition=0.0)
    case = staffing_case(*arguments.values())
    today = 60 * arguments["teams"][0].cost_usd_per_head_week * 4
    assert perfect_foresight(case, late_cost_usd=PRICE, paths=[0, 5]) == pytest.approx(today)


def test_dearer_lateness_never_makes_foresight_cheaper(small: Make) -> None:
    case = staffing_case(*small().values())
    costs = [perfect_foresight(case, late_cost_usd=price, paths=[3])[0] for price in (1.0, 10.0, 100.0)]
    assert costs == sorted(costs)


def test_last_quarter_keeps_today_and_a_part_more(make_team: Make) -> None:
    team = make_team("alpha", {"q0": 1.0}, heads=8)
    assert last_quarter_plus([team], 2, growth=0.25).tolist() == [[10.0, 10.0]]


@pytest.mark.parametrize("growth", [-1.5, float("nan"), float("inf")])
def test_growth_that_leaves_fewer_than_nobody_is_refused(growth: float, make_team: Make) -> None:
    with pytest.raises(ValueError, match="growth must be -1 or more"):
        last_quarter_plus([make_team("alpha", {"q0": 1.0})], 2, growth=growth)


def test_erlang_staffs_the_fewest_servers_that_keep_the_target_at_the_mean(
    make_queue: Make, make_team: Make, make_forecast: Make
) -> None:
    # 240 items a day of 6 minutes: one erlang in every hour, on both paths together.
    forecast = make_forecast(np.stack([np.full((1, 7), 200.0), np.full((1, 7), 280.0)], axis=1))
    queue, team = make_queue("q0", within_hours=0.1, share=0.8), make_team("alpha", {"q0": 1.0})
    heads = erlang_on_mean(forecast, [queue], [team])
    servers = heads[0, 0] * team.productive_hours_per_head / 168
    assert servers == pytest.approx(round(servers))
    enough, too_few = service_level(1.0, [servers, servers - 1], wait_limit=1.0)
    assert enough >= 0.8 > too_few


def test_the_newsvendor_takes_the_quantile_of_the_critical_fractile(
    make_queue: Make, make_team: Make, make_forecast: Make
) -> None:
    weekly = stats.norm(7000, 700).ppf((np.arange(999) + 0.5) / 999)
    forecast = make_forecast(np.repeat(weekly[None, :, None] / 7, 7, axis=2))
    queue, team = make_queue("q0"), make_team("alpha", {"q0": 1.0})
    hour_usd = team.cost_usd_per_head_week / team.productive_hours_per_head
    price = 5.0 * hour_usd * queue.work_hours_per_item  # an hour saves five times its cost
    heads = newsvendor(forecast, [queue], [team], late_cost_usd=price)
    hours = stats.norm(7000, 700).ppf(0.8) * queue.work_hours_per_item
    assert heads[0, 0] * team.productive_hours_per_head == pytest.approx(hours, rel=1e-3)


def test_the_newsvendor_staffs_nobody_where_lateness_is_cheaper_than_work(small: Make) -> None:
    assert newsvendor(**small(), late_cost_usd=0.01).sum() == 0.0


def test_the_critical_fractile_minimises_the_expected_cost_of_a_unit_too_many_or_too_few() -> None:
    demand = np.arange(1001)
    saved, spent = 7.0, 2.0
    cost = [spent * stocked - saved * np.minimum(demand, stocked).mean() for stocked in demand]
    assert demand[int(np.argmin(cost))] == pytest.approx(1000 * critical_fractile(saved, spent), abs=1)


def test_heads_are_hired_no_sooner_than_the_lead_time_and_no_faster_than_may_start(small: Make) -> None:
    options = {"alpha": TeamOptions(most_hires_per_week=2, smallest_class=2)}
    arguments = small(hire_lead_weeks=2, weekly_attrition=0.0)
    case = staffing_case(*arguments.values(), options=options)
    outcome = carried_out(case, np.full((1, 4), 15.0))
    assert outcome.heads.tolist() == [[10.0, 10.0, 12.0, 14.0]]
    assert outcome.hours.sum() > 0


def test_heads_that_are_wanted_and_there_cost_nothing_more(small: Make) -> None:
    case = staffing_case(*small(weekly_attrition=0.0).values())
    outcome = carried_out(case, np.full((1, 4), 9.5))
    assert outcome.cost_usd == pytest.approx(10 * case.teams[0].cost_usd_per_head_week * 4)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"late_cost_usd": 0.0}, "late_cost_usd must be above 0; found 0.0"),
        ({"n_foresight_paths": 0}, "n_foresight_paths must be 1 or more; found 0"),
    ],
)
def test_numbers_out_of_range_are_refused(changes: dict[str, float], message: str, small: Make) -> None:
    plan = plan_staffing(**small(), target=ChanceConstraint(), simulated_items=0, most_rounds=1)
    with pytest.raises(ValueError, match=message):
        compare_policies(plan, small()["forecast"], **{"late_cost_usd": PRICE, **changes})


def test_a_plan_of_another_forecast_is_refused(small: Make, random_forecast: Make) -> None:
    plan = plan_staffing(**small(), simulated_items=0, most_rounds=1)
    with pytest.raises(ValueError, match="plan must be of this forecast, with queues"):
        compare_policies(plan, random_forecast(3, n_paths=4, n_weeks=4, items_a_day=10.0), late_cost_usd=PRICE)


def test_paths_that_are_not_there_are_refused(small: Make) -> None:
    with pytest.raises(ValueError, match=r"paths must be from 0 to 23; found \[24\]"):
        perfect_foresight(staffing_case(*small().values()), late_cost_usd=PRICE, paths=[24])
