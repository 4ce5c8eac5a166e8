"""The best service of the staffing program at one budget after another, on one built model."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimization.plan.decisions import no_decisions, overtime_output, supply_of
from optimization.program.build import build_program
from optimization.program.cut_rounds import CutSearch, SolverLimitError
from optimization.program.outcome import SolveOutcome, SolveStatus
from optimization.program.policies import Budget
from optimization.program.price_of_lateness import PriceOfLateness
from optimization.program.solver import ProgramSolver
from optimization.program.staffing_case import StaffingCase
from optimization.program.staffing_program import Cut, column

FloatArray = NDArray[np.float64]

ANY_PRICE = PriceOfLateness(usd_per_item=1.0)  # the objective is set by the sweep
LEAST_LATE = 1e-9


class BudgetSweep:
    """A staffing program whose budget is changed in place.

    Parameters
    ----------
    case
        Teams, what may be decided of them, queues and paths; at least one queue is deferred.
    live_multiple : ndarray of shape (n_queues,)
        Hours over expected work that each live queue must get. [-]

    Notes
    -----
    Minimises the late share of the deferred queues, weighted by severity, as a linear program. Cuts that a solve adds
    hold for all budgets and stay.
    """

    def __init__(self, case: StaffingCase, live_multiple: FloatArray) -> None:
        today = supply_of(case, no_decisions(case))
        self.today_usd = float(today.total_cost_usd.sum())
        budget = Budget(name="curve", usd=self.today_usd)
        limited = replace(case, policies=replace(case.policies, budgets=(*case.policies.budgets, budget)))
        program = build_program(limited, ANY_PRICE, live_multiple=live_multiple, overtime_output=overtime_output(today))
        self._solver = ProgramSolver(program.problem)
        even = case.skill[:, :, None] * case.expected_work[None]
        asked = ANY_PRICE.asked_paths(case, even)
        self._search = CutSearch(program, ANY_PRICE, np.zeros(len(case.queues)), asked, self._solver, [])
        self._row = column("budget", len(case.policies.budgets))
        self._late = {
            column("late", queue): record.severity * float(case.flows[queue].due_items.mean())
            for queue, record in enumerate(case.queues)
            if not record.is_live
        }
        weight = sum(self._late.values())
        self._minimises_lateness = False
        self._late_costs, self._money_costs = np.zeros(self._solver.n_columns), self._solver.costs
        for queue, record in enumerate(case.queues):
            place = self._solver.columns[column("late", queue)]
            self._money_costs[place] = 0.0
            if not record.is_live:
                self._late_costs[place] = record.severity / weight

    @property
    def cuts(self) -> tuple[Cut, ...]:
        """Rows that solves have added so far."""
        return tuple(self._search.cuts)

    def ends(self) -> tuple[float, float]:
        """Least cost that keeps everything but lateness, and least cost of the best service, beyond today's [USD]."""
        self._minimises_lateness = False
        self._solver.set_row_bounds(self._row, None, None)
        self._solver.set_costs(self._money_costs)
        least = self._solved().objective
        self._solver.set_costs(self._late_costs)
        best = self._solved()
        self._solver.set_costs(self._money_costs)
        for name in self._late:
            self._solver.set_column_bounds(name, 0.0, best.value(name) * (1.0 + LEAST_LATE) + LEAST_LATE)
        most = self._solved().objective
        for name in self._late:
            self._solver.set_column_bounds(name, 0.0, None)
        return least, max(least, most)

    def late_share(self, extra_usd: float) -> tuple[float, float]:
        """Least late share within a budget, and by how much one more dollar changes it.

        Parameters
        ----------
        extra_usd : float
            Beyond today's cost. [USD]

        Returns
        -------
        share : float
            [-]
        slope : float
            0 or below. [1/USD]
        """
        if not self._minimises_lateness:
            # Only then: HiGHS goes on from its basis faster where costs stay.
            self._solver.set_costs(self._late_costs)
            self._minimises_lateness = True
        self._solver.set_row_bounds(self._row, None, extra_usd)
        outcome = self._solved()
        return outcome.objective, min(outcome.dual(self._row), 0.0)

    def _solved(self) -> SolveOutcome:
        outcome = self._search.until_kept()
        if outcome.status is not SolveStatus.OPTIMAL:
            raise SolverLimitError(outcome)
        return outcome
