"""The staffing program as a PuLP problem: its columns by name, its rows by term, its cuts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimization.program.staffing_case import StaffingCase

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Cut:
    """A row that is added once a plan has broken it: coefficients @ columns >= lower.

    Attributes
    ----------
    name
        Unique.
    coefficients
        By name of a column.
    lower
        Right side.
    queue
        Number of the queue it is about.
    steps
        First and last step of the interval whose items it covers; None for rows that sum over paths.
    margin
        Of its queue when it was written. [-]
    allowed
        Share of items that it lets be missed; None for rows that ask for none. [-]
    unit
        Number by which its coefficients and its right side were multiplied, for the solver's sake.
    """

    name: str
    coefficients: Mapping[str, float]
    lower: float
    queue: int
    steps: tuple[int, int] | None = None
    margin: float = 0.0
    allowed: float | None = None
    unit: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class StaffingProgram:
    """A PuLP problem that terms add to.

    Attributes
    ----------
    case
        What it is built from.
    problem : pulp.LpProblem
        To be minimised.
    variables
        By name: `column(kind, number, ...)`.
    cost
        Cost of each column, by name. [USD]
    overtime_output : ndarray of shape (n_teams, n_weeks)
        Productive hours of one paid hour of overtime. [-]
    """

    case: StaffingCase
    problem: Any
    overtime_output: FloatArray
    variables: dict[str, Any] = field(default_factory=dict)
    cost: dict[str, float] = field(default_factory=dict)

    def add_column(
        self,
        kind: str,
        *place: int,
        lower: float = 0.0,
        upper: float | None = None,
        whole: bool = False,
        cost: float = 0.0,
    ) -> str:
        """Add a column and return its name."""
        name = column(kind, *place)
        category = "Integer" if whole else "Continuous"
        self.variables[name] = self.problem.add_variable(name, lower, upper, category)
        if cost:
            self.cost[name] = cost
        return name

    def add_row(
        self, kind: str, *place: int, terms: Mapping[str, float], lower: float | None = None, upper: float | None = None
    ) -> str:
        """Add a row lower <= terms <= upper, with equal bounds for an equation, and return its name."""
        import pulp

        name = column(kind, *place)
        # Variables are not multiplied by zero: PuLP would keep them as terms of every row.
        total = pulp.lpSum(value * self.variables[key] for key, value in terms.items() if value)
        if lower is not None and lower == upper:
            self.problem.addConstraint(total == lower, name)
        elif lower is not None and upper is None:
            self.problem.addConstraint(total >= lower, name)
        elif upper is not None and lower is None:
            self.problem.addConstraint(total <= upper, name)
        else:
            raise ValueError(f"row {name!r} must have one bound, or two that are equal; found {lower} and {upper}")
        return name

    def set_objective(self) -> None:
        """State the cost of all columns as what is minimised."""
        import pulp

        self.problem.setObjective(pulp.lpSum(value * self.variables[name] for name, value in self.cost.items()))

    def add_cuts(self, cuts: Sequence[Cut]) -> None:
        """State cuts as rows of the problem, so that any solver can be handed all of it."""
        import pulp

        for cut in cuts:
            total = pulp.lpSum(value * self.variables[name] for name, value in cut.coefficients.items() if value)
            self.problem.addConstraint(total >= cut.lower, cut.name)


def column(kind: str, *place: int) -> str:
    """Name of a column or row: numbers rather than labels, which may collide once a solver has mangled them.

    Examples
    --------
    >>> column("give", 0, 11, 3)
    'give_000_011_003'
    """
    return "_".join([kind, *(f"{number:03d}" for number in place)])
