"""The charts of a pack in reading order, and what they all rest on."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from optimization.quarter.pack.chart_recipe import ChartRecipe
from optimization.quarter.pack.contents import PackContents
from optimization.quarter.pack.request_charts import of_the_choice, of_the_requests
from optimization.quarter.pack.service_charts import of_service, of_staff, of_volumes
from optimization.quarter.plan import QuarterPlan


def source_line(contents: PackContents) -> str:
    """What every chart of a run rests on: run, version, data, draws, currency, and whether the optimum is proven.

    Parameters
    ----------
    contents
        Of the pack.

    Returns
    -------
    str
    """
    plan, record = contents.plan, contents.manifest
    proof = f"; {_proof(plan)}" if plan.scorecard.scores else ""
    return (
        f"Source: opex-staffing {record['version']}, run {record['run_id']}. Volumes to "
        f"{plan.forecast.history.end - pd.Timedelta(days=1):%-d %b %Y}; {plan.forecast.n_paths:,} simulated futures; "
        f"amounts in USD{proof}."
    )


def _proof(plan: QuarterPlan) -> str:
    """How sure it is that no better set was overlooked."""
    if not plan.values.is_complete:
        return f"not every set of requests was valued: {plan.frontier.optimality}"
    return "proven: every set of requests that can go together was valued"


def chart_recipes(contents: PackContents) -> Iterator[ChartRecipe]:
    """List the charts of a pack in reading order.

    Parameters
    ----------
    contents
        Of the pack.

    Yields
    ------
    ChartRecipe
    """
    yield from of_the_choice(contents)
    yield from of_the_requests(contents)
    yield from of_service(contents)
    yield from of_staff(contents)
    yield from of_volumes(contents)
