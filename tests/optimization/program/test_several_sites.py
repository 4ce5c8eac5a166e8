"""Critical queues are served from several sites; vendors do at most their share; nobody is idle by plan."""

from collections.abc import Callable

import pytest

from optimization.program.policies import Policies, SeveralSites

Make = Callable[..., object]


def test_at_least_two_sites_do_their_share_of_a_critical_queue(make_case: Make, make_team: Make, solved: Make):
    from dataclasses import replace

    from optimization.program.staffing_case import staffing_case

    base = make_case(teams={"alpha": {"heads": 14}, "beta": {"heads": 6, "cost_usd_per_head_week": 2_000.0}})
    teams = [replace(base.teams[0], site="North"), replace(base.teams[1], site="South", skills={"q0": 0.8, "q1": 0.8})]
    rule = Policies(several_sites=(SeveralSites(queue="q1", sites=2, least_share=0.3),))
    free, bound = (solved(staffing_case(base.forecast, base.queues, teams, policies=rules)) for rules in (None, rule))
    work = bound.given[:, 1] * [[1.0], [0.8]]
    assert (work >= 0.3 * work.sum(axis=0) - 1e-6).all()
    assert bound.outcome.objective >= free.outcome.objective - 1.0


@pytest.mark.parametrize(
    ("fields", "message"), [({"sites": 1}, "sites for queue"), ({"least_share": 0.6}, "least_share for queue")]
)
def test_rules_that_cannot_hold_are_refused(fields: dict[str, float], message: str):
    with pytest.raises(ValueError, match=message):
        SeveralSites(queue="q", **fields)
