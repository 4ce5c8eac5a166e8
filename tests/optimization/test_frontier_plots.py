"""Charts of the trade-off: what they say and draw, and that they stand up to one and to many requests."""

import io

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from forecasting.charts.chart_style import chart_style, money, points
from optimization import find_frontier, planning_case, value_all_blocks
from optimization.bridge_plot import MOST_STEPS, bridge_message, plot_bridge
from optimization.frontier_plots import (
    budget_map_message,
    marginal_cost_message,
    plot_budget_map,
    plot_marginal_cost,
)
from optimization.tornado_plot import MOST_BARS, plot_tornado, tornado_message
from optimization.trade_offs.frontier_walk import marginal_cost
from optimization.trade_offs.service_bridge import service_bridge


@pytest.fixture(scope="module")
def frontier(two_blocks):
    return find_frontier(value_all_blocks(two_blocks(seed=3)), budget_usd=17_000.0, willingness_to_pay_usd=2.0)


@pytest.fixture(scope="module")
def make_frontier(make_queue, make_team, make_request, make_effect, random_forecast):
    """Build a frontier of any number of deflections, five on a queue."""

    def make(n_requests, **arguments):
        rng = np.random.default_rng(1)
        n_queues = max(1, n_requests // 5)
        queues = [make_queue(f"q{row}") for row in range(n_queues)]
        teams = [make_team(f"t{row}", {f"q{row}": 1.0}, heads=8) for row in range(n_queues)]
        requests = [
            make_request(
                f"request_{row}",
                make_effect("volume", -float(rng.uniform(0.01, 0.08)), f"q{row % n_queues}"),
                weekly_usd=float(rng.integers(1, 20) * 250),
            )
            for row in range(n_requests)
        ]
        case = planning_case(random_forecast(n_queues, n_paths=10, n_weeks=2), queues, teams, requests)
        return find_frontier(value_all_blocks(case), **arguments)

    return make


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def drawn(ax):
    """Render to a file that finance can open; the title is returned in one line."""
    ax.figure.savefig(io.BytesIO(), format="png", dpi=50)
    return " ".join(ax.get_title(loc="left").split() or ax.get_title().split())


def texts(ax):
    return " | ".join(" ".join(text.get_text().split()) for text in [*ax.texts, *ax.figure.texts])


@pytest.mark.parametrize("n_requests", [0, 1, 80])
def test_every_chart_stands_no_one_and_many_requests(make_frontier, n_requests):
    frontier = make_frontier(n_requests, budget_usd=60_000.0, willingness_to_pay_usd=1.0)
    with chart_style():
        for draw in (plot_marginal_cost, plot_budget_map):
            ax = plt.subplots(figsize=(8, 5), layout="constrained")[1]
            assert draw(frontier, ax=ax) is ax
            assert drawn(ax)
        assert len(plot_budget_map(frontier).get_yticklabels()) == n_requests
        bridge = service_bridge(frontier.values, frontier.levels[-1])
        assert drawn(plot_bridge(bridge))


def test_the_price_of_a_point_is_in_the_title(frontier):
    table = marginal_cost(frontier).to_frame()
    row = int(np.argmin(np.abs(frontier.cost_usd - frontier.recommended.cost_usd)))
    message = marginal_cost_message(frontier)
    assert money(float(table["usd_per_point"].iloc[0])) in message
    assert money(float(table["usd_per_point"].iloc[row])) in message
    ax = plot_marginal_cost(frontier)
    assert drawn(ax) == " ".join(message.split())
    assert f"Recommended {money(frontier.recommended.cost_usd)}" in texts(ax)
    assert "Budget $17.0k" in texts(ax)


def test_money_worth_its_price_ends_where_the_line_of_the_worth_is_crossed(frontier):
    # Along the corners a dollar is well spent as long as a point costs less than it is worth.
    worth = 0.01 * 2.0 * float(frontier.values.today_due_harm.mean())
    assert f"Worth of a point {money(worth)}" in texts(plot_marginal_cost(frontier)) or worth > 1e6


def test_a_frontier_of_one_set_has_no_price(two_blocks):
    names = ("heads", "tool", "model", "seats", "hires", "deflect")
    changes = {name: {"mandatory": True, "smallest_share": 1.0} for name in names if name != "hires"}
    frontier = find_frontier(value_all_blocks(two_blocks(**changes)))
    assert len(frontier.cost_usd) == 1
    assert "no more service" in marginal_cost_message(frontier)
    drawn(plot_marginal_cost(frontier))
    drawn(plot_budget_map(frontier))


def test_the_map_draws_the_runs_of_budgets_that_fund_each_request(frontier):
    ax = plot_budget_map(frontier)
    assert drawn(ax) == budget_map_message(frontier)
    names = [request.name for request in frontier.values.case.requests]
    rows = {label.get_text(): place for place, label in zip(ax.get_yticks(), ax.get_yticklabels(), strict=True)}
    assert set(rows) == set(names)
    end = np.append(frontier.cost_usd[1:], ax.get_xlim()[1])
    boxes = [path.get_extents() for collection in ax.collections for path in collection.get_paths()]
    for column, name in enumerate(names):
        of_row = [box for box in boxes if abs((box.y0 + box.y1) / 2 - rows[name]) < 0.1]
        length = sum(box.width for box in of_row)
        expected = (end - frontier.cost_usd)[frontier.levels[:, column] > 0].sum()
        assert length == pytest.approx(expected, rel=1e-9, abs=1e-6)


def test_a_low_chart_shows_the_requests_nearest_to_the_decision(make_frontier):
    frontier = make_frontier(80, budget_usd=60_000.0)
    ax = plot_budget_map(frontier, ax=plt.subplots(figsize=(8, 4))[1])
    shown = len(ax.get_yticklabels())
    assert 10 < shown < 80
    assert f"The {shown} of 80 requests" in texts(ax)
    best = frontier.recommended
    neighbour = frontier.levels[int(np.searchsorted(frontier.cost_usd, best.cost_usd)) - 1]
    labels = {label.get_text() for label in ax.get_yticklabels()}
    names = [request.name.replace("_", " ") for request in frontier.values.case.requests]
    assert {names[i] for i in np.flatnonzero(neighbour != best.levels)} <= labels


def test_the_bridge_adds_up_to_the_set_and_keeps_needs_in_order(frontier):
    values = frontier.values
    for levels in frontier.levels[::3]:
        bridge = service_bridge(values, levels)
        point = frontier.point(levels)
        assert bridge.cost_usd == pytest.approx(point.cost_usd)
        assert bridge.final_on_time_share == pytest.approx(point.on_time_share_mean)
        total = bridge.today_on_time_share + sum(step.on_time_share for step in bridge.steps)
        assert total == pytest.approx(point.on_time_share_mean)
        order = [step.request for step in bridge.steps]
        assert "model" not in order or order.index("tool") < order.index("model")
        if bridge.steps:
            frame = bridge.to_frame()
            assert frame["cost_so_far_usd"].iloc[-1] == pytest.approx(point.cost_usd)
            assert frame["on_time_share_so_far"].iloc[-1] == pytest.approx(point.on_time_share_mean)


def test_a_request_named_like_half_of_another_keeps_its_own_share(
    make_queue, make_team, make_request, make_effect, random_forecast
):
    asks = [
        make_request("seats", make_effect("seats", 2, "a"), smallest_share=0.5),
        make_request("seats (50%)", make_effect("seats", 1, "a")),
    ]
    case = planning_case(random_forecast(1, n_paths=5, seed=3), [make_queue("q0")], [make_team("a", {"q0": 1.0})], asks)
    frame = service_bridge(value_all_blocks(case), np.array([0.5, 1.0])).to_frame().set_index("request")
    assert frame["funded_share"].to_dict() == {"seats": 0.5, "seats (50%)": 1.0}


def test_each_step_is_the_best_for_its_cost_of_those_left(frontier):
    values = frontier.values
    levels = frontier.levels[-1]
    first = service_bridge(values, levels).steps[0]
    today = values.measure(np.zeros(len(levels))).share.mean()
    ratios = {}
    for row in np.flatnonzero(levels > 0):
        request = values.case.requests[row]
        if not request.needs:
            alone = np.where(np.arange(len(levels)) == row, levels, 0.0)
            gain = values.measure(alone).share.mean() - today
            ratios[request.name] = gain / request.cost_usd(values.case.n_weeks, float(levels[row]))
    assert first.request.split(" ")[0] == max(ratios, key=ratios.__getitem__)


def test_the_bridge_says_and_draws_its_numbers(frontier):
    bridge = service_bridge(frontier.values, frontier.recommended.levels)
    ax = plot_bridge(bridge)
    assert drawn(ax) == " ".join(bridge_message(bridge).split())
    for step in bridge.steps:
        assert f"{points(step.on_time_share)} for {money(step.cost_usd)}" in texts(ax)
    nothing = service_bridge(frontier.values, np.zeros(6))
    assert "Nothing is funded" in drawn(plot_bridge(nothing))


def test_a_long_bridge_puts_small_steps_together_without_losing_any(make_frontier):
    bridge = service_bridge(*(lambda f: (f.values, f.levels[-1]))(make_frontier(40)))
    ax = plot_bridge(bridge)
    assert len(ax.get_yticklabels()) == MOST_STEPS + 2
    assert f"{len(bridge.steps) - MOST_STEPS + 1} smaller requests" in [t.get_text() for t in ax.get_yticklabels()]


@pytest.fixture
def swings():
    return pd.DataFrame(
        {
            "input": ["wage", "volume", "ramp_weeks"],
            "low_value": [90e3, -50e3, 110e3],
            "high_value": [105e3, 300e3, 120e3],
            "base": 100e3,
        }
    )


def test_the_tornado_puts_the_widest_bar_on_top_and_says_so(swings):
    # From the base, 100,000, bars span 350,000, 20,000 (both ends above the base) and 15,000.
    ax = plot_tornado(swings)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["volume", "ramp weeks", "wage"]
    assert drawn(ax) == tornado_message(swings)
    assert tornado_message(swings).startswith("Most depends on volume: from -$50.0k to $300k; it alone can turn")
    widths = [abs(patch.get_width()) for patch in ax.patches]
    assert sum(widths[::3]) == pytest.approx(150e3 + 200e3)


def test_the_tornado_says_when_no_input_turns_the_sign(swings):
    swings.loc[1, "low_value"] = 1e3
    assert tornado_message(swings).endswith("no input alone turns its sign")
    swings["low_value"] = -1.0
    assert tornado_message(swings).endswith("3 inputs can each turn the sign")


def test_a_long_tornado_leaves_out_the_narrowest(swings):
    many = pd.concat([swings] * 6, ignore_index=True)
    ax = plot_tornado(many)
    assert len(ax.get_yticklabels()) == MOST_BARS
    assert f"{18 - MOST_BARS} narrower inputs are left out" in texts(ax)


def test_long_names_of_inputs_leave_room_for_the_bars(swings):
    swings["input"] = ["a long name of an input in many words " * 3, "volume", "wage"]
    ax = plot_tornado(swings, ax=plt.subplots(figsize=(8, 5), layout="constrained")[1])
    drawn(ax)
    assert ax.get_position().width > 0.55
    assert max(len(label.get_text()) for label in ax.get_yticklabels()) <= 38


def test_an_empty_tornado_and_wrong_tables(swings):
    assert drawn(plot_tornado(swings.iloc[:0])) == "No input moves the outcome"
    with pytest.raises(ValueError, match=r"it has no \['base'\]"):
        plot_tornado(swings.drop(columns="base"))
    with pytest.raises(ValueError, match="finite"):
        plot_tornado(swings.assign(low_value=np.nan))
    with pytest.raises(ValueError, match="base must be the same"):
        plot_tornado(swings.assign(base=[1.0, 2.0, 3.0]))


@pytest.mark.parametrize("width", [3.65, 8.0])
@pytest.mark.parametrize("draw", [plot_marginal_cost, plot_budget_map])
def test_names_of_lines_cover_neither_each_other_nor_what_is_drawn(make_frontier, draw, width):
    # A point is worth nearly as much as the dearest step, and its name stands above its line; the budget is near.
    plain = make_frontier(30)
    dearest = float(np.nanmax(marginal_cost(plain).usd_per_point))
    worth = 0.97 * dearest / (0.01 * float(plain.values.today_due_harm.mean()))
    frontier = make_frontier(30, budget_usd=float(plain.cost_usd[-1]) * 0.55, willingness_to_pay_usd=worth)
    with chart_style(narrow=width < 5.0):
        ax = draw(frontier, ax=plt.subplots(figsize=(width, 4.6), layout="constrained")[1])
        ax.figure.canvas.draw()
    named = [text for text in ax.texts if text.get_text().startswith(("Recommended", "Budget", "Worth"))]
    boxes = [text.get_window_extent() for text in named]
    assert len(boxes) >= 2
    assert not any(one.overlaps(other) for row, one in enumerate(boxes) for other in boxes[row + 1 :])
    first_row = ax.transData.transform((0.0, -0.38))[1]
    if draw is plot_budget_map:
        assert all(box.y0 > first_row for box in boxes)


def test_long_rows_of_the_tornado_end_in_whole_words_that_tell_them_apart(swings):
    long = "a request with a name that is much too long for a row"
    inputs = [f"{long}: handle_time of one_queue, another_queue", f"{long}: success", "volumes"]
    frame = swings.iloc[:3].assign(input=inputs)
    labels = [" ".join(label.get_text().split()) for label in plot_tornado(frame).get_yticklabels()]
    assert len(set(labels)) == 3
    assert not any(label.endswith(("of", "of …", "of ...")) for label in labels)
    assert sum(label.endswith((": handle time", ": success")) for label in labels) == 2
