"""Most of the work that vendors, or one site, may do."""

from capacity import TeamKind
from optimization.program.staffing_program import StaffingProgram, column


def add_vendor_shares(program: StaffingProgram) -> None:
    """State that vendors, or one site, do at most a share of the work: sum over theirs of x <= share x sum of x."""
    case = program.case
    for number, rule in enumerate(case.policies.vendor_shares):
        theirs = {
            team
            for team, of in enumerate(case.teams)
            if (of.kind is TeamKind.VENDOR if rule.site is None else of.site == rule.site)
        }
        for week in range(case.n_weeks):
            terms = {
                column("give", team, queue, week): float(case.skill[team, queue]) * ((team in theirs) - rule.most_share)
                for team, queue in case.pairs
            }
            program.add_row("vendor_share", number, week, terms=terms, upper=0.0)
