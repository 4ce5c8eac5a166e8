"""Crises of the past become the risk of crises to come."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.events.calendar import Event, EventCalendar
from forecasting.events.crisis_learning import learned_crisis_risk
from forecasting.events.crisis_risk import draw_crises
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
    # Twice the mean effect of each, from which it falls to none.
    assert risk.size == pytest.approx((0.5, 1.5, 4.0), rel=0.1)
    assert risk.days == (3.5, 7.0, 14.0)


@pytest.mark.parametrize(
    ("shape", "worth"), [(None, 7 * 1.0), ("decay", sum(0.5 ** ((day + 0.5) / 2) for day in range(7)))]
)
def test_a_crisis_as_long_and_as_high_as_the_one_seen_brings_as_many_items(shape: str | None, worth: float):
    seen = Event(name="Quake", kind="crisis", start=STARTS[500], end=STARTS[506], shape=shape, ramp_days=2)
    items = np.full((3, 731), 400.0)
    items[:, 500:507] *= 1.0 + seen.weights(STARTS[500:507], pd.Timedelta(days=1))
    past = VolumeHistory(queues=("a", "b", "c"), period_start=STARTS, frequency=Frequency.DAILY, items=items)
    risk = learned_crisis_risk(past, learn_event_effects(past, EventCalendar.of([seen])))
    like_it = replace(risk, rate_per_year=1.0, size=(risk.size[1],) * 3, days=(risk.days[1],) * 3)
    drawn = draw_crises(like_it, pd.date_range("2026-01-01", periods=1461), pd.Timedelta(days=1), 4000, 0)
    assert (drawn - 1.0).sum(axis=1).mean() / 4 == pytest.approx(worth, rel=0.05)


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
