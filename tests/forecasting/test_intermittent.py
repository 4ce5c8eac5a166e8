"""Chance and size of rare items follow the published recursions."""

import numpy as np
import pytest

from forecasting.methods.intermittent import EMPTY, IntermittentParameters, IntermittentState
from forecasting.methods.variance_scale import to_even_variance

PARAMETERS = IntermittentParameters(chance=(0.1,), size=(0.3,), interval=(0.2,))


def smoothed(items: list[float]) -> np.ndarray:
    roots = to_even_variance(np.array(items))[:, None, None]
    state = IntermittentState.start(PARAMETERS, roots[:0])
    for value in roots:
        state.step(value, None)
    return state.forecast()[:, 0, 0]


def test_tsb_equals_its_recursion_step_by_step():
    items = [0.0, 3.0, 0.0, 0.0, 5.0, 0.0]
    chance, size = 0.5, 1.0 - EMPTY
    for root in to_even_variance(np.array(items)):
        some = root > EMPTY
        chance += 0.1 * (some - chance)
        if some:
            size += 0.3 * (root - EMPTY - size)
    assert smoothed(items)[0] == pytest.approx(EMPTY + chance * size)


def test_croston_equals_its_recursion_with_the_correction_of_syntetos_and_boylan():
    items = [0.0, 3.0, 0.0, 0.0, 5.0, 0.0]
    interval, size, since = 2.0, 1.0 - EMPTY, 1
    for root in to_even_variance(np.array(items)):
        if root > EMPTY:
            size += 0.2 * (root - EMPTY - size)
            interval += 0.2 * (since - interval)
            since = 1
        else:
            since += 1
    assert smoothed(items)[1] == pytest.approx(EMPTY + (1 - 0.2 / 2) * size / interval)


def test_a_queue_that_ends_fades_by_tsb_and_not_by_croston():
    before, after = smoothed([4.0] * 30), smoothed([4.0] * 30 + [0.0] * 60)
    assert after[0] - EMPTY < 0.01 * (before[0] - EMPTY)
    assert after[1] == before[1]


def test_periods_not_observed_teach_nothing():
    state = IntermittentState.start(PARAMETERS, to_even_variance(np.array([0.0, 2.0]))[:, None, None])
    held = [each.copy() for each in (state.chance, state.size, state.interval, state.since)]
    state.step(np.array([[9.0]]), np.array([[0.0]]))
    for before, after in zip(held, (state.chance, state.size, state.interval, state.since), strict=True):
        np.testing.assert_array_equal(before, after)
