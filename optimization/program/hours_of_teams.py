"""Hours of each team to each queue, week by week, within what the team has."""

from optimization.program.staffing_program import StaffingProgram, column

# An hour given costs so little that it only decides between plans of one cost: what no target needs stays free. [USD]
GIVEN_USD = 1e-5


def add_hours_of_teams(program: StaffingProgram) -> None:
    """State how teams share their hours.

    Notes
    -----
    With x the productive hours given, r those of the heads and e the output of a paid hour of overtime o:
    sum over queues of x[k, q, w] <= r[k, w] + e[k, w] o[k, w]. The dual of that row is what one more hour is worth.
    """
    case = program.case
    for team, queue in case.pairs:
        for week in range(case.n_weeks):
            program.add_column("give", team, queue, week, cost=GIVEN_USD)
    for team in range(len(case.teams)):
        for week in range(case.n_weeks):
            terms = {column("give", team, queue, week): 1.0 for k, queue in case.pairs if k == team}
            terms[column("hours", team, week)] = -1.0
            overtime = column("overtime", team, week)
            if overtime in program.variables:
                terms[overtime] = -float(program.overtime_output[team, week])
            program.add_row("share", team, week, terms=terms, upper=0.0)
