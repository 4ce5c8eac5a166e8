"""Few weighted paths keep the means, spread and tails of all of them, and lead to nearly the same plan."""

from collections.abc import Callable

import numpy as np
import pytest

from optimization.program.reduced_paths import reduced_paths
from optimization.program.second_stage import second_stage
from optimization.program.two_stage import solve_two_stage

Make = Callable[..., object]


def totals(seed: int, *, n_queues: int = 5, n_paths: int = 400) -> np.ndarray:
    rng = np.random.default_rng(seed)
    common = rng.lognormal(0.0, 0.15, n_paths)
    return rng.uniform(50.0, 500.0, (n_queues, 1)) * common * rng.lognormal(0.0, 0.08, (n_queues, n_paths))


@pytest.mark.parametrize("seed", range(3))
def test_moments_and_tails_of_the_totals_are_kept(seed: int):
    every = totals(seed)
    reduced = reduced_paths(every, 30)
    kept, weight = every[:, reduced.paths], reduced.probability
    assert weight.sum() == pytest.approx(1.0)
    assert reduced.paths.size <= 30
    assert kept @ weight == pytest.approx(every.mean(axis=1), rel=2e-3)
    whole, part = every.sum(axis=0), kept.sum(axis=0)
    assert np.sqrt(weight @ (part - whole.mean()) ** 2) == pytest.approx(whole.std(), rel=0.03)
    for quantile in (0.5, 0.8, 0.9):
        level = np.quantile(whole, quantile)
        assert weight[part > level].sum() == pytest.approx(1.0 - quantile, abs=0.03)
        assert weight @ np.maximum(part - level, 0.0) == pytest.approx(np.maximum(whole - level, 0.0).mean(), rel=0.15)


def test_as_many_first_paths_miss_what_the_reduced_ones_keep():
    every = totals(1)
    reduced = reduced_paths(every, 20)
    whole = every.sum(axis=0)
    naive = abs(whole[:20].mean() - whole.mean()) + abs(whole[:20].std() - whole.std())
    part = whole[reduced.paths]
    spread = np.sqrt(reduced.probability @ (part - whole.mean()) ** 2)
    assert abs(reduced.probability @ part - whole.mean()) + abs(spread - whole.std()) < 0.5 * naive


def test_a_plan_on_reduced_paths_costs_on_all_paths_nearly_what_the_best_plan_costs(make_case: Make):
    case = make_case(teams={"alpha": {"heads": 12}}, n_paths=60, n_weeks=3)
    stage = second_stage(case, usd_per_item=20.0, live_multiple=np.ones(2), overtime_output=np.full((1, 3), 0.75))
    work = case.forecast.arrivals.sum(axis=2) * 0.1
    reduced = reduced_paths(work, 12)
    full = solve_two_stage(stage)
    few = solve_two_stage(stage, paths=reduced.paths.tolist(), probability=reduced.probability)
    assert few.objective_usd == pytest.approx(full.objective_usd, rel=0.05)


@pytest.mark.parametrize("n_kept", [1, 500])
def test_a_number_of_paths_out_of_range_is_refused(n_kept: int):
    with pytest.raises(ValueError, match="n_kept must lie from 2 to the 400 paths"):
        reduced_paths(totals(0), n_kept)
