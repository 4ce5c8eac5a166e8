"""CBC and scipy as second solvers of a program, for cross-checks."""

import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from optimization.program.linear_model import linear_model
from optimization.program.outcome import SolveOutcome, SolveStatus


def cbc_path() -> str | None:
    """Where the CBC program is: on the path, in cbcbox, or beside PuLP 3, which brings one along; None if nowhere."""
    import pulp

    found = shutil.which("cbc")
    if found is not None:
        return found
    if find_spec("cbcbox") is not None:
        from cbcbox import cbc_bin_path

        return str(cbc_bin_path())
    bundled = Path(pulp.__file__).parent / "solverdir" / "cbc" / "linux" / "i64" / "cbc"
    return str(bundled) if bundled.exists() else None


def solve_with_cbc(problem: Any, *, time_limit_seconds: float | None = None) -> SolveOutcome:
    """Solve a PuLP problem with CBC, in a process of its own.

    Parameters
    ----------
    problem : pulp.LpProblem
        To be minimised.
    time_limit_seconds : float, optional
        No limit if None. [s]

    Returns
    -------
    SolveOutcome
        Without duals and bounds.

    Raises
    ------
    RuntimeError
        If there is no CBC.
    """
    import pulp

    path = cbc_path()
    if path is None:
        raise RuntimeError("there is no CBC: put `cbc` on the path, or install cbcbox")
    model = linear_model(problem)
    cbc = pulp.COIN_CMD(path=path, msg=False, gapRel=0.0, timeLimit=time_limit_seconds)
    meaning, has_plan, words = cbc_verdict(problem, problem.solve(cbc))
    values = None
    if has_plan:
        values = np.zeros(len(model.columns))
        for variable in problem.variables():
            values[model.columns[variable.name]] = variable.value() or 0.0
    objective = float("nan") if values is None else float(model.cost @ values + model.offset)
    return _outcome(model, meaning, words, objective, values)


def cbc_verdict(problem: Any, returned: Any) -> tuple[SolveStatus, bool, str]:
    """How CBC ended, whether it found a plan, and its words, whichever version of PuLP called it.

    Parameters
    ----------
    problem : pulp.LpProblem
        After its solve.
    returned
        By `problem.solve`: a number from PuLP 3, a record from PuLP 4.
    """
    import pulp

    if hasattr(returned, "has_solution"):
        ends = {"Optimal": SolveStatus.OPTIMAL, "GapLimit": SolveStatus.OPTIMAL}
        ends |= dict.fromkeys(
            ("TimeLimit", "NodeLimit", "IterationLimit", "SolutionLimit", "Stopped"), SolveStatus.TIME_LIMITED
        )
        ends |= {"Infeasible": SolveStatus.INFEASIBLE, "Unbounded": SolveStatus.UNBOUNDED}
        status = ends.get(returned.status.name, SolveStatus.SOLVER_ERROR)
        found, words = bool(returned.has_solution), returned.status.name
    else:
        # CBC calls a stopped search optimal too; only the solution status tells them apart.
        status = {
            (pulp.LpStatusOptimal, pulp.LpSolutionOptimal): SolveStatus.OPTIMAL,
            (pulp.LpStatusOptimal, pulp.LpSolutionIntegerFeasible): SolveStatus.TIME_LIMITED,
            (pulp.LpStatusNotSolved, pulp.LpSolutionNoSolutionFound): SolveStatus.TIME_LIMITED,
            (pulp.LpStatusInfeasible, pulp.LpSolutionInfeasible): SolveStatus.INFEASIBLE,
            (pulp.LpStatusUnbounded, pulp.LpSolutionUnbounded): SolveStatus.UNBOUNDED,
        }.get((problem.status, problem.sol_status), SolveStatus.SOLVER_ERROR)
        found = problem.sol_status in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible)
        words = pulp.LpStatus[problem.status]
    return status, found and status in (SolveStatus.OPTIMAL, SolveStatus.TIME_LIMITED), f"CBC: {words}"


def solve_with_scipy(problem: Any) -> SolveOutcome:
    """Solve a PuLP problem with `scipy.optimize.milp`.

    Parameters
    ----------
    problem : pulp.LpProblem
        To be minimised.

    Returns
    -------
    SolveOutcome
        Without duals and bounds.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    model = linear_model(problem)
    matrix = csr_array((model.coefficient, model.index, model.start), shape=(model.row_lower.size, model.cost.size))
    result = milp(
        model.cost,
        integrality=model.is_integer.astype(int),
        bounds=Bounds(model.lower, model.upper),
        constraints=LinearConstraint(matrix, model.row_lower, model.row_upper),
        options={"mip_rel_gap": 0.0},
    )
    meaning = {0: SolveStatus.OPTIMAL, 1: SolveStatus.TIME_LIMITED, 2: SolveStatus.INFEASIBLE, 3: SolveStatus.UNBOUNDED}
    values = None if result.x is None else np.asarray(result.x)
    objective = float("nan") if values is None else float(model.cost @ values + model.offset)
    return _outcome(model, meaning.get(result.status, SolveStatus.SOLVER_ERROR), result.message, objective, values)


def _outcome(model: Any, status: SolveStatus, words: str, objective: float, values: Any) -> SolveOutcome:
    return SolveOutcome(
        status=status,
        solver_status=words,
        objective=objective,
        bound=objective if status is SolveStatus.OPTIMAL else -np.inf,
        values=values,
        duals=None,
        reduced_costs=None,
        columns=model.columns,
        rows=model.rows,
    )
