"""What stands behind a recommendation: findings, economics, risk, and what would change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from optimization.cost import RateTable
from optimization.cost_line import lines_of
from optimization.cost_schedule import CostSchedule, Period, cost_schedule
from optimization.economics.information_value import InformationValue, information_value
from optimization.economics.request_economics import EconomicsTable, economics_of_requests
from optimization.economics.robustness import FrontierBand, Robustness, frontier_band, robustness
from optimization.economics.sensitivity import Tornado, tornado
from optimization.economics.shapley import ShapleyShares, shapley_shares
from optimization.economics.terms import EconomicTerms
from optimization.finding import RequestFindings
from optimization.frontier import Frontier
from optimization.frontier_point import FrontierPoint
from optimization.request import OpexRequest, after_lead_time
from optimization.request_findings import check_requests
from optimization.score import Scorecard
from optimization.trade_offs.break_even import BreakEvenCost, break_even_cost
from optimization.trade_offs.frontier_walk import FundingOrder, MarginalCost, funding_order, marginal_cost
from optimization.trade_offs.funding_changes import RankingRegret, ranking_regret
from optimization.trade_offs.service_bridge import ServiceBridge, service_bridge
from optimization.trade_offs.target_sets import TargetSet, UnreachableTargetError, cheapest_set_meeting_targets

# Every bar of the tornado is valued anew, on the first paths of the plan; they do for a comparison on the same paths.
TORNADO_PATHS = 50


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class PlanAnalysis:
    """What a reviewer asks of a recommendation: findings, economics, risk, and what would change it.

    Attributes
    ----------
    findings
        What is wrong with each ask: size, timing, claims, double counting.
    economics
        Money in and out of each request and of the recommended set; None where a late item has no price.
    shapley
        Fair share of each request in what the recommended set achieves.
    information
        What it is worth to know each uncertain effect first; None where a late item has no price.
    tornado
        Which inputs move the recommendation, on the first 50 paths, or on all if there are fewer.
    robustness
        How firmly each request belongs to the recommended set, core index, and regret in hindsight.
    band
        80% band around the frontier.
    funding_order, marginal_cost
        Which request at which budget, and the price of more service along the frontier.
    break_even
        The most that each request may cost and still be funded.
    target_set
        The cheapest set with which every queue meets its target; None if there is none.
    best_probability
        Where there is none, the best probability of each queue that stands in the way. [-]
    regret
        What ranking one by one loses within the budget.
    bridge
        From today's service to that of the recommended set, request by request.
    knee
        The set beyond which money buys least more.
    costs
        What the recommended set costs, by request, cost centre, currency and month.

    Examples
    --------
    Seats for 2,700 USD could cost all of the budget of 3,000. Without a price of late items there are no economics.

    >>> import pandas as pd
    >>> from capacity import ReviewQueue, ReviewTeam, ServiceTarget
    >>> from forecasting import VolumeHistory
    >>> from optimization import Effect, OpexRequest, plan_quarter
    >>> days = pd.date_range("2026-01-05", periods=28)
    >>> history = VolumeHistory.from_frame(pd.DataFrame({"queue": "ads", "date": days, "items": 60}))
    >>> queue = ReviewQueue(name="ads", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=24))
    >>> team = ReviewTeam(name="a", site="x", kind="vendor", heads=0, shrinkage=0.25, skills={"ads": 1.0},
    ...                   cost_usd_per_head_week=900)
    >>> seats = Effect(kind="seats", team="a", low=3, mode=3, high=3)
    >>> asks = [OpexRequest(name="three", title="3 seats", owner="Ops", effects=(seats,), weekly_usd=2700)]
    >>> plan = plan_quarter(history, [queue], [team], asks, weeks=1, budget_usd=3000, n_paths=5)
    >>> plan.analysis.break_even[0].most_usd, plan.analysis.target_set.cost_usd, plan.analysis.economics
    (3000.0, 2700.0, None)
    """

    findings: RequestFindings
    economics: EconomicsTable | None
    shapley: ShapleyShares
    information: InformationValue | None
    tornado: Tornado
    robustness: Robustness
    band: FrontierBand
    funding_order: FundingOrder
    marginal_cost: MarginalCost
    break_even: tuple[BreakEvenCost, ...]
    target_set: TargetSet | None
    best_probability: Mapping[str, float]
    regret: RankingRegret
    bridge: ServiceBridge
    knee: FrontierPoint
    costs: CostSchedule


def analyse(
    frontier: Frontier,
    scorecard: Scorecard,
    *,
    asked: Sequence[OpexRequest],
    probability: float,
    terms: EconomicTerms | None = None,
    rates: RateTable | None = None,
    seed: int = 0,
) -> PlanAnalysis:
    """Ask of a frontier and its recommended set what a reviewer would.

    Parameters
    ----------
    frontier
        With its budget and willingness to pay.
    scorecard
        Scores of the requests on top of its recommended set.
    asked
        The requests as they were asked.
    probability : float
        With which each target is to be met. [-]
    terms
        Prices for the economics; None where a late item has none.
    rates
        Of the currencies in which requests state costs, other than USD.
    seed : int
        Of resampled paths and sampled orders.

    Returns
    -------
    PlanAnalysis
    """
    values, recommended = frontier.values, frontier.recommended.levels
    budget = None if frontier.budget_usd == float("inf") else frontier.budget_usd
    worth = frontier.willingness_to_pay_usd
    target_set, unreachable = None, dict[str, float]()
    try:
        target_set = cheapest_set_meeting_targets(values, probability=probability)
    except UnreachableTargetError as error:
        unreachable = error.best
    return PlanAnalysis(
        findings=check_requests(values, scorecard, asked=asked, probability=probability, terms=terms),
        economics=None if terms is None else economics_of_requests(values, recommended, terms=terms),
        shapley=shapley_shares(values, recommended, seed=seed),
        information=None
        if worth is None
        else information_value(values, willingness_to_pay_usd=worth, budget_usd=budget),
        tornado=tornado(frontier, n_paths=TORNADO_PATHS),
        robustness=robustness(frontier, seed=seed),
        band=frontier_band(frontier, seed=seed),
        funding_order=funding_order(frontier),
        marginal_cost=marginal_cost(frontier),
        break_even=tuple(break_even_cost(frontier, request.name) for request in values.case.requests),
        target_set=target_set,
        best_probability=unreachable,
        regret=ranking_regret(frontier, frontier.budget_usd),
        bridge=service_bridge(values, recommended),
        knee=frontier.knee,
        costs=_costs(frontier, asked, rates),
    )


def _costs(frontier: Frontier, asked: Sequence[OpexRequest], rates: RateTable | None) -> CostSchedule:
    """Cost of the recommended set by calendar month, in the currencies in which it was asked."""
    case = frontier.values.case
    put_off = [after_lead_time(request, case.teams) for request in asked]
    shares = zip(asked, frontier.recommended.levels, strict=True)
    return cost_schedule(
        [line for request in put_off for line in lines_of(request)],
        start=np.datetime64(case.forecast.period_start[0], "D"),
        n_weeks=case.n_weeks,
        by=Period.MONTH,
        funded_share={request.name: float(level) for request, level in shares},
        rates=rates,
    )
