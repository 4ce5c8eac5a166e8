"""The structural model finds the variances that made a queue, and what does not fit."""

import numpy as np
import pandas as pd
import pytest

from forecasting.queue_structure import queue_structure
from forecasting.volumes.frequency import Frequency
from forecasting.volumes.history import VolumeHistory

DAYS = 500
WEEK = np.array([1.5, 1.2, 1.1, 1.0, 1.0, 0.7, 0.5])


def make_history(items: np.ndarray, frequency: Frequency = Frequency.DAILY) -> VolumeHistory:
    starts = pd.date_range("2025-01-06", periods=len(items), freq=frequency.step)
    return VolumeHistory(queues=("ads",), period_start=starts, frequency=frequency, items=items[None])


def made_items(wander: float, noise: float, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    level = 400 * np.exp(np.cumsum(rng.normal(0, wander, DAYS)))
    return level * WEEK[np.arange(DAYS) % 7] * np.exp(rng.normal(0, noise, DAYS))


def test_noise_week_and_wander_are_recovered():
    structure = queue_structure(make_history(made_items(0.02, 0.05)), "ads")
    assert structure.noise == pytest.approx(0.05, rel=0.3)
    assert structure.level_wander == pytest.approx(0.02, rel=0.5)
    week = structure.components["weekly"].to_numpy()[-7:]
    np.testing.assert_allclose(week / week.mean(), WEEK[np.arange(DAYS - 7, DAYS) % 7], atol=0.12)
    assert abs(structure.autocorrelation) < 0.15
    assert "ads" in structure.summary()


def test_an_odd_day_is_named():
    items = made_items(0.01, 0.03)
    items[300] *= 3
    odd = queue_structure(make_history(items), "ads").odd_periods()
    assert odd["date"].iloc[0] == pd.Timestamp("2025-01-06") + pd.Timedelta(days=300)


def test_gaps_are_bridged():
    items = made_items(0.01, 0.03)
    items[100:110] = np.nan
    frame = queue_structure(make_history(items), "ads").components
    assert frame["fitted"].notna().all()
    assert frame["odd"].iloc[100:110].isna().all()


def test_weeks_have_no_weekly_pattern():
    weekly = made_items(0.02, 0.05)[: 70 * 7].reshape(70, 7).sum(axis=1)
    frame = queue_structure(make_history(weekly, Frequency.WEEKLY), "ads").components
    assert (frame["weekly"] == 1).all()


@pytest.mark.parametrize(
    ("items", "frequency", "queue", "said"),
    [
        (np.full(60, 5.0), Frequency.DAILY, "ads", "observations that differ"),
        (np.arange(10.0), Frequency.DAILY, "ads", "found 10 periods"),
        (np.arange(90.0), Frequency.HOURLY, "ads", "Sum it to days"),
        (np.arange(90.0), Frequency.DAILY, "none", "queue must be one of"),
    ],
)
def test_what_cannot_be_fitted_is_refused(items: np.ndarray, frequency: Frequency, queue: str, said: str):
    with pytest.raises(ValueError, match=said):
        queue_structure(make_history(items, frequency), queue)
