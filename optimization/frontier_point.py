"""One point of the frontier: a set of requests with what it costs and what service it gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class FrontierPoint:
    """One set of requests: what it costs and what service it gives.

    Attributes
    ----------
    levels : ndarray of shape (n_requests,)
        Share of each request that is funded. [-]
    funded
        Names of the funded requests, with the share where it is not 1, such as "seats (50%)".
    cost_usd
        Within the plan. [USD]
    on_time_share_mean, on_time_share_p10, on_time_share_p90
        Over paths, weighted by severity and today's volume. [-]
    late_harm, late_items
        Expected late items, weighted by severity and not. [items]
    on_time_items_by_queue : ndarray of shape (n_queues,)
        Of the items of each queue that are due with nothing funded, those expected not to be late; items that a request
        makes unnecessary count. [items]
    probability_met : ndarray of shape (n_queues,)
        Share of paths on which each queue meets its target. [-]
    probability_all_met
        Share of paths on which all queues do. [-]
    breach_usd
        What the late items cost at the willingness to pay; None without one. [USD]
    freed_hours
        Expected hours of today's people that nothing needs any more. [h]

    Examples
    --------
    A queue of 42 hours of work a week that nobody does yet; three seats bring 90.

    >>> from optimization import find_frontier, sample_case, value_all_blocks
    >>> frontier = find_frontier(value_all_blocks(sample_case()))
    >>> frontier.today.cost_usd, frontier.requested.cost_usd
    (0.0, 2700.0)
    >>> bool(frontier.today.probability_met[0] < frontier.requested.probability_met[0])
    True
    """

    levels: FloatArray
    funded: tuple[str, ...]
    cost_usd: float
    on_time_share_mean: float
    on_time_share_p10: float
    on_time_share_p90: float
    late_harm: float
    late_items: float
    on_time_items_by_queue: FloatArray
    probability_met: FloatArray
    probability_all_met: float
    breach_usd: float | None
    freed_hours: float
