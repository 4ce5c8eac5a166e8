from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.text import Text

from forecasting.charts.chart_style import chart_style, money, percent, points
from optimization import StaffingTable, find_frontier, planning_case, score_requests, staffing_table, value_all_blocks
from optimization.frontier_chart import next_step
from optimization.plots import (
    frontier_message,
    plot_frontier,
    plot_requests,
    plot_staffing,
    requests_message,
    staffing_message,
)

LONG = "a_name_of_eighty_characters_that_costs_$1M_..._$3M_a_quarter_and_goes_on_and_on_"


@pytest.fixture(autouse=True)
def no_figure_is_left_in_pyplot():
    yield
    left = plt.get_fignums()
    plt.close("all")
    assert left == []


@pytest.fixture(scope="module")
def sample(two_blocks):
    """Frontier and scores of the small case, by budget and willingness to pay."""
    case = two_blocks()
    values = value_all_blocks(case)

    def make(**decision):
        frontier = find_frontier(values, **decision)
        return frontier, score_requests(values, frontier.recommended.levels, **decision)

    return make


@pytest.fixture(scope="module")
def asks(make_queue, make_team, make_effect, make_request, random_forecast):
    """Frontier and scores of many independent deflections, two a queue."""

    def make(n_requests, name="ask_{}", **decision):
        n_queues = max(1, n_requests // 2)
        queues = [make_queue(f"q{i}") for i in range(n_queues)]
        teams = [make_team(f"t{i}", {f"q{i}": 1.0}, heads=9) for i in range(n_queues)]
        rng = np.random.default_rng(n_requests)
        requests = [
            make_request(
                name.format(i),
                make_effect("volume", -0.01 * rng.integers(1, 20), f"q{i % n_queues}"),
                weekly_usd=1_000.0 * rng.integers(1, 30),
            )
            for i in range(n_requests)
        ]
        case = planning_case(random_forecast(n_queues, n_paths=8, n_weeks=1), queues, teams, requests)
        values = value_all_blocks(case)
        frontier = find_frontier(values, **decision)
        return frontier, score_requests(values, frontier.recommended.levels, **decision)

    return make


def blank(width: float = 8, height: float = 5):
    """An axes that pyplot knows nothing of."""
    return Figure(figsize=(width, height), layout="constrained").subplots()


def drawn_texts(figure) -> list[Text]:
    """All texts that can be seen: not those of ticks beyond the limits."""
    figure.draw_without_rendering()
    texts = [child for child in figure.get_children() if isinstance(child, Text)]
    for ax in figure.axes:
        texts += [child for child in ax.get_children() if isinstance(child, Text)]
        for axis in (ax.xaxis, ax.yaxis):
            low, high = sorted(axis.get_view_interval())
            ticks = zip(axis.get_majorticklocs(), axis.get_majorticklabels(), strict=True)
            texts += [axis.label, *(label for at, label in ticks if low <= at <= high)]
    return [text for text in texts if text.get_visible() and text.get_text().strip()]


def assert_no_overlap(texts):
    # Of the text alone: a line may lead from a label back to its mark.
    boxes = [(text.get_text(), *Text.get_window_extent(text).extents) for text in texts]
    for (one, *a), (other, *b) in combinations(boxes, 2):
        wide, tall = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
        assert min(wide, tall) <= 1.0, (one, other)


def assert_inside(texts, figure):
    for text in texts:
        if text.get_wrap() and text.get_text().count("$") > 1:
            # Matplotlib measures words between two dollar signs as mathematics when it breaks lines, whatever is set.
            continue
        box = text.get_window_extent()
        assert box.x0 >= -1, text.get_text()
        assert box.y0 >= -1, text.get_text()
        assert box.x1 <= figure.bbox.x1 + 1, text.get_text()
        assert box.y1 <= figure.bbox.y1 + 1, text.get_text()


def title_of(ax) -> str:
    return ax.get_title(loc="left")


def marks_of(ax) -> dict[str, tuple[float, float]]:
    """Place of each single mark, by its shape."""
    return {line.get_marker(): tuple(np.ravel(line.get_data())) for line in ax.lines if len(line.get_xdata()) == 1}


DECISIONS = [
    {},
    {"budget_usd": 0.0},
    {"budget_usd": 9_000.0},
    {"budget_usd": 20_000.0},
    {"budget_usd": 40_000.0},
    {"budget_usd": 20_000.0, "willingness_to_pay_usd": 1.0},
    {"willingness_to_pay_usd": 1e-6},
    {"willingness_to_pay_usd": 1e6},
]


@pytest.mark.parametrize("decision", DECISIONS)
def test_the_frontier_chart_draws_what_the_frontier_holds(sample, decision):
    frontier, _ = sample(**decision)
    ax = plot_frontier(frontier, ax=blank())
    steps = next(line for line in ax.lines if line.get_drawstyle() == "steps-post")
    x, y = steps.get_data()
    np.testing.assert_array_equal(x[:-1], frontier.cost_usd)
    np.testing.assert_array_equal(y, [*frontier.on_time_share_mean, frontier.on_time_share_mean[-1]])
    points_drawn = {"s": frontier.today, "D": frontier.requested, "o": frontier.recommended, "^": frontier.knee}
    if (after := next_step(frontier)) is not None:
        points_drawn["|"] = after
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    for marker, place in marks_of(ax).items():
        point = points_drawn[marker]
        assert place == (point.cost_usd, point.on_time_share_mean)
        assert left < place[0] < right
        assert bottom < place[1] < top
    assert set(marks_of(ax)) == set(points_drawn)
    budget = decision.get("budget_usd", np.inf)
    dashed = [line for line in ax.lines if line.get_linestyle() == "--"]
    assert [line.get_xdata()[0] for line in dashed] == ([budget] if budget < right else [])


@pytest.mark.parametrize("decision", DECISIONS)
@pytest.mark.parametrize("styled", [True, False])
def test_labels_of_the_frontier_chart_overlap_nothing(sample, decision, styled):
    frontier, _ = sample(**decision)

    def draw():
        ax = plot_frontier(frontier, ax=blank())
        texts = drawn_texts(ax.figure)
        assert_no_overlap(texts)
        assert_inside(texts, ax.figure)
        curve = ax.lines[0].get_path().interpolated(50)
        x, y = ax.transData.transform(curve.vertices).T
        for label in ax.texts:
            box = Text.get_window_extent(label)
            covered = (x > box.x0) & (x < box.x1) & (y > box.y0) & (y < box.y1)
            assert covered.mean() < 0.02, label.get_text()

    if styled:
        with chart_style():
            draw()
    else:
        draw()


def test_title_and_labels_of_the_frontier_chart_say_its_numbers(sample):
    frontier, _ = sample(budget_usd=20_000.0)
    ax = plot_frontier(frontier, ax=blank())
    best, today = frontier.recommended, frontier.today
    assert title_of(ax) == frontier_message(frontier)
    assert title_of(ax) == (
        f"{money(best.cost_usd)} lifts on-time decisions from {percent(today.on_time_share_mean)} "
        f"to {percent(best.on_time_share_mean)}"
    )
    labels = " | ".join(text.get_text() for text in [*ax.texts, *ax.figure.texts])
    assert f"Today\n{percent(today.on_time_share_mean)}" in labels
    assert f"Recommended\n{money(best.cost_usd)}, {percent(best.on_time_share_mean)}" in labels
    assert f"All asks\n{money(frontier.requested.cost_usd)}, " in labels
    assert "Budget $20.0k\nbeyond: not affordable" in labels
    assert "4 weeks from " in labels
    assert f"({len(frontier.cost_usd)} sets)" in labels
    beyond = np.flatnonzero(frontier.cost_usd > best.cost_usd)[0]
    more = frontier.cost_usd[beyond] - best.cost_usd
    gain = frontier.on_time_share_mean[beyond] - best.on_time_share_mean
    assert f"Next {money(more)}\nbuys {points(gain)}" in labels


def test_other_numbers_make_another_frontier_chart(sample):
    charts = [plot_frontier(sample(budget_usd=usd)[0], ax=blank()) for usd in (9_000.0, 20_000.0)]
    titles, marks = zip(*[(title_of(ax), marks_of(ax)["o"]) for ax in charts], strict=True)
    assert len(set(titles)) == len(set(marks)) == 2


def test_the_message_is_true_where_nothing_is_gained(sample, two_blocks, make_request, make_effect):
    assert frontier_message(sample(budget_usd=0.0)[0]).startswith("No request that fits the budget is worth its cost")
    assert frontier_message(sample(willingness_to_pay_usd=1e-9)[0]).startswith("No request is worth its cost")
    case = two_blocks()
    launch = make_request("launch", make_effect("volume", 0.3, "q0"), mandatory=True)
    frontier = find_frontier(value_all_blocks(planning_case(case.forecast, case.queues, case.teams, [launch])))
    assert frontier_message(frontier).startswith("$4.0k lowers on-time decisions from")
    idle = make_request("idle", make_effect("handle_time", 1e-9, "q0"), mandatory=True)
    frontier = find_frontier(value_all_blocks(planning_case(case.forecast, case.queues, case.teams, [idle])))
    assert frontier_message(frontier).startswith("$4.0k leaves on-time decisions at")


@pytest.mark.parametrize(
    "plot",
    [
        lambda both, ax: plot_frontier(both[0], ax=ax),
        lambda both, ax: both[0].plot(ax=ax),
        lambda both, ax: plot_requests(both[1], ax=ax),
    ],
)
def test_an_axes_that_is_given_is_drawn_on_and_returned(sample, plot):
    ax = blank()
    assert plot(sample(budget_usd=20_000.0), ax) is ax
    assert ax.has_data()
    assert plt.get_fignums() == []


def test_without_an_axes_a_figure_is_made(sample):
    frontier, scores = sample()
    for ax in (plot_frontier(frontier), plot_requests(scores)):
        assert ax.figure.number in plt.get_fignums()
    plt.close("all")


def test_the_request_chart_draws_what_the_scores_hold(sample):
    _, scores = sample(budget_usd=20_000.0)
    ax = plot_requests(scores, ax=blank(9, 4))
    ranked = sorted(scores.scores, key=lambda score: (-score.marginal_gain, score.name))
    assert [bar.get_width() for bar in ax.patches] == [score.marginal_gain for score in ranked]
    assert [label.get_text() for label in ax.get_yticklabels()] == [score.name for score in ranked]
    outlined = [score.name for bar, score in zip(ax.patches, ranked, strict=True) if sum(bar.get_facecolor()) == 4]
    assert outlined == [score.name for score in ranked if score.funded_share == 0]
    notes = [text.get_text() for text in ax.texts]
    for score in scores.scores:
        # The price is that of what the bar shows: the funded share, with what comes and goes with it.
        paid = "" if score.verdict == "reject" else f" for {money(score.marginal_cost_usd)}"
        note = f"{score.verdict}: {points(score.marginal_gain)}{paid}"
        assert any(text.startswith(note) for text in notes)
    spans = {tuple(x) for x in np.array(ax.collections[0].get_segments())[:, :, 0].round(12).tolist()}
    assert spans == {(round(score.marginal_p10, 12), round(score.marginal_p90, 12)) for score in scores.scores}
    best = ranked[0]
    funded = sum(score.funded_share > 0 for score in scores.scores)
    assert title_of(ax) == requests_message(scores)
    assert title_of(ax) == (f"Fund {funded} of 6 requests; {best.name} adds most, {points(best.marginal_gain)}")


def test_other_numbers_make_another_request_chart(sample):
    charts = [plot_requests(sample(budget_usd=usd)[1], ax=blank(9, 4)) for usd in (9_000.0, 20_000.0)]
    titles, widths = zip(*[(title_of(ax), tuple(bar.get_width() for bar in ax.patches)) for ax in charts], strict=True)
    assert len(set(titles)) == len(set(widths)) == 2


def test_messages_count_in_proper_words(sample, asks):
    _, scores = sample(budget_usd=0.0)
    assert requests_message(scores) == "Fund none of the 6 requests"
    assert requests_message(asks(0)[1]) == "Nothing was asked for"
    assert requests_message(asks(1)[1]).startswith("Fund the one request; ask 0 adds +")
    harmful = replace(scores.scores[0], funded_share=1.0, marginal_gain=-0.1)
    assert requests_message(replace(scores, scores=(harmful, *scores.scores[1:]))) == (
        "Fund 1 of 6 requests; it adds no on-time share"
    )


@pytest.mark.parametrize("n_requests", [0, 1, 80])
def test_charts_hold_any_number_of_requests(asks, n_requests):
    frontier, scores = asks(n_requests, budget_usd=200_000.0)
    with chart_style():
        for ax in (plot_frontier(frontier), plot_requests(scores)):
            texts = drawn_texts(ax.figure)
            assert_no_overlap(texts)
            assert_inside(texts, ax.figure)
    plt.close("all")


@pytest.mark.parametrize("styled", [True, False])
def test_long_names_with_dollars_are_whole_plain_and_inside(asks, styled):
    frontier, scores = asks(6, name=LONG[:-1] + "{}")

    def draw():
        for ax in (plot_frontier(frontier), plot_requests(scores)):
            texts = drawn_texts(ax.figure)
            assert_no_overlap(texts)
            assert_inside(texts, ax.figure)
            for text in texts:
                assert text.get_text().count("$") < 2 or not text.get_parse_math()
        labels = {label.get_text().replace("\n", " ") for label in ax.get_yticklabels()}
        assert labels == {score.name.replace("_", " ") for score in scores.scores}

    if styled:
        with chart_style():
            draw()
    else:
        draw()
    plt.close("all")


def fte_table(*, teams=("alpha", "beta"), needed=12.0, available=10.0, planned=11.0) -> StaffingTable:
    shape = (len(teams), 5)
    return StaffingTable(
        teams=tuple(teams),
        week_start=pd.date_range("2026-01-05", periods=5, freq="7D"),
        needed=np.full(shape, needed) + np.arange(5),
        available=np.full(shape, available),
        planned=np.full(shape, planned) + np.arange(2)[: len(teams), None],
    )


def test_the_staffing_chart_draws_what_the_table_holds():
    table = fte_table()
    figure = Figure(figsize=(8, 4), layout="constrained")
    assert plot_staffing(table, figure=figure) is figure
    assert plt.get_fignums() == []
    for row, ax in enumerate(figure.axes):
        np.testing.assert_array_equal(ax.lines[0].get_ydata()[1:-1], table.needed[row])
        heights = [bar.get_height() for bar in ax.patches]
        assert heights == [*table.planned[row], *table.available[row]]
        assert title_of(ax).strip() == table.teams[row]


def test_the_staffing_message_is_the_arithmetic_of_the_table():
    # Needed 12-16 a team against 10 today and 11 or 12 planned: gaps of 2-6 twice, then of 1-5 and 0-4.
    assert staffing_message(fte_table()) == (
        "The plan takes the average gap from 8.0 to 5.0 FTE; the widest that stays is 5.0 FTE in alpha, week 5"
    )
    assert "from 28 to 25 FTE" in staffing_message(fte_table(needed=22.0))
    assert "leaves the average gap at 5.0 FTE" in staffing_message(replace(fte_table(), available=fte_table().planned))
    assert staffing_message(fte_table(planned=16.0)) == "Planned staff covers the need of every team in every week"


def test_a_small_gap_is_not_called_none():
    table = fte_table(needed=7.3, planned=11.0)
    assert "by up to 0.3" in " ".join(text.get_text() for text in drawn_texts(plot_staffing(table)))
    assert "the widest that stays is 0.3 FTE" in staffing_message(table)
    plt.close("all")


def test_the_staffing_chart_of_a_plan_says_its_numbers(two_blocks):
    case = two_blocks()
    with chart_style():
        figure = plot_staffing(staffing_table(case, np.array([1.0, 0, 0, 1.0, 0, 0])))
        said = figure.get_suptitle().replace("\n", " ")
        assert said == staffing_message(staffing_table(case, np.array([1.0, 0, 0, 1.0, 0, 0])))
        assert staffing_message(staffing_table(case, np.zeros(6))) != said
        assert_inside(drawn_texts(figure), figure)
    plt.close("all")


@pytest.mark.parametrize("n_teams", [1, 2, 3, 7])
def test_team_names_of_any_length_stay_in_their_panel(n_teams):
    long = [f"{i}_{LONG}"[:80] for i in range(n_teams)]
    table = replace(
        fte_table(),
        teams=tuple(long),
        **{name: np.tile(getattr(fte_table(), name)[:1], (n_teams, 1)) for name in ("needed", "available", "planned")},
    )
    with chart_style():
        figure = plot_staffing(table)
        texts = drawn_texts(figure)
        assert_no_overlap(texts)
        assert_inside(texts, figure)
        assert all(not text.get_parse_math() for text in texts if text.get_text().count("$") > 1)
    plt.close("all")
