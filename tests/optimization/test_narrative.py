"""The plan in words: every figure is that of the plan, and every case of it can be said."""

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from capacity import ReviewQueue, ReviewTeam
from forecasting import VolumeForecast
from forecasting.charts.chart_style import money, percent, points
from optimization import Effect, OpexRequest, PlanningCase, QuarterPlan
from optimization.block_values import value_all_blocks
from optimization.frontier_search import find_frontier
from optimization.program.outcome import SolveStatus
from optimization.program.relaxation import Relaxation, RelaxationKind
from optimization.quarter.pack.narrative import Narrative, narrate
from optimization.quarter.pack.phrases import funded_amount, listed
from optimization.quarter.pack.turning_points import turning_points
from optimization.quarter.people_alone import PeopleAlone
from optimization.quarter.plan import plan_from_forecast

NO_FINDINGS = pd.DataFrame({"severity": [], "sentence": []})


@pytest.fixture(scope="module")
def make_plan(two_blocks: Callable[..., PlanningCase]) -> Callable[..., QuarterPlan]:
    """Plan the six requests of two blocks, once for each budget and willingness to pay."""
    known: dict[tuple[tuple[str, float], ...], QuarterPlan] = {}

    def make(**decision: float) -> QuarterPlan:
        key = tuple(sorted(decision.items()))
        if key not in known:
            case = two_blocks()
            known[key] = plan_from_forecast(case.forecast, case.queues, case.teams, case.requests, **decision)
        return known[key]

    return make


def everything(words: Narrative) -> str:
    return " ".join(
        [*(sentence for _, sentences in words.paragraphs for sentence in sentences), *map(str, words.decisions)]
    )


def severity_share(plan: QuarterPlan, *, recommended: bool) -> float:
    """On-time share weighted by severity and today's volume, from the service of the queues."""
    outcome = plan.service_recommended if recommended else plan.service_today
    severity = np.array([queue.severity for queue in outcome.queues])
    late, due = severity @ outcome.late, severity @ plan.service_today.due
    return float(np.maximum(0.0, 1.0 - late / due).mean())


@pytest.mark.parametrize("budget", [9_000.0, 15_000.0, 22_000.0])
def test_the_headline_says_cost_and_service_of_the_plan_at_any_budget(
    make_plan: Callable[..., QuarterPlan], budget: float
) -> None:
    plan = make_plan(budget_usd=budget)
    case, levels = plan.values.case, plan.recommended.levels
    cost = sum(request.cost_usd(case.n_weeks, level) for request, level in zip(case.requests, levels, strict=True))
    headline = narrate(plan, NO_FINDINGS).headline
    assert f"Fund {np.count_nonzero(levels)} of 6 requests" in headline
    assert f"for {money(cost)} of a budget of {money(budget)}" in headline
    before, after = severity_share(plan, recommended=False), severity_share(plan, recommended=True)
    assert f"from {percent(before)} to {percent(after)}" in headline


def test_what_is_cut_adds_up_to_what_is_asked_less_what_is_approved(make_plan: Callable[..., QuarterPlan]) -> None:
    plan = make_plan(budget_usd=15_000.0)
    words = narrate(plan, NO_FINDINGS)
    asked = sum(request.cost_usd(plan.values.case.n_weeks) for request in plan.values.case.requests)
    assert sum(decision.asked_usd for decision in words.decisions) == pytest.approx(asked)
    assert sum(decision.approved_usd for decision in words.decisions) == pytest.approx(plan.recommended.cost_usd)
    cut = " ".join(words.cut)
    for decision in words.decisions:
        assert (decision.request in cut) == (decision.approved_usd < decision.asked_usd)


def test_ten_percent_less_money_buys_the_best_of_all_sets_that_cost_so_much(
    make_plan: Callable[..., QuarterPlan], two_blocks: Callable[..., PlanningCase], every_set: Callable[..., object]
) -> None:
    plan = make_plan(budget_usd=22_000.0)
    sets = every_set(two_blocks())
    less = 0.9 * plan.recommended.cost_usd
    best = sets.share[sets.cost <= less].mean(axis=1).max()
    lost = best - plan.recommended.on_time_share_mean
    expected = f"With {money(less)}, 10% less than recommended, the best set gives {percent(best)} ({points(lost)})"
    assert expected in " ".join(narrate(plan, NO_FINDINGS).trade_off)


def test_nothing_funded_is_said_with_its_reason(make_plan: Callable[..., QuarterPlan]) -> None:
    plan = make_plan(budget_usd=22_000.0, willingness_to_pay_usd=1e-4)
    words = narrate(plan, NO_FINDINGS)
    assert words.headline.startswith("Fund none of the 6 requests: the on-time share, weighted by severity, stays at")
    assert words.recommendation[1].startswith(
        "Of the sets on the frontier none within the budget of $22.0k is worth more"
    )
    assert "10% less" not in everything(words)
    assert "Most rests on" not in everything(words)


def test_all_that_can_go_together_without_a_budget_is_said_without_one(make_plan: Callable[..., QuarterPlan]) -> None:
    plan = make_plan()
    words = narrate(plan, NO_FINDINGS)
    assert "budget" not in words.headline
    assert "unspent" not in everything(words)


def test_everything_funded_leaves_nothing_cut(
    make_plan: Callable[..., QuarterPlan], two_blocks: Callable[..., PlanningCase]
) -> None:
    case = two_blocks()
    together = [replace(one, excludes=(), smallest_share=1.0) for one in case.requests if one.name != "hires"]
    plan = plan_from_forecast(case.forecast, case.queues, case.teams, together, budget_usd=1e6)
    words = narrate(plan, NO_FINDINGS)
    assert words.headline.startswith("Fund all 5 requests for ")
    assert words.cut == ("Nothing was cut.",)
    assert "All asks that can go together" not in everything(words)
    assert "nothing that was asked for would lift the on-time share further" in everything(words)


def test_a_search_that_left_sets_out_does_not_say_that_every_set_was_valued(
    make_plan: Callable[..., QuarterPlan], two_blocks: Callable[..., PlanningCase]
) -> None:
    plan = make_plan(budget_usd=22_000.0)
    searched = find_frontier(value_all_blocks(two_blocks(), most_sets=12), budget_usd=22_000.0)
    assert not searched.values.is_complete
    why = narrate(replace(plan, frontier=searched), NO_FINDINGS).recommendation[1]
    assert "every set that can go together was valued" not in why
    assert f"{searched.values.n_sets:,} sets were valued" in why
    assert points(searched.gap) in why
    assert "every set that can go together was valued" in narrate(plan, NO_FINDINGS).recommendation[1]


def test_one_request_is_not_called_requests(two_blocks: Callable[..., PlanningCase]) -> None:
    case = two_blocks()
    only = [one for one in case.requests if one.name == "tool"]
    funded = narrate(plan_from_forecast(case.forecast, case.queues, case.teams, only), NO_FINDINGS)
    assert funded.headline.startswith("Fund the one request for ")
    refused = narrate(plan_from_forecast(case.forecast, case.queues, case.teams, only, budget_usd=10.0), NO_FINDINGS)
    assert refused.headline.startswith("Do not fund the one request: ")


def test_no_requests_are_said_to_be_none(two_blocks: Callable[..., PlanningCase]) -> None:
    case = two_blocks()
    words = narrate(plan_from_forecast(case.forecast, case.queues, case.teams, [], budget_usd=100.0), NO_FINDINGS)
    assert words.headline.startswith("Nothing was asked for. The on-time share")
    assert (words.cut, words.change, words.decisions) == ((), (), ())
    assert len(words.trade_off) == 1
    assert "by people alone" in words.trade_off[0]
    assert "chance that all do" in words.service[0]


def test_mandatory_requests_that_take_the_whole_budget_are_named(two_blocks: Callable[..., PlanningCase]) -> None:
    case = two_blocks(tool={"mandatory": True})
    plan = plan_from_forecast(case.forecast, case.queues, case.teams, case.requests, budget_usd=5_100.0)
    words = narrate(plan, NO_FINDINGS)
    assert "Mandatory: tool." in words.recommendation
    assert "is less than the cheapest set that is allowed costs" in " ".join(words.trade_off)
    assert not any("cost of tool" in point.figure for point in words.turning_points)


def test_targets_out_of_reach_are_a_risk(
    make_forecast: Callable[..., VolumeForecast],
    make_queue: Callable[..., ReviewQueue],
    make_team: Callable[..., ReviewTeam],
) -> None:
    # The team is shut at weekends, and what arrives on a Saturday is due on Sunday.
    queues = [make_queue("weekend_posts", share=0.99, within_hours=24)]
    teams = [make_team("a", {"weekend_posts": 1.0}, open_hour=9, close_hour=17, open_days=5)]
    forecast = make_forecast(np.full((1, 20, 28), 50.0), ["weekend_posts"])
    plan = plan_from_forecast(forecast, queues, teams, [])
    assert plan.requirement.out_of_reach == ("weekend_posts",)
    assert any(
        sentence == "No staffing in today's opening hours meets the target of: weekend posts."
        for sentence in narrate(plan, NO_FINDINGS).risks
    )


def test_the_gravest_finding_on_the_volumes_is_a_risk(make_plan: Callable[..., QuarterPlan]) -> None:
    findings = pd.DataFrame({"severity": ["problem", "note"], "sentence": ["ads_en: zero items.", "ads: an outlier."]})
    risks = narrate(make_plan(budget_usd=22_000.0), findings).risks
    assert risks[-1] == "The volumes carry 1 finding to clear up: ads en: zero items."


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (SolveStatus.OPTIMAL, "without any request, would cost "),
        (SolveStatus.TIME_LIMITED, "The search for it was stopped: it may be had for up to 3.0% less."),
        (
            SolveStatus.INFEASIBLE,
            "cannot meet every target unless one were to lower the target of q0 from 90.0% to 85.0%",
        ),
    ],
)
def test_what_the_solver_proved_of_people_alone_is_said(
    make_plan: Callable[..., QuarterPlan], status: SolveStatus, said: str
) -> None:
    plan = make_plan(budget_usd=22_000.0)
    gives = Relaxation(kind=RelaxationKind.TARGET, name="q0", asked=0.9, amount=0.05)
    relaxations = (gives,) if status is SolveStatus.INFEASIBLE else ()
    alone = replace(plan.staffing_plan, status=status, gap=0.03, relaxations=relaxations)
    words = narrate(replace(plan, people_alone=PeopleAlone(plan=alone, status=status)), NO_FINDINGS)
    assert said in " ".join(words.trade_off)
    assert ("stopped" in " ".join(words.trade_off)) == (status is SolveStatus.TIME_LIMITED)


def test_people_alone_that_miss_a_target_are_not_said_to_meet_all(make_plan: Callable[..., QuarterPlan]) -> None:
    plan = make_plan(budget_usd=22_000.0)
    first, *rest = plan.staffing_plan.service
    missing = (replace(first, meets_target=False), *(replace(one, meets_target=True) for one in rest))
    nearest = replace(plan.staffing_plan, service=missing)
    words = narrate(replace(plan, people_alone=PeopleAlone(plan=nearest, status=nearest.status)), NO_FINDINGS)
    said = " ".join(words.trade_off)
    assert f"keeps {len(rest)} of {len(rest) + 1} targets; missed: {first.queue}." in said
    assert "Meeting every target by people alone" not in said


def test_close_calls_are_the_requests_that_redraws_decide_on_otherwise(make_plan: Callable[..., QuarterPlan]) -> None:
    plan = make_plan(budget_usd=22_000.0)
    firm = replace(plan.analysis.robustness, chosen_on_resamples=np.array([0.62, 1.0, 0.0, 0.95, 0.3, 0.05]))
    words = narrate(replace(plan, analysis=replace(plan.analysis, robustness=firm)), NO_FINDINGS)
    (sentence,) = [text for text in words.risks if text.startswith("Close calls")]
    assert re.findall(r"(\w+) \(\w+ ?\w*; in (\d+)%\)", sentence) == [("heads", "62"), ("hires", "30")]


def test_requests_that_may_fail_are_named_with_their_chance(make_plan: Callable[..., QuarterPlan]) -> None:
    plan = make_plan()
    assert plan.recommended.levels[[one.name for one in plan.values.case.requests].index("deflect")] > 0
    assert "This may come to nothing, and the money is spent anyway: deflect (30%)." in narrate(plan, NO_FINDINGS).risks


@pytest.mark.parametrize(
    "decision",
    [
        {},
        {"budget_usd": 0.0},
        {"budget_usd": 22_000.0},
        {"budget_usd": 22_000.0, "willingness_to_pay_usd": 1e-4},
        {"willingness_to_pay_usd": 1e6},
    ],
)
def test_no_sentence_holds_a_figure_that_is_none(
    make_plan: Callable[..., QuarterPlan], decision: dict[str, float]
) -> None:
    text = everything(narrate(make_plan(**decision), NO_FINDINGS))
    assert not re.findall(r"\b(?:nan|inf|None)\b", text)
    assert "  " not in text


@pytest.mark.parametrize(
    "decision",
    [
        {"budget_usd": 15_000.0},
        {"budget_usd": 22_000.0, "willingness_to_pay_usd": 3.0},
        {"budget_usd": 12_000.0, "willingness_to_pay_usd": 40.0},
    ],
)
def test_the_recommendation_turns_at_every_turning_point_and_not_before(
    make_plan: Callable[..., QuarterPlan], decision: dict[str, float]
) -> None:
    plan = make_plan(**decision)
    frontier, best = plan.frontier, plan.recommended
    turns = turning_points(frontier, plan.analysis.break_even)
    assert [point.distance for point in turns] == sorted(point.distance for point in turns)
    tried = 0
    for point in turns:
        upward = point.turns_at_usd > point.now_usd
        for part, turned in ((0.99, False), (1.01, True)):
            value = point.now_usd + part * (point.turns_at_usd - point.now_usd)
            if point.figure == "the budget":
                # Sets come whole: the budget that just pays for a dearer set is the first that buys it.
                value = point.turns_at_usd + (0.0 if upward == turned else -0.01)
                changed = replace(frontier, budget_usd=value)
            elif point.figure.startswith("what avoiding"):
                changed = replace(frontier, willingness_to_pay_usd=value)
            else:
                continue
            assert (changed.recommended.levels != best.levels).any() == turned
            tried += 1
    assert tried >= 2


def test_a_request_leaves_or_enters_at_the_cost_that_is_named(
    make_plan: Callable[..., QuarterPlan], two_blocks: Callable[..., PlanningCase]
) -> None:
    plan = make_plan(budget_usd=15_000.0)
    case = two_blocks()
    funded = {one.name: level > 0 for one, level in zip(case.requests, plan.recommended.levels, strict=True)}
    point = next(
        point
        for point in turning_points(plan.frontier, plan.analysis.break_even)
        if point.figure == "the cost of deflect"
    )
    for change, stays in ((-1.0, True), (1.0, False)):
        requests = [
            replace(one, one_off_usd=point.turns_at_usd + change) if one.name == "deflect" else one
            for one in case.requests
        ]
        again = find_frontier(value_all_blocks(replace(case, requests=tuple(requests))), budget_usd=15_000.0)
        assert ("deflect" in again.recommended.funded) == stays
    assert ("would no longer be funded" in point.sentence) == funded["deflect"]


def test_long_lists_say_how_many_more_there_are() -> None:
    assert listed([f"q{i}" for i in range(200)]) == "q0, q1, q2, q3, q4, q5, q6, q7 and 192 more"
    assert listed([f"q{i}" for i in range(9)]).endswith("q7 and q8")


def test_a_partly_funded_request_is_counted_in_heads(
    make_request: Callable[..., OpexRequest], make_effect: Callable[..., Effect]
) -> None:
    assert funded_amount(make_request("more", make_effect("heads", 12, "a")), 0.5) == "6 of 12 heads"
    assert funded_amount(make_request("tool", make_effect("volume", -0.1, "q0")), 0.5) == "50% of it"
