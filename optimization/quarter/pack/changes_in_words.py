"""What changed between two runs, in words."""

from __future__ import annotations

from forecasting.charts.chart_style import money, percent, points
from optimization.quarter.compare import SAME_PART, SAME_SHARE, SAME_USD, InputChange, RequestChange, RunComparison
from optimization.quarter.pack.phrases import in_words, listed


def changes_in_words(found: RunComparison) -> tuple[str, ...]:
    """Put a comparison in words, the recommendation first.

    Parameters
    ----------
    found
        What changed.

    Returns
    -------
    tuple of str
        Sentences.
    """
    return (*_headline(found), *_asks(found), *_volumes(found), *_causes(found))


def _headline(found: RunComparison) -> list[str]:
    cost, share = found.figure("recommended_cost_usd"), found.figure("on_time_share_recommended")
    same_cost = abs(cost.after - cost.before) < SAME_USD
    same_share = abs(share.after - share.before) < SAME_SHARE
    if same_cost and same_share and not found.requests:
        return [f"Since run {found.before} the recommendation has not changed."]
    money_words = (
        f"stays at {money(cost.after)}" if same_cost else f"goes from {money(cost.before)} to {money(cost.after)}"
    )
    share_words = (
        f"stays at {percent(share.after)}"
        if same_share
        else f"goes from {percent(share.before)} to {percent(share.after)} ({points(share.after - share.before)})"
    )
    met, queues = found.figure("targets_met_recommended"), found.figure("queues")
    then, now = f"{met.before:.0f} of {queues.before:.0f}", f"{met.after:.0f} of {queues.after:.0f}"
    return [
        f"Since run {found.before} the recommended cost {money_words}, and its on-time share {share_words}.",
        f"Queues that meet their target: {now}, after {then}.",
    ]


def _asks(found: RunComparison) -> list[str]:
    words = {
        "new": "New asks",
        "withdrawn": "No longer asked for",
        "now funded": "Now funded",
        "no longer funded": "No longer funded",
        "funded more": "Funded more",
        "funded less": "Funded less",
        "cost": "At another cost",
    }
    sentences = []
    for change, label in words.items():
        names = [_ask(one) for one in found.requests if one.change == change]
        if names:
            sentences.append(f"{label}: {listed(names)}.")
    return sentences


def _ask(one: RequestChange) -> str:
    name = in_words(one.request)
    if one.change == "new":
        return f"{name} ({money(one.cost_after_usd or 0.0)}, {one.verdict_after})"
    if one.change in ("funded more", "funded less"):
        return f"{name} ({one.share_before:.0%} to {one.share_after:.0%})"
    if one.change == "cost":
        return f"{name} ({money(one.cost_before_usd or 0.0)} to {money(one.cost_after_usd or 0.0)})"
    return name


def _volumes(found: RunComparison) -> list[str]:
    """Queues whose expected volume moved most, of those in both runs."""
    moved = [
        (one.items_after / one.items_before - 1.0, one)
        for one in found.queues
        if one.items_before and one.items_after is not None
    ]
    moved = sorted((pair for pair in moved if abs(pair[0]) >= SAME_PART), key=lambda p: (-abs(p[0]), p[1].queue))
    sentences = []
    if moved:
        names = [f"{in_words(one.queue)} ({100 * part:+.1f}%)" for part, one in moved]
        sentences.append(f"Expected items a week moved most in: {listed(names, most=3)}.")
    for label, gone in (("New queues", "items_before"), ("Queues no longer planned", "items_after")):
        names = [in_words(one.queue) for one in found.queues if getattr(one, gone) is None]
        if names:
            sentences.append(f"{label}: {listed(names)}.")
    return sentences


def _causes(found: RunComparison) -> list[str]:
    if not found.inputs:
        return ["No input changed."]
    return [f"Inputs that changed: {listed([_cause(one) for one in found.inputs], most=10)}."]


def _cause(one: InputChange) -> str:
    if one.name.endswith("_usd"):
        before, after = (money(float(value)) if value else "none" for value in (one.before, one.after))
        return f"{one.name} ({before} to {after})"
    if "." in one.name and not one.name.endswith((".csv", ".toml")):
        return f"{one.name} ({one.before or 'none'} to {one.after or 'none'})"
    return one.name
