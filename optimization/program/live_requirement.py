"""Live queues: the hours of each week that the service model requires, as rows of the program."""

import numpy as np
from numpy.typing import NDArray

from optimization.program.staffing_program import StaffingProgram, column

FloatArray = NDArray[np.float64]


def add_live_requirement(program: StaffingProgram, multiple: FloatArray) -> None:
    """State that a live queue gets its required hours in every week.

    Parameters
    ----------
    program
        With the columns of hours given.
    multiple : ndarray of shape (n_queues,)
        Required hours over expected work, from the service model (Erlang within the hour); read for live queues.
        [-]

    Notes
    -----
    sum over teams of skill x hours given >= multiple x expected work x (1 - relaxation).
    """
    case = program.case
    for queue, record in enumerate(case.queues):
        if not record.is_live:
            continue
        for week in range(case.n_weeks):
            required = float(multiple[queue] * case.expected_work[queue, week])
            terms = {
                column("give", team, queue, week): float(case.skill[team, queue])
                for team, q in case.pairs
                if q == queue
            }
            terms[column("relax_queue", queue, week)] = required
            program.add_row("live", queue, week, terms=terms, lower=required)
