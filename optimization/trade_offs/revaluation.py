"""New values of one block after a change of sizes or volumes, the others kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from capacity import required_staffing
from optimization.block_values import SetValues
from optimization.case import PlanningCase
from optimization.request import touched
from optimization.set_outcomes import BlockValues, SetOutcomes, nothing_proven, outcomes_of_sets
from optimization.value import service_of

FloatArray = NDArray[np.float64]


def block_of(values: SetValues, row: int) -> int:
    """Return the index of the block that holds a request, given by its row."""
    return next(index for index, block in enumerate(values.blocks) if row in block.block.requests)


def with_scaled_effects(values: SetValues, row: int, factor: float, *, most_usd: float = float("inf")) -> SetValues:
    """Value all sets as if every effect of one request were larger or smaller.

    Parameters
    ----------
    values
        Every feasible set of every block, valued.
    row : int
        Which request.
    factor : float
        On the size of its effects, 0 or more; reductions stop where nothing is left. [-]
    most_usd : float
        Sets of the block that cost more keep their old values: they must not matter. [USD]

    Returns
    -------
    SetValues
        Sets without the request keep their values; only those with it are valued again.
    """
    case = values.case
    size = case.size.copy()
    for index, (request, effect) in enumerate(case.effects):
        if request == row:
            least = -0.99 if effect.low < 0 else 0.0
            size[index] = np.maximum(factor * size[index], least)
    column = block_of(values, row)
    place = values.blocks[column].block.requests.index(row)
    block = values.blocks[column]
    changed = (block.block.levels[:, place] > 0) & (block.cost_cents / 100 <= most_usd)
    return _revalued(values, replace(case, size=size), column, changed)


def with_scaled_volume(values: SetValues, row: int, factor: float) -> SetValues:
    """Value all sets as if the queues that a request touches had more or less volume.

    Parameters
    ----------
    values
        Every feasible set of every block, valued.
    row : int
        Which request.
    factor : float
        On the arrivals of those queues, 0 or more. [-]

    Returns
    -------
    SetValues
        What the queues require, by which hours are shared among them, is found anew.
    """
    case = values.case
    names = touched(case.requests[row], case.queues, case.teams)
    arrivals = case.forecast.arrivals.copy()
    arrivals[[queue.name in names for queue in case.queues]] *= factor
    forecast = replace(case.forecast, arrivals=arrivals)
    requirement = required_staffing(forecast, case.queues, case.teams, probability=case.requirement.probability)
    scaled = replace(case, forecast=forecast, requirement=requirement)
    column = block_of(values, row)
    everything = np.ones(len(values.blocks[column].cost_cents), dtype=bool)
    due = service_of(scaled, np.zeros(len(case.requests))).due
    return replace(_revalued(values, scaled, column, everything), today_due=due)


def _revalued(values: SetValues, case: PlanningCase, column: int, changed: NDArray[np.bool_]) -> SetValues:
    """Replace the values of some sets of one block, and what was proven of sets of any block that were not valued.

    That does not hold for other sizes or volumes; of other blocks neither, as shares count over all volume.
    """
    values = replace(values, case=case, blocks=tuple(_unproven(block) for block in values.blocks), measured={})
    before = values.blocks[column]
    if not before.block.queues or not changed.any():
        return values
    levels = np.zeros((int(changed.sum()), len(case.requests)))
    levels[:, list(before.block.requests)] = before.block.levels[changed]
    again = outcomes_of_sets(case, before.block, levels)
    kept = {name: getattr(before.outcomes, name).copy() for name in ("late_harm", "late_items", "met", "freed_hours")}
    for name, array in kept.items():
        array[changed] = getattr(again, name)
    after = replace(before, outcomes=SetOutcomes(**kept))
    return replace(values, blocks=(*values.blocks[:column], after, *values.blocks[column + 1 :]))


def _unproven(block: BlockValues) -> BlockValues:
    return block if block.open_sets is None else replace(block, open_sets=nothing_proven(block.cost_cents))
