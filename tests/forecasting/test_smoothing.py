"""The batched recursions are those of the textbook, and clipping does what it says."""

import numpy as np
import pytest

from forecasting.methods.smoothing import SmoothingParameters, SmoothingState, starting_state


def one_step_forecasts(parameters: SmoothingParameters, values: np.ndarray, level: float, season: np.ndarray):
    state = SmoothingState.start(parameters, np.array([level]), season[:, None, None].copy(), np.array([1.0]))
    ones = np.ones((1, 1))
    errors = [
        state.step(np.array([[value]]), ones, step % len(season))[:, 0, 0].copy() for step, value in enumerate(values)
    ]
    return values[:, None] - np.array(errors)


@pytest.mark.parametrize(("trend", "damping"), [((), 1.0), ((0.05,), 1.0), ((0.1,), 0.9)])
def test_fitted_values_equal_those_of_statsmodels(trend: tuple[float, ...], damping: float):
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    values = np.random.default_rng(0).gamma(9.0, 2.0, 140)
    season = np.array([3.0, 1.0, -2.0, 0.5, 0.0, -1.0, -1.5])
    options = {"trend": "add", "damped_trend": damping < 1, "initial_trend": 0.0} if trend else {}
    model = ETSModel(
        values,
        error="add",
        seasonal="add",
        seasonal_periods=7,
        initialization_method="known",
        initial_level=18.0,
        initial_seasonal=season,
        **options,
    )
    named = {"smoothing_level": 0.2, "smoothing_seasonal": 0.1, "initial_level": 18.0}
    named |= {f"initial_seasonal.{place}": season[place] for place in range(7)}
    if trend:
        named |= {"smoothing_trend": trend[0], "damping_trend": damping, "initial_trend": 0.0}
    fitted = model.smooth([named[name] for name in model.param_names]).fittedvalues

    ours = one_step_forecasts(
        SmoothingParameters(level=(0.2,), season=(0.1,), trend=trend, damping=damping), values, 18.0, season
    )
    np.testing.assert_allclose(ours[:, 0], fitted, rtol=0, atol=1e-8)


def test_lanes_and_queues_stepped_together_equal_each_alone():
    values = np.random.default_rng(1).normal(10.0, 2.0, 50)
    both = SmoothingParameters(level=(0.1, 0.6), season=(0.0, 0.3), clip_sigmas=1.0)
    together = one_step_forecasts(both, values, 10.0, np.zeros(7))
    for lane, (level, season) in enumerate(zip(both.level, both.season, strict=True)):
        alone = SmoothingParameters(level=(level,), season=(season,), clip_sigmas=1.0)
        np.testing.assert_array_equal(one_step_forecasts(alone, values, 10.0, np.zeros(7))[:, 0], together[:, lane])


def test_an_odd_day_hardly_moves_a_clipped_level():
    values = np.full(60, 10.0) + np.resize([-1.0, 1.0], 60)
    values[50] = 500.0
    plain, clipped = (
        one_step_forecasts(
            SmoothingParameters(level=(0.2,), season=(0.0,), clip_sigmas=bound), values, 10.0, np.zeros(1)
        )
        for bound in (np.inf, 1.0)
    )
    assert plain[51, 0] > 100
    assert clipped[51, 0] < 12


def test_days_not_observed_teach_nothing():
    parameters = SmoothingParameters(level=(0.5,), season=(0.5,), clip_sigmas=2.0)
    state = SmoothingState.start(parameters, np.array([4.0]), np.zeros((7, 1, 1)), np.array([1.0]))
    state.step(np.array([[99.0]]), np.zeros((1, 1)), 0)
    assert state.level.item() == 4.0
    assert state.error_scale.item() == 1.0
    assert not state.season.any()


def test_a_damped_trend_adds_the_geometric_sum():
    state = SmoothingState.start(
        SmoothingParameters(level=(0.5,), season=(0.0,), trend=(0.1,), damping=0.9),
        np.array([0.0]),
        np.zeros((1, 1, 1)),
        np.array([1.0]),
    )
    state.trend += 1.0
    assert state.trend_after(3).item() == pytest.approx(0.9 + 0.81 + 0.729)


def test_the_starting_state_recovers_level_and_week():
    week = np.array([5.0, 1.0, 0.0, -1.0, 0.0, -2.0, -3.0])
    values = (20.0 + np.tile(week, 4))[:, None, None]
    level, season, scale = starting_state(values, np.arange(28)[:, None] % 7, 7)
    assert level.item() == pytest.approx(20.0)
    np.testing.assert_allclose(season[:, 0, 0], week, atol=1e-12)
    assert scale.item() > 0


def test_gains_must_match_in_number():
    with pytest.raises(ValueError, match="one gain a lane"):
        SmoothingParameters(level=(0.1, 0.2), season=(0.1,))


def test_every_day_teaches_the_pattern_of_the_day():
    # By hand, slot by slot: what all slots err by moves the level, what one errs by beyond that its own pattern.
    rng = np.random.default_rng(0)
    values, seen = rng.normal(10, 2, (20, 3)), (rng.random((20, 3)) > 0.2).astype(float)
    alpha, gamma, delta = 0.3, 0.1, 0.4
    parameters = SmoothingParameters(level=(alpha,), season=(gamma,), day=(delta,))
    state = SmoothingState.start(parameters, np.array([9.0]), np.zeros((7, 1, 3)), np.array([1.0]))
    level, week, day = 9.0, [[0.0] * 3 for _ in range(7)], [0.0] * 3
    for step, (items, known) in enumerate(zip(values, seen, strict=True)):
        state.step(items[None], known[None], step % 7)
        errors = [item - level - week[step % 7][slot] - day[slot] for slot, item in enumerate(items)]
        open_slots = [slot for slot in range(3) if known[slot]]
        mean = sum(errors[slot] for slot in open_slots) / max(1, len(open_slots))
        level += alpha * mean
        for slot in open_slots:
            week[step % 7][slot] += gamma * errors[slot]
            day[slot] += delta * (errors[slot] - mean)
    assert state.level.item() == pytest.approx(level, abs=1e-9)
    np.testing.assert_allclose(state.day[0, 0], day, atol=1e-9)
    np.testing.assert_allclose(state.season[:, 0, 0], week, atol=1e-9)
