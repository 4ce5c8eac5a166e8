"""Everything that page, workbook and booklet are written from, put together once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from forecasting import Backtest, backtest
from optimization.quarter.compare import RunComparison, compare_runs
from optimization.quarter.inputs import PlanInputs
from optimization.quarter.pack.narrative import Narrative, narrate
from optimization.quarter.plan import QuarterPlan
from optimization.quarter.run_facts import RunFacts, facts_of_plan

# Past forecasts are judged from this many moments, each with a history of at least so many plans, on fewer draws.
MOST_ORIGINS, LEAST_HORIZONS, PAST_PATHS = 4, 3, 200


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class PackContents:
    """What went into a run, what came out, and how it reads.

    Attributes
    ----------
    inputs, plan
        What went in and what came out.
    manifest
        What the run was made from; see `optimization.quarter.manifest.manifest`.
    findings : pandas.DataFrame
        On the volumes, as `VolumeHistory.describe` gives them.
    past
        Forecasts of plans of this length made at moments of the past, judged; None where the volumes are too short.
    narrative
        The plan in words.
    comparison
        With an earlier run; None if none was given.
    """

    inputs: PlanInputs
    plan: QuarterPlan
    manifest: Mapping[str, Any]
    findings: pd.DataFrame
    past: Backtest | None
    narrative: Narrative
    comparison: RunComparison | None = None


def pack_contents(
    inputs: PlanInputs, plan: QuarterPlan, manifest: Mapping[str, Any], previous: RunFacts | None = None
) -> PackContents:
    """Put together what the pack is written from.

    Parameters
    ----------
    inputs, plan
        What went in and what came out.
    manifest
        What the run was made from.
    previous
        An earlier run to compare with.

    Returns
    -------
    PackContents
    """
    findings = inputs.history.describe(plan.events)
    comparison = compare_runs(previous, facts_of_plan(plan, manifest)) if previous else None
    return PackContents(
        inputs=inputs,
        plan=plan,
        manifest=manifest,
        findings=findings,
        past=_past_forecasts(inputs, plan),
        narrative=narrate(plan, findings, comparison),
        comparison=comparison,
    )


def _past_forecasts(inputs: PlanInputs, plan: QuarterPlan) -> Backtest | None:
    """Judge forecasts as long as the plan, from at most four moments of the past."""
    horizon, n_periods = plan.forecast.arrivals.shape[2], len(inputs.history.period_start)
    n_origins = min(MOST_ORIGINS, n_periods // horizon - LEAST_HORIZONS)
    if n_origins < 1:
        return None
    return backtest(inputs.history, horizon, n_origins=n_origins, n_paths=PAST_PATHS, events=inputs.events)
