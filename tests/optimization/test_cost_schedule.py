"""Cost schedules against calendars worked by hand, exact fractions and the cost of the request itself."""

from datetime import date, timedelta
from fractions import Fraction
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimization import Effect, OpexRequest, planning_case, value_all_blocks
from optimization.cost import Cost, RateTable
from optimization.cost_line import CostLine, lines_of
from optimization.cost_schedule import cost_schedule, discount_factors, in_weekly_usd
from optimization.request import after_lead_time

START = "2026-03-02"
CENTS = st.integers(0, 5_000_000).map(lambda cents: cents / 100)


def ask(**changes: object) -> OpexRequest:
    seats = Effect(kind="seats", team="manila", low=5, mode=5, high=5)
    return OpexRequest(name="seats", title="Seats", owner="Ops", effects=(seats,), **changes)


@pytest.mark.property
@given(
    one_off=CENTS,
    weekly=CENTS,
    start=st.integers(0, 14),
    length=st.none() | st.integers(1, 9),
    share=st.sampled_from([1.0, 0.5, 1 / 3, 0.675, 0.1]),
    by=st.sampled_from(["week", "month"]),
)
def test_schedule_sums_to_the_cost_of_the_request_to_the_cent(
    one_off: float, weekly: float, start: int, length: int | None, share: float, by: str
):
    end = None if length is None else start + length
    request = ask(one_off_usd=one_off, weekly_usd=weekly, start_week=start, end_week=end)
    schedule = cost_schedule(lines_of(request), start=START, n_weeks=13, by=by, funded_share={"seats": share})
    assert schedule.total_usd == request.cost_usd(13, share)
    assert (schedule.amount_cents == schedule.usd_cents).all()


def test_what_is_paid_once_may_be_paid_after_the_request_is_over():
    leaving = Cost(kind="one_off", amount=900.0, start_week=10)
    at_start = Cost(kind="one_off", amount=50.0, end_week=2)
    request = ask(weekly_usd=100.0, start_week=3, end_week=8, costs=(leaving, at_start))
    schedule = cost_schedule(lines_of(request), start=START, n_weeks=13, by="week")
    assert schedule.total_usd == request.cost_usd(13) == 5 * 100.0 + 900.0 + 50.0
    week = (schedule.period_start - schedule.start) // np.timedelta64(7, "D")
    assert dict(zip(week.tolist(), schedule.usd_cents.tolist(), strict=True))[10] == 90_000


def test_weeks_and_months_share_the_days_as_the_calendar_does():
    line = CostLine(request="tool", kind="weekly", amount=700.0, start_week=1, end_week=11)
    days = [date(2026, 3, 9) + timedelta(days=day) for day in range(70)]
    table = cost_schedule([line], start=START, n_weeks=13).to_frame()
    for begin, cost in zip(table["period_start"], table["cost_usd"], strict=True):
        assert cost == 100.0 * sum((day.year, day.month) == (begin.year, begin.month) for day in days)
    by_week = cost_schedule([line], start=START, n_weeks=13, by="week").to_frame()
    assert by_week["cost_usd"].tolist() == [700.0] * 10


def test_monthly_amount_is_paid_in_full_in_whole_months_and_by_day_in_others():
    line = CostLine(request="licence", kind="monthly", amount=3_100.0)
    table = cost_schedule([line], start="2026-03-30", n_weeks=9).to_frame()
    # Two of 31 days of March, April, May to the 31st.
    assert table["cost_usd"].tolist() == [200.0, 3_100.0, 3_100.0]


def test_one_off_cost_falls_into_its_week_alone():
    line = CostLine(request="tool", kind="one_off", amount=99.99, start_week=4)
    table = cost_schedule([line], start=START, n_weeks=13, by="week").to_frame()
    assert table["period_start"].astype(str).tolist() == ["2026-03-30"]
    assert table["cost_usd"].tolist() == [99.99]
    assert cost_schedule([line], start=START, n_weeks=4).total_usd == 0.0


def test_currencies_are_converted_and_each_total_is_right_to_the_cent():
    lines = [
        CostLine(request="seats", kind="weekly", amount=1_000.01, currency="PHP", cost_centre="4100"),
        CostLine(request="seats", kind="one_off", amount=33.33, currency="EUR", cost_centre="4200"),
    ]
    rates = RateTable(usd_per={"PHP": 0.0175, "EUR": 1.083})
    table = cost_schedule(lines, start=START, n_weeks=13, funded_share={"seats": 0.7}, rates=rates).to_frame()
    exact = Fraction(7, 10) * (13 * Fraction("1000.01") * Fraction("0.0175") + Fraction("33.33") * Fraction("1.083"))
    assert table["cost_usd"].sum() == pytest.approx(round(float(exact), 2), abs=1e-9)
    in_pesos = table.loc[table["currency"] == "PHP", "amount"].sum()
    assert in_pesos == pytest.approx(round(0.7 * 13_000.13, 2), abs=1e-9)
    assert set(table["cost_centre"]) == {"4100", "4200"}


def test_no_cell_is_a_cent_or_more_off_its_exact_amount():
    line = CostLine(request="tool", kind="weekly", amount=0.05)
    table = cost_schedule([line], start=START, n_weeks=13, by="month").to_frame()
    days = np.array([30, 30, 31])
    assert (np.abs(table["cost_usd"].to_numpy() - 0.05 * days / 7) < 0.01).all()


def test_missing_rates_are_all_named():
    lines = [CostLine(request="a", kind="one_off", amount=1.0, currency=code) for code in ("PHP", "EUR", "USD")]
    with pytest.raises(ValueError, match=r"no rate for EUR, PHP among USD\. Add it, as USD for one EUR"):
        cost_schedule(lines, start=START, n_weeks=2)


def test_arguments_out_of_range_are_refused():
    with pytest.raises(ValueError, match="currency of a cost of request 'a' must be three capital"):
        CostLine(request="a", kind="one_off", amount=1.0, currency="usd")
    for week, others in (("start_week", {}), ("end_week", {"start_week": 1})):
        for make, of in ((Cost, ""), (partial(CostLine, request="a"), " of request 'a'")):
            with pytest.raises(ValueError, match=f"{week} of a cost{of} must be a whole number.*; found 2.5"):
                make(kind="weekly", amount=1.0, **others, **{week: 2.5})
    with pytest.raises(ValueError, match="and 1 for USD"):
        RateTable(usd_per={"USD": 1.1})
    line = CostLine(request="a", kind="one_off", amount=1.0)
    with pytest.raises(ValueError, match="funded_share must lie between 0 and 1"):
        cost_schedule([line], start=START, n_weeks=2, funded_share={"a": 1.2})
    with pytest.raises(ValueError, match="annual_rate must lie above -1"):
        discount_factors(np.zeros(1), -1.0)


def test_present_value_is_the_sum_without_discount_and_the_annuity_with_it():
    line = CostLine(request="a", kind="weekly", amount=1_000.0)
    schedule = cost_schedule([line], start=START, n_weeks=13, by="week")
    assert schedule.present_value_usd(0.0) == schedule.total_usd
    step = 1.1 ** (-7 / 365.25)
    assert schedule.present_value_usd(0.1) == pytest.approx(1_000.0 * (1 - step**13) / (1 - step))


def euro_request(make_request, make_effect, **changes):
    costs = (
        Cost(kind="monthly", amount=3_100.0, currency="EUR", cost_centre="4100"),
        Cost(kind="one_off", amount=70.0, cost_centre="4200", start_week=2),
    )
    fields = {"weekly_usd": 10.0, "start_week": 1, "costs": costs, **changes}
    return make_request("licence", make_effect("handle_time", -0.1, "q0"), **fields)


def test_scheduled_costs_become_usd_by_week_with_the_same_sum(make_request, make_effect):
    rates = RateTable(usd_per={"EUR": 2.0})
    asked = euro_request(make_request, make_effect)
    planned = in_weekly_usd(asked, start="2026-03-02", n_weeks=4, rates=rates)
    # Three weeks of March, a 31-day month: 21 days at 100 EUR a day and 2 USD for one.
    assert [(cost.start_week, cost.amount) for cost in planned.costs if cost.cost_centre == "4100"] == [
        (1, 1_400.0),
        (2, 1_400.0),
        (3, 1_400.0),
    ]
    assert planned.cost_usd(4) == 3 * 10.0 + 4_200.0 + 70.0
    assert planned.cost_usd(2) == 10.0 + 1_400.0
    assert in_weekly_usd(planned, start="2026-03-02", n_weeks=4) == planned


def test_costs_in_months_or_other_currencies_have_no_sum_before_they_are_in_usd(make_request, make_effect):
    asked = euro_request(make_request, make_effect)
    with pytest.raises(ValueError, match="costs of request 'licence' must be one-off or weekly and in USD here"):
        asked.cost_usd(4)
    with pytest.raises(ValueError, match="no rate for EUR among USD"):
        in_weekly_usd(asked, start="2026-03-02", n_weeks=4)


def test_costs_are_put_off_with_the_effects(make_request, make_effect, make_team):
    costs = (Cost(kind="one_off", amount=5.0), Cost(kind="weekly", amount=7.0, start_week=2, end_week=3))
    asked = make_request("seats", make_effect("seats", 2, "a"), start_week=1, costs=costs)
    late = after_lead_time(asked, [make_team("a", {"q0": 1.0}, hire_lead_weeks=4)])
    assert [(line.start_week, line.end_week) for line in lines_of(late) if line.amount in (5.0, 7.0)] == [
        (4, None),
        (5, 6),
    ]


def test_a_case_values_scheduled_costs_in_usd(make_request, make_effect, make_queue, make_team, random_forecast):
    asked = euro_request(make_request, make_effect)
    teams, queues = [make_team("a", {"q0": 1.0})], [make_queue("q0")]
    case = planning_case(random_forecast(1), queues, teams, [asked], rates=RateTable(usd_per={"EUR": 2.0}))
    # From Monday the 12th of January on: 20 days of January and one of February (28 days).
    expected = 3 * 10.0 + 2 * (20 * 100.0 + 3_100.0 / 28) + 70.0
    assert value_all_blocks(case).measure(np.ones(1)).cost_usd == pytest.approx(expected, abs=0.01)
