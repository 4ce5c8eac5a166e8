"""CBC in the place of HiGHS where that is not installed: the same changes of a program, each solve a new one."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimization.program.cross_check import cbc_path
from optimization.program.linear_model import LinearModel, linear_model
from optimization.program.outcome import SolveOutcome, SolveStatus

FloatArray = NDArray[np.float64]


class CbcSolver:
    """A PuLP problem kept as arrays, changed there, and handed to CBC as a whole for every solve.

    Parameters
    ----------
    problem : pulp.LpProblem or LinearModel
        To be minimised. Later changes of it are not seen: change the solver.
    options
        `mip_rel_gap` and `mip_max_nodes`, as HiGHS calls them.

    Raises
    ------
    ValueError
        If the problem is to be maximised, or an option is none of the two.
    RuntimeError
        If there is no CBC.

    Notes
    -----
    Slower than `optimization.program.solver.ProgramSolver`, which goes on from where it was; the answers are the same
    up to the gap. CBC does not tell the bound of a mixed-integer solve through PuLP. A search that came to its end has
    closed the gap asked for, of the larger of plan and bound; one that stopped is given the bound of its linear
    relaxation, so that its gap is larger than HiGHS would say, and never smaller than it is.

    Examples
    --------
    >>> import pulp
    >>> problem = pulp.LpProblem("p", pulp.LpMinimize)
    >>> x = problem.add_variable("x", lowBound=0)
    >>> problem += 2 * x
    >>> problem += x >= 3, "least"
    >>> solver = CbcSolver(problem)
    >>> first = solver.solve()
    >>> first.status.name, first.objective, first.dual("least")
    ('OPTIMAL', 6.0, 2.0)
    >>> solver.set_row_bounds("least", 5, None)
    >>> solver.solve().objective
    10.0
    """

    def __init__(self, problem: Any, options: Mapping[str, bool | int | float | str] | None = None) -> None:
        path = cbc_path()
        if path is None:
            raise RuntimeError("there is no CBC: put `cbc` on the path, or install cbcbox")
        self._path = path
        model = problem if isinstance(problem, LinearModel) else linear_model(problem)
        self._model = replace(
            model,
            cost=model.cost.copy(),
            lower=model.lower.copy(),
            upper=model.upper.copy(),
            row_lower=model.row_lower.copy(),
            row_upper=model.row_upper.copy(),
        )
        given = dict(options or {})
        self._gap = float(given.pop("mip_rel_gap", 1e-6))
        self._most_nodes = given.pop("mip_max_nodes", None)
        if given:
            raise ValueError(f"options must be mip_rel_gap or mip_max_nodes for CBC; found {sorted(given)}")
        self._start: FloatArray | None = None

    @property
    def columns(self) -> dict[str, int]:
        """Place of each column."""
        return self._model.columns

    @property
    def rows(self) -> dict[str, int]:
        """Place of each row."""
        return self._model.rows

    @property
    def n_columns(self) -> int:
        """Number of columns."""
        return len(self.columns)

    @property
    def costs(self) -> FloatArray:
        """Costs of all columns, of shape (n_columns,)."""
        return self._model.cost.copy()

    def solve(self, *, integers: bool = True, time_limit_seconds: float | None = None) -> SolveOutcome:
        """Solve what is there now; see `ProgramSolver.solve`."""
        if time_limit_seconds is not None and not time_limit_seconds > 0:
            raise ValueError(f"time_limit_seconds must be above 0, or None; found {time_limit_seconds!r}")
        mixed = integers and bool(self._model.is_integer.any())
        outcome = self._solved(mixed, time_limit_seconds, presolve=True)
        if outcome.status is SolveStatus.INFEASIBLE:
            outcome = self._solved(mixed, time_limit_seconds, presolve=False)
        if outcome.status is SolveStatus.TIME_LIMITED and mixed:
            outcome = replace(outcome, bound=self._solved(False, None, presolve=True).objective)
        return outcome

    def prices(self, outcome: SolveOutcome) -> SolveOutcome:
        """Solve the linear program around a mixed-integer plan; see `ProgramSolver.prices`."""
        with self.whole_fixed(outcome):
            return self.solve(integers=False)

    @contextmanager
    def whole_fixed(self, outcome: SolveOutcome) -> Iterator[None]:
        """Hold the whole columns at their values in a plan; see `ProgramSolver.whole_fixed`."""
        if outcome.values is None:
            raise ValueError(f"prices need a plan; the solve ended {outcome.status.name}")
        where = self._model.is_integer
        lower, upper = self._model.lower[where], self._model.upper[where]
        self._model.lower[where] = self._model.upper[where] = np.rint(outcome.values[where])
        try:
            yield
        finally:
            self._model.lower[where], self._model.upper[where] = lower, upper

    def set_row_bounds(self, name: str, lower: float | None, upper: float | None) -> None:
        """Change the right side of a row; None for no bound."""
        row = self.rows[name]
        self._model.row_lower[row], self._model.row_upper[row] = _finite(lower, upper)

    def set_column_bounds(self, name: str, lower: float | None, upper: float | None) -> None:
        """Change the bounds of a column; None for no bound."""
        place = self.columns[name]
        self._model.lower[place], self._model.upper[place] = _finite(lower, upper)

    def set_costs(self, costs: ArrayLike) -> None:
        """Change all costs, of shape (n_columns,)."""
        self._model.cost[:] = np.asarray(costs, dtype=np.float64)

    def add_row(self, name: str, coefficients: Mapping[str, float], lower: float | None, upper: float | None) -> None:
        """Add a row, such as a cut.

        Raises
        ------
        ValueError
            If there is a row of that name.
        """
        model = self._model
        if name in model.rows:
            raise ValueError(f"name of a new row must be new; found {name!r}")
        low, high = _finite(lower, upper)
        where = np.array([model.columns[column] for column in coefficients], dtype=np.int32)
        self._model = replace(
            model,
            rows={**model.rows, name: len(model.rows)},
            row_lower=np.append(model.row_lower, low),
            row_upper=np.append(model.row_upper, high),
            start=np.append(model.start, np.int32(model.index.size + where.size)),
            index=np.append(model.index, where),
            coefficient=np.append(model.coefficient, list(coefficients.values())),
        )

    def set_start(self, values: Sequence[float] | FloatArray) -> None:
        """Offer a plan, of shape (n_columns,), for a mixed-integer solve to start from."""
        self._start = np.asarray(values, dtype=np.float64)

    def _solved(self, mixed: bool, time_limit_seconds: float | None, *, presolve: bool) -> SolveOutcome:
        import pulp

        problem, variables, rows = _stated(self._model, whole=mixed)
        if mixed and self._start is not None:
            for variable, value in zip(variables, self._start.tolist(), strict=True):
                variable.setInitialValue(round(value) if variable.cat == pulp.LpInteger else value, check=False)
        problem.solve(
            pulp.COIN_CMD(
                path=self._path,
                msg=False,
                mip=mixed,
                gapRel=self._gap if mixed else None,
                maxNodes=self._most_nodes if mixed else None,
                timeLimit=time_limit_seconds,
                warmStart=mixed and self._start is not None,
                presolve=presolve,
            )
        )
        return self._outcome(problem, variables, rows, mixed)

    def _outcome(self, problem: Any, variables: list[Any], rows: list[list[Any]], mixed: bool) -> SolveOutcome:
        import pulp

        # CBC calls a stopped search optimal too; only the solution status tells them apart.
        status = {
            (pulp.LpStatusOptimal, pulp.LpSolutionOptimal): SolveStatus.OPTIMAL,
            (pulp.LpStatusOptimal, pulp.LpSolutionIntegerFeasible): SolveStatus.TIME_LIMITED,
            (pulp.LpStatusNotSolved, pulp.LpSolutionNoSolutionFound): SolveStatus.TIME_LIMITED,
            (pulp.LpStatusInfeasible, pulp.LpSolutionInfeasible): SolveStatus.INFEASIBLE,
            (pulp.LpStatusUnbounded, pulp.LpSolutionUnbounded): SolveStatus.UNBOUNDED,
        }.get((problem.status, problem.sol_status), SolveStatus.SOLVER_ERROR)
        found = problem.sol_status in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible)
        values = duals = reduced = None
        objective, bound = float("nan"), -np.inf
        if found and status in (SolveStatus.OPTIMAL, SolveStatus.TIME_LIMITED):
            values = np.array([variable.value() or 0.0 for variable in variables])
            objective = float(self._model.cost @ values + self._model.offset)
        if status is SolveStatus.OPTIMAL:
            bound = objective - self._gap * abs(objective) if mixed else objective
            if not mixed:
                duals = np.array([sum(constraint.pi or 0.0 for constraint in parts) for parts in rows])
                reduced = np.array([variable.dj or 0.0 for variable in variables])
        return SolveOutcome(
            status=status,
            solver_status=f"CBC: {pulp.LpStatus[problem.status]}",
            objective=objective,
            bound=bound,
            values=values,
            duals=duals,
            reduced_costs=reduced,
            columns=self.columns,
            rows=self.rows,
        )


def _stated(model: LinearModel, *, whole: bool) -> tuple[Any, list[Any], list[list[Any]]]:
    """Return the arrays as a PuLP problem, its columns, and for each row what stands for it."""
    import pulp

    problem = pulp.LpProblem("program", pulp.LpMinimize)
    variables = [
        problem.add_variable(
            f"x{place:07d}",
            None if np.isneginf(low) else float(low),
            None if np.isposinf(high) else float(high),
            pulp.LpInteger if whole and is_whole else pulp.LpContinuous,
        )
        for place, (low, high, is_whole) in enumerate(zip(model.lower, model.upper, model.is_integer, strict=True))
    ]
    priced = np.flatnonzero(model.cost)
    problem += pulp.lpSum(float(model.cost[place]) * variables[place] for place in priced)
    sides = []
    for row, (low, high) in enumerate(zip(model.row_lower.tolist(), model.row_upper.tolist(), strict=True)):
        part = slice(model.start[row], model.start[row + 1])
        terms = zip(model.index[part].tolist(), model.coefficient[part].tolist(), strict=True)
        sum_of_row = pulp.LpAffineExpression([(variables[place], value) for place, value in terms])
        if low == high:
            stated = [sum_of_row == low]
        else:
            stated = [sum_of_row >= low] if low > -np.inf else []
            stated += [sum_of_row <= high] if high < np.inf else []
        for side, constraint in enumerate(stated):
            problem += constraint, f"r{row:07d}_{side}"
        sides.append(len(stated))
    constraints = iter(problem.constraints())
    return problem, variables, [list(islice(constraints, n_sides)) for n_sides in sides]


def _finite(lower: float | None, upper: float | None) -> tuple[float, float]:
    low, high = -np.inf if lower is None else float(lower), np.inf if upper is None else float(upper)
    if not low <= high:
        raise ValueError(f"bounds must be numbers in order, or None; found {lower!r} and {upper!r}")
    return low, high
