"""The tables of what stands behind a recommendation."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimization.quarter.analysis import PlanAnalysis
from optimization.quarter.analysis_schema import ECONOMICS, INFORMATION


def analysis_tables(analysis: PlanAnalysis) -> dict[str, pd.DataFrame]:
    """Tidy tables of an analysis, by file name.

    Parameters
    ----------
    analysis
        Of a plan.

    Returns
    -------
    dict of pandas.DataFrame
        Those that `optimization.quarter.analysis_schema` describes; those in money are empty where there is no price.
    """
    priced, known = analysis.economics, analysis.information
    return {
        "findings": _numbered(analysis.findings.to_frame().rename(columns={"finding": "sentence"}), "finding"),
        "economics": priced.to_frame() if priced else pd.DataFrame(columns=list(ECONOMICS.column_names)),
        "information": _numbered(known.to_frame(), "row")
        if known
        else pd.DataFrame(columns=list(INFORMATION.column_names)),
        "sensitivity": analysis.tornado.to_frame(),
        "robustness": analysis.robustness.to_frame(),
        "costs": _numbered(analysis.costs.to_frame(), "row"),
        "frontier_steps": _numbered(analysis.funding_order.to_frame(), "step"),
    }


def request_columns(analysis: PlanAnalysis) -> pd.DataFrame:
    """Fair share and break-even cost of every request.

    Parameters
    ----------
    analysis
        Of a plan.

    Returns
    -------
    pandas.DataFrame
        One row a request, in their order.
    """
    shares = analysis.shapley.to_frame().drop(columns=["request", "funded", "shapley_late_harm_avoided"])
    return shares.assign(break_even_cost_usd=np.array([one.most_usd for one in analysis.break_even], dtype=np.float64))


def frontier_columns(analysis: PlanAnalysis) -> pd.DataFrame:
    """Price of more service and band of the mean at every set of the frontier.

    Parameters
    ----------
    analysis
        Of a plan.

    Returns
    -------
    pandas.DataFrame
        One row a set, in their order.
    """
    price = analysis.marginal_cost.to_frame()[["usd_for_next_point", "efficient", "usd_per_point"]]
    return price.assign(frontier_p10=analysis.band.mean_p10, frontier_p90=analysis.band.mean_p90)


def _numbered(table: pd.DataFrame, name: str) -> pd.DataFrame:
    table.insert(0, name, np.arange(1, len(table) + 1))
    return table
