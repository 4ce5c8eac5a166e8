"""What flexes once the volume of a path is known: overtime, vendor seats and hours, as one linear program a path."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from capacity import VendorContract
from optimization.program.deferred_flow import DeferredFlow, deferred_flow
from optimization.program.head_response import HeadMove, MoveKind
from optimization.program.overtime import hourly_usd
from optimization.program.staffing_case import StaffingCase
from optimization.program.staffing_program import StaffingProgram, column

FloatArray = NDArray[np.float64]
DAY_HOURS = 24


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SecondStage:
    """Everything of the second stage that is the same on all paths, and the daily curves of each.

    Attributes
    ----------
    case
        What is known.
    usd_per_item
        Price of a late item of severity 1. [USD]
    work_hours : ndarray of shape (n_queues,)
        Productive hours of an item; of live queues more, as much as their requirement asks. [h]
    flows
        Cumulative curves of each queue by day.
    placed : ndarray of shape (n_teams, n_weeks, 7)
        Part of a team's week that falls on each day. [-]
    overtime_output : ndarray of shape (n_teams, n_weeks)
        Productive hours of a paid hour of overtime. [-]
    """

    case: StaffingCase
    usd_per_item: float
    work_hours: FloatArray
    flows: tuple[DeferredFlow, ...]
    placed: FloatArray
    overtime_output: FloatArray

    @property
    def n_days(self) -> int:
        """Length of the plan [days]."""
        return self.case.n_weeks * 7


def second_stage(
    case: StaffingCase, *, usd_per_item: float, live_multiple: FloatArray, overtime_output: FloatArray
) -> SecondStage:
    """Work out what all paths share.

    Parameters
    ----------
    case
        What is known; its forecast is daily or finer.
    usd_per_item : float
        Price of a late item of severity 1. [USD]
    live_multiple : ndarray of shape (n_queues,)
        Hours over expected work that each live queue requires. [-]
    overtime_output : ndarray of shape (n_teams, n_weeks)
        Productive hours of one paid hour of overtime. [-]

    Returns
    -------
    SecondStage
    """
    n_days = case.n_weeks * 7
    live = np.array([queue.is_live for queue in case.queues])
    work = np.array([queue.work_hours_per_item for queue in case.queues])
    flows = tuple(
        deferred_flow(
            case.forecast.arrivals[row].reshape(case.forecast.n_paths, n_days, -1).sum(axis=2),
            within_steps=queue.target.within_hours / DAY_HOURS,
            backlog_items=queue.backlog_items,
            backlog_age_steps=queue.backlog_age_hours / DAY_HOURS,
        )
        for row, queue in enumerate(case.queues)
    )
    of_team = case.placed[0]
    return SecondStage(
        case=case,
        usd_per_item=usd_per_item,
        work_hours=work * np.where(live, live_multiple, 1.0),
        flows=flows,
        placed=of_team.reshape(*of_team.shape[:2], 7, -1).sum(axis=3),
        overtime_output=overtime_output,
    )


def add_path(
    problem: Any,
    stage: SecondStage,
    path: int,
    *,
    hours: list[list[Any]],
    heads: list[list[Any]],
    label: str = "",
) -> Any:
    """State the second stage of one path, and return its cost.

    Parameters
    ----------
    problem : pulp.LpProblem
        That it is added to.
    stage
        What all paths share.
    path : int
        Whose curves.
    hours, heads
        Productive hours and heads of each team and week: numbers, or columns of the first stage.
    label
        In front of every name.

    Returns
    -------
    pulp.LpAffineExpression
        Overtime, seats and late items. [USD]

    Notes
    -----
    Seats ordered now come on top of those of the first stage: none before the contract's lead time, never more than it
    allows, at the price of its dearest tier and to the end of the plan. They need not be whole steps here.

    Per queue and day, with G = C + Z of `deferred_flow` a column between A(t - L) and A(t):
    G(t) - G(t - 1) <= items that the hours given decide + z(t), z the items missed.
    """
    import pulp

    case, cost = stage.case, []
    give = {
        (team, queue, week): problem.add_variable(label + column("give", team, queue, week), 0)
        for team, queue in case.pairs
        for week in range(case.n_weeks)
    }
    for team, options in enumerate(case.options):
        rule, contract = options.rules.overtime, options.rules.contract
        orders = flexed_seats(stage, team)
        placed = {move.week: problem.add_variable(label + column("flex", team, move.week), 0) for move in orders}
        for week in range(case.n_weeks):
            total = pulp.lpSum(give[k, queue, week] for k, queue in case.pairs if k == team) - hours[team][week]
            total -= pulp.lpSum(float(move.hours[week]) * placed[move.week] for move in orders if move.hours[week])
            more = pulp.lpSum(float(move.heads[week]) * placed[move.week] for move in orders if move.heads[week])
            if contract is not None and orders:
                cost.append(dearest_usd(contract) * more)
                if contract.most_seats is not None:
                    room = more + heads[team][week] - float(contract.most_seats)
                    problem.addConstraint(room <= 0, label + column("flex_most", team, week))
            if rule is not None:
                paid = problem.add_variable(label + column("overtime", team, week), 0)
                cost.append(rule.pay_multiple * hourly_usd_of(case, team) * paid)
                total -= float(stage.overtime_output[team, week]) * paid
                most = paid - rule.most_hours_per_head_week * (heads[team][week] + more)
                problem.addConstraint(most <= 0, label + column("overtime_most", team, week))
            problem.addConstraint(total <= 0, label + column("share", team, week))
    for queue, flow in enumerate(stage.flows):
        price = stage.usd_per_item * case.queues[queue].severity
        before: Any = float(flow.due[path, 0])
        for day in range(stage.n_days):
            week, part = divmod(day, 7)
            low, high = float(flow.due[path, day + 1]), float(flow.arrived[path, day + 1])
            level = problem.add_variable(label + column("level", queue, day), low, high)
            missed = problem.add_variable(label + column("missed", queue, day), 0)
            cost.append(price * missed)
            decided = pulp.lpSum(
                float(case.skill[k, queue] * stage.placed[k, week, part] / stage.work_hours[queue])
                * give[k, queue, week]
                for k, q in case.pairs
                if q == queue
            )
            problem.addConstraint(level - before - decided - missed <= 0, label + column("flow", queue, day))
            before = level
    return pulp.lpSum(cost)


def flexed_seats(stage: SecondStage, team: int) -> tuple[HeadMove, ...]:
    """Orders of seats that a team's contract allows once the volume is known; none without a contract."""
    return tuple(move for move in stage.case.response[team].moves if move.kind is MoveKind.ORDER)


def dearest_usd(contract: VendorContract) -> float:
    """Price of a seat in the dearest tier of a contract [USD/week]."""
    return max(usd for _, usd in contract.price_tiers)


def hourly_usd_of(case: StaffingCase, team: int) -> float:
    """Cost of a normal paid hour of a team [USD/h]."""
    return hourly_usd(StaffingProgram(case=case, problem=None, overtime_output=np.zeros((0, 0))), team)
