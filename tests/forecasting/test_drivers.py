"""Volumes that follow a driver: the slope and its uncertainty where the truth is known."""

import numpy as np
import pandas as pd
import pytest

from forecasting.drivers import Driver, drive_volumes, learn_driver_effect
from forecasting.forecast import VolumeForecast
from forecasting.volumes.frequency import Frequency
from forecasting.volumes.history import VolumeHistory

DAYS = pd.date_range("2025-01-06", periods=364)
AHEAD = pd.date_range(DAYS[-1] + pd.Timedelta(days=1), periods=28)


def history_of(mean: np.ndarray, seed: int = 0) -> VolumeHistory:
    items = np.random.default_rng(seed).poisson(mean).astype(float)
    queues = tuple(f"queue {row}" for row in range(len(items)))
    return VolumeHistory(queues=queues, period_start=DAYS, frequency=Frequency.DAILY, items=items)


def listings(seed: int) -> np.ndarray:
    return 1000.0 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.02, 364)))


def driver_of(past: np.ndarray, planned: float, **changes: object) -> Driver:
    fields: dict[str, object] = {
        "name": "listings",
        "past": pd.Series(past, DAYS),
        "planned": pd.Series(planned, AHEAD),
    }
    return Driver(**(fields | changes))  # type: ignore[arg-type]  # a factory of keyword fields


def test_an_elasticity_is_recovered_within_its_own_error():
    hits = []
    for seed in range(30):
        users = listings(seed)
        wander = np.exp(np.cumsum(np.random.default_rng(99 + seed).normal(0, 0.01, 364)))
        effect = learn_driver_effect(history_of((0.3 * users**0.7 * wander)[None, :], seed), driver_of(users, 2000.0))
        hits.append(abs(effect.slope[0] - 0.7) < 1.2816 * effect.slope_spread[0])
    # 24 of 30 are expected; 17 or fewer has a chance of less than 0.5%.
    assert sum(hits) >= 18


def test_two_queues_that_merely_both_grow_are_not_taken_to_drive_each_other():
    growth = np.exp(np.linspace(0.0, 0.5, 364))
    users = 1000.0 * growth * np.exp(np.random.default_rng(0).normal(0, 0.05, 364))
    effect = learn_driver_effect(history_of(200.0 * growth[None, :]), driver_of(users, 2000.0))
    assert abs(effect.slope[0]) < 3 * effect.slope_spread[0]


def test_a_threshold_moves_volumes_by_its_difference():
    threshold = np.repeat([0.5, 0.6, 0.55, 0.7, 0.5, 0.65, 0.5], 52)
    mean = 500.0 * np.exp(-3.0 * (threshold - 0.5))
    effect = learn_driver_effect(history_of(mean[None, :]), driver_of(threshold, 0.6, link="log-linear"))
    assert effect.slope[0] == pytest.approx(-3.0, abs=0.3)
    drawn = effect.draw(AHEAD, 200, seed=0)
    assert drawn.mean() == pytest.approx(np.exp(-3.0 * 0.1), rel=0.05)


def test_a_given_elasticity_doubles_what_doubles():
    driver = driver_of(np.full(364, 100.0), 200.0, elasticity=(1.0, 0.0), queues=("queue 1",))
    drawn = learn_driver_effect(history_of(np.full((2, 364), 50.0)), driver).draw(AHEAD, 3, seed=0)
    assert (drawn[0] == 1.0).all()
    assert drawn[1] == pytest.approx(np.full((3, 28), 2.0))


def test_a_driver_that_never_moved_cannot_be_learned_from():
    with pytest.raises(ValueError, match="constant"):
        learn_driver_effect(history_of(np.full((1, 364), 50.0)), driver_of(np.full(364, 100.0), 200.0))


def test_a_driver_at_zero_has_no_logarithm():
    with pytest.raises(ValueError, match="above 0"):
        driver_of(np.zeros(364), 1.0)


def test_a_product_change_has_a_volume_consequence_on_every_path():
    history = history_of(np.full((2, 364), 50.0))
    forecast = VolumeForecast(
        queues=history.queues,
        period_start=AHEAD,
        frequency=Frequency.DAILY,
        arrivals=np.random.default_rng(0).poisson(50.0, (2, 20, 28)).astype(float),
        method=("given", "given"),
        seed=3,
        history=history,
    )
    effect = learn_driver_effect(history, driver_of(np.full(364, 100.0), 200.0, elasticity=(1.0, 0.0)))
    assert drive_volumes(forecast, [effect]).arrivals == pytest.approx(2.0 * forecast.arrivals)
