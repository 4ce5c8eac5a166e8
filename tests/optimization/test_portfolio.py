from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimization.portfolio import pareto_front, select

Pairs = list[tuple[int, int]]


def all_sets(n_requests: int) -> np.ndarray:
    return (np.arange(2**n_requests)[:, None] >> np.arange(n_requests) & 1).astype(bool)


def allowed(sets: np.ndarray, needs: Pairs, excludes: Pairs) -> np.ndarray:
    kept = np.ones(len(sets), dtype=bool)
    for a, b in needs:
        kept &= ~sets[:, a] | sets[:, b]
    for a, b in excludes:
        kept &= ~(sets[:, a] & sets[:, b])
    return kept


def best_of_all_sets(cost, value, needs, excludes, cap=np.inf) -> list[tuple[float, float, tuple[bool, ...]]]:
    """The front by looking at every subset; of equal ones the one without the first request by cost, then value."""
    sets = all_sets(len(cost))
    sets = sets[allowed(sets, needs, excludes)]
    by_cost = np.lexsort((value, cost))
    listed = sorted(
        (float(c), -float(v), tuple(s[by_cost].tolist()), tuple(s.tolist()))
        for s, c, v in zip(sets, sets @ cost, sets @ value, strict=True)
        if c <= cap
    )
    front, highest = [], -np.inf
    for c, negative_value, _, s in listed:
        if -negative_value > highest:
            highest = -negative_value
            front.append((c, highest, s))
    return front


def points(front: Iterable[np.ndarray]) -> list[tuple[float, float, tuple[bool, ...]]]:
    cost, value, chosen = (array.tolist() for array in front)
    return [(c, v, tuple(s)) for c, v, s in zip(cost, value, chosen, strict=True)]


def consistent_pairs(n_requests: int, n_pairs: int, rng: np.random.Generator) -> tuple[Pairs, Pairs]:
    """Random needs without a cycle, and the excludes that leave every request fundable."""
    place = rng.permutation(n_requests)
    pairs = [sorted(rng.choice(n_requests, 2, replace=False).tolist()) for _ in range(n_pairs)]
    needs = [(int(place[a]), int(place[b])) for a, b in pairs if rng.random() < 0.5]
    required = np.eye(n_requests, dtype=bool)
    for _ in range(n_requests):
        for a, b in needs:
            required[a] |= required[b]
    drawn = [tuple(sorted((int(place[a]), int(place[b])))) for a, b in pairs]
    excludes = [(a, b) for a, b in drawn if not (required[:, a] & required[:, b]).any()]
    return needs, excludes


def linked_groups(n_requests: int, n_links: int, rng: np.random.Generator) -> tuple[Pairs, Pairs]:
    """Groups of four, each with prerequisites inside, and links that cross from group to group."""
    needs = [(i, int(rng.integers(i - i % 4, i))) for i in range(n_requests) if i % 4]
    crossing = [sorted(rng.choice(n_requests // 4, 2, replace=False) * 4) for _ in range(n_links)]
    needs += [(int(b), int(a)) for a, b in crossing[::2]]
    return needs, [(int(a) + 3, int(b) + 3) for a, b in crossing[1::2]]


@pytest.mark.parametrize("seed", range(60))
def test_front_is_the_one_found_by_looking_at_every_subset(seed: int):
    rng = np.random.default_rng(seed)
    n, largest = int(rng.integers(2, 13)), int(rng.choice([3, 20, 1000]))
    cost, value = rng.integers(0, largest, n), rng.integers(-largest // 3, largest, n)
    needs, excludes = consistent_pairs(n, int(rng.integers(0, n + 3)), rng)
    cap = float(rng.integers(0, cost.sum() + 1))
    full, capped = (pareto_front(cost, value, needs=needs, excludes=excludes, budgets=b) for b in (None, cap))
    assert points(full) == best_of_all_sets(cost, value, needs, excludes)
    assert points(capped) == best_of_all_sets(cost, value, needs, excludes, cap)


@pytest.mark.property
@settings(deadline=None)
@given(data=st.data(), n=st.integers(1, 9))
def test_front_equals_brute_force_for_any_dependencies(data: st.DataObject, n: int):
    cost = np.array(data.draw(st.lists(st.integers(0, 9), min_size=n, max_size=n)))
    value = np.array(data.draw(st.lists(st.integers(-5, 9), min_size=n, max_size=n)))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    needs, excludes = consistent_pairs(n, data.draw(st.integers(0, 8)) if n > 1 else 0, rng)
    assert points(pareto_front(cost, value, needs=needs, excludes=excludes)) == best_of_all_sets(
        cost, value, needs, excludes
    )


@pytest.mark.property
@settings(deadline=None)
@given(
    cents=st.lists(st.integers(0, 500), min_size=1, max_size=8),
    tenths=st.lists(st.integers(0, 30), min_size=8, max_size=8),
)
def test_cents_add_up_like_whole_numbers(cents: list[int], tenths: list[int]):
    cost, value = np.array(cents), np.array(tenths[: len(cents)])
    expected = best_of_all_sets(cost, value, [], [])
    assert points(pareto_front(cost / 100, value / 10)) == [(c / 100, v / 10, s) for c, v, s in expected]


@pytest.mark.property
@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 1e6), st.floats(-1e3, 1e9)),
        min_size=1,
        max_size=8,
        unique_by=(lambda pair: pair[0], lambda pair: pair[1]),
    ),
    st.randoms(use_true_random=False),
)
def test_listing_requests_in_another_order_only_permutes_the_columns(numbers, random):
    order = list(range(len(numbers)))
    random.shuffle(order)
    cost, value = np.array(numbers).T
    straight, shuffled = pareto_front(cost, value), pareto_front(cost[order], value[order])
    np.testing.assert_array_equal(straight.cost, shuffled.cost)
    np.testing.assert_array_equal(straight.value, shuffled.value)
    np.testing.assert_array_equal(straight.chosen[:, order], shuffled.chosen)


def test_order_does_not_matter_with_dependencies_either():
    rng = np.random.default_rng(3)
    cost, value = rng.permutation(40) + 5, rng.permutation(40) + 1
    needs, excludes = linked_groups(40, 8, rng)
    place = rng.permutation(40)  # request i moves to place[i]
    moved = {"cost": np.empty(40), "value": np.empty(40)}
    moved["cost"][place], moved["value"][place] = cost, value
    front = pareto_front(cost, value, needs=needs, excludes=excludes)
    other = pareto_front(**moved, needs=place[needs], excludes=place[excludes])
    np.testing.assert_array_equal(front.chosen, other.chosen[:, place])
    np.testing.assert_array_equal(front.value, other.value)


def test_totals_of_a_set_at_the_budget_are_within_it_to_the_cent():
    # 0.1 + 0.2 > 0.3 in floating point
    front = pareto_front([0.1, 0.2, 0.4], [1, 1, 9], budgets=0.3)
    assert front.cost.tolist() == [0.0, 0.1, 0.3]


def test_budget_read_off_an_uncapped_front_keeps_its_point():
    rng = np.random.default_rng(8)
    cost, value = rng.random(12) * 1e5, rng.random(12)
    full = pareto_front(cost, value)
    for index in range(0, full.cost.size, 7):
        assert points(pareto_front(cost, value, budgets=float(full.cost[index]))) == points(full)[: index + 1]


def test_best_within_names_the_most_valuable_affordable_point():
    front = pareto_front([10, 20, 15], [0, 9, 5], needs=[(1, 0)])
    assert front.best_within([0, 14.99, 15, 44, 1e9, -1]).tolist() == [0, 0, 1, 2, 3, -1]


def test_no_request_is_funded_for_nothing():
    front = pareto_front([0, 0, 5, 5], [0, 3, 2, 2], excludes=[(2, 3)])
    assert points(front) == [
        (0.0, 3.0, (False, True, False, False)),
        (5.0, 5.0, (False, True, False, True)),
    ]


def test_without_requests_there_is_the_empty_set():
    assert points(pareto_front([], [])) == [(0.0, 0.0, ())]


def test_tiny_and_huge_amounts_are_told_apart():
    front = pareto_front([1e12, 1e12 + 0.25, 1e-3], [1.0, 1.0 + 2**-40, 2**-50])
    assert points(front)[1:4] == [
        (1e-3, 2**-50, (False, False, True)),
        (1e12, 1.0, (True, False, False)),
        (1e12 + 1e-3, 1.0 + 2**-50, (True, False, True)),
    ]


def test_seventy_requests_agree_with_a_table_over_every_cost():
    rng = np.random.default_rng(5)
    cost, value = rng.integers(1, 30, 70), rng.integers(1, 1000, 70)
    best = np.zeros(cost.sum() + 1, dtype=np.int64)
    for c, v in zip(cost, value, strict=True):
        best[c:] = np.maximum(best[c:], best[:-c] + v)
    rises = np.flatnonzero(np.diff(best, prepend=-1))
    front = pareto_front(cost, value)
    assert front.cost.tolist() == rises.tolist()
    assert front.value.tolist() == best[rises].tolist()


@pytest.mark.parametrize(
    ("needs", "excludes"),
    [
        ([(i, 0) for i in range(1, 60)], []),
        ([(i, (i - 1) // 2) for i in range(1, 60)], []),
        ([((i - 1) // 2, i) for i in range(1, 60)], []),
        ([], [(i, j) for i in range(60) for j in range(i)]),
        linked_groups(60, 12, np.random.default_rng(1)),
    ],
    ids=["one prerequisite", "tree", "upturned tree", "one of all", "crossing groups"],
)
def test_large_component_is_allowed_adds_up_and_matches_integer_programming(needs: Pairs, excludes: Pairs):
    rng = np.random.default_rng(2)
    cost, value = rng.integers(5, 60, 60), rng.integers(1, 90, 60)
    front = pareto_front(cost, value, needs=needs, excludes=excludes)
    assert allowed(front.chosen, needs, excludes).all()
    np.testing.assert_array_equal(front.chosen @ cost, front.cost)
    np.testing.assert_array_equal(front.chosen @ value, front.value)
    assert (np.diff(front.cost) > 0).all()
    assert (np.diff(front.value) > 0).all()
    for budget in np.linspace(0, cost.sum(), 7):
        best = select(value, cost[None, :], [budget], needs=needs, excludes=excludes)
        assert front.value[front.best_within(budget)] == best.value


def test_two_hundred_requests_with_crossing_links_add_up_and_match_integer_programming():
    rng = np.random.default_rng(11)
    cost, value = rng.integers(10, 500, 200) * 1000, rng.integers(10, 1000, 200)
    needs, excludes = linked_groups(200, 8, rng)
    front = pareto_front(cost, value, needs=needs, excludes=excludes)
    assert front.cost.size > 1000
    assert allowed(front.chosen, needs, excludes).all()
    np.testing.assert_array_equal(front.chosen @ cost, front.cost)
    np.testing.assert_array_equal(front.chosen @ value, front.value)
    for budget in (5e6, 20e6):
        best = select(value, cost[None, :], [budget], needs=needs, excludes=excludes)
        assert front.value[front.best_within(budget)] == best.value


def test_results_cannot_be_changed():
    front = pareto_front([1, 2], [3, 4])
    with pytest.raises(ValueError, match="read-only"):
        front.cost[0] = 7
    with pytest.raises(AttributeError):
        front.cost = np.zeros(1)


def test_every_problem_of_the_input_is_listed_at_once():
    with pytest.raises(ValueError, match="pareto_front: 8 problems") as caught:
        pareto_front(
            [1, -2, np.nan, 4, 5],
            [1, np.inf, 3, 4, 5],
            needs=[(0, 1), (1, 0), (2, 9), (3, 4)],
            excludes=[(3, 3), (3, 4)],
            budgets=-1,
        )
    text = str(caught.value)
    for part in (
        "cost[1] is -2.0: it must be finite and >= 0",
        "cost[2] is nan",
        "value[1] is inf: it must be finite",
        "needs[2] is (2, 9): there is no request 9. Use indices from 0 to 4.",
        "requests [0, 1] need each other in a cycle",
        "request 3 excludes itself",
        "excludes (3, 4) contradicts needs: requests [3] can never be funded",
        "budgets is -1",
    ):
        assert part in text


def test_contradiction_through_other_requests_is_found():
    with pytest.raises(ValueError, match=r"excludes \(2, 3\) contradicts needs: requests \[0\]"):
        pareto_front(np.ones(4), np.ones(4), needs=[(0, 1), (1, 2), (0, 3)], excludes=[(2, 3)])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"cost": [1, 2], "value": [1]}, "cost has 2 and value 1 requests"),
        ({"cost": [[1]], "value": [1]}, r"cost must have 1 dimension\(s\); its shape is \(1, 1\)"),
        ({"cost": ["1"], "value": [1]}, "cost must hold numbers only"),
        ({"cost": [[1], [1, 2]], "value": [1]}, "cost must be an array of numbers"),
        ({"cost": [1], "value": [1], "needs": [(0, 0.5)]}, "needs must be pairs"),
        ({"cost": [1], "value": [1], "needs": [(0, 0, 0)]}, "needs must be pairs"),
        ({"cost": [1], "value": [1], "needs": [(0,), (0, 0)]}, "needs must be pairs"),
        ({"cost": [1], "value": [1], "needs": [(0, -1)]}, "there is no request -1"),
        ({"cost": [1], "value": [1], "needs": [(0, 0)]}, "cycle"),
        ({"cost": [1], "value": [1], "budgets": [1, 2]}, "budgets is .* it must be one number"),
        ({"cost": [1], "value": [1], "budgets": np.nan}, "budgets is nan: it must be finite and >= 0"),
    ],
)
def test_wrong_arguments_are_refused(arguments: dict, message: str):
    with pytest.raises(ValueError, match=message):
        pareto_front(**arguments)


def test_long_lists_of_problems_are_cut():
    with pytest.raises(ValueError, match=r"200 problems[\s\S]*and 150 more"):
        pareto_front(-np.ones(200), np.ones(200))
