"""Handling times of mixed people, against items drawn one by one."""

import numpy as np
import pytest

from capacity.supply.learning import LearningCurve
from capacity.workload.handling_time import handle_minutes_by_team, mixed_handling


def test_mean_and_variation_are_those_of_items_drawn_one_by_one() -> None:
    rng = np.random.default_rng(1)
    hours, speed = np.array([300.0, 500.0, 200.0]), np.array([1.0, 0.6, 1.4])
    minutes = []
    for group_hours, group_speed in zip(hours * 40, speed, strict=True):
        drawn = rng.gamma(4.0, 3.0 / 4.0 / group_speed, int(group_hours * 60))
        minutes.append(drawn[np.cumsum(drawn) <= group_hours * 60])
    items = np.concatenate(minutes)
    mean, cv = mixed_handling(3.0, 0.5, hours, speed)
    assert mean == pytest.approx(items.mean(), rel=0.005)
    assert cv == pytest.approx(items.std() / items.mean(), rel=0.01)


def test_equal_people_are_one_person() -> None:
    mean, cv = mixed_handling([2.0, 5.0], [1.0, 0.0], [3, 4, 5], 0.8)
    np.testing.assert_allclose(mean, [2.5, 6.25])
    np.testing.assert_allclose(cv, [1.0, 0.0], atol=1e-7)


def test_the_mean_keeps_hours_equal_to_items_times_minutes() -> None:
    hours, speed = np.array([100.0, 70.0]), np.array([1.0, 0.5])
    items = 60 / 2.0 * (hours * speed).sum()
    mean, _ = mixed_handling(2.0, 1.0, hours, speed)
    assert items * mean / 60 == pytest.approx(hours.sum())


def test_people_in_the_classroom_are_seen_by_no_item() -> None:
    with_classroom = mixed_handling(2.0, 1.0, [100, 40], [1.0, 0.0])
    assert with_classroom == (2.0, 1.0)


def test_a_learning_curve_is_a_longer_handling_time() -> None:
    efficiency = LearningCurve.linear(3).at(np.arange(5))
    minutes = handle_minutes_by_team([6.0], [[1.0]], efficiency[None, :])
    np.testing.assert_allclose(minutes[0, 0], [24, 12, 8, 6, 6])


@pytest.mark.parametrize("efficiency", [1.0, [1.0, 0.5], [[1.0, 0.5, 0.0], [1.0, 1.0, 1.0]]])
def test_each_cell_is_the_standard_time_over_skill_and_efficiency(efficiency: object) -> None:
    skill, standard = np.array([[1.0, 0.8], [0.0, 1.25]]), np.array([2.0, 4.0])
    minutes = handle_minutes_by_team(standard, skill, efficiency)
    output = np.asarray(efficiency, dtype=float)
    for team, queue in np.ndindex(2, 2):
        output_of_team = output[team] if output.ndim else output
        with np.errstate(divide="ignore"):
            np.testing.assert_allclose(minutes[team, queue], standard[queue] / (skill[team, queue] * output_of_team))


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="handle_minutes must be > 0"):
        handle_minutes_by_team([0.0], [[1.0]])
    with pytest.raises(ValueError, match="hours x speed must be above 0"):
        mixed_handling(2.0, 1.0, [0, 10], [1, 0])
