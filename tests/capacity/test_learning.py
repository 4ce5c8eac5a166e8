"""Learning curves, against `ramp_efficiency`, closed forms and limits."""

import numpy as np
import pytest

from capacity.supply import ramp_efficiency
from capacity.supply.learning import LearningCurve


@pytest.mark.parametrize("ramp_weeks", [0, 1, 3, 7, 12])
def test_the_linear_ramp_has_the_bits_of_ramp_efficiency(ramp_weeks: int) -> None:
    expected = ramp_efficiency(20, start_week=4, ramp_weeks=ramp_weeks)
    assert (LearningCurve.linear(ramp_weeks).at(np.arange(20) - 4) == expected).all()


def test_the_exponential_curve_halves_its_distance_every_half_life() -> None:
    curve = LearningCurve.exponential(first=0.3, half_life_weeks=3)
    missing = 1.0 - curve.at(np.arange(0, 60, 3))
    np.testing.assert_allclose(missing[1:], missing[:-1] / 2, rtol=1e-3, atol=1e-15)


def test_the_exponential_curve_is_its_formula_in_every_week_and_ends_at_one() -> None:
    weeks = np.arange(2_000)
    curve = LearningCurve.exponential(first=0.1, half_life_weeks=4.5)
    np.testing.assert_allclose(curve.at(weeks), 1 - 0.9 * np.exp(-np.log(2) * weeks / 4.5), rtol=1e-14)
    assert curve.at(10_000) == 1.0


def test_a_first_week_at_full_output_is_no_learning() -> None:
    assert (LearningCurve.exponential(first=1.0, half_life_weeks=2).at(np.arange(9)) == 1.0).all()


def test_the_last_value_of_a_table_holds_and_nothing_is_given_before_the_start() -> None:
    np.testing.assert_array_equal(LearningCurve.table([0.2, 0.9]).at([-1, 0, 1, 2, 99]), [0, 0.2, 0.9, 0.9, 0.9])


def test_classroom_weeks_shift_the_curve() -> None:
    late, soon = LearningCurve.linear(4, classroom_weeks=3), LearningCurve.linear(4)
    np.testing.assert_array_equal(late.at(np.arange(12)), soon.at(np.arange(12) - 3))


def test_equal_curves_are_equal() -> None:
    assert LearningCurve.linear(1) == LearningCurve.table([0.5, 1])


@pytest.mark.parametrize("table", [(), (0.5, -0.1), (2.5,), (0.5, 0.0), (float("nan"),)])
def test_impossible_tables_are_refused(table: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="efficiency must"):
        LearningCurve(efficiency=table)


def test_impossible_parameters_are_refused() -> None:
    with pytest.raises(ValueError, match=r"ramp_weeks must be a whole number.*found -1"):
        LearningCurve.linear(-1)
    with pytest.raises(ValueError, match=r"classroom_weeks must be a whole number.*found 1\.5"):
        LearningCurve.linear(2, classroom_weeks=1.5)  # type: ignore[arg-type]  # the refusal is the point
    with pytest.raises(ValueError, match="half_life_weeks must lie above 0"):
        LearningCurve.exponential(first=0.5, half_life_weeks=0)
    with pytest.raises(ValueError, match="first must lie between 0 and 1"):
        LearningCurve.exponential(first=1.2, half_life_weeks=1)
