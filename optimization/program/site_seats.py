"""Seat limits of sites: the heads of all teams of a site fit its desks in every week."""

from optimization.program.staffing_program import StaffingProgram, column


def add_site_seats(program: StaffingProgram) -> None:
    """State that the heads of a site's teams fit its seats in every week: sum of h <= seats + relaxation.

    Notes
    -----
    The dual of such a row is what one more seat is worth in that week.
    """
    case = program.case
    for number, (site, seats) in enumerate(sorted(case.policies.site_seats.items())):
        teams = [team for team, of in enumerate(case.teams) if of.site == site]
        relax = program.add_column("relax_site", number, upper=0.0)
        for week in range(case.n_weeks if teams else 0):
            terms = {**{column("heads", team, week): 1.0 for team in teams}, relax: -1.0}
            program.add_row("site_seats", number, week, terms=terms, upper=float(seats))
