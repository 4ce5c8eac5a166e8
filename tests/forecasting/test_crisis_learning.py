"""Crises of the past become the risk of crises to come."""

import numpy as np
import pandas as pd
import pytest

from forecasting.events.calendar import Event, EventCalendar
from forecasting.events.crisis_learning import learned_crisis_risk
from forecasting.events.effects import learn_event_effects
from forecasting.volumes.frequency import Frequency
from forecasting.volumes.history import VolumeHistory

STARTS = pd.date_range("2024-01-01", periods=731)


def history() -> VolumeHistory:
    mean = np.full((3, 731), 400.0)
    mean[:, 200:207] *= 1.5
    mean[:, 500:507] *= 2.0
    items = np.random.default_rng(0).poisson(mean).astype(float)
    return VolumeHistory(queues=("a", "b", "c"), period_start=STARTS, frequency=Frequency.DAILY, items=items)


def crisis(name: str, first: int) -> Event:
    return Event(name=name, kind="crisis", start=STARTS[first], end=STARTS[first + 6])


def test_two_crises_in_two_years_are_a_rate_and_a_size():
    effects = learn_event_effects(history(), EventCalendar.of([crisis("Riots", 200), crisis("Quake", 500)]))
    risk = learned_crisis_risk(history(), effects)
    assert risk.rate_per_year == pytest.approx(2.5 / 2.0, rel=0.01)
    assert risk.size == pytest.approx((0.25, 0.75, 2.0), rel=0.1)
    assert risk.days == (3.5, 7.0, 14.0)


def test_crises_drawn_on_top_raise_the_mean_as_their_rate_says():
    calendar = EventCalendar.of([crisis("Riots", 200), crisis("Quake", 500)])
    risk = learned_crisis_risk(history(), learn_event_effects(history(), calendar))
    effects = learn_event_effects(history(), EventCalendar.of(calendar.events, [risk]))
    drawn = effects.draw(pd.date_range(history().end, periods=365), 3000, seed=0)
    # A crisis falls evenly from its height, so that its days are worth half of it.
    worth = risk.rate_per_year * sum(risk.size) / 3 * sum(risk.days) / 3 / 2 / 365.25
    assert drawn.mean() - 1 == pytest.approx(worth, rel=0.1)
    assert (drawn[0] == drawn[2]).all()


def test_without_a_dated_crisis_the_risk_must_be_given():
    with pytest.raises(ValueError, match="CrisisRisk"):
        learned_crisis_risk(history(), learn_event_effects(history(), EventCalendar()))
