"""What a run says, as a comparison needs it: from its folder, or from the plan that is being written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from forecasting import InputError, Problem
from optimization.quarter.plan import QuarterPlan
from optimization.quarter.tables import forecast_weekly_table, requests_table, service_table
from optimization.quarter.write_tables import FORMULA_STARTS

_NEEDED = {
    "requests": ("request", "title", "cost_usd", "approved_usd", "funded_share", "verdict"),
    "service": ("staffing", "queue", "target_share", "target_hours", "on_time_share_mean", "probability_target_met"),
    "forecast_weekly": ("queue", "week", "items_mean"),
}


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class RunFacts:
    """What a run says.

    Attributes
    ----------
    manifest
        What it was made from, and its headline.
    requests : pandas.DataFrame
        One row a request: `title`, `cost_usd`, `approved_usd`, `funded_share`, `verdict`; by name.
    queues : pandas.DataFrame
        One row a queue: target, on-time share and chance of the recommended set, mean items a week; by name.
    """

    manifest: Mapping[str, Any]
    requests: pd.DataFrame
    queues: pd.DataFrame

    @property
    def run_id(self) -> str:
        """Name of the run."""
        return str(self.manifest["run_id"])


def facts_of_plan(plan: QuarterPlan, manifest: Mapping[str, Any]) -> RunFacts:
    """Take from a plan what a comparison needs.

    Parameters
    ----------
    plan
        What a run found.
    manifest
        What it was made from.

    Returns
    -------
    RunFacts
    """
    return _facts(manifest, requests_table(plan), service_table(plan), forecast_weekly_table(plan))


def facts_of_folder(folder: Path, *, source: str = "run folder") -> RunFacts:
    """Read from a run folder what a comparison needs.

    Parameters
    ----------
    folder
        With a manifest and the tables of requests, service and weekly volumes.
    source : str
        How the folder is called where it was asked for; errors name it.

    Returns
    -------
    RunFacts

    Raises
    ------
    InputError
        If the folder is no complete run, or of a version that wrote other tables.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        tables = {name: _read(folder / f"{name}.csv", columns) for name, columns in _NEEDED.items()}
    except (OSError, ValueError) as error:
        remedy = f"give the folder of a complete run of this version, such as runs/0123456789ab ({error})"
        raise InputError([Problem(source=source, field="folder", found=str(folder), remedy=remedy)]) from error
    return _facts(manifest, tables["requests"], tables["service"], tables["forecast_weekly"])


def _read(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    table = pd.read_csv(path, usecols=list(columns), keep_default_na=False, na_values=[""])
    for name, column in table.items():
        if pd.api.types.is_string_dtype(column.dtype):
            table[name] = column.map(_as_given)
    return table


def _as_given(cell: object) -> object:
    """Take away the apostrophe that keeps text from being run as a formula."""
    return cell[1:] if isinstance(cell, str) and cell[:1] == "'" and cell[1:].startswith(FORMULA_STARTS) else cell


def _facts(
    manifest: Mapping[str, Any], requests: pd.DataFrame, service: pd.DataFrame, weekly: pd.DataFrame
) -> RunFacts:
    recommended = service[service["staffing"] == "recommended"].set_index("queue")
    queues = recommended[list(_NEEDED["service"][2:])].copy()
    queues["items_a_week"] = weekly.groupby("queue")["items_mean"].mean()
    return RunFacts(
        manifest=manifest, requests=requests.set_index("request")[list(_NEEDED["requests"][1:])], queues=queues
    )
