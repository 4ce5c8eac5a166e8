"""The charts of a pack on the choice: frontier, price of service, budgets, requests, and what moves their worth."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from optimization.bridge_plot import bridge_message, plot_bridge
from optimization.frontier_chart import frontier_message, plot_frontier
from optimization.frontier_plots import (
    budget_map_message,
    map_height,
    marginal_cost_message,
    plot_budget_map,
    plot_marginal_cost,
)
from optimization.quarter.pack.chart_recipe import NARROW_INCHES, WIDE_INCHES, ChartRecipe
from optimization.quarter.pack.contents import PackContents
from optimization.request_plot import plot_requests, requests_height, requests_message
from optimization.tornado_plot import plot_tornado, tornado_message
from optimization.trade_offs.service_bridge import ServiceBridge


def of_the_choice(contents: PackContents) -> Iterator[ChartRecipe]:
    """List the charts of the frontier: what money buys, what a point costs, what each budget funds.

    Parameters
    ----------
    contents
        Of the pack.

    Yields
    ------
    ChartRecipe
    """
    frontier, analysis = contents.plan.frontier, contents.plan.analysis
    steps = frontier.to_frame()
    yield ChartRecipe(
        name="frontier",
        along_money=True,
        message=frontier_message(frontier),
        description="Cost of the funded requests from left to right, expected on-time share upwards, as a rising line "
        "of steps with the band of 8 of 10 simulated futures, and the sets of today, of all asks and recommended.",
        height=5.0,
        narrow_height=4.4,
        draw=lambda figure: plot_frontier(frontier, ax=figure.subplots()),
        table=pd.DataFrame(
            {
                "Cost, USD": steps["cost_usd"],
                "On-time share": steps["on_time_share_mean"],
                "Low (1 of 10)": steps["on_time_share_p10"],
                "High (9 of 10)": steps["on_time_share_p90"],
            }
        ),
    )
    if len(steps) == 1:
        # One set is the best at every budget: there is no price and no change to draw.
        return
    price = analysis.marginal_cost.to_frame()
    yield ChartRecipe(
        name="marginal_cost",
        along_money=True,
        message=marginal_cost_message(frontier),
        description="Money for requests from left to right, the price of one more percentage point of on-time share "
        "upwards, as a line of rising steps.",
        height=4.4,
        narrow_height=4.0,
        draw=lambda figure: plot_marginal_cost(frontier, ax=figure.subplots()),
        table=pd.DataFrame(
            {
                "Cost, USD": price["cost_usd"],
                "On-time share": price["on_time_share_mean"],
                "A point costs, USD": price["usd_per_point"],
            }
        )[price["efficient"]],
    )
    order = analysis.funding_order.to_frame()
    yield ChartRecipe(
        name="budget_map",
        along_money=True,
        message=budget_map_message(frontier),
        description="One row a request; a bar wherever the best set of that budget holds it, thin where in part.",
        height=map_height(len(contents.plan.scorecard.scores)),
        narrow_height=map_height(len(contents.plan.scorecard.scores)),
        draw=lambda figure: plot_budget_map(frontier, ax=figure.subplots()),
        table=pd.DataFrame(
            {
                "From a budget of, USD": order["budget_usd"],
                "Request": order["request"],
                "Change": order["change"],
                "Share funded": order["share_after"],
            }
        ),
    )


def of_the_requests(contents: PackContents) -> Iterator[ChartRecipe]:
    """List the charts of the requests: what each adds, from today to the set, and what moves its worth.

    Parameters
    ----------
    contents
        Of the pack.

    Yields
    ------
    ChartRecipe
    """
    plan = contents.plan
    if not plan.scorecard.scores:
        return
    scores = sorted(plan.scorecard.scores, key=lambda score: (-score.marginal_gain, score.name))
    yield ChartRecipe(
        name="requests",
        message=requests_message(plan.scorecard),
        description="One row a request: a bar for what it adds to the on-time share on top of the rest of the "
        "recommended set, with its range over 8 of 10 simulated futures, and the verdict.",
        height=requests_height(len(scores), WIDE_INCHES),
        narrow_height=requests_height(len(scores), NARROW_INCHES),
        draw=lambda figure: plot_requests(plan.scorecard, ax=figure.subplots()),
        table=pd.DataFrame(
            {
                "Request": [score.name for score in scores],
                "Verdict": [str(score.verdict) for score in scores],
                "Added points": [100 * score.marginal_gain for score in scores],
                "Low, points (1 of 10)": [100 * score.marginal_p10 for score in scores],
                "High, points (9 of 10)": [100 * score.marginal_p90 for score in scores],
                "For, USD": [score.marginal_cost_usd for score in scores],
            }
        ),
    )
    bridge = plan.analysis.bridge
    steps = bridge.to_frame()
    if bridge.steps:
        yield _of_the_way(bridge, steps)
    yield from _of_what_moves_it(contents)


def _of_the_way(bridge: ServiceBridge, steps: pd.DataFrame) -> ChartRecipe:
    return ChartRecipe(
        name="bridge",
        message=bridge_message(bridge),
        description="A waterfall from today's on-time share to that of the recommended set, one bar a request.",
        height=2.0 + 0.27 * max(3, min(len(steps), 14)),
        narrow_height=2.0 + 0.27 * max(3, min(len(steps), 14)),
        draw=lambda figure: plot_bridge(bridge, ax=figure.subplots()),
        table=pd.DataFrame(
            {
                "Request": [step.label for step in bridge.steps],
                "Added points": 100 * steps["on_time_change"],
                "Cost, USD": steps["cost_usd"],
                "On-time share so far": steps["on_time_share_so_far"],
            }
        ),
    )


def _of_what_moves_it(contents: PackContents) -> Iterator[ChartRecipe]:
    tornado = contents.plan.analysis.tornado
    swings = tornado.to_frame()
    swings = swings[swings["swing"] > 0]
    if swings.empty or not tornado.in_usd:
        return
    swings = swings.assign(input=[" ".join(text.replace("_", " ").split()) for text in swings["input"]])
    other = "the cheapest set" if tornado.alternative else "funding nothing"
    outcome = f"Worth of the recommended set over {other}, net of cost, on the first {tornado.n_paths} futures"
    yield ChartRecipe(
        name="tornado",
        message=tornado_message(swings),
        description="One row an input: how far its low and its high end move what the recommended set is worth.",
        height=2.0 + 0.3 * max(3, min(len(swings), 12)),
        narrow_height=2.0 + 0.3 * max(3, min(len(swings), 12)),
        draw=lambda figure: plot_tornado(swings, outcome=outcome, ax=figure.subplots()),
        table=pd.DataFrame(
            {
                "Input": swings["input"],
                "Low end": swings["low_setting"],
                "Worth there, USD": swings["low_value"],
                "High end": swings["high_setting"],
                "Worth at the high end, USD": swings["high_value"],
                "Another set would be recommended": [
                    {
                        (True, True): "at both ends",
                        (True, False): "at the low end",
                        (False, True): "at the high end",
                    }.get((bool(low), bool(high)), "no")
                    for low, high in zip(
                        swings["low_changes_recommendation"], swings["high_changes_recommendation"], strict=True
                    )
                ],
            }
        ),
    )
