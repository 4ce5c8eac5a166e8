"""The two-stage program with the columns of every path at once: what the decomposition is checked against."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimization.program.first_stage import RiskWeight, first_stage
from optimization.program.second_stage import SecondStage, add_path
from optimization.program.staffing_program import column

FloatArray = NDArray[np.float64]


def extensive_form(
    stage: SecondStage, *, paths: list[int], probability: FloatArray, risk: RiskWeight | None = None
) -> Any:
    """State both stages as one program; it grows with the number of paths, and the time to solve it faster.

    Parameters
    ----------
    stage, paths, probability, risk
        As in `optimization.program.two_stage.solve_two_stage`.

    Returns
    -------
    pulp.LpProblem
    """
    program = first_stage(stage.case, probability, risk or RiskWeight())
    case = stage.case
    hours, heads = (
        [
            [program.variables[column(kind, team, week)] for week in range(case.n_weeks)]
            for team in range(len(case.teams))
        ]
        for kind in ("hours", "heads")
    )
    for row, path in enumerate(paths):
        cost = add_path(program.problem, stage, path, hours=hours, heads=heads, label=f"p{row:04d}_")
        theta = program.variables[column("theta", row)]
        program.problem.addConstraint(theta - cost >= 0, f"recourse_{row:04d}")
    return program.problem
