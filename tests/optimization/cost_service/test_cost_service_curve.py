"""The curve of cost against service agrees with programs that are solved one by one, from scratch."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.optimize import linprog

from optimization import CostServiceCurve, cost_service_curve
from optimization.cost_service.budget_sweep import BudgetSweep
from optimization.program.staffing_case import staffing_case

Make = Callable[..., object]


@pytest.fixture(scope="module")
def small(make_queue: Make, make_team: Make, random_forecast: Make) -> Callable[..., dict[str, object]]:
    def make(**changes: object) -> dict[str, object]:
        team = {"heads": 12, "weekly_attrition": 0.03, "hire_lead_weeks": 1, "ramp_weeks": 1, **changes}
        return {
            "forecast": random_forecast(2, n_paths=30, n_weeks=4, items_a_day=300.0),
            "queues": [make_queue("q0", severity=3.0), make_queue("q1", within_hours=48.0)],
            "teams": [make_team("alpha", {"q0": 1.0, "q1": 1.0}, **team)],
        }

    return make


@pytest.fixture(scope="module")
def curve(small: Make) -> CostServiceCurve:
    return cost_service_curve(**small())


def test_the_curve_is_known_to_a_thousandth_of_its_range_within_fifty_solves(curve: CostServiceCurve) -> None:
    assert curve.solves <= 50
    assert curve.certified_gap_of_range <= 0.001
    assert (np.diff(curve.on_time_share) >= -1e-9).all()
    assert (np.diff(curve.share_per_usd) <= 1e-12).all()


def test_budgets_between_the_points_lie_between_the_bounds(small: Make, curve: CostServiceCurve) -> None:
    case = staffing_case(*small().values())
    for part in (0.13, 0.37, 0.71):
        budget = float(curve.extra_cost_usd[0] + part * np.ptp(curve.extra_cost_usd))
        alone = BudgetSweep(case, np.zeros(2)).late_share(budget)
        assert alone.bound <= alone.late_share <= alone.bound + 1e-5
        assert curve.lower_bound(budget) <= 1.0 - alone.bound + 1e-9
        assert curve.upper_bound(budget) >= 1.0 - alone.late_share - 1e-9


def test_the_slope_is_what_one_more_dollar_adds(small: Make, curve: CostServiceCurve) -> None:
    sweep = BudgetSweep(staffing_case(*small().values()), np.zeros(2))
    budget = float(curve.extra_cost_usd[0] + 0.41 * np.ptp(curve.extra_cost_usd))
    found, later = sweep.late_share(budget), sweep.late_share(budget + 200.0)
    assert later.late_share >= found.bound + 200.0 * found.slope
    before = sweep.late_share(budget - 200.0)
    assert before.late_share >= found.bound - 200.0 * found.slope
    # and the slope is none that is too flat to be one of the curve
    assert before.bound - found.late_share >= -200.0 * found.slope - 2e-5


def test_the_first_end_is_today_where_nobody_must_be_hired(small: Make, curve: CostServiceCurve) -> None:
    assert curve.extra_cost_usd[0] == pytest.approx(0.0, abs=0.1)
    heads = 12 * 0.97 ** np.arange(4)
    assert curve.today_usd == pytest.approx(heads.sum() * small()["teams"][0].cost_usd_per_head_week)


def test_one_path_one_queue_agrees_with_a_flow_written_out(make_queue: Make, make_team: Make, make_forecast: Make):
    # Two weeks, a queue of a week's patience, 10 heads short: late items are work not done by its deadline.
    items = np.full((1, 1, 14), 700.0)
    queue = make_queue("q0", within_hours=24.0)
    team = make_team("alpha", {"q0": 1.0}, heads=12)
    arguments = ([queue], [team])
    forecast = make_forecast(items)
    sweep = BudgetSweep(staffing_case(forecast, *arguments), np.zeros(1))
    extra = 1500.0
    found = sweep.late_share(extra)
    # Served by hour x[t] <= capacity, each item within 24 hours of its arrival; hires cost a week of pay each.
    per_hour = 700.0 / 24
    n = 14 * 24
    week = np.repeat([0, 1], 168)
    paid = team.cost_usd_per_head_week
    # columns: hires in weeks 0 and 1, overtime hours in weeks 0 and 1, served and missed by hour
    out = 0.75 * 10.0 / 168  # items an hour from a paid hour of overtime a week
    head = team.productive_hours_per_head * 10.0 / 168
    n_columns = 4 + 2 * n
    rows, right = [], []
    for t in range(n):
        row = np.zeros(n_columns)
        row[4 + t], row[[0, 1]], row[2 + week[t]] = 1.0, [-head, -head * week[t]], -out
        rows.append(row)
        right.append(12 * head)
        arrived = np.zeros(n_columns)
        arrived[4 : 5 + t], arrived[4 + n : 5 + n + t] = 1.0, 1.0
        rows.append(arrived)
        right.append(per_hour * (t + 1))
        if t >= 23:
            rows.append(-arrived)
            right.append(-per_hour * (t - 23))
    money = np.zeros(n_columns)
    rate = paid / 40.0 * 1.5
    money[:4] = [2 * paid, paid, rate, rate]
    rows.append(money)
    right.append(extra)
    late_items = np.concatenate([np.zeros(4 + n), np.ones(n)])
    bounds = [(0, None), (0, None), (0, 4.0 * 12), (0, 4.0 * 12)] + [(0, None)] * (2 * n)
    result = linprog(late_items, A_ub=np.array(rows), b_ub=np.array(right), bounds=bounds)
    assert result.status == 0
    due = per_hour * (n - 24)
    assert found.bound - 1e-9 <= result.fun / due <= found.late_share + 1e-9
    assert found.late_share == pytest.approx(result.fun / due, abs=1e-5)


def test_the_frame_the_sentence_and_the_picture_hold_the_points(curve: CostServiceCurve) -> None:
    frame = curve.to_frame()
    assert list(frame.columns) == ["extra_cost_usd", "on_time_share", "share_per_thousand_usd", "gap_to_next"]
    assert len(frame) == curve.solves
    assert f"by {curve.solves} solves." in curve.summary()
    ax = curve.plot()
    assert len(ax.lines[0].get_xdata()) == curve.solves
    ax.figure.clear()


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"tolerance": 1.0}, "tolerance must lie between 0 and 1"), ({"most_solves": 1}, "most_solves must be 2 or more")],
)
def test_numbers_out_of_range_are_refused(changes: dict[str, float], message: str, small: Make) -> None:
    with pytest.raises(ValueError, match=message):
        cost_service_curve(**small(), **changes)


def test_a_quarter_of_a_dozen_queues_is_known_to_a_thousandth_within_fifty_solves(
    make_queue: Make, make_team: Make, random_forecast: Make
) -> None:
    names = [f"q{row}" for row in range(12)]
    found = cost_service_curve(
        random_forecast(12, n_paths=3, n_weeks=13, items_a_day=300.0),
        [make_queue(name, within_hours=(24.0, 48.0, 72.0)[row % 3]) for row, name in enumerate(names)],
        [make_team("alpha", dict.fromkeys(names, 1.0), heads=85, hire_lead_weeks=2, ramp_weeks=2)],
    )
    assert found.solves <= 50
    assert found.certified_gap_of_range <= 0.001


def test_where_no_item_is_due_there_is_no_curve(make_queue: Make, make_team: Make, make_forecast: Make) -> None:
    with pytest.raises(ValueError, match=r"forecast must bring items to a deferred queue .* due within the plan"):
        cost_service_curve(make_forecast(np.zeros((1, 4, 7))), [make_queue("q0")], [make_team("alpha", {"q0": 1.0})])


def test_live_queues_alone_have_no_curve(make_queue: Make, make_team: Make, random_forecast: Make) -> None:
    with pytest.raises(ValueError, match="queues must hold a deferred queue"):
        cost_service_curve(
            random_forecast(1, n_paths=4, n_weeks=1, items_a_day=50.0),
            [make_queue("q0", within_hours=0.1)],
            [make_team("alpha", {"q0": 1.0})],
        )
