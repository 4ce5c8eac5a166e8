"""Heads on tours and their breaks against the heads that each interval of the week needs, as a linear program."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from capacity.supply import WEEK_HOURS
from optimization.program.linear_model import LinearModel
from optimization.shifts.tour import Break, Tour

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
Group = tuple[int, float, Break]

SLACK = 1e-9  # [h]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CoverProgram:
    """Minimise the cost of heads on tours so that every interval has enough of them at work.

    Attributes
    ----------
    n_intervals
        Of the week.
    cost : ndarray of shape (n_tours,)
        Of one head on each tour. [USD/week]
    groups
        Heads who take the same break of the same shift: day, start of the shift and break.
    group_of : ndarray of int of shape (n_placements,)
        Group of each placement of a break.
    begin_hour : ndarray of shape (n_placements,)
        When it begins, in hours of the week. [h]
    matrix : csc_array of shape (n_intervals + n_groups, n_tours + n_placements)
        Rows of intervals: heads at work by head on a tour, less heads on a break. Rows of groups: heads who must take
        the break less those who are placed, which must be equal.
    """

    n_intervals: int
    cost: FloatArray
    groups: tuple[Group, ...]
    group_of: IntArray
    begin_hour: FloatArray
    matrix: csc_array

    @property
    def n_tours(self) -> int:
        """Number of tours."""
        return self.cost.size

    def most_cover(self) -> FloatArray:
        """Most that one head can be at work in each interval, of shape (n_intervals,) [-]."""
        n, tours = self.n_intervals, self.n_tours
        work, taken = self.matrix[:n, :tours], -self.matrix[:n, tours:].toarray()
        # A break takes an interval for certain only by as much as its mildest placement does.
        certain = np.full((n, len(self.groups)), np.inf)
        for place, group in enumerate(self.group_of):
            certain[:, group] = np.minimum(certain[:, group], taken[:, place])
        member = self.matrix[n:, :tours]
        return np.asarray((work - csr_array(certain) @ member).max(axis=1).toarray().ravel())

    def linear_model(self, required: FloatArray, tours: IntArray) -> LinearModel:
        """Return the program of some of the tours and all placements.

        Parameters
        ----------
        required : ndarray of shape (n_intervals,)
            Heads at work, breaks taken. [heads]
        tours : ndarray of int
            Which may be worked.

        Returns
        -------
        LinearModel
            Columns: these tours in their order, then placements.
        """
        placements = np.arange(self.n_tours, self.matrix.shape[1])
        columns = np.concatenate([tours, placements])
        rows = csr_array(self.matrix[:, columns])
        return LinearModel(
            columns={f"tour_{row}": place for place, row in enumerate(tours.tolist())}
            | {f"break_{row}": tours.size + row for row in range(placements.size)},
            rows={f"interval_{row}": row for row in range(self.n_intervals)}
            | {f"group_{row}": self.n_intervals + row for row in range(len(self.groups))},
            cost=np.concatenate([self.cost[tours], np.zeros(placements.size)]),
            lower=np.zeros(columns.size),
            upper=np.full(columns.size, np.inf),
            is_integer=np.ones(columns.size, dtype=np.bool_),
            offset=0.0,
            row_lower=np.concatenate([required, np.zeros(len(self.groups))]),
            row_upper=np.concatenate([np.full(self.n_intervals, np.inf), np.zeros(len(self.groups))]),
            start=rows.indptr.astype(np.int32),
            index=rows.indices.astype(np.int32),
            coefficient=rows.data.astype(np.float64),
        )


def cover_program(tours: Sequence[Tour], n_intervals: int) -> CoverProgram:
    """Lay tours and their breaks on the intervals of a week that follows itself.

    Parameters
    ----------
    tours
        Of a library.
    n_intervals : int
        Of the week.

    Returns
    -------
    CoverProgram

    Notes
    -----
    Breaks are not part of a tour: heads who begin at the same time share the placements of a break, as in [1]_, so
    the program has one column a tour and not one for every combination of breaks over its days.

    References
    ----------
    .. [1] T. Aykin, "Optimal shift scheduling with multiple break windows", Management Science 42(4), 591-602, 1996.

    Examples
    --------
    >>> pause = Break(hours=1, earliest_hours=3, latest_hours=4)
    >>> program = cover_program([Tour(days=(0,), start_hour=8, hours=9, cost_usd=1, breaks=(pause,))], 168)
    >>> program.matrix.toarray()[[7, 8, 16, 17], 0], program.begin_hour
    (array([0., 1., 1., 0.]), array([11., 12.]))
    """
    groups: dict[Group, int] = {}
    entries: list[tuple[IntArray, FloatArray, int]] = []
    for column, tour in enumerate(tours):
        for day in tour.days:
            index, share = overlap(24.0 * day + tour.start_hour, tour.hours, n_intervals)
            entries.append((index, share, column))
            taken = [groups.setdefault((day, tour.start_hour, pause), len(groups)) for pause in tour.breaks]
            entries.append((n_intervals + np.array(taken, dtype=np.intp), np.ones(len(taken)), column))
    group_of: list[int] = []
    begins: list[float] = []
    for (day, start, pause), group in groups.items():
        for begin in _begins(24.0 * day + start, pause, n_intervals):
            index, share = overlap(begin, pause.hours, n_intervals)
            column = len(tours) + len(begins)
            entries.append((np.append(index, n_intervals + group), np.append(-share, -1.0), column))
            group_of.append(group)
            begins.append(begin % WEEK_HOURS)
    rows = np.concatenate([index for index, _, _ in entries])
    columns = np.concatenate([np.full(index.size, column) for index, _, column in entries])
    values = np.concatenate([share for _, share, _ in entries])
    shape = (n_intervals + len(groups), len(tours) + len(begins))
    return CoverProgram(
        n_intervals=n_intervals,
        cost=np.array([tour.cost_usd for tour in tours], dtype=np.float64),
        groups=tuple(groups),
        group_of=np.array(group_of, dtype=np.intp),
        begin_hour=np.array(begins, dtype=np.float64),
        matrix=csc_array((values, (rows, columns)), shape=shape),
    )


def overlap(begin_hour: float, hours: float, n_intervals: int) -> tuple[IntArray, FloatArray]:
    """Return the intervals of a cyclic week that a span of time touches, and the share of each that it fills.

    Parameters
    ----------
    begin_hour, hours : float
        From Monday 0:00. [h]
    n_intervals : int
        Of the week.

    Returns
    -------
    index : ndarray of int
    share : ndarray

    Examples
    --------
    >>> overlap(167.5, 1.0, 168)
    (array([167,   0]), array([0.5, 0.5]))
    """
    length = WEEK_HOURS / n_intervals
    first, last = int((begin_hour + SLACK) // length), int(np.ceil((begin_hour + hours - SLACK) / length))
    place = np.arange(first, last)
    filled = np.minimum((place + 1) * length, begin_hour + hours) - np.maximum(place * length, begin_hour)
    return place % n_intervals, np.asarray(filled / length)


def _begins(shift_begin: float, pause: Break, n_intervals: int) -> list[float]:
    """When a break may begin: from its earliest moment in steps of an interval [h]."""
    length = WEEK_HOURS / n_intervals
    steps = int((pause.latest_hours - pause.earliest_hours + SLACK) // length)
    return [shift_begin + pause.earliest_hours + step * length for step in range(steps + 1)]
