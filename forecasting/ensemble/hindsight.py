"""Errors that the final ensemble would have made at the origins of a short back-test, by what it knows now."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from forecasting.ensemble.walk import Walk, corrected
from forecasting.ensemble.weights import weights_of
from forecasting.methods.lane_plan import LanePlan
from forecasting.methods.smoothing import Floats

# Repeating the year is never taken to change errors by a larger factor.
LARGEST_CHANGE = 2.5


def errors_in_hindsight(
    values: Floats,
    horizon: int,
    origins: Sequence[int],
    plan: LanePlan,
    score: Floats,
    share: Floats,
    *,
    warm_up: int,
    month_places: NDArray[np.intp] | None = None,
) -> Floats:
    """Step the candidates through the history once more, with the final weights and shares at every origin.

    Parameters
    ----------
    values, horizon, origins, plan, warm_up, month_places
        As `forecasting.ensemble.rolling.roll` takes them.
    score : ndarray of shape (n_queues, n_lanes)
        Final mean absolute errors of the candidates.
    share : ndarray of shape (n_queues, n_movements)
        Final shares of the corrections.

    Returns
    -------
    ndarray of shape (n_origins, n_queues, horizon, n_slots)
        Actual less forecast from each origin; NaN where either is missing.

    Notes
    -----
    Over few horizons weights and shares are still being learned, and errors made before overstate the next one. Levels
    and patterns here are those known at the origin; only weights and shares are the final ones, each from so many
    errors that they fit little of a single one.

    Before a year had passed nothing could repeat it. Errors from such origins are multiplied by what is left of the
    later ones where candidates that repeat the year are admitted: the ratio of mean absolute errors with and without
    them at the origins that know a year. It may exceed 1, by chance or because a pattern did not repeat; where there is
    none it is 1 on average.
    """
    walk = Walk.start(values, horizon, plan, warm_up, month_places)
    bank, lanes, shares = walk.bank, score.T, share.T
    errors = np.full((len(origins), len(walk.first), horizon, values.shape[2]), np.nan, values.dtype)
    yearless = np.zeros((len(origins), len(walk.first)), np.bool_)
    plain = weights_of(lanes, np.broadcast_to(~np.asarray(plan.repeats_year)[:, None], lanes.shape), plan.power)
    left, without = np.zeros((2, len(walk.first)))
    for row, origin in walk.stops(origins):
        raw = walk.errors(weights_of(lanes, bank.ready, plan.power))
        errors[row, :, : len(raw)] = corrected(raw, walk.movements.ahead(origin, horizon), shares)
        yearless[row] = ~bank.year_known
        if any(plan.repeats_year) and bank.year_known.any():
            left += np.nansum(np.abs(raw), axis=(0, 2)) * bank.year_known
            without += np.nansum(np.abs(walk.errors(plain)), axis=(0, 2)) * bank.year_known
    ratio = np.where((left > 0) & (without > 0), left / np.where(without > 0, without, 1.0), 1.0)
    factor = np.clip(ratio, 1 / LARGEST_CHANGE, LARGEST_CHANGE)
    errors *= np.where(yearless, factor, 1.0)[:, :, None, None].astype(values.dtype)
    return errors
