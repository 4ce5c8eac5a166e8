"""The best set within a budget against all combinations of the blocks' sets."""

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest

from optimization import PlanningCase, find_frontier, value_all_blocks
from optimization.economics.best_sets import best_rows, rows_of, worth_of_sets


@pytest.mark.parametrize("budget", [0.0, 4.0, 9.5, 17.0, float("inf")])
@pytest.mark.parametrize("seed", range(4))
def test_best_rows_are_those_of_all_combinations(seed: int, budget: float):
    rng = np.random.default_rng(seed)
    sizes = (5, 3, 4)
    cost = [np.concatenate([[0], 100 * rng.integers(1, 12, size - 1)]) for size in sizes]
    worth = [np.round(rng.normal(size=(size, 6)), 3) for size in sizes]
    rows = best_rows(cost, worth, budget)
    allowed = [
        combination
        for combination in product(*(range(size) for size in sizes))
        if sum(one[row] for one, row in zip(cost, combination, strict=True)) <= 100 * budget
    ]
    for case in range(6):
        totals = [sum(one[row, case] for one, row in zip(worth, each, strict=True)) for each in allowed]
        found = sum(one[row, case] for one, row in zip(worth, rows[case], strict=True))
        assert found == pytest.approx(max(totals), abs=1e-9)
        assert tuple(rows[case]) in allowed


def test_of_equal_sets_the_cheaper_is_taken():
    cost, worth = [np.array([500, 0, 300])], [np.array([[1.0], [1.0], [1.0]])]
    assert best_rows(cost, worth, float("inf")).tolist() == [[1]]


def test_best_set_on_the_mean_is_the_recommended_one(two_blocks: Callable[..., PlanningCase]):
    values = value_all_blocks(two_blocks())
    for budget in (None, 9_000.0, 20_000.0):
        worth = worth_of_sets(values, budget_usd=budget)
        best = worth.best([one.mean(axis=1, keepdims=True) for one in worth.worth])
        recommended = find_frontier(values, budget_usd=budget).recommended
        assert values.levels_of(best)[0].tolist() == recommended.levels.tolist()
        assert rows_of(values, recommended.levels).tolist() == best[0].tolist()


def test_amounts_out_of_range_and_infeasible_sets_are_refused(two_blocks: Callable[..., PlanningCase]):
    values = value_all_blocks(two_blocks(tool={"mandatory": True}))
    with pytest.raises(ValueError, match="budget_usd must pay for the cheapest feasible set"):
        worth_of_sets(values, budget_usd=10.0)
    with pytest.raises(ValueError, match="willingness_to_pay_usd must be 0 or more"):
        worth_of_sets(values, willingness_to_pay_usd=-1.0)
    with pytest.raises(ValueError, match="levels must keep every dependency"):
        rows_of(values, np.zeros(6))
