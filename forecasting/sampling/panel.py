"""Sample paths for a whole panel, chunk by chunk: memory grows with the chunk, results do not depend on it."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from functools import partial

import numpy as np
from numpy.typing import NDArray

from forecasting.ensemble.fitting import (
    StepLayout,
    corrections,
    count_origins,
    fit_queues,
    lay_out,
    month_places_of_steps,
)
from forecasting.ensemble.record import EnsembleRecord
from forecasting.sampling.chunk_paths import ChunkInput, PanelPaths, PanelTask, sample_chunk
from forecasting.sampling.cold_start import DONORS, LEAST_OWN_ORIGINS, Donors, no_donors, pool_donors
from forecasting.sampling.paths import complete_trajectories, draw_origins

# Queues a chunk where a step is one period: few enough for the cache, many enough to pay for each call.
CHUNK_QUEUES = 1024
# Chunks handed to an executor before the first of them is taken back: memory grows with these, not with the panel.
IN_FLIGHT = 16
Multiplier = Callable[[slice], NDArray[np.float64]]


def sample_panel(
    names: tuple[str, ...],
    items: NDArray[np.float64],
    horizon: int,
    *,
    season_periods: int,
    n_paths: int,
    seed: int,
    month_places: NDArray[np.intp] | None = None,
    multiplier: Multiplier | None = None,
    executor: Executor | None = None,
    chunk_queues: int | None = None,
) -> PanelPaths:
    """Draw joint sample paths of all queues.

    Parameters
    ----------
    names
        Queues.
    items : ndarray of shape (n_queues, n_periods)
        Items without what events did, NaN where not to be learned from; at least one known a queue. [items]
    horizon : int
        Periods ahead.
    season_periods : int
        Periods in a week.
    n_paths, seed : int
        Joint draws, and their seed.
    month_places : ndarray of shape (2, n_periods + horizon) or None
        Places in the month of each period known and ahead, as `forecasting.volumes.wall_clock.month_places` gives them.
    multiplier
        Gives, for some rows of the panel, factors of shape (n_queues, n_paths, horizon) on the arrivals.
    executor
        Runs the chunks; None for one after the other.
    chunk_queues : int or None
        Queues a chunk; None for what suits the cache.
    """
    layout = lay_out(items.shape[1], horizon, season_periods)
    places = month_places_of_steps(month_places, layout)
    task = PanelTask(
        horizon=horizon,
        season_periods=season_periods,
        seed=seed,
        layout=layout,
        draws=draw_origins(seed, n_paths, layout.most_origins, -(-layout.horizon // layout.stride)),
        donors=_find_donors(names, items, horizon, season_periods, layout, places),
        month_places=places,
    )
    size = chunk_queues or max(8, CHUNK_QUEUES // layout.slots)
    pieces = [slice(first, min(first + size, len(names))) for first in range(0, len(names), size)]
    tasks: Iterator[ChunkInput] = (
        (names[piece], items[piece], multiplier(piece) if multiplier else None) for piece in pieces
    )
    arrivals = np.empty((len(names), n_paths, horizon))
    done = (
        (sample_chunk(task, chunk, arrivals[piece]) for piece, chunk in zip(pieces, tasks, strict=True))
        if executor is None
        else in_order(executor, partial(sample_chunk, task), tasks)
    )
    results = []
    for piece, result in zip(pieces, done, strict=True):
        if executor is not None:
            arrivals[piece] = result.arrivals
        results.append((result.method, result.ensemble))
    record = EnsembleRecord(
        lanes=layout.plan.names,
        movements=corrections(layout, places),
        weight=np.concatenate([each.weight for _, each in results]),
        score=np.concatenate([each.score for _, each in results]),
        share=np.concatenate([each.share for _, each in results]),
        parts=np.concatenate([each.parts for _, each in results]),
    )
    return PanelPaths(
        arrivals=arrivals, method=tuple(name for method, _ in results for name in method), ensemble=record
    )


def in_order(
    executor: Executor, work: Callable[[ChunkInput], PanelPaths], chunks: Iterator[ChunkInput]
) -> Iterator[PanelPaths]:
    """Results in the order of the chunks, no more of which are made and handed out than `IN_FLIGHT` at a time."""
    waiting: deque[Future[PanelPaths]] = deque()
    for chunk in chunks:
        waiting.append(executor.submit(work, chunk))
        if len(waiting) == IN_FLIGHT:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _find_donors(
    names: tuple[str, ...],
    items: NDArray[np.float64],
    horizon: int,
    season_periods: int,
    layout: StepLayout,
    month_places: NDArray[np.intp] | None,
) -> Donors:
    """Fit the first queues with a long history, if there is a queue without."""
    own = count_origins(items, horizon, layout)
    known = np.nansum(items, axis=1) > 0
    lenders = np.flatnonzero((own >= LEAST_OWN_ORIGINS) & known)[:DONORS]
    if not (own < LEAST_OWN_ORIGINS).any() or lenders.size == 0:
        return no_donors(season_periods)
    fits = fit_queues(items[lenders], horizon, layout, month_places)
    trajectories, _ = complete_trajectories(fits.errors, layout.most_origins)
    chosen = tuple(names[row] for row in lenders)
    return pool_donors(chosen, items[lenders], fits, trajectories, season_periods)
