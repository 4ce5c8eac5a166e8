"""CBC in the place of highspy where that is not installed: the same changes of a program, each solve a new one."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimization.program.cross_check import cbc_path, cbc_verdict
from optimization.program.linear_model import LinearModel, linear_model
from optimization.program.outcome import SolveOutcome, SolveStatus

FloatArray = NDArray[np.float64]

AWAY = 1e-9  # a row further from its bounds than this is slack
# What the numbers of `scipy.optimize.linprog` mean.
LINEAR_ENDS = {
    0: SolveStatus.OPTIMAL,
    1: SolveStatus.TIME_LIMITED,
    2: SolveStatus.INFEASIBLE,
    3: SolveStatus.UNBOUNDED,
}


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
    up to the gap. CBC searches for whole numbers; linear programs go to `scipy.optimize.linprog`, as not every CBC
    gives their duals and says for certain when there is no plan. CBC does not tell the bound of a mixed-integer solve
    through PuLP. A search that came to its end has closed the gap asked for, of the larger of plan and bound; one that
    stopped is given the bound of its linear relaxation, so that its gap is larger than HiGHS would say, and never
    smaller than it is.

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
        self._slack = np.zeros(len(model.rows), dtype=np.bool_)

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
        if not (integers and self._model.is_integer.any()):
            return self._linear(time_limit_seconds)
        outcome = self._whole(time_limit_seconds)
        if outcome.status is SolveStatus.OPTIMAL:
            return outcome
        linear = self._linear(None)
        if linear.status in (SolveStatus.INFEASIBLE, SolveStatus.UNBOUNDED):
            return linear
        return replace(outcome, bound=linear.bound)

    def prices(self, outcome: SolveOutcome) -> SolveOutcome:
        """Solve the linear program around a mixed-integer plan; see `ProgramSolver.prices`."""
        with self.whole_fixed(outcome):
            return self.solve(integers=False)

    @contextmanager
    def whole_fixed(self, outcome: SolveOutcome) -> Iterator[None]:
        """Hold the whole columns at their values in a plan; see `ProgramSolver.whole_fixed`."""
        if outcome.values is None:
            raise ValueError(f"prices need a plan; the solve ended {outcome.status.name}")
        whole = np.rint(outcome.values[self.whole])
        with self.whole_within(whole, whole):
            yield

    @property
    def whole(self) -> NDArray[np.intp]:
        """Places of the columns that must be whole."""
        return np.flatnonzero(self._model.is_integer)

    def whole_bounds(self) -> tuple[FloatArray, FloatArray]:
        """Lower and upper bounds of the whole columns."""
        return self._model.lower[self.whole], self._model.upper[self.whole]

    @contextmanager
    def whole_within(self, lower: FloatArray, upper: FloatArray) -> Iterator[None]:
        """Hold the whole columns between bounds for as long as the context lasts."""
        before = self.whole_bounds()
        self._model.lower[self.whole], self._model.upper[self.whole] = lower, upper
        try:
            yield
        finally:
            self._model.lower[self.whole], self._model.upper[self.whole] = before

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

    def remove_rows(self, names: Sequence[str]) -> None:
        """Take rows out."""
        model, gone = self._model, set(names)
        stay = np.array([name not in gone for name in model.rows])
        entry = np.repeat(stay, np.diff(model.start))
        self._model = replace(
            model,
            rows={name: place for place, name in enumerate(name for name in model.rows if name not in gone)},
            row_lower=model.row_lower[stay],
            row_upper=model.row_upper[stay],
            start=np.concatenate([[0], np.cumsum(np.diff(model.start)[stay])]).astype(np.int32),
            index=model.index[entry],
            coefficient=model.coefficient[entry],
        )
        self._slack = self._slack[stay]

    def is_slack(self, names: Sequence[str]) -> NDArray[np.bool_]:
        """Whether rows are away from their bounds in the plan of the last linear solve, of shape (n_names,)."""
        return self._slack[[self.rows[name] for name in names]]

    def objective_of(self, values: FloatArray) -> float:
        """Objective of a plan, of shape (n_columns,)."""
        return float(self._model.cost @ values) + self._model.offset

    def limit_search(self, *, gap: float, nodes: int) -> None:
        """End mixed-integer solves at a gap [-], or after so many nodes."""
        self._gap, self._most_nodes = gap, nodes

    def set_start(self, values: Sequence[float] | FloatArray) -> None:
        """Offer a plan, of shape (n_columns,), for a mixed-integer solve to start from."""
        self._start = np.asarray(values, dtype=np.float64)

    def _whole(self, time_limit_seconds: float | None) -> SolveOutcome:
        """Search for whole numbers by CBC."""
        import pulp

        problem, variables = _stated(self._model)
        if self._start is not None:
            for variable, value in zip(variables, self._start.tolist(), strict=True):
                variable.setInitialValue(round(value) if variable.cat == pulp.LpInteger else value, check=False)
        returned = problem.solve(
            pulp.COIN_CMD(
                path=self._path,
                msg=False,
                gapRel=self._gap,
                maxNodes=self._most_nodes,
                timeLimit=time_limit_seconds,
                warmStart=self._start is not None,
            )
        )
        status, has_plan, words = cbc_verdict(problem, returned)
        values, objective = None, float("nan")
        if has_plan:
            values = np.array([variable.value() or 0.0 for variable in variables])
            objective = float(self._model.cost @ values + self._model.offset)
        return SolveOutcome(
            status=status,
            solver_status=words,
            objective=objective,
            bound=objective - self._gap * abs(objective) if status is SolveStatus.OPTIMAL else -np.inf,
            values=values,
            duals=None,
            reduced_costs=None,
            columns=self.columns,
            rows=self.rows,
        )

    def _linear(self, time_limit_seconds: float | None) -> SolveOutcome:
        """Solve the linear relaxation by scipy, with its duals."""
        from scipy.optimize import linprog
        from scipy.sparse import csr_array, vstack

        model = self._model
        matrix = csr_array((model.coefficient, model.index, model.start), shape=(len(model.rows), len(model.columns)))
        equal = model.row_lower == model.row_upper
        above, below = ~equal & np.isfinite(model.row_lower), ~equal & np.isfinite(model.row_upper)
        found = linprog(  # type: ignore[call-overload]  # its stubs know no sparse arrays
            model.cost,
            A_ub=vstack([-matrix[above], matrix[below]]),
            b_ub=np.concatenate([-model.row_lower[above], model.row_upper[below]]),
            A_eq=matrix[equal],
            b_eq=model.row_lower[equal],
            bounds=np.column_stack([model.lower, model.upper]),
            options={} if time_limit_seconds is None else {"time_limit": time_limit_seconds},
        )
        status = LINEAR_ENDS.get(found.status, SolveStatus.SOLVER_ERROR)
        solved = status is SolveStatus.OPTIMAL
        objective = float(found.fun + model.offset) if solved else float("nan")
        duals = reduced = None
        if solved:
            duals = np.zeros(len(model.rows))
            duals[equal] = found.eqlin.marginals
            duals[above] -= found.ineqlin.marginals[: above.sum()]
            duals[below] += found.ineqlin.marginals[above.sum() :]
            done = matrix @ found.x
            self._slack = np.minimum(done - model.row_lower, model.row_upper - done) > AWAY
            reduced = np.asarray(found.lower.marginals + found.upper.marginals)
        return SolveOutcome(
            status=status,
            solver_status=f"scipy: {found.message}",
            objective=objective,
            bound=objective if solved else -np.inf,
            values=np.asarray(found.x) if solved else None,
            duals=duals,
            reduced_costs=reduced,
            columns=self.columns,
            rows=self.rows,
        )


def _stated(model: LinearModel) -> tuple[Any, list[Any]]:
    """Return the arrays as a PuLP problem, and its columns in their order."""
    import pulp

    problem = pulp.LpProblem("program", pulp.LpMinimize)
    variables = [
        problem.add_variable(
            f"x{place:07d}",
            None if np.isneginf(low) else float(low),
            None if np.isposinf(high) else float(high),
            pulp.LpInteger if is_whole else pulp.LpContinuous,
        )
        for place, (low, high, is_whole) in enumerate(zip(model.lower, model.upper, model.is_integer, strict=True))
    ]
    problem += pulp.lpSum(float(model.cost[place]) * variables[place] for place in np.flatnonzero(model.cost))
    for row, (low, high) in enumerate(zip(model.row_lower.tolist(), model.row_upper.tolist(), strict=True)):
        part = slice(model.start[row], model.start[row + 1])
        terms = zip(model.index[part].tolist(), model.coefficient[part].tolist(), strict=True)
        sum_of_row = pulp.lpSum(value * variables[place] for place, value in terms)
        if low == high:
            problem += sum_of_row == low, f"r{row:07d}"
            continue
        if low > -np.inf:
            problem += sum_of_row >= low, f"r{row:07d}_least"
        if high < np.inf:
            problem += sum_of_row <= high, f"r{row:07d}_most"
    return problem, variables


def _finite(lower: float | None, upper: float | None) -> tuple[float, float]:
    low, high = -np.inf if lower is None else float(lower), np.inf if upper is None else float(upper)
    if not low <= high:
        raise ValueError(f"bounds must be numbers in order, or None; found {lower!r} and {upper!r}")
    return low, high
