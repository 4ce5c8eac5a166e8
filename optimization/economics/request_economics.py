"""What requests return in money: avoided breaches and freed hours against cost, path by path and week by week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimization.block_values import SetValues
from optimization.blocks import Block
from optimization.case import PlanningCase
from optimization.cost_line import lines_of
from optimization.cost_schedule import cost_schedule
from optimization.economics.late_harm import LateHarm
from optimization.economics.returns import internal_rate_of_return, net_present_value, payback_weeks
from optimization.economics.terms import EconomicTerms
from optimization.economics.weekly_flow import WeeklyFlow, spread_over_weeks, weekly_flow
from optimization.funded_sets import minimum_set, with_needs, without

FloatArray = NDArray[np.float64]

WHOLE_SET = "recommended set"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Economics:
    """Money in and out of a request, on top of the rest of the recommended set, or of the whole set.

    Attributes
    ----------
    name
        Of the request; "recommended set" for the set.
    cost_usd : ndarray of shape (n_weeks,)
        Extra cost; below 0 where the request takes the place of a dearer one. [USD]
    breach_usd : ndarray of shape (n_paths, n_weeks)
        Breach cost avoided: late items x severity x price of a late item, by the week of the deadline. [USD]
    freed_hours : ndarray of shape (n_paths, n_weeks)
        Hours of today's people that nothing needs any more. [h]
    freed_usd : ndarray of shape (n_paths, n_weeks)
        What they are worth, as far as they are turned into money. [USD]
    annual_rate
        Discount rate. [1/year]

    Examples
    --------
    100 USD are paid in the first week and avoid a breach of 150 USD in the second.

    >>> one = Economics(name="seats", cost_usd=np.array([100.0, 0.0]), breach_usd=np.array([[0.0, 150.0]]),
    ...                 freed_hours=np.zeros((1, 2)), freed_usd=np.zeros((1, 2)), annual_rate=0.0)
    >>> one.flows_usd.tolist(), one.npv_usd.tolist(), one.benefit_cost.tolist(), one.probability_worth_it
    ([[-100.0, 150.0]], [50.0], [1.5], 1.0)
    """

    name: str
    cost_usd: FloatArray
    breach_usd: FloatArray
    freed_hours: FloatArray
    freed_usd: FloatArray
    annual_rate: float

    @property
    def flows_usd(self) -> FloatArray:
        """Benefit less cost, of shape (n_paths, n_weeks) [USD]."""
        return self.breach_usd + self.freed_usd - self.cost_usd

    @property
    def npv_usd(self) -> FloatArray:
        """Net present value within the plan, of shape (n_paths,) [USD]."""
        return net_present_value(self.flows_usd, self.annual_rate)

    @property
    def benefit_cost(self) -> FloatArray:
        """Present value of the benefit over that of the cost, of shape (n_paths,); NaN without a cost [-]."""
        cost = float(net_present_value(self.cost_usd, self.annual_rate))
        benefit = net_present_value(self.breach_usd + self.freed_usd, self.annual_rate)
        return benefit / cost if cost > 0 else np.full_like(benefit, np.nan)

    @property
    def irr_per_week(self) -> FloatArray:
        """Internal rate of return, of shape (n_paths,); NaN where there is none, or not just one [1/week]."""
        return internal_rate_of_return(self.flows_usd)

    @property
    def payback_weeks(self) -> FloatArray:
        """Weeks until the money is back, of shape (n_paths,); infinite where it is not within the plan [weeks]."""
        return payback_weeks(self.flows_usd)

    @property
    def probability_worth_it(self) -> float:
        """Share of paths with a net present value above 0 [-]."""
        return float((self.npv_usd > 0).mean())


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class EconomicsTable:
    """Economics of every request, in order, and of the whole set.

    Attributes
    ----------
    requests
        One a request, on top of the rest of the recommended set.
    whole_set
        The recommended set against the least that must be funded.

    Examples
    --------
    >>> one = Economics(name="seats", cost_usd=np.array([100.0, 0.0]), breach_usd=np.array([[0.0, 150.0]]),
    ...                 freed_hours=np.zeros((1, 2)), freed_usd=np.zeros((1, 2)), annual_rate=0.0)
    >>> EconomicsTable(requests=(one,), whole_set=one).to_frame()[["request", "npv_usd"]].to_numpy().tolist()
    [['seats', 50.0], ['seats', 50.0]]
    """

    requests: tuple[Economics, ...]
    whole_set: Economics

    def to_frame(self) -> pd.DataFrame:
        """Return one row a request, then the set; blank where a figure has no meaning."""
        return pd.DataFrame([_row(one) for one in (*self.requests, self.whole_set)])


def _row(one: Economics) -> dict[str, object]:
    npv_low, npv_high = np.quantile(one.npv_usd, [0.1, 0.9])
    ratio_low, ratio_high = np.quantile(one.benefit_cost, [0.1, 0.9])
    payback = one.payback_weeks
    # The middle of two paths of which one never pays back is never.
    typical = float(np.quantile(payback, 0.5, method="higher"))
    return {
        "request": one.name,
        "cost_usd": one.cost_usd.sum(),
        "avoided_breach_usd": one.breach_usd.sum(axis=1).mean(),
        "freed_hours": one.freed_hours.sum(axis=1).mean(),
        "freed_usd": one.freed_usd.sum(axis=1).mean(),
        "npv_usd": one.npv_usd.mean(),
        "npv_p10_usd": npv_low,
        "npv_p90_usd": npv_high,
        "benefit_cost": one.benefit_cost.mean(),
        "benefit_cost_p10": ratio_low,
        "benefit_cost_p90": ratio_high,
        "irr_per_week": float(internal_rate_of_return(one.flows_usd.mean(axis=0))),
        "share_of_paths_with_irr": float(np.isfinite(one.irr_per_week).mean()),
        "payback_weeks_median": typical if np.isfinite(typical) else np.nan,
        "probability_paid_back": float(np.isfinite(payback).mean()),
        "probability_worth_it": one.probability_worth_it,
    }


def economics_of_requests(values: SetValues, recommended: FloatArray, *, terms: EconomicTerms) -> EconomicsTable:
    """Money that every request returns on top of the rest of the recommended set.

    Parameters
    ----------
    values
        Every feasible set of every block, valued.
    recommended : ndarray of shape (n_requests,)
        Share of each request that the recommended set funds. [-]
    terms
        Prices of a late item, a freed hour and of money that comes later.

    Returns
    -------
    EconomicsTable
        A request that is not funded is looked at with what it needs, as in `optimization.score.score_requests`.

    Raises
    ------
    ValueError
        If the recommended set is not feasible.

    Notes
    -----
    Late items are those of the table of valued sets, path by path; when in the plan they fall due is taken from the
    flow without chance (`optimization.economics.weekly_flow`). Flows lie at the start of their week; a breach in the
    week of the deadline. Only the plan's own weeks count: cost and benefit after it are left out, which is hard on
    what is bought once and lasts. At 8% a year a flow of the last of 13 weeks is worth 1.8% less, so for the net
    present value the horizon total would do; payback and the internal rate of return need the weeks.

    Hours are freed by less volume, shorter handling and less rework, as far as they are not used up by work that
    would still wait otherwise (that use shows as avoided breaches) beyond what the set's added people take on. They
    are counted per block over the weeks so far, and are worth the loaded cost of a productive hour of its teams
    unless the terms say otherwise.

    Examples
    --------
    Seats for 2,700 USD avoid some 420 late items at 10 USD each, all within the one week of the plan.

    >>> from optimization import sample_case, value_all_blocks
    >>> values = value_all_blocks(sample_case())
    >>> table = economics_of_requests(values, np.array([1.0]), terms=EconomicTerms(late_item_usd=10))
    >>> avoided = values.measure(np.array([0.0])).late_items - values.measure(np.array([1.0])).late_items
    >>> (seats,) = table.requests
    >>> seats.cost_usd.tolist(), bool(np.isclose(seats.npv_usd.mean(), 10 * avoided - 2700))
    ([2700.0], True)
    """
    if not values.is_feasible(recommended):
        raise ValueError(f"recommended must keep every dependency and level of the requests; found {recommended}")
    case = values.case
    pairs = [_with_and_without(case, row, recommended) for row in range(len(case.requests))]
    names = [request.name for request in case.requests]
    found = economics_of_changes(values, [*pairs, (minimum_set(case), recommended)], [*names, WHOLE_SET], terms=terms)
    return EconomicsTable(requests=found[:-1], whole_set=found[-1])


def economics_of_changes(
    values: SetValues,
    pairs: Sequence[tuple[FloatArray, FloatArray]],
    names: Sequence[str],
    *,
    terms: EconomicTerms,
) -> tuple[Economics, ...]:
    """Money that changes from one set of requests to another return.

    Parameters
    ----------
    values
        Every feasible set of every block, valued.
    pairs : sequence of pairs of ndarray of shape (n_requests,)
        The set before and the set after; share of each request that is funded. [-]
    names
        Of the changes.
    terms
        Prices of a late item, a freed hour and of money that comes later.

    Returns
    -------
    tuple of Economics
        One a change, worked out as `economics_of_requests` says.
    """
    case = values.case
    n_paths = case.forecast.n_paths
    harm = np.zeros((len(pairs), n_paths, case.n_weeks))
    hours, hours_usd = np.zeros_like(harm), np.zeros_like(harm)
    for table in values.blocks:
        block = table.block
        if not block.queues:
            continue
        differ = [i for i, (old, new) in enumerate(pairs) if (old != new)[list(block.requests)].any()]
        if not differ:
            continue
        sets, place = _distinct([one for i in differ for one in pairs[i]], block)
        flow = weekly_flow(case, block.queues, sets)
        severity = np.array([case.queues[row].severity for row in block.queues])
        late, due = (np.einsum("q,sqpw->spw", severity, items) for items in (flow.late, flow.due))
        total = LateHarm(case, table).of(sets)
        loaded_usd, of_block = _loaded_hour(case, block)
        hourly_usd = loaded_usd if terms.freed_hour_usd is None else terms.freed_hour_usd
        for i, (old, new) in zip(differ, place.reshape(-1, 2), strict=True):
            start = _first_week(case, block, *pairs[i])
            harm[i] += spread_over_weeks(total[old] - total[new], late[old] - late[new], due[old], start)
            freed = _freed_hours(flow, of_block, int(old), int(new))
            hours[i] += freed
            hours_usd[i] += freed * hourly_usd
    return tuple(
        Economics(
            name=name,
            cost_usd=weekly_cost_usd(case, new) - weekly_cost_usd(case, old),
            breach_usd=terms.late_item_usd * harm[i],
            freed_hours=hours[i],
            freed_usd=terms.saved_share_of_freed_hours * hours_usd[i],
            annual_rate=terms.annual_rate,
        )
        for i, (name, (old, new)) in enumerate(zip(names, pairs, strict=True))
    )


def weekly_cost_usd(case: PlanningCase, levels: FloatArray) -> FloatArray:
    """Cost of a set of requests in each week of the plan.

    Parameters
    ----------
    case
        The requests.
    levels : ndarray of shape (n_requests,)
        Share of each request that is funded. [-]

    Returns
    -------
    ndarray of shape (n_weeks,)
        Sums to the cost of the set, to the cent. [USD]
    """
    schedule = cost_schedule(
        [line for request in case.requests for line in lines_of(request)],
        start=np.datetime64(case.forecast.period_start[0], "D"),
        n_weeks=case.n_weeks,
        by="week",
        funded_share={request.name: float(level) for request, level in zip(case.requests, levels, strict=True)},
    )
    week = ((schedule.period_start - schedule.start) / np.timedelta64(7, "D")).astype(np.int64)
    return np.bincount(week, weights=schedule.usd_cents, minlength=case.n_weeks) / 100


def _with_and_without(case: PlanningCase, row: int, recommended: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Sets that differ by a request and what comes and goes with it."""
    base = without(case, row, recommended)
    return base, recommended if recommended[row] > 0 else with_needs(case, row, base)


def _first_week(case: PlanningCase, block: Block, old: FloatArray, new: FloatArray) -> int:
    """First week in which two sets differ in a block."""
    return min(case.requests[row].start_week for row in block.requests if old[row] != new[row])


def _distinct(sets: Sequence[FloatArray], block: Block) -> tuple[FloatArray, NDArray[np.intp]]:
    """Each way to fund the requests of one block once, others unfunded, and which of them each set is."""
    parts, place = np.unique([one[list(block.requests)] for one in sets], axis=0, return_inverse=True)
    levels = np.zeros((len(parts), len(sets[0])))
    levels[:, list(block.requests)] = parts
    return levels, np.asarray(place, dtype=np.intp).ravel()


def _loaded_hour(case: PlanningCase, block: Block) -> tuple[float, list[int]]:
    """Loaded cost of a productive hour of today's heads of the teams of a block [USD/h], and the teams' rows."""
    names = {case.queues[row].name for row in block.queues}
    rows = [row for row, team in enumerate(case.teams) if names & set(team.skills)]
    cost = sum(case.teams[row].heads * case.teams[row].cost_usd_per_head_week for row in rows)
    hours = sum(case.teams[row].heads * case.teams[row].productive_hours_per_head for row in rows)
    return (cost / hours if hours > 0 else 0.0), rows


def _freed_hours(flow: WeeklyFlow, teams: Sequence[int], old: int, new: int) -> FloatArray:
    """Hours of work taken out and not used up otherwise, of shape (n_paths, n_weeks)."""
    demand, waiting = flow.demand_hours.sum(axis=1), flow.waiting_hours.sum(axis=1)
    supply = flow.team_hours[:, list(teams)].sum(axis=1)
    taken_out = np.cumsum(demand[old] - demand[new], axis=-1)
    added = np.cumsum(supply[new] - supply[old], axis=-1)
    less_waiting = waiting[old] - waiting[new]
    so_far = np.maximum(taken_out - np.maximum(less_waiting - np.maximum(added, 0.0), 0.0), 0.0)
    return np.diff(so_far, axis=-1, prepend=0.0)
