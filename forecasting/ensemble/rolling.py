"""One pass through the history that makes, scores and weighs all candidates' forecasts at every rolling origin."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.ensemble.corrections import CorrectionShares
from forecasting.ensemble.walk import Walk, corrected
from forecasting.ensemble.weights import LaneScores
from forecasting.methods.lane_plan import LanePlan
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
    month_places: NDArray[np.intp] | None = None,
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
    month_places : ndarray of shape (2, n_steps + horizon) or None
        Places in the month of each day known and ahead; None where steps are weeks or have no dates.
    """
    walk = Walk.start(values, horizon, plan, warm_up, month_places)
    bank, n_queues = walk.bank, len(walk.first)
    shares = CorrectionShares.start(len(walk.movements.names), n_queues)
    scores = LaneScores.start(len(plan.names), n_queues, values.dtype, plan.power, plan.decay)
    errors = np.full((len(origins), n_queues, horizon, values.shape[2]), np.nan, values.dtype)
    judged = slice(None, None, _judging_stride(plan.season, horizon))
    for row, origin in walk.stops(origins):
        raw = walk.errors(scores.weights(origin, bank.ready))
        _judge_lanes(walk, scores)
        moved = walk.movements.ahead(origin, horizon)
        errors[row, :, : len(raw)] = corrected(raw, moved, shares.at(origin))
        shares.add(origin + horizon, moved[:, : len(raw)][:, judged], _mean_slot(raw[judged]))
    walk.finish()
    return _final(walk, shares.at(len(values)), scores, errors)


def _judge_lanes(walk: Walk, scores: LaneScores) -> None:
    """Score all candidates from here."""
    bank, plan, origin, filled = walk.bank, walk.bank.plan, walk.bank.known, walk.filled
    stop = min(origin + walk.horizon, len(filled))
    buffer = np.empty((len(plan.names), *filled.shape[1:]), filled.dtype)
    size, count = np.zeros(buffer.shape[:2], filled.dtype), np.zeros(filled.shape[1], filled.dtype)
    for target in range(origin, stop, _judging_stride(plan.season, walk.horizon)):
        guess = bank.forecast(target - origin + 1, buffer)
        guess -= filled[target]
        np.abs(guess, out=guess)
        if not bank.complete[target]:
            guess *= bank.seen[target]
        size += guess[:, :, 0] if guess.shape[2] == 1 else guess.sum(axis=2)
        count += bank.seen[target].sum(axis=1)
    scores.add(origin + walk.horizon, size, count * walk.old_enough)


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


def _final(walk: Walk, share: NDArray[np.float32], scores: LaneScores, errors: Floats) -> RollingFit:
    """Forecast from the end of the history."""
    bank = walk.bank
    score = scores.mean(bank.known)
    weight = scores.weights(bank.known, bank.ready)
    parts = bank.parts(weight, walk.horizon)
    ahead = walk.movements.ahead(bank.known, walk.horizon)
    for part, moved in zip(walk.movements.parts, share[:, None] * ahead, strict=True):
        parts[part] += moved[:, :, None].astype(parts.dtype)
    return RollingFit(
        point=parts.sum(axis=0).transpose(1, 0, 2),
        parts=parts.transpose(0, 2, 1, 3),
        errors=errors,
        weight=weight.T,
        score=score.T,
        share=share.T,
    )
