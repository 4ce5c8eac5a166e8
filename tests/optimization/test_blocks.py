from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimization import service_of, value_all_blocks
from optimization.blocks import independent_blocks
from optimization.request import touched


def keeps_rules(requests, levels) -> bool:
    """Whether a set keeps every need, exclusion and duty, rule by rule."""
    level = {request.name: share for request, share in zip(requests, levels, strict=True)}
    for request in requests:
        if request.mandatory and level[request.name] == 0:
            return False
        if level[request.name] > 0:
            if any(level[name] == 0 for name in request.needs):
                return False
            if any(level[name] > 0 for name in request.excludes):
                return False
    return True


def linked_rows(queues, teams, requests) -> list[set[tuple[str, int]]]:
    """Groups of queues and requests that touch, by merging any two groups that meet until none do."""
    place = {request.name: i for i, request in enumerate(requests)}
    row = {queue.name: i for i, queue in enumerate(queues)}
    groups = [{("queue", i)} for i in range(len(queues))] + [{("request", i)} for i in range(len(requests))]
    links = [{("queue", row[name]) for name in team.skills if name in row} for team in teams]
    for i, request in enumerate(requests):
        links.append({("request", i)} | {("queue", row[name]) for name in touched(request, queues, teams)})
        links.append({("request", i)} | {("request", place[name]) for name in (*request.needs, *request.excludes)})
    for link in links:
        met = [group for group in groups if group & link]
        groups = [group for group in groups if not group & link] + ([set().union(*met)] if met else [])
    return groups


@st.composite
def structures(draw, most_requests=6):
    """Skills of teams, and requests as (queues, team, needs, excludes, mandatory, smallest share)."""
    n_queues, n_teams = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    skills = [draw(st.sets(st.integers(0, n_queues - 1), min_size=1, max_size=3)) for _ in range(n_teams)]
    n_requests = draw(st.integers(0, most_requests))
    others = st.sets(st.integers(0, max(0, n_requests - 1)), max_size=2)
    requests = [
        (
            draw(st.sets(st.integers(0, n_queues - 1), min_size=1, max_size=2)),
            draw(st.none() | st.integers(0, n_teams - 1)),
            draw(others) - {i},
            draw(st.sets(st.integers(0, n_requests - 1), max_size=1)) - {i},
            draw(st.integers(0, 5)) == 0,
            draw(st.sampled_from([1.0, 1.0, 0.5])),
        )
        for i in range(n_requests)
    ]
    return n_queues, skills, requests


@pytest.fixture(scope="session")
def build(make_queue, make_team, make_request, make_effect):
    def make(structure):
        n_queues, skills, asks = structure
        queues = [make_queue(f"q{i}") for i in range(n_queues)]
        teams = [make_team(f"t{i}", {f"q{j}": 1.0 for j in sorted(served)}) for i, served in enumerate(skills)]
        requests = [
            make_request(
                f"r{i}",
                make_effect("volume", -0.1, *(f"q{j}" for j in sorted(named)))
                if team is None
                else make_effect("seats", 6, f"t{team}"),
                needs=tuple(f"r{j}" for j in sorted(needs)),
                excludes=tuple(f"r{j}" for j in sorted(excludes)),
                mandatory=mandatory,
                smallest_share=smallest,
            )
            for i, (named, team, needs, excludes, mandatory, smallest) in enumerate(asks)
        ]
        return queues, teams, requests

    return make


@pytest.mark.property
@settings(deadline=None, max_examples=150)
@given(structure=structures())
def test_blocks_are_the_groups_that_touch_and_hold_every_feasible_set(build, structure):
    queues, teams, requests = build(structure)
    every = product(*[(0.0, *request.levels()) for request in requests])
    expected = {levels for levels in every if keeps_rules(requests, levels)}
    if not expected:
        with pytest.raises(ValueError, match="no set of these requests"):
            independent_blocks(queues, teams, requests)
        return
    blocks = independent_blocks(queues, teams, requests)
    groups = [{*(("queue", i) for i in b.queues), *(("request", i) for i in b.requests)} for b in blocks]
    assert sorted(map(sorted, groups)) == sorted(map(sorted, linked_rows(queues, teams, requests)))
    found = set()
    for choice in product(*[block.levels.tolist() for block in blocks]):
        whole = [0.0] * len(requests)
        for block, levels in zip(blocks, choice, strict=True):
            for row, level in zip(block.requests, levels, strict=True):
                whole[row] = level
        found.add(tuple(whole))
    assert found == expected
    assert len(found) == np.prod([len(block.levels) for block in blocks])


@pytest.mark.property
@settings(deadline=None, max_examples=60)
@given(structure=structures())
def test_the_first_set_of_a_block_funds_the_least(build, structure):
    queues, teams, requests = build(structure)
    if not any(keeps_rules(requests, levels) for levels in product(*[(0.0, *r.levels()) for r in requests])):
        return
    for block in independent_blocks(queues, teams, requests):
        assert (block.levels >= block.levels[0]).all()


def test_requests_that_touch_no_queue_stand_alone(make_queue, make_team, make_request, make_effect):
    teams = [make_team("a", {"q": 1.0}), make_team("elsewhere", {"another plan's queue": 1.0})]
    requests = [make_request("ask", make_effect("seats", 2, "elsewhere"))]
    blocks = independent_blocks([make_queue("q")], teams, requests)
    assert [(block.queues, block.requests) for block in blocks] == [((0,), ()), ((), (0,))]
    assert [block.levels.tolist() for block in blocks] == [[[]], [[0.0], [1.0]]]


@pytest.mark.parametrize("backwards", [False, True])
def test_a_long_chain_of_needs_is_few_sets(make_queue, make_team, make_request, make_effect, backwards):
    requests = [
        make_request(f"r{i}", make_effect("volume", -0.01, "q"), needs=(f"r{i - 1}",) if i else ()) for i in range(40)
    ]
    ordered = requests[::-1] if backwards else requests
    (block,) = independent_blocks([make_queue("q")], [make_team("a", {"q": 1.0})], ordered)
    assert len(block.levels) == 41


def test_any_number_of_requests_makes_a_block_at_once(make_queue, make_team, make_request, make_effect):
    requests = [make_request(f"r{i}", make_effect("volume", -0.01, "q")) for i in range(1_200)]
    [block] = independent_blocks([make_queue("q")], [make_team("a", {"q": 1.0})], requests)
    assert (block.is_complete, block.levels.shape) == (False, (1, 1_200))


def test_a_block_with_too_many_sets_holds_the_least_of_them(make_queue, make_team, make_request, make_effect):
    requests = [make_request(f"r{i}", make_effect("volume", -0.01, "q"), mandatory=i == 1) for i in range(4)]
    queue, team = make_queue("q"), make_team("a", {"q": 1.0})
    [few] = independent_blocks([queue], [team], requests, most_sets=8)
    [many] = independent_blocks([queue], [team], requests, most_sets=7)
    assert (few.is_complete, len(few.levels)) == (True, 8)
    assert (many.is_complete, many.levels.tolist()) == (False, [[0.0, 1.0, 0.0, 0.0]])
    assert many.is_feasible(np.array([1.0, 1.0, 0.0, 1.0]))
    assert not many.is_feasible(np.array([1.0, 0.0, 0.0, 1.0]))
    assert not many.is_feasible(np.array([0.5, 1.0, 0.0, 1.0]))


@pytest.mark.parametrize("seed", [0, 1])
def test_the_value_of_a_set_is_the_sum_over_its_blocks(two_blocks, every_set, seed):
    case = two_blocks(seed=seed)
    values = value_all_blocks(case)
    severity = np.array([queue.severity for queue in case.queues])
    today = severity @ service_of(case, np.zeros(len(case.requests))).due
    assert len(values.blocks) == 2
    rng = np.random.default_rng(seed)
    for levels in rng.permutation(every_set(case).levels)[:25]:
        whole, measure = service_of(case, levels), values.measure(levels)
        assert values.is_feasible(levels)
        assert measure.late_items == pytest.approx(whole.late.sum(axis=0).mean(), rel=1e-6, abs=1e-3)
        assert measure.late_harm == pytest.approx((severity @ whole.late).mean(), rel=1e-6, abs=1e-3)
        np.testing.assert_allclose(measure.share, 1 - (severity @ whole.late) / today, atol=1e-7)
        cost = sum(r.cost_usd(case.n_weeks, x) for r, x in zip(case.requests, levels, strict=True) if x > 0)
        assert measure.cost_usd == pytest.approx(cost, abs=1e-6)


def test_a_set_that_breaks_a_rule_is_valued_but_not_feasible(two_blocks):
    case = two_blocks()
    values = value_all_blocks(case)
    model_alone = np.array([request.name == "model" for request in case.requests], dtype=float)
    assert not values.is_feasible(model_alone)
    late = service_of(case, model_alone).late.sum(axis=0).mean()
    assert values.measure(model_alone).late_items == pytest.approx(late, rel=1e-9)
    assert values.n_sets == 15 + 6
