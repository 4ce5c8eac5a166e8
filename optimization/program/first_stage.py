"""Commitments of a two-stage program: hires, releases and seats, and how much the worst paths count after them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimization.program.budgets import add_budgets
from optimization.program.heads import add_heads
from optimization.program.site_seats import add_site_seats
from optimization.program.staffing_case import StaffingCase
from optimization.program.staffing_program import StaffingProgram
from optimization.program.vendor_seats import add_vendor_seats

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class RiskWeight:
    """How much the worst paths count beyond the mean, for `two_stage_staffing`.

    Attributes
    ----------
    weight
        Of the mean over the worst paths; the rest is the mean over all. [-]
    tail
        Part of the paths that are the worst. [-]

    Raises
    ------
    ValueError
        If one of them lies outside 0-1, or the tail is 0.

    Examples
    --------
    Two paths that cost 100 and 200 USD: the mean is 150, the worst half 200, and half of each 175.

    >>> cost, probability = np.array([100.0, 200.0]), np.array([0.5, 0.5])
    >>> [RiskWeight(weight=weight, tail=0.5).measure(cost, probability) for weight in (0.0, 0.5, 1.0)]
    [150.0, 175.0, 200.0]
    """

    weight: float = 0.0
    tail: float = 0.2

    def __post_init__(self) -> None:
        if not 0.0 <= self.weight <= 1.0:
            raise ValueError(f"weight must lie between 0 and 1; found {self.weight!r}")
        if not 0.0 < self.tail <= 1.0:
            raise ValueError(f"tail must lie above 0 and up to 1; found {self.tail!r}")

    def measure(self, cost: FloatArray, probability: FloatArray) -> float:
        """Weighted mean and tail mean of costs, by the probabilities of the paths.

        Parameters
        ----------
        cost : ndarray of shape (n_paths,)
            [USD]
        probability : ndarray of shape (n_paths,)
            Sums to 1. [-]

        Returns
        -------
        float
            (1 - weight) x mean + weight x mean over the dearest paths that together have the probability `tail`: the
            conditional value at risk [1]_. [USD]

        References
        ----------
        .. [1] R. T. Rockafellar and S. Uryasev (2000), Optimization of conditional value-at-risk, Journal of Risk 2(3),
           doi:10.21314/JOR.2000.038.
        """
        order = np.argsort(-cost, kind="stable")
        before = np.concatenate([[0.0], np.cumsum(probability[order])[:-1]])
        worst = np.clip(self.tail - before, 0.0, probability[order]) / self.tail
        return float((1.0 - self.weight) * (probability @ cost) + self.weight * (worst @ cost[order]))


def first_stage(case: StaffingCase, probability: FloatArray, risk: RiskWeight) -> StaffingProgram:
    """State hires, releases and seats, with a column for what each path costs after them.

    Parameters
    ----------
    case
        What is known.
    probability : ndarray of shape (n_paths,)
        Of each path. [-]
    risk
        How much the worst paths count.

    Returns
    -------
    StaffingProgram

    Notes
    -----
    Cost of the moves + (1 - weight) sum of p theta + weight (level + sum of p over / tail), with over >= theta - level:
    the mean, and the conditional value at risk of the worst paths.
    """
    import pulp

    n_teams, n_weeks = len(case.teams), case.n_weeks
    program = StaffingProgram(
        case=case, problem=pulp.LpProblem("first", pulp.LpMinimize), overtime_output=np.zeros((n_teams, n_weeks))
    )
    add_heads(program)
    add_vendor_seats(program)
    add_site_seats(program)
    add_budgets(program)
    if risk.weight > 0.0:
        program.add_column("level", cost=risk.weight)
    for path, share in enumerate(probability):
        theta = program.add_column("theta", path, cost=float((1.0 - risk.weight) * share))
        program.add_row("theta_least", path, terms={theta: 1.0}, lower=0.0)
        if risk.weight > 0.0:
            over = program.add_column("over", path, cost=float(risk.weight * share / risk.tail))
            program.add_row("over_least", path, terms={over: 1.0, theta: -1.0, "level": 1.0}, lower=0.0)
    program.set_objective()
    return program
