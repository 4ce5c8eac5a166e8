"""Hours of the week: shares, their uncertainty, and days split without losing an item."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.intraday.draws import split_items
from forecasting.intraday.profile import IntradayProfile
from forecasting.volumes.frequency import Frequency
from forecasting.volumes.history import VolumeHistory

SHAPE = np.where(np.arange(24) < 12, 2.0, 1.0) / 36.0


def history_of(items: np.ndarray, start: str = "2026-01-05", **changes: Any) -> VolumeHistory:
    starts = pd.date_range(start, periods=items.shape[1], freq="h")
    queues = tuple(f"queue {row}" for row in range(len(items)))
    return VolumeHistory(queues=queues, period_start=starts, frequency=Frequency.HOURLY, items=items, **changes)


def simulated(daily: float, weeks: int, seed: int = 0, n_queues: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).poisson(np.tile(daily * SHAPE, 7 * weeks), (n_queues, 168 * weeks)).astype(float)


def test_thin_data_are_shrunk_to_the_shape_of_more_of_their_like():
    items = simulated(3000.0, 8, n_queues=10)
    items[0] = simulated(4.0, 8, seed=1)[0]
    profile = IntradayProfile.from_history(history_of(items))
    raw = items[0].reshape(8, 7, 24).sum(axis=0) + 1e-9
    raw = raw / raw.sum(axis=1, keepdims=True)
    shrunk_error = np.abs(profile.shares[0] - SHAPE).sum(axis=1).mean()
    assert shrunk_error < 0.1 * np.abs(raw - SHAPE).sum(axis=1).mean()


def test_a_queue_with_much_data_keeps_its_own_shape():
    items = np.vstack([simulated(3000.0, 20, n_queues=4), simulated(3000.0, 20)[:, ::-1]])
    profile = IntradayProfile.from_history(history_of(items))
    assert profile.shares[4] == pytest.approx(np.tile(SHAPE[::-1], (7, 1)), abs=0.003)


def test_shares_cover_the_truth_as_often_as_they_say():
    inside = []
    for seed in range(30):
        frame = IntradayProfile.from_history(history_of(simulated(500.0, 4, seed))).to_frame()
        truth = np.tile(SHAPE, 7)
        inside.append(np.mean((frame["share_p10"] <= truth) & (truth <= frame["share_p90"])))
    assert np.mean(inside) == pytest.approx(0.8, abs=0.1)


def test_days_split_into_hours_come_back_to_the_item():
    profile = IntradayProfile.from_history(history_of(simulated(500.0, 4)))
    daily = np.random.default_rng(0).poisson(300.0, (1, 50, 10)) + np.array([0.0, 0.25] * 5)
    hours, starts = profile.split(daily, pd.date_range("2026-03-02", periods=10), seed=0)
    assert (profile.to_days(hours) == daily).all()
    assert hours.min() >= 0
    assert (len(starts), starts[24]) == (240, pd.Timestamp("2026-03-03"))
    assert hours.mean(axis=1)[0, :24] == pytest.approx(300.0 * SHAPE, abs=3.0)


@pytest.mark.property
@given(items=st.floats(0.0, 1e6), seed=st.integers(0, 1000), n_slots=st.integers(1, 48))
def test_no_item_is_ever_lost(items: float, seed: int, n_slots: int):
    rng = np.random.default_rng(seed)
    shares = rng.dirichlet(np.full(n_slots, 0.3))
    assert split_items(np.array(items), shares, rng).sum() == items


def test_the_expected_split_adds_up_for_any_leading_shape():
    profile = IntradayProfile.from_history(history_of(simulated(500.0, 4)))
    daily = np.random.default_rng(0).gamma(3.0, 100.0, (1, 7, 14))
    hours = profile.expected(daily, pd.date_range("2026-03-02", periods=14))
    assert profile.to_days(hours) == pytest.approx(daily)


def test_adding_a_queue_changes_no_other_queues_hours():
    items = simulated(500.0, 4, n_queues=3)
    profile = IntradayProfile.from_history(history_of(items))
    few = IntradayProfile(
        queues=profile.queues[:2],
        frequency=profile.frequency,
        shares=profile.shares[:2].copy(),
        certainty=profile.certainty[:2],
        day_to_day=profile.day_to_day[:2],
        weekday_share=profile.weekday_share[:2],
    )
    daily, days = np.full((3, 5, 7), 90.0), pd.date_range("2026-03-02", periods=7)
    assert (profile.split(daily, days, seed=1)[0][:2] == few.split(daily[:2], days, seed=1)[0]).all()


def test_no_item_falls_in_the_hour_that_the_clock_skips():
    profile = IntradayProfile.from_history(history_of(simulated(500.0, 4), timezone="Europe/Berlin"))
    daily = np.full((1, 20, 3), 1000.0)
    hours, starts = profile.split(daily, pd.date_range("2026-03-28", periods=3), seed=0)
    assert hours[:, :, starts.get_loc(pd.Timestamp("2026-03-29 02:00"))].max() == 0
    assert (profile.to_days(hours) == daily).all()


def test_days_with_a_gap_teach_nothing():
    items = simulated(500.0, 4)
    broken = items.copy()
    broken[0, 5] = np.nan
    # The first Monday drops out: what is left is the history without its first day.
    left = IntradayProfile.from_history(history_of(items[:, 24:], start="2026-01-06"))
    assert IntradayProfile.from_history(history_of(broken)).shares == pytest.approx(left.shares)


def test_a_history_of_days_cannot_teach_hours():
    history = history_of(simulated(500.0, 4)).to_daily()
    with pytest.raises(ValueError, match="hourly or half-hourly"):
        IntradayProfile.from_history(history)


def test_half_hours_and_blocks_of_hours_of_real_calls_are_covered(shared_file):
    table = pd.read_csv(shared_file("data/bank_calls_5min.csv.gz"), parse_dates=["interval_start"])
    hour = table["interval_start"].dt.floor("30min").rename("date")
    frame = table.groupby(hour)["calls"].sum().rename("items").reset_index().assign(queue="bank")
    history = VolumeHistory.from_frame(frame)
    profile = IntradayProfile.from_history(history.before(pd.Timestamp("2003-08-04")))
    later = frame[frame["date"] >= "2003-08-04"]
    actual = later["items"].to_numpy(dtype=float).reshape(-1, 29)
    days = pd.DatetimeIndex(later["date"].dt.normalize().unique())
    single = [
        profile.split(np.full((1, 200, 1), total), days[[row]], row)[0][0] for row, total in enumerate(actual.sum(1))
    ]
    paths = np.array(single)[:, :, 14:43]
    for width in (1, 4):
        found = paths[:, :, :28].reshape(len(days), 200, -1, width).sum(axis=3)
        seen = actual[:, :28].reshape(len(days), -1, width).sum(axis=2)
        low, high = np.quantile(found, [0.1, 0.9], axis=1)
        assert 0.75 < np.mean((low <= seen) & (seen <= high)) < 0.92
