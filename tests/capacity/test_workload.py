"""Items turned into hours by hand."""

import numpy as np
import pytest

from capacity.workload import expected_work_hours, whole_weeks
from forecasting import Frequency


def test_work_is_items_times_reviews_checks_and_rework(make_forecast, make_queue):
    rng = np.random.default_rng(0)
    arrivals = rng.poisson(50.0, (2, 6, 21)).astype(float)
    queues = [
        make_queue("q0", handle_minutes=3.0, reviews_per_item=2.0, qa_share=0.1, qa_ratio=1.5, rework_share=0.05),
        make_queue("q1", handle_minutes=12.0, backlog_items=400.0, backlog_age_hours=10.0),
    ]
    expected = np.zeros((2, 3))
    for week in range(3):
        for path in range(6):
            for day in range(7 * week, 7 * week + 7):
                expected[0, week] += arrivals[0, path, day] / 6 * 2.0 * 3.0 / 60 * (1 + 0.1 * 1.5) / (1 - 0.05)
                expected[1, week] += arrivals[1, path, day] / 6 * 12.0 / 60
    expected[1, 0] += 400.0 * 12.0 / 60
    np.testing.assert_allclose(expected_work_hours(make_forecast(arrivals), queues), expected)


@pytest.mark.parametrize(
    ("frequency", "periods"),
    [(Frequency.HALF_HOURLY, 336), (Frequency.HOURLY, 168), (Frequency.DAILY, 7), (Frequency.WEEKLY, 1)],
)
def test_the_length_of_a_period_makes_no_difference(make_forecast, make_queue, frequency, periods):
    forecast = make_forecast(np.full((1, 2, 2 * periods), 8400.0 / periods), frequency)
    assert whole_weeks(forecast) == 2
    np.testing.assert_allclose(expected_work_hours(forecast, [make_queue()]), [[840.0, 840.0]])


def test_a_horizon_of_weeks_and_days_is_refused(make_forecast):
    with pytest.raises(ValueError, match=r"whole number of weeks; 10 daily periods are 1.43 weeks"):
        whole_weeks(make_forecast(np.ones((1, 2, 10))))


@pytest.mark.parametrize("names", [("q1", "q0"), ("q0",), ("q0", "other")])
def test_queues_must_be_those_of_the_forecast_in_its_order(make_forecast, make_queue, names):
    with pytest.raises(ValueError, match=r"queues must be those of the forecast in its order, .*; found"):
        expected_work_hours(make_forecast(np.ones((2, 2, 7))), [make_queue(name) for name in names])
