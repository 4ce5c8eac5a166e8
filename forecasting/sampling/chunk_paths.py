"""Sample paths of one chunk of queues, in blocks that stay in the processor's cache."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.ensemble.fitting import QueueFits, StepLayout, corrections, count_origins, fit_queues
from forecasting.ensemble.record import EnsembleRecord, split_items
from forecasting.methods.variance_scale import to_even_variance
from forecasting.sampling.cold_start import LEAST_OWN_ORIGINS, Donors, cold_paths, cold_point, no_donors, unseen_paths
from forecasting.sampling.few_horizons import keep_mean, sizes_drawn
from forecasting.sampling.paths import (
    MANY_ZEROS,
    OriginDraws,
    Singles,
    complete_trajectories,
    horizons_spanned,
    lasting_bias,
    root_paths,
    rounding_table,
    to_items,
    whole_items,
)
from forecasting.sampling.seasons_of_error import spread_ahead

# Queues whose paths are worked on at once.
BLOCK_QUEUES = 16
# The weekly pattern is a closure where a place was never seen in so many weeks.
LEAST_WEEKS_CLOSED = 4
# Mean error on the root scale below which a queue moves less than counts do by chance alone, which err by 0.4.
LEAST_ERROR = 0.1
ChunkInput = tuple[tuple[str, ...], NDArray[np.float64], NDArray[np.float64] | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class PanelTask:
    """What every chunk of a panel shares.

    Attributes
    ----------
    horizon : int
        Periods ahead.
    season_periods : int
        Periods in a week.
    seed : int
        Seed of all draws.
    layout
        Arrangement of periods into steps.
    draws
        Origins drawn.
    donors
        What long histories lend.
    month_places : ndarray of shape (2, n_steps + horizon) or None
        Places in the month of each day known and ahead.
    """

    horizon: int
    season_periods: int
    seed: int
    layout: StepLayout
    draws: OriginDraws
    donors: Donors
    month_places: NDArray[np.intp] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class PanelPaths:
    """Paths of some or all queues, with what made them."""

    arrivals: NDArray[np.float64]
    method: tuple[str, ...]
    ensemble: EnsembleRecord


def sample_chunk(task: PanelTask, chunk: ChunkInput, out: NDArray[np.float64] | None = None) -> PanelPaths:
    """Draw the paths of some queues.

    Parameters
    ----------
    task
        What all chunks share.
    chunk
        Names, items (n_queues, n_periods) and factors on the arrivals (n_queues, n_paths, horizon) or None.
    out : ndarray of shape (n_queues, n_paths, horizon) or None
        Where to write the arrivals; None for a new array.
    """
    names, items, multiplier = chunk
    draws = task.draws
    fits = fit_queues(items, task.horizon, task.layout, task.month_places)
    trajectories, n_own = complete_trajectories(fits.errors, task.layout.most_origins)
    plain, method = _plain_queues(task, names, items, fits, trajectories, n_own)
    spans = horizons_spanned(n_own, task.layout)
    seen = ~np.isnan(items)
    mirror = ((items == 0).sum(axis=1) <= MANY_ZEROS * seen.sum(axis=1)).astype(np.bool_)
    # A queue that is often empty errs by the rarity of its items; to stretch that would change how many there are.
    spread = np.where(mirror[:, None], spread_ahead(fits.errors, task.layout), 1.0)
    trajectories *= spread[:, None]
    bias = lasting_bias(trajectories, spans)
    counts = ((items == np.rint(items)) | ~seen).all(axis=1)
    is_open = _open_periods(task, items, method)
    lengths, length = np.unique(spans, return_inverse=True)
    size = sizes_drawn(lengths, draws.score).astype(np.float32)
    point, single, centre = (each.astype(np.float32) for each in (fits.point, trajectories, bias))
    arrivals = np.empty((len(names), len(draws.origin), task.horizon)) if out is None else out
    table = rounding_table(task.seed, len(draws.origin) * task.horizon)
    quiet_mean, mean = np.empty(fits.point.shape), np.empty(fits.point.shape)
    for first in range(0, len(names), BLOCK_QUEUES):
        block = slice(first, first + BLOCK_QUEUES)
        roots = root_paths(point[block], single[block], centre[block], mirror[block], size[length[block]], draws)
        rate = to_items(roots)
        _keep_number(rate, point[block], single[block], centre[block], mirror[block], draws)
        for row in range(first, min(first + BLOCK_QUEUES, len(names))):
            if row in plain:
                rate[row - first] = plain[row]
        if not is_open[block].all():
            rate *= is_open[block, None]
        if multiplier is not None:
            quiet_mean[block] = rate.mean(axis=1, dtype=np.float64)
            rate *= multiplier[block].astype(np.float32)
        for counted in np.flatnonzero(counts[block]):
            whole_items(rate[counted], table, names[first + counted])
        arrivals[block] = rate
        mean[block] = (np.ones((1, len(draws.origin))) @ arrivals[block])[:, 0] / len(draws.origin)
    parts = split_items(fits.parts, mean if multiplier is None else quiet_mean, mean)
    ensemble = EnsembleRecord(
        lanes=task.layout.plan.names,
        movements=corrections(task.layout, task.month_places),
        weight=fits.weight,
        score=fits.score,
        share=fits.share,
        parts=parts,
    )
    return PanelPaths(arrivals=arrivals, method=tuple(method), ensemble=ensemble)


def _keep_number(
    rate: Singles,
    point: Singles,
    trajectories: Singles,
    bias: Singles,
    mirror: NDArray[np.bool_],
    draws: OriginDraws,
) -> None:
    """Let the sizes of errors, in queues that are often empty, not change in place how many items come."""
    rows = np.flatnonzero(~mirror)
    if rows.size:
        past = np.ones((rows.size, rate.shape[1]), np.float32)
        kept = rate[rows]
        keep_mean(kept, to_items(root_paths(point[rows], trajectories[rows], bias[rows], mirror[rows], past, draws)))
        rate[rows] = kept


def _plain_queues(
    task: PanelTask,
    names: tuple[str, ...],
    items: NDArray[np.float64],
    fits: QueueFits,
    trajectories: NDArray[np.float64],
    n_own: NDArray[np.intp],
) -> tuple[dict[int, Singles], list[str]]:
    """Paths, by row, of queues that cannot be back-tested or never changed; and the methods of all in words."""
    n_origins = count_origins(items, task.horizon, task.layout)
    level = np.maximum(np.abs(fits.point).mean(axis=1), 0.6)
    error = np.abs(trajectories).mean(axis=(1, 2))
    still = (n_origins >= LEAST_OWN_ORIGINS) & (error < 1e-3 * level) & (error < LEAST_ERROR)
    counted, total = (~np.isnan(items)).sum(axis=1), np.nansum(items, axis=1)
    lanes, method = task.layout.plan.names, []
    plain: dict[int, Singles] = {}
    for row, name in enumerate(names):
        leading = lanes[int(fits.weight[row].argmax())]
        method.append(f"ensemble, {fits.weight[row].max():.0%} {leading}, errors of {n_own[row]} origins")
        if total[row] > 0 and n_origins[row] >= LEAST_OWN_ORIGINS and not still[row]:
            continue
        rng = np.random.default_rng([task.seed, 4, *name.encode()])
        if total[row] == 0:
            method[row] = f"always empty in {counted[row]} periods: rate drawn from its posterior"
            drawn = unseen_paths(int(counted[row]), len(task.draws.origin), task.horizon, rng)
            plain[row] = drawn.astype(np.float32)
            _forget(fits, row, to_even_variance(drawn.mean(axis=0)))
            continue
        point, method[row] = _cold_root_point(task, items[row], fits, row, int(counted[row]), bool(still[row]))
        lends = no_donors(task.season_periods) if still[row] else task.donors
        plain[row] = to_items(cold_paths(point, items[row], lends, task.draws.origin, rng).astype(np.float32)[None])[0]
    return plain, method


def _cold_root_point(
    task: PanelTask, items: NDArray[np.float64], fits: QueueFits, row: int, counted: int, still: bool
) -> tuple[NDArray[np.float64], str]:
    """Point forecast on the root scale of a queue with few or no past errors, and its method in words."""
    if still:
        known = items[~np.isnan(items)]
        said = "the same" if known.min() == known.max() else "foreseen with hardly an error"
        return fits.point[row], f"{said} in {counted} periods: level, with assumed spread"
    lent = f"shape and spread of {len(task.donors.names)} other queues" if task.donors.names else "assumed spread"
    if counted >= 2 * task.layout.warm_up * task.layout.slots:
        return fits.point[row], f"ensemble with {lent}, widened ({counted} periods seen, too few to back-test)"
    point = to_even_variance(cold_point(items, task.horizon, task.donors))
    _forget(fits, row, point)
    return point, f"level of {counted} periods seen with {lent}, widened"


def _forget(fits: QueueFits, row: int, point: NDArray[np.float64]) -> None:
    """Let the record say that the ensemble was not used: all is level."""
    fits.weight[row], fits.score[row], fits.share[row], fits.parts[:, row] = 0.0, 0.0, 0.0, 0.0
    fits.parts[0, row] = point


def _open_periods(task: PanelTask, items: NDArray[np.float64], method: list[str]) -> NDArray[np.float32]:
    """1 or, at places of the week that were never seen, 0, of shape (n_queues, horizon); `method` comes to say so."""
    is_open = np.ones((len(items), task.horizon), np.float32)
    season, n_periods = task.season_periods, items.shape[1]
    if season == 1 or n_periods < LEAST_WEEKS_CLOSED * season:
        return is_open
    weeks = ~np.isnan(items[:, n_periods % season :]).reshape(len(items), -1, season)
    seen = np.asarray(weeks.any(axis=1), dtype=np.bool_)
    spanned = np.asarray(weeks.any(axis=2).sum(axis=1)) >= LEAST_WEEKS_CLOSED
    for row in np.flatnonzero(spanned & ~seen.all(axis=1)):
        is_open[row] = seen[row, np.arange(task.horizon) % season]
        method[row] += f"; nothing at {int((~seen[row]).sum())} of {season} places of the week, never observed"
    return is_open
