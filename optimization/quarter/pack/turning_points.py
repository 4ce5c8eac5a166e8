"""The figures that would change the recommendation: from which cost, budget or worth of a late item on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from forecasting.charts.chart_style import money, points
from optimization.frontier import Frontier
from optimization.quarter.pack.phrases import in_words
from optimization.trade_offs.break_even import BreakEvenCost

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class TurningPoint:
    """One figure, and the value of it from which on another set would be recommended, all else as it is.

    Attributes
    ----------
    figure
        What it is, in words.
    now_usd, turns_at_usd
        Its value, and where the recommendation turns. [USD]
    sentence
        What happens there.
    """

    figure: str
    now_usd: float
    turns_at_usd: float
    sentence: str

    @property
    def distance(self) -> float:
        """How far the figure is from there, as a share of it; infinite where it is 0 now [-]."""
        return abs(self.turns_at_usd / self.now_usd - 1.0) if self.now_usd else float("inf")


def turning_points(frontier: Frontier, break_even: Sequence[BreakEvenCost]) -> tuple[TurningPoint, ...]:
    """List the figures that would change the recommendation, those nearest to doing so first.

    Parameters
    ----------
    frontier
        With the budget and the willingness to pay that decide what is recommended.
    break_even
        The most that each request may cost and still be funded, in the order of the requests.

    Returns
    -------
    tuple of TurningPoint
        Of the budget and the willingness to pay, each up and down, and of the cost of every request that is not
        mandatory; only of those that turn anything.

    Notes
    -----
    Exact, from the sets on the frontier: one at a time, everything else as planned.
    """
    found = [*_budget(frontier), *_willingness(frontier), *_costs(frontier, break_even)]
    return tuple(sorted(found, key=lambda point: (point.distance, point.figure, point.turns_at_usd)))


def _budget(frontier: Frontier) -> list[TurningPoint]:
    now, best = frontier.budget_usd, frontier.recommended
    if not np.isfinite(now):
        return []
    found = []
    if best.cost_usd > frontier.cost_usd[0]:
        less = now - best.cost_usd
        words = f"Below a budget of {money(best.cost_usd)} ({money(less)} less)" if less >= 0.005 else "With less money"
        sentence = f"{words} the recommended set no longer fits."
        found.append(_point("the budget", now, best.cost_usd, sentence))
    worth = _worth(frontier)
    beyond = np.flatnonzero((frontier.cost_usd > now) & (worth > worth[_row(frontier)]))
    if beyond.size:
        more = replace(frontier, budget_usd=float(frontier.cost_usd[beyond[0]]))
        gain = more.recommended.on_time_share_mean - best.on_time_share_mean
        sentence = (
            f"A budget of {money(more.budget_usd)} ({money(more.budget_usd - now)} more) would buy another set "
            f"({points(gain)} of on-time share)."
        )
        found.append(_point("the budget", now, more.budget_usd, sentence))
    return found


def _willingness(frontier: Frontier) -> list[TurningPoint]:
    """Prices at which another set within the budget is worth as much net of cost as the recommended one."""
    now = frontier.willingness_to_pay_usd
    if now is None:
        return []
    within = frontier.cost_usd <= frontier.budget_usd
    row = _row(frontier)
    cost = frontier.cost_usd - frontier.cost_usd[row]
    harm = frontier.late_harm[row] - frontier.late_harm
    name, found = "what avoiding a late item of severity 1 is worth", []
    dearer, cheaper = within & (cost > 0) & (harm > 0), within & (cost < 0) & (harm < 0)
    if dearer.any():
        price = float((cost[dearer] / harm[dearer]).min())
        sentence = (
            f"If avoiding a late item of severity 1 were worth more than {money(price)} (it is held to be worth "
            f"{money(now)}), the next step would be bought too."
        )
        found.append(_point(name, now, price, sentence))
    if cheaper.any():
        price = float((cost[cheaper] / harm[cheaper]).max())
        sentence = (
            f"If avoiding a late item of severity 1 were worth less than {money(price)} (it is held to be worth "
            f"{money(now)}), a cheaper set would do."
        )
        found.append(_point(name, now, price, sentence))
    return found


def _costs(frontier: Frontier, break_even: Sequence[BreakEvenCost]) -> list[TurningPoint]:
    found = []
    for request, turn in zip(frontier.values.case.requests, break_even, strict=True):
        # A mandatory request is funded at any cost, until no plan is possible at all.
        if request.mandatory or turn.most_usd is None or not np.isfinite(turn.most_usd):
            continue
        name, asked, most = in_words(request.name), money(turn.asked_usd), money(turn.most_usd)
        sentence = (
            f"If {name} cost more than {most} in full (asked: {asked}), it would no longer be funded."
            if turn.is_funded
            else f"If {name} cost {most} or less in full (asked: {asked}), it would be funded."
        )
        found.append(_point(f"the cost of {name}", turn.asked_usd, turn.most_usd, sentence))
    return found


def _point(figure: str, now_usd: float, turns_at_usd: float, sentence: str) -> TurningPoint:
    return TurningPoint(figure=figure, now_usd=now_usd, turns_at_usd=turns_at_usd, sentence=sentence)


def _row(frontier: Frontier) -> int:
    """Row of the recommended set on the frontier."""
    return int(np.flatnonzero((frontier.levels == frontier.recommended.levels).all(axis=1))[0])


def _worth(frontier: Frontier) -> FloatArray:
    """What decides between two sets that the budget allows: service, or its worth net of its cost."""
    if frontier.willingness_to_pay_usd is None:
        return frontier.on_time_share_mean
    return -frontier.willingness_to_pay_usd * frontier.late_harm - frontier.cost_usd
