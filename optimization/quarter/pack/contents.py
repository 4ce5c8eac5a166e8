"""Everything that page, workbook and booklet are written from, put together once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from optimization.quarter.inputs import PlanInputs
from optimization.quarter.pack.narrative import Narrative, narrate
from optimization.quarter.plan import QuarterPlan


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
    narrative
        The plan in words.
    """

    inputs: PlanInputs
    plan: QuarterPlan
    manifest: Mapping[str, Any]
    findings: pd.DataFrame
    narrative: Narrative


def pack_contents(inputs: PlanInputs, plan: QuarterPlan, manifest: Mapping[str, Any]) -> PackContents:
    """Put together what the pack is written from.

    Parameters
    ----------
    inputs, plan
        What went in and what came out.
    manifest
        What the run was made from.

    Returns
    -------
    PackContents
    """
    findings = inputs.history.describe()
    return PackContents(
        inputs=inputs, plan=plan, manifest=manifest, findings=findings, narrative=narrate(plan, findings)
    )
