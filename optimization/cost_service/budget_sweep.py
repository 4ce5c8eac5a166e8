"""The best service of the staffing program at one budget after another, on one built model."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimization.plan.decisions import no_decisions, overtime_output, supply_of
from optimization.program.build import build_program
from optimization.program.cut_search import CutSearch, SolverLimitError
from optimization.program.outcome import SolveOutcome, SolveStatus
from optimization.program.policies import Budget
from optimization.program.price_of_lateness import ITEM_TOLERANCE, PriceOfLateness
from optimization.program.solver import ProgramSolver
from optimization.program.staffing_case import StaffingCase
from optimization.program.staffing_program import Cut, column

FloatArray = NDArray[np.float64]

ANY_PRICE = PriceOfLateness(usd_per_item=1.0)  # the objective is set by the sweep
# The best service is that within this share of the best there is: the last items would cost without end.
BEST_SHARE = 1e-6
# Worth of service in today's costs, from what the first improvements are worth to what the last ones are.
WORTHS = (1e1, 1e2, 1e3, 1e4, 1e5, 1e6)
# Solves are this much closer than the bounds of the curve are asked to be.
CLOSER = 0.1
# No closer than this, which the solver's own tolerances reach. [-]
LEAST_SHARE = 1e-9


@dataclass(frozen=True, kw_only=True, slots=True)
class BudgetPoint:
    """The least late share within a budget.

    Attributes
    ----------
    late_share
        Attained. [-]
    bound
        No plan within the budget is below it. [-]
    slope
        By how much one more dollar changes the bound; 0 or below. [1/USD]
    """

    late_share: float
    bound: float
    slope: float


class BudgetSweep:
    """A staffing program whose budget is changed in place.

    Parameters
    ----------
    case
        Teams, what may be decided of them, queues and paths; at least one queue is deferred.
    live_multiple : ndarray of shape (n_queues,)
        Hours over expected work that each live queue must get. [-]
    tolerance : float
        To what part of the difference of late share between the ends the curve is to be known. [-]

    Raises
    ------
    ValueError
        If no item of a deferred queue with a severity above 0 is due on any path.

    Notes
    -----
    Minimises the late share of the deferred queues, weighted by severity, as a linear program. Cuts that a solve adds
    hold for all budgets and stay, and a solve starts from a mix of the plans of the budgets next to it.
    """

    def __init__(self, case: StaffingCase, live_multiple: FloatArray, *, tolerance: float = 1e-3) -> None:
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
        # Late items of severity 1, not shares: the solver takes coefficients as small as those of shares for zero.
        self._late_costs, self._money_costs = np.zeros(self._solver.n_columns), self._solver.costs
        self._weight = 0.0
        for queue, record in enumerate(case.queues):
            place = self._solver.columns[column("late", queue)]
            self._money_costs[place] = 0.0
            if not record.is_live:
                self._late_costs[place] = record.severity
                self._weight += record.severity * float(case.flows[queue].due_items.mean())
        if self._weight <= 0:
            raise ValueError(
                "forecast must bring items to a deferred queue with a severity above 0 that are due within the plan; "
                "found none"
            )
        self._tolerance = tolerance
        self._within = ITEM_TOLERANCE * self._weight
        self._plans: dict[float, tuple[FloatArray, float]] = {}

    @property
    def cuts(self) -> tuple[Cut, ...]:
        """Rows that solves have added so far."""
        return tuple(self._search.pool.cuts)

    def ends(self) -> tuple[float, float]:
        """Least cost that keeps everything but lateness, and least cost of the best service, beyond today's [USD].

        Notes
        -----
        The best service is found from the first improvements to the last: a dollar counts as less and less late items,
        down to so few that all of today's cost would count as `BEST_SHARE` of the items.
        """
        self._solver.set_row_bounds(self._row, None, None)
        self._solver.set_costs(self._money_costs)
        least, _, plan = self._kept(self._search.until_kept())
        for worth in WORTHS:
            per_usd = self._weight / (worth * max(self.today_usd, 1.0))
            self._solver.set_costs(self._late_costs + per_usd * self._money_costs)
            within = max(self._within * CLOSER, CLOSER * CLOSER * self._weight / worth)
            _, _, plan = self._kept(self._search.until_kept(centre=plan, within=within))
        most = max(least, float(self._money_costs @ plan))
        self._plans[most] = (plan, float(self._late_costs @ plan))
        low, high = (self.late_share(usd) for usd in (least, most))
        span = max(low.late_share - high.late_share, 0.0)
        self._within = max(CLOSER * self._tolerance * span, LEAST_SHARE) * self._weight
        return least, most

    def late_share(self, extra_usd: float) -> BudgetPoint:
        """Least late share within a budget.

        Parameters
        ----------
        extra_usd : float
            Beyond today's cost. [USD]

        Returns
        -------
        BudgetPoint
        """
        self._solver.set_costs(self._late_costs)
        self._solver.set_row_bounds(self._row, None, extra_usd)
        outcome = self._search.until_kept(centre=self._between(extra_usd), within=self._within)
        late, bound, plan = self._kept(outcome)
        self._plans[extra_usd] = (plan, late)
        # A plan within a smaller budget is one within a larger one.
        attained = min(items for usd, (_, items) in self._plans.items() if usd <= extra_usd)
        return BudgetPoint(
            late_share=attained / self._weight,
            bound=bound / self._weight,
            slope=min(outcome.dual(self._row), 0.0) / self._weight,
        )

    def point(self, extra_usd: float) -> tuple[float, float, float]:
        """Least late share within a budget as `optimization.cost_service.sandwich` takes it.

        Parameters
        ----------
        extra_usd : float
            Beyond today's cost. [USD]

        Returns
        -------
        late_share, bound, slope : float
            See `BudgetPoint`. [-, -, 1/USD]
        """
        found = self.late_share(extra_usd)
        return found.late_share, found.bound, found.slope

    def _between(self, extra_usd: float) -> FloatArray | None:
        """Mix of the plans of the budgets next to one, which costs as much; None beyond the ends."""
        below = max((usd for usd in self._plans if usd <= extra_usd), default=None)
        above = min((usd for usd in self._plans if usd >= extra_usd), default=None)
        if below is None or above is None:
            return None
        part = 0.0 if above == below else (extra_usd - below) / (above - below)
        return np.asarray((1.0 - part) * self._plans[below][0] + part * self._plans[above][0])

    @staticmethod
    def _kept(outcome: SolveOutcome) -> tuple[float, float, FloatArray]:
        """Objective, bound and plan of a solve that has one."""
        if outcome.status is not SolveStatus.OPTIMAL or outcome.values is None:
            raise SolverLimitError(outcome)
        return outcome.objective, outcome.bound, outcome.values
