"""Which solver holds a staffing program: HiGHS, or CBC where HiGHS is not installed."""

import warnings
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from optimization.program.cbc_solver import CbcSolver
from optimization.program.solver import ProgramSolver


def installed_solver(
    problem: Any, options: Mapping[str, bool | int | float | str] | None = None
) -> ProgramSolver | CbcSolver:
    """Put a program into HiGHS, or into CBC where there is no HiGHS, and then say so.

    Parameters
    ----------
    problem : pulp.LpProblem or LinearModel
        To be minimised.
    options
        `mip_rel_gap` and `mip_max_nodes`.

    Returns
    -------
    ProgramSolver or CbcSolver
        Its outcomes name the solver.

    Warns
    -----
    RuntimeWarning
        If CBC takes the place of HiGHS.

    Raises
    ------
    RuntimeError
        If there is neither.

    Examples
    --------
    >>> import pulp
    >>> problem = pulp.LpProblem("p", pulp.LpMinimize)
    >>> problem += 2 * problem.add_variable("x", lowBound=3)
    >>> installed_solver(problem).solve().objective
    6.0
    """
    if find_spec("highspy") is not None:
        return ProgramSolver(problem, options)
    warnings.warn(
        "highspy is not installed: CBC solves the staffing program in its place. It starts anew for every solve, which "
        "takes longer, and tells no bound of its own. Install highspy.",
        RuntimeWarning,
        stacklevel=2,
    )
    return CbcSolver(problem, options)
