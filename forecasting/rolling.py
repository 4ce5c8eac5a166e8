"""One pass through the history that makes, scores and weighs all candidates' forecasts at every rolling origin."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecasting.ensemble import LaneScores
from forecasting.lanes import LaneBank, LanePlan
from forecasting.smoothing import Floats


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
    """

    point: Floats
    parts: Floats
    errors: Floats
    weight: Floats
    score: Floats


def roll(
    values: Floats,
    horizon: int,
    origins: Sequence[int],
    plan: LanePlan,
    *,
    warm_up: int,
    power: float,
) -> RollingFit:
    """Step all candidates through the history and keep the errors of their weighted mean.

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
    power : float
        Weights are mean absolute errors to minus this power.
    """
    n_steps, n_queues, n_slots = values.shape
    dtype = values.dtype
    observed = ~np.isnan(values)
    filled, seen = np.where(observed, values, 0).astype(dtype), observed.astype(dtype)
    alive = observed.any(axis=2)
    first = np.where(alive.any(axis=0), alive.argmax(axis=0), n_steps)
    weeks = np.minimum(first[None, :] + np.arange(warm_up)[:, None], n_steps - 1)
    opening = np.where((weeks - first >= 0)[:, :, None], np.take_along_axis(values, weeks[:, :, None], axis=0), np.nan)
    bank = LaneBank.start(plan, filled, seen, first, opening.astype(dtype), (weeks - n_steps) % plan.season)
    n_lanes = len(plan.names)
    scores = LaneScores.start(n_lanes, n_queues, dtype, power)
    buffer = np.empty((n_lanes, n_queues, n_slots), dtype)
    weighted = np.empty_like(buffer)
    errors = np.full((len(origins), n_queues, horizon, n_slots), np.nan, dtype)
    start = int(first.min())
    for row, origin in enumerate(origins):
        _advance(bank, filled, start, origin)
        if origin <= start:
            continue
        ready = origin - first >= warm_up
        weight = scores.weights(origin)
        size, count = np.zeros(buffer.shape[:2], dtype), np.zeros(n_queues, dtype)
        bank.prepare(horizon)
        for ahead in range(1, min(horizon, n_steps - origin) + 1):
            target = origin + ahead - 1
            guess = bank.forecast(ahead, buffer)
            np.multiply(weight[:, :, None], guess, out=weighted)
            errors[row, :, ahead - 1] = filled[target] - weighted.sum(axis=0)
            guess -= filled[target]
            np.abs(guess, out=guess)
            if not bank.complete[target]:
                guess *= seen[target]
            size += guess[:, :, 0] if n_slots == 1 else guess.sum(axis=2)
            count += seen[target].sum(axis=1)
        after = slice(origin, min(origin + horizon, n_steps))
        missing = ~(observed[after] & ready[:, None]).transpose(1, 0, 2)
        errors[row, :, : missing.shape[1]][missing] = np.nan
        scores.add(origin + horizon, size, count * ready)
    _advance(bank, filled, start, n_steps)
    weight = scores.weights(n_steps)
    bank.prepare(horizon)
    steps = range(1, horizon + 1)
    return RollingFit(
        point=np.stack([(weight[:, :, None] * bank.forecast(ahead, buffer)).sum(axis=0) for ahead in steps], axis=1),
        parts=np.stack([bank.parts(ahead, weight) for ahead in steps], axis=2),
        errors=errors,
        weight=weight.T,
        score=scores.mean(n_steps).T,
    )


def _advance(bank: LaneBank, filled: Floats, start: int, stop: int) -> None:
    bank.known = max(bank.known, min(start, stop))
    while bank.known < stop:
        bank.step(filled[bank.known])
