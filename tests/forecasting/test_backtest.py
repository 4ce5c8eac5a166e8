"""Scores equal their definitions, and nothing that came later is known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.evaluation.accuracy import crps, energy_score, naive_scale, pinball, rank_of_actual
from forecasting.evaluation.backtest import backtest, compare
from forecasting.evaluation.calibration import share_inside
from forecasting.events.calendar import EventCalendar
from forecasting.forecast import VolumeForecast, forecast_volumes
from forecasting.volumes.frequency import Frequency
from forecasting.volumes.history import VolumeHistory


def make_history(n_queues: int = 2, n_days: int = 280, seed: int = 0) -> VolumeHistory:
    items = np.random.default_rng(seed).poisson(40.0, (n_queues, n_days)).astype(float)
    return VolumeHistory(
        queues=tuple(f"queue {row}" for row in range(n_queues)),
        period_start=pd.date_range("2025-01-06", periods=n_days),
        frequency=Frequency.DAILY,
        items=items,
    )


def repeat_last_week(
    history: VolumeHistory, horizon: int, *, n_paths: int, seed: int, events: EventCalendar | None
) -> VolumeForecast:
    week = history.items[:, -7:]
    values = week[:, np.arange(horizon) % 7]
    return VolumeForecast(
        queues=history.queues,
        period_start=pd.date_range(history.end, periods=horizon),
        frequency=history.frequency,
        arrivals=np.repeat(values[:, None], n_paths, axis=1),
        method=("last week",) * len(history.queues),
        seed=seed,
        history=history,
    )


def test_crps_equals_the_mean_pinball_loss_over_all_levels():
    rng = np.random.default_rng(0)
    paths, actual = rng.gamma(2.0, 3.0, (1, 4000, 1)), np.array([[4.0]])
    levels = (np.arange(4000) + 0.5) / 4000
    quantiles = np.quantile(paths, levels, axis=1, method="inverted_cdf")
    assert crps(paths, actual).item() == pytest.approx(2 * pinball(quantiles, levels, actual).item(), rel=1e-3)


def test_energy_score_of_one_period_is_the_crps():
    rng = np.random.default_rng(0)
    paths, actual = rng.normal(10.0, 2.0, (1, 3000, 1)), np.array([[11.0]])
    assert energy_score(paths, actual).item() == pytest.approx(crps(paths, actual).item(), rel=0.02)


def test_draws_from_the_forecast_itself_have_an_even_transform():
    rng = np.random.default_rng(0)
    below, equal = rank_of_actual(rng.poisson(30.0, (1, 500, 4000)) * 1.0, rng.poisson(30.0, (1, 4000)) * 1.0)
    pit = below + equal / 2
    np.testing.assert_allclose(np.histogram(pit, 10, (0, 1))[0] / 4000, 0.1, atol=0.03)


def test_repeating_last_week_has_a_scaled_error_near_one():
    result = backtest(make_history(n_days=700), 7, n_origins=50, n_paths=2, forecaster=repeat_last_week)
    assert result.overall()["mase"] == pytest.approx(1.0, abs=0.1)


def test_scores_are_those_of_their_definitions():
    history = make_history(1)
    result = backtest(history, 7, n_origins=1, n_paths=3, forecaster=repeat_last_week)
    actual, guess = history.items[0, -7:], history.items[0, -14:-7]
    scale = naive_scale(history.items[:, :-7], 7)[0].item()
    row = result.accuracy().iloc[0]
    assert row["mase"] == pytest.approx(np.abs(actual - guess).mean() / scale)
    assert row["wape"] == pytest.approx(np.abs(actual - guess).sum() / actual.sum())
    assert row["bias"] == pytest.approx((guess - actual).sum() / actual.sum())
    assert row["scaled_crps"] == pytest.approx(row["wape"])


def test_the_forecaster_sees_nothing_from_the_origin_on():
    history = make_history()
    seen = []

    def spy(known: VolumeHistory, horizon: int, **options: object) -> VolumeForecast:
        seen.append(known)
        return repeat_last_week(known, horizon, **options)

    result = backtest(history, 14, n_origins=3, n_paths=2, forecaster=spy)
    assert [known.end for known in seen] == list(result.origin)
    assert all(known.items.shape[1] == 280 - 14 * back for known, back in zip(seen, (3, 2, 1), strict=True))


def test_changing_the_future_changes_no_forecast():
    history = make_history()
    items = history.items.copy()
    items[:, -14:] *= 10
    other = VolumeHistory(
        queues=history.queues, period_start=history.period_start, frequency=history.frequency, items=items
    )
    first, second = (backtest(each, 14, n_origins=2, n_paths=20) for each in (history, other))
    np.testing.assert_array_equal(first.mean, second.mean)
    assert (first.crps[-1] != second.crps[-1]).any()


def test_intervals_of_poisson_counts_cover_what_they_say():
    result = backtest(make_history(40, 420), 14, n_origins=4)
    coverage = result.coverage()
    assert coverage["coverage_80"].mean() == pytest.approx(0.82, abs=0.04)
    assert coverage["coverage_95"].mean() == pytest.approx(0.955, abs=0.025)
    sums = result.sum_coverage().set_index("scope")
    assert sums.loc["queue, horizon total", "coverage_80"] == pytest.approx(0.8, abs=0.09)


def test_a_queue_that_starts_later_is_left_out_before():
    history = make_history(2)
    items = history.items.copy()
    items[1, :260] = np.nan
    late = VolumeHistory(
        queues=history.queues, period_start=history.period_start, frequency=history.frequency, items=items
    )
    result = backtest(late, 14, n_origins=3, n_paths=10)
    assert np.isnan(result.mean[:2, 1]).all()
    assert not np.isnan(result.mean[2, 1]).any()


def test_the_better_forecaster_comes_first():
    table = compare(
        make_history(3),
        14,
        {"last week": repeat_last_week, "ours": forecast_volumes},
        n_origins=2,
        n_paths=100,
    )
    assert table["forecaster"].tolist() == ["ours", "last week"]


@pytest.mark.parametrize(("horizon", "n_origins"), [(0, None), (14, 0), (100, 3)])
def test_a_backtest_that_does_not_fit_is_refused(horizon: int, n_origins: int | None):
    with pytest.raises(ValueError, match="at least 1"):
        backtest(make_history(), horizon, n_origins=n_origins)


def test_origins_before_anything_was_observed_are_refused():
    history = make_history()
    late = replace(history, items=np.where(np.arange(280) < 260, np.nan, history.items))
    with pytest.raises(ValueError, match="n_origins must leave something observed before the first origin"):
        backtest(late, 14, n_origins=2)
    assert np.isfinite(backtest(late, 7, n_origins=1, n_paths=20).overall()["wape"])


def test_real_series_are_forecast_better_than_by_last_week(shared_file):
    frame = pd.read_csv(shared_file("data/nn5_daily.csv.gz")).dropna(subset=["y"])
    frame = frame[frame["series"].isin(sorted(frame["series"].unique())[:20])]
    history = VolumeHistory.from_frame(
        frame.rename(columns={"series": "queue", "y": "items"})[["queue", "date", "items"]]
    )
    result = backtest(history, 14, n_origins=4)
    assert result.overall()["mase"] < 0.9
    assert result.coverage()["coverage_80"].mean() == pytest.approx(0.8, abs=0.08)


def test_a_right_forecast_of_small_counts_covers_its_level_exactly():
    rng = np.random.default_rng(0)
    below, equal = rank_of_actual(rng.poisson(2.0, (1, 500, 8000)) * 1.0, rng.poisson(2.0, (1, 8000)) * 1.0)
    assert share_inside(below, equal, 0.8).mean() == pytest.approx(0.8, abs=0.015)
    assert share_inside(below, equal, 0.95).mean() == pytest.approx(0.95, abs=0.01)


def test_too_wide_a_forecast_of_small_counts_covers_more():
    rng = np.random.default_rng(0)
    wide = rng.poisson(rng.gamma(1.0, 2.0, (1, 500, 4000))) * 1.0
    below, equal = rank_of_actual(wide, rng.poisson(2.0, (1, 4000)) * 1.0)
    assert share_inside(below, equal, 0.8).mean() > 0.86
