"""HiGHS in the process, warm from one solve to the next, trusted only for what its own model status says."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimization.program.highs_model import highs_lp, silent_highs
from optimization.program.linear_model import LinearModel, linear_model
from optimization.program.outcome import SolveOutcome, SolveStatus

FloatArray = NDArray[np.float64]

# One thread each: HiGHS refuses to run when the number of threads of the process changes between solves.
OPTIONS: dict[str, bool | int | float | str] = {"output_flag": False, "parallel": "off", "mip_rel_gap": 1e-6}
FEASIBLE_POINT = 2  # HiGHS's value of a primal solution status
WHOLE = 1e-6  # how far from whole a column may lie that is taken as whole


class ProgramSolver:
    """A PuLP problem inside HiGHS: solved, changed in place, and solved again from where it was.

    Parameters
    ----------
    problem : pulp.LpProblem or LinearModel
        To be minimised. Later changes of it are not seen: change the solver.
    options
        Options of HiGHS by name.

    Raises
    ------
    ValueError
        If the problem is to be maximised, or HiGHS does not know an option or its value.
    ImportError
        If highspy is not installed; see `optimization.program.installed_solver`.

    Notes
    -----
    What HiGHS says after a solve is read from its model status, and a plan from it only where HiGHS says that it has
    one. A verdict of infeasibility is confirmed with presolve off; a solve that ends with no verdict is repeated once
    from scratch. After changes of bounds, costs or rows HiGHS goes
    on from the last basis.

    Examples
    --------
    >>> import pulp
    >>> problem = pulp.LpProblem("p", pulp.LpMinimize)
    >>> x = problem.add_variable("x", lowBound=0)
    >>> problem += 2 * x
    >>> problem += x >= 3, "least"
    >>> solver = ProgramSolver(problem)
    >>> first = solver.solve()
    >>> first.status.name, first.objective, first.dual("least")
    ('OPTIMAL', 6.0, 2.0)
    >>> solver.set_row_bounds("least", 5, None)
    >>> solver.solve().objective
    10.0
    """

    def __init__(self, problem: Any, options: Mapping[str, bool | int | float | str] | None = None) -> None:
        try:
            highs = silent_highs()
        except ImportError as error:
            raise ImportError(
                "this program is solved by HiGHS, which is not installed: install highspy. Only plan_staffing and the "
                "plan with perfect foresight can do with CBC"
            ) from error

        model = problem if isinstance(problem, LinearModel) else linear_model(problem)
        self.columns: dict[str, int] = model.columns
        self.rows: dict[str, int] = dict(model.rows)
        self._is_integer = model.is_integer
        self._costs, self._offset = model.cost.copy(), model.offset
        self._highs = highs
        for name, value in {**OPTIONS, **(options or {})}.items():
            self._set_option(name, value)
        self._highs.passModel(highs_lp(model))
        self._relaxed = False

    def solve(self, *, integers: bool = True, time_limit_seconds: float | None = None) -> SolveOutcome:
        """Solve what is there now.

        Parameters
        ----------
        integers : bool
            Whether columns that must be whole are; the linear relaxation otherwise.
        time_limit_seconds : float, optional
            Stop after this time with the best plan so far; no limit if None. [s]

        Returns
        -------
        SolveOutcome

        Raises
        ------
        ValueError
            If the time limit is not above 0.
        """
        if time_limit_seconds is not None and not time_limit_seconds > 0:
            raise ValueError(f"time_limit_seconds must be above 0, or None; found {time_limit_seconds!r}")
        # HiGHS counts the time of all runs of one model together.
        used = self._highs.getRunTime()
        self._set_option("time_limit", float("inf") if time_limit_seconds is None else used + time_limit_seconds)
        self._relax(not integers)
        self._highs.run()
        return self._confirmed()

    def prices(self, outcome: SolveOutcome) -> SolveOutcome:
        """Solve the linear program around a mixed-integer plan, its whole columns fixed, for its duals.

        Parameters
        ----------
        outcome
            Of a solve of this program, with a plan.

        Returns
        -------
        SolveOutcome
            Its duals hold for small changes, in which nobody more is hired.

        Raises
        ------
        ValueError
            If the outcome holds no plan.
        """
        with self.whole_fixed(outcome):
            return self.solve(integers=False)

    @contextmanager
    def whole_fixed(self, outcome: SolveOutcome) -> Iterator[None]:
        """Hold the whole columns at their values in a plan for as long as the context lasts.

        Raises
        ------
        ValueError
            If the outcome holds no plan.
        """
        if outcome.values is None:
            raise ValueError(f"prices need a plan; the solve ended {outcome.status.name}")
        whole = np.rint(outcome.values[self.whole])
        with self.whole_within(whole, whole):
            yield

    @property
    def whole(self) -> NDArray[np.intp]:
        """Places of the columns that must be whole."""
        return np.flatnonzero(self._is_integer)

    def whole_bounds(self) -> tuple[FloatArray, FloatArray]:
        """Lower and upper bounds of the whole columns."""
        return self._column_bounds(self.whole.astype(np.int32))

    @contextmanager
    def whole_within(self, lower: FloatArray, upper: FloatArray) -> Iterator[None]:
        """Hold the whole columns between bounds for as long as the context lasts.

        Parameters
        ----------
        lower, upper : ndarray of shape (n_whole,)
            In the order of `whole`. The bounds from before come back at the end, also after an error.
        """
        where = self.whole.astype(np.int32)
        before = self._column_bounds(where)
        self._change_columns(where, lower, upper)
        try:
            yield
        finally:
            self._change_columns(where, *before)

    def set_row_bounds(self, name: str, lower: float | None, upper: float | None) -> None:
        """Change the right side of a row; None for no bound."""
        self._done(self._highs.changeRowBounds(self.rows[name], *_finite(lower, upper)))

    def set_row_uppers(self, rows: NDArray[np.intp], upper: FloatArray) -> None:
        """Change the upper bounds of many rows that have no lower ones.

        Parameters
        ----------
        rows : ndarray of int, shape (n_changed,)
            Places of the rows, as in `ProgramSolver.rows`.
        upper : ndarray of shape (n_changed,)
            Their new upper bounds.

        Raises
        ------
        ValueError
            If HiGHS refuses them.
        """
        where = rows.astype(np.int32)
        # Its stubs do not know it.
        change: Any = self._highs
        self._done(change.changeRowsBounds(where.size, where, np.full(where.size, -np.inf), upper))

    @property
    def basis(self) -> Any:
        """Basis of the last linear solve, for `start_from`."""
        return self._highs.getBasis()

    def start_from(self, basis: Any) -> None:
        """Go on from the basis of another program of the same columns and rows."""
        self._done(self._highs.setBasis(basis))

    def set_column_bounds(self, name: str, lower: float | None, upper: float | None) -> None:
        """Change the bounds of a column; None for no bound."""
        self._done(self._highs.changeColBounds(self.columns[name], *_finite(lower, upper)))

    def set_lower_bounds(self, columns: NDArray[np.intp], lower: FloatArray) -> None:
        """Change the lower bounds of many columns; the upper ones stay.

        Parameters
        ----------
        columns : ndarray of int, shape (n_changed,)
            Places of the columns, as in `ProgramSolver.columns`.
        lower : ndarray of shape (n_changed,)
            Their new lower bounds.

        Raises
        ------
        ValueError
            If HiGHS refuses them.
        """
        where = columns.astype(np.int32)
        self._change_columns(where, lower, self._column_bounds(where)[1])

    def set_cost(self, name: str, cost: float) -> None:
        """Change the cost of a column.

        Raises
        ------
        ValueError
            If it is not finite.
        """
        if not np.isfinite(cost):
            raise ValueError(f"cost of column {name!r} must be finite; found {cost!r}")
        self._done(self._highs.changeColCost(self.columns[name], float(cost)))
        self._costs[self.columns[name]] = cost

    def set_costs(self, costs: ArrayLike) -> None:
        """Change all costs, of shape (n_columns,)."""
        every = np.arange(len(self.columns), dtype=np.int32)
        new = np.array(costs, dtype=np.float64)
        self._done(self._highs.changeColsCost(every.size, every, new))
        self._costs = new

    @property
    def n_columns(self) -> int:
        """Number of columns."""
        return len(self.columns)

    @property
    def costs(self) -> FloatArray:
        """Costs of all columns, of shape (n_columns,)."""
        return self._costs.copy()

    def objective_of(self, values: FloatArray) -> float:
        """Objective of a plan, of shape (n_columns,)."""
        return float(self._costs @ values) + self._offset

    def add_row(self, name: str, coefficients: Mapping[str, float], lower: float | None, upper: float | None) -> None:
        """Add a row, such as a cut.

        Raises
        ------
        ValueError
            If there is a row of that name.
        """
        if name in self.rows:
            raise ValueError(f"name of a new row must be new; found {name!r}")
        index = np.array([self.columns[column] for column in coefficients], dtype=np.int32)
        values = np.array(list(coefficients.values()), dtype=np.float64)
        self._done(self._highs.addRow(*_finite(lower, upper), index.size, index, values))
        # In place: outcomes from before share it, and the rows that they know stay where they are.
        self.rows[name] = len(self.rows)

    def remove_rows(self, names: Sequence[str]) -> None:
        """Take rows out; where they are slack (`is_slack`), the basis stays."""
        where = np.array(sorted(self.rows[name] for name in names), dtype=np.int32)
        self._done(self._highs.deleteRows(where.size, where))
        gone = set(names)
        self.rows = {name: place for place, name in enumerate(name for name in self.rows if name not in gone)}

    def is_slack(self, names: Sequence[str]) -> NDArray[np.bool_]:
        """Whether rows are away from their bounds in the last basis, of shape (n_names,)."""
        from highspy import HighsBasisStatus

        status = self._highs.getBasis().row_status
        return np.array([status[self.rows[name]] == HighsBasisStatus.kBasic for name in names], dtype=np.bool_)

    def limit_search(self, *, gap: float, nodes: int) -> None:
        """End mixed-integer solves at a gap [-], or after so many nodes."""
        self._set_option("mip_rel_gap", gap)
        self._set_option("mip_max_nodes", nodes)

    def set_start(self, values: Sequence[float] | FloatArray) -> None:
        """Offer a plan, of shape (n_columns,), for a mixed-integer solve to start from."""
        from highspy import HighsSolution

        solution = HighsSolution()
        solution.col_value = list(values)
        self._done(self._highs.setSolution(solution))

    def _relax(self, relaxed: bool) -> None:
        if relaxed == self._relaxed or not self._is_integer.any():
            return
        from highspy import HighsVarType

        where = np.flatnonzero(self._is_integer).astype(np.int32)
        kind = HighsVarType.kContinuous if relaxed else HighsVarType.kInteger
        self._done(self._highs.changeColsIntegrality(where.size, where, np.full(where.size, kind)))
        self._relaxed = relaxed

    def _confirmed(self) -> SolveOutcome:
        from highspy import HighsModelStatus

        doubtful = (HighsModelStatus.kInfeasible, HighsModelStatus.kUnboundedOrInfeasible)
        if self._highs.getModelStatus() in doubtful:
            self._set_option("presolve", "off")
            self._highs.run()
            self._set_option("presolve", "choose")
        elif self._highs.getModelStatus() in (HighsModelStatus.kUnknown, HighsModelStatus.kSolveError):
            # A basis from before can lead into numbers that HiGHS does not trust or fails on; it begins anew then.
            self._done(self._highs.clearSolver())
            self._highs.run()
        return self._outcome()

    def _outcome(self) -> SolveOutcome:
        from highspy import HighsModelStatus

        highs, status, info = self._highs, self._highs.getModelStatus(), self._highs.getInfo()
        meaning = {
            HighsModelStatus.kOptimal: SolveStatus.OPTIMAL,
            HighsModelStatus.kModelEmpty: SolveStatus.OPTIMAL,
            HighsModelStatus.kInfeasible: SolveStatus.INFEASIBLE,
            HighsModelStatus.kUnbounded: SolveStatus.UNBOUNDED,
            HighsModelStatus.kTimeLimit: SolveStatus.TIME_LIMITED,
            HighsModelStatus.kIterationLimit: SolveStatus.TIME_LIMITED,
            HighsModelStatus.kSolutionLimit: SolveStatus.TIME_LIMITED,
        }.get(status, SolveStatus.SOLVER_ERROR)
        mixed = not self._relaxed and bool(self._is_integer.any())
        solution = highs.getSolution()
        stopped = meaning is SolveStatus.TIME_LIMITED and info.primal_solution_status == FEASIBLE_POINT
        found = meaning is SolveStatus.OPTIMAL or stopped
        priced = meaning is SolveStatus.OPTIMAL and not mixed
        bound = -np.inf
        if priced:
            bound = info.objective_function_value
        elif found or meaning is SolveStatus.TIME_LIMITED:
            bound = info.mip_dual_bound if mixed else -np.inf
        return SolveOutcome(
            status=meaning,
            solver_status=str(highs.modelStatusToString(status)),
            objective=float(info.objective_function_value) if found else float("nan"),
            bound=float(bound),
            values=np.array(solution.col_value) if found else None,
            duals=np.array(solution.row_dual) if priced else None,
            reduced_costs=np.array(solution.col_dual) if priced else None,
            columns=self.columns,
            rows=self.rows,
        )

    def _set_option(self, name: str, value: bool | int | float | str) -> None:
        from highspy import HighsStatus

        if self._highs.setOptionValue(name, value) != HighsStatus.kOk:
            raise ValueError(f"options must be known to HiGHS with a value it takes; found {name!r}: {value!r}")

    def _done(self, status: Any) -> None:
        from highspy import HighsStatus

        if status == HighsStatus.kError:
            raise ValueError("HiGHS refused a change of the program; are its numbers finite?")

    def _column_bounds(self, where: NDArray[np.int32]) -> tuple[FloatArray, FloatArray]:
        lp = self._highs.getLp()
        return np.array(lp.col_lower_)[where], np.array(lp.col_upper_)[where]

    def _change_columns(self, where: NDArray[np.int32], lower: FloatArray, upper: FloatArray) -> None:
        if where.size:
            self._done(self._highs.changeColsBounds(where.size, where, lower, upper))


def _finite(lower: float | None, upper: float | None) -> tuple[float, float]:
    low, high = -np.inf if lower is None else float(lower), np.inf if upper is None else float(upper)
    if not low <= high:
        raise ValueError(f"bounds must be numbers in order, or None; found {lower!r} and {upper!r}")
    return low, high
