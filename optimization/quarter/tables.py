"""The tables of a run folder."""

import pandas as pd

from optimization.quarter.plan import QuarterPlan


def run_tables(plan: QuarterPlan) -> dict[str, pd.DataFrame]:
    """Tidy tables of a plan, by file name.

    Parameters
    ----------
    plan
        What a run found.

    Returns
    -------
    dict of pandas.DataFrame
        `forecast`, `staffing`, `service`, `requests` and `frontier`.
    """
    return {
        "forecast": plan.forecast.to_frame(),
        "staffing": plan.staffing.to_frame(),
        "service": service_table(plan),
        "requests": plan.scorecard.to_frame(),
        "frontier": plan.frontier.to_frame(),
    }


def service_table(plan: QuarterPlan) -> pd.DataFrame:
    """Service by queue, for today's staffing and for the recommended set.

    Parameters
    ----------
    plan
        What a run found.

    Returns
    -------
    pandas.DataFrame
        One row a staffing and queue.
    """
    frames = {"today": plan.service_today.to_frame(), "recommended": plan.service_recommended.to_frame()}
    table = pd.concat(frames, names=["staffing"]).reset_index(level="staffing")
    return table.reset_index(drop=True)
