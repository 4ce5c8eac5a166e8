import numpy as np
import pytest

from optimization import InfeasibleBudgetError, find_frontier, planning_case, value_all_blocks
from optimization.funded_sets import everything_asked, minimum_set, with_needs, without
from optimization.one_by_one import ranked_one_by_one

SEEDS = [0, 1, 2, 3]
NOISE = 2e-8  # shares are compared in hundred-millionths, block by block


@pytest.fixture(scope="module")
def solved(two_blocks, every_set):
    """Case, values and every feasible set, by seed; made once."""
    made = {}

    def solve(seed: int):
        if seed not in made:
            case = two_blocks(seed=seed)
            made[seed] = case, value_all_blocks(case), every_set(case)
        return made[seed]

    return solve


def beats_all_cheaper(every) -> list[int]:
    """Rows of the sets that give more than every set of the same cost or less, by rising cost."""
    share = every.share.mean(axis=1)
    order = np.lexsort((-share, every.cost))
    kept, best = [], -np.inf
    for row in order:
        if share[row] > best + NOISE:
            kept.append(row)
            best = share[row]
    return kept


@pytest.mark.parametrize("seed", SEEDS)
def test_the_frontier_is_what_is_left_of_all_feasible_sets(solved, seed):
    _, values, every = solved(seed)
    frontier = find_frontier(values)
    kept = beats_all_cheaper(every)
    assert len(every.cost) == 90
    assert 8 < len(kept) < 90
    np.testing.assert_allclose(frontier.cost_usd, every.cost[kept])
    share = every.share[kept]
    np.testing.assert_allclose(frontier.on_time_share_mean, share.mean(axis=1), atol=NOISE)
    np.testing.assert_allclose(frontier.on_time_share_p10, np.quantile(share, 0.1, axis=1), atol=1e-6)
    np.testing.assert_allclose(frontier.on_time_share_p90, np.quantile(share, 0.9, axis=1), atol=1e-6)
    np.testing.assert_allclose(frontier.late_harm, every.harm[kept], rtol=1e-5)
    feasible = {tuple(levels) for levels in every.levels}
    assert all(tuple(levels) in feasible for levels in frontier.levels)


@pytest.mark.parametrize("seed", SEEDS)
def test_more_money_never_buys_less(solved, seed):
    frontier = find_frontier(solved(seed)[1])
    assert (np.diff(frontier.cost_usd) > 0).all()
    assert (np.diff(frontier.on_time_share_mean) > 0).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_budget_buys_the_highest_share_it_can(solved, seed):
    _, values, every = solved(seed)
    frontier = find_frontier(values)
    rng = np.random.default_rng(seed)
    on_the_cent = rng.choice(frontier.cost_usd, 5)
    for budget in [0.0, *rng.uniform(0, every.cost.max() * 1.1, 20), *on_the_cent, *(on_the_cent - 0.01).clip(0)]:
        point = frontier.at_budget(budget)
        affordable = every.cost <= budget + 1e-9
        assert point.cost_usd <= budget + 1e-9
        assert point.on_time_share_mean == pytest.approx(every.share[affordable].mean(axis=1).max(), abs=NOISE)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_recommended_set_is_worth_most_net_of_its_cost(solved, seed):
    _, values, every = solved(seed)
    for worth in (0.0, 0.3, 1.0, 2.0, 5.0, 20.0, 300.0):
        for budget in (0.0, 9_000.0, 20_000.0, None):
            best = find_frontier(values, budget_usd=budget, willingness_to_pay_usd=worth).recommended
            affordable = every.cost <= (np.inf if budget is None else budget)
            net = -worth * every.harm - every.cost
            found = -worth * best.late_harm - best.cost_usd
            assert found == pytest.approx(net[affordable].max(), rel=1e-6, abs=1e-3)


def test_a_set_off_the_frontier_can_be_worth_more_where_volumes_differ_widely(
    make_queue, make_team, make_request, make_effect, make_forecast
):
    """Hours help most, as a share, on quiet paths; a deflection avoids most items on busy ones."""
    asks = [
        make_request("hours", make_effect("overtime_hours", 80.0, "a"), weekly_usd=1_000.0),
        make_request("deflect", make_effect("volume", -0.2, "q0"), weekly_usd=1_001.0),
    ]
    forecast = make_forecast(np.array([[[250.0] * 14, [1_000.0] * 14]]))
    case = planning_case(forecast, [make_queue("q0")], [make_team("a", {"q0": 1.0}, heads=4)], asks)
    frontier = find_frontier(value_all_blocks(case), willingness_to_pay_usd=2.0)
    off = frontier.point(np.array([0.0, 1.0]))
    assert [0.0, 1.0] not in frontier.levels.tolist()
    assert frontier.at_budget(off.cost_usd).on_time_share_mean > off.on_time_share_mean
    best = frontier.recommended
    assert -2.0 * off.late_harm - off.cost_usd > -2.0 * best.late_harm - best.cost_usd


def test_without_a_willingness_to_pay_the_budget_buys_all_it_can(solved):
    _, values, every = solved(0)
    assert find_frontier(values).recommended.on_time_share_mean == pytest.approx(
        every.share.mean(axis=1).max(), abs=NOISE
    )
    frontier = find_frontier(values, budget_usd=12_345.0)
    assert frontier.recommended.cost_usd == frontier.at_budget(12_345.0).cost_usd


@pytest.mark.parametrize("seed", SEEDS)
def test_the_knee_lies_farthest_above_the_chord(solved, seed):
    frontier = find_frontier(solved(seed)[1])
    (x0, y0), (x1, y1) = ((frontier.cost_usd[i], frontier.on_time_share_mean[i]) for i in (0, -1))
    above = [
        (y - y0) / (y1 - y0) - (x - x0) / (x1 - x0)
        for x, y in zip(frontier.cost_usd, frontier.on_time_share_mean, strict=True)
    ]
    assert frontier.knee.cost_usd == frontier.cost_usd[int(np.argmax(above))]


def test_where_no_money_lifts_the_share_the_knee_is_the_cheapest_set(
    make_queue, make_team, make_request, make_effect, make_forecast
):
    asks = [
        make_request("launch", make_effect("volume", 3.0, "q0"), mandatory=True),
        make_request("few", make_effect("seats", 3, "a")),
        make_request("more", make_effect("seats", 3, "a"), weekly_usd=1_500.0),
    ]
    forecast = make_forecast(np.array([[[100.0] * 14, [400.0] * 14]]))
    case = planning_case(forecast, [make_queue("q0")], [make_team("a", {"q0": 1.0}, heads=2)], asks)
    frontier = find_frontier(value_all_blocks(case))
    assert frontier.on_time_share_mean.max() == 0.0
    assert frontier.knee.funded == ("launch",)


def test_where_more_is_late_than_is_due_today_the_frontier_says_how_far_it_may_be_from_the_best(
    two_blocks, make_request, make_effect, every_set
):
    """Sets are merged by what shares would be below 0, where they stop: that order need not be that of the shares."""
    case = two_blocks(seed=2)
    growth = make_request("growth", make_effect("volume", 4.0, "q2"), weekly_usd=0.0, mandatory=True)
    case = planning_case(case.forecast, case.queues, case.teams, [*case.requests, growth], seed=2)
    every, frontier = every_set(case), find_frontier(value_all_blocks(case))
    share = every.share.mean(axis=1)
    best = np.array([share[every.cost <= cost + 1e-6].max() for cost in frontier.cost_usd])
    assert (best > frontier.on_time_share_mean + 1e-3).any()
    assert (best <= frontier.on_time_share_bound + 1e-9).all()
    last = np.searchsorted(frontier.cost_usd, every.cost + 1e-6, side="right") - 1
    assert (share - frontier.on_time_share_mean[last]).max() <= frontier.gap + 1e-9
    assert "more is late than is due today" in frontier.optimality


def test_today_and_the_ask_are_valued_beside_the_frontier(solved):
    case, values, every = solved(0)
    frontier = find_frontier(values)
    assert (frontier.today.cost_usd, frontier.today.funded) == (0.0, ())
    nothing = (every.levels == 0).all(axis=1)
    assert frontier.today.on_time_share_mean == pytest.approx(every.share[nothing].mean(), abs=NOISE)
    names = {request.name for request in case.requests}
    assert set(frontier.requested.funded) == names - {"hires"}  # the cheaper of the two that exclude each other
    row = (every.levels == frontier.requested.levels).all(axis=1)
    assert frontier.requested.on_time_share_mean == pytest.approx(every.share[row].mean(), abs=NOISE)


def test_a_share_of_a_request_is_named(solved):
    frontier = find_frontier(solved(0)[1])
    parts = [name for levels in frontier.levels for name in frontier.point(levels).funded if name.startswith("heads")]
    assert set(parts) <= {"heads (25%)", "heads (50%)", "heads (75%)", "heads"}
    assert len(set(parts)) > 1


def test_the_table_marks_what_the_budget_allows(solved):
    frontier = find_frontier(solved(0)[1], budget_usd=10_000.0)
    table = frontier.to_frame()
    assert table["within_budget"].tolist() == [cost <= 10_000.0 for cost in table["cost_usd"]]
    assert table["within_budget"].sum() not in (0, len(table))
    for text, levels in zip(table["requests"], frontier.levels, strict=True):
        assert text.count(";") == max(0, (levels > 0).sum() - 1)


@pytest.mark.parametrize("duty", ["model", "heads"])
def test_duties_are_in_every_point_with_what_they_need(two_blocks, every_set, duty):
    case = two_blocks(**{duty: {"mandatory": True}})
    frontier, every = find_frontier(value_all_blocks(case)), every_set(case)
    row = [request.name for request in case.requests].index(duty)
    assert (frontier.levels[:, row] > 0).all()
    np.testing.assert_allclose(frontier.cost_usd, every.cost[beats_all_cheaper(every)])


def test_a_budget_below_the_duties_says_what_they_cost_at_least(two_blocks, every_set):
    # What is needed may be funded in part, and that part is the least.
    case = two_blocks(model={"mandatory": True}, tool={"smallest_share": 0.5, "one_off_usd": 5_000.0})
    values, least = value_all_blocks(case), every_set(case).cost.min()
    assert least == pytest.approx(6_300.0 + 2_500.0)
    with pytest.raises(
        InfeasibleBudgetError, match=r"cost \$8,800\.00, more than .*\$8,000\.00; .* by \$800\.00"
    ) as one:
        find_frontier(values, budget_usd=8_000.0)
    assert (one.value.budget_usd, one.value.least_usd) == (8_000.0, 8_800.0)
    assert find_frontier(values, budget_usd=8_800.0).recommended.cost_usd == 8_800.0
    with pytest.raises(ValueError, match=r"no feasible set costs \$8,000 or less"):
        find_frontier(values).at_budget(8_000.0)


@pytest.mark.parametrize("amount", [-1.0, float("nan")])
@pytest.mark.parametrize("argument", ["budget_usd", "willingness_to_pay_usd"])
def test_an_amount_that_is_none_is_refused(solved, argument, amount):
    with pytest.raises(ValueError, match=f"{argument} must be 0 or more"):
        find_frontier(solved(0)[1], **{argument: amount})


def test_no_requests_make_one_point(two_blocks):
    case = two_blocks()
    bare = planning_case(case.forecast, case.queues, case.teams, [])
    frontier = find_frontier(value_all_blocks(bare), budget_usd=0.0, willingness_to_pay_usd=3.0)
    assert frontier.cost_usd.tolist() == [0.0]
    for point in (frontier.recommended, frontier.knee, frontier.today, frontier.requested, frontier.at_budget(5.0)):
        assert (point.funded, point.cost_usd) == ((), 0.0)
        assert point.on_time_share_mean == pytest.approx(frontier.on_time_share_mean[0])


def test_requests_that_change_nothing_are_never_worth_money(two_blocks, make_team, make_request, make_effect):
    case = two_blocks()
    teams = [*case.teams, make_team("elsewhere", {"another plan": 1.0})]
    asks = [make_request("idle", make_effect("seats", 5, "elsewhere"), weekly_usd=10.0)]
    frontier = find_frontier(value_all_blocks(planning_case(case.forecast, case.queues, teams, asks)))
    assert frontier.levels.tolist() == [[0.0]]


@pytest.mark.parametrize("seed", SEEDS)
def test_picking_one_by_one_never_beats_the_frontier(solved, seed):
    _, values, every = solved(seed)
    frontier = find_frontier(values)
    feasible = {tuple(levels) for levels in every.levels}
    for budget in np.linspace(0, every.cost.max(), 12):
        levels = ranked_one_by_one(values, budget)
        assert tuple(levels) in feasible
        measure = values.measure(levels)
        assert measure.cost_usd <= budget
        assert measure.share.mean() <= frontier.at_budget(budget).on_time_share_mean + NOISE


@pytest.fixture
def prerequisite_case(make_queue, make_team, make_request, make_effect, make_forecast):
    """Too much work: a model takes half of it off but needs a platform; seats help a little for the same money."""
    forecast = make_forecast(np.full((1, 3, 28), 600.0))
    teams = [make_team("a", {"q0": 1.0}, heads=7)]
    requests = [
        make_request("platform", make_effect("handle_time", -0.01, "q0"), weekly_usd=0.0, one_off_usd=5_000.0),
        make_request(
            "model", make_effect("volume", -0.5, "q0"), weekly_usd=0.0, one_off_usd=1_000.0, needs=("platform",)
        ),
        make_request("seats", make_effect("seats", 1, "a"), weekly_usd=1_500.0),
    ]
    return planning_case(forecast, [make_queue("q0")], teams, requests)


def test_picking_one_by_one_misses_what_needs_a_prerequisite(prerequisite_case):
    values = value_all_blocks(prerequisite_case)
    assert ranked_one_by_one(values, 6_000.0).tolist() == [0.0, 0.0, 1.0]
    best = find_frontier(values).at_budget(6_000.0)
    assert best.funded == ("platform", "model")
    assert best.on_time_share_mean == 1.0
    assert values.measure(np.array([0.0, 0.0, 1.0])).share.mean() < 0.5


def test_picking_one_by_one_takes_the_best_ratio_first(prerequisite_case):
    values = value_all_blocks(prerequisite_case)
    late = [values.measure(np.eye(3)[row]).late_harm for row in (0, 2)]
    today = values.measure(np.zeros(3)).late_harm
    assert (today - late[1]) / 6_000 > (today - late[0]) / 5_000 > 0
    # With all the money it comes to the platform second and to the model, that has no worth alone, never.
    assert ranked_one_by_one(values, 20_000.0).tolist() == [1.0, 0.0, 1.0]


def rows_of(case):
    return {request.name: row for row, request in enumerate(case.requests)}


def test_adding_a_request_brings_what_it_needs_and_pushes_out_what_it_excludes(two_blocks):
    case = two_blocks()
    row = rows_of(case)
    added = with_needs(case, row["model"], np.zeros(6))
    assert {name for name in row if added[row[name]] > 0} == {"model", "tool"}
    hires = with_needs(case, row["hires"], np.zeros(6))
    seats = with_needs(case, row["seats"], hires)
    assert {name for name in row if seats[row[name]] > 0} == {"seats"}
    # The exclusion is written on one side and holds for both.
    assert with_needs(case, row["hires"], seats).tolist() == hires.tolist()


def test_adding_a_request_leaves_what_it_needs_at_the_share_it_has(two_blocks):
    case = two_blocks(tool={"smallest_share": 0.5})
    row = rows_of(case)
    part = np.zeros(6)
    part[row["tool"]] = 0.5
    assert with_needs(case, row["model"], part)[row["tool"]] == 0.5


def test_taking_a_request_out_takes_what_needs_it(two_blocks):
    case = two_blocks(deflect={"needs": ("model",)})
    row = rows_of(case)
    left = without(case, row["tool"], np.ones(6))
    assert {name for name in row if left[row[name]] == 0} == {"tool", "model", "deflect"}


def test_the_least_set_is_the_cheapest_feasible_one(two_blocks, every_set):
    case = two_blocks(
        model={"mandatory": True}, tool={"smallest_share": 0.5}, heads={"mandatory": True}, seats={"mandatory": True}
    )
    every = every_set(case)
    assert minimum_set(case).tolist() == every.levels[np.argmin(every.cost)].tolist()


@pytest.mark.parametrize("mandatory", [None, "hires", "model"])
def test_everything_asked_keeps_every_rule_and_no_request_could_be_added(two_blocks, every_set, mandatory):
    case = two_blocks(**({mandatory: {"mandatory": True}} if mandatory else {}))
    asked = everything_asked(case)
    feasible = {tuple(levels) for levels in every_set(case).levels}
    assert tuple(asked) in feasible
    assert set(asked) <= {0.0, 1.0}
    for row in np.flatnonzero(asked == 0):
        more = asked.copy()
        more[row] = 1.0
        assert tuple(more) not in feasible
