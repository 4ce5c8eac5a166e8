"""The proof of what no set of a large block can reach, against every set of blocks that are small enough to value."""

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from capacity import ReviewQueue
from capacity.allocation import fair_allocation
from capacity.path_service import PathService
from optimization import PlanningCase, planning_case, value_all_blocks
from optimization.block_bound import rounds
from optimization.block_bound.cell_ends import CellEnds
from optimization.block_bound.cell_program import CellBound, CellProgram
from optimization.block_bound.cells import Cell, groups_of, levels_of, whole_block
from optimization.block_bound.least_lateness import LeastLateness
from optimization.block_bound.most_work import accuracy, most_by_step
from optimization.block_bound.partition import Partition
from optimization.block_bound.rounds import prove_bound
from optimization.block_bound.sharing import bundles_of
from optimization.blocks import Block, independent_blocks
from optimization.set_effects import hours_of_teams
from optimization.set_search import search_block
from optimization.value import service_of, value_sets

KINDS = ("heads", "seats", "overtime_hours", "handle_time", "volume", "shrinkage", "skill", "quality")
SIZES = {
    "heads": (1.0, 3.0, 5.0),
    "seats": (2.0, 2.0, 2.0),
    "overtime_hours": (20.0, 40.0, 70.0),
    "handle_time": (-0.1, -0.04, 0.02),
    "volume": (-0.2, -0.12, -0.05),
    "shrinkage": (-0.06, -0.03, 0.01),
    "skill": (0.5, 0.7, 0.9),
    "quality": (-0.05, -0.03, -0.01),
}


@pytest.fixture(scope="module")
def random_block(make_queue, make_team, make_effect, make_request, random_forecast) -> Callable[[int], PlanningCase]:
    """Build one block of three queues, the last of them live, that two or three teams share, and up to seven requests.

    Over the seeds every kind of effect comes certain and as a range, growth and harm too, with parts, needs,
    exclusions, doubtful success, late starts, ramps, shifts, attrition and backlogs.
    """

    def make(seed: int) -> PlanningCase:
        rng = np.random.default_rng(seed)
        queues = [
            make_queue("q0", severity=1.0, within_hours=float(rng.choice([8.0, 24.0, 30.0])), handle_cv=1.5),
            make_queue("q1", severity=3.0, backlog_items=200.0, backlog_age_hours=30.0, rework_share=0.1),
            make_queue("q2", severity=0.5, share=0.8, within_hours=float(rng.choice([0.5, 2.0, 48.0]))),
        ]
        teams = [
            make_team("a", {"q0": 1.0, "q1": 0.8}, heads=float(rng.uniform(14, 22)), weekly_attrition=0.02),
            make_team("b", {"q1": 1.0, "q2": 1.2}, heads=float(rng.uniform(12, 20)), open_hour=6.0, open_days=6),
            *([make_team("c", {"q0": 1.0, "q2": 1.0}, heads=0.0)] if rng.random() < 0.3 else []),
        ]
        requests = []
        for number in range(int(rng.integers(5, 8))):
            kind = KINDS[(seed * 3 + number) % len(KINDS)]
            low, mode, high = SIZES[kind]
            size = (low, mode, high) if rng.random() < 0.5 else (mode, mode, mode)
            if kind in ("volume", "quality") and rng.random() < 0.2:
                size = tuple(-one for one in size[::-1])
            team, queue = str(rng.choice([one.name for one in teams])), f"q{rng.integers(3)}"
            where = {"skill": (team, queue)}.get(kind, (queue,) if kind in KINDS[3:5] + KINDS[7:] else (team,))
            names = [one.name for one in requests]
            requests.append(
                make_request(
                    f"r{number}",
                    make_effect(kind, size, *where),
                    weekly_usd=0.0,
                    one_off_usd=float(rng.integers(1, 60)) * 100.0,
                    start_week=int(rng.integers(0, 2)),
                    ramp_weeks=int(rng.choice([0, 2])),
                    success_probability=float(rng.choice([1.0, 1.0, 0.7])),
                    smallest_share=0.5 if number == 2 else 1.0,
                    needs=(names[0],) if number == 3 else (),
                    excludes=(names[1],) if number == 4 else (),
                    mandatory=number == 5 and seed % 4 == 0,
                )
            )
        forecast = random_forecast(3, n_paths=6, n_weeks=3, items_a_day=330.0, seed=seed)
        return planning_case(forecast, queues, teams, requests, seed=seed)

    return make


def parts(case: PlanningCase) -> tuple[Block, LeastLateness]:
    """The block of a case as a search sees it, and the bounds of its queues."""
    [block] = [
        one for one in independent_blocks(case.queues, case.teams, case.requests, most_sets=1) if len(one.queues) > 1
    ]
    requests = [case.requests[row] for row in block.requests]
    cost = [
        [round(100 * one.cost_usd(case.n_weeks, share)) if share else 0 for share in options]
        for one, options in zip(requests, block.choices, strict=True)
    ]
    groups = groups_of(block, cost, bundles_of(case, block))
    today = service_of(case, np.zeros(len(case.requests))).due
    return block, LeastLateness(case, block, groups, today)


def lost_by_queue(case: PlanningCase, block: Block, levels: np.ndarray) -> np.ndarray:
    """Lost share by queue of some sets of a block, from their values, each path's late items up to those due today."""
    whole = np.zeros((len(levels), len(case.requests)))
    whole[:, list(block.requests)] = levels
    due, on_time, _ = value_sets(case, block.queues, whole)
    today = service_of(case, np.zeros(len(case.requests))).due
    severity = np.array([queue.severity for queue in case.queues])
    late = np.minimum(due - on_time, today[list(block.queues)])
    weighted = severity[list(block.queues)][None, :, None] * late / (severity @ today)
    return weighted.mean(axis=2)


@pytest.mark.parametrize("seed", range(12))
def test_no_set_of_a_block_loses_less_than_is_proven_at_its_cost(random_block, seed, monkeypatch):
    case = random_block(seed)
    every = value_all_blocks(case)
    block, _ = parts(case)
    [table] = [one for one in every.blocks if one.block.requests == block.requests]
    found = search_block(case, block, every.today_due_harm, most_sets=8)
    monkeypatch.setattr(rounds, "MOST_CELLS", 12)
    proven = prove_bound(found, every.today_due, most_sets=16)
    lost = lost_by_queue(case, block, table.block.levels).sum(axis=1)
    bound = proven.share_lost[np.searchsorted(proven.cost_cents, table.cost_cents, side="right") - 1]
    assert (lost >= bound - 1e-9).all()
    assert (np.diff(proven.cost_cents) > 0).all()
    assert (np.diff(proven.share_lost) <= 0).all()


@pytest.mark.parametrize("seed", range(8))
def test_the_program_proves_no_more_than_its_cells_allow(random_block, seed):
    case = random_block(seed)
    block, lateness = parts(case)
    groups = lateness.groups
    linked = dict.fromkeys(tuple(np.flatnonzero(row).tolist()) for row in lateness.sharing.together)
    partitions = [Partition(lateness, queues) for queues in linked]
    for one in partitions:
        for _ in range(3):
            one.part(range(len(one.cells)))
    # Every set by hand: its cost, and the least losses of the cells that hold it.
    ways = list(product(*(range(len(group.levels)) for group in groups)))
    sets = np.stack([levels_of(groups, way, len(block.requests)) for way in ways])
    feasible = block.allowed(sets)
    cost = np.array([sum(int(g.cost_cents[w]) for g, w in zip(groups, way, strict=True)) for way in ways])
    least = np.array([sum(one.lost[one.place(way)] for one in partitions) for way in ways])
    program = CellProgram(block, groups, partitions)
    for budget in np.unique(np.quantile(cost[feasible], [0.0, 0.2, 0.5, 0.8, 1.0]).astype(int)):
        best = least[feasible & (cost <= budget)].min()
        found = program.within(int(budget))
        assert best - 2e-6 - 1e-3 * best <= found.lost <= best + 1e-9
        assert found.ways is not None
        assert feasible[ways.index(found.ways)]


@pytest.mark.parametrize("seed", range(12))
def test_every_set_of_a_cell_loses_at_least_what_the_cell_says_of_each_queue(random_block, seed):
    case = random_block(seed)
    block, lateness = parts(case)
    rng = np.random.default_rng(seed)
    whole = whole_block(lateness.groups)
    cells = [whole]
    for _ in range(4):
        ends = [np.sort(rng.integers(0, high + 1, 2)) for high in whole.high]
        cells.append(Cell(tuple(int(a) for a, _ in ends), tuple(int(b) for _, b in ends)))
    for queue in range(len(block.queues)):
        bounds = lateness.lost(queue, cells)
        for cell, bound in zip(cells, bounds, strict=True):
            ways = [rng.integers(low, high + 1, 12) for low, high in zip(cell.low, cell.high, strict=True)]
            sets = np.stack([levels_of(lateness.groups, way, len(block.requests)) for way in np.stack(ways, axis=1)])
            assert (lost_by_queue(case, block, sets)[:, queue] >= bound - 1e-9).all()


@pytest.mark.parametrize("seed", range(4))
def test_a_cell_of_one_set_is_that_set(random_block, seed):
    case = random_block(seed)
    block, lateness = parts(case)
    rng = np.random.default_rng(seed)
    way = tuple(int(rng.integers(0, high + 1)) for high in whole_block(lateness.groups).high)
    exact = lost_by_queue(case, block, levels_of(lateness.groups, way, len(block.requests))[None])[0]
    for queue, lost in enumerate(exact):
        assert lateness.lost(queue, [Cell(way, way)])[0] == pytest.approx(lost, abs=1e-12)


@pytest.mark.parametrize("seed", range(8))
def test_hours_of_any_set_of_a_cell_lie_between_its_ends_on_every_path(random_block, seed):
    case = random_block(seed)
    block, lateness = parts(case)
    rng = np.random.default_rng(seed)
    whole = whole_block(lateness.groups)
    ends = CellEnds(case, block, lateness.groups)
    most, least = ends.at(whole, helpful=True).hours, ends.at(whole, helpful=False).hours
    over_mean = ends.hours_over_mean(whole, most)
    for _ in range(10):
        way = [int(rng.integers(0, high + 1)) for high in whole.high]
        levels = np.zeros((1, len(case.requests)))
        levels[0, list(block.requests)] = levels_of(lateness.groups, way, len(block.requests))
        hours = hours_of_teams(case, levels)[0]
        assert (hours <= most + 1e-9).all()
        assert (hours >= least - 1e-9).all()
        mean = hours.mean(axis=1, keepdims=True)
        ratio = np.divide(hours, mean, out=np.zeros_like(hours), where=mean > 0)
        assert (ratio <= over_mean + 1e-9).all()


@pytest.mark.property
@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 10**6))
def test_more_hours_and_less_demand_elsewhere_give_no_queue_less_work(seed):
    rng = np.random.default_rng(seed)
    n_teams, n_queues = int(rng.integers(1, 4)), int(rng.integers(2, 5))
    skill = rng.choice([0.0, 0.7, 1.0, 1.3], (n_teams, n_queues))
    skill[rng.integers(n_teams), :] = 1.0
    required, hours = rng.uniform(20, 200, n_queues), rng.uniform(10, 200, n_teams)
    queue = int(rng.integers(n_queues))
    smaller = required * rng.uniform(0.6, 1.0, n_queues)
    smaller[queue] = required[queue]
    more = hours * rng.uniform(1.0, 1.4, n_teams)
    before = (fair_allocation(required, hours, skill) * skill).sum(axis=0)[queue]
    after = (fair_allocation(smaller, more, skill) * skill).sum(axis=0)[queue]
    above, below = accuracy(required[[queue]], np.array([required.sum()]))
    assert before <= after * above[0] * below[0]


def test_where_the_sharing_is_exact_the_accuracy_allows_for_it():
    above, below = accuracy(np.array([100.0, 0.0]), np.array([300.0, 300.0]))
    assert above[0] == pytest.approx(1 + np.sqrt(6e-8), rel=1e-6)
    assert below[0] == pytest.approx(1 + np.sqrt(6e-8), rel=1e-6)
    assert np.isinf(above[1])


@pytest.mark.parametrize("seed", range(5))
def test_no_mix_of_teams_does_more_work_in_a_step(seed):
    rng = np.random.default_rng(seed)
    open_share = rng.dirichlet(np.ones(6), (3, 2))
    over_mean, of_team = rng.uniform(0.8, 1.2, (3, 4, 2)), rng.uniform(10, 60, (3, 2))
    work = of_team.sum(axis=0) * 0.6
    most = most_by_step(work, of_team, over_mean, open_share).reshape(4, 2, 6)
    for _ in range(50):
        mix = of_team * rng.random((3, 2))
        mix *= np.minimum(1.0, work / mix.sum(axis=0))
        assert ((mix[:, None, :, None] * over_mean[..., None] * open_share[:, None]).sum(axis=0) <= most + 1e-9).all()


@pytest.mark.parametrize("within_hours", [0.05, 0.5, 2.0])
@pytest.mark.parametrize("cv", [0.0, 1.0, 2.0])
def test_a_live_queue_is_at_least_as_late_as_is_sure_of_every_smaller_capacity(make_queue, within_hours, cv):
    queue: ReviewQueue = make_queue("live", share=0.8, within_hours=within_hours, handle_cv=cv, backlog_items=0.0)
    rng = np.random.default_rng(7)
    model = PathService.of(queue, 1, 8, 336, 24.0)
    arrivals = np.repeat(rng.uniform(10, 60, (8, 14)), 24, axis=1)
    sure = []
    for scale in (0.3, 0.8, 1.0, 1.3):
        most = scale * arrivals.mean(axis=1, keepdims=True) * rng.uniform(0.5, 1.5, (8, 336))
        for paths, served in model.blocks(arrivals):
            least = served.late_at_least(most[paths])
            sure.append(least.sum() / arrivals.sum())
            for shrink in (1.0, 0.95, rng.uniform(0.5, 1.0, (8, 336))):
                due, on_time, _ = served.service((most * shrink)[paths])
                assert (due - on_time >= least - 1e-6 * due).all()
    # Where there are hours for a third of the work nearly all are late, and that is known.
    assert sure[0] > 0.6


@pytest.mark.parametrize("seed", [1, 3, 8])
def test_finer_cells_prove_that_the_best_sets_are_the_best(random_block, seed, monkeypatch):
    case = random_block(seed)
    every = value_all_blocks(case)
    block, _ = parts(case)
    [table] = [one for one in every.blocks if one.block.requests == block.requests]
    order = np.argsort(table.cost_cents, kind="stable")
    best = np.minimum.accumulate(lost_by_queue(case, block, table.block.levels[order]).sum(axis=1))
    gaps = []
    for most_cells in (1, 40):
        found = search_block(case, block, every.today_due_harm, most_sets=8)
        monkeypatch.setattr(rounds, "MOST_CELLS", most_cells)
        proven = prove_bound(found, every.today_due, most_sets=16)
        place = np.searchsorted(proven.cost_cents, table.cost_cents[order], side="right") - 1
        gaps.append((best - proven.share_lost[place]).max())
    assert gaps[0] > 5e-3
    assert gaps[1] < 1e-3


def test_a_solver_that_proposes_nothing_is_not_asked_the_same_again(random_block, monkeypatch):
    """Without a proposal no cell is parted, so the next program would be the same."""
    case = random_block(1)
    block, _ = parts(case)
    every = value_all_blocks(case)
    found = search_block(case, block, every.today_due_harm, most_sets=8)
    asked = []

    def within(program, budget_cents):
        asked.append(budget_cents)
        return CellBound(lost=0.0, ways=None)

    monkeypatch.setattr(rounds.CellProgram, "within", within)
    proven = prove_bound(found, every.today_due, most_sets=16)
    assert (proven.share_lost == 0.0).all()
    assert len(asked) == len(set(asked))
