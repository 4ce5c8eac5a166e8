"""Hourly paths keep the days of the forecast and bring the shape of the day to service."""

import numpy as np
import pandas as pd
import pytest

from capacity.intraday_arrivals import intraday_forecast
from capacity.performance import arrivals_by_step, queue_service
from forecasting import Frequency, IntradayProfile, VolumeHistory


@pytest.fixture(scope="module")
def profile():
    """Nine tenths of the items of a day come before noon."""
    hours = pd.date_range("2026-01-05", periods=24 * 28, freq="h")
    items = np.where(hours.hour < 12, 90, 10)
    return IntradayProfile.from_history(
        VolumeHistory(queues=("q0",), period_start=hours, frequency=Frequency.HOURLY, items=items[None].astype(float))
    )


def test_days_and_their_shape_are_kept(make_forecast, profile):
    daily = make_forecast(np.random.default_rng(0).poisson(500.0, (1, 30, 14)))
    hourly = intraday_forecast(daily, profile)
    by_day = hourly.arrivals.reshape(1, 30, 14, 24)
    np.testing.assert_array_equal(by_day.sum(axis=3), daily.arrivals)
    assert by_day[..., :12].sum() / by_day.sum() == pytest.approx(0.9, abs=0.02)
    assert hourly.frequency is Frequency.HOURLY
    np.testing.assert_array_equal(arrivals_by_step(hourly, 0, 24), daily.arrivals[0])


def test_a_morning_rush_makes_items_late_that_an_even_day_does_not(make_forecast, make_queue, profile):
    daily = make_forecast(np.full((1, 30, 14), 480.0))
    queue, capacity = make_queue(within_hours=2.0), np.full(336, 2.4)
    shares = []
    for forecast in (daily, intraday_forecast(daily, profile)):
        due, on_time, _ = queue_service(
            queue, arrivals_by_step(forecast, 0, 1), capacity, counted_hours=forecast.frequency.period_hours
        )
        shares.append(on_time.sum() / due.sum())
    # Even: 48 hours of work for 57.6. In the rush 36 items an hour come and 24 are done: late after 4 of 12 hours.
    assert shares[0] > 0.95
    assert 0.2 < shares[1] < 0.6


def test_other_frequencies_and_queues_are_refused(make_forecast, profile):
    with pytest.raises(ValueError, match="forecast must be daily to be split into hours; it is weekly"):
        intraday_forecast(make_forecast(np.ones((1, 2, 3)), Frequency.WEEKLY), profile)
    with pytest.raises(ValueError, match="profile must hold the queues of the forecast"):
        intraday_forecast(make_forecast(np.ones((2, 2, 7))), profile)
