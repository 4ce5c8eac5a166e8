"""What the past says of coming dates is what was put into it, and is known by then."""

import numpy as np
import pandas as pd

from forecasting.ensemble.expected_movements import (
    DayDepartures,
    ExpectedMovements,
    last_days,
    last_week,
    long_trend,
)
from forecasting.methods.year_ago import YearAgo
from forecasting.volumes.wall_clock import month_places

DAYS = 900
DATES = pd.date_range("2024-01-01", periods=DAYS + 60)


def past_of(values: np.ndarray, known: int = DAYS) -> YearAgo:
    past = YearAgo(total=np.zeros((DAYS + 1, 1)), count=np.zeros((DAYS + 1, 1)), first=np.zeros(1, dtype=np.intp))
    past.extend(0, values[:known, None], np.ones((known, 1)))
    return past


def test_paydays_are_found_by_their_place_in_the_month():
    place = month_places(DATES)
    paid = (DATES.is_month_end * 6.0).astype(float)
    days = DayDepartures.start(DAYS, 1, place)
    days.extend(past_of(paid[:DAYS]), DAYS)
    ahead = days.of_month(DAYS, 40)[0, :, 0]
    assert (ahead.argsort()[-1:] == np.flatnonzero(DATES[DAYS : DAYS + 40].is_month_end)).any()
    assert 3.5 < ahead.max() < 6.0
    assert np.abs(np.sort(ahead)[:-2]).max() < 1.0


def test_paydays_that_weekends_bring_forward_are_found_by_their_working_day():
    last = pd.date_range(DATES[0], DATES[-1], freq="BME")
    paid = 6.0 * DATES.isin(last)
    days = DayDepartures.start(DAYS, 1, month_places(DATES))
    days.extend(past_of(paid[:DAYS].astype(float)), DAYS)
    by_day, by_working_day = days.of_month(DAYS, 60)[:, :, 0]
    is_last = DATES[DAYS : DAYS + 60].isin(last)
    assert by_working_day[is_last].min() > 4.0
    assert np.abs(by_working_day[~is_last]).max() < 1.0
    assert by_day[is_last].max() < 5.0 * np.mean([day.is_month_end for day in last])


def test_working_days_are_counted_from_both_ends_of_a_month():
    places = month_places(DATES)[1]
    for year, month in {(day.year, day.month) for day in DATES[31:800]}:
        inside = [place for day, place in zip(DATES, places, strict=True) if (day.year, day.month) == (year, month)]
        days = [day for day in DATES if (day.year, day.month) == (year, month)]
        early = [place for day, place in zip(days, inside, strict=True) if day.day <= 15 and day.weekday() < 5]
        late = [place for day, place in zip(days, inside, strict=True) if day.day > 15 and day.weekday() < 5]
        assert early == list(range(len(early)))
        assert late == list(range(24 - len(late), 24))
        assert {place for day, place in zip(days, inside, strict=True) if day.weekday() >= 5} == {24}


def test_days_of_the_month_use_no_day_that_is_not_surrounded_by_known_ones():
    values = np.random.default_rng(0).normal(size=DAYS)
    changed = values.copy()
    changed[500:] += 50.0
    found = []
    for each in (values, changed):
        days = DayDepartures.start(DAYS, 1, month_places(DATES))
        days.extend(past_of(each), 500)
        found.append(days.of_month(500, 14))
    np.testing.assert_array_equal(*found)


def test_a_day_that_was_odd_last_year_is_expected_to_be_again():
    values = np.zeros(DAYS)
    values[DAYS + 5 - 364] = 10.0
    days = DayDepartures.start(DAYS, 1, None)
    days.extend(past_of(values), DAYS)
    ahead = days.of_past_years(DAYS, 14, 364)[:, 0]
    assert ahead.argmax() == 5
    assert ahead[5] > 2 * np.abs(np.delete(ahead, 5)).max()


def test_the_last_week_is_repeated_by_weekday_around_its_mean():
    values = np.zeros(DAYS)
    values[DAYS - 7 + 2] = 7.0
    ahead = last_week(past_of(values), DAYS, 14, 7)[:, 0]
    np.testing.assert_allclose(ahead, np.tile([-1, -1, 6, -1, -1, -1, -1], 2), atol=1e-6)


def test_a_departure_of_the_last_days_fades():
    values = np.zeros(DAYS)
    values[-2:] = 5.0
    ahead = last_days(past_of(values), DAYS, 10)[:, 0]
    np.testing.assert_allclose(ahead[1:] / ahead[:-1], 0.7)
    assert 3.0 < ahead[0] < 3.5


def test_half_the_slope_of_a_straight_line_is_projected():
    ahead = long_trend(past_of(0.1 * np.arange(DAYS)), DAYS, 10, 364)[:, 0]
    np.testing.assert_allclose(ahead, 0.05 * np.arange(1, 11), atol=1e-3)


def test_names_parts_and_movements_are_of_the_same_number():
    for season, place in ((7, month_places(DATES)), (7, None), (1, None)):
        movements = ExpectedMovements(
            past=past_of(np.zeros(DAYS)),
            season=season,
            year=52 * season,
            shapes=((5, 3),),
            days=DayDepartures.start(DAYS, 1, place),
        )
        assert len(movements.names) == len(movements.parts) == len(movements.ahead(DAYS, 14))
