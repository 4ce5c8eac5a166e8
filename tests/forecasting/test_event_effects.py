"""Effects of events: recovered where the truth is known, shared, drawn and carried."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from forecasting.events.calendar import Event, EventCalendar
from forecasting.events.effects import learn_event_effects
from forecasting.volumes.frequency import Frequency
from forecasting.volumes.history import VolumeHistory

FIRST = pd.Timestamp("2024-01-01")
WEEK = np.array([1.1, 1.2, 1.1, 1.0, 1.0, 0.8, 0.8])


def day(offset: int) -> pd.Timestamp:
    return FIRST + pd.Timedelta(days=offset)


def pulse(name: str, offset: int, days: int = 1, **changes: object) -> Event:
    fields: dict[str, object] = {"kind": "holiday", "start": day(offset), "end": day(offset + days - 1)}
    return Event(name=name, **(fields | changes))  # type: ignore[arg-type]  # a factory of keyword fields


def history_of(items: NDArray[np.float64], frequency: Frequency = Frequency.DAILY) -> VolumeHistory:
    starts = pd.date_range(FIRST, periods=items.shape[1], freq=frequency.step)
    queues = tuple(f"queue {row}" for row in range(len(items)))
    return VolumeHistory(queues=queues, period_start=starts, frequency=frequency, items=items)


def simulated(level: NDArray[np.float64], factor: NDArray[np.float64], seed: int = 0) -> NDArray[np.float64]:
    mean = level[:, None] * WEEK[np.arange(factor.shape[-1]) % 7] * factor
    return np.random.default_rng(seed).poisson(mean).astype(np.float64)


def future(history: VolumeHistory, n_periods: int) -> pd.DatetimeIndex:
    return pd.date_range(history.end, periods=n_periods, freq=history.frequency.step)


def test_a_yearly_holiday_is_recovered_and_repeated():
    factor = np.ones(730)
    factor[[100, 466]] = 0.4
    events = [pulse("Feast 2024", 100), pulse("Feast 2025", 466), pulse("Feast 2026", 740)]
    history = history_of(simulated(np.full(8, 200.0), factor))
    effects = learn_event_effects(history, EventCalendar.of(events))
    assert np.exp(effects.past_log_factor[:, [100, 466]]) == pytest.approx(np.full((8, 2), 0.4), abs=0.06)
    drawn = effects.draw(future(history, 20), 400, seed=1)
    assert drawn[:, :, 10].mean(axis=1) == pytest.approx(np.full(8, 0.4), abs=0.08)
    assert (drawn[:, :, :10] == 1.0).all()


def test_an_effect_agrees_with_a_poisson_regression_on_weekday_and_event():
    import statsmodels.api as sm

    factor = np.ones(364)
    factor[200:205] = 1.6
    items = simulated(np.array([300.0]), factor)
    effects = learn_event_effects(history_of(items), EventCalendar.of([pulse("Vote", 200, 5, kind="election")]))
    design = np.column_stack([np.eye(7)[np.arange(364) % 7], factor > 1])
    fitted = sm.GLM(items[0], design, family=sm.families.Poisson()).fit()
    assert effects.past_log_factor[0, 202] == pytest.approx(fitted.params[-1], abs=3 * fitted.bse[-1])


def test_a_thin_queue_borrows_the_effect_of_the_others():
    factor = np.ones(364)
    factor[200] = 0.3
    level = np.array([4.0] + [400.0] * 9)
    errors = []
    for seed in range(20):
        items = simulated(level, factor, seed)
        calendar = EventCalendar.of([pulse("Feast", 200), pulse("Feast", 370)])
        together = learn_event_effects(history_of(items), calendar).log_effect[1, 0]
        alone = learn_event_effects(history_of(items[:1]), calendar).log_effect[1, 0]
        errors.append([(together - np.log(0.3)) ** 2, (alone - np.log(0.3)) ** 2])
    shared, lonely = np.sqrt(np.mean(errors, axis=0))
    assert shared < 0.5 * lonely


def test_noise_is_not_taken_for_an_effect():
    events = [pulse(f"Day {offset}", offset, kind="policy") for offset in range(50, 700, 50)]
    calendar = EventCalendar.of([*events, pulse("Next", 735, kind="policy")])
    effects = learn_event_effects(history_of(simulated(np.full(5, 60.0), np.ones(730))), calendar)
    assert np.abs(effects.log_effect[-1]).max() < 0.04


def test_a_kind_seen_once_is_trusted_half_for_another_event_of_the_kind():
    factor = np.ones(364)
    factor[200:210] = 2.0
    history = history_of(simulated(np.array([5000.0, 5000.0]), factor))
    calendar = EventCalendar.of([pulse("Vote A", 200, 10, kind="election"), pulse("Vote B", 370, kind="election")])
    effects = learn_event_effects(history, calendar)
    assert effects.log_effect[1] == pytest.approx(np.log(2.0) / 2, abs=0.03)
    assert effects.to_frame().query("event == 'Vote B'")["basis"].unique().tolist() == [
        "learned from 1 other event of kind election"
    ]


def test_two_events_on_one_day_are_told_apart_by_the_days_on_which_they_are_alone():
    factor = np.ones(364)
    factor[200:210] *= 1.5
    factor[209:212] *= 0.5
    history = history_of(simulated(np.array([3000.0]), factor))
    calendar = EventCalendar.of([pulse("Up", 200, 10, kind="election"), pulse("Down", 209, 3)])
    effects = learn_event_effects(history, calendar)
    assert np.exp(effects.past_log_factor[0, [205, 209, 211]]) == pytest.approx([1.5, 0.75, 0.5], rel=0.05)


def test_a_launch_in_the_past_is_held_by_the_level_and_raises_what_lies_before_it():
    factor = np.where(np.arange(364) >= 300, 1.5, 1.0)
    launch = pulse("Shops", 300, 3000, kind="launch")
    history = history_of(simulated(np.full(3, 500.0), factor))
    effects = learn_event_effects(history, EventCalendar.of([launch]))
    assert np.exp(effects.past_log_factor[:, 0]) == pytest.approx(np.full(3, 1 / 1.5), rel=0.05)
    assert (effects.past_log_factor[:, 300:] == 0).all()
    assert (effects.draw(future(history, 14), 5, seed=0) == 1.0).all()


def test_a_launch_that_is_withdrawn_takes_its_effect_with_it():
    factor = np.where(np.arange(364) >= 300, 1.5, 1.0)
    launch = pulse("Shops", 300, 70, kind="launch")
    history = history_of(simulated(np.full(3, 500.0), factor))
    drawn = learn_event_effects(history, EventCalendar.of([launch])).draw(future(history, 14), 300, seed=0)
    assert (drawn[:, :, :6] == 1.0).all()
    assert drawn[:, :, 6:].mean() == pytest.approx(1 / 1.5, rel=0.06)


def test_a_given_launch_in_the_future_moves_the_paths_by_its_range():
    launch = pulse("Shops", 371, 3000, kind="launch", effect=(0.1, 0.2, 0.6), queues=("queue 1",))
    history = history_of(simulated(np.full(2, 500.0), np.ones(364)))
    drawn = learn_event_effects(history, EventCalendar.of([launch])).draw(future(history, 14), 4000, seed=0)
    assert (drawn[0] == 1.0).all()
    assert (drawn[1, :, :7] == 1.0).all()
    assert drawn[1, :, 7:].mean() == pytest.approx(1.3, abs=0.01)
    assert drawn[1].min() >= 1.0
    assert drawn[1].max() <= 1.6


def test_a_ramp_under_way_goes_on_to_its_full_effect():
    effect = np.clip((np.arange(364) - 339.5) / 50, 0, 1)
    launch = pulse("Shops", 340, 3000, kind="launch", shape="ramp", ramp_days=50, effect=(0.5, 1.0, 1.5))
    history = history_of(simulated(np.full(4, 800.0), 1 + effect))
    drawn = learn_event_effects(history, EventCalendar.of([launch])).draw(future(history, 40), 500, seed=0)
    # The level holds the last day, which felt 23.5 of the 50 days of the ramp.
    assert drawn[:, :, -1].mean() == pytest.approx(2.0 / (1 + 23.5 / 50), rel=0.06)


def test_a_decay_fades_by_half_every_ramp_days():
    launch = pulse("Film", 371, 100, kind="launch", shape="decay", ramp_days=7, effect=(1.0, 1.0, 1.0))
    history = history_of(simulated(np.full(1, 500.0), np.ones(364)))
    drawn = learn_event_effects(history, EventCalendar.of([launch])).draw(future(history, 60), 1, seed=0)[0, 0] - 1
    assert drawn[14:22] / drawn[7:15] == pytest.approx(np.full(8, 0.5))


def test_an_event_larger_than_expected_is_so_on_all_its_queues():
    factor = np.ones(364)
    factor[200:205] = 1.6
    history = history_of(simulated(np.full(3, 300.0), factor))
    calendar = EventCalendar.of([pulse("Vote", 200, 5, kind="election"), pulse("Vote", 364, 5, kind="election")])
    drawn = learn_event_effects(history, calendar).draw(future(history, 5), 300, seed=0)
    assert np.corrcoef(drawn[:, :, 2]).min() > 0.99
    assert drawn[0, :, 2].std() > 0.05


def test_more_events_and_more_queues_change_no_other_draw():
    items = simulated(np.full(4, 300.0), np.ones(364))
    events = [pulse("Vote", 370, 5, kind="election", effect=(0.1, 0.2, 0.4), queues=("queue 1",))]
    more = [pulse("Shops", 366, 900, kind="launch", effect=(0.2, 0.3, 0.5), queues=("queue 3",)), *events]
    few_history, history = history_of(items[:2]), history_of(items)
    few = learn_event_effects(few_history, EventCalendar.of(events)).draw(future(history, 14), 50, seed=4)
    many = learn_event_effects(history, EventCalendar.of(more)).draw(future(history, 14), 50, seed=4)
    assert (few == many[:2]).all()


def test_rows_drawn_in_chunks_are_the_rows_drawn_at_once():
    factor = np.ones(364)
    factor[200:205] = 1.6
    history = history_of(simulated(np.full(4, 300.0), factor))
    calendar = EventCalendar.of([pulse("Vote", 200, 5, kind="election"), pulse("Vote", 364, 5, kind="election")])
    effects = learn_event_effects(history, calendar)
    whole = effects.draw(future(history, 7), 20, seed=2)
    parts = [effects.draw(future(history, 7), 20, seed=2, rows=slice(at, at + 2)) for at in (0, 2)]
    assert (np.concatenate(parts) == whole).all()


def test_a_closure_gives_back_its_share_in_items():
    closed = pulse("Summer", 371, 4, kind="closure", effect=(-1.0, -1.0, -1.0), catch_up_share=0.7)
    items = np.tile(100.0 * WEEK, (1, 52))
    history = history_of(items)
    drawn = learn_event_effects(history, EventCalendar.of([closed])).draw(future(history, 35), 1, seed=0)[0, 0]
    base = np.tile(100.0 * WEEK, 5)
    lost = base[7:11].sum()
    assert (drawn[7:11] == 0).all()
    assert (base * drawn).sum() == pytest.approx(base.sum() - 0.3 * lost)


def test_catch_up_is_learned_from_past_closures():
    factor = np.ones(728)
    events = []
    for offset in (200, 400, 600):
        factor[offset : offset + 7] = 0.0
        factor[offset + 7 : offset + 12] += 0.8 * 7 * np.array([4.5, 3.5, 2.5, 1.5, 0.5]) / 12.5
        events.append(pulse(f"Summer {offset}", offset, 7, kind="closure"))
    mean = 200.0 * factor
    items = np.random.default_rng(0).poisson(mean, (4, 728)).astype(np.float64)
    effects = learn_event_effects(history_of(items), EventCalendar.of(events))
    # Three closures at 0.8, and the one without catch-up that the shrinkage adds.
    assert effects.catch_up_share == pytest.approx(np.full(3, 0.6), abs=0.04)
    assert effects.set_aside[:, 200:207].all()


def test_an_unseen_closure_keeps_nearly_everything_away_and_says_that_this_is_assumed():
    history = history_of(simulated(np.full(1, 500.0), np.ones(100)))
    effects = learn_event_effects(history, EventCalendar.of([pulse("Closed", 101, kind="closure")]))
    assert effects.draw(future(history, 3), 100, seed=0)[0, :, 1].max() < 0.1
    assert effects.to_frame()["basis"].tolist() == ["assumed: next to nothing arrives while closed"]


def test_a_past_event_that_was_given_is_corrected_by_what_was_seen():
    factor = np.ones(364)
    factor[200:207] = 1.5
    given = pulse("Vote", 200, 7, kind="election", effect=(-0.2, 0.0, 0.2))
    effects = learn_event_effects(history_of(simulated(np.full(5, 900.0), factor)), EventCalendar.of([given]))
    assert np.exp(effects.past_log_factor[:, 203]) == pytest.approx(np.full(5, 1.5), abs=0.15)


def test_weekly_histories_feel_one_day_of_a_week():
    rng = np.random.default_rng(0)
    mean = np.full((6, 104), 7000.0)
    mean[:, 50] -= 1000.0
    history = history_of(rng.poisson(mean).astype(np.float64), Frequency.WEEKLY)
    effects = learn_event_effects(history, EventCalendar.of([pulse("Feast", 352, 1)]))
    assert np.exp(effects.past_log_factor[:, 50]) == pytest.approx(np.full(6, 6 / 7), abs=0.03)


def test_no_events_do_nothing():
    history = history_of(np.full((2, 30), 5.0))
    effects = learn_event_effects(history, EventCalendar())
    assert (effects.past_log_factor == 0).all()
    assert not effects.set_aside.any()
    assert (effects.draw(future(history, 3), 2, seed=0) == 1.0).all()
    assert effects.to_frame().empty


@pytest.mark.property
@given(
    seed=st.integers(0, 10_000),
    n_periods=st.integers(1, 120),
    missing=st.floats(0.0, 1.0),
    level=st.sampled_from([0.0, 0.2, 5.0, 1e6]),
)
def test_whatever_the_history_effects_are_finite_and_nothing_is_negative(
    seed: int, n_periods: int, missing: float, level: float
):
    rng = np.random.default_rng(seed)
    items = rng.poisson(level, (3, n_periods)).astype(np.float64)
    items[rng.random(items.shape) < missing] = np.nan
    kinds = ["closure", "holiday", "launch", "policy", "election", "crisis"]
    shapes = [None, "pulse", "step", "ramp", "decay"]
    events = [
        pulse(
            f"Event {index}",
            int(rng.integers(-20, n_periods + 20)),
            int(rng.integers(1, 60)),
            kind=rng.choice(kinds),
            shape=shapes[rng.integers(5)],
            ramp_days=int(rng.integers(1, 30)),
            effect=(-1.0, 0.0, 0.5) if rng.random() < 0.3 else None,
            queues=() if rng.random() < 0.5 else ("queue 1",),
        )
        for index in range(6)
    ]
    history = history_of(items)
    effects = learn_event_effects(history, EventCalendar.of(events))
    drawn = effects.draw(future(history, 30), 5, seed=0)
    assert np.isfinite(effects.past_log_factor).all()
    assert np.isfinite(drawn).all()
    assert drawn.min() >= 0.0
    assert len(effects.to_frame()) > 0


def test_the_range_in_the_table_is_that_of_the_draws():
    items = np.random.default_rng(0).poisson(100.0, (2, 200)).astype(float)
    items[:, 100] *= 2.0
    history = history_of(items)
    effects = learn_event_effects(history, EventCalendar.of([pulse("Vote 2025", 100, 1), pulse("Vote 2026", 201, 1)]))
    row = effects.to_frame().iloc[2]
    drawn = effects.draw(future(history, 3), 40_000, seed=0)[0, :, 1] - 1.0
    assert np.quantile(drawn, [0.1, 0.9]) == pytest.approx([row["effect_p10"], row["effect_p90"]], abs=0.01)
    assert drawn.mean() == pytest.approx(row["effect"], abs=0.01)
