"""A PuLP problem as arrays: costs, bounds and a sparse matrix, in the order of the names."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int32]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class LinearModel:
    """Minimise cost @ x with row_lower <= A @ x <= row_upper and lower <= x <= upper, some x whole.

    Attributes
    ----------
    columns, rows
        Place of each name.
    cost, lower, upper : ndarray of shape (n_columns,)
        Objective and bounds, infinite where there are none.
    is_integer : ndarray of bool of shape (n_columns,)
        Columns that must be whole.
    offset
        Constant of the objective.
    row_lower, row_upper : ndarray of shape (n_rows,)
        Bounds of the rows.
    start : ndarray of int32 of shape (n_rows + 1,)
        Where each row begins in `index` and `coefficient`.
    index, coefficient : ndarray of shape (n_nonzeros,)
        Column and value of each non-zero, row by row.
    """

    columns: dict[str, int]
    rows: dict[str, int]
    cost: FloatArray
    lower: FloatArray
    upper: FloatArray
    is_integer: NDArray[np.bool_]
    offset: float
    row_lower: FloatArray
    row_upper: FloatArray
    start: IntArray
    index: IntArray
    coefficient: FloatArray


def linear_model(problem: Any) -> LinearModel:
    """Read a PuLP problem, whichever version of PuLP made it.

    Parameters
    ----------
    problem : pulp.LpProblem
        To be minimised.

    Returns
    -------
    LinearModel
        Columns in the order of their names, rows in the order in which they were added.

    Raises
    ------
    ValueError
        If the problem is to be maximised, as duals would change their sign, or has no objective.

    Examples
    --------
    >>> import pulp
    >>> problem = pulp.LpProblem("p", pulp.LpMinimize)
    >>> x = problem.add_variable("x", lowBound=0)
    >>> problem += 2 * x
    >>> problem += x >= 3, "least"
    >>> model = linear_model(problem)
    >>> model.cost, model.row_lower, model.row_upper
    (array([2.]), array([3.]), array([inf]))
    """
    import pulp

    if problem.sense != pulp.LpMinimize:
        raise ValueError("problem must be minimised (duals change their sign otherwise); negate its objective")
    if problem.objective is None:
        raise ValueError("problem must have an objective; found none")
    variables = sorted(problem.variables(), key=lambda variable: str(variable.name))
    columns = {str(variable.name): place for place, variable in enumerate(variables)}
    constraints = list(problem.constraints())
    cost = np.zeros(len(columns))
    for variable, value in problem.objective.items():
        cost[columns[variable.name]] += value
    start, index, coefficient = [0], [], []
    for constraint in constraints:
        for variable, value in constraint.items():
            if value:
                index.append(columns[variable.name])
                coefficient.append(float(value))
        start.append(len(index))
    return LinearModel(
        columns=columns,
        rows={str(constraint.name): place for place, constraint in enumerate(constraints)},
        cost=cost,
        lower=_bounds([variable.lowBound for variable in variables], -np.inf),
        upper=_bounds([variable.upBound for variable in variables], np.inf),
        is_integer=np.array([variable.cat != pulp.LpContinuous for variable in variables], dtype=np.bool_),
        offset=float(problem.objective.constant),
        row_lower=_bounds([constraint.getLb() for constraint in constraints], -np.inf),
        row_upper=_bounds([constraint.getUb() for constraint in constraints], np.inf),
        start=np.array(start, dtype=np.int32),
        index=np.array(index, dtype=np.int32),
        coefficient=np.array(coefficient),
    )


def _bounds(values: list[float | None], without: float) -> FloatArray:
    return np.array([without if value is None else float(value) for value in values])
