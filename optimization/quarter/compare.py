"""What changed between two runs: recommendation, cost, service, volumes, requests, queues and inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from optimization.quarter.run_facts import RunFacts

# Changes below these are rounding, not news: shares, money [USD], items a week as a part of the former.
SAME_SHARE, SAME_USD, SAME_PART = 5e-4, 0.005, 5e-3

FIGURES = (
    ("budget_usd", "USD", "Budget"),
    ("recommended_cost_usd", "USD", "Recommended cost"),
    ("on_time_share_today", "share", "On-time share today"),
    ("on_time_share_recommended", "share", "On-time share, recommended"),
    ("late_items_today", "items", "Late items today"),
    ("late_items_recommended", "items", "Late items, recommended"),
    ("targets_met_recommended", "queues", "Queues that meet their target, recommended"),
    ("queues", "queues", "Queues"),
    ("probability_all_targets_met", "share", "Chance that all targets are met"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureChange:
    """One headline figure before and after; `unit` is USD, share, items or queues."""

    name: str
    label: str
    unit: str
    before: float
    after: float


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestChange:
    """One request of which something changed.

    Attributes
    ----------
    request
        Its name.
    change
        `new`, `withdrawn`, `now funded`, `no longer funded`, `funded more`, `funded less`, or `cost` where only that
        changed.
    cost_before_usd, cost_after_usd
        Full cost within the plan; None where it is not asked for. [USD]
    share_before, share_after
        Share that is funded. [-]
    verdict_before, verdict_after
        In a word; empty where it is not asked for.
    """

    request: str
    change: str
    cost_before_usd: float | None
    cost_after_usd: float | None
    share_before: float
    share_after: float
    verdict_before: str
    verdict_after: str


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueChange:
    """One queue before and after, with the recommended set; None where the run does not have it.

    Attributes
    ----------
    queue
        Its name.
    items_before, items_after
        Mean arrivals of a week. [items]
    on_time_before, on_time_after
        Mean on-time share. [-]
    chance_before, chance_after
        Chance of meeting the target. [-]
    """

    queue: str
    items_before: float | None
    items_after: float | None
    on_time_before: float | None
    on_time_after: float | None
    chance_before: float | None
    chance_after: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class InputChange:
    """One input that changed: a file, a setting of the plan file, or code, libraries and seed."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RunComparison:
    """What changed between two runs.

    Attributes
    ----------
    before, after
        Names of the runs.
    figures
        All headline figures.
    requests, queues, inputs
        Those of which something changed; queues in the order of the later run.
    """

    before: str
    after: str
    figures: tuple[FigureChange, ...]
    requests: tuple[RequestChange, ...]
    queues: tuple[QueueChange, ...]
    inputs: tuple[InputChange, ...]

    def figure(self, name: str) -> FigureChange:
        """Return one headline figure."""
        return next(figure for figure in self.figures if figure.name == name)

    def to_dict(self) -> dict[str, Any]:
        """Return everything, fit for JSON."""
        return asdict(self)


def compare_runs(before: RunFacts, after: RunFacts) -> RunComparison:
    """Find what changed from one run to another.

    Parameters
    ----------
    before, after
        What the runs say.

    Returns
    -------
    RunComparison
    """
    was, now = before.manifest["headline"], after.manifest["headline"]
    return RunComparison(
        before=before.run_id,
        after=after.run_id,
        figures=tuple(
            FigureChange(name=name, label=label, unit=unit, before=float(was[name]), after=float(now[name]))
            for name, unit, label in FIGURES
        ),
        requests=_request_changes(before.requests, after.requests),
        queues=_queue_changes(before.queues, after.queues),
        inputs=_input_changes(before.manifest, after.manifest),
    )


def _request_changes(before: pd.DataFrame, after: pd.DataFrame) -> tuple[RequestChange, ...]:
    found = []
    for name in dict.fromkeys([*after.index, *before.index]):
        was = before.loc[name] if name in before.index else None
        now = after.loc[name] if name in after.index else None
        share_was = 0.0 if was is None else float(was["funded_share"])
        share_now = 0.0 if now is None else float(now["funded_share"])
        cost_was = None if was is None else float(was["cost_usd"])
        cost_now = None if now is None else float(now["cost_usd"])
        change = _kind(share_was, share_now, cost_was, cost_now)
        if change:
            found.append(
                RequestChange(
                    request=str(name),
                    change=change,
                    cost_before_usd=cost_was,
                    cost_after_usd=cost_now,
                    share_before=share_was,
                    share_after=share_now,
                    verdict_before="" if was is None else str(was["verdict"]),
                    verdict_after="" if now is None else str(now["verdict"]),
                )
            )
    return tuple(found)


def _kind(share_was: float, share_now: float, cost_was: float | None, cost_now: float | None) -> str:
    """What happened to a request in a word or two; empty where nothing did."""
    if cost_was is None:
        return "new"
    if cost_now is None:
        return "withdrawn"
    if (share_was > 0) != (share_now > 0):
        return "now funded" if share_now > 0 else "no longer funded"
    if share_was != share_now:
        return "funded more" if share_now > share_was else "funded less"
    return "cost" if abs(cost_now - cost_was) >= SAME_USD else ""


def _queue_changes(before: pd.DataFrame, after: pd.DataFrame) -> tuple[QueueChange, ...]:
    found = []
    for name in dict.fromkeys([*after.index, *before.index]):
        was = before.loc[name] if name in before.index else None
        now = after.loc[name] if name in after.index else None
        if was is not None and now is not None:
            moved = abs(now["items_a_week"] / was["items_a_week"] - 1) if was["items_a_week"] else now["items_a_week"]
            shares = ("on_time_share_mean", "probability_target_met")
            if moved < SAME_PART and all(abs(now[share] - was[share]) < SAME_SHARE for share in shares):
                continue
        pair = {
            f"{field}_{when}": None if row is None else float(row[column])
            for field, column in (
                ("items", "items_a_week"),
                ("on_time", "on_time_share_mean"),
                ("chance", "probability_target_met"),
            )
            for when, row in (("before", was), ("after", now))
        }
        found.append(QueueChange(queue=str(name), **pair))
    return tuple(found)


def _input_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[InputChange, ...]:
    """Files by their hashes, settings of the plan file by their values, then code, libraries and seed."""
    was, now = before["inputs_sha256"], after["inputs_sha256"]
    # The plan file speaks by its settings.
    files = [name for name in sorted({*was, *now}) if was.get(name) != now.get(name) and not name.endswith(".toml")]
    found = [InputChange(name=name, before=_short(was.get(name)), after=_short(now.get(name))) for name in files]
    settings_was, settings_now = _settings(before["config"]), _settings(after["config"])
    named = [*dict.fromkeys([*settings_was, *settings_now])]
    pairs = [(name, settings_was.get(name, ""), settings_now.get(name, "")) for name in named]
    pairs += [("seed", str(before["seed"]), str(after["seed"]))]
    pairs += [("code", _short(before["code_sha256"]), _short(after["code_sha256"]))]
    libraries = sorted({*before["libraries"], *after["libraries"]})
    pairs += [(name, before["libraries"].get(name, ""), after["libraries"].get(name, "")) for name in libraries]
    found += [InputChange(name=name, before=one, after=other) for name, one, other in pairs if one != other]
    return tuple(found)


def _short(digest: str | None) -> str:
    return digest[:12] if digest else ""


def _settings(config: Mapping[str, Any]) -> dict[str, str]:
    """Settings of a plan file by their full name."""
    return {
        f"{section}.{key}": str(value)
        for section, values in config.items()
        for key, value in (values or {}).items()
        if value is not None
    }
