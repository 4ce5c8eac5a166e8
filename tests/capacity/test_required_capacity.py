"""The least capacity, against closed forms and against trying every amount."""

import numpy as np
import pytest

from capacity.turnaround import CumulativeFlow, with_backlog
from capacity.turnaround.required import required_capacity


@pytest.fixture(scope="module")
def paths() -> np.ndarray:
    return np.random.default_rng(2).gamma(8.0, 1.5, (3, 60, 90))


@pytest.mark.parametrize("probability", [None, 0.5, 0.8, 1.0])
def test_it_is_the_first_of_all_amounts_tried_that_meets_the_target(
    paths: np.ndarray, probability: float | None
) -> None:
    shape = np.where(np.arange(90) % 7 < 5, 16.0, 0.0)
    found = required_capacity(paths, shape, 3.0, share=0.9, probability=probability, precision=1e-3)
    amounts = np.arange(0.5, 2.0, 0.002)
    for row in range(3):
        flow = CumulativeFlow.of(paths[row], amounts[:, None, None] * shape * np.ones((1, 60, 1)))
        on_time, due = flow.on_time_items(3.0), flow.due_items(3.0)
        if probability is None:
            meets = on_time.sum(axis=-1) / due.sum() >= 0.9
        else:
            meets = (on_time >= 0.9 * due).mean(axis=-1) >= probability
        assert found.amount[row] == pytest.approx(amounts[np.argmax(meets)], abs=0.004)


def test_the_answer_is_checked_from_both_sides(paths: np.ndarray) -> None:
    found = required_capacity(paths, np.full(90, 12.0), 2.0, share=0.95, probability=0.8)
    assert (found.met >= 0.8).all()
    assert (found.missed < 0.8).all()


def test_what_is_present_is_taken_off_the_answer(paths: np.ndarray) -> None:
    shape = np.full(90, 12.0)
    whole = required_capacity(paths, shape, 2.0, share=0.95, precision=1e-6)
    rest = required_capacity(paths, shape, 2.0, share=0.95, present=0.6 * shape, precision=1e-6)
    np.testing.assert_allclose(rest.amount, whole.amount - 0.6, atol=3e-6)


def test_nothing_is_added_where_enough_is_present(paths: np.ndarray) -> None:
    found = required_capacity(paths, np.full(90, 1.0), 2.0, share=0.9, present=np.full(90, 1e4))
    assert (found.amount == 0).all()
    assert np.isnan(found.missed).all()


def test_a_backlog_asks_for_more(paths: np.ndarray) -> None:
    shape = np.full(90, 12.0)
    without = required_capacity(paths, shape, 2.0, share=0.95)
    found = required_capacity(paths, shape, 2.0, share=0.95, backlog_items=200.0, backlog_steps=1)
    assert (found.amount > without.amount).all()
    capacity = found.amount[:, None, None] * shape * np.ones((1, 60, 1))
    flow = CumulativeFlow.of(*with_backlog(paths, capacity, 200.0, 1))
    share = flow.on_time_items(2.0, first_step=1).sum(axis=1) / flow.due_items(2.0, first_step=1).sum(axis=1)
    assert (share >= 0.95 - 1e-9).all()


def test_a_target_that_closed_hours_put_out_of_reach_has_no_answer() -> None:
    # Work is done in one step of ten only: nobody who arrives in the five after it is served within three.
    found = required_capacity(np.ones((1, 40)), np.tile([1.0] + [0.0] * 9, 4), 3.0, share=0.9)
    assert np.isnan(found.amount)


@pytest.mark.parametrize(("name", "value"), [("share", 95.0), ("probability", 0.0), ("precision", 0.0)])
def test_wrong_arguments_are_named(name: str, value: float) -> None:
    arguments = {"share": 0.9, "probability": 0.8, "precision": 1e-3} | {name: value}
    with pytest.raises(ValueError, match=f"{name} must .*found {value}"):
        required_capacity(np.ones((1, 4)), np.ones(4), 1.0, **arguments)
