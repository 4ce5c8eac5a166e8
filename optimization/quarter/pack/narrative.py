"""The plan in words: what to fund and why, what was cut, the trade-off, the risks, what would change our mind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.charts.chart_style import money, percent, points
from optimization.frontier import Frontier
from optimization.frontier_point import FrontierPoint
from optimization.one_by_one import ranked_one_by_one
from optimization.quarter.compare import RunComparison
from optimization.quarter.manifest import targets_met
from optimization.quarter.pack.changes_in_words import changes_in_words
from optimization.quarter.pack.decisions import Decision, by_gain, cut_in_words, decisions
from optimization.quarter.pack.evidence import all_targets_in_words, close_calls_in_words
from optimization.quarter.pack.phrases import counted, in_words, listed
from optimization.quarter.pack.turning_points import TurningPoint, turning_points
from optimization.quarter.plan import QuarterPlan

# Changes of the on-time share below this are not worth a word.
NO_CHANGE = 5e-5
MOST_TURNING_POINTS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Narrative:
    """Sentences by what they answer; each may be empty but for the recommendation.

    Attributes
    ----------
    recommendation
        What to fund, what it buys and how sure that is, and why this set.
    service
        Which targets it meets and which it leaves open.
    cut
        What is not funded, or not in full.
    trade_off
        What less money, all money asked for, ranking one by one, and people alone would give.
    risks
        What may go wrong, and what the data say against themselves.
    change
        The figures nearest to changing the recommendation.
    since
        What changed since an earlier run, if one was given.
    turning_points
        All such figures, nearest first.
    decisions
        Request by request: what is funded first, by what it gives.
    """

    recommendation: tuple[str, ...]
    service: tuple[str, ...]
    cut: tuple[str, ...]
    trade_off: tuple[str, ...]
    risks: tuple[str, ...]
    change: tuple[str, ...]
    since: tuple[str, ...]
    turning_points: tuple[TurningPoint, ...]
    decisions: tuple[Decision, ...]

    @property
    def headline(self) -> str:
        """The answer in one sentence."""
        return self.recommendation[0]

    @property
    def paragraphs(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Heading and sentences of each paragraph that has any, in reading order."""
        every = (
            ("Recommendation", self.recommendation),
            ("What it buys", self.service),
            ("What was cut", self.cut),
            ("The trade-off", self.trade_off),
            ("Risks", self.risks),
            ("What would change our mind", self.change),
            ("What changed since the last run", self.since),
        )
        return tuple((heading, sentences) for heading, sentences in every if sentences)


def narrate(plan: QuarterPlan, findings: pd.DataFrame, comparison: RunComparison | None = None) -> Narrative:
    """Put a plan in words.

    Parameters
    ----------
    plan
        What a run found.
    findings : pandas.DataFrame
        On the volumes it rests on, as `VolumeHistory.describe` gives them.
    comparison
        With an earlier run.

    Returns
    -------
    Narrative
        Every figure in it is computed from the plan.
    """
    turns = turning_points(plan.frontier, plan.analysis.break_even)
    return Narrative(
        recommendation=tuple(_recommendation(plan)),
        service=tuple(_service(plan)),
        cut=cut_in_words(plan),
        trade_off=tuple(_trade_off(plan)),
        risks=(*_risks(plan), *close_calls_in_words(plan), *_data_risks(findings)),
        change=tuple(point.sentence for point in turns[:MOST_TURNING_POINTS]),
        since=changes_in_words(comparison) if comparison else (),
        turning_points=turns,
        decisions=decisions(plan),
    )


def _recommendation(plan: QuarterPlan) -> list[str]:
    frontier, best = plan.frontier, plan.recommended
    n_requests = len(plan.scorecard.scores)
    now, then = percent(frontier.today.on_time_share_mean), percent(best.on_time_share_mean)
    low, high = percent(best.on_time_share_p10), percent(best.on_time_share_p90)
    between = f"it lies between {low} and {high}" if low != high else f"it is {low}"
    futures = f"in 8 of 10 simulated futures {between}"
    if not n_requests:
        return [f"Nothing was asked for. The on-time share, weighted by severity, is expected at {now}; {futures}."]
    if not best.funded:
        nothing_of = "Do not fund the one request" if n_requests == 1 else f"Fund none of the {n_requests:,} requests"
        nothing = f"{nothing_of}: the on-time share, weighted by severity, stays at {now}; {futures}."
        return [nothing, *_why(frontier)]
    number, total = len(best.funded), counted(n_requests, "request")
    which = f"all {total}" if number == n_requests > 1 else f"{number:,} of {total}"
    every = "the one request" if number == n_requests == 1 else which
    in_part = sum(0 < level < 1 for level in best.levels)
    part = f" ({in_part} in part)" if in_part else ""
    sentence = (
        f"Fund {every}{part} for {money(best.cost_usd)}{_of_budget(frontier)}: the on-time share, weighted by "
        f"severity, goes from {now} to {then}; {futures}."
    )
    mandatory = [in_words(request.name) for request in plan.values.case.requests if request.mandatory]
    return [sentence, *_why(frontier), *([f"Mandatory: {listed(mandatory)}."] if mandatory else [])]


def _of_budget(frontier: Frontier) -> str:
    return f" of a budget of {money(frontier.budget_usd)}" if np.isfinite(frontier.budget_usd) else ""


def _why(frontier: Frontier) -> list[str]:
    """What makes the set the best one, and whether every other was looked at."""
    within = f"within the budget of {money(frontier.budget_usd)} " if np.isfinite(frontier.budget_usd) else ""
    price = frontier.willingness_to_pay_usd
    if price is None:
        beats = f"No other set {within}gives a higher on-time share"
    else:
        beats = (
            f"Of the sets on the frontier none {within}is worth more after its cost, where avoiding a late item of "
            f"severity 1 is worth {money(price)}"
        )
    if not frontier.values.is_complete:
        return [f"{beats} among those that were looked at, on the same simulated futures ({frontier.optimality})."]
    if price is None and frontier.gap > 0:
        beats += f" by more than {points(frontier.gap)}"
    return [f"{beats}: every set that can go together was valued, on the same simulated futures."]


def _service(plan: QuarterPlan) -> list[str]:
    """Which targets are met, which are not, and how many items are late in all."""
    wanted, service = plan.requirement.probability, plan.service_recommended
    met, before = targets_met(plan, recommended=True), targets_met(plan, recommended=False)
    due = float(f"{plan.service_today.due.sum(axis=0).mean():.3g}")
    late = [float(one.late.mean(axis=1).sum()) for one in (plan.service_today, service)]
    queues = counted(len(service.queues), "queue")
    has = "has" if 1 in (met, len(service.queues)) else "have"
    moves = bool(plan.recommended.funded)
    then, now = ("then ", f" (today {before})") if moves else ("", "")
    expected = f"{late[1]:,.0f}"
    items = f"Late items go from {late[0]:,.0f} to {expected}" if moves else f"Expected are {expected} late items"
    sentence = (
        f"{met} of {queues} {then}{has} a chance of at least {percent(wanted, 0)} to meet the target{now}; "
        f"the chance that all do is {percent(service.probability_all_met, 0)}. {items} of about {due:,.0f} that fall "
        "due."
    )
    short = sorted(
        (float(chance), in_words(queue.name))
        for queue, chance in zip(service.queues, service.probability_met, strict=True)
        if chance < wanted
    )
    if not short:
        return [sentence]
    names = listed([f"{name} ({percent(chance, 0)})" for chance, name in short])
    return [sentence, f"Below {percent(wanted, 0)} {'stays' if len(short) == 1 else 'stay'}: {names}."]


def _trade_off(plan: QuarterPlan) -> list[str]:
    if not plan.scorecard.scores:
        return [*all_targets_in_words(plan)]
    frontier, best = plan.frontier, plan.recommended
    asked = frontier.requested
    sentences = [*_unspent(frontier, best), *_less_money(frontier, best)]
    if (asked.levels != best.levels).any():
        sentences.append(
            f"All asks that can go together would cost {money(asked.cost_usd)} and give "
            f"{percent(asked.on_time_share_mean)} ({points(asked.on_time_share_mean - best.on_time_share_mean)})."
        )
    least = frontier.least
    if least.funded and (least.levels != best.levels).any():
        sentences.append(
            f"With the mandatory requests alone the share is {percent(least.on_time_share_mean)} for "
            f"{money(least.cost_usd)}."
        )
    return [*sentences, *_one_by_one(frontier, best), *all_targets_in_words(plan)]


def _unspent(frontier: Frontier, best: FrontierPoint) -> list[str]:
    """Why the recommended set stops where it does."""
    left, price = frontier.budget_usd - best.cost_usd, frontier.next_step_price_usd
    if not np.isfinite(left) or left < 0.005:
        return []
    unspent = f"{money(left)} of the budget of {money(frontier.budget_usd)} stays unspent"
    if price is None:
        return [f"{unspent}: nothing that was asked for would lift the on-time share further."]
    if frontier.willingness_to_pay_usd is None or price <= frontier.willingness_to_pay_usd:
        return [f"{unspent}: the next step that is worth its cost does not fit."]
    sentence = (
        f"{unspent}: the cheapest next step costs {money(price)} for each late item of severity 1 that it avoids, more "
        f"than the {money(frontier.willingness_to_pay_usd)} that avoiding one is held to be worth."
    )
    return [sentence]


def _less_money(frontier: Frontier, best: FrontierPoint) -> list[str]:
    """What the best set is with 10% less than the recommended one costs."""
    less = 0.9 * best.cost_usd
    if best.cost_usd == 0:
        return []
    if less < frontier.cost_usd[0]:
        return [f"10% less than recommended ({money(less)}) is less than the cheapest set that is allowed costs."]
    other = frontier.at_budget(less)
    names = [in_words(request.name) for request in frontier.values.case.requests]
    both = list(zip(names, best.levels, other.levels, strict=True))
    changed = {
        "out": [name for name, was, now in both if was > 0 and now == 0],
        "less of": [name for name, was, now in both if 0 < now < was],
        "more of": [name for name, was, now in both if now > was > 0],
        "in": [name for name, was, now in both if was == 0 and now > 0],
    }
    changes = "; ".join(f"{what}: {listed(found)}" for what, found in changed.items() if found)
    lost = other.on_time_share_mean - best.on_time_share_mean
    sentence = (
        f"With {money(less)}, 10% less than recommended, the best set gives {percent(other.on_time_share_mean)} "
        f"({points(lost)}); {changes}."
    )
    return [sentence]


def _one_by_one(frontier: Frontier, best: FrontierPoint) -> list[str]:
    values = frontier.values
    ranked = values.measure(ranked_one_by_one(values, frontier.budget_usd))
    lost = best.on_time_share_mean - float(ranked.share.mean())
    if lost < NO_CHANGE:
        return []
    sentence = (
        f"Picking requests one by one, by lateness avoided per dollar, would cost {money(ranked.cost_usd)} and give "
        f"{percent(float(ranked.share.mean()))} ({points(-lost)} against the recommended set): requests overlap and "
        "depend on each other."
    )
    return [sentence]


def _risks(plan: QuarterPlan) -> list[str]:
    best = plan.recommended
    low = percent(best.on_time_share_p10)
    sentences = [f"In 1 of 10 simulated futures the on-time share falls below {low}."] if low != "100%" else []
    if plan.requirement.out_of_reach:
        names = listed([in_words(name) for name in plan.requirement.out_of_reach])
        sentences.append(f"No staffing in today's opening hours meets the target of: {names}.")
    funded = [score for score in by_gain(plan) if score.funded_share > 0]
    if funded and funded[0].marginal_gain > NO_CHANGE:
        most = funded[0]
        sentences.append(
            f"Most rests on {in_words(most.name)}: without it the on-time share is "
            f"{points(most.marginal_gain).removeprefix('+')} lower."
        )
    requests = {request.name: request for request in plan.values.case.requests}
    may_fail = [requests[score.name] for score in funded if requests[score.name].success_probability < 1]
    if may_fail:
        chances = listed([f"{in_words(one.name)} ({percent(1 - one.success_probability, 0)})" for one in may_fail])
        it = "This" if len(may_fail) == 1 else "These"
        sentences.append(f"{it} may come to nothing, and the money is spent anyway: {chances}.")
    return sentences


def _data_risks(findings: pd.DataFrame) -> list[str]:
    """How many doubts there are about the volumes, and the gravest of them."""
    grave = findings[findings["severity"] != "note"]
    if grave.empty:
        return []
    found = counted(len(grave), "finding")
    first = "" if len(grave) == 1 else "; the first"
    return [f"The volumes carry {found} to clear up{first}: {in_words(str(grave['sentence'].iloc[0]))}"]
