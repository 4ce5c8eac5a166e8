"""One quarterly plan: forecast, required staffing, requests valued, frontier and verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from capacity import ReviewQueue, ReviewTeam, ServiceOutcome, StaffingRequirement, required_staffing
from capacity.workload import whole_weeks
from forecasting import EventCalendar, InputError, VolumeForecast, VolumeHistory, forecast_volumes
from optimization.block_values import SetValues, value_all_blocks
from optimization.case import PlanningCase, draw_sizes
from optimization.cost import RateTable
from optimization.cost_schedule import in_weekly_usd
from optimization.economics.terms import EconomicTerms
from optimization.frontier import Frontier
from optimization.frontier_point import FrontierPoint
from optimization.frontier_search import find_frontier
from optimization.plan.staffing_plan import StaffingPlan
from optimization.program.team_options import TeamOptions
from optimization.quarter.analysis import PlanAnalysis, analyse
from optimization.quarter.people_alone import PeopleAlone, people_alone_or_why_not
from optimization.request import OpexRequest, after_lead_time
from optimization.request_rules import request_problems
from optimization.score import Scorecard, score_requests
from optimization.staffing import StaffingTable, staffing_table
from optimization.value import service_of


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class QuarterPlan:
    """Everything that a planning run found.

    Attributes
    ----------
    forecast
        Joint sample paths of the volumes.
    requirement
        Staffing that each target needs.
    values
        Every feasible set of requests, valued.
    frontier
        The non-dominated sets, the budget and the recommended set.
    recommended
        The set to fund.
    scorecard
        Value and verdict of each request.
    service_today, service_recommended
        Service of every queue with today's staffing and with the recommended set.
    staffing
        Needed, available and planned FTE.
    people_alone
        The cheapest way to meet every target by people alone, from today's staffing on: the yardstick for the asks; or
        why the solver ended without any.
    analysis
        Findings, economics, risk, and what would change the recommendation.
    events
        The events that the forecast knows of, past and future.

    Examples
    --------
    A queue of 42 hours of work a week that nobody does yet; three seats bring 90.

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
    >>> today, then = plan.service_today, plan.service_recommended
    >>> plan.scorecard.scores[0].funded_share, bool((today.on_time < then.on_time).all())
    (1.0, True)
    """

    forecast: VolumeForecast
    requirement: StaffingRequirement
    values: SetValues
    frontier: Frontier
    recommended: FrontierPoint
    scorecard: Scorecard
    service_today: ServiceOutcome
    service_recommended: ServiceOutcome
    staffing: StaffingTable
    people_alone: PeopleAlone
    analysis: PlanAnalysis
    events: EventCalendar

    @property
    def staffing_plan(self) -> StaffingPlan | None:
        """The plan of people alone; None where the solver ended without any."""
        return self.people_alone.plan


def plan_quarter(
    history: VolumeHistory,
    queues: Sequence[ReviewQueue],
    teams: Sequence[ReviewTeam],
    requests: Sequence[OpexRequest],
    *,
    weeks: int = 13,
    events: EventCalendar | None = None,
    budget_usd: float | None = None,
    willingness_to_pay_usd: float | None = None,
    probability: float = 0.8,
    terms: EconomicTerms | None = None,
    rates: RateTable | None = None,
    team_options: Mapping[str, TeamOptions] | None = None,
    n_paths: int = 500,
    seed: int = 0,
) -> QuarterPlan:
    """Plan a quarter: from past volumes and requests to the set to fund and a verdict on each request.

    Parameters
    ----------
    history
        Volumes known when the plan starts.
    queues, teams, requests
        The queues are those of the history, in its order.
    weeks : int
        Length of the plan. [weeks]
    events
        Known events, past and future.
    budget_usd : float, optional
        Money for requests within the plan; no limit if None. [USD]
    willingness_to_pay_usd : float, optional
        What avoiding one late item of severity 1 is worth; if None, all the service the budget can buy. [USD]
    probability : float
        With which each target is to be met. [-]
    terms
        Prices for the economics of requests; if None, a late item costs the willingness to pay, and where that is
        missing too there are no figures in money.
    rates
        Of the currencies in which requests state costs, other than USD.
    team_options
        What a plan of people may do with each team, by name; `TeamOptions.usual` for the others.
    n_paths, seed : int
        Joint draws, and what makes them repeatable.

    Returns
    -------
    QuarterPlan

    Raises
    ------
    ValueError
        If records do not fit together, or mandatory requests cost more than the budget.

    See Also
    --------
    planning_case : The first of the stages, which the notebook `notebooks/quarterly_plan.ipynb` runs one by one.

    Examples
    --------
    A queue of 42 hours of work a week that nobody does yet; three seats bring 90.

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
    >>> plan.recommended.funded, plan.recommended.cost_usd
    (('three',), 2700.0)
    """
    forecast = forecast_volumes(
        history, weeks * history.frequency.season_periods, n_paths=n_paths, seed=seed, events=events
    )
    return plan_from_forecast(
        forecast,
        queues,
        teams,
        requests,
        budget_usd=budget_usd,
        willingness_to_pay_usd=willingness_to_pay_usd,
        probability=probability,
        terms=terms,
        rates=rates,
        team_options=team_options,
        events=events,
        seed=seed,
    )


def planning_case(
    forecast: VolumeForecast,
    queues: Sequence[ReviewQueue],
    teams: Sequence[ReviewTeam],
    requests: Sequence[OpexRequest],
    *,
    probability: float = 0.8,
    rates: RateTable | None = None,
    seed: int = 0,
) -> PlanningCase:
    """Put together what the value of requests depends on: required staffing, lead times, drawn effects.

    Parameters
    ----------
    forecast
        Joint sample paths over whole weeks.
    queues, teams, requests, probability, rates, seed
        As in `plan_quarter`.

    Returns
    -------
    PlanningCase

    Raises
    ------
    ValueError
        If queues, teams and forecast do not fit together, or a currency has no rate.

    Examples
    --------
    Two effects on five paths, in a plan of one week.

    >>> from optimization import sample_case
    >>> case = sample_case(three=(3, 2700), nine=(9, 8100))
    >>> [request.name for request in case.requests], case.n_weeks, case.size.shape
    (['three', 'nine'], 1, (2, 5))
    """
    planned = (after_lead_time(request, teams) for request in requests)
    start, n_weeks = np.datetime64(forecast.period_start[0], "D"), whole_weeks(forecast)
    return PlanningCase(
        forecast=forecast,
        queues=tuple(queues),
        teams=tuple(teams),
        requests=tuple(in_weekly_usd(one, start=start, n_weeks=n_weeks, rates=rates) for one in planned),
        requirement=required_staffing(forecast, queues, teams, probability=probability),
        size=draw_sizes(requests, forecast.n_paths, seed),
    )


def plan_from_forecast(
    forecast: VolumeForecast,
    queues: Sequence[ReviewQueue],
    teams: Sequence[ReviewTeam],
    requests: Sequence[OpexRequest],
    *,
    budget_usd: float | None = None,
    willingness_to_pay_usd: float | None = None,
    probability: float = 0.8,
    terms: EconomicTerms | None = None,
    rates: RateTable | None = None,
    team_options: Mapping[str, TeamOptions] | None = None,
    events: EventCalendar | None = None,
    seed: int = 0,
) -> QuarterPlan:
    """Run the line from a forecast to verdicts.

    Parameters
    ----------
    forecast
        Joint sample paths over whole weeks.
    queues, teams, requests, budget_usd, willingness_to_pay_usd, probability, terms, rates, team_options, \
    events, seed
        As in `plan_quarter`.

    Returns
    -------
    QuarterPlan

    Raises
    ------
    InputError
        Listing everything in which the requests contradict each other, the teams or the queues.
    ValueError
        If records do not fit together, or mandatory requests cost more than the budget.
    """
    first_day = forecast.period_start[0].date()
    problems = request_problems(requests, teams, queues, n_weeks=whole_weeks(forecast), start=first_day, rates=rates)
    if problems:
        raise InputError(problems)
    case = planning_case(forecast, queues, teams, requests, probability=probability, rates=rates, seed=seed)
    if terms is None and willingness_to_pay_usd is not None:
        terms = EconomicTerms(late_item_usd=willingness_to_pay_usd)
    values = value_all_blocks(case)
    frontier = find_frontier(values, budget_usd=budget_usd, willingness_to_pay_usd=willingness_to_pay_usd)
    recommended = frontier.recommended
    scorecard = score_requests(
        values,
        recommended.levels,
        probability=probability,
        budget_usd=frontier.budget_usd,
        willingness_to_pay_usd=willingness_to_pay_usd,
    )
    return QuarterPlan(
        forecast=forecast,
        requirement=case.requirement,
        values=values,
        frontier=frontier,
        recommended=recommended,
        scorecard=scorecard,
        service_today=service_of(case, np.zeros(len(requests))),
        service_recommended=service_of(case, recommended.levels),
        staffing=staffing_table(case, recommended.levels),
        people_alone=people_alone_or_why_not(case, team_options, seed=seed),
        analysis=analyse(
            frontier, scorecard, asked=requests, probability=probability, terms=terms, rates=rates, seed=seed
        ),
        events=events or EventCalendar(),
    )
