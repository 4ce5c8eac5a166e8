"""The sample volumes have what their specification says, by statistics that do not use the generator's formulas."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from forecasting import sample_data
from forecasting.events.calendar import EventKind
from forecasting.sample_data import SAMPLE_NOTE, sample_events, sample_history, sample_volumes

RECENT_ITEMS_PER_DAY = {
    "listings_counterfeit": 6500,
    "listings_prohibited": 9000,
    "listings_quality": 14000,
    "seller_appeals": 1100,
    "training_labels": 1500,
    "hate_speech_en": 5200,
    "hate_speech_es": 2100,
    "graphic_violence": 2600,
    "child_safety": 420,
    "scams": 7400,
    "escalations": 300,
    "regulator_requests": 9,
}
COMMERCE = ["listings_counterfeit", "listings_prohibited", "listings_quality", "seller_appeals"]
INTEGRITY = ["hate_speech_en", "hate_speech_es", "graphic_violence", "child_safety", "scams", "escalations"]
BLACK_FRIDAYS = pd.to_datetime(["2023-11-24", "2024-11-29", "2025-11-28"])
MANY_SEEDS = range(100, 148)


@cache
def wide(seed: int = 7) -> pd.DataFrame:
    """Items by date and queue, NaN where not observed."""
    table = sample_volumes(seed).pivot_table(index="date", columns="queue", values="items")
    return table.reindex(pd.date_range("2023-10-02", "2026-09-27"))


def weekday(items: "pd.Series[float]") -> NDArray[np.int64]:
    """Monday is 0."""
    return np.asarray(pd.DatetimeIndex(items.index).day_of_week, dtype=np.int64)


def weekly_dispersion(items: pd.DataFrame) -> "pd.Series[float]":
    """Variance between one weekday and the next over that of Poisson counts, which is twice the mean."""
    return (items.diff(7) ** 2).mean() / (2.0 * items.mean())


def real_queue(shared_file: Callable[[str], Path]) -> pd.DataFrame:
    """Arrivals by date and stage in the CRAN submission queue, NaN where it was watched for part of the day."""
    table = pd.read_csv(shared_file("data/cran_review_queue_daily.csv.gz"), parse_dates=["date"])
    return table[table["n_snapshots"] >= 18].pivot_table(index="date", columns="queue", values="arrivals").asfreq("D")


def mean_ratio(queue: str, later: tuple[str, str], earlier: tuple[str, str]) -> float:
    """Ratio of mean volumes of two spans of whole weeks, its geometric mean over many seeds."""
    logs = [
        np.log(wide(seed).loc[slice(*later), queue].mean() / wide(seed).loc[slice(*earlier), queue].mean())
        for seed in MANY_SEEDS
    ]
    return float(np.exp(np.nanmean(logs)))


def test_twelve_queues_in_order_cover_three_years_of_days() -> None:
    volumes = sample_volumes()
    assert list(volumes.columns) == ["queue", "date", "items"]
    assert volumes["queue"].drop_duplicates().tolist() == list(RECENT_ITEMS_PER_DAY)
    assert volumes["date"].min() == pd.Timestamp("2023-10-02")
    assert volumes["date"].max() == pd.Timestamp("2026-09-27")
    assert volumes["date"].nunique() == 3 * 364
    assert not volumes.duplicated(["queue", "date"]).any()


def test_volumes_are_whole_and_not_negative() -> None:
    items = sample_volumes()["items"]
    assert pd.api.types.is_integer_dtype(items)
    assert (items >= 0).all()


def test_one_seed_gives_one_result_and_another_seed_another() -> None:
    pd.testing.assert_frame_equal(sample_volumes(3), sample_volumes(3))
    both = sample_volumes(3).merge(sample_volumes(4), on=["queue", "date"])
    assert (both["items_x"] == both["items_y"]).mean() < 0.1


def test_a_queue_left_out_changes_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = sample_volumes(5)
    monkeypatch.setattr(sample_data, "_QUEUES", sample_data._QUEUES[2:][::-1])
    fewer = sample_volumes(5)
    kept = whole[~whole["queue"].isin(["listings_counterfeit", "listings_prohibited"])]
    columns = ["queue", "date"]
    pd.testing.assert_frame_equal(
        fewer.sort_values(columns, ignore_index=True), kept.sort_values(columns, ignore_index=True)
    )


def test_a_negative_seed_is_refused() -> None:
    with pytest.raises(ValueError, match="seed must be a whole number >= 0; found -1"):
        sample_volumes(-1)


def test_the_history_holds_the_same_volumes() -> None:
    history = sample_history(7)
    np.testing.assert_array_equal(history.items, wide(7)[list(history.queues)].to_numpy().T)


@pytest.mark.parametrize("queue", RECENT_ITEMS_PER_DAY)
def test_the_last_quarter_has_the_stated_volume(queue: str) -> None:
    mean = np.mean([wide(seed)[queue].iloc[-91:].mean() for seed in MANY_SEEDS])
    assert mean == pytest.approx(RECENT_ITEMS_PER_DAY[queue], rel=0.03)


@pytest.mark.parametrize(
    ("queue", "low", "high"),
    [
        ("hate_speech_en", 1.04, 1.20),
        ("graphic_violence", 1.04, 1.20),
        ("child_safety", 0.95, 1.05),
        ("listings_quality", 0.75, 0.90),
        ("seller_appeals", 0.40, 0.60),
        ("training_labels", 0.05, 0.25),
        ("regulator_requests", 0.0, 0.12),
    ],
)
def test_weekends_bring_more_posts_and_less_business(queue: str, low: float, high: float) -> None:
    items = wide()[queue]
    weekend = weekday(items) >= 5
    assert low < items[weekend].mean() / items[~weekend].mean() < high


def test_seller_appeals_keep_the_week_of_a_real_queue_that_people_feed(shared_file: Callable[[str], Path]) -> None:
    both = real_queue(shared_file)["ALL"], wide()["seller_appeals"]
    real, made = (items.groupby(weekday(items)).mean().to_numpy() for items in both)
    np.testing.assert_allclose(made / made.mean(), real / real.mean(), atol=0.12)


def test_regulator_requests_are_dispersed_as_stages_of_a_real_queue(shared_file: Callable[[str], Path]) -> None:
    stages = weekly_dispersion(real_queue(shared_file).drop(columns="ALL"))
    made = np.mean([weekly_dispersion(wide(seed))["regulator_requests"] for seed in MANY_SEEDS])
    assert 0.8 * stages.min() < made < stages.max()


@pytest.mark.parametrize("queue", RECENT_ITEMS_PER_DAY)
def test_counts_vary_more_than_poisson_from_week_to_week(queue: str) -> None:
    assert weekly_dispersion(wide())[queue] > 1.3


def test_small_queues_vary_more_for_their_size_than_large_ones() -> None:
    quiet = wide().loc["2026-04-01":]
    relative = (quiet.diff(7) ** 2).mean() ** 0.5 / quiet.mean()
    large, medium, small = relative[["listings_quality", "escalations", "regulator_requests"]]
    assert large < medium < small


def test_queues_of_a_family_move_together() -> None:
    within, across = [], []
    for seed in MANY_SEEDS:
        # Spring to September has neither a shopping season nor, in 2026, an event.
        quiet = wide(seed).loc["2026-04-13":"2026-09-27", COMMERCE + INTEGRITY]
        residual = quiet.resample("W").mean().apply(np.log).diff()
        correlation = residual.corr().to_numpy()
        within += [correlation[:4, :4][np.triu_indices(4, 1)].mean(), correlation[4:, 4:][np.triu_indices(6, 1)].mean()]
        across.append(correlation[:4, 4:].mean())
    assert np.mean(within) > 0.2
    assert abs(np.mean(across)) < 0.1


@pytest.mark.parametrize("friday", BLACK_FRIDAYS)
def test_commerce_peaks_in_the_week_of_black_friday(friday: pd.Timestamp) -> None:
    daily = pd.concat([wide(seed)[COMMERCE].interpolate().sum(axis=1) for seed in MANY_SEEDS], axis=1).mean(axis=1)
    season = daily.rolling(7).mean()[friday - pd.Timedelta(days=150) : friday + pd.Timedelta(days=150)]
    # The highest week ends in the seven days from Black Friday.
    assert friday <= season.index[int(season.argmax())] <= friday + pd.Timedelta(days=6)
    assert season.max() > 1.25 * season.median()


def test_january_is_quiet_in_commerce_and_not_in_integrity() -> None:
    january, october = ("2025-01-13", "2025-02-02"), ("2024-09-23", "2024-10-13")
    assert mean_ratio("listings_counterfeit", january, october) < 0.95
    assert mean_ratio("child_safety", january, october) > 0.98


@pytest.mark.parametrize(
    ("queue", "growth"), [("listings_prohibited", 0.06), ("scams", 0.13), ("graphic_violence", -0.06)]
)
def test_volumes_grow_or_fall_by_the_stated_rate(queue: str, growth: float) -> None:
    two_years = mean_ratio(queue, ("2026-05-04", "2026-09-20"), ("2024-05-06", "2024-09-22"))
    assert two_years**0.5 - 1.0 == pytest.approx(growth, abs=0.025)


@pytest.mark.parametrize("queue", ["hate_speech_en", "hate_speech_es"])
def test_the_policy_launch_steps_up_and_settles_lower(queue: str) -> None:
    before, first_week = ("2025-05-12", "2025-06-08"), ("2025-06-09", "2025-06-15")
    months_later = ("2025-08-25", "2025-09-21")
    assert mean_ratio(queue, first_week, before) == pytest.approx(1.18, abs=0.04)
    # Against a queue of the family that has no launch, growth and common wandering cancel.
    beside = mean_ratio("child_safety", months_later, before)
    assert mean_ratio(queue, months_later, before) / beside == pytest.approx(1.10, abs=0.05)


def test_the_product_launch_ramps_up_over_six_weeks() -> None:
    before = ("2026-02-23", "2026-03-01")
    weeks = [("2026-03-02", "2026-03-08"), ("2026-03-16", "2026-03-29"), ("2026-04-13", "2026-04-26")]
    first, middle, last = (mean_ratio("listings_quality", week, before) for week in weeks)
    assert first < middle < last
    assert last == pytest.approx(1.12, abs=0.05)


@pytest.mark.parametrize("queue", ["hate_speech_en", "scams", "escalations"])
def test_the_election_lifts_two_weeks_and_most_the_day_itself(queue: str) -> None:
    window = mean_ratio(queue, ("2024-10-28", "2024-11-09"), ("2024-09-30", "2024-10-20"))
    # A Tuesday against Tuesdays.
    day = mean_ratio(queue, ("2024-11-05", "2024-11-05"), ("2024-10-15", "2024-10-15"))
    assert 1.1 < window < day < 1.5


@pytest.mark.parametrize(
    ("queue", "low", "high"),
    [
        ("graphic_violence", 2.3, 2.7),
        ("escalations", 1.8, 2.2),
        ("hate_speech_en", 1.45, 1.75),
    ],
)
def test_the_crisis_surges_and_fades_in_three_weeks(queue: str, low: float, high: float) -> None:
    monday_before = ("2025-09-29", "2025-09-29")
    assert low < mean_ratio(queue, ("2025-10-06", "2025-10-06"), monday_before) < high
    week_before = ("2025-09-29", "2025-10-05")
    third_week, afterwards = ("2025-10-20", "2025-10-26"), ("2025-10-27", "2025-11-02")
    assert 1.0 < mean_ratio(queue, third_week, week_before) < 1.3
    assert mean_ratio(queue, afterwards, week_before) == pytest.approx(1.0, abs=0.08)


@pytest.mark.parametrize("reopening", ["2024-01-08", "2025-01-06", "2026-01-05"])
def test_labelling_closes_at_christmas_and_reopens_with_a_spike(reopening: str) -> None:
    day = pd.Timestamp(reopening)
    closed = wide()["training_labels"][day - pd.Timedelta(days=14) : day - pd.Timedelta(days=1)]
    assert (closed.dropna() == 0).all()
    assert pd.Timestamp(day.year - 1, 12, 25) in closed.index
    # The published review queue reopened with 2.4 to 3.7 times a normal day; a Monday against a Monday.
    monday_before = str(day - pd.Timedelta(days=28))
    assert 2.4 < mean_ratio("training_labels", (reopening, reopening), (monday_before, monday_before)) < 3.7


def test_the_outage_leaves_two_days_blank_and_their_items_arrive_later() -> None:
    outage = slice("2025-02-11", "2025-02-12")
    for seed in MANY_SEEDS:
        assert wide(seed).loc[outage, INTEGRITY].isna().all(axis=None)
    assert wide().loc[outage, COMMERCE].notna().any(axis=None)
    before, after = ("2025-01-13", "2025-02-09"), ("2025-02-26", "2025-03-25")
    for queue in INTEGRITY:
        assert 1.6 < mean_ratio(queue, ("2025-02-13", "2025-02-13"), before) < 2.1
        # 13 days of arrivals hold 15 days' items.
        returned = ("2025-02-13", "2025-02-25")
        lift = (mean_ratio(queue, returned, before) * mean_ratio(queue, returned, after)) ** 0.5
        assert lift == pytest.approx(15 / 13, abs=0.05)


def test_spanish_hate_speech_starts_later_and_no_other_queue_does() -> None:
    first_days = pd.Series({queue: wide()[queue].first_valid_index() for queue in RECENT_ITEMS_PER_DAY})
    late = first_days[first_days > pd.Timestamp("2023-10-05")]
    assert late.index.tolist() == ["hate_speech_es"]
    assert late.iloc[0] < pd.Timestamp("2024-07-04")


def test_one_day_in_two_hundred_is_missing() -> None:
    shares = [wide(seed)[COMMERCE].isna().to_numpy().mean() for seed in MANY_SEEDS]
    assert np.mean(shares) == pytest.approx(0.005, abs=0.001)


def test_regulators_ask_nothing_on_many_weekend_days() -> None:
    items = wide()["regulator_requests"].dropna()
    assert (items[weekday(items) >= 5] == 0).mean() > 0.4
    assert (items[weekday(items) < 5] == 0).mean() < 0.1


def test_the_calendar_knows_what_is_coming_in_the_plan_quarter() -> None:
    coming = {event.kind: event for event in sample_events() if event.start > pd.Timestamp("2026-09-27")}
    assert set(coming) == {EventKind.ELECTION, EventKind.HOLIDAY, EventKind.CLOSURE}
    assert coming[EventKind.ELECTION].effect == (0.10, 0.25, 0.45)
    assert coming[EventKind.ELECTION].start < pd.Timestamp("2026-11-03") < coming[EventKind.ELECTION].end
    assert coming[EventKind.CLOSURE].start == pd.Timestamp("2026-12-21")
    assert coming[EventKind.CLOSURE].effect == (-1.0, -1.0, -1.0)
    assert coming[EventKind.HOLIDAY].end == pd.Timestamp("2026-11-30")  # Cyber Monday 2026


def test_past_events_have_effects_left_to_learn_and_queues_that_exist() -> None:
    events = list(sample_events())
    assert all(event.effect is None for event in events if event.start <= pd.Timestamp("2026-09-27"))
    assert all(event.queues and set(event.queues) <= set(RECENT_ITEMS_PER_DAY) for event in events)
    assert len({event.name for event in events}) == len(events)


def test_the_note_says_that_the_volumes_are_generated() -> None:
    assert "generated" in SAMPLE_NOTE
