"""Joint paths: independent of how the work is split, of other queues, and never without an answer."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.events.calendar import Event, EventCalendar
from forecasting.forecast import forecast_volumes
from forecasting.sampling.panel import IN_FLIGHT, in_order, sample_panel
from forecasting.volumes.frequency import Frequency
from forecasting.volumes.history import VolumeHistory

DAYS = 420


def make_items(n_queues: int, mean: float = 80.0, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    week = np.array([1.3, 1.2, 1.1, 1.0, 1.0, 0.8, 0.6])
    return rng.poisson(mean * week[np.arange(DAYS) % 7], (n_queues, DAYS)).astype(np.float64)


def make_history(items: np.ndarray, frequency: Frequency = Frequency.DAILY) -> VolumeHistory:
    starts = pd.date_range(end="2026-03-01", periods=items.shape[1], freq=frequency.step)
    names = tuple(f"queue {row}" for row in range(len(items)))
    return VolumeHistory(queues=names, period_start=starts, frequency=frequency, items=items)


def test_the_same_seed_gives_the_same_paths_and_another_gives_others():
    history = make_history(make_items(2))
    first, again, other = (forecast_volumes(history, 14, n_paths=50, seed=seed).arrivals for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_adding_queues_changes_no_path_of_another():
    items = make_items(6)
    few = forecast_volumes(make_history(items[:1]), 14, n_paths=50)
    many = forecast_volumes(make_history(items), 14, n_paths=50)
    np.testing.assert_array_equal(few.arrivals[0], many.arrivals[0])


def test_a_longer_history_of_another_queue_changes_no_path():
    items = make_items(1)
    longer = np.full((2, DAYS + 100), np.nan)
    longer[0, 100:] = items[0]
    longer[1] = np.random.default_rng(3).poisson(30.0, DAYS + 100)
    alone = forecast_volumes(make_history(items), 14, n_paths=50)
    beside = forecast_volumes(make_history(longer), 14, n_paths=50)
    np.testing.assert_array_equal(alone.arrivals[0], beside.arrivals[0])


@pytest.mark.parametrize("size", [1, 3, 50])
def test_paths_do_not_depend_on_the_chunks(size: int):
    items = make_items(10)
    items[4, :390] = np.nan
    names = tuple(map(str, range(10)))
    options = {"season_periods": 7, "n_paths": 40, "seed": 0}
    whole = sample_panel(names, items, 14, **options)
    np.testing.assert_array_equal(sample_panel(names, items, 14, chunk_queues=size, **options).arrivals, whole.arrivals)


def test_an_executor_gives_the_same_paths():
    items, names = make_items(20), tuple(map(str, range(20)))
    options = {"season_periods": 7, "n_paths": 40, "seed": 0, "chunk_queues": 6}
    with ThreadPoolExecutor(2) as executor:
        threaded = sample_panel(names, items, 14, executor=executor, **options)
    plain = sample_panel(names, items, 14, **options)
    np.testing.assert_array_equal(threaded.arrivals, plain.arrivals)
    assert threaded.method == plain.method


def test_no_more_chunks_are_in_flight_than_the_limit():
    made: list[int] = []
    chunks = (made.append(number) or number for number in range(100))
    with ThreadPoolExecutor(2) as executor:
        results = in_order(executor, lambda chunk: chunk, chunks)
        assert [next(results), next(results)] == [0, 1]
        assert len(made) == IN_FLIGHT + 1
        assert list(results) == list(range(2, 100))


def test_the_mean_of_a_poisson_week_is_found():
    forecast = forecast_volumes(make_history(make_items(20)), 14)
    truth = 80.0 * np.tile([1.3, 1.2, 1.1, 1.0, 1.0, 0.8, 0.6], 2)
    np.testing.assert_allclose(forecast.mean().mean(axis=0), truth, rtol=0.04)


def test_queues_that_surge_together_do_so_in_the_paths():
    rng = np.random.default_rng(5)
    shared = np.exp(np.repeat(rng.normal(0, 0.3, DAYS // 7), 7))
    together = rng.poisson(100 * shared, (2, DAYS)).astype(float)
    apart = rng.poisson(100 * np.exp(np.repeat(rng.normal(0, 0.3, (2, DAYS // 7)), 7, axis=1))).astype(float)
    linked, free = (np.corrcoef(forecast_volumes(make_history(items), 7).total())[0, 1] for items in (together, apart))
    assert linked > 0.8
    assert abs(free) < 0.5


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([5.0], "level of 1 periods seen"),
        ([np.nan] * 60 + [7.0], "level of 1 periods seen"),
        ([7.0] + [np.nan] * 60, "level of 1 periods seen"),
        ([20.0] * 20, "level of 20 periods seen"),
        ([20.0] * 300, "the same in 300 periods"),
        ([0.0] * 300, "always empty in 300 periods"),
        ([0.0], "always empty in 1 periods"),
    ],
)
def test_a_plain_history_has_an_answer_a_name_and_a_spread(items: list[float], said: str):
    forecast = forecast_volumes(make_history(np.array([items])), 14)
    assert said in forecast.method[0]
    assert np.isfinite(forecast.arrivals).all()
    assert forecast.total().std() > 0


def test_a_huge_volume_that_varies_by_chance_alone_is_not_taken_for_constant():
    items = np.random.default_rng(0).poisson(1e9, (1, 120)).astype(float)
    forecast = forecast_volumes(make_history(items, Frequency.WEEKLY), 4)
    assert "ensemble" in forecast.method[0]
    assert forecast.arrivals.std() < 1e6


def test_a_new_queue_takes_its_week_from_the_others():
    items = make_items(12)
    items[11, : DAYS - 3] = np.nan
    forecast = forecast_volumes(make_history(items), 14)
    assert "shape and spread of 11 other queues" in forecast.method[11]
    week = forecast.mean()[11, :7]
    assert week[0] > 1.5 * week[6]
    low, high = forecast.quantile([0.1, 0.9])[:, 11].sum(axis=1)
    old_low, old_high = forecast.quantile([0.1, 0.9])[:, 0].sum(axis=1)
    assert high - low > 1.5 * (old_high - old_low)


def test_weekends_never_observed_are_said_to_be_closed():
    items = make_items(1)
    items[:, np.arange(DAYS) % 7 >= 5] = np.nan
    forecast = forecast_volumes(make_history(items), 7)
    assert forecast.arrivals[0, :, 5:].sum() == 0
    assert "nothing at 2 of 7 places of the week" in forecast.method[0]


def test_counts_stay_whole_and_amounts_do_not_become_counts():
    items = make_items(2)
    items[1] += 0.25
    arrivals = forecast_volumes(make_history(items), 7, n_paths=30).arrivals
    assert (arrivals[0] == np.rint(arrivals[0])).all()
    assert (arrivals[1] != np.rint(arrivals[1])).any()


def test_rare_items_keep_their_rate():
    items = np.random.default_rng(2).poisson(0.2, (60, DAYS)).astype(float)
    assert forecast_volumes(make_history(items), 28).mean().mean() == pytest.approx(items.mean(), rel=0.1)


def test_bursts_keep_their_rate_over_few_horizons():
    # Errors as large as the level: to draw them larger must spread the paths, and not say that more items come.
    rng = np.random.default_rng(3)
    items = np.where(rng.random((60, DAYS)) < 0.4, 1.0 + rng.poisson(rng.gamma(1.0, 30.0, (60, DAYS))), 0.0)
    forecast = forecast_volumes(make_history(items), 91)
    assert forecast.mean().mean() == pytest.approx(0.4 * 31, rel=0.12)


def test_paths_spread_before_a_season_that_was_hard_to_foresee():
    rng, days = np.random.default_rng(4), np.arange(3 * 364)
    wild = (days % 364 >= 320) & (days % 364 < 341)
    items = rng.poisson(np.where(wild, 400 * rng.lognormal(0, 0.5, (20, days.size)), 400.0)).astype(float)
    forecast = forecast_volumes(make_history(items[:, : 2 * 364 + 310]), 42)
    width = np.subtract(*np.quantile(forecast.arrivals, [0.9, 0.1], axis=1)).mean(axis=0)
    assert width[12:28].mean() > 1.15 * width[:7].mean()


def test_half_hours_follow_day_and_week():
    rng = np.random.default_rng(0)
    slots = np.arange(8 * 336)
    rate = 20 + 15 * np.sin(2 * np.pi * slots / 48) + 10 * (slots // 48 % 7 < 5)
    forecast = forecast_volumes(make_history(rng.poisson(rate, (3, slots.size)) * 1.0, Frequency.HALF_HOURLY), 336)
    np.testing.assert_allclose(forecast.mean().mean(axis=0), rate[:336], atol=6)


def test_a_known_event_moves_the_paths_by_its_range():
    history = make_history(make_items(1))
    start = history.end + pd.Timedelta(days=2)
    doubled = Event(name="Vote", kind="election", start=start, end=start, effect=(1.0, 1.0, 1.0))
    plain = forecast_volumes(history, 7).mean()[0]
    moved = forecast_volumes(history, 7, events=EventCalendar.of([doubled]))
    np.testing.assert_allclose(moved.mean()[0] / plain, [1, 1, 2, 1, 1, 1, 1], rtol=0.03)
    assert moved.explain("queue 0").parts["events"].abs().idxmax() == 2


def test_parts_sum_to_the_mean_and_weights_to_one():
    forecast = forecast_volumes(make_history(make_items(2)), 14)
    explanation = forecast.explain("queue 1")
    parts = explanation.parts
    np.testing.assert_allclose(parts[["level", "trend", "weekly", "yearly", "events"]].sum(axis=1), forecast.mean()[1])
    assert explanation.methods["weight"].sum() == pytest.approx(1.0, abs=0.05)
    assert explanation.methods["weight"].is_monotonic_decreasing
    assert "queue 1" in explanation.summary()


def test_an_unknown_queue_cannot_be_explained():
    with pytest.raises(ValueError, match="queue must be one of"):
        forecast_volumes(make_history(make_items(1)), 7, n_paths=5).explain("none")


def test_totals_by_group_are_sums_of_paths():
    forecast = forecast_volumes(make_history(make_items(3)), 7, n_paths=20)
    by = {"queue 0": "b", "queue 1": "a", "queue 2": "b"}
    groups = forecast.total(by=by)
    np.testing.assert_allclose(groups[0], forecast.total()[[0, 2]].sum(axis=0))
    with pytest.raises(ValueError, match="group for every queue"):
        forecast.total(by={"queue 0": "b"})


def test_a_queue_never_observed_is_refused():
    with pytest.raises(ValueError, match="at least one observation"):
        forecast_volumes(make_history(np.full((1, 30), np.nan)), 7)


@pytest.mark.property
@settings(max_examples=40, deadline=None)
@given(
    items=st.lists(st.one_of(st.none(), st.integers(0, 10**6)), min_size=1, max_size=120),
    horizon=st.integers(1, 30),
)
def test_any_history_gives_finite_paths_of_at_least_zero(items: list[int | None], horizon: int):
    values = np.array([[np.nan if item is None else float(item) for item in items]])
    if np.isnan(values).all():
        return
    arrivals = forecast_volumes(make_history(values), horizon, n_paths=8).arrivals
    assert np.isfinite(arrivals).all()
    assert (arrivals >= 0).all()
