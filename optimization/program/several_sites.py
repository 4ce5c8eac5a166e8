"""Critical queues that several sites must serve."""

from optimization.program.staffing_program import StaffingProgram, column


def add_several_sites(program: StaffingProgram) -> None:
    """State that a critical queue is served from several sites.

    Notes
    -----
    With w_s the work from site s and z_s 0 or 1: w_s >= share x sum of w - M (1 - z_s) and sum of z_s >= sites, where
    M is a bound on the queue's work of a week.
    """
    case = program.case
    names = [queue.name for queue in case.queues]
    for number, rule in enumerate(case.policies.several_sites):
        queue = names.index(rule.queue)
        serving = [team for team, q in case.pairs if q == queue]
        sites = sorted({case.teams[team].site for team in serving})
        for week in range(case.n_weeks):
            most = 4.0 * float(case.expected_work[queue].max())
            work = {team: (column("give", team, queue, week), float(case.skill[team, queue])) for team in serving}
            chosen = []
            for place, site in enumerate(sites):
                used = program.add_column("site_used", number, week, place, upper=1.0, whole=True)
                chosen.append(used)
                terms = {
                    name: skill * ((case.teams[team].site == site) - rule.least_share)
                    for team, (name, skill) in work.items()
                }
                program.add_row("site_work", number, week, place, terms={**terms, used: -most}, lower=-most)
            everything = dict(work.values())
            program.add_row("site_bound", number, week, terms=everything, upper=most / rule.least_share)
            program.add_row("sites_least", number, week, terms=dict.fromkeys(chosen, 1.0), lower=float(rule.sites))
