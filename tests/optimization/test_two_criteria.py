import gzip
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimization.portfolio import two_criteria_front


@pytest.mark.property
@settings(deadline=None)
@given(data=st.data(), n=st.integers(1, 9))
def test_two_criteria_front_equals_brute_force(data: st.DataObject, n: int):
    draw = st.lists(st.integers(-3, 9), min_size=n, max_size=n)
    values, cost = np.array([data.draw(draw), data.draw(draw)]), np.abs(data.draw(draw))
    cap = data.draw(st.integers(0, 30))
    sets = (np.arange(2**n)[:, None] >> np.arange(n) & 1).astype(bool)
    by_cost = np.lexsort((values[1], values[0], cost))
    listed = [
        (-v[0], -v[1], c, tuple(s[by_cost].tolist()), tuple(s.tolist()))
        for s, c, v in zip(sets, (sets @ cost).tolist(), (sets @ values.T).tolist(), strict=True)
        if c <= cap
    ]
    expected, second = [], -np.inf
    for a, b, c, _, s in sorted(listed):
        if -b > second:
            second = -b
            expected.append((-a, -b, c, s))
    front = two_criteria_front(values, cost, cap)
    found = zip(*front.values.tolist(), front.cost.tolist(), map(tuple, front.chosen.tolist()), strict=True)
    assert list(found) == expected[::-1]


@pytest.mark.parametrize("n_requests", [25, 50, 75, 100])
def test_published_two_criteria_fronts_are_found_complete(shared_file, n_requests: int):
    with gzip.open(shared_file("reference/biobjective_knapsack_known_fronts.json.gz")) as file:
        instances = [instance for instance in json.load(file) if instance["n"] == n_requests]
    assert len(instances) == 10
    for instance in instances:
        weight, value = np.array(instance["weight"]), np.array(instance["value"])
        front = two_criteria_front(value, weight, instance["capacity"])
        assert front.values.T.tolist() == sorted(instance["front"])
        np.testing.assert_array_equal(front.chosen @ value.T, front.values.T)
        np.testing.assert_array_equal(front.chosen @ weight, front.cost)
        assert front.cost.max() <= instance["capacity"]


def test_two_criteria_need_two_rows_and_a_budget():
    with pytest.raises(ValueError, match="2 problems") as caught:
        two_criteria_front([[1, 2]], [1, 2], None)
    assert "its shape is (1, 2)" in str(caught.value)
    assert "budget is None" in str(caught.value)


def test_criteria_on_very_different_scales_are_searched_alike():
    rng = np.random.default_rng(2)
    values, cost = rng.integers(1, 100, (2, 40)), rng.integers(1, 100, 40)
    plain = two_criteria_front(values, cost, 900)
    scaled = two_criteria_front(values * np.array([[1e-7 / 3], [1e9]]), cost, 900)
    np.testing.assert_array_equal(scaled.chosen, plain.chosen)
