"""Least occupancy: expected work fills a part of every team's hours."""

import numpy as np

from optimization.program.staffing_program import StaffingProgram, column


def add_least_occupancy(program: StaffingProgram) -> None:
    """State that expected work fills a part of every team's hours.

    Notes
    -----
    With u the hours that are filled by expected work, u <= x: sum over queues of u[k, q, w] >= y r[k, w] for every team
    and week, and over teams and weeks so far the work u does not exceed what has come in expectation.
    """
    case = program.case
    least = case.policies.least_occupancy
    if least == 0.0:
        return
    for team, queue in case.pairs:
        for week in range(case.n_weeks):
            used = program.add_column("used", team, queue, week)
            terms = {used: 1.0, column("give", team, queue, week): -1.0}
            program.add_row("used_most", team, queue, week, terms=terms, upper=0.0)
    for team in range(len(case.teams)):
        for week in range(case.n_weeks):
            terms = {column("used", team, queue, week): 1.0 for k, queue in case.pairs if k == team}
            program.add_row("occupancy", team, week, terms={**terms, column("hours", team, week): -least}, lower=0.0)
    come = np.cumsum(case.expected_work, axis=1)
    for queue in range(len(case.queues)):
        for week in range(case.n_weeks):
            terms = {
                column("used", team, queue, earlier): float(case.skill[team, queue])
                for team, q in case.pairs
                if q == queue
                for earlier in range(week + 1)
            }
            program.add_row("used_work", queue, week, terms=terms, upper=float(come[queue, week]))
