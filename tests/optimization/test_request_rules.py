"""Contradictions in a list of requests, each built by hand."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capacity import ReviewQueue, ServiceTarget
from forecasting import InputError
from optimization import Effect, OpexRequest
from optimization.quarter.plan import plan_from_forecast
from optimization.request_rules import request_problems


@pytest.fixture
def problems(make_queue, make_team, make_effect, make_request):
    """Check requests given as name -> changes; each takes a tenth off the handling time unless it has effects."""

    def check(asked, *, budget_usd=None, n_weeks=10, rework=0.0):
        queues = [make_queue("q0", rework_share=rework), make_queue("q1")]
        teams = [make_team("alpha", {"q0": 1.0, "q1": 1.0})]
        requests = [
            make_request(name, *changes.get("effects", (make_effect("handle_time", -0.1, "q0"),)),
                         **{k: v for k, v in changes.items() if k != "effects"})
            for name, changes in asked.items()
        ]  # fmt: skip
        return request_problems(requests, teams, queues, n_weeks=n_weeks, budget_usd=budget_usd)

    return check


def told(problems):
    return [(problem.source, problem.field) for problem in problems]


def test_sound_requests_have_no_problem(problems):
    assert problems({"a": {}, "b": {"needs": ("a",)}, "c": {"excludes": ("b",)}}, budget_usd=1.0) == []


def test_a_cycle_of_needs_is_told_once_with_the_way_round(problems):
    asked = {"a": {"needs": ("b",)}, "b": {"needs": ("c",)}, "c": {"needs": ("a",)}, "d": {"needs": ("a",)}}
    [problem] = problems(asked)
    assert (problem.source, problem.field, problem.found) == ("request a", "needs", "a > b > c > a")


def test_two_cycles_are_told_apart(problems):
    asked = {"a": {"needs": ("b",)}, "b": {"needs": ("a",)}, "c": {"needs": ("d",)}, "d": {"needs": ("c",)}}
    assert [problem.found for problem in problems(asked)] == ["a > b > a", "c > d > c"]


def test_needing_what_is_excluded_is_a_contradiction(problems):
    [problem] = problems({"a": {"needs": ("b",), "excludes": ("b",)}, "b": {}})
    assert (problem.source, problem.field, problem.found) == ("request a", "excludes", "a and b exclude each other")


def test_chains_of_needs_that_exclude_each_other_are_told_where_they_meet(problems):
    asked = {
        "top": {"needs": ("a",)},
        "a": {"needs": ("b", "c")},
        "b": {"needs": ("d",)},
        "c": {},
        "d": {"excludes": ("c",)},
    }
    [problem] = problems(asked)
    assert problem.source == "request a"
    assert "a > b > d" in problem.remedy
    assert "a > c" in problem.remedy


def test_a_contradiction_inside_a_cycle_is_told_beside_the_cycle(problems):
    asked = {"a": {"excludes": ("b",)}, "b": {"needs": ("a", "c")}, "c": {"needs": ("b",)}}
    assert told(problems(asked)) == [("request b", "needs"), ("request b", "excludes")]


def test_unknown_names_are_all_listed(problems, make_effect):
    effects = (make_effect("seats", 2, "nobody"), make_effect("volume", -0.1, "nowhere"))
    asked = {"a": {"needs": ("x",), "excludes": ("y",), "effects": effects}}
    found = problems(asked)
    assert told(found) == [("request a", field) for field in ("needs", "excludes", "team", "queues")]
    assert [problem.found for problem in found] == ["x", "y", "nobody", "nowhere"]


def test_doubled_names_are_told(make_queue, make_team, make_effect, make_request):
    twice = [make_request("a", make_effect("handle_time", -0.1, "q0")) for _ in range(2)]
    [problem] = request_problems(twice, [], [make_queue("q0")], n_weeks=4)
    assert (problem.field, problem.found) == ("name", "a")


def test_mandatory_requests_that_exclude_each_other_are_told_also_through_chains(problems):
    direct = {"a": {"mandatory": True, "excludes": ("b",)}, "b": {"mandatory": True}}
    [problem] = problems(direct)
    assert (problem.field, problem.found) == ("mandatory", "a and b")
    chained = {
        "a": {"mandatory": True, "needs": ("c",)},
        "b": {"mandatory": True},
        "c": {"excludes": ("d",)},
        "d": {},
    }
    chained["b"]["needs"] = ("d",)
    [problem] = problems(chained)
    assert "c excludes d" in problem.remedy


@pytest.mark.parametrize(("budget", "fits"), [(30_000.0, True), (29_999.99, False)])
def test_mandatory_requests_with_what_they_need_must_fit_the_budget_to_the_cent(problems, budget, fits):
    # 1,000 USD a week over 10 weeks each; the optional one does not count.
    asked = {"a": {"mandatory": True, "needs": ("b",)}, "b": {}, "c": {"mandatory": True}, "d": {}}
    found = problems(asked, budget_usd=budget)
    assert [(problem.field, problem.found) for problem in found] == ([] if fits else [("mandatory", "$30,000.00")])
    if not fits:
        assert "raise it by $0.01" in found[0].remedy


def test_a_mandatory_request_in_part_counts_its_least_part(problems, make_effect):
    asked = {"a": {"mandatory": True, "smallest_share": 0.25, "effects": (make_effect("heads", 4, "alpha"),)}}
    assert problems(asked, budget_usd=2_500.0) == []
    assert problems(asked, budget_usd=2_499.0) != []


def test_reductions_that_leave_nothing_are_told_for_those_that_go_together(problems, make_effect):
    def deflect(size, **changes):
        return {"effects": (make_effect("volume", size, "q1"),), **changes}

    [problem] = problems({"a": deflect(-0.5), "b": deflect(-0.4), "c": deflect(-0.3)})
    assert (problem.field, problem.found) == ("volume", "-120% of the volume of q1")
    assert problems({"a": deflect(-0.5), "b": deflect(-0.5)}) == []  # all of it may go
    assert problems({"a": deflect(-0.7), "b": deflect(-0.4, excludes=("a",))}) == []
    through_needs = {"a": deflect(-0.7, excludes=("n",)), "b": deflect(-0.4, needs=("n",)), "n": {}}
    assert problems(through_needs) == []
    assert problems({"a": deflect(-1.0), "b": deflect(0.3)}) == []


def test_the_low_end_of_a_range_counts_for_handling_time(problems, make_effect):
    ranged = make_effect("handle_time", (-0.6, -0.3, -0.1), "q0")
    found = problems({"a": {"effects": (ranged,)}, "b": {"effects": (make_effect("handle_time", -0.4, "q0"),)}})
    assert [(problem.field, problem.found) for problem in found] == [
        ("handle_time", "-100% of the handling time of q0")
    ]
    assert problems({"a": {"effects": (ranged,)}, "b": {"effects": (make_effect("handle_time", -0.39, "q0"),)}}) == []


def test_no_more_rework_or_shrinkage_can_be_taken_off_than_there_is(problems, make_effect):
    effects = (make_effect("quality", -0.03, "q0"), make_effect("shrinkage", -0.26, "alpha"))
    assert told(problems({"a": {"effects": effects}}, rework=0.02)) == [
        ("request a", "quality"),
        ("request a", "shrinkage"),
    ]
    fits = (make_effect("quality", -0.02, "q0"), make_effect("shrinkage", -0.25, "alpha"))
    assert problems({"a": {"effects": fits}}, rework=0.02) == []


def test_everything_is_listed_at_once(problems):
    asked = {
        "a": {"needs": ("b", "x")},
        "b": {"needs": ("a",)},
        "c": {"mandatory": True, "excludes": ("d",)},
        "d": {"mandatory": True},
    }
    assert {problem.field for problem in problems(asked, budget_usd=1.0)} == {"needs", "mandatory"}
    assert len(problems(asked, budget_usd=1.0)) == 4


@pytest.mark.parametrize("arguments", [{"n_weeks": 0}, {"n_weeks": 4, "budget_usd": -1.0}])
def test_arguments_are_checked(arguments):
    with pytest.raises(ValueError, match="must be"):
        request_problems([], [], [], **arguments)


def test_a_mandatory_request_costs_from_the_week_in_which_it_can_start(
    make_queue, make_team, make_effect, make_request
):
    team = make_team("alpha", {"q0": 1.0}, hire_lead_weeks=4)
    heads = make_request("heads", make_effect("heads", 2, "alpha"), mandatory=True)  # 1,000 USD a week
    for budget, n_problems in ((6_000.0, 0), (5_999.0, 1)):
        assert len(request_problems([heads], [team], [make_queue("q0")], n_weeks=10, budget_usd=budget)) == n_problems


NAMES = ("a", "b", "c", "d", "e")
PAIRS = st.sets(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda pair: pair[0] != pair[1]), max_size=6
)


@pytest.mark.property
@given(needs=PAIRS, excludes=PAIRS, mandatory=st.sets(st.sampled_from(NAMES)))
def test_contradictions_are_told_exactly_where_no_set_keeps_all_rules(needs, excludes, mandatory):
    queue = ReviewQueue(name="q", handle_minutes=2, target=ServiceTarget(share=0.9, within_hours=24))
    requests = [
        OpexRequest(
            name=name,
            title=name,
            owner="Ops",
            effects=(Effect(kind="volume", queues=("q",), low=-0.1, mode=-0.1, high=-0.1),),
            needs=tuple(sorted(other for one, other in needs if one == name)),
            excludes=tuple(sorted(other for one, other in excludes if one == name)),
            mandatory=name in mandatory,
        )
        for name in NAMES
    ]
    sets = [
        {name for name, chosen in zip(NAMES, choice, strict=True) if chosen}
        for choice in product((False, True), repeat=len(NAMES))
    ]
    allowed = [
        names
        for names in sets
        if all(other in names for one, other in needs if one in names)
        and not any({*pair} <= names for pair in excludes)
    ]
    told_fields = {problem.field for problem in request_problems(requests, [], [queue], n_weeks=4)}
    fundable = set().union(*allowed)
    assert ("excludes" in told_fields) == (fundable != set(NAMES))
    if fundable == set(NAMES):
        assert ("mandatory" in told_fields) == (not any(mandatory <= names for names in allowed))
    reach = {name: {other for one, other in needs if one == name} for name in NAMES}
    for _ in NAMES:
        reach = {name: set().union(others, *(reach[other] for other in others)) for name, others in reach.items()}
    assert ("needs" in told_fields) == any(name in others for name, others in reach.items())


def test_a_plan_refuses_all_that_requests_contradict_before_any_work(
    make_queue, make_team, make_request, random_forecast
):
    queues = [make_queue("q0"), make_queue("q1")]
    asks = [
        make_request("a", make_effect_on("q0"), needs=("b",)),
        make_request("b", make_effect_on("q1"), needs=("a",), excludes=("a",)),
    ]
    with pytest.raises(InputError, match="a > b > a") as refused:
        plan_from_forecast(
            random_forecast(2, n_paths=4, n_weeks=2, seed=1), queues, [make_team("t", {"q0": 1.0})], asks
        )
    assert {problem.field for problem in refused.value.problems} >= {"needs", "excludes"}


def make_effect_on(queue):
    return Effect(kind="handle_time", queues=(queue,), low=-0.1, mode=-0.1, high=-0.1)
