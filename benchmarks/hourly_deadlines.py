"""Hourly deadlines stated in two ways: as cumulative curves, and as flows from each hour to each later one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from optimization.program.linear_model import LinearModel

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Deadlines:
    """Items an hour [queue, hour], hours to decide, standing capacity of all queues, and what more costs."""

    items: FloatArray
    within_hours: int
    capacity: float
    usd_per_capacity_week: float
    usd_per_late_item: float

    @property
    def n_weeks(self) -> int:
        """Whole weeks."""
        return self.items.shape[1] // 168


def generated_deadlines(n_queues: int, n_weeks: int) -> Deadlines:
    """Queues of 20-60 items an hour by a daily shape with noise, a tenth short of people."""
    rng = np.random.default_rng(0)
    hour = np.arange(168 * n_weeks)
    shape = 1 + 0.6 * np.sin(hour % 24 / 24 * 2 * np.pi)
    items = rng.poisson(rng.uniform(20, 60, (n_queues, 1)) * shape * rng.lognormal(0, 0.2, (n_queues, hour.size)))
    return Deadlines(
        items=items.astype(np.float64),
        within_hours=24,
        capacity=float(0.9 * items.sum() / hour.size),
        usd_per_capacity_week=800.0,
        usd_per_late_item=15.0,
    )


def cumulative(case: Deadlines) -> LinearModel:
    """Items served and missed up to each hour lie between those due and those arrived."""
    n_queues, n_hours = case.items.shape
    served = np.arange(n_queues * n_hours).reshape(n_queues, n_hours)
    missed = served + served.size
    triples, lower, upper = _Triples(), [], []
    # Differences of neighbouring rows would be denser: running totals are columns of their own.
    total_served, total_missed = missed + served.size, missed + 2 * served.size
    for queue in range(n_queues):
        arrived = np.cumsum(case.items[queue])
        for hour in range(n_hours):
            for flow, total in ((served, total_served), (missed, total_missed)):
                triples.add(len(lower), total[queue, hour], 1.0)
                triples.add(len(lower), flow[queue, hour], -1.0)
                if hour:
                    triples.add(len(lower), total[queue, hour - 1], -1.0)
                lower.append(0.0)
                upper.append(0.0)
            triples.add(len(lower), total_served[queue, hour], 1.0)
            triples.add(len(lower), total_missed[queue, hour], 1.0)
            lower.append(arrived[hour - case.within_hours] if hour >= case.within_hours else 0.0)
            upper.append(arrived[hour])
    n_columns = 4 * served.size
    cost = np.zeros(n_columns + case.n_weeks)
    cost[missed] = case.usd_per_late_item
    return _with_capacity(case, triples, lower, upper, cost, n_columns, served[:, :, None])


def time_expanded(case: Deadlines) -> LinearModel:
    """Items of each hour are served in one of the hours up to their deadline, or missed."""
    n_queues, n_hours = case.items.shape
    width = case.within_hours + 1
    flow = np.arange(n_queues * n_hours * width).reshape(n_queues, n_hours, width)  # by hour of service and age
    missed = flow.size + np.arange(n_queues * n_hours).reshape(n_queues, n_hours)
    triples, lower, upper = _Triples(), [], []
    for queue in range(n_queues):
        for hour in range(n_hours):
            inside = min(width, n_hours - hour)
            for age in range(inside):
                triples.add(len(lower), flow[queue, hour + age, age], 1.0)
            triples.add(len(lower), missed[queue, hour], 1.0)
            lower.append(case.items[queue, hour] if inside == width else 0.0)
            upper.append(case.items[queue, hour])
    n_columns = flow.size + missed.size
    cost = np.zeros(n_columns + case.n_weeks)
    cost[missed] = case.usd_per_late_item
    return _with_capacity(case, triples, lower, upper, cost, n_columns, flow)


class _Triples:
    def __init__(self) -> None:
        self.row: list[int] = []
        self.column: list[int] = []
        self.value: list[float] = []

    def add(self, row: int, column: int, value: float) -> None:
        self.row.append(row)
        self.column.append(int(column))
        self.value.append(value)


def _with_capacity(
    case: Deadlines,
    triples: _Triples,
    lower: list[float],
    upper: list[float],
    cost: FloatArray,
    n_columns: int,
    service: NDArray[np.intp],
) -> LinearModel:
    """Add the rows of capacity by hour, which each week's extra capacity raises."""
    n_hours = case.items.shape[1]
    cost[n_columns:] = case.usd_per_capacity_week
    for hour in range(n_hours):
        for column in service[:, hour].ravel():
            triples.add(len(lower), column, 1.0)
        triples.add(len(lower), n_columns + hour // 168, -1.0)
        lower.append(-np.inf)
        upper.append(case.capacity)
    shape = (len(lower), cost.size)
    rows = csr_array(coo_array((triples.value, (triples.row, triples.column)), shape=shape))
    return LinearModel(
        columns={f"x{place}": place for place in range(cost.size)},
        rows={f"r{place}": place for place in range(len(lower))},
        cost=cost,
        lower=np.zeros(cost.size),
        upper=np.full(cost.size, np.inf),
        is_integer=np.zeros(cost.size, dtype=np.bool_),
        offset=0.0,
        row_lower=np.array(lower),
        row_upper=np.array(upper),
        start=rows.indptr.astype(np.int32),
        index=rows.indices.astype(np.int32),
        coefficient=rows.data,
    )
