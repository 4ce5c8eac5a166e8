"""The smallest change of targets, budgets or seats that makes an infeasible program feasible."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from optimization.program.cbc_solver import CbcSolver
from optimization.program.cut_search import SolverLimitError
from optimization.program.missed_cuts import SHARE_TOLERANCE
from optimization.program.outcome import SolveOutcome, SolveStatus
from optimization.program.solver import ProgramSolver
from optimization.program.staffing_program import StaffingProgram, column

# Less is rounding of the solver.
LEAST_RELAXATION = 1e-6
# Rows are kept to within `SHARE_TOLERANCE`: a plan of the elastic program may break some by less than that, and the
# next solve needs as much room.
SLACK = 2.0 * SHARE_TOLERANCE
# The sum of shares given up counts so little that it only decides between plans with the same greatest one.
SUM_WEIGHT = 0.01


class RelaxationKind(StrEnum):
    """What a `Relaxation` gives up.

    Examples
    --------
    >>> RelaxationKind("budget") is RelaxationKind.BUDGET
    True
    """

    TARGET = "target"
    """Target share of a queue. [-]"""
    BUDGET = "budget"
    """More money. [USD]"""
    SITE_SEATS = "site_seats"
    """More seats at a site. [seats]"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Relaxation:
    """One thing that has to give where no plan keeps everything asked: a target, a budget or the seats of a site.

    Attributes
    ----------
    kind
        What.
    name
        Of the queue, budget or site.
    asked
        Target share [-], budget [USD] or seats [seats] as asked.
    amount
        By how much it has to give, at least, together with the others. [unit of `asked`]

    Examples
    --------
    >>> gives = Relaxation(kind=RelaxationKind.TARGET, name="ads", asked=0.95, amount=0.05)
    >>> round(gives.feasible, 9), gives.sentence()
    (0.9, 'lower the target of ads from 95.0% to 90.0%')
    """

    kind: RelaxationKind
    name: str
    asked: float
    amount: float

    @property
    def feasible(self) -> float:
        """Share, budget or seats that can be kept, in the unit of `asked`."""
        return self.asked - self.amount if self.kind is RelaxationKind.TARGET else self.asked + self.amount

    def sentence(self) -> str:
        """What would do, in words."""
        if self.kind is RelaxationKind.TARGET:
            return f"lower the target of {self.name} from {self.asked:.1%} to {max(self.feasible, 0.0):.1%}"
        if self.kind is RelaxationKind.BUDGET:
            return f"raise the budget {self.name} from ${self.asked:,.0f} to ${self.feasible:,.0f}"
        return f"raise the seats at {self.name} from {self.asked:,.0f} to {self.feasible:,.1f}"


def smallest_relaxation(
    program: StaffingProgram, solver: ProgramSolver | CbcSolver, solve: Callable[[], SolveOutcome]
) -> tuple[Relaxation, ...]:
    """Let targets, budgets and seats give, find the least of it, and leave the program with that much room.

    Parameters
    ----------
    program
        Infeasible as it stands.
    solver
        That holds it.
    solve
        Solves what the solver holds, with the cuts that it needs.

    Returns
    -------
    tuple of Relaxation
        Those that have to give.

    Raises
    ------
    ValueError
        If rules contradict each other even so: then it is not targets, budgets or seats that are in the way.
    SolverLimitError
        If the solver stops or fails on the way.

    Notes
    -----
    An elastic program in two steps. First only budgets and site seats may give: the least sum of what is added, as
    parts of what was asked. Where that is not enough, targets give too: the least of the greatest share given up, then
    of the sum of shares. A share is given up week by week, so that what is late for want of people in one week is made
    up for as soon as there are some. What gives is what conflicts: it keeps the rest from being met.
    """
    possible = _possible(program)
    costs = solver.costs
    limits = [name for name in possible if not name.startswith("relax_queue")]
    outcome = _elastic(solver, possible, limits, solve) if limits else None
    if outcome is None or outcome.values is None:
        outcome = _elastic(solver, possible, list(possible), solve)
    if outcome.values is None:
        if outcome.status is not SolveStatus.INFEASIBLE:
            raise SolverLimitError(outcome)
        raise ValueError(
            "policies and options must not contradict each other; no change of targets, budgets or site seats makes "
            "them possible. Loosen most_heads, several sites, vendor shares, occupancy, wellness caps or contracts."
        )
    given: dict[tuple[RelaxationKind, str, float], float] = {}
    for name, (kind, label, asked) in possible.items():
        amount = max(outcome.value(name), 0.0)
        given[kind, label, asked] = given.get((kind, label, asked), 0.0) + amount
        room = amount + SLACK * max(asked, 1.0) if amount > 0 else 0.0
        solver.set_column_bounds(name, 0.0, room)
    solver.set_costs(costs)
    return tuple(
        Relaxation(kind=kind, name=label, asked=asked, amount=amount)
        for (kind, label, asked), amount in given.items()
        if amount > LEAST_RELAXATION * max(asked, 1.0)
    )


def _elastic(
    solver: ProgramSolver | CbcSolver,
    possible: dict[str, tuple[RelaxationKind, str, float]],
    open_columns: list[str],
    solve: Callable[[], SolveOutcome],
) -> SolveOutcome:
    """Least relaxation by some columns alone."""
    elastic = np.zeros(len(solver.columns))
    for name in open_columns:
        is_target = name.startswith("relax_queue")
        elastic[solver.columns[name]] = SUM_WEIGHT if is_target else 1.0 / max(possible[name][2], 1.0)
        solver.set_column_bounds(name, 0.0, None)
    elastic[solver.columns["relax_worst"]] = 1.0
    solver.set_costs(elastic)
    return solve()


def _possible(program: StaffingProgram) -> dict[str, tuple[RelaxationKind, str, float]]:
    """Kind, name and what was asked, of every column that may give."""
    case = program.case
    found = {
        column("relax_queue", number, week): (RelaxationKind.TARGET, queue.name, queue.target.share)
        for number, queue in enumerate(case.queues)
        for week in range(case.n_weeks)
    }
    for number, budget in enumerate(case.policies.budgets):
        found[column("relax_budget", number)] = (RelaxationKind.BUDGET, budget.name, budget.usd)
    for number, (site, seats) in enumerate(sorted(case.policies.site_seats.items())):
        found[column("relax_site", number)] = (RelaxationKind.SITE_SEATS, site, float(seats))
    return found
