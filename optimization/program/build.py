"""The staffing program put together from its terms."""

import numpy as np
from numpy.typing import NDArray

from optimization.program.budgets import add_budgets
from optimization.program.chance_constraint import ChanceConstraint
from optimization.program.expected_share import ExpectedShare
from optimization.program.heads import add_heads
from optimization.program.hours_of_teams import add_hours_of_teams
from optimization.program.least_occupancy import add_least_occupancy
from optimization.program.live_requirement import add_live_requirement
from optimization.program.overtime import add_overtime
from optimization.program.price_of_lateness import PriceOfLateness
from optimization.program.several_sites import add_several_sites
from optimization.program.site_seats import add_site_seats
from optimization.program.staffing_case import StaffingCase
from optimization.program.staffing_program import StaffingProgram
from optimization.program.tail_risk import TailRisk
from optimization.program.vendor_seats import add_vendor_seats
from optimization.program.vendor_share import add_vendor_shares
from optimization.program.wellness_hours import add_wellness_caps

FloatArray = NDArray[np.float64]
StaffingTarget = ChanceConstraint | ExpectedShare | TailRisk | PriceOfLateness

# Of plans that cost the same the one with fewer and later moves is taken: each costs this much more. [USD]
TIE_BREAK_USD = 0.01


def build_program(
    case: StaffingCase, target: StaffingTarget, *, live_multiple: FloatArray, overtime_output: FloatArray
) -> StaffingProgram:
    """State the program of a case, without the cuts that its targets add as it is solved.

    Parameters
    ----------
    case
        What is known.
    target
        What service is asked for.
    live_multiple : ndarray of shape (n_queues,)
        Hours over expected work that each live queue requires. [-]
    overtime_output : ndarray of shape (n_teams, n_weeks)
        Productive hours of one paid hour of overtime. [-]

    Returns
    -------
    StaffingProgram

    Notes
    -----
    Minimises the cost of hires, releases, seats and overtime (and late items where they have a price) on top of what
    today's people cost.
    """
    import pulp

    program = StaffingProgram(
        case=case, problem=pulp.LpProblem("staffing", pulp.LpMinimize), overtime_output=overtime_output
    )
    worst = program.add_column("relax_worst")
    for queue in range(len(case.queues)):
        # To PuLP 3 a column belongs to a problem once a row names it; cuts, which come later, name these.
        relax = [program.add_column("relax_queue", queue, week, upper=0.0) for week in range(case.n_weeks)]
        program.add_row("relax_most", queue, terms={**dict.fromkeys(relax, 1.0), worst: -1.0}, upper=0.0)
        if isinstance(target, PriceOfLateness):
            late = program.add_column("late", queue, cost=target.usd_per_item * case.queues[queue].severity)
            program.add_row("late_least", queue, terms={late: 1.0}, lower=0.0)
    add_heads(program)
    add_vendor_seats(program)
    add_overtime(program)
    add_hours_of_teams(program)
    add_live_requirement(program, live_multiple)
    add_site_seats(program)
    add_wellness_caps(program)
    add_budgets(program)
    add_several_sites(program)
    add_vendor_shares(program)
    add_least_occupancy(program)
    _break_ties(program)
    program.set_objective()
    return program


def _break_ties(program: StaffingProgram) -> None:
    kinds = ("hire", "part_time", "release", "order", "return")
    for place, name in enumerate(sorted(program.variables)):
        if name.startswith(kinds):
            week = int(name.rsplit("_", 1)[1])
            earliness = 1.0 - week / (program.case.n_weeks + 1.0)
            program.cost[name] = program.cost.get(name, 0.0) + TIE_BREAK_USD * (1.0 + earliness + 1e-4 * place)
