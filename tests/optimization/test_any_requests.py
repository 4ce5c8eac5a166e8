"""Random lists of requests that share teams and queues, with every kind of dependency: all subsets, one by one."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from optimization import PlanningCase, find_frontier, planning_case, score_requests, value_all_blocks
from optimization.economics import shapley_shares


@pytest.fixture(scope="module")
def random_case(make_queue, make_team, make_effect, make_request, random_forecast) -> Callable[..., PlanningCase]:
    """Draw a case of three teams that share four queues, and requests with needs, exclusions, parts and duties."""

    def make(seed: int, n_requests: int) -> PlanningCase:
        rng = np.random.default_rng(seed)
        queues = [make_queue(f"q{row}", severity=float(rng.choice([0.5, 1.0, 3.0]))) for row in range(4)]
        teams = [
            make_team("a", {"q0": 1.0, "q1": 0.8}, heads=int(rng.integers(12, 20))),
            make_team("b", {"q1": 1.0, "q2": 1.0}, heads=int(rng.integers(12, 20))),
            make_team("c", {"q3": 1.0}, heads=int(rng.integers(6, 12))),
        ]
        requests = []
        for row in range(n_requests):
            queue, team = f"q{rng.integers(4)}", "abc"[rng.integers(3)]
            low, mode, high = np.sort(rng.uniform(-0.2, 0.0, 3))
            effect = [
                make_effect("heads", int(rng.integers(1, 5)), team),
                make_effect("seats", int(rng.integers(1, 5)), team),
                make_effect("overtime_hours", float(rng.integers(10, 60)), team),
                make_effect("shrinkage", -0.03, team),
                make_effect("handle_time", (low, mode, high), queue),
                make_effect("volume", (low, mode, high), queue),
                make_effect("volume", 0.03, queue),
                make_effect("skill", 0.7, "a", "q2"),
            ][rng.integers(8)]
            rules: dict[str, object] = {"one_off_usd": float(rng.integers(500, 9_000)), "weekly_usd": 0.0}
            before = [f"r{other}" for other in range(row)]
            # Every third request needs one that was asked before, so that few of all subsets are feasible.
            if before and row % 3 == 1:
                rules["needs"] = (str(rng.choice(before)),)
            elif before and row % 3 == 2:
                rules["excludes"] = tuple(rng.choice(before, min(3, row), replace=False).tolist())
            rules["mandatory"] = row == 0 and bool(rng.integers(2))
            if row == 3:
                rules["smallest_share"] = 0.5
            requests.append(make_request(f"r{row}", effect, success_probability=float(rng.choice([1.0, 0.8])), **rules))
        return planning_case(random_forecast(4, n_paths=4, n_weeks=2, seed=seed), queues, teams, requests, seed=seed)

    return make


@pytest.mark.parametrize(("seed", "n_requests"), [(0, 14), (1, 14), (2, 12), (3, 10), (4, 8), (5, 6)])
def test_the_frontier_is_what_is_left_of_all_subsets(random_case, every_set, seed: int, n_requests: int) -> None:
    case = random_case(seed, n_requests)
    every = every_set(case)
    frontier = find_frontier(value_all_blocks(case))
    share, cents = np.round(every.share.mean(axis=1), 8), np.round(100 * every.cost).astype(np.int64)
    order = np.lexsort((-share, cents))
    best = np.maximum.accumulate(share[order])
    first = np.append(True, np.diff(best) > 0) & (share[order] == best)
    expected = {(int(cents[row]), float(share[row])) for row in order[first]}
    found = dict(zip(np.round(100 * frontier.cost_usd).astype(int).tolist(), frontier.on_time_share_mean, strict=True))
    assert len(every.levels) > 20
    # Gains at the edge of a hundred-millionth may be told apart by one side and not by the other.
    for cost, value in expected:
        assert frontier.at_budget(cost / 100).on_time_share_mean == pytest.approx(value, abs=5e-8)
    for cost, value in found.items():
        assert best[np.searchsorted(cents[order], cost, side="right") - 1] == pytest.approx(value, abs=5e-8)
    assert abs(len(found) - len(expected)) <= 2


@pytest.mark.parametrize("seed", [0, 3])
def test_the_order_of_the_requests_changes_nothing(random_case, seed: int) -> None:
    case = random_case(seed, 8)
    turned = np.random.default_rng(seed).permutation(8)
    effect_rows = {row: [i for i, (owner, _) in enumerate(case.effects) if owner == row] for row in range(8)}
    other = replace(
        case,
        requests=tuple(case.requests[row] for row in turned),
        size=case.size[[index for row in turned for index in effect_rows[row]]].copy(),
    )
    one, two = (find_frontier(value_all_blocks(each), budget_usd=15_000.0) for each in (case, other))
    np.testing.assert_allclose(one.cost_usd, two.cost_usd)
    np.testing.assert_allclose(one.on_time_share_mean, two.on_time_share_mean, atol=1e-8)
    assert set(one.recommended.funded) == set(two.recommended.funded)
    scores = [
        {score.name: score for score in score_requests(each.values, each.recommended.levels).scores}
        for each in (one, two)
    ]
    for name, score in scores[0].items():
        assert score.verdict == scores[1][name].verdict
        assert score.marginal_gain == pytest.approx(scores[1][name].marginal_gain, abs=1e-8)
    shares = [shapley_shares(each.values, each.recommended.levels) for each in (one, two)]
    by_name = [dict(zip(each.requests, each.late_harm_avoided.mean(axis=1), strict=True)) for each in shares]
    assert by_name[0] == pytest.approx(by_name[1], abs=1e-4)
    # The shares add up to all that the set avoids.
    avoided = one.today.late_harm - one.recommended.late_harm
    assert sum(by_name[0].values()) == pytest.approx(avoided, abs=1e-4)
