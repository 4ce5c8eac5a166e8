"""Budgets by period and by cost centre: what the teams of a cost centre may cost in some weeks."""

from optimization.program.overtime import hourly_usd
from optimization.program.policies import Budget
from optimization.program.staffing_program import StaffingProgram, column


def add_budgets(program: StaffingProgram) -> None:
    """State each budget: cost of today's people + sum of cost x columns <= budget + relaxation.

    Notes
    -----
    The dual of such a row is what one more dollar of it is worth.
    """
    for number, budget in enumerate(program.case.policies.budgets):
        relax = program.add_column("relax_budget", number, upper=0.0)
        terms, spent = cost_terms(program, budget)
        terms[relax] = -1.0
        program.add_row("budget", number, terms=terms, upper=budget.usd - spent)


def cost_terms(program: StaffingProgram, budget: Budget) -> tuple[dict[str, float], float]:
    """Cost that counts in a budget, by column, and what today's people cost in it.

    Parameters
    ----------
    program
        With the columns of heads, overtime and seats.
    budget
        Teams and weeks that count.

    Returns
    -------
    terms
        Cost of one more of each column. [USD]
    spent
        If nothing is decided. [USD]
    """
    case = program.case
    last = case.n_weeks - 1 if budget.last_week is None else min(budget.last_week, case.n_weeks - 1)
    weeks = slice(budget.first_week, last + 1)
    terms: dict[str, float] = {}
    spent = 0.0
    for team, (options, response) in enumerate(zip(case.options, case.response, strict=True)):
        if budget.cost_centre not in (None, options.cost_centre or case.teams[team].site):
            continue
        spent += float(response.cost_usd[weeks].sum())
        for move in response.moves:
            terms[column(move.kind, team, move.week)] = float(move.cost_usd[weeks].sum())
        for week in range(budget.first_week, last + 1):
            overtime = column("overtime", team, week)
            if overtime in program.variables and options.rules.overtime is not None:
                terms[overtime] = options.rules.overtime.pay_multiple * hourly_usd(program, team)
            contract = options.rules.contract
            for tier, (_, usd) in enumerate(contract.price_tiers if contract is not None else ()):
                terms[column("tier", team, week, tier)] = usd
    return terms, spent
