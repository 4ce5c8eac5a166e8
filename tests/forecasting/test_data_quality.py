"""Findings on data: each planted fault is found where it was planted, and clean data have none."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.events.calendar import Event, EventCalendar
from forecasting.quality.data_quality import outlier_weights
from forecasting.volumes.frequency import Frequency
from forecasting.volumes.history import VolumeHistory

STARTS = pd.date_range("2024-01-01", periods=392)


def history_of(items: np.ndarray, queues: tuple[str, ...] | None = None) -> VolumeHistory:
    names = queues or tuple(f"queue {row}" for row in range(len(items)))
    starts = pd.date_range(STARTS[0], periods=items.shape[1])
    return VolumeHistory(queues=names, period_start=starts, frequency=Frequency.DAILY, items=items)


def clean(n_queues: int = 1, level: float = 80.0, seed: int = 0) -> np.ndarray:
    week = np.array([1.2, 1.2, 1.1, 1.1, 1.0, 0.8, 0.6])[np.arange(392) % 7]
    return np.random.default_rng(seed).poisson(level * week, (n_queues, 392)).astype(float)


def findings(items: np.ndarray, code: str, queues: tuple[str, ...] | None = None) -> pd.DataFrame:
    frame = history_of(items, queues).describe()
    return frame[frame["code"] == code]


def test_clean_counts_have_hardly_a_finding():
    assert len(history_of(clean(200)).describe()) <= 2


@pytest.mark.parametrize("level", [0.05, 0.3, 1.0, 5.0])
def test_queues_of_a_few_items_have_hardly_a_finding(level: float):
    assert len(history_of(clean(100, level)).describe()) <= 2


def test_bursty_queues_have_hardly_a_finding():
    rng = np.random.default_rng(0)
    noise = rng.gamma(10.0, 0.1, (100, 392))
    assert len(history_of(rng.poisson(clean(100) * noise).astype(float)).describe()) <= 5


def test_a_shift_of_level_is_found_in_its_week():
    items = clean()
    items[:, 203:] *= 1.6
    found = findings(items, "level_shift")
    assert len(found) == 1
    assert abs(found["date"].iloc[0] - STARTS[203]) <= pd.Timedelta(days=14)
    assert found["found"].iloc[0] / found["expected"].iloc[0] == pytest.approx(1.6, rel=0.1)


def test_a_shift_of_a_young_queue_is_found_beside_an_old_one():
    items = clean(2)
    items[1, 315:] *= 2.0
    items[1, :210] = np.nan
    alone = findings(items[1:, 210:], "level_shift", ("young",))
    assert alone["found"].iloc[0] / alone["expected"].iloc[0] == pytest.approx(2.0, rel=0.1)
    beside = findings(items, "level_shift", ("old", "young"))
    assert beside[["queue", "found"]].to_numpy().tolist() == alone[["queue", "found"]].to_numpy().tolist()


@pytest.mark.parametrize(
    ("old", "said"), [(1, "from 1.0 to 2.0 items a period (+100%)"), (0, "from 0.0 to 2.0 items a")]
)
def test_a_shift_of_a_queue_of_a_few_items_is_told_as_it_was(old: int, said: str):
    items = np.repeat([[old, 2.0]], 210, axis=1)
    found = findings(items, "level_shift")
    assert found[["expected", "found"]].to_numpy().ravel() == pytest.approx([old, 2.0])
    assert said in found["sentence"].iloc[0]


def test_a_season_that_returns_every_year_is_no_shift_of_level():
    starts = np.arange(3 * 364)
    mean = np.where((starts % 364 > 200) & (starts % 364 < 280), 150.0, 100.0)
    items = np.random.default_rng(0).poisson(mean)[None, :].astype(float)
    assert findings(items, "level_shift").empty


def test_zeros_of_a_failed_feed_are_suspicious_and_those_of_a_quiet_queue_are_not():
    items = np.vstack([clean(), clean(1, 0.5)])
    items[0, 100:103] = 0
    found = findings(items, "suspicious_zero")
    assert found["queue"].tolist() == ["queue 0"]
    assert (found["date"].iloc[0], found["end"].iloc[0]) == (STARTS[100], STARTS[102])
    # Both are items, of the run that is told.
    assert found["found"].iloc[0] == 0.0
    assert found["expected"].iloc[0] == pytest.approx(3 * 80.0, rel=0.2)


def event(kind: str, first: int, last: int, queues: tuple[str, ...] = (), **changes: object) -> Event:
    return Event(name=kind, kind=kind, start=STARTS[first], end=STARTS[last], queues=queues, **changes)


def test_what_was_entered_as_an_event_is_not_asked_for_again():
    items = clean(2)
    items[0, 100:110] = 0
    items[0, 110] = 500.0
    items[:, 200] *= 5.0
    items[1, 280:] *= 1.7
    history = history_of(items)
    events = [
        event("closure", 100, 109, ("queue 0",)),
        event("crisis", 200, 200),
        event("launch", 275, 391, ("queue 1",)),
    ]
    codes = history.describe()[["queue", "code"]].to_numpy().tolist()
    for found in (["queue 0", "suspicious_zero"], ["queue 0", "outlier"], ["queue 1", "level_shift"]):
        assert found in codes
    assert history.describe(EventCalendar.of(events)).empty
    # A closure of the other queue, of other days or of another kind explains nothing.
    for other in (event("closure", 100, 109, ("queue 1",)), event("closure", 90, 99), event("crisis", 100, 109)):
        assert "suspicious_zero" in history.describe([other])["code"].tolist()


def test_zeros_beyond_a_known_closure_are_told_without_those_of_it():
    items = clean()
    items[0, 100:110] = 0
    found = history_of(items).describe([event("closure", 100, 104)]).iloc[0]
    assert (found["code"], found["date"], found["end"]) == ("suspicious_zero", STARTS[105], STARTS[109])


def test_a_known_closure_of_all_queues_is_not_told():
    items = clean(2)
    items[:, 100:110] = np.nan
    assert "closure" in history_of(items).describe()["code"].tolist()
    assert "closure" not in history_of(items).describe([event("closure", 100, 109)])["code"].tolist()


def test_a_day_whose_intake_moved_is_found():
    items = clean()
    late = np.arange(392) >= 336
    sunday, monday = late & (np.arange(392) % 7 == 6), late & (np.arange(392) % 7 == 0)
    items[:, monday] += items[:, sunday]
    items[:, sunday] = 0
    assert "Sundays bring 0.00" in " ".join(findings(items, "weekday_anomaly")["sentence"])


@pytest.mark.parametrize("recent", [True, False])
def test_weekends_that_are_recorded_in_one_half_alone_were_not_moved(recent: bool):
    weekend = np.arange(392) % 7 >= 5
    items = np.random.default_rng(0).poisson(np.where(weekend, 10.0, 100.0)).astype(float)[None, :]
    items[:, weekend & ((np.arange(392) >= 336) == recent)] = np.nan
    assert findings(items, "weekday_anomaly").empty


def test_an_outlier_is_kept_found_and_taught_little_from():
    items = clean()
    items[0, 150] = 900.0
    assert findings(items, "outlier")["found"].tolist() == [900.0]
    weights = outlier_weights(items, 7)
    assert weights[0, 150] < 0.15
    assert (weights > 0.9).mean() > 0.98


def test_a_feed_that_repeats_itself_is_found():
    items = clean()
    items[0, 200:209] = 84.0
    assert findings(items, "stale")["date"].tolist() == [STARTS[200]]


def test_a_closure_of_all_queues_is_told_from_a_gap_of_one():
    items = clean(3)
    items[:, 100:107] = np.nan
    items[0, 200:203] = np.nan
    assert findings(items, "closure")[["date", "found"]].values.tolist() == [[STARTS[100], 7.0]]
    assert findings(items, "gap").set_index("queue")["found"].to_dict() == {
        "queue 0": 10.0,
        "queue 1": 7.0,
        "queue 2": 7.0,
    }


def test_late_and_ended_queues_are_found():
    items = clean(3)
    items[1, :50] = np.nan
    items[2, 300:] = np.nan
    codes = history_of(items).describe()[["queue", "code"]].values.tolist()
    assert sorted(codes) == [["queue 1", "late_start"], ["queue 2", "ended"]]


def test_names_that_differ_by_signs_and_queues_that_are_copies_are_found():
    items = clean(3)
    items[2] = items[0]
    codes = history_of(items, ("Hate speech", "hate_speech", "spam")).describe()["code"].tolist()
    assert sorted(codes) == ["identical_queues", "near_duplicate_name"]


def test_hours_that_are_always_closed_are_no_gap(shared_file):
    table = pd.read_csv(shared_file("data/bank_calls_5min.csv.gz"), parse_dates=["interval_start"])
    hour = table["interval_start"].dt.floor("30min").rename("date")
    frame = table.groupby(hour)["calls"].sum().rename("items").reset_index().assign(queue="bank")
    found = VolumeHistory.from_frame(frame).describe().set_index("code")
    # Six weekdays without calls: six public holidays of 29 half hours each.
    assert found.loc["gap", "found"] == 6 * 29


def test_real_closures_are_found(shared_file):
    table = pd.read_csv(shared_file("data/cran_review_queue_daily.csv.gz"))
    frame = table.assign(items=table["arrivals"].where(table["n_snapshots"] > 0))[["queue", "date", "items"]]
    found = VolumeHistory.from_frame(frame).describe()
    closed = found[found["code"] == "closure"]["date"]
    # Summer and Christmas closures that were announced.
    assert {"2021-08-06", "2022-07-26", "2023-07-22", "2023-12-23", "2024-08-02"} <= set(closed.dt.strftime("%Y-%m-%d"))


@pytest.mark.property
@given(seed=st.integers(0, 10_000), n_periods=st.integers(1, 200), missing=st.floats(0.0, 1.0))
def test_any_history_can_be_described(seed: int, n_periods: int, missing: float):
    rng = np.random.default_rng(seed)
    items = rng.poisson(rng.choice([0.0, 0.3, 40.0], (3, 1)), (3, n_periods)).astype(float)
    items[rng.random(items.shape) < missing] = np.nan
    history = history_of(items)
    assert set(history.describe()["severity"]) <= {"problem", "warning", "note"}
    assert ((history.weights() >= 0) & (history.weights() <= 1)).all()
    assert ((history.weights() > 0) == history.observed).all()
