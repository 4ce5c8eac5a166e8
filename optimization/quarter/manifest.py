"""What a run was made from: its identity, and the record that closes a run folder."""

import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

from forecasting import InputError, Problem
from optimization.quarter.inputs import PlanInputs
from optimization.quarter.plan import QuarterPlan

# Before how the solver ended, where it left no plan of people alone.
NO_PLAN = "NO_PLAN_"
PACKAGES = ("forecasting", "capacity", "optimization")
CODE = (".css", ".j2", ".js", ".mplstyle", ".py")
READ_FIRST = ("manifest.json", "page.html", "workbook.xlsx", "pack.pdf", "narrative.txt", "run.csv")
HEADLINE = (
    "budget_usd",
    "recommended_cost_usd",
    "recommended_requests",
    "on_time_share_today",
    "on_time_share_recommended",
    "on_time_share_recommended_p10",
    "on_time_share_recommended_p90",
    "late_items_today",
    "late_items_recommended",
    "probability_all_targets_met",
    "targets_met_today",
    "targets_met_recommended",
    "queues",
    "people_alone",
)
LIBRARIES = (
    "numpy",
    "pandas",
    "scipy",
    "statsmodels",
    "matplotlib",
    "PuLP",
    "highspy",
    "jinja2",
    "XlsxWriter",
    "pypdf",
)


def input_hashes(inputs: PlanInputs) -> dict[str, str]:
    """SHA-256 of every file that was read, by name.

    Parameters
    ----------
    inputs
        A planning folder.

    Returns
    -------
    dict
    """
    hashes = {}
    for name, path in sorted(inputs.files.items()):
        try:
            hashes[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            raise InputError(
                [Problem(source=name, field="file", found=str(path), remedy="keep it in place")]
            ) from error
    return hashes


def code_hash() -> str:
    """SHA-256 of the code of the three packages, so that a changed checkout is not taken for the old one.

    Returns
    -------
    str
    """
    digest = hashlib.sha256()
    root = Path(__file__).parents[2]
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*")):
            if path.suffix in CODE:
                digest.update(f"{path.relative_to(root).as_posix()}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def run_id(inputs: PlanInputs, seed: int, previous_run_id: str = "") -> str:
    """Twelve hexadecimal digits that stand for inputs, seed, code and libraries: the same run has the same.

    Parameters
    ----------
    inputs
        A planning folder.
    seed : int
        Seed of the draws.
    previous_run_id : str
        Of the run that this one is compared with; empty if there is none.

    Returns
    -------
    str
    """
    files = [f"{name}={digest}" for name, digest in input_hashes(inputs).items()]
    libraries = [f"{name}={version(name)}" for name in LIBRARIES]
    previous = [f"previous={previous_run_id}"] if previous_run_id else []
    parts = [version("opex-staffing"), code_hash(), str(seed), *libraries, *files, *previous]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def manifest(inputs: PlanInputs, plan: QuarterPlan, seed: int, previous_run_id: str = "") -> dict[str, Any]:
    """Everything needed to repeat a run and to check that it was repeated; no times, which differ from run to run.

    Parameters
    ----------
    inputs, plan
        What went in and what came out.
    seed : int
        Seed of the draws.
    previous_run_id : str
        Of the run that this one is compared with; empty if there is none.

    Returns
    -------
    dict
    """
    frontier = plan.frontier
    return {
        "run_id": run_id(inputs, seed, previous_run_id),
        "previous_run_id": previous_run_id or None,
        "plan": inputs.config.plan.name,
        "version": version("opex-staffing"),
        "code_sha256": code_hash(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "seed": seed,
        "paths": plan.forecast.n_paths,
        "config": inputs.config.model_dump(mode="json"),
        "inputs_sha256": input_hashes(inputs),
        "headline": headline(plan),
        "costs_usd": {
            "budget": frontier.budget_usd,
            "recommended": plan.recommended.cost_usd,
            "requested": frontier.requested.cost_usd,
        },
        "people_alone": plan.people_alone.to_dict(),
        "work": {
            "sets_valued": plan.values.n_sets,
            "blocks": len(plan.values.blocks),
            "frontier_points": len(frontier.cost_usd),
            "optimality": frontier.optimality,
        },
    }


def known_headline(folder: Path, identity: str) -> dict[str, Any] | None:
    """Headline of a run folder that is whole; None where there is none, or only a part of it.

    Parameters
    ----------
    folder
        Where the run would lie.
    identity : str
        Its run id.

    Returns
    -------
    dict or None
    """
    if not all((folder / name).is_file() for name in READ_FIRST):
        return None
    try:
        record = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except ValueError:
        return None
    if not isinstance(record, dict) or record.get("run_id") != identity:
        return None
    found = record.get("headline")
    return found if isinstance(found, dict) and all(key in found for key in HEADLINE) else None


def headline(plan: QuarterPlan) -> dict[str, Any]:
    """The figures that a script or a reader wants first.

    Parameters
    ----------
    plan
        What a run found.

    Returns
    -------
    dict
        Shares between 0 and 1, money in USD.
    """
    today, best = plan.frontier.today, plan.recommended
    late = [float(one.late.mean(axis=1).sum()) for one in (plan.service_today, plan.service_recommended)]
    return {
        "budget_usd": plan.frontier.budget_usd,
        "recommended_cost_usd": best.cost_usd,
        "recommended_requests": list(best.funded),
        "on_time_share_today": round(today.on_time_share_mean, 6),
        "on_time_share_recommended": round(best.on_time_share_mean, 6),
        "on_time_share_recommended_p10": round(best.on_time_share_p10, 6),
        "on_time_share_recommended_p90": round(best.on_time_share_p90, 6),
        "late_items_today": round(late[0]),
        "late_items_recommended": round(late[1]),
        "probability_all_targets_met": round(plan.service_recommended.probability_all_met, 6),
        "targets_met_today": targets_met(plan, recommended=False),
        "targets_met_recommended": targets_met(plan, recommended=True),
        "queues": len(plan.service_today.queues),
        "people_alone": people_alone_status(plan),
    }


def people_alone_status(plan: QuarterPlan) -> str:
    """How the search for a plan of people alone ended, in one word.

    Parameters
    ----------
    plan
        What a run found.

    Returns
    -------
    str
        `OPTIMAL`, `TIME_LIMITED` or `INFEASIBLE` where there is a plan; `NO_PLAN_` and `TIME_LIMITED`, `INFEASIBLE`,
        `UNBOUNDED` or `SOLVER_ERROR` where there is none.
    """
    ended = plan.people_alone.status.name
    return ended if plan.staffing_plan is not None else f"{NO_PLAN}{ended}"


def targets_met(plan: QuarterPlan, *, recommended: bool) -> int:
    """Number of queues whose target is met with the wanted probability.

    Parameters
    ----------
    plan
        What a run found.
    recommended : bool
        With the recommended set, or with today's staffing.

    Returns
    -------
    int
    """
    outcome = plan.service_recommended if recommended else plan.service_today
    return int((outcome.probability_met >= plan.requirement.probability).sum())
