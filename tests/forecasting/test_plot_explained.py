"""What the pictures say is what the numbers say."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from forecasting.evaluation.plot_backtest import plot_accuracy, plot_coverage, plot_pit
from forecasting.events.calendar import Event, EventCalendar
from forecasting.forecast import VolumeForecast
from forecasting.plot_explained import plot_decomposition, plot_fan_with_events
from forecasting.plots import fan_message, fans_message
from forecasting.volumes.frequency import Frequency
from forecasting.volumes.history import VolumeHistory

STARTS = pd.date_range("2026-01-05", periods=56)


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


def make_forecast() -> VolumeForecast:
    rng = np.random.default_rng(0)
    past = pd.date_range("2025-06-30", periods=189)
    history = VolumeHistory(
        queues=("ads", "chat"), period_start=past, frequency=Frequency.DAILY, items=rng.poisson(50.0, (2, 189)) * 1.0
    )
    return VolumeForecast(
        queues=history.queues,
        period_start=STARTS,
        frequency=Frequency.DAILY,
        arrivals=rng.poisson(rng.gamma(50, 1, (1, 60, 1)), (2, 60, 56)).astype(float),
        method=("given", "given"),
        seed=1,
        history=history,
    )


def test_the_coverage_title_says_the_mean_and_whether_it_is_off():
    frame = pd.DataFrame({"horizon": range(1, 15), "coverage_80": np.linspace(0.7, 0.6, 14), "coverage_95": 0.9})
    assert (
        plot_coverage(frame).get_title(loc="left") == "The 80% band held 65.0% of what came (too narrow, -15.0 points)"
    )


@pytest.mark.parametrize(
    ("pit", "message"),
    [
        (np.linspace(0.001, 0.999, 500), "as sure as they should"),
        (np.linspace(0.0, 1.0, 500) ** 0.5, "too low"),
        (np.r_[np.zeros(100), np.ones(100), np.linspace(0, 1, 300)], "too narrow"),
        (np.linspace(0.3, 0.7, 500), "too wide"),
    ],
)
def test_the_histogram_says_how_forecasts_were_off(pit: np.ndarray, message: str):
    assert message in plot_pit(pit).get_title(loc="left")


def test_accuracy_counts_the_queues_that_gain():
    frame = pd.DataFrame({"queue": ["a", "b", "c", "d"], "mase": [0.6, 1.4, 0.8, np.nan]})
    ax = plot_accuracy(frame)
    assert ax.get_title(loc="left").startswith("2 of 3 queues")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["b", "c", "a"]


def test_the_total_above_a_fan_is_that_of_the_weeks_drawn():
    forecast = make_forecast()
    cut = replace(forecast, arrivals=forecast.arrivals[:, :, :10].copy(), period_start=STARTS[:10])
    week = replace(forecast, arrivals=forecast.arrivals[:, :, :7].copy(), period_start=STARTS[:7])
    assert cut.plot().get_title(loc="left") == fan_message(week) == fan_message(cut)
    assert fans_message(cut).split(":")[0].endswith("against the last week")
    days = replace(forecast, arrivals=forecast.arrivals[:, :, :3].copy(), period_start=STARTS[:3])
    with pytest.raises(ValueError, match="must span a whole week to be drawn by week; it spans 3 days"):
        days.plot()


def test_events_in_view_are_named_and_others_are_not():
    def event(name: str, start: str, queues: tuple[str, ...] = ()) -> Event:
        day = pd.Timestamp(start)
        return Event(name=name, kind="closure", start=day, end=day, queues=queues)

    calendar = EventCalendar.of(
        [event("Seen", "2026-01-20"), event("Long gone", "2020-01-20"), event("Elsewhere", "2026-01-20", ("chat",))]
    )
    ax = plot_fan_with_events(make_forecast(), calendar, queue="ads")
    texts = [text.get_text() for text in ax.texts]
    assert "Seen" in texts
    assert not {"Long gone", "Elsewhere"} & set(texts)


def test_the_part_that_moves_most_is_named():
    parts = pd.DataFrame({"date": STARTS, "level": 100.0, "weekly": 30 * np.sin(np.arange(56)), "events": 0.0})
    figure = plot_decomposition(parts, queue="ads")
    assert figure.get_suptitle().startswith("ads: weekly moves it most, by 60 items around a mean of 100")
    assert len(figure.axes) == 3


@pytest.mark.parametrize("plot", [plot_coverage, plot_accuracy, plot_decomposition])
def test_frames_without_the_columns_are_refused(plot):
    with pytest.raises(ValueError, match="must have"):
        plot(pd.DataFrame({"other": [1.0]}))


def test_drawing_into_an_axes_gives_it_back():
    _, ax = plt.subplots()
    assert plot_pit([0.2, 0.6], ax=ax) is ax
