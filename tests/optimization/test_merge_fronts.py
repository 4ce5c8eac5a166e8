from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimization.portfolio import MergedFront, dominance, merge_fronts, non_dominated, pareto_front


def points(front: MergedFront) -> list[tuple[float, float, tuple[int, ...]]]:
    cost, value, option = (array.tolist() for array in front)
    return [(c, v, tuple(taken)) for c, v, taken in zip(cost, value, option, strict=True)]


def test_merging_in_small_pieces_changes_nothing(monkeypatch: pytest.MonkeyPatch):
    rng = np.random.default_rng(4)
    blocks = [(rng.integers(0, 50, 40), rng.integers(0, 50, 40)) for _ in range(4)]
    whole = merge_fronts(blocks)
    monkeypatch.setattr(dominance, "PAIRS_AT_ONCE", 30)
    for one, other in zip(whole, merge_fronts(blocks), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.property
@settings(deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(-5, 9), st.integers(-5, 9)), min_size=1, max_size=5), min_size=1, max_size=4
    ),
    st.one_of(st.none(), st.integers(0, 20)),
)
def test_merged_blocks_equal_the_product_of_all_options(blocks: list[list[tuple[int, int]]], spare: int | None):
    budget = None if spare is None else float(sum(min(c for c, _ in block) for block in blocks) + spare)
    combinations = [
        (sum(c for c, _ in taken), -sum(v for _, v in taken), options)
        for options in product(*(range(len(block)) for block in blocks))
        if (taken := [block[i] for block, i in zip(blocks, options, strict=True)])
    ]
    expected, highest = [], -np.inf
    for c, negative_value, options in sorted(combinations):
        if -negative_value > highest and (budget is None or c <= budget):
            highest = -negative_value
            expected.append((float(c), float(highest), options))
    assert points(merge_fronts([tuple(np.array(block).T) for block in blocks], budget=budget)) == expected


def test_merging_ninety_blocks_equals_the_front_of_ninety_requests():
    rng = np.random.default_rng(6)
    cost, value = rng.integers(1, 40, 90), rng.permutation(90) + 1
    front = pareto_front(cost, value)
    merged = merge_fronts([([0, c], [0, v]) for c, v in zip(cost, value, strict=True)])
    np.testing.assert_array_equal(merged.cost, front.cost)
    np.testing.assert_array_equal(merged.value, front.value)
    np.testing.assert_array_equal((merged.option * value).sum(axis=1), front.value)


def test_no_blocks_cost_and_yield_nothing():
    assert points(merge_fronts([])) == [(0.0, 0.0, ())]


@pytest.mark.property
@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=20))
def test_non_dominated_points_are_those_that_no_other_beats(listed: list[tuple[int, int]]):
    expected = [
        i
        for i, (c, v) in enumerate(listed)
        if not any(d <= c and w >= v and ((d, w) != (c, v) or j < i) for j, (d, w) in enumerate(listed))
    ]
    cost, value = np.array(listed).reshape(-1, 2).T
    assert non_dominated(cost, value).tolist() == sorted(expected, key=lambda i: listed[i])


def test_wrong_blocks_are_refused():
    with pytest.raises(ValueError, match="2 problems") as caught:
        merge_fronts([([1, 2], [1]), ([], [])])
    assert "block 0 has 2 costs and 1 values" in str(caught.value)
    with pytest.raises(ValueError, match=r"cheapest combination costs 3\.0"):
        merge_fronts([([3, 4], [1, 2])], budget=2)


def test_points_that_are_no_numbers_are_refused():
    with pytest.raises(ValueError, match=r"value\[1\] is nan"):
        non_dominated([1, 2], [1, np.nan])
    with pytest.raises(ValueError, match=r"cost has shape \(2,\)"):
        non_dominated([1, 2], [1])
