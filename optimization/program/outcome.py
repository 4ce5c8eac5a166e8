"""How a linear or mixed-integer program ended: a status that a script can act on, and the figures that come with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


class SolveStatus(StrEnum):
    """How a solve ended; the text of each member says what that means for the reader.

    Examples
    --------
    >>> print(SolveStatus.TIME_LIMITED)
    stopped at a limit: a cheaper plan may exist, down to the bound
    >>> SolveStatus.TIME_LIMITED.name
    'TIME_LIMITED'
    """

    OPTIMAL = "optimal: it is proven that no allowed plan costs less, up to the gap asked for"
    TIME_LIMITED = "stopped at a limit: a cheaper plan may exist, down to the bound"
    INFEASIBLE = "infeasible: no plan keeps all constraints, confirmed without presolve"
    UNBOUNDED = "unbounded: cost falls without end, so a cost or a limit is missing"
    SOLVER_ERROR = "solver error: the solver proved nothing"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SolveOutcome:
    """What a solver found, never more than it proved.

    Attributes
    ----------
    status
        How it ended.
    solver_status
        The solver's own words.
    objective
        Value of the plan found; NaN where there is none. [unit of the objective]
    bound
        No allowed plan is below this; minus infinity where nothing is proven. [unit of the objective]
    values : ndarray of shape (n_columns,) or None
        The plan found; None where there is none. Never the zeros that a solver leaves behind.
    duals : ndarray of shape (n_rows,) or None
        Change of the least objective by one more on the right side of each row; None after a mixed-integer solve,
        see `ProgramSolver.prices`. [unit of the objective over unit of the row]
    reduced_costs : ndarray of shape (n_columns,) or None
        Change of the least objective by one more of each column.
    columns, rows
        Places of names in the arrays.
    """

    status: SolveStatus
    solver_status: str
    objective: float
    bound: float
    values: FloatArray | None
    duals: FloatArray | None
    reduced_costs: FloatArray | None
    columns: Mapping[str, int]
    rows: Mapping[str, int]

    def __post_init__(self) -> None:
        for array in (self.values, self.duals, self.reduced_costs):
            if array is not None:
                array.setflags(write=False)

    @property
    def gap(self) -> float:
        """Part of the objective [-] by which a better plan could be below it at most; infinite without a plan."""
        if self.values is None:
            return float("inf")
        if self.bound >= self.objective:
            return 0.0
        return (self.objective - self.bound) / max(abs(self.objective), 1e-12)

    def value(self, name: str) -> float:
        """Value of one column.

        Raises
        ------
        ValueError
            If there is no plan.
        """
        if self.values is None:
            raise ValueError(f"value of {name!r}: the solve ended {self.status.name} and holds no plan")
        return float(self.values[self.columns[name]])

    def dual(self, name: str) -> float:
        """Price of one row.

        Raises
        ------
        ValueError
            If there are no duals.
        """
        if self.duals is None:
            raise ValueError(f"dual of {name!r}: the solve ended {self.status.name} and holds no duals")
        return float(self.duals[self.rows[name]])
