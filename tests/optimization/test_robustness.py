"""Robustness of the recommendation against plain loops over sets and paths."""

from collections.abc import Callable

import numpy as np
import pytest

from optimization import PlanningCase, find_frontier, value_all_blocks
from optimization.economics.best_sets import worth_of_sets
from optimization.economics.information_value import value_of_knowing_everything
from optimization.economics.robustness import frontier_band, resampling_weights, robustness

BUDGET = 12_000.0


@pytest.fixture(scope="module")
def values(two_blocks: Callable[..., PlanningCase]):
    return value_all_blocks(two_blocks())


def all_sets(values) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Levels, cost [USD] and late harm by path of every combination of the two blocks' sets."""
    rows, cost, harm = [], [], []
    first, second = values.blocks
    for a, c, h in zip(first.block.levels, first.cost_cents, first.late_harm, strict=True):
        for b, d, g in zip(second.block.levels, second.cost_cents, second.late_harm, strict=True):
            levels = np.zeros(6)
            levels[list(first.block.requests)], levels[list(second.block.requests)] = a, b
            rows.append(levels)
            cost.append((c + d) / 100)
            harm.append(h + g)
    return np.array(rows), np.array(cost), np.array(harm)


def test_chosen_on_paths_is_the_best_set_of_each_path(values):
    frontier = find_frontier(values, budget_usd=BUDGET, willingness_to_pay_usd=2.0)
    found = robustness(frontier)
    levels, cost, harm = all_sets(values)
    net = np.where(cost[:, None] <= BUDGET, -2.0 * harm - cost[:, None], -np.inf)
    np.testing.assert_allclose(found.chosen_on_paths, (levels[net.argmax(axis=0)] > 0).mean(axis=0))
    own = (levels == frontier.recommended.levels).all(axis=1).argmax()
    np.testing.assert_allclose(found.regret, net.max(axis=0) - net[own], atol=1e-6)
    assert found.regret_in_usd
    assert found.to_frame()["recommended"].tolist() == (frontier.recommended.levels > 0).tolist()


def test_chosen_on_resamples_is_the_set_with_the_best_mean(values):
    found = robustness(find_frontier(values, budget_usd=BUDGET, willingness_to_pay_usd=2.0), n_resamples=40, seed=3)
    levels, cost, harm = all_sets(values)
    weights = resampling_weights(harm.shape[1], n_resamples=40, seed=3)
    net = np.where(cost[:, None] <= BUDGET, -2.0 * (harm @ weights.T) - cost[:, None], -np.inf)
    np.testing.assert_allclose(found.chosen_on_resamples, (levels[net.argmax(axis=0)] > 0).mean(axis=0))


def test_mean_regret_is_the_value_of_knowing_everything(values):
    frontier = find_frontier(values, budget_usd=BUDGET)
    worth = worth_of_sets(values, budget_usd=BUDGET)
    assert robustness(frontier).regret.mean() == pytest.approx(value_of_knowing_everything(worth).mean())


def test_core_index_is_the_share_of_efficient_sets(values):
    frontier = find_frontier(values, budget_usd=BUDGET)
    found = robustness(frontier)
    levels, cost, harm = all_sets(values)
    share = 1 - (harm / values.today_due_harm).mean(axis=1)
    efficient = [
        row
        for row in range(len(cost))
        if not ((cost <= cost[row]) & (share > share[row] + 1e-8)).any()
        and not ((cost < cost[row]) & (share >= share[row] - 1e-8)).any()
    ]
    np.testing.assert_allclose(found.core_index, (levels[efficient] > 0).mean(axis=0))
    within = [row for row in efficient if cost[row] <= BUDGET]
    np.testing.assert_allclose(found.core_index_within_budget, (levels[within] > 0).mean(axis=0))


def test_mandatory_requests_are_chosen_always(two_blocks: Callable[..., PlanningCase]):
    found = robustness(find_frontier(value_all_blocks(two_blocks(tool={"mandatory": True})), budget_usd=BUDGET))
    for shares in (found.chosen_on_paths, found.chosen_on_resamples, found.core_index):
        assert shares[1] == 1.0


def test_band_of_the_outcome_is_the_quantiles_over_paths_of_the_set_at_the_budget(values):
    frontier = find_frontier(values)
    budgets = [0.0, 7_000.0, BUDGET]
    band = frontier_band(frontier, budgets)
    for place, budget in enumerate(budgets):
        share = values.measure(frontier.at_budget(budget).levels).share
        expected = [share.mean(), *np.quantile(share, [0.1, 0.9])]
        found = [band.on_time_share_mean[place], band.outcome_p10[place], band.outcome_p90[place]]
        assert found == pytest.approx(expected)
    assert band.to_frame().shape == (3, 6)


def test_band_of_the_frontier_holds_its_mean_rises_with_the_budget_and_narrows_with_standard_error(values):
    frontier = find_frontier(values)
    band = frontier_band(frontier, n_resamples=2_000)
    assert (np.diff(band.mean_p10) >= 0).all()
    assert (np.diff(band.mean_p90) >= 0).all()
    share = values.measure(frontier.levels[0]).share
    standard_error = share.std() / np.sqrt(len(share))
    # 80% of a normal lie within 1.28 standard errors.
    assert band.mean_p90[0] - band.mean_p10[0] == pytest.approx(2 * 1.2816 * standard_error, rel=0.08)


def test_budgets_and_resamples_out_of_range_are_refused(two_blocks: Callable[..., PlanningCase]):
    frontier = find_frontier(value_all_blocks(two_blocks(tool={"mandatory": True})))
    with pytest.raises(ValueError, match="budgets_usd must pay for the cheapest feasible set"):
        frontier_band(frontier, [0.0, 9_000.0])
    with pytest.raises(ValueError, match="must be one ascending row"):
        frontier_band(frontier, [9_000.0, 8_000.0])
    with pytest.raises(ValueError, match="n_resamples must be 1 or more"):
        robustness(frontier, n_resamples=0)
