"""What happens along a frontier as the budget grows: which requests come and go, and what more service costs."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimization.frontier import Frontier

FloatArray = NDArray[np.float64]

ONE_POINT = 0.01
# Shares that differ by less than the frontier can tell apart count as equal.
SAME_SHARE = 2e-8


def funding_order(frontier: Frontier) -> pd.DataFrame:
    """List which requests enter, grow, shrink and leave as the budget grows.

    Parameters
    ----------
    frontier
        All non-dominated sets.

    Returns
    -------
    DataFrame
        One row a change, by budget: `budget_usd` from which it holds, `request`, `change`, `share_before`,
        `share_after`, and the mean on-time share of the set that results. The cheapest feasible set enters first.
    """
    names = [request.name for request in frontier.values.case.requests]
    before = np.vstack([np.zeros(len(names)), frontier.levels[:-1]])
    point, column = np.nonzero(before != frontier.levels)
    was, now = before[point, column], frontier.levels[point, column]
    kind = np.select([was == 0, now == 0, now > was], ["enters", "leaves", "grows"], "shrinks")
    return pd.DataFrame(
        {
            "budget_usd": frontier.cost_usd[point],
            "request": [names[i] for i in column],
            "change": kind.astype(object),
            "share_before": was,
            "share_after": now,
            "on_time_share_mean": frontier.on_time_share_mean[point],
        }
    )


def marginal_cost(frontier: Frontier) -> pd.DataFrame:
    """Price of more service at every point of a frontier.

    Parameters
    ----------
    frontier
        All non-dominated sets.

    Returns
    -------
    DataFrame
        One row a point: its cost and mean on-time share; `usd_for_next_point`, the least extra money for one
        percentage point more (missing where no set gives that much more); `efficient`, whether the point is a corner
        of the least-cost mix of sets; and `usd_per_point`, the price of a point on the way from the last
        corner at or before it to the next one (missing from the last corner on).

    Notes
    -----
    Sets come whole, so the price of the very next step jumps up and down. Along the corners of the upper convex hull
    it only rises: there the money goes furthest first.
    """
    cost, share = frontier.cost_usd, frontier.on_time_share_mean
    reached = np.searchsorted(share, share + ONE_POINT - SAME_SHARE)
    next_cost = np.append(cost, np.nan)[reached]
    corner = _upper_hull(cost, share)
    price = np.diff(cost[corner]) / (np.diff(share[corner]) / ONE_POINT)
    edge = np.searchsorted(corner, np.arange(len(cost)), side="right") - 1
    return pd.DataFrame(
        {
            "cost_usd": cost,
            "on_time_share_mean": share,
            "usd_for_next_point": next_cost - cost,
            "efficient": np.isin(np.arange(len(cost)), corner),
            "usd_per_point": np.append(price, np.nan)[edge],
        }
    )


def _upper_hull(cost: FloatArray, share: FloatArray) -> NDArray[np.intp]:
    """Corners of the upper convex hull of points whose cost and share both rise."""
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
