"""Who stays, against products by hand, `present_heads` and people drawn one by one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capacity.supply import present_heads
from capacity.supply.attrition import AttritionCurve, staying_share


@pytest.mark.parametrize("weekly", [0.0, 0.013, 0.1, 0.5])
@pytest.mark.parametrize("tenure", [0, 1, 60])
def test_constant_attrition_has_the_bits_of_present_heads(weekly: float, tenure: int) -> None:
    staying = AttritionCurve.constant(weekly).staying(tenure, 30)
    assert (17.3 * staying == present_heads(17.3, 30, weekly_attrition=weekly)).all()


@pytest.mark.property
@given(
    hazard=st.lists(st.floats(0.0, 0.9), min_size=1, max_size=8),
    tenure=st.integers(0, 12),
    weeks=st.integers(1, 12),
)
def test_it_is_the_product_of_the_shares_that_stay_week_by_week(hazard: list[float], tenure: int, weeks: int) -> None:
    expected = [1.0]
    for week in range(weeks - 1):
        expected.append(expected[-1] * (1.0 - hazard[min(tenure + week, len(hazard) - 1)]))
    np.testing.assert_allclose(staying_share(hazard, tenure, weeks), expected, rtol=1e-10)


def test_many_tenures_in_one_call_are_the_single_calls() -> None:
    hazard = [0.2, 0.1, 0.05]
    tenures = np.array([[0, 1], [2, 9]])
    together = staying_share(hazard, tenures, 6)
    for index in np.ndindex(2, 2):
        np.testing.assert_array_equal(together[index], staying_share(hazard, tenures[index], 6))


def test_a_fixed_term_ends_for_everybody() -> None:
    np.testing.assert_array_equal(AttritionCurve(hazard=(0.0, 0.0, 1.0)).staying(1, 4), [1, 1, 0, 0])


def test_yearly_attrition_leaves_its_share_after_a_year() -> None:
    weekly = AttritionCurve.yearly(0.35).hazard[0]
    assert (1 - weekly) ** (365.25 / 7) == pytest.approx(0.65)


def test_hazards_are_recovered_from_people_drawn_with_them() -> None:
    rng = np.random.default_rng(4)
    hazard = np.array([0.10, 0.06, 0.03, 0.03, 0.03])
    n_people = 40_000
    leaves = rng.random((n_people, 5)) < hazard
    watched = rng.integers(1, 6, n_people)
    last = np.where(leaves.any(axis=1), leaves.argmax(axis=1) + 1, 99)
    curve = AttritionCurve.observed(np.minimum(last, watched), last <= watched, pooled_from=2)
    np.testing.assert_allclose(curve.hazard, [0.10, 0.06, 0.03], atol=4 * np.sqrt(0.1 / 20_000))


@pytest.mark.parametrize("hazard", [(), (-0.1,), (0.1, 1.1), (float("nan"),)])
def test_impossible_hazards_are_refused(hazard: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="hazard must"):
        AttritionCurve(hazard=hazard)


def test_a_tenure_that_nobody_reaches_is_refused() -> None:
    with pytest.raises(ValueError, match="tenure_weeks must be one that somebody reaches"):
        staying_share([0.0, 1.0], 2, 3)
    with pytest.raises(ValueError, match="tenure_weeks must be 0 or more; found -1"):
        staying_share([0.1], -1, 3)


def test_impossible_observations_are_refused() -> None:
    with pytest.raises(ValueError, match="of one length"):
        AttritionCurve.observed([1, 2], [True], pooled_from=0)
    with pytest.raises(ValueError, match="1 or more for those who left"):
        AttritionCurve.observed([0, 2], [True, False], pooled_from=0)
    with pytest.raises(ValueError, match="pooled_from must lie from 0 to below 2 weeks"):
        AttritionCurve.observed([1, 2], [True, False], pooled_from=2)
    with pytest.raises(ValueError, match="share must lie from 0"):
        AttritionCurve.yearly(1.0)
