"""Findings about asks, each in a case made so that exactly that is the matter."""

from dataclasses import replace

import numpy as np
import pytest

from optimization import Effect, planning_case, score_requests, value_all_blocks
from optimization.claim import Claim
from optimization.economics.terms import EconomicTerms
from optimization.finding import Finding, FindingCode, RequestFindings, Severity
from optimization.request_findings import Tolerances, check_requests

N_WEEKS = 4


@pytest.fixture
def check(make_queue, make_team, make_forecast, make_request):
    """Check requests on two queues of 300 hours a week of work each, one short of people and one not.

    Ten heads of 30 hours in "short", eleven in "ample" (enough for the 24-hour target); volumes are certain.
    """

    def run(*asked, team=None, recommended=None, claims=(), **arguments):
        asked = [replace(asked[0], claims=tuple(Claim(unit=u, amount=a) for u, a in claims)), *asked[1:]]
        queues = [make_queue("short"), make_queue("ample")]
        teams = [
            make_team("few", {"short": 1.0}, heads=8, **(team or {})),
            make_team("many", {"ample": 1.0}, heads=11),
        ]
        # 300 h a week at 6 minutes are 3,000 items, so 10 heads are needed; half of the paths have 5% more.
        items = np.full((2, 20, 7 * N_WEEKS), 3_000 / 7)
        items[:, ::2] *= 1.05
        case = planning_case(make_forecast(items, ("short", "ample")), queues, teams, asked, probability=0.8)
        values = value_all_blocks(case)
        levels = np.zeros(len(asked)) if recommended is None else np.array(recommended)
        scorecard = score_requests(values, levels, probability=0.8)
        return check_requests(values, scorecard, asked=asked, **arguments)

    return run


@pytest.fixture
def seats(make_effect, make_request):
    def make(n, name="seats", *, team="few", **changes):
        fields = {"weekly_usd": 900.0 * n, **changes}
        return make_request(name, make_effect("seats", n, team), **fields)

    return make


def codes(findings):
    return [finding.code for finding in findings.findings]


def only(findings, code):
    [found] = [finding for finding in findings.findings if finding.code is code]
    return found


def test_a_sound_ask_has_no_finding(check, seats):
    assert codes(check(seats(3))) == []


@pytest.mark.parametrize("asked", [5, 9])
def test_an_ask_beyond_what_the_target_needs_is_oversized(check, seats, asked):
    found = only(check(seats(asked)), FindingCode.OVERSIZED)
    supported = found.figures["supported"]
    # The supported size does it and one seat less does not, by the definition of the target.
    assert codes(check(seats(supported))) == []
    assert FindingCode.UNDERSIZED in codes(check(seats(supported - 1)))
    assert f"Asks {asked} seats; {supported:.0f} meet" in found.sentence
    assert f"the other {asked - supported:.0f} add" in found.sentence


def test_an_ask_that_does_not_reach_the_target_is_undersized(check, seats):
    found = only(check(seats(1)), FindingCode.UNDERSIZED)
    assert found.figures["probability_met_at_supported"] < 0.8
    assert "All 1 seats leave" in found.sentence
    assert "80% is wanted" in found.sentence


def test_more_people_where_the_target_is_met_is_told(check, seats):
    findings = check(seats(3, team="many"))
    found = only(findings, FindingCode.NO_GAP)
    assert found.severity is Severity.SERIOUS
    assert found.figures == {"probability_met_ample": 1.0}
    assert "ample (100%)" in found.sentence
    oversized = only(findings, FindingCode.OVERSIZED)
    assert oversized.figures["supported"] == 0
    assert "Asks 3 seats; 0 are needed: without any" in oversized.sentence


def test_a_tool_for_both_queues_is_told_which_has_no_gap(check, make_request, make_effect):
    found = only(check(make_request("tool", make_effect("handle_time", -0.1, "short", "ample"))), FindingCode.NO_GAP)
    assert found.severity is Severity.NOTE
    assert "1 of its 2 queues" in found.sentence


def test_added_volume_needs_no_gap(check, make_request, make_effect):
    assert FindingCode.NO_GAP not in codes(check(make_request("new", make_effect("volume", 0.01, "ample"))))


def computed_of(check, request, unit, **arguments):
    """What the model finds, read from the finding that a claim of far too much gets."""
    findings = check(request, claims=[(unit, 1.0 if unit == "on_time_change" else 1e12)], **arguments)
    return only(findings, FindingCode.OVERCLAIMED).figures[f"computed_{unit}"]


def test_claims_are_compared_with_what_is_computed(check, seats):
    computed = computed_of(check, seats(3), "late_items_avoided")
    # By hand: without it 240 of 300 hours are there (of 315 on half of the paths), with it everything is decided.
    assert 0.0 < computed < 3_075 * N_WEEKS
    for claim, expected in (
        (1.3 * computed, [FindingCode.OVERCLAIMED]),
        (1.2 * computed, []),
        (0.8 * computed, []),
        (0.7 * computed, [FindingCode.UNDERCLAIMED]),
    ):
        findings = check(seats(3), claims=[("late_items_avoided", claim)])
        assert codes(findings) == expected
        assert all(f"{claim:,.0f} late items avoided" in finding.sentence for finding in findings.findings)
        assert all(f"{computed:,.0f} late items avoided by itself" in finding.sentence for finding in findings.findings)


@pytest.mark.parametrize(
    ("part", "expected"),
    [(0.2, FindingCode.OVERCLAIMED), (0.9, None), (1.0, None), (1.1, None), (2.0, FindingCode.UNDERCLAIMED)],
)
def test_a_claim_that_owns_up_to_harm_is_held_against_the_harm(check, make_request, make_effect, part, expected):
    growth = make_request("growth", make_effect("volume", 0.2, "short"))
    harm = computed_of(check, growth, "late_items_avoided")
    assert harm < -100.0
    findings = check(growth, claims=[("late_items_avoided", part * harm)])
    about_claims = [one for one in codes(findings) if one in (FindingCode.OVERCLAIMED, FindingCode.UNDERCLAIMED)]
    assert about_claims == ([] if expected is None else [expected])


def test_a_claim_of_on_time_share_is_the_late_items_over_all_that_is_due(check, seats):
    share, items = (computed_of(check, seats(3), unit) for unit in ("on_time_change", "late_items_avoided"))
    # Two queues of 3,000 items a week each, 5% more on half of the paths; nearly all falls due within the plan.
    assert share == pytest.approx(items / (2 * 3_075 * N_WEEKS), rel=0.05)


def test_claims_in_dollars_use_the_price_of_a_late_item(check, seats):
    items = computed_of(check, seats(3), "late_items_avoided")
    terms = EconomicTerms(late_item_usd=2.0)
    found = only(check(seats(3), claims=[("usd", 10.0 * items)], terms=terms), FindingCode.OVERCLAIMED)
    assert found.figures["computed_usd"] == pytest.approx(2.0 * items)  # severity 1, and seats free no hours
    assert found.severity is Severity.SERIOUS
    assert "5.0 times as much" in found.sentence
    assert codes(check(seats(3), claims=[("usd", 10.0 * items)])) == []


def test_a_claim_of_freed_hours_is_held_against_hours_that_nothing_needs(check, make_request, make_effect):
    # A tenth less volume in the queue with 330 h for 300 h of work (315 h on half of the paths): 30 or 31.5 h a week.
    tool = make_request("tool", make_effect("volume", -0.1, "ample"), weekly_usd=0.0, one_off_usd=10.0)
    assert computed_of(check, tool, "hours_freed") == pytest.approx(30.75 * N_WEEKS, rel=0.02)
    found = check(tool, claims=[("hours_freed", 10 * 30.75 * N_WEEKS)])
    assert "1,230 hours freed, 10.0 times as much" in only(found, FindingCode.OVERCLAIMED).sentence


def test_a_start_before_the_lead_time_is_told_with_the_weeks_lost(check, seats):
    found = only(check(seats(3, start_week=1), team={"hire_lead_weeks": 3}), FindingCode.LEAD_TIME)
    assert found.figures == {"asked_week": 2, "possible_week": 4, "weeks_lost": 2}
    assert "Asks to start in week 2, but few takes 3 weeks" in found.sentence
    assert FindingCode.LEAD_TIME not in codes(check(seats(3, start_week=3), team={"hire_lead_weeks": 3}))


def test_a_start_after_the_plan_is_too_late(check, seats):
    found = only(check(seats(3, start_week=N_WEEKS)), FindingCode.STARTS_TOO_LATE)
    assert found.severity is Severity.SERIOUS
    assert found.figures["on_time_change"] == 0.0
    sooner = computed_of(check, seats(3), "late_items_avoided")
    assert found.figures["on_time_change_at_earliest"] > 0.0
    assert sooner > 0.0
    assert FindingCode.STARTS_TOO_LATE not in codes(check(seats(3, start_week=N_WEEKS - 2)))


def test_a_lead_time_beyond_the_plan_cannot_be_started_sooner(check, seats):
    findings = check(seats(3), team={"hire_lead_weeks": N_WEEKS})
    assert codes(findings) == [FindingCode.STARTS_TOO_LATE, FindingCode.LEAD_TIME]
    assert "week 5 is the earliest" in findings.findings[0].sentence


@pytest.mark.parametrize(("weekly", "found"), [(900.0, False), (1_100.0, False), (1_200.0, True), (600.0, True)])
def test_the_cost_of_a_head_is_compared_with_the_team(check, seats, weekly, found):
    findings = check(seats(3, weekly_usd=3 * weekly))
    assert (FindingCode.COST_PER_HEAD in codes(findings)) is found
    if found:
        sentence = only(findings, FindingCode.COST_PER_HEAD).sentence
        assert f"{abs(weekly / 900 - 1):.0%} {'more' if weekly > 900 else 'less'} than the $900 of few" in sentence


def test_the_tolerance_of_the_cost_of_a_head_can_be_set(check, seats):
    exact = check(seats(3, weekly_usd=3 * 901.0), tolerances=Tolerances(head_cost=0.0))
    assert codes(exact) == [FindingCode.COST_PER_HEAD]


def test_a_ramp_that_outlasts_the_plan_is_told_with_the_output_it_gives(check, seats):
    found = only(check(seats(3, start_week=2), team={"ramp_weeks": 4}), FindingCode.RAMP_OUTLASTS_PLAN)
    assert found.figures["ramp_weeks"] == 4
    assert found.figures["active_weeks"] == 2
    assert 0.0 < found.figures["output_share"] < 0.5
    assert f"{100 * found.figures['output_share']:.0f}% of full output" in found.sentence
    assert FindingCode.RAMP_OUTLASTS_PLAN not in codes(check(seats(3), team={"ramp_weeks": 2}))


def test_a_request_that_ends_while_it_ramps_is_told(check, make_request, make_effect):
    short_lived = make_request("tool", make_effect("handle_time", -0.2, "short"), ramp_weeks=3, end_week=2)
    found = only(check(short_lived), FindingCode.RAMP_OUTLASTS_PLAN)
    assert "in week 2, its last of the plan" in found.sentence


def test_a_start_before_what_it_needs_is_told(check, make_request, make_effect):
    model = make_request("model", make_effect("handle_time", -0.1, "short"), needs=("tool",), start_week=1)
    tool = make_request("tool", make_effect("handle_time", -0.1, "short"), start_week=2)
    found = only(check(model, tool), FindingCode.BEFORE_ITS_NEEDS)
    assert (found.request, found.figures["start_week_of_need"]) == ("model", 3)


def test_two_requests_that_close_the_same_gap_count_it_twice(check, seats, make_request, make_effect):
    tool = make_request("tool", make_effect("handle_time", -0.25, "short"))
    found = only(check(seats(3), tool), FindingCode.DOUBLE_COUNTING)
    figures = found.figures
    assert found.request == "tool"
    assert figures["lost"] == pytest.approx(figures["alone"] + figures["other_alone"] - figures["both"])
    # Either closes nearly all of the gap, so that nearly half of the sum is counted twice.
    assert figures["lost"] > 0.4 * (figures["alone"] + figures["other_alone"])
    assert f"{figures['lost'] / (figures['alone'] + figures['other_alone']):.0%} is counted twice" in found.sentence


def test_requests_on_different_queues_do_not_overlap(check, seats, make_request, make_effect):
    other = make_request("other", make_effect("volume", -0.05, "ample"))
    assert FindingCode.DOUBLE_COUNTING not in codes(check(seats(3), other))


def test_requests_that_exclude_or_need_each_other_have_no_sum_to_compare(check, seats, make_request, make_effect):
    tool = make_effect("handle_time", -0.25, "short")
    for rule in ({"excludes": ("seats",)}, {"needs": ("seats",)}):
        assert FindingCode.DOUBLE_COUNTING not in codes(check(seats(3), make_request("tool", tool, **rule)))


def test_the_frame_has_a_row_for_each_finding_and_serious_ones_come_first(check, seats):
    findings = check(seats(5, team="many", weekly_usd=1.0))
    frame = findings.to_frame()
    assert list(frame["code"]) == [str(code) for code in codes(findings)]
    severities = [finding.severity for finding in findings.findings]
    assert severities == sorted(severities, key=list(Severity).index)
    assert findings.of("seats") == findings.findings
    assert RequestFindings(findings=()).to_frame().empty


def test_every_code_is_explained_by_its_own_text():
    assert len({code.value for code in FindingCode}) == len(FindingCode)
    with pytest.raises(ValueError, match="nonsense"):
        Finding(code="nonsense", severity="note", request="a", figures={}, sentence="")


def test_arguments_are_checked(check, seats):
    with pytest.raises(ValueError, match="amount of a claim of on_time_change must lie between -1 and 1"):
        check(seats(3), claims=[("on_time_change", 2.0)])
    with pytest.raises(ValueError, match="overlap must be 0 or more"):
        Tolerances(overlap=-0.1)
    assert isinstance(seats(3).effects[0], Effect)
