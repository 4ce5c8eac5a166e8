"""The offered load over time against closed forms, simulation and the forward equations of the queue."""

import numpy as np
import pytest
from numpy.typing import NDArray

from capacity.erlang import servers_required
from capacity.offered_load import offered_load

FloatArray = NDArray[np.float64]

STEPS_A_TURN = 1256
STEP = 2 * np.pi / STEPS_A_TURN
TIME = (np.arange(STEPS_A_TURN) + 0.5) * STEP
RATE = 100 + 20 * np.sin(TIME)


def test_a_sinusoid_is_damped_and_lags_as_published() -> None:
    # Eick, Massey, Whitt (1993): rate 100 + 20 sin t and exponential times of mean 1 give 100 + 10 (sin t - cos t).
    load = offered_load(RATE * STEP, handle_periods=1 / STEP)
    np.testing.assert_allclose(load, 100 + 10 * (np.sin(TIME) - np.cos(TIME)), atol=1e-4)


@pytest.mark.parametrize(
    ("handle_cv", "gain"),
    # Response of P(S > u) to e^it: (1 - E e^-iS) / i; a fixed time, and a gamma time of shape 4.
    [(0.0, (1 - np.exp(-1j)) / 1j), (0.5, (1 - (1 + 1j / 4) ** -4) / 1j)],
)
def test_other_handling_times_answer_with_the_gain_of_their_transform(handle_cv: float, gain: complex) -> None:
    load = offered_load(RATE * STEP, handle_periods=1 / STEP, handle_cv=handle_cv)
    np.testing.assert_allclose(load, 100 + 20 * (gain * np.exp(1j * TIME)).imag, atol=1e-4)


def test_exponential_times_follow_the_differential_equation_exactly() -> None:
    items, mean, start = np.array([30.0, 0.0, 80.0, 10.0]), 1.7, 12.0
    level, expected = start, []
    for rate in items:
        # m' = rate - m / h inside a period, and its mean over the period.
        settled, decay = rate * mean, np.exp(-1 / mean)
        expected.append(settled + (level - settled) * mean * (1 - decay))
        level = settled + (level - settled) * decay
    np.testing.assert_allclose(offered_load(items, handle_periods=mean, in_service=start), expected, rtol=1e-13)


@pytest.mark.parametrize("family", ["gamma", "lognormal"])
def test_an_empty_start_agrees_with_simulated_items(family: str) -> None:
    rng = np.random.default_rng(7)
    items, mean, variation, draws = np.array([5.0, 40.0, 10.0, 0.0, 0.0]), 1.3, 1.4, 200_000
    arrived = rng.choice(5, draws, p=items / items.sum()) + rng.random(draws)
    if family == "gamma":
        handled = rng.gamma(1 / variation**2, mean * variation**2, draws)
    else:
        sigma = np.sqrt(np.log1p(variation**2))
        handled = rng.lognormal(np.log(mean) - sigma**2 / 2, sigma, draws)
    period = np.arange(5)[:, None]
    busy = np.clip(np.minimum(arrived + handled, period + 1) - np.maximum(arrived, period), 0, None)
    measured, error = busy.mean(axis=1) * items.sum(), busy.std(axis=1) * items.sum() / np.sqrt(draws)
    load = offered_load(items, handle_periods=mean, handle_cv=variation, family=family, in_service=0)
    assert (np.abs(load - measured) < 4 * error).all()


@pytest.mark.parametrize("family", ["gamma", "lognormal"])
@pytest.mark.parametrize("handle_cv", [0.0, 0.3, 1.0, 4.0])
def test_repeating_weeks_keep_all_work_and_equal_the_limit_of_many_weeks(family: str, handle_cv: float) -> None:
    week = np.random.default_rng(1).gamma(2.0, 10.0, 21)
    options = {"handle_periods": 2.5, "handle_cv": handle_cv, "family": family}
    load = offered_load(week, **options)
    assert load.mean() == pytest.approx(week.mean() * 2.5, rel=1e-12)
    many = offered_load(np.tile(week, 60), in_service=week.mean() * 2.5, **options)[-21:]
    # A heavy tail reaches back further than the sixty weeks of the comparison.
    np.testing.assert_allclose(load, many, rtol=2e-3 if handle_cv > 1 else 1e-8)


def test_a_constant_rate_offers_rate_times_handling_time_from_a_settled_start() -> None:
    load = offered_load(np.full(30, 12.0), handle_periods=0.7, handle_cv=1.8, in_service=8.4)
    np.testing.assert_allclose(load, 8.4, rtol=1e-12)


def test_leading_axes_are_queues_with_their_own_handling_times() -> None:
    items = np.random.default_rng(3).gamma(2.0, 10.0, (2, 3, 24))
    mean, variation = np.array([[0.5], [2.0]]), np.array([[0.0], [1.5]])
    together = offered_load(items, handle_periods=mean, handle_cv=variation)
    alone = offered_load(items[1, 2], handle_periods=2.0, handle_cv=1.5)
    assert together.shape == items.shape
    np.testing.assert_allclose(together[1, 2], alone, rtol=1e-11)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"arrivals": [1, -2]}, "arrivals must be >= 0"),
        ({"handle_periods": 0}, "handle_periods must be > 0"),
        ({"handle_cv": -1}, "handle_cv must be >= 0"),
        ({"in_service": np.nan}, "in_service must be >= 0"),
        ({"family": "weibull"}, "family must be 'gamma' or 'lognormal'; found 'weibull'"),
    ],
)
def test_arguments_out_of_range_are_named(changes: dict[str, object], message: str) -> None:
    arguments = {"arrivals": [1, 2], "handle_periods": 1.0} | changes
    with pytest.raises(ValueError, match=message):
        offered_load(arguments.pop("arrivals"), **arguments)


def delay_over_a_turn(servers: FloatArray) -> FloatArray:
    """P(all servers busy) in the fourth turn of M_t/M/s_t, by Runge-Kutta steps on the forward equations."""
    states = np.arange(320)
    probability = np.exp(states * np.log(100.0) - 100 - np.cumsum(np.log(np.maximum(states, 1))))

    def slope(p: FloatArray, rate: float, leaving: FloatArray) -> FloatArray:
        change = -(rate + leaving) * p
        change[1:] += rate * p[:-1]
        change[:-1] += leaving[1:] * p[1:]
        return change

    delayed = np.empty(STEPS_A_TURN)
    for step in range(4 * STEPS_A_TURN):
        rate, team = RATE[step % STEPS_A_TURN], servers[step % STEPS_A_TURN]
        leaving = np.minimum(states, team)
        k1 = slope(probability, rate, leaving)
        k2 = slope(probability + STEP / 2 * k1, rate, leaving)
        k3 = slope(probability + STEP / 2 * k2, rate, leaving)
        probability = probability + STEP / 6 * (k1 + 2 * k2 + 2 * k3 + slope(probability + STEP * k3, rate, leaving))
        delayed[step % STEPS_A_TURN] = probability[int(team) :].sum()
    return delayed


def spread(values: FloatArray) -> list[float]:
    return [float(values.min()), float(values.mean()), float(values.max())]


def test_staffing_for_the_offered_load_holds_the_delay_where_pointwise_staffing_does_not() -> None:
    load = offered_load(RATE * STEP, handle_periods=1 / STEP)

    def square_root(x: FloatArray) -> FloatArray:
        return np.ceil(x + 1.4201868881 * np.sqrt(x))  # Halfin-Whitt for a delay probability of 0.1

    # The figures that the reference prints for square-root staffing: lowest, mean and highest delay probability.
    np.testing.assert_allclose(spread(delay_over_a_turn(square_root(RATE))), [0.009, 0.237, 0.614], atol=2e-3)
    np.testing.assert_allclose(spread(delay_over_a_turn(square_root(load))), [0.093, 0.101, 0.110], atol=2e-3)
    exact = servers_required(load, target=0.9, wait_limit=0)
    lowest, _, highest = spread(delay_over_a_turn(exact.astype(float)))
    assert 0.08 < lowest < highest < 0.105
