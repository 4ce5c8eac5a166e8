"""What is to happen with each request, in words: funded, cut to a part, deferred or rejected."""

from __future__ import annotations

from dataclasses import dataclass

from forecasting.charts.chart_style import money
from optimization.quarter.pack.phrases import funded_amount, in_words, listed
from optimization.quarter.plan import QuarterPlan
from optimization.reason import Verdict
from optimization.score import RequestScore


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What is to happen with one request, in words.

    Attributes
    ----------
    request, title, owner
        Of the request.
    verdict
        In a word.
    asked_usd, approved_usd
        Cost within the plan, in full and of what is funded. [USD]
    amount
        How much is funded where it is funded in part, such as "27 of 40 seats"; else empty.
    reason
        Why, with figures.
    """

    request: str
    title: str
    owner: str
    verdict: Verdict
    asked_usd: float
    approved_usd: float
    amount: str
    reason: str


def decisions(plan: QuarterPlan) -> tuple[Decision, ...]:
    """Put the verdict on every request in words.

    Parameters
    ----------
    plan
        What a run found.

    Returns
    -------
    tuple of Decision
        What is funded first, by what it gives.
    """
    requests = {request.name: request for request in plan.values.case.requests}
    return tuple(
        Decision(
            request=score.name,
            title=" ".join(score.title.split()),
            owner=" ".join(score.owner.split()),
            verdict=score.verdict,
            asked_usd=score.cost_usd,
            approved_usd=approved_usd(plan, score),
            amount=funded_amount(requests[score.name], score.funded_share) if 0 < score.funded_share < 1 else "",
            reason=score.reason,
        )
        for score in sorted(by_gain(plan), key=lambda score: score.funded_share == 0)
    )


def cut_in_words(plan: QuarterPlan) -> tuple[str, ...]:
    """Say what is funded in part, what could be smaller, and what is not funded at all.

    Parameters
    ----------
    plan
        What a run found.

    Returns
    -------
    tuple of str
        Empty if nothing was asked for.
    """
    scores = by_gain(plan)
    requests = {request.name: request for request in plan.values.case.requests}
    sentences = []
    part = [
        f"{in_words(score.name)} ({funded_amount(requests[score.name], score.funded_share)}, "
        f"{money(score.cost_usd - approved_usd(plan, score))} less)"
        for score in scores
        if 0 < score.funded_share < 1
    ]
    if part:
        sentences.append(f"Funded in part: {listed(part)}.")
    oversized = [score for score in scores if score.funded_share == 1 and score.verdict is Verdict.TRIM and score.size]
    if oversized:
        sizes = [f"{in_words(s.name)} ({s.size.supported:,.4g} of {s.size.asked:,.4g})" for s in oversized if s.size]
        sentences.append(f"Funded in full, though fewer heads would do for the targets: {listed(sizes)}.")
    for verdict, why in (
        (Verdict.DEFER, "Deferred"),
        (Verdict.REJECT, "Rejected, as they add nothing to what is funded or would take the place of better"),
    ):
        out = [score for score in scores if score.funded_share == 0 and score.verdict is verdict]
        if out:
            total = money(sum(score.cost_usd for score in out))
            names = listed([f"{in_words(score.name)} ({money(score.cost_usd)})" for score in out])
            each = why.replace("they add", "it adds") if len(out) == 1 else why
            sentences.append(f"{each}: {names}{f'; {total} in all' if len(out) > 1 else ''}.")
    if scores and not sentences:
        sentences.append("Nothing was cut.")
    return tuple(sentences)


def by_gain(plan: QuarterPlan) -> list[RequestScore]:
    """Order the scores by what each request gives on top of the others.

    Parameters
    ----------
    plan
        What a run found.

    Returns
    -------
    list of RequestScore
    """
    return sorted(plan.scorecard.scores, key=lambda score: (-score.marginal_gain, score.name))


def approved_usd(plan: QuarterPlan, score: RequestScore) -> float:
    """Cost of what is funded of a request; together the cost of the recommended set.

    Parameters
    ----------
    plan
        What a run found.
    score
        Of the request.

    Returns
    -------
    float
        Within the plan. [USD]
    """
    if score.funded_share == 0:
        return 0.0
    case = plan.values.case
    (request,) = (request for request in case.requests if request.name == score.name)
    return request.cost_usd(case.n_weeks, score.funded_share)
