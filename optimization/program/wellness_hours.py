"""Wellness caps: hours on graphic queues that heads may spend on them."""

from optimization.program.staffing_program import StaffingProgram, column


def add_wellness_caps(program: StaffingProgram) -> None:
    """State that hours on graphic queues stay within those of heads under the cap.

    Notes
    -----
    sum over the cap's queues of x[k, q, w] <= c0[k, w] + sum over moves of delta_c[w] m, where c are productive hours
    if no head is on these queues for longer than the cap (`WeeklySupply.hours_within`). Overtime adds nothing to them.
    """
    case = program.case
    names = [queue.name for queue in case.queues]
    for number, cap in enumerate(case.policies.wellness_caps):
        under = {names.index(name) for name in cap.queues}
        for team, response in enumerate(case.response):
            graphic = [queue for k, queue in case.pairs if k == team and queue in under]
            for week in range(case.n_weeks if graphic else 0):
                terms = {column("give", team, queue, week): 1.0 for queue in graphic}
                for move in response.moves:
                    terms[column(move.kind, team, move.week)] = -float(move.capped_hours[number, week])
                program.add_row(
                    "wellness", number, team, week, terms=terms, upper=float(response.capped_hours[number, week])
                )
