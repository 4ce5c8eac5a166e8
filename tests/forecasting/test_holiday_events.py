"""Holidays by market."""

import pandas as pd
import pytest

from forecasting.events.effects import learn_event_effects
from forecasting.events.holiday_events import holiday_calendar
from forecasting.volumes.history import VolumeHistory


def test_thanksgiving_is_the_fourth_thursday_of_november():
    calendar = holiday_calendar({"US": []}, 2022, 2026)
    found = [event.start for event in calendar if "Thanksgiving" in event.name]
    expected = [pd.date_range(f"{year}-11-01", periods=30, freq="D") for year in range(2022, 2027)]
    assert found == [days[days.day_of_week == 3][3] for days in expected]


def test_a_holiday_recurs_as_one_family_and_markets_stay_apart():
    calendar = holiday_calendar({"US": ["a"], "DE-BY": ["b"]}, 2024, 2026)
    christmas = [event for event in calendar if event.name.startswith("Christmas Day")]
    assert len(christmas) >= 3
    assert {event.family for event in christmas if event.queues == ("a",)} == {"christmas day (us)"}
    assert any(event.queues == ("b",) for event in calendar)


@pytest.mark.parametrize("market", ["XX", "DE-QQ"])
def test_an_unknown_market_is_refused(market: str):
    with pytest.raises(ValueError, match="ISO 3166"):
        holiday_calendar({market: []}, 2026, 2026)


def test_cash_machines_are_used_less_on_christmas_day(shared_file):
    table = pd.read_csv(shared_file("data/nn5_daily.csv.gz"), parse_dates=["date"])
    history = VolumeHistory.from_frame(table.rename(columns={"series": "queue", "y": "items"}))
    effects = learn_event_effects(history, holiday_calendar({"GB": []}, 1996, 1998)).to_frame()
    christmas = effects[effects["event"].str.startswith("Christmas Day (GB)")]
    assert christmas.groupby("start")["effect"].median().max() < -0.4
