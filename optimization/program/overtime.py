"""Overtime: paid hours beyond the usual ones, up to the caps per head, at a premium."""

from optimization.program.staffing_program import StaffingProgram, column


def add_overtime(program: StaffingProgram) -> None:
    """State paid overtime of every team whose rules allow it.

    Notes
    -----
    With o the paid overtime and h the heads: o[w] <= cap h[w] in every week; and over any window of weeks V,
    sum over V of o <= window cap x h[v] for each v in V. The latter is the cap on a mean head where heads do not
    change, and stricter where they do. An hour costs the pay multiple times a normal paid hour.
    """
    for team, options in enumerate(program.case.options):
        rule = options.rules.overtime
        if rule is None:
            continue
        hourly = rule.pay_multiple * hourly_usd(program, team)
        names = [program.add_column("overtime", team, week, cost=hourly) for week in range(program.case.n_weeks)]
        for week, name in enumerate(names):
            cap = {name: 1.0, column("heads", team, week): -rule.most_hours_per_head_week}
            program.add_row("overtime_most", team, week, terms=cap, upper=0.0)
        window = rule.most_hours_per_head_window
        for last in range(program.case.n_weeks) if window is not None else ():
            weeks = range(max(0, last - rule.window_weeks + 1), last + 1)
            for week in weeks:
                terms = {**{names[other]: 1.0 for other in weeks}, column("heads", team, week): -float(window or 0.0)}
                program.add_row("overtime_window", team, last, week, terms=terms, upper=0.0)


def hourly_usd(program: StaffingProgram, team: int) -> float:
    """Cost of a normal paid hour of a team; under a contract, at the mean price of the seats in force [USD/h]."""
    from capacity import contract_cost_usd

    of_team, contract = program.case.teams[team], program.case.options[team].rules.contract
    weekly = of_team.cost_usd_per_head_week
    if contract is not None:
        seats = max(contract.seats, contract.step_seats)
        weekly = float(contract_cost_usd(seats, contract)) / seats
    return weekly / of_team.paid_hours_per_week
