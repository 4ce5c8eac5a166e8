"""Overtime under its caps, against a head's diary kept week by week."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capacity.supply.overtime import OvertimeRule, overtime_cost_usd, overtime_hours


def test_the_weekly_cap_is_a_head_times_the_heads() -> None:
    rule = OvertimeRule(most_hours_per_head_week=5)
    np.testing.assert_array_equal(overtime_hours([20, 100, 100], [10, 10, 4], rule), [20, 50, 20])


def test_nobody_works_overtime_where_nobody_is() -> None:
    assert overtime_hours([10.0], [0.0], OvertimeRule(most_hours_per_head_week=5))[0] == 0.0


@pytest.mark.property
@given(
    asked=st.lists(st.floats(0, 200), min_size=1, max_size=20),
    window=st.integers(1, 6),
    most=st.floats(0, 30),
    seed=st.integers(0, 99),
)
def test_no_window_of_weeks_exceeds_its_cap_and_no_allowed_hour_is_refused(
    asked: list[float], window: int, most: float, seed: int
) -> None:
    heads = np.random.default_rng(seed).uniform(1, 20, len(asked))
    rule = OvertimeRule(most_hours_per_head_week=8, window_weeks=window, most_hours_per_head_window=most)
    worked = overtime_hours(asked, heads, rule)
    diary: list[float] = []
    for want, there in zip(asked, heads, strict=True):
        last = diary[-(window - 1) :] if window > 1 else []
        diary.append(max(0.0, min(want / there, 8.0, most - sum(last))))
    np.testing.assert_allclose(worked, np.array(diary) * heads, atol=1e-9)
    assert (worked <= np.asarray(asked) + 1e-9).all()


def test_teams_in_one_call_are_the_single_calls() -> None:
    rule = OvertimeRule(most_hours_per_head_week=8, window_weeks=2, most_hours_per_head_window=10)
    asked, heads = np.array([[90, 90, 90.0], [10, 20, 30]]), np.array([[10, 9, 8.0], [3, 3, 3]])
    together = overtime_hours(asked, heads, rule)
    for row in range(2):
        np.testing.assert_array_equal(together[row], overtime_hours(asked[row], heads[row], rule))


def test_time_and_a_half_costs_half_as_much_again() -> None:
    rule = OvertimeRule(most_hours_per_head_week=8, pay_multiple=1.5)
    np.testing.assert_allclose(overtime_cost_usd([10, 0], [30, 30], rule), [450, 0])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("most_hours_per_head_week", -1),
        ("window_weeks", 0),
        ("most_hours_per_head_window", -2),
        ("pay_multiple", -1),
        ("shrinkage", 1.5),
        ("efficiency", 0),
    ],
)
def test_a_rule_that_cannot_be_is_refused(field: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{field} of an overtime rule must"):
        OvertimeRule(**{"most_hours_per_head_week": 8, field: value})


def test_negative_hours_are_refused() -> None:
    with pytest.raises(ValueError, match="asked_hours must be >= 0"):
        overtime_hours([-1], [1], OvertimeRule(most_hours_per_head_week=8))
