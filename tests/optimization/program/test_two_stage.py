"""The decomposition finds the optimum of the extensive form, whoever does the work."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from capacity import OvertimeRule, SupplyRules, VendorContract
from optimization import TeamOptions
from optimization.program.extensive_form import extensive_form
from optimization.program.first_stage import RiskWeight
from optimization.program.second_stage import SecondStage, second_stage
from optimization.program.solver import ProgramSolver
from optimization.program.two_stage import path_models, solve_two_stage

Make = Callable[..., object]


@pytest.fixture(scope="module")
def make_stage(make_case: Make) -> Callable[..., SecondStage]:
    def make(*, n_paths: int = 6, usd_per_item: float = 4.0, **changes: object) -> SecondStage:
        teams = {"alpha": {"heads": 9}, "beta": {"heads": 5, "skills": {"q1": 1.0}, "cost_usd_per_head_week": 700.0}}
        case = make_case(teams=teams, n_paths=n_paths, n_weeks=3, **changes)
        return second_stage(
            case, usd_per_item=usd_per_item, live_multiple=np.ones(2), overtime_output=np.full((2, 3), 0.75)
        )

    return make


@pytest.mark.parametrize("risk", [RiskWeight(), RiskWeight(weight=0.4, tail=0.34)])
def test_the_optimum_is_that_of_the_extensive_form(make_stage: Callable[..., SecondStage], risk: RiskWeight):
    stage = make_stage()
    probability = np.full(6, 1.0 / 6.0)
    problem = extensive_form(stage, paths=list(range(6)), probability=probability, risk=risk)
    whole = ProgramSolver(problem, {"mip_rel_gap": 0.0}).solve()
    solution = solve_two_stage(stage, risk=risk, gap=1e-7)
    assert solution.objective_usd == pytest.approx(whole.objective, rel=1e-6)
    assert solution.gap <= 1e-7
    assert risk.measure(solution.recourse_usd, probability) + solution.first_stage_usd == pytest.approx(
        whole.objective, rel=1e-6
    )


def test_twenty_five_paths_have_the_optimum_of_the_extensive_form(make_stage: Callable[..., SecondStage]):
    stage = make_stage(n_paths=25)
    problem = extensive_form(stage, paths=list(range(25)), probability=np.full(25, 1.0 / 25.0))
    whole = ProgramSolver(problem, {"mip_rel_gap": 0.0}).solve()
    solution = solve_two_stage(stage, gap=1e-8)
    assert solution.objective_usd == pytest.approx(whole.objective, abs=0.01)
    assert solution.bound_usd <= whole.objective + 0.01


@pytest.mark.parametrize("most_seats", [8, 14, None])
def test_seats_flex_within_the_contract_as_in_the_extensive_form(
    make_stage: Callable[..., SecondStage], most_seats: int | None
):
    terms = VendorContract(seats=5, price_tiers=((0, 700.0), (9, 800.0)), most_seats=most_seats, lead_weeks=1)
    rules = SupplyRules(contract=terms, overtime=OvertimeRule(most_hours_per_head_week=4))
    options = {"alpha": TeamOptions(most_hires_per_week=0), "beta": TeamOptions(rules=rules)}
    stage = make_stage(options=options)
    problem = extensive_form(stage, paths=list(range(6)), probability=np.full(6, 1.0 / 6.0))
    whole = ProgramSolver(problem, {"mip_rel_gap": 0.0}).solve()
    solution = solve_two_stage(stage, gap=1e-7)
    assert solution.objective_usd == pytest.approx(whole.objective, rel=1e-6)
    ordered = np.array([[whole.value(f"p{path:04d}_flex_001_{week:03d}") for week in (1, 2)] for path in range(6)])
    seats = np.array([whole.value(f"heads_001_{week:03d}") for week in (1, 2)]) + np.cumsum(ordered, axis=1)
    assert ordered.sum() > 0
    assert np.ptp(ordered.sum(axis=1)) > 0  # paths differ
    assert most_seats is None or (seats <= most_seats + 1e-6).all()


def test_the_result_does_not_depend_on_who_solves_the_paths(make_stage: Callable[..., SecondStage]):
    alone = solve_two_stage(make_stage())
    with ThreadPoolExecutor(2) as executor:
        shared = solve_two_stage(make_stage(), executor=executor)
    assert (alone.outcome.values == shared.outcome.values).all()
    assert (alone.recourse_usd == shared.recourse_usd).all()


def test_weights_of_paths_are_as_good_as_repeating_them(make_stage: Callable[..., SecondStage]):
    stage = make_stage()
    weighted = solve_two_stage(stage, paths=[0, 1, 2], probability=[0.5, 0.25, 0.25])
    repeated = solve_two_stage(stage, paths=[0, 0, 1, 2])
    assert weighted.objective_usd == pytest.approx(repeated.objective_usd, rel=2e-5)


def test_dearer_lateness_never_makes_a_plan_cheaper(make_stage: Callable[..., SecondStage]):
    costs = [solve_two_stage(make_stage(usd_per_item=usd)).objective_usd for usd in (1.0, 4.0, 16.0)]
    assert costs == sorted(costs)


def test_the_measure_of_risk_is_the_mean_of_the_worst():
    cost, probability = np.array([10.0, 40.0, 20.0, 30.0]), np.full(4, 0.25)
    assert RiskWeight(weight=1.0, tail=0.5).measure(cost, probability) == pytest.approx(35.0)
    assert RiskWeight(weight=0.5, tail=0.25).measure(cost, probability) == pytest.approx(0.5 * 25.0 + 0.5 * 40.0)


def test_a_path_is_the_same_program_whether_it_is_built_or_made_from_another_one(
    make_stage: Callable[..., SecondStage],
):
    stage = make_stage(backlog_items=30.0, backlog_age_hours=30.0)
    built, made = (path_models(stage, paths)[-1] for paths in ([4], [0, 4]))
    for name in ("cost", "lower", "upper", "row_lower", "row_upper", "coefficient"):
        assert getattr(built, name) == pytest.approx(getattr(made, name))


def test_probabilities_that_do_not_fit_are_refused(make_stage: Callable[..., SecondStage]):
    with pytest.raises(ValueError, match="probability must be 0 or more for each of 2 paths and sum to 1"):
        solve_two_stage(make_stage(), paths=[0, 1], probability=[0.5, 0.6])
