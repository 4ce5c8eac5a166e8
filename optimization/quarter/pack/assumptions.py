"""What a plan takes for granted, in sentences."""

from forecasting.charts.chart_style import money, percent
from optimization.quarter.plan import QuarterPlan

ALWAYS = (
    "The on-time share weighs queues by severity and volume of today: an item that automation removes is on time.",
    "Teams share their hours week by week so that queues are covered evenly; they do not yet react within the week.",
    "Volumes are taken as even within the day. People who leave are not replaced unless a request does it.",
    "An ask that would start before its team's hiring lead time starts, and costs, from the week people can be there.",
)


def assumptions(plan: QuarterPlan) -> tuple[str, ...]:
    """Say what a plan takes for granted.

    Parameters
    ----------
    plan
        What a run found.

    Returns
    -------
    tuple of str
    """
    worth = plan.frontier.willingness_to_pay_usd
    stop = (
        "No price is put on a late item: the recommended set buys all the service that the budget can."
        if worth is None
        else f"Avoiding a late item of severity 1 is held to be worth {money(worth)}; the recommended set stops where "
        "the next step would cost more, or at the budget."
    )
    chance = percent(plan.requirement.probability, 0)
    counted = (
        "Counted are items whose deadline falls inside the plan. Ranges are over "
        f"{plan.forecast.n_paths:,} joint draws of volumes and of the effects of requests."
    )
    return (f"Each target is to be met with a chance of at least {chance}.", stop, counted, *ALWAYS)
