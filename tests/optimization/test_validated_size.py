import numpy as np
import pytest

from optimization import planning_case, service_of
from optimization.validated_size import validated_size


@pytest.fixture(scope="module")
def shared_teams(make_queue, make_team, make_effect, make_request, random_forecast):
    """Build a case in which one team serves both queues and another the second, with requests on the first team."""

    def make(seed, *, heads=13, size=9, share=0.9, **changes):
        queues = [make_queue("q0", share=share), make_queue("q1", share=share)]
        teams = [make_team("both", {"q0": 1.0, "q1": 0.9}, heads=heads), make_team("second", {"q1": 1.0}, heads=4)]
        requests = [
            make_request("ask", make_effect("heads", size, "both"), **changes),
            make_request("deflect", make_effect("volume", (-0.15, -0.1, -0.05), "q1")),
        ]
        return planning_case(random_forecast(2, n_paths=25, n_weeks=2, seed=seed), queues, teams, requests, seed=seed)

    return make


def met_with(case, levels, size, asked):
    """Share of paths on which each queue meets its target with some of the heads."""
    return service_of(case, np.array([size / asked, *levels[1:]])).probability_met


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("deflected", [0.0, 1.0])
@pytest.mark.parametrize("heads", [7, 11, 16, 25])
def test_the_size_is_the_least_that_does_what_all_of_it_does(shared_teams, seed, deflected, heads):
    case = shared_teams(seed, heads=heads)
    levels = np.array([1.0, deflected])
    found = validated_size(case, 0, levels, probability=0.8)
    wanted = np.minimum(0.8, met_with(case, levels, 9, 9))
    enough = [size for size in range(10) if (met_with(case, levels, size, 9) >= wanted).all()]
    assert found.asked == 9
    assert found.supported == enough[0]
    assert found.met_without == met_with(case, levels, 0, 9).min()
    assert found.met_at_supported == met_with(case, levels, found.supported, 9).min()
    totals = [service_of(case, np.array([size / 9, deflected])) for size in (9, found.supported)]
    in_full, at_size = (one.on_time.sum() / one.due.sum() for one in totals)
    assert found.share_of_last == pytest.approx(in_full - at_size, abs=1e-9)


def test_sizes_of_all_kinds_occur(shared_teams):
    sizes = {
        validated_size(shared_teams(seed, heads=heads), 0, np.ones(2), probability=0.8).supported
        for seed in range(4)
        for heads in (7, 11, 16, 25)
    }
    assert {0.0, 9.0} < sizes


def test_the_request_itself_and_what_needs_it_do_not_count_as_given(shared_teams):
    case = shared_teams(0)
    with_it, without_it = (validated_size(case, 0, np.array([x, 1.0]), probability=0.8) for x in (1.0, 0.0))
    assert with_it == without_it


def test_what_needs_the_request_does_not_count_as_given(shared_teams, make_request, make_effect):
    one = shared_teams(0, heads=11)
    follower = make_request("follower", make_effect("volume", -0.3, "q0", "q1"), needs=("ask",))
    case = planning_case(one.forecast, one.queues, one.teams, [*one.requests, follower], seed=0)
    levels = np.array([1.0, 0.0, 1.0])
    assert validated_size(case, 0, levels, probability=0.8) == validated_size(one, 0, levels[:2], probability=0.8)


@pytest.mark.parametrize("seed", range(3))
def test_teams_that_help_out_elsewhere_are_seen_as_they_are(shared_teams, make_request, make_effect, seed):
    # The team asked for serves the second queue only, but who else serves that has the first to serve as well.
    one = shared_teams(seed, heads=16)
    ask = make_request("ask", make_effect("seats", 9, "second"))
    case = planning_case(one.forecast, one.queues, one.teams, [ask, one.requests[1]], seed=seed)
    found = validated_size(case, 0, np.array([1.0, 0.0]), probability=0.8)
    met = [service_of(case, np.array([size / 9, 0.0])).probability_met[1] for size in range(10)]
    assert found.supported == next(size for size in range(10) if met[size] >= min(0.8, met[9]))
    assert found.met_without == met[0]


def test_a_higher_probability_needs_no_fewer(shared_teams):
    case = shared_teams(1, heads=11)
    sizes = [validated_size(case, 0, np.ones(2), probability=p).supported for p in (0.05, 0.3, 0.6, 0.9, 1.0)]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1]


@pytest.mark.parametrize("asked", [0.5, 1.0, 1.2, 2.5, 3.7])
@pytest.mark.parametrize("heads", [5, 12, 14, 30])
def test_a_fraction_of_a_head_is_sized_in_whole_heads_or_all_of_it(shared_teams, asked, heads):
    found = validated_size(shared_teams(0, heads=heads, size=asked), 0, np.ones(2), probability=0.8)
    assert found.supported == asked or found.supported in range(int(asked) + 1)


def test_heads_of_several_effects_are_counted_together(shared_teams, make_request, make_effect):
    one = shared_teams(0, heads=11)
    parts = make_request("ask", make_effect("heads", 6, "both"), make_effect("heads", 3, "both"))
    case = planning_case(one.forecast, one.queues, one.teams, [parts, one.requests[1]], seed=0)
    levels = np.array([1.0, 0.0])
    assert validated_size(case, 0, levels, probability=0.8) == validated_size(one, 0, levels, probability=0.8)


def test_what_is_not_counted_in_heads_has_no_size(shared_teams):
    assert validated_size(shared_teams(0), 1, np.ones(2), probability=0.8) is None


def test_heads_of_a_team_that_serves_none_of_the_queues_have_no_size(
    shared_teams, make_team, make_request, make_effect
):
    one = shared_teams(0)
    teams = [*one.teams, make_team("elsewhere", {"another plan": 1.0})]
    case = planning_case(one.forecast, one.queues, teams, [make_request("ask", make_effect("seats", 2, "elsewhere"))])
    assert validated_size(case, 0, np.ones(1), probability=0.8) is None
