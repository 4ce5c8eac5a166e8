import re

import numpy as np
import pytest

from forecasting.charts.chart_style import money, percent, points
from optimization import Verdict, find_frontier, planning_case, score_requests, service_of, value_all_blocks


def recommended(case, **decision):
    values = value_all_blocks(case)
    frontier = find_frontier(values, **decision)
    levels = frontier.recommended.levels
    return values, levels, score_requests(values, levels, **decision)


def named(scorecard, name):
    return next(score for score in scorecard.scores if score.name == name)


def closure(case, name) -> set[str]:
    """A request and all that it needs, directly or not."""
    needs = {request.name: request.needs for request in case.requests}
    found, pending = set(), [name]
    while pending:
        one = pending.pop()
        if one not in found:
            found.add(one)
            pending += needs[one]
    return found


def dependants(case, name) -> set[str]:
    return {request.name for request in case.requests if name in closure(case, request.name)}


def measured(case, levels) -> tuple[np.ndarray, float, float]:
    """On-time share by path against today's volume, late items and cost, from the service of all queues."""
    severity = np.array([queue.severity for queue in case.queues])
    today, after = service_of(case, np.zeros(len(case.requests))), service_of(case, levels)
    share = 1 - (severity @ after.late) / (severity @ today.due)
    cost = sum(r.cost_usd(case.n_weeks, x) for r, x in zip(case.requests, levels, strict=True) if x > 0)
    return share, after.late.sum(axis=0).mean(), cost


def excluded_by(case, names) -> set[str]:
    pairs = {(r.name, other) for r in case.requests for other in r.excludes}
    return {b for a, b in pairs if a in names} | {a for a, b in pairs if b in names}


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("budget", [9_000.0, 17_000.0, None])
def test_gains_are_those_of_the_service_with_and_without(two_blocks, seed, budget):
    case = two_blocks(seed=seed)
    _, levels, scorecard = recommended(case, **({"budget_usd": budget} if budget else {}))
    names = [request.name for request in case.requests]
    for row, (name, score) in enumerate(zip(names, scorecard.scores, strict=True)):
        base = np.array([0.0 if other in dependants(case, name) else x for other, x in zip(names, levels, strict=True)])
        full = levels
        if levels[row] == 0:
            joined = closure(case, name)
            kept = [0.0 if other in excluded_by(case, joined) else x for other, x in zip(names, base, strict=True)]
            full = np.array([x or float(other in joined) for other, x in zip(names, kept, strict=True)])
        (share, late, cost), (share_0, late_0, cost_0) = measured(case, full), measured(case, base)
        assert score.marginal_gain == pytest.approx((share - share_0).mean(), abs=1e-7)
        assert (score.marginal_p10, score.marginal_p90) == pytest.approx(
            tuple(np.quantile(share - share_0, [0.1, 0.9])), abs=1e-6
        )
        assert score.late_items_avoided == pytest.approx(late_0 - late, abs=0.01)
        assert score.marginal_cost_usd == pytest.approx(cost - cost_0, abs=1e-6)
        if late_0 - late > 1 and cost > cost_0:
            assert score.cost_per_item_usd == pytest.approx((cost - cost_0) / (late_0 - late), rel=1e-3)
        alone = np.array([float(other in closure(case, name)) for other in names])
        assert score.stand_alone_gain == pytest.approx(
            (measured(case, alone)[0] - measured(case, np.zeros(6))[0]).mean(), abs=1e-7
        )
        assert (score.funded_share, score.cost_usd) == (levels[row], case.requests[row].cost_usd(4))


def test_duties_stay_in_when_another_request_is_valued_alone(two_blocks):
    case = two_blocks(deflect={"mandatory": True})
    _, _, scorecard = recommended(case)
    names = [request.name for request in case.requests]
    duty = np.array([float(name == "deflect") for name in names])
    both = np.array([float(name in ("deflect", "seats")) for name in names])
    gain = (measured(case, both)[0] - measured(case, duty)[0]).mean()
    assert named(scorecard, "seats").stand_alone_gain == pytest.approx(gain, abs=1e-7)


@pytest.fixture(scope="module")
def one_queue(make_queue, make_team, make_request, random_forecast):
    """Build a case of one short-handed queue and one that has people to spare, with some requests."""

    def make(*requests):
        queues = [make_queue("q0"), make_queue("q1")]
        teams = [make_team("busy", {"q0": 1.0}, heads=9), make_team("idle", {"q1": 1.0}, heads=30)]
        named_requests = [make_request(name, *effects, **changes) for name, effects, changes in requests]
        return planning_case(random_forecast(2, n_paths=20, seed=3), queues, teams, named_requests)

    return make


@pytest.fixture(scope="module")
def seats(make_effect):
    def make(size, **changes):
        return "seats", [make_effect("seats", size, "busy")], changes

    return make


def test_what_the_target_needs_is_funded(one_queue, seats):
    _, _, scorecard = recommended(one_queue(seats(1)))
    score = named(scorecard, "seats")
    assert score.verdict is Verdict.FUND
    assert score.size.supported == 1
    assert (
        "The targets need all of it (1 seat) and more: the hardest target of its queues then has a chance of "
        f"{percent(score.size.met_at_supported, 0)} (80% wanted)" in score.reason
    )


def test_what_lifts_service_beyond_the_target_is_funded_and_says_that_no_target_needs_it(
    make_queue, make_team, make_request, make_effect, random_forecast
):
    easy = make_queue("q0", share=0.01)
    ask = make_request("seats", make_effect("seats", 3, "a"))
    case = planning_case(random_forecast(1, n_paths=20, seed=3), [easy], [make_team("a", {"q0": 1.0}, heads=9)], [ask])
    _, _, scorecard = recommended(case)
    score = named(scorecard, "seats")
    assert (score.verdict, score.size.supported) == (Verdict.FUND, 0)
    assert (
        "The targets do not depend on its 3 seats: without any, the hardest target of its queues has a chance of "
        f"{percent(score.size.met_without, 0)} (80% wanted)." in score.reason
    )


def test_what_is_larger_than_the_target_needs_is_trimmed(one_queue, seats):
    _, _, scorecard = recommended(one_queue(seats(40)))
    score = named(scorecard, "seats")
    assert score.verdict is Verdict.TRIM
    assert 0 < score.size.supported < 40
    assert f"{score.size.supported:.0f} of 40 seats would do as much as all of them" in score.reason
    assert f"the rest changes the on-time share of its queues by {points(score.size.share_of_last)}" in score.reason


def test_what_is_funded_in_part_is_trimmed(one_queue, seats):
    case = one_queue(seats(4, smallest_share=0.25, weekly_usd=4_000.0))
    _, levels, scorecard = recommended(case, budget_usd=8_500.0)
    score = named(scorecard, "seats")
    assert (levels[0], score.funded_share, score.verdict) == (0.5, 0.5, Verdict.TRIM)
    assert score.marginal_cost_usd == 8_000.0
    assert "Fund 2 of 4 seats" in score.reason


def test_what_does_not_fit_in_the_budget_is_deferred(one_queue, seats):
    _, _, scorecard = recommended(one_queue(seats(2)), budget_usd=3_999.0)
    score = named(scorecard, "seats")
    assert score.verdict is Verdict.DEFER
    assert "It costs $4.0k, " in score.reason
    assert "The budget has no room for it." in score.reason


def test_what_costs_more_than_it_is_worth_is_deferred(one_queue, seats):
    values, _, _ = recommended(one_queue(seats(2)))
    avoided = values.measure(np.zeros(1)).late_harm - values.measure(np.ones(1)).late_harm
    worth = 0.9 * 4_000 / avoided
    _, _, scorecard = recommended(one_queue(seats(2)), willingness_to_pay_usd=worth)
    score = named(scorecard, "seats")
    assert score.verdict is Verdict.DEFER
    assert "Not worth its money: it costs $4.0k and avoids lateness worth $3.6k." in score.reason
    _, _, scorecard = recommended(one_queue(seats(2)), willingness_to_pay_usd=worth / 0.8)
    assert named(scorecard, "seats").verdict is Verdict.FUND


def test_what_helps_nobody_is_rejected(one_queue, make_effect):
    _, _, scorecard = recommended(one_queue(("idle", [make_effect("seats", 5, "idle")], {})))
    score = named(scorecard, "idle")
    assert score.verdict is Verdict.REJECT
    assert "does not help: 0 points of on-time share (no late items avoided)" in score.reason
    assert score.cost_per_item_usd is None


def test_what_is_excluded_by_something_better_is_rejected_in_its_place(one_queue, seats, make_effect):
    hires = ("hires", [make_effect("heads", 1, "busy")], {"excludes": ("seats",)})
    _, _, scorecard = recommended(one_queue(seats(3), hires))
    score = named(scorecard, "hires")
    assert score.verdict is Verdict.REJECT
    assert score.marginal_gain < 0
    assert score.reason.startswith("In place of seats, which it excludes, it would give")
    assert f"{-score.late_items_avoided:,.0f} more late items" in score.reason


def test_what_a_duty_rules_out_is_rejected_for_that(one_queue, seats, make_effect):
    duty = ("duty", [make_effect("heads", 1, "busy")], {"excludes": ("seats",), "mandatory": True})
    _, _, scorecard = recommended(one_queue(seats(3), duty))
    score = named(scorecard, "seats")
    assert score.marginal_gain > 0
    assert score.verdict is Verdict.REJECT
    assert score.reason == "It cannot be funded: it does not go together with duty, which must be."


def test_what_contradicts_itself_is_rejected_for_that(one_queue, seats, make_effect):
    hires = ("hires", [make_effect("heads", 1, "busy")], {"excludes": ("seats",), "needs": ("seats",)})
    _, _, scorecard = recommended(one_queue(seats(1), hires))
    score = named(scorecard, "hires")
    assert (score.verdict, score.funded_share) == (Verdict.REJECT, 0.0)
    assert score.reason.startswith("It cannot be funded: what it needs and what is excluded contradict each other")


def test_a_duty_that_does_harm_says_so(one_queue, make_effect):
    launch = ("launch", [make_effect("volume", 0.2, "q0")], {"mandatory": True})
    _, _, scorecard = recommended(one_queue(launch))
    score = named(scorecard, "launch")
    assert score.verdict is Verdict.FUND
    assert score.reason.startswith("Mandatory. Added to the rest of the plan, it gives -")
    assert f"{-score.late_items_avoided:,.0f} more late items)" in score.reason


def test_what_needs_another_says_so_on_both_sides(two_blocks):
    case = two_blocks(model={"one_off_usd": 100.0}, tool={"one_off_usd": 100.0})
    _, levels, scorecard = recommended(case)
    assert (levels[1:3] == 1).all()
    assert "It needs tool." in named(scorecard, "model").reason
    tool = named(scorecard, "tool")
    assert "Added to the rest of the plan, it gives with model, which cannot do without it, +" in tool.reason
    assert tool.marginal_cost_usd == pytest.approx(200.0)


@pytest.mark.parametrize("budget", [5_000.0, 12_000.0, 30_000.0])
def test_reasons_are_written_from_the_numbers_of_the_score(two_blocks, budget):
    _, _, scorecard = recommended(two_blocks(), budget_usd=budget)
    for score in scorecard.scores:
        assert points(score.marginal_gain) in score.reason
        direction = "fewer" if score.late_items_avoided >= 0 else "more"
        assert f"{abs(score.late_items_avoided):,.0f} {direction} late items" in score.reason
        if score.cost_per_item_usd is not None:
            assert f"{money(score.cost_per_item_usd)} a late item avoided" in score.reason
        if score.verdict is Verdict.DEFER:
            assert f"It costs {money(score.marginal_cost_usd)}" in score.reason
            assert "The budget has no room for it." in score.reason


def test_other_numbers_make_other_sentences(one_queue, seats):
    sentences = set()
    for size, weekly in ((1, 1_000.0), (2, 1_000.0), (2, 1_300.0)):
        _, _, scorecard = recommended(one_queue(seats(size, weekly_usd=weekly)))
        sentences.add(named(scorecard, "seats").reason)
    assert len(sentences) == 3
    assert all(len(re.findall(r"\d", sentence)) > 5 for sentence in sentences)


def test_a_set_that_breaks_a_rule_is_not_scored(two_blocks):
    values = value_all_blocks(two_blocks())
    with pytest.raises(ValueError, match="recommended must keep every dependency"):
        score_requests(values, np.array([0.0, 0.0, 1.0, 0.0, 0.0, 0.0]))


def test_the_table_has_a_row_a_request(two_blocks):
    _, _, scorecard = recommended(two_blocks())
    table = scorecard.to_frame()
    assert table["request"].tolist() == [score.name for score in scorecard.scores]
    assert table["verdict"].tolist() == [score.verdict.value for score in scorecard.scores]
    assert table["asked_size"].notna().tolist() == [True, False, False, True, True, False]
    assert (table["asked_size"] >= table["validated_size"])[[0, 3, 4]].all()
    np.testing.assert_allclose(table["marginal_on_time_change"], [score.marginal_gain for score in scorecard.scores])


def test_no_requests_make_an_empty_table(two_blocks):
    case = two_blocks()
    _, _, scorecard = recommended(planning_case(case.forecast, case.queues, case.teams, []))
    assert len(scorecard.to_frame()) == 0
