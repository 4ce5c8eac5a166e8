"""Heads of all teams of a site fit its seats."""

from collections.abc import Callable

import pytest

from optimization.program.policies import Policies
from optimization.program.staffing_program import column

Make = Callable[..., object]


def test_heads_fit_the_seats_and_fewer_seats_never_cost_less(make_case: Make, solved: Make):
    teams = {"alpha": {"heads": 7}, "beta": {"heads": 6}}
    free = solved(make_case(teams=teams))
    tight = solved(make_case(teams=teams, policies=Policies(site_seats={"Here": 15.0})))
    assert not tight.relaxations
    for week in range(4):
        assert sum(tight.outcome.value(column("heads", team, week)) for team in range(2)) <= 15.0 + 1e-6
    assert tight.outcome.objective >= free.outcome.objective - 1.0
    assert max(tight.prices.duals[tight.prices.rows[column("site_seats", 0, week)]] for week in range(4)) <= 1e-9


def test_seats_that_do_not_suffice_are_named_with_how_many_would(make_case: Make, solved: Make):
    solution = solved(make_case(teams={"alpha": {"heads": 12}}, policies=Policies(site_seats={"Here": 12.5})))
    (relaxation,) = solution.relaxations
    assert (relaxation.kind.value, relaxation.name) == ("site_seats", "Here")
    enough = solved(
        make_case(teams={"alpha": {"heads": 12}}, policies=Policies(site_seats={"Here": relaxation.feasible + 1.0}))
    )
    assert not enough.relaxations
    assert "raise the seats at Here from 12 to" in relaxation.sentence()


def test_a_negative_number_of_seats_is_refused():
    with pytest.raises(ValueError, match="site_seats must be 0 or more"):
        Policies(site_seats={"Here": -1})
