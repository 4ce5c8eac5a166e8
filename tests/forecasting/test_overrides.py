"""Overrides: what each kind does, and that statistics and overrides stay apart."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from forecasting.forecast import VolumeForecast
from forecasting.overrides import Override, apply_overrides
from forecasting.volumes.frequency import Frequency
from forecasting.volumes.history import VolumeHistory

STARTS = pd.date_range("2026-01-05", periods=28)


def make_forecast() -> VolumeForecast:
    past = pd.date_range("2025-12-01", periods=35)
    history = VolumeHistory(
        queues=("ads", "chat"), period_start=past, frequency=Frequency.DAILY, items=np.full((2, 35), 50.0)
    )
    arrivals = np.random.default_rng(0).poisson(50.0, (2, 40, 28)).astype(float)
    return VolumeForecast(
        queues=history.queues,
        period_start=STARTS,
        frequency=Frequency.DAILY,
        arrivals=arrivals,
        method=("given", "given"),
        seed=1,
        history=history,
    )


def make_override(**changes: object) -> Override:
    fields: dict[str, object] = {
        "name": "Rollout",
        "kind": "level",
        "amount": (0.2, 0.2, 0.2),
        "start": STARTS[7],
        "end": STARTS[13],
        "reason": "two more markets",
    }
    return Override(**(fields | changes))  # type: ignore[arg-type]  # a factory of keyword fields


def test_a_level_moves_its_days_and_queues_alone():
    forecast = make_forecast()
    adjusted = apply_overrides(forecast, [make_override(queues=("ads",))])
    assert adjusted.arrivals[0, :, 7:14] == pytest.approx(1.2 * forecast.arrivals[0, :, 7:14])
    assert (adjusted.arrivals[1] == forecast.arrivals[1]).all()
    assert (adjusted.arrivals[0, :, 14:] == forecast.arrivals[0, :, 14:]).all()


def test_growth_reaches_its_rate_after_a_year():
    forecast = make_forecast()
    override = make_override(kind="growth", amount=(0.5, 0.5, 0.5), start=STARTS[0], end=STARTS[-1])
    adjusted = apply_overrides(forecast, [override])
    assert adjusted.arrivals[:, :, -1] == pytest.approx(forecast.arrivals[:, :, -1] * 1.5 ** (27 / 365.25))


def test_a_one_off_adds_its_items_to_every_path():
    forecast = make_forecast()
    adjusted = apply_overrides(forecast, [make_override(kind="one-off", amount=(700.0, 700.0, 700.0))])
    assert (adjusted.arrivals - forecast.arrivals).sum(axis=2) == pytest.approx(np.full((2, 40), 700.0))


def test_a_one_off_that_takes_away_leaves_nothing_negative():
    adjusted = apply_overrides(make_forecast(), [make_override(kind="one-off", amount=(-9e9, -9e9, -9e9))])
    assert adjusted.arrivals[:, :, 7:14].max() == 0.0


def make_weekly(forecast: VolumeForecast) -> VolumeForecast:
    """The same paths in weeks, on a history of weeks."""
    past = pd.date_range("2025-12-01", periods=5, freq="7D")
    history = VolumeHistory(
        queues=forecast.queues, period_start=past, frequency=Frequency.WEEKLY, items=np.full((2, 5), 350.0)
    )
    return VolumeForecast(
        queues=forecast.queues,
        period_start=STARTS[::7],
        frequency=Frequency.WEEKLY,
        arrivals=forecast.arrivals.reshape(2, -1, 4, 7).sum(axis=3),
        method=forecast.method,
        seed=forecast.seed,
        history=history,
    )


@pytest.mark.parametrize(("kind", "amount"), [("level", 0.5), ("growth", 0.5), ("one-off", 500.0)])
def test_days_of_a_week_change_a_week_by_as_much_as_they_change_days(kind: str, amount: float):
    daily = make_forecast()
    daily = replace(daily, arrivals=np.full_like(daily.arrivals, 50.0))
    # From a Saturday to the second Monday after it: two, seven and one days of three weeks.
    override = make_override(kind=kind, amount=(amount,) * 3, start=STARTS[5], end=STARTS[14])
    by_day, by_week = (apply_overrides(each, [override]).arrivals for each in (daily, make_weekly(daily)))
    assert by_week == pytest.approx(by_day.reshape(2, -1, 4, 7).sum(axis=3), rel=0.003)
    assert (by_week[:, :, 3] == 350.0).all()


def test_statistics_and_overrides_are_shown_apart_and_add_up():
    forecast = make_forecast()
    adjusted = apply_overrides(forecast, [make_override()])
    frame = adjusted.override_frame()
    assert frame["items_statistical"].to_numpy() == pytest.approx(forecast.mean().ravel())
    assert (frame["items_statistical"] + frame["items_override"]).to_numpy() == pytest.approx(adjusted.mean().ravel())
    assert isinstance(adjusted, VolumeForecast)


def test_the_record_adds_up_over_overrides_applied_one_after_the_other():
    forecast = make_forecast()
    once = apply_overrides(forecast, [make_override()])
    twice = apply_overrides(once, [make_override(name="Bulk", kind="one-off", amount=(10.0, 20.0, 60.0))])
    record = twice.record()
    assert record["override"].tolist() == ["Rollout", "Bulk"]
    assert record["items_added"].sum() == pytest.approx((twice.arrivals - forecast.arrivals).sum() / 40)
    assert (twice.statistical.arrivals == forecast.arrivals).all()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"reason": " "}, "reason"),
        ({"amount": (0.3, 0.2, 0.4)}, "low <= mode"),
        ({"amount": (-1.5, 0.0, 0.0)}, "-1 <= low"),
        ({"end": STARTS[0]}, "end"),
    ],
)
def test_an_override_that_cannot_be_judged_or_drawn_is_refused(changes: dict[str, object], message: str):
    with pytest.raises(ValueError, match=message):
        make_override(**changes)


@pytest.mark.parametrize("changes", [{"queues": ("mail",)}, {"start": STARTS[-1] + pd.Timedelta(days=9)}])
def test_an_override_beside_the_forecast_is_refused(changes: dict[str, object]):
    changes = {"end": pd.Timestamp("2027-01-01")} | changes
    with pytest.raises(ValueError, match="must"):
        apply_overrides(make_forecast(), [make_override(**changes)])
