"""What each request is worth, alone and on top of the others, and the verdict in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimization.block_values import SetValues
from optimization.effect import EffectKind
from optimization.funded_sets import minimum_set, with_needs, without
from optimization.reason import ReasonFacts, Verdict, reason_in_words
from optimization.validated_size import ValidatedSize, validated_size

FloatArray = NDArray[np.float64]

# A request that lifts the on-time share by less than this is said to change nothing.
NO_CHANGE = 5e-5


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestScore:
    """Cost, value and verdict of one request.

    Attributes
    ----------
    name, title, owner
        Of the request.
    cost_usd
        In full, within the plan. [USD]
    funded_share
        Share that the recommended set funds. [-]
    stand_alone_gain, marginal_gain
        Change of the on-time share by the request and what it needs: alone, and on top of the rest of the
        recommended set, from which what needs it or excludes it is taken out. [-]
    marginal_p10, marginal_p90
        80% interval over paths of the marginal change. [-]
    marginal_cost_usd
        Change of the cost that goes with the marginal change: of the funded share, and of what comes and goes with
        it. [USD]
    late_items_avoided
        Items on time that would not be without it, on top of the rest of the recommended set. [items]
    cost_per_item_usd
        Marginal cost over late items avoided; None where fewer than half an item is, or where it costs nothing more.
        [USD/item]
    size
        Heads asked and supported; None where nothing is counted in heads.
    verdict, reason
        In a word and in words.

    Examples
    --------
    The only request adds alone what it adds on top of the others.

    >>> from optimization import sample_case, value_all_blocks
    >>> (score,) = score_requests(value_all_blocks(sample_case()), np.array([1.0])).scores
    >>> score.marginal_cost_usd, score.stand_alone_gain == score.marginal_gain, score.late_items_avoided > 0
    (2700.0, True, True)
    """

    name: str
    title: str
    owner: str
    cost_usd: float
    funded_share: float
    stand_alone_gain: float
    marginal_gain: float
    marginal_p10: float
    marginal_p90: float
    marginal_cost_usd: float
    late_items_avoided: float
    cost_per_item_usd: float | None
    size: ValidatedSize | None
    verdict: Verdict
    reason: str

    @property
    def cost_per_point_usd(self) -> float | None:
        """Marginal cost over the marginal change in percentage points [USD].

        None where it does not help, or where it costs nothing more.
        """
        if self.marginal_gain <= NO_CHANGE or self.marginal_cost_usd <= 0:
            return None
        return self.marginal_cost_usd / (100 * self.marginal_gain)


@dataclass(frozen=True, kw_only=True, slots=True)
class Scorecard:
    """Scores of all requests, as `score_requests` gives them.

    Attributes
    ----------
    scores
        One a request, in order.

    Examples
    --------
    A request that would help, but is not in the recommended set, is put off.

    >>> from optimization import sample_case, value_all_blocks
    >>> scorecard = score_requests(value_all_blocks(sample_case()), np.array([0.0]))
    >>> scorecard.to_frame()[["request", "verdict"]].to_numpy().tolist()
    [['three', 'defer']]
    """

    scores: tuple[RequestScore, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row a request; sizes are blank where nothing is counted in heads."""
        return pd.DataFrame(
            {
                "request": [s.name for s in self.scores],
                "title": [s.title for s in self.scores],
                "owner": [s.owner for s in self.scores],
                "cost_usd": [s.cost_usd for s in self.scores],
                "stand_alone_on_time_change": [s.stand_alone_gain for s in self.scores],
                "marginal_on_time_change": [s.marginal_gain for s in self.scores],
                "marginal_on_time_change_p10": [s.marginal_p10 for s in self.scores],
                "marginal_on_time_change_p90": [s.marginal_p90 for s in self.scores],
                "marginal_cost_usd": [s.marginal_cost_usd for s in self.scores],
                "late_items_avoided": [s.late_items_avoided for s in self.scores],
                "cost_per_extra_on_time_item_usd": [s.cost_per_item_usd for s in self.scores],
                "cost_per_point_usd": [s.cost_per_point_usd for s in self.scores],
                "asked_size": [s.size.asked if s.size else None for s in self.scores],
                "validated_size": [s.size.supported if s.size else None for s in self.scores],
                "funded_share": [s.funded_share for s in self.scores],
                "verdict": [str(s.verdict) for s in self.scores],
                "reason": [s.reason for s in self.scores],
            }
        )


def score_requests(
    values: SetValues,
    recommended: FloatArray,
    *,
    probability: float = 0.8,
    budget_usd: float = float("inf"),
    willingness_to_pay_usd: float | None = None,
) -> Scorecard:
    """Score every request alone and on top of the recommended set.

    Parameters
    ----------
    values
        Every feasible set, valued.
    recommended : ndarray of shape (n_requests,)
        Share of each request that the recommended set funds. [-]
    probability : float
        With which targets are to be met, for the validated size. [-]
    budget_usd, willingness_to_pay_usd : float
        As the recommended set was chosen with; they appear in the reasons. [USD]

    Returns
    -------
    Scorecard

    Raises
    ------
    ValueError
        If the recommended set is not feasible.

    Examples
    --------
    Of nine seats asked the 42 hours of work a week need two or three.

    >>> from optimization import sample_case, value_all_blocks
    >>> (score,) = score_requests(value_all_blocks(sample_case(nine=(9, 8100))), np.array([1.0])).scores
    >>> score.verdict.value, score.size.asked, 1 < score.size.supported < 4
    ('trim', 9, True)
    """
    if not values.is_feasible(recommended):
        raise ValueError(f"recommended must keep every dependency and level of the requests; found {recommended}")
    return Scorecard(
        scores=tuple(
            _score(values, row, recommended, probability, budget_usd, willingness_to_pay_usd)
            for row in range(len(values.case.requests))
        )
    )


def _score(
    values: SetValues,
    row: int,
    recommended: FloatArray,
    probability: float,
    budget_usd: float,
    willingness_to_pay_usd: float | None,
) -> RequestScore:
    case, request = values.case, values.case.requests[row]
    share = float(recommended[row])
    start = without(case, row, minimum_set(case))
    base = without(case, row, recommended)
    full = recommended if share > 0 else with_needs(case, row, base)
    alone = values.measure(with_needs(case, row, start)).share - values.measure(start).share
    before, after = values.measure(base), values.measure(full)
    gain = after.share - before.share
    avoided, extra_cost = before.late_items - after.late_items, after.cost_usd - before.cost_usd
    size = validated_size(case, row, full, probability=probability)
    left_out = [other for other, was, now in zip(case.requests, base, full, strict=True) if was > 0 and now == 0]
    possible = full[row] > 0 and values.is_feasible(full)
    verdict = _verdict(share, float(gain.mean()), size) if possible else Verdict.REJECT
    facts = ReasonFacts(
        gain=float(gain.mean()),
        avoided=avoided,
        cost_per_item=extra_cost / avoided if avoided > 0.5 and extra_cost > 0 else None,
        worth=None if willingness_to_pay_usd is None else willingness_to_pay_usd * (before.late_harm - after.late_harm),
        cost=extra_cost,
        over_budget=after.cost_usd > budget_usd,
        share=share,
        mandatory=request.mandatory,
        needs=request.needs,
        instead_of=tuple(other.name for other in left_out),
        taken_along=tuple(
            other.name
            for index, other in enumerate(case.requests)
            if index != row and share > 0 and recommended[index] > 0 and base[index] == 0
        ),
        possible=possible,
        excluded_by_mandatory=tuple(one.name for one in left_out if one.mandatory),
        counted="seats" if any(effect.kind is EffectKind.SEATS for effect in request.effects) else "heads",
    )
    low, high = np.quantile(gain, [0.1, 0.9])
    return RequestScore(
        name=request.name,
        title=request.title,
        owner=request.owner,
        cost_usd=request.cost_usd(case.n_weeks),
        funded_share=share,
        stand_alone_gain=float(alone.mean()),
        marginal_gain=facts.gain,
        marginal_p10=float(low),
        marginal_p90=float(high),
        marginal_cost_usd=extra_cost,
        late_items_avoided=avoided,
        cost_per_item_usd=facts.cost_per_item,
        size=size,
        verdict=verdict,
        reason=reason_in_words(verdict, facts, size, probability),
    )


def _verdict(share: float, gain: float, size: ValidatedSize | None) -> Verdict:
    if share > 0:
        # Part-funding already is a trim; a smaller size is one only if it is smaller than what is funded.
        trimmed = share < 1 or (size is not None and 0 < size.supported < size.asked)
        return Verdict.TRIM if trimmed else Verdict.FUND
    return Verdict.DEFER if gain > NO_CHANGE else Verdict.REJECT
