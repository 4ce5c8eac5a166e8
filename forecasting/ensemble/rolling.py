"""One pass through the history that makes, scores and weighs all candidates' forecasts at every rolling origin."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.ensemble.corrections import CorrectionShares
from forecasting.ensemble.expected_movements import DayDepartures, ExpectedMovements
from forecasting.ensemble.weights import LaneScores
from forecasting.methods.lanes import LaneBank, LanePlan
from forecasting.methods.smoothing import Floats


@dataclass(frozen=True, kw_only=True, slots=True)
class RollingFit:
    """What one pass learned of a chunk of queues, on the scale that it worked on.

    Attributes
    ----------
    point : ndarray of shape (n_queues, horizon, n_slots)
        Forecast from the end of the history.
    parts : ndarray of shape (4, n_queues, horizon, n_slots)
        Level, trend, weekly and yearly pattern that the forecast is the sum of.
    errors : ndarray of shape (n_origins, n_queues, horizon, n_slots)
        Actual less forecast from each origin, by weights that were known there; NaN where either is missing.
    weight, score : ndarray of shape (n_queues, n_lanes)
        Final weights (sum 1), and recent mean absolute errors.
    share : ndarray of shape (n_queues, n_movements)
        Final shares of the corrections.
    """

    point: Floats
    parts: Floats
    errors: Floats
    weight: Floats
    score: Floats
    share: Floats


def roll(
    values: Floats,
    horizon: int,
    origins: Sequence[int],
    plan: LanePlan,
    *,
    warm_up: int,
    month_place: NDArray[np.intp] | None = None,
) -> RollingFit:
    """Step all candidates through the history and keep the errors of their weighted and corrected mean.

    Parameters
    ----------
    values : ndarray of shape (n_steps, n_queues, n_slots)
        History on a scale of even variance, NaN where not observed.
    horizon : int
        Steps ahead.
    origins
        Numbers of steps known at the rolling origins, ascending.
    plan
        The candidates.
    warm_up : int
        Steps that a queue must have been seen for before its first origin counts.
    month_place : ndarray of shape (n_steps + horizon,) or None
        Place in the month of each day known and ahead; None where steps are weeks or have no dates.
    """
    observed = ~np.isnan(values)
    filled, seen = np.where(observed, values, 0).astype(values.dtype), observed.astype(values.dtype)
    first = _first_seen(observed)
    bank = _start(plan, values, filled, seen, first, warm_up)
    movements = ExpectedMovements(
        past=bank.year_ago,
        season=plan.season,
        year=plan.year,
        shapes=plan.movements,
        days=DayDepartures.start(len(values), len(first), month_place),
    )
    shares = CorrectionShares.start(len(movements.names), len(first))
    scores = LaneScores.start(len(plan.names), len(first), values.dtype, plan.power, plan.decay)
    errors = np.full((len(origins), len(first), horizon, values.shape[2]), np.nan, values.dtype)
    for row, origin in enumerate(origins):
        _advance(bank, filled, int(first.min()), origin)
        if origin <= first.min():
            continue
        bank.prepare(horizon)
        raw = _judge_lanes(bank, filled, horizon, scores, origin - first >= warm_up)
        raw[~(observed[origin : origin + len(raw)] & (origin - first >= warm_up)[:, None])] = np.nan
        moved = movements.ahead(origin, horizon)
        corrected = raw - (shares.at(origin)[:, None] * moved).sum(axis=0)[: len(raw), :, None].astype(raw.dtype)
        errors[row, :, : len(raw)] = corrected.transpose(1, 0, 2)
        judged = slice(0, len(raw), _judging_stride(plan.season, horizon))
        shares.add(origin + horizon, moved[:, judged], _mean_slot(raw[judged]))
    _advance(bank, filled, int(first.min()), len(values))
    bank.prepare(horizon)
    return _final(bank, movements, shares.at(len(values)), scores, errors, horizon)


def _first_seen(observed: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Step of the first observation of each queue, the number of steps where there is none."""
    alive = observed.any(axis=2)
    return np.asarray(np.where(alive.any(axis=0), alive.argmax(axis=0), len(observed)), dtype=np.intp)


def _start(
    plan: LanePlan, values: Floats, filled: Floats, seen: Floats, first: NDArray[np.intp], warm_up: int
) -> LaneBank:
    n_steps = len(values)
    weeks = np.minimum(first[None, :] + np.arange(warm_up)[:, None], n_steps - 1)
    opening = np.where((weeks - first >= 0)[:, :, None], np.take_along_axis(values, weeks[:, :, None], axis=0), np.nan)
    return LaneBank.start(plan, filled, seen, first, opening.astype(values.dtype), (weeks - n_steps) % plan.season)


def _advance(bank: LaneBank, filled: Floats, start: int, stop: int) -> None:
    bank.known = max(bank.known, min(start, stop))
    while bank.known < stop:
        bank.step(filled[bank.known])


def _judge_lanes(bank: LaneBank, filled: Floats, horizon: int, scores: LaneScores, ready: NDArray[np.bool_]) -> Floats:
    """Score all candidates from here; return actual less their weighted mean, of shape (n_ahead, n_queues, n_slots)."""
    plan, origin = bank.plan, bank.known
    stop = min(origin + horizon, len(filled))
    mean = bank.parts(scores.weights(origin), horizon).sum(axis=0)
    raw: Floats = filled[origin:stop] - mean[: stop - origin]
    buffer = np.empty((len(plan.names), *filled.shape[1:]), filled.dtype)
    size, count = np.zeros(buffer.shape[:2], filled.dtype), np.zeros(filled.shape[1], filled.dtype)
    for target in range(origin, stop, _judging_stride(plan.season, horizon)):
        guess = bank.forecast(target - origin + 1, buffer)
        guess -= filled[target]
        np.abs(guess, out=guess)
        if not bank.complete[target]:
            guess *= bank.seen[target]
        size += guess[:, :, 0] if guess.shape[2] == 1 else guess.sum(axis=2)
        count += bank.seen[target].sum(axis=1)
    scores.add(origin + horizon, size, count * ready)
    return raw


def _judging_stride(season: int, horizon: int) -> int:
    """Over two weeks or more every other day holds each weekday as often, and says as much at half the work."""
    return 2 if season > 1 and horizon >= 2 * season else 1


def _mean_slot(errors: Floats) -> NDArray[np.float32]:
    """Mean over the slots of a step that were seen, of shape (n_ahead, n_queues); NaN where none was."""
    if errors.shape[2] == 1:
        return errors[:, :, 0].astype(np.float32)
    seen = ~np.isnan(errors)
    count = seen.sum(axis=2)
    total = np.where(seen, errors, 0).sum(axis=2)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan).astype(np.float32)


def _final(
    bank: LaneBank,
    movements: ExpectedMovements,
    share: NDArray[np.float32],
    scores: LaneScores,
    errors: Floats,
    horizon: int,
) -> RollingFit:
    """Forecast from the end of the history."""
    weight = scores.weights(bank.known)
    parts = bank.parts(weight, horizon)
    for part, moved in zip(movements.parts, share[:, None] * movements.ahead(bank.known, horizon), strict=True):
        parts[part] += moved[:, :, None].astype(parts.dtype)
    return RollingFit(
        point=parts.sum(axis=0).transpose(1, 0, 2),
        parts=parts.transpose(0, 2, 1, 3),
        errors=errors,
        weight=weight.T,
        score=scores.mean(bank.known).T,
        share=share.T,
    )
