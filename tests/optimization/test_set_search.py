"""The search of large blocks against every set valued: the front it finds, and the bound on what it left."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from optimization import PlanningCase, SetValues, find_frontier, planning_case, value_all_blocks
from optimization.block_bound import rounds
from optimization.block_bound.rounds import prove_bound
from optimization.blocks import independent_blocks
from optimization.economics import tornado
from optimization.portfolio import SelectionStatus
from optimization.set_outcomes import OpenSets, SetOutcomes
from optimization.set_search import search_block
from optimization.trade_offs import (
    break_even_cost,
    break_even_effect,
    criteria_front,
    net_savings,
    on_time_share,
    select_under_budgets,
)
from optimization.trade_offs.revaluation import with_scaled_volume


@pytest.fixture(scope="module")
def one_block(make_queue, make_team, make_effect, make_request, random_forecast) -> Callable[[int], PlanningCase]:
    """Build one block of 180 feasible sets: parts, a need, an exclusion, added volume, something mandatory."""

    def make(seed: int) -> PlanningCase:
        rng = np.random.default_rng(seed)
        cost = iter(rng.integers(1_000, 9_000, 8).tolist())
        queues = [make_queue(f"q{row}", severity=severity) for row, severity in enumerate((1.0, 3.0, 0.5))]
        teams = [make_team("a", {"q0": 1.0, "q1": 0.8}, heads=11), make_team("b", {"q1": 1.0, "q2": 1.0}, heads=15)]
        effects = {
            "heads": make_effect("heads", 4, "a"),
            "seats": make_effect("seats", 3, "b"),
            "tool": make_effect("handle_time", (-0.08, -0.05, -0.02), "q0", "q1"),
            "model": make_effect("volume", (-0.2, -0.15, -0.1), "q1"),
            "growth": make_effect("volume", (0.02, 0.04, 0.06), "q2"),
            "coaching": make_effect("shrinkage", -0.03, "b"),
            "mixed": make_effect("handle_time", (-0.06, -0.01, 0.02), "q2"),
            "overtime": make_effect("overtime_hours", 40, "a"),
        }
        rules = {
            "heads": {"smallest_share": 0.25},
            "model": {"needs": ("tool",)},
            "growth": {"mandatory": True},
            "coaching": {"excludes": ("overtime",)},
        }
        requests = [
            make_request(name, effect, weekly_usd=0.0, one_off_usd=float(next(cost)), **rules.get(name, {}))
            for name, effect in effects.items()
        ]
        return planning_case(random_forecast(3, n_paths=20, seed=seed), queues, teams, requests)

    return make


def searched(case: PlanningCase, most_sets: int) -> SetValues:
    """Values as they are when the one block is searched, up to a number of sets, and the rest is bounded."""
    everything = value_all_blocks(case)
    [block] = independent_blocks(case.queues, case.teams, case.requests, most_sets=1)
    found = search_block(case, block, everything.today_due_harm, most_sets=most_sets)
    proven = prove_bound(found, everything.today_due, most_sets=most_sets)
    return SetValues(case=case, blocks=(found.table(proven),), today_due=everything.today_due)


@pytest.fixture(autouse=True)
def few_cells(monkeypatch):
    """A coarse bound is enough for what most tests ask."""
    monkeypatch.setattr(rounds, "MOST_CELLS", 40)


@pytest.mark.parametrize("seed", range(2))
def test_a_search_to_its_end_finds_the_whole_front_with_fewer_sets(one_block, seed, monkeypatch):
    case = one_block(seed)
    monkeypatch.setattr(rounds, "MOST_CELLS", 400)
    exact = find_frontier(value_all_blocks(case))
    found = find_frontier(searched(case, 10_000))
    assert exact.values.n_sets == 180
    assert found.values.n_sets < exact.values.n_sets
    # Sets that gain less than a millionth are not worth a valuation.
    for cost, share in zip(exact.cost_usd, exact.on_time_share_mean, strict=True):
        assert found.at_budget(cost).on_time_share_mean == pytest.approx(share, abs=2e-6)
    # Few sets need a look of their own: the rest is proven to be no better by what cells of sets can reach at most.
    assert found.gap <= 3e-4


@pytest.mark.parametrize("most_sets", [30, 80, 160])
@pytest.mark.parametrize("seed", range(3))
def test_no_set_lies_above_the_bound_of_a_search_that_was_stopped(one_block, seed, most_sets):
    case = one_block(seed)
    exact = find_frontier(value_all_blocks(case))
    found = find_frontier(searched(case, most_sets))
    true_share = np.array([exact.at_budget(cost).on_time_share_mean for cost in found.cost_usd])
    assert (found.on_time_share_mean <= true_share + 1e-7).all()
    assert (found.on_time_share_bound >= true_share - 1e-9).all()
    assert "searched" in found.optimality
    assert "proves" in found.optimality


def test_the_gap_looks_at_every_cost_also_between_the_sets_of_the_frontier(one_block):
    everything = value_all_blocks(one_block(0))
    [every] = everything.blocks
    cheap, dear = int(every.cost_cents.min()), int(every.cost_cents.max())
    ends = np.flatnonzero(np.isin(every.cost_cents, [cheap, dear]))
    table = replace(
        every,
        block=replace(every.block, levels=every.block.levels[ends], is_complete=False),
        cost_cents=every.cost_cents[ends],
        outcomes=SetOutcomes(
            **{name: getattr(every.outcomes, name)[ends] for name in ("late_harm", "late_items", "met", "freed_hours")}
        ),
        # Whatever costs more than the cheapest set may be served in full; only the dearest set of all was valued.
        open_sets=OpenSets(cost_cents=np.array([cheap, cheap + 1]), share_lost=np.array([0.9, 0.0])),
    )
    found = find_frontier(replace(everything, blocks=(table,), measured={}))
    exact = find_frontier(everything)
    costs_and_shares = zip(exact.cost_usd, exact.on_time_share_mean, strict=True)
    best = max(share - found.at_budget(cost).on_time_share_mean for cost, share in costs_and_shares)
    assert found.gap >= best > 0.1
    assert found.gap == pytest.approx(1.0 - found.on_time_share_mean[0])


def test_the_recommended_set_is_compared_with_one_that_was_not_valued(one_block):
    case = one_block(1)
    some = searched(case, 20)
    [table] = some.blocks
    there = {tuple(levels) for levels in table.block.levels}
    offered = (np.array(levels) for levels in product(*table.block.choices))
    other = next(levels for levels in offered if some.is_feasible(levels) and tuple(levels) not in there)
    found = tornado(find_frontier(some), alternative=other, n_paths=case.forecast.n_paths)
    best = find_frontier(some).recommended
    expected = best.on_time_share_mean - value_all_blocks(case).measure(other).share.mean()
    assert found.advantage == pytest.approx(expected, abs=1e-7)


def test_a_bound_of_other_volumes_is_not_carried_over(two_blocks):
    """Shares count over the volume of all queues: more of it elsewhere makes what a block loses a smaller part."""
    case = two_blocks(seed=3)
    values = value_all_blocks(case, most_sets=12)
    assert [table.open_sets is None for table in values.blocks] == [False, True]
    row = next(row for row, request in enumerate(case.requests) if request.name == "seats")
    found, exact = (find_frontier(with_scaled_volume(one, row, 8.0)) for one in (values, value_all_blocks(case)))
    true_share = np.array([exact.at_budget(cost).on_time_share_mean for cost in found.cost_usd])
    assert (found.on_time_share_bound >= true_share - 1e-9).all()


def test_the_finer_the_cells_the_smaller_the_gap(one_block, monkeypatch):
    gaps = []
    for most in (2, 12, 60):
        monkeypatch.setattr(rounds, "MOST_CELLS", most)
        gaps.append(find_frontier(searched(one_block(1), 30)).gap)
    assert gaps[0] > gaps[1] > gaps[2]
    assert gaps[0] > 1e-3


def test_the_bound_is_the_same_on_every_run(one_block):
    first, second = (searched(one_block(3), 30).blocks[0].open_sets for _ in range(2))
    np.testing.assert_array_equal(first.cost_cents, second.cost_cents)
    np.testing.assert_array_equal(first.share_lost, second.share_lost)


def test_a_table_of_every_set_is_exact_and_has_no_gap(one_block):
    frontier = find_frontier(value_all_blocks(one_block(0)))
    assert frontier.gap == 0.0
    assert frontier.optimality.startswith("exact")
    np.testing.assert_array_equal(frontier.on_time_share_bound, frontier.on_time_share_mean)


def test_too_many_sets_are_searched_and_the_answer_is_usable(one_block):
    case = one_block(2)
    values = value_all_blocks(case, most_sets=160)
    frontier = find_frontier(values, budget_usd=20_000.0)
    assert not values.is_complete
    best = frontier.recommended
    assert values.is_feasible(best.levels)
    assert best.cost_usd <= 20_000.0
    whole = find_frontier(value_all_blocks(case), budget_usd=20_000.0).recommended
    assert best.on_time_share_mean <= whole.on_time_share_mean + 1e-7
    # A set that was not valued is measured when it is asked for, and known to be feasible.
    levels = np.array([0.25, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 1.0])
    assert values.is_feasible(levels)
    assert values.measure(levels).cost_usd == pytest.approx(value_all_blocks(case).measure(levels).cost_usd)


def test_several_budgets_among_some_of_the_sets_say_so_and_bound_the_rest(one_block):
    case = one_block(1)
    cost = np.array([[request.cost_usd(case.n_weeks) for request in case.requests]])
    some, every = searched(case, 30), value_all_blocks(case)
    found, best = (select_under_budgets(values, cost, [15_000.0]) for values in (some, every))
    assert (found.status, best.status) == (SelectionStatus.SOME_SETS, SelectionStatus.OPTIMAL)
    assert found.on_time_share_mean <= best.on_time_share_mean + 1e-8 <= found.bound + 2e-8
    assert found.gap >= 0.0
    # The one budget is the whole cost, so what is proven at that cost holds.
    assert found.bound < find_frontier(some).on_time_share_bound[-1]


def test_answers_from_a_search_say_that_they_look_among_the_sets_that_were_valued(one_block):
    case = one_block(2)
    name = case.requests[0].name
    for every, values in ((False, value_all_blocks(case, most_sets=160)), (True, value_all_blocks(case))):
        frontier = find_frontier(values, budget_usd=20_000.0)
        cost, effect = break_even_cost(frontier, name), break_even_effect(frontier, name, precision=0.9)
        front = criteria_front(values, on_time_share(values), net_savings(values, usd_per_late_item=1.0))
        assert cost.every_set_valued is effect.every_set_valued is front.every_set_valued is every
        for answer in (cost, effect):
            assert answer.summary().endswith("Only the sets that were valued were looked at.") is not every
