"""Shapley shares against all orders of the requests, and the properties that define them."""

from collections.abc import Callable
from itertools import permutations

import numpy as np
import pytest

from optimization import PlanningCase, planning_case, value_all_blocks
from optimization.economics.shapley import every_coalition, sampled_shapley_values, shapley_shares, shapley_values
from optimization.funded_sets import everything_asked


def test_values_are_the_mean_marginal_worth_over_all_orders():
    worth = np.random.default_rng(0).normal(size=(32, 3))
    expected = np.zeros((5, 3))
    orders = list(permutations(range(5)))
    for order in orders:
        code = 0
        for player in order:
            expected[player] += worth[code | 1 << player] - worth[code]
            code |= 1 << player
    np.testing.assert_allclose(shapley_values(worth), expected / len(orders), atol=1e-12)


def test_values_sum_to_the_whole_treat_equals_alike_and_give_nothing_to_null_players():
    member = every_coalition(4)
    worth = np.where(member[:, 0] & member[:, 1], 10.0, 0.0) + 3.0 * member[:, 2]
    assert shapley_values(worth) == pytest.approx([5.0, 5.0, 3.0, 0.0], abs=1e-12)
    with pytest.raises(ValueError, match=r"2\*\*n coalitions; it has 3"):
        shapley_values([0.0, 1.0, 2.0])


def test_sampled_values_sum_exactly_and_lie_within_their_error_of_the_exact_ones():
    rng = np.random.default_rng(1)
    table = rng.normal(size=(256, 4))
    bit = 1 << np.arange(8)
    value, error = sampled_shapley_values(lambda sets: table[sets @ bit], 8, n_pairs=400, seed=2)
    np.testing.assert_allclose(value.sum(axis=0), table[-1] - table[0], atol=1e-12)
    off = (value - shapley_values(table)).mean(axis=1) / error
    assert np.abs(off).max() < 3.5
    assert np.sqrt(np.mean(off**2)) == pytest.approx(1.0, abs=0.6)
    with pytest.raises(ValueError, match="n_pairs must be 2 or more"):
        sampled_shapley_values(lambda sets: table[sets @ bit], 8, n_pairs=1)


def harm_of(values, names: set[str]) -> np.ndarray:
    """Late harm of a set of names by path, looked up in the blocks; what lacks its needs is left out."""
    if "tool" not in names:
        names = names - {"model"}
    levels = np.array([float(request.name in names) for request in values.case.requests])
    total = np.zeros(values.case.forecast.n_paths)
    for block in values.blocks:
        row = (block.block.levels == levels[list(block.block.requests)]).all(axis=1).argmax()
        total += block.late_harm[row]
    return total


def test_shares_of_a_set_are_those_over_all_orders_of_its_requests(two_blocks: Callable[..., PlanningCase]):
    values = value_all_blocks(two_blocks())
    names = ["heads", "tool", "model", "seats", "deflect"]
    levels = np.array([float(request.name in names) for request in values.case.requests])
    found = shapley_shares(values, levels)
    expected = {name: np.zeros(values.case.forecast.n_paths) for name in names}
    orders = list(permutations(names))
    for order in orders:
        for place, name in enumerate(order):
            before, after = harm_of(values, set(order[:place])), harm_of(values, set(order[: place + 1]))
            expected[name] += (before - after) / len(orders)
    for row, name in enumerate(found.requests):
        want = expected.get(name, np.zeros(values.case.forecast.n_paths))
        np.testing.assert_allclose(found.late_harm_avoided[row], want, atol=1e-8)
    total = harm_of(values, set()) - harm_of(values, set(names))
    np.testing.assert_allclose(found.late_harm_avoided.sum(axis=0), total, atol=1e-8)
    assert found.is_exact
    assert found.to_frame()["shapley_share_of_total"].sum() == pytest.approx(1.0)


def test_order_of_the_requests_changes_nothing(two_blocks: Callable[..., PlanningCase]):
    case = two_blocks()
    turned = planning_case(case.forecast, case.queues, case.teams, case.requests[::-1], probability=0.8, seed=0)
    shares = [shapley_shares(value_all_blocks(one), everything_asked(one)) for one in (case, turned)]
    by_name = [dict(zip(one.requests, one.on_time_share, strict=True)) for one in shares]
    for name, share in by_name[0].items():
        np.testing.assert_allclose(by_name[1][name], share, atol=1e-6)


def test_what_is_mandatory_is_measured_against_a_world_without_it(two_blocks: Callable[..., PlanningCase]):
    free, bound = (value_all_blocks(two_blocks(**one)) for one in ({}, {"tool": {"mandatory": True}}))
    levels = np.array([1.0, 1.0, 1.0, 0.0, 0.0, 0.0])
    left, right = (shapley_shares(one, levels) for one in (free, bound))
    np.testing.assert_allclose(left.late_harm_avoided, right.late_harm_avoided, rtol=1e-5, atol=1e-3)


def test_a_request_that_changes_no_queue_with_a_gap_gets_nothing(
    two_blocks: Callable[..., PlanningCase],
):
    values = value_all_blocks(two_blocks(deflect={"start_week": 60}))
    levels = np.array([0.0, 0.0, 0.0, 1.0, 0.0, 1.0])
    found = shapley_shares(values, levels)
    assert found.late_harm_avoided[5] == pytest.approx(0.0, abs=1e-9)
    with pytest.raises(ValueError, match="levels must keep every dependency"):
        shapley_shares(values, np.array([0.0, 0.0, 1.0, 0.0, 0.0, 0.0]))


def test_a_chain_too_long_to_enumerate_is_sampled_around_its_closed_form(
    make_queue, make_team, make_effect, make_request, random_forecast
):
    names = [f"r{place:02d}" for place in range(13)]
    requests = [
        make_request(name, make_effect("volume", -0.03, "q0"), needs=tuple(names[place - 1 : place]))
        for place, name in enumerate(names)
    ]
    case = planning_case(random_forecast(1), [make_queue("q0")], [make_team("a", {"q0": 1.0})], requests)
    values = value_all_blocks(case)
    found = shapley_shares(values, np.ones(13))
    # The k-th link pays only with all before it, so all k share its worth evenly.
    harm = values.blocks[0].late_harm[np.argsort(values.blocks[0].block.levels.sum(axis=1))].mean(axis=1)
    worth = -np.diff(harm)
    expected = np.array([sum(worth[link] / (link + 1) for link in range(place, 13)) for place in range(13)])
    off = found.late_harm_avoided.mean(axis=1) - expected
    assert not found.is_exact
    assert (np.abs(off) < 3 * found.half_width + 1e-9).all()
    assert found.late_harm_avoided.sum(axis=0) == pytest.approx(
        values.blocks[0].late_harm[0] - values.blocks[0].late_harm[-1]
    )
