"""Where a plan stands with its queues, and rows that say how much more would save items that it misses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimization.program.deadline_cover import AskedPaths
from optimization.program.stacked_flows import StackedFlows
from optimization.program.staffing_case import StaffingCase
from optimization.program.staffing_program import Cut, column

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

# Shares that are short by less than this are met.
SHARE_TOLERANCE = 1e-6


@dataclass(frozen=True, kw_only=True, eq=False)
class Position:
    """A plan as its queues see it.

    Attributes
    ----------
    case
        What is known.
    flows
        Its deferred queues.
    given : ndarray of shape (n_teams, n_queues, n_weeks)
        Productive hours of each team in each queue. [h]
    margin : ndarray of shape (n_queues,)
        Part by which more hours are asked than the flow needs, so that the service model agrees. [-]
    relaxed : ndarray of shape (n_queues, n_weeks)
        Part of a queue's items that is given up for lack of hours, by the week of their deadline. [-]
    asked
        Paths on which a chance constraint asks for the target.
    extra : mapping
        Values of the columns that a target has added, by name.
    serial
        Number of the round, which makes names of rows unique.
    """

    case: StaffingCase
    flows: StackedFlows
    given: FloatArray
    margin: FloatArray
    relaxed: FloatArray
    asked: AskedPaths
    extra: Mapping[str, float]
    serial: int

    @property
    def deferred(self) -> list[int]:
        """Numbers of the deferred queues."""
        return [number for number, queue in enumerate(self.case.queues) if not queue.is_live]

    @cached_property
    def _missed(self) -> tuple[dict[int, FloatArray], dict[int, BoolArray]]:
        return self.flows.at({queue: self.capacity(queue) for queue in self.deferred})

    def capacity(self, queue: int) -> FloatArray:
        """Items that count as decidable in each step, of shape (n_steps,) [items]."""
        return np.asarray(self.case.capacity_items(self.given, queue) / (1.0 + self.margin[queue]))

    def missed(self, queue: int) -> FloatArray:
        """Fewest items missed, of shape (n_paths,) [items]."""
        return self._missed[0][queue]

    def saves(self, queue: int) -> BoolArray:
        """Steps in which one more item of capacity saves one, of shape (n_steps, n_paths)."""
        return self._missed[1][queue]

    def late_share(self, queue: int) -> FloatArray:
        """Fewest items missed over items due, of shape (n_paths,) [-]."""
        due = self.case.flows[queue].due_items
        return np.divide(self.missed(queue), due, out=np.zeros_like(due), where=due > 0)

    def allowed(self, queue: int) -> float:
        """Share of items that may be late [-]."""
        return float(self.asked.allowed[queue] + self.relaxed[queue].sum())


@dataclass(frozen=True, kw_only=True, slots=True)
class Touching:
    """A row that touches what a target asks for at a position.

    Attributes
    ----------
    cut
        Row.
    excess
        By how much the position is beyond it; 0 or below where the position keeps it. [unit of the row]
    tolerance
        Excess up to which it counts as kept.
    column_for_rest
        Column that takes up the excess at its cost; None where none may.
    """

    cut: Cut
    excess: float
    tolerance: float
    column_for_rest: str | None = None


def missed_cut(
    position: Position,
    queue: int,
    weight: FloatArray,
    *,
    allowed: float,
    column_for_rest: str | None = None,
) -> Cut:
    """Row that bounds a weighted sum of items missed over the paths by what is allowed.

    Parameters
    ----------
    position
        The plan that it is to touch.
    queue : int
        Which.
    weight : ndarray of shape (n_paths,)
        Weight of an item missed on each path.
    allowed : float
        Most that the weighted sum may be, before any relaxation.
    column_for_rest
        Column that takes up what exceeds `allowed`; the relaxations of the queue's target if None.

    Returns
    -------
    Cut
        sum over paths of weight x (constant - saves @ capacity) <= allowed + rest, with the capacity written as hours
        given.
    """
    saved = position.saves(queue) @ weight
    constant = float(weight @ position.missed(queue) + saved @ position.capacity(queue))
    weeks = range(position.case.n_weeks)
    rest = [column("relax_queue", queue, week) for week in weeks] if column_for_rest is None else [column_for_rest]
    return Cut(
        name=column("missed", queue, position.serial),
        coefficients={**hours_in_steps(position, queue, saved), **dict.fromkeys(rest, 1.0)},
        lower=constant - allowed,
        queue=queue,
        margin=float(position.margin[queue]),
        allowed=allowed if column_for_rest is None else None,
    )


def missed_cuts_again(position: Position, cuts: Sequence[Cut]) -> list[Cut]:
    """Rows of an earlier program of the same case that bound items missed, as they read now.

    Parameters
    ----------
    position
        Any plan, under the margins and with the share to be missed that hold now.
    cuts
        From before.

    Returns
    -------
    list of Cut

    Notes
    -----
    Items missed are a function of the capacity in items, of which a row is a tangent wherever it was taken. An hour is
    worth 1 / (1 + margin) of its items.
    """
    found = []
    for number, cut in enumerate(cuts):
        if cut.allowed is None:
            continue
        scale = (1.0 + cut.margin) / (1.0 + float(position.margin[cut.queue])) / cut.unit
        allowed = float(position.asked.allowed[cut.queue])
        found.append(
            replace(
                cut,
                name=column("again", cut.queue, number),
                coefficients={
                    name: worth * scale if name.startswith("give") else worth / cut.unit
                    for name, worth in cut.coefficients.items()
                },
                lower=cut.lower / cut.unit + cut.allowed - allowed,
                margin=float(position.margin[cut.queue]),
                allowed=allowed,
                unit=1.0,
            )
        )
    return found


def hours_in_steps(position: Position, queue: int, items_of_step: FloatArray) -> dict[str, float]:
    """Write a weighted sum of the capacity of steps as hours given.

    Parameters
    ----------
    position
        Its case and margins.
    queue : int
        Which.
    items_of_step : ndarray of shape (n_steps,)
        Weight of one item of capacity in each step.

    Returns
    -------
    dict
        Weight of an hour, by name of the column.
    """
    case = position.case
    hours = case.hours_of_steps(queue, items_of_step) / (1.0 + position.margin[queue])
    able, weeks = np.nonzero((hours > 0) & (case.skill[:, queue, None] > 0))
    return {
        column("give", team, queue, week): worth
        for team, week, worth in zip(able.tolist(), weeks.tolist(), hours[able, weeks].tolist(), strict=True)
    }
