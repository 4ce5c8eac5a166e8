"""What happens along a frontier as the budget grows: which requests come and go, and what more service costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimization.frontier import Frontier

FloatArray = NDArray[np.float64]

ONE_POINT = 0.01
# Shares that differ by less than the frontier can tell apart count as equal.
SAME_SHARE = 2e-8


@dataclass(frozen=True, kw_only=True, slots=True)
class FundingStep:
    """One change of the best set as the budget grows.

    Attributes
    ----------
    budget_usd
        From which it holds. [USD]
    request
        Which request changes.
    change
        "enters", "leaves", "grows" or "shrinks".
    share_before, share_after
        Share of it that is funded. [-]
    on_time_share_mean
        Of the set that results. [-]

    Examples
    --------
    >>> step = FundingStep(budget_usd=2700.0, request="seats", change="grows", share_before=0.5, share_after=1.0,
    ...                    on_time_share_mean=0.99)
    >>> f"{step.request} {step.change} by {step.share_after - step.share_before:.0%} at ${step.budget_usd:,.0f}"
    'seats grows by 50% at $2,700'
    """

    budget_usd: float
    request: str
    change: str
    share_before: float
    share_after: float
    on_time_share_mean: float


@dataclass(frozen=True, kw_only=True, slots=True)
class FundingOrder:
    """Which requests enter, grow, shrink and leave along a frontier, by budget.

    Attributes
    ----------
    steps
        One a change, by rising budget.

    Examples
    --------
    >>> step = FundingStep(budget_usd=2700.0, request="seats", change="enters", share_before=0.0, share_after=1.0,
    ...                    on_time_share_mean=0.99)
    >>> FundingOrder(steps=(step,)).to_frame()[["budget_usd", "request", "change"]].to_numpy().tolist()
    [[2700.0, 'seats', 'enters']]
    """

    steps: tuple[FundingStep, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row a change."""
        fields = ("budget_usd", "request", "change", "share_before", "share_after", "on_time_share_mean")
        return pd.DataFrame({field: [getattr(step, field) for step in self.steps] for field in fields})


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class MarginalCost:
    """Price of more service at every point of a frontier.

    Attributes
    ----------
    cost_usd, on_time_share_mean : ndarray of shape (n_points,)
        Of the point. [USD, -]
    usd_for_next_point : ndarray of shape (n_points,)
        Least extra money for one percentage point more; NaN where no set gives that much more. [USD]
    efficient : ndarray of bool of shape (n_points,)
        Whether the point is a corner of the least-cost mix of sets.
    usd_per_point : ndarray of shape (n_points,)
        Price of a percentage point on the way from the last corner at or before it to the next one; NaN from the last
        corner on. [USD]

    Examples
    --------
    From nothing to a set of 2,000 USD, which lifts the on-time share from 80% to 90%: 200 USD a percentage point.

    >>> price = MarginalCost(cost_usd=np.array([0.0, 2000.0]), on_time_share_mean=np.array([0.8, 0.9]),
    ...                      usd_for_next_point=np.array([2000.0, np.nan]), efficient=np.array([True, True]),
    ...                      usd_per_point=np.array([200.0, np.nan]))
    >>> price.to_frame()["usd_per_point"].tolist()
    [200.0, nan]
    """

    cost_usd: FloatArray
    on_time_share_mean: FloatArray
    usd_for_next_point: FloatArray
    efficient: NDArray[np.bool_]
    usd_per_point: FloatArray

    def __post_init__(self) -> None:
        for array in (self.cost_usd, self.on_time_share_mean, self.usd_for_next_point, self.efficient):
            array.setflags(write=False)
        self.usd_per_point.setflags(write=False)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a point."""
        return pd.DataFrame(
            {
                "cost_usd": self.cost_usd,
                "on_time_share_mean": self.on_time_share_mean,
                "usd_for_next_point": self.usd_for_next_point,
                "efficient": self.efficient,
                "usd_per_point": self.usd_per_point,
            }
        )


def funding_order(frontier: Frontier) -> FundingOrder:
    """List which requests enter, grow, shrink and leave as the budget grows.

    Parameters
    ----------
    frontier
        All non-dominated sets.

    Returns
    -------
    FundingOrder
        By budget, and in the order of the requests. The cheapest feasible set enters first.

    Examples
    --------
    One seat does part of the work, three do all of it: the one that came first is spared again.

    >>> from optimization import find_frontier, sample_case, value_all_blocks
    >>> frontier = find_frontier(value_all_blocks(sample_case(three=(3, 2700), one=(1, 200))))
    >>> [(step.budget_usd, step.request, step.change) for step in funding_order(frontier).steps]
    [(200.0, 'one', 'enters'), (2700.0, 'three', 'enters'), (2700.0, 'one', 'leaves')]
    """
    names = [request.name for request in frontier.values.case.requests]
    before = np.vstack([np.zeros(len(names)), frontier.levels[:-1]])
    point, column = np.nonzero(before != frontier.levels)
    was, now = before[point, column], frontier.levels[point, column]
    kind = np.select([was == 0, now == 0, now > was], ["enters", "leaves", "grows"], "shrinks")
    return FundingOrder(
        steps=tuple(
            FundingStep(
                budget_usd=float(frontier.cost_usd[row]),
                request=names[at],
                change=str(change),
                share_before=float(old),
                share_after=float(new),
                on_time_share_mean=float(frontier.on_time_share_mean[row]),
            )
            for row, at, change, old, new in zip(point, column, kind, was, now, strict=True)
        )
    )


def marginal_cost(frontier: Frontier) -> MarginalCost:
    """Price of more service at every point of a frontier.

    Parameters
    ----------
    frontier
        All non-dominated sets.

    Returns
    -------
    MarginalCost

    Notes
    -----
    Sets come whole, so the price of the very next step jumps up and down. Along the corners of the upper convex hull
    it only rises: there the money goes furthest first. The corners are found in one pass over the points by cost [1]_.

    References
    ----------
    .. [1] A. M. Andrew (1979), Another efficient algorithm for convex hulls in two dimensions, Information Processing
       Letters 9(5), doi:10.1016/0020-0190(79)90072-3.

    Examples
    --------
    Three seats for 2,700 USD lift the on-time share by nearly 100 percentage points: some 27 USD each.

    >>> from optimization import find_frontier, sample_case, value_all_blocks
    >>> frontier = find_frontier(value_all_blocks(sample_case()))
    >>> price = marginal_cost(frontier)
    >>> price.usd_for_next_point.tolist(), price.efficient.tolist()
    ([2700.0, nan], [True, True])
    >>> bool(27 < price.usd_per_point[0] < 28)
    True
    """
    cost, share = frontier.cost_usd, frontier.on_time_share_mean
    # Where on some path more is late than is due today, shares need not rise all along the frontier.
    reached = np.searchsorted(np.maximum.accumulate(share), share + ONE_POINT - SAME_SHARE)
    next_cost = np.append(cost, np.nan)[reached]
    best = int(np.argmax(share)) + 1
    corner = _upper_hull(cost[:best], share[:best])
    price = np.diff(cost[corner]) / (np.diff(share[corner]) / ONE_POINT)
    edge = np.searchsorted(corner, np.arange(len(cost)), side="right") - 1
    return MarginalCost(
        cost_usd=cost,
        on_time_share_mean=share,
        usd_for_next_point=next_cost - cost,
        efficient=np.isin(np.arange(len(cost)), corner),
        usd_per_point=np.append(price, np.nan)[edge],
    )


def _upper_hull(cost: FloatArray, share: FloatArray) -> NDArray[np.intp]:
    """Corners of the upper convex hull of points by rising cost, the last of which has the highest share."""
    corner: list[int] = []
    for row in range(len(cost)):
        while len(corner) >= 2:
            first, last = corner[-2], corner[-1]
            rise = (share[last] - share[first]) * (cost[row] - cost[first])
            if rise > (share[row] - share[first]) * (cost[last] - cost[first]):
                break
            corner.pop()
        corner.append(row)
    return np.array(corner, dtype=np.intp)
