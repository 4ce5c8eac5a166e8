"""Value of information against cases worked by hand, closed forms and all combinations of sets."""

from collections.abc import Callable

import numpy as np
import pytest

from optimization import PlanningCase, value_all_blocks
from optimization.economics.best_sets import worth_of_sets
from optimization.economics.information_value import (
    bins_of,
    information_value,
    partial_information,
    value_of_knowing_everything,
)


def test_a_pilot_that_tells_good_from_bad_is_worth_the_loss_that_it_avoids():
    # The set costs 6 and gives 10 with probability 0.7: funded untold for 1. Told, the loss of 6 x 0.3 is avoided.
    works = np.tile([1, 1, 1, 1, 1, 1, 1, 0, 0, 0], 40)
    worth = np.stack([np.zeros(400), 10.0 * works - 6.0])
    gain, in_sample = partial_information(worth, works)
    assert in_sample == pytest.approx(1.8)
    assert gain.mean() == pytest.approx(1.8)


def test_knowing_a_normal_gain_is_worth_its_density_at_nought():
    # E[max(0, X)] - max(0, E[X]) = sigma x phi(0) for X normal around 0.
    gain = np.random.default_rng(0).normal(size=4_000)
    gain -= gain.mean()
    label = bins_of(gain + 100.0, n_bins=80)
    found, in_sample = partial_information(np.stack([np.zeros_like(gain), gain]), label)
    assert in_sample == pytest.approx(1 / np.sqrt(2 * np.pi), rel=0.02)
    assert found.mean() == pytest.approx(1 / np.sqrt(2 * np.pi), rel=0.02)


def test_information_about_nothing_looks_valuable_only_on_the_paths_it_was_chosen_on():
    gains, in_samples = [], []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        gain, in_sample = partial_information(rng.normal(size=(20, 200)), rng.integers(0, 5, 200))
        gains.append(gain.mean())
        in_samples.append(in_sample)
    assert np.mean(in_samples) > 0.1
    assert np.mean(gains) < 3 * np.std(gains) / np.sqrt(40)


def test_in_sample_value_is_the_mean_of_best_means_less_the_best_mean():
    rng = np.random.default_rng(3)
    worth, label = rng.normal(size=(7, 60)), rng.permutation(np.repeat([0, 1, 2], 20))
    by_bin = [max(float(one[label == place].mean()) for one in worth) for place in range(3)]
    expected = np.mean(by_bin) - worth.mean(axis=1).max()
    assert partial_information(worth, label)[1] == pytest.approx(expected)


def test_bins_are_failure_and_equal_numbers_of_paths():
    sizes = np.concatenate([np.zeros(30), np.random.default_rng(0).uniform(-0.2, -0.1, 100)])
    label = bins_of(sizes)
    assert set(label[:30]) == {0}
    assert np.bincount(label).tolist() == [30, 20, 20, 20, 20, 20]
    assert bins_of(np.zeros(5)).tolist() == [0] * 5


def test_certain_effects_are_worth_nothing_and_no_effect_more_than_everything(
    two_blocks: Callable[..., PlanningCase],
):
    found = information_value(value_all_blocks(two_blocks()), willingness_to_pay_usd=2.0)
    by_name = {one.request: one for one in found.effects}
    for name in ("heads", "seats", "hires"):
        assert (by_name[name].value_usd, by_name[name].in_sample_usd, by_name[name].n_bins) == (0.0, 0.0, 1)
    assert by_name["deflect"].n_bins == 2
    for one in found.effects:
        assert 0.0 <= one.low_usd <= one.value_usd <= one.high_usd
        assert one.in_sample_usd <= found.everything_usd + 1e-6
    assert found.to_frame().shape == (len(found.effects) + 1, 6)


@pytest.mark.parametrize("budget", [None, 12_000.0])
def test_everything_is_the_best_of_all_sets_path_by_path(budget: float | None, two_blocks: Callable[..., PlanningCase]):
    values = value_all_blocks(two_blocks())
    first, second = values.blocks
    harm = (first.late_harm[:, None] + second.late_harm[None]).reshape(-1, first.late_harm.shape[1])
    cost = (first.cost_cents[:, None] + second.cost_cents[None]).ravel() / 100
    net = (-2.0 * harm - cost[:, None])[cost <= (np.inf if budget is None else budget)]
    worth = worth_of_sets(values, budget_usd=budget, willingness_to_pay_usd=2.0)
    expected = net.max(axis=0).mean() - net.mean(axis=1).max()
    assert value_of_knowing_everything(worth).mean() == pytest.approx(expected)
    found = information_value(values, willingness_to_pay_usd=2.0, budget_usd=budget)
    assert found.everything_usd == pytest.approx(expected)


def test_under_a_budget_the_other_blocks_give_way(two_blocks: Callable[..., PlanningCase]):
    values = value_all_blocks(two_blocks(deflect={"success_probability": 0.5}))
    budget = 12_000.0
    found = information_value(values, willingness_to_pay_usd=2.0, budget_usd=budget)
    index = next(i for i, one in enumerate(found.effects) if one.request == "deflect")
    works = values.case.size[index] != 0
    own = next(one for one in values.blocks if 5 in one.block.requests)
    other = next(one for one in values.blocks if one is not own)
    net = np.array(
        [
            [-2.0 * (a[paths].mean() + b.mean()) - (c + d) / 100 for paths in (works, ~works)]
            for a, c in zip(own.late_harm, own.cost_cents, strict=True)
            for b, d in zip(other.late_harm, other.cost_cents, strict=True)
            if c + d <= 100 * budget
        ]
    )
    share = np.array([works.mean(), 1 - works.mean()])
    expected = net.max(axis=0) @ share - (net @ share).max()
    assert found.effects[index].in_sample_usd == pytest.approx(expected, abs=1e-6)
