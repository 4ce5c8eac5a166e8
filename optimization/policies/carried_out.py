"""What a policy comes to: the heads that it wants, hired as teams can hire, and the service on every path."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capacity import ServiceOutcome
from capacity.allocation import fair_allocation
from capacity.expected_service import expected_service
from optimization.plan.decisions import Decisions, no_decisions, supply_of
from optimization.program.staffing_case import StaffingCase

FloatArray = NDArray[np.float64]

ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CarriedOut:
    """A policy with the people that it gets and the service that they give.

    Attributes
    ----------
    heads : ndarray of shape (n_teams, n_weeks)
        Heads there. [heads]
    hours : ndarray of shape (n_teams, n_queues, n_weeks)
        Productive hours of each team to each queue. [h]
    cost_usd
        Of all staffing within the plan. [USD]
    service
        By queue and path.
    """

    heads: FloatArray
    hours: FloatArray
    cost_usd: float
    service: ServiceOutcome


def carried_out(case: StaffingCase, wanted_heads: FloatArray) -> CarriedOut:
    """Hire towards wanted heads and see what comes of it.

    Parameters
    ----------
    case
        Teams, what may be decided of them, queues and paths.
    wanted_heads : ndarray of shape (n_teams, n_weeks)
        [heads]

    Returns
    -------
    CarriedOut

    Notes
    -----
    Each week every team hires the heads that it lacks, as soon as its lead time allows and as many as may start. Nobody
    is let go, nobody works overtime, and seats under contract stay as they are. Hours are shared by
    `capacity.fair_allocation`.
    """
    hires = np.zeros((len(case.teams), case.n_weeks))
    nothing = no_decisions(case)
    for week in range(case.n_weeks):
        decisions = _with_hires(nothing, hires)
        there = supply_of(case, decisions).heads[:, week]
        for row, (team, options) in enumerate(zip(case.teams, case.options, strict=True)):
            lacking = np.ceil(wanted_heads[row, week] - there[row] - ROUNDING)
            if options.rules.contract is not None or week < team.hire_lead_weeks or lacking <= 0:
                continue
            most = np.inf if options.most_hires_per_week is None else options.most_hires_per_week
            room = np.inf if options.most_heads is None else np.floor(options.most_heads - there[row] + ROUNDING)
            start = min(max(lacking, options.smallest_class), most, room)
            hires[row, week] = start if start >= options.smallest_class else 0.0
    supply = supply_of(case, _with_hires(nothing, hires))
    shared = fair_allocation(case.expected_work.T, supply.productive_hours.T, case.skill)
    hours = shared.transpose(1, 2, 0)
    return CarriedOut(
        heads=supply.heads.copy(),
        hours=hours,
        cost_usd=float(supply.cost_usd.sum()),
        service=expected_service(case.forecast, case.queues, case.teams, allocation=hours),
    )


def _with_hires(decisions: Decisions, hires: FloatArray) -> Decisions:
    return Decisions(
        hires=hires.copy(),
        part_time_hires=decisions.part_time_hires,
        releases=decisions.releases,
        seats=decisions.seats,
        overtime_hours=decisions.overtime_hours,
    )
