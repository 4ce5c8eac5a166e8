"""The way from today's cost and service to those of a set, one request after the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimization.block_values import SetValues

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class BridgeStep:
    """One step of a `ServiceBridge`: what one request adds on top of those before it.

    Attributes
    ----------
    request
        Its name.
    cost_usd
        Of the funded share. [USD]
    on_time_share
        Change of the mean on-time share; negative for one that adds work. [-]
    funded_share
        Share of the request that is funded. [-]

    Examples
    --------
    >>> BridgeStep(request="seats", cost_usd=500.0, on_time_share=0.02, funded_share=0.5).label
    'seats (50%)'
    """

    request: str
    cost_usd: float
    on_time_share: float
    funded_share: float = 1.0

    @property
    def label(self) -> str:
        """Its name, with the share where it is not 1."""
        return self.request if self.funded_share == 1 else f"{self.request} ({self.funded_share:.0%})"


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceBridge:
    """From today to a set of requests, step by step; the steps add up exactly.

    Attributes
    ----------
    today_on_time_share, final_on_time_share
        Mean on-time share with nothing funded and with the whole set. [-]
    steps
        In order: mandatory requests, then the one that adds most for its cost on top of those before it.

    Examples
    --------
    >>> steps = (BridgeStep(request="seats", cost_usd=100.0, on_time_share=0.05),
    ...          BridgeStep(request="tool", cost_usd=50.0, on_time_share=0.01))
    >>> bridge = ServiceBridge(today_on_time_share=0.9, final_on_time_share=0.96, steps=steps)
    >>> bridge.cost_usd, bridge.to_frame()["on_time_share_so_far"].round(2).tolist()
    (150.0, [0.95, 0.96])
    """

    today_on_time_share: float
    final_on_time_share: float
    steps: tuple[BridgeStep, ...]

    @property
    def cost_usd(self) -> float:
        """Cost of the set [USD]."""
        return round(sum(step.cost_usd for step in self.steps), 2)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a step, with the totals after it."""
        cost = np.array([step.cost_usd for step in self.steps])
        gain = np.array([step.on_time_share for step in self.steps])
        return pd.DataFrame(
            {
                "request": [step.request for step in self.steps],
                "funded_share": np.array([step.funded_share for step in self.steps]),
                "cost_usd": cost,
                "on_time_change": gain,
                "cost_so_far_usd": np.cumsum(cost),
                "on_time_share_so_far": self.today_on_time_share + np.cumsum(gain),
            }
        )


def service_bridge(values: SetValues, levels: FloatArray) -> ServiceBridge:
    """Take a set apart into what each request adds on top of those before it.

    Parameters
    ----------
    values
        Every feasible set of every block, valued.
    levels : ndarray of shape (n_requests,)
        The set, such as ``frontier.recommended.levels``. [-]

    Returns
    -------
    ServiceBridge
        A request comes after all that it needs. In another order single steps would be different where requests
        overlap; their sum would not.

    Examples
    --------
    Three seats do all the work of a queue, so that nine more add nothing.

    >>> from optimization import sample_case, value_all_blocks
    >>> bridge = service_bridge(value_all_blocks(sample_case(three=(3, 2700), nine=(9, 8100))), np.array([1.0, 1.0]))
    >>> [step.request for step in bridge.steps], bridge.cost_usd
    (['three', 'nine'], 10800.0)
    >>> bridge.steps[1].on_time_share, round(bridge.final_on_time_share, 3)
    (0.0, 1.0)
    """
    case = values.case
    so_far = np.zeros(len(levels))
    share = today = float(values.measure(so_far).share.mean())
    left = [int(row) for row in np.flatnonzero(levels > 0)]
    steps: list[BridgeStep] = []
    while left:
        there = {case.requests[row].name for row in np.flatnonzero(so_far > 0)}
        funded = {case.requests[row].name for row in left} | there
        ready = [row for row in left if set(case.requests[row].needs) & funded <= there] or left
        first = [row for row in ready if case.requests[row].mandatory] or ready
        worth: list[tuple[float, int, float, float]] = []
        for row in first:
            with_it = so_far.copy()
            with_it[row] = levels[row]
            after = float(values.measure(with_it).share.mean())
            cost = case.requests[row].cost_usd(case.n_weeks, float(levels[row]))
            worth.append((-(after - share) / max(cost, 0.01), row, after, cost))
        _, row, after, cost = min(worth)
        steps.append(
            BridgeStep(
                request=case.requests[row].name,
                cost_usd=cost,
                on_time_share=after - share,
                funded_share=float(levels[row]),
            )
        )
        so_far[row], share = levels[row], after
        left.remove(row)
    return ServiceBridge(today_on_time_share=today, final_on_time_share=share, steps=tuple(steps))
