"""Checks of what is asked against what the forecast and the service model support."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capacity import ServiceOutcome
from forecasting.charts.chart_style import money, percent, points
from optimization.block_values import SetValues
from optimization.cost import CostKind
from optimization.economics.terms import EconomicTerms
from optimization.effect import COUNTED, EffectKind
from optimization.finding import Finding, FindingCode, RequestFindings, Severity
from optimization.funded_sets import minimum_set, with_needs, without
from optimization.request import OpexRequest, touched
from optimization.request_claims import claim_findings
from optimization.request_timing import timing_findings
from optimization.score import NO_CHANGE, Scorecard
from optimization.validated_size import ValidatedSize
from optimization.value import service_of

FloatArray = NDArray[np.float64]

# Heads beyond the supported size that add less than this to the on-time share of their queues are not needed, even
# where the target stays out of reach.
LITTLE = 1e-3
ORDER = {Severity.SERIOUS: 0, Severity.WARNING: 1, Severity.NOTE: 2}


@dataclass(frozen=True, kw_only=True, slots=True)
class Tolerances:
    """From where on a difference is worth a finding, all relative.

    Attributes
    ----------
    overlap
        Part of the sum of two requests' worth that is lost when both are funded. [-]
    claim
        Difference of the claimed from the computed benefit. [-]
    head_cost
        Difference of the cost of a head from that of the team. [-]
    """

    overlap: float = 0.1
    claim: float = 0.25
    head_cost: float = 0.25

    def __post_init__(self) -> None:
        for name in ("overlap", "claim", "head_cost"):
            if not 0.0 <= getattr(self, name) < np.inf:
                raise ValueError(f"{name} must be 0 or more; found {getattr(self, name)!r}")


DEFAULT_TOLERANCES = Tolerances()


def check_requests(
    values: SetValues,
    scorecard: Scorecard,
    *,
    asked: Sequence[OpexRequest],
    probability: float = 0.8,
    terms: EconomicTerms | None = None,
    tolerances: Tolerances = DEFAULT_TOLERANCES,
) -> RequestFindings:
    """Check every request against the forecast, the teams, the other requests and its own claims.

    Parameters
    ----------
    values
        Every feasible set of every block, valued.
    scorecard
        Scores of the requests, with their validated sizes on top of the recommended set.
    asked
        The requests as they were asked, before starts were put off to the lead times of teams.
    probability : float
        With which targets are to be met, as the scorecard has it. [-]
    terms
        Prices of a late item and of a freed hour, to check claims in USD with; None to leave these unchecked.
    tolerances
        From where on a difference is worth a finding.

    Returns
    -------
    RequestFindings
        See `FindingCode` for what is looked for.

    Raises
    ------
    ValueError
        If `asked` or the scorecard are not of the requests of the case.

    Notes
    -----
    A claim is compared with what the request does by itself: with what it needs, on top of what is mandatory, which
    is the most favourable reading. Only requests of one block can count items twice; for each pair of them, with
    whatever they need funded already, the worth of both is compared with the sum of the worth of each.

    Examples
    --------
    Of nine seats asked the 42 hours of work a week need two or three.

    >>> from optimization import sample_case, value_all_blocks
    >>> from optimization import score_requests
    >>> values = value_all_blocks(sample_case(nine=(9, 8100)))
    >>> found = check_requests(values, score_requests(values, np.array([1.0])), asked=values.case.requests)
    >>> [finding.code.value for finding in found.of("nine")]
    ['oversized']
    """
    case = values.case
    names = [request.name for request in case.requests]
    for what, found_names in (
        ("asked", [request.name for request in asked]),
        ("scorecard", [score.name for score in scorecard.scores]),
    ):
        if found_names != names:
            raise ValueError(f"{what} must be of the requests of the case, {names}; found {found_names}")
    today = service_of(case, minimum_set(case))
    claims = claim_findings(values, terms=terms, tolerance=tolerances.claim)
    found: list[Finding] = []
    for row, request in enumerate(case.requests):
        in_plan = request.start_week < case.n_weeks
        of_request = [
            *(_size(scorecard.scores[row].size, request, probability) if in_plan else ()),
            *_no_gap(values, row, today, probability),
            *(finding for finding in claims if finding.request == request.name),
            *timing_findings(values, row, asked[row]),
            *_head_cost(values, request, asked[row], tolerances.head_cost),
            *_double_counting(values, row, tolerances.overlap),
        ]
        found += sorted(of_request, key=lambda finding: ORDER[finding.severity])
    return RequestFindings(findings=tuple(found))


def _size(size: ValidatedSize | None, request: OpexRequest, probability: float) -> Iterable[Finding]:
    if size is None:
        return
    counted = "seats" if any(effect.kind is EffectKind.SEATS for effect in request.effects) else "heads"
    figures = {
        "asked": size.asked,
        "supported": size.supported,
        "probability_met_without": size.met_without,
        "probability_met_at_supported": size.met_at_supported,
        "on_time_share_of_the_rest": size.share_of_last,
    }
    met, wanted = percent(size.met_at_supported, 0), percent(probability, 0)
    rest = size.asked - size.supported
    reached = size.met_at_supported >= probability
    if rest > 0 and (reached or size.share_of_last < LITTLE):
        does = f"{'meets' if size.supported == 1 else 'meet'} the targets of the queues with {met} probability"
        if not reached:
            does = f"do for the targets what all do (the hardest is met with {met} probability, {wanted} wanted)"
        if reached and size.supported == 0:
            does = f"are needed: without any, the targets of the queues are met with {met} probability"
        yield Finding(
            code=FindingCode.OVERSIZED,
            severity=Severity.SERIOUS if size.supported == 0 else Severity.WARNING,
            request=request.name,
            figures=figures,
            sentence=f"Asks {size.asked:.0f} {counted}; {size.supported:.0f} {does}; the other {rest:.0f} add "
            f"{points(size.share_of_last)} to the on-time share of those queues.",
        )
    elif not reached:
        yield Finding(
            code=FindingCode.UNDERSIZED,
            severity=Severity.WARNING,
            request=request.name,
            figures=figures,
            sentence=f"All {size.asked:.0f} {counted} leave the hardest target of their queues at {met} probability; "
            f"{wanted} is wanted.",
        )


def _no_gap(values: SetValues, row: int, today: ServiceOutcome, probability: float) -> Iterable[Finding]:
    request, case = values.case.requests[row], values.case
    # More volume is not an answer to a gap.
    if all(effect.kind is EffectKind.VOLUME and effect.mode > 0 for effect in request.effects):
        return
    names = touched(request, case.queues, case.teams)
    met = {
        queue.name: float(p)
        for queue, p in zip(case.queues, today.probability_met, strict=True)
        if queue.name in names and p >= probability
    }
    named = {name for effect in request.effects for name in effect.queues}
    without_gap = met if set(met) == names else {name: p for name, p in met.items() if name in named}
    if not without_gap:
        return
    listed = ", ".join(f"{name} ({percent(p, 0)})" for name, p in without_gap.items())
    every = set(without_gap) == names
    which = "All queues that it touches meet" if every else f"{len(without_gap)} of its {len(names)} queues meet"
    yield Finding(
        code=FindingCode.NO_GAP,
        severity=Severity.SERIOUS if every else Severity.NOTE,
        request=request.name,
        figures={f"probability_met_{name}": p for name, p in without_gap.items()},
        sentence=f"{which} the target without it with at least {percent(probability, 0)} probability: {listed}.",
    )


def _head_cost(values: SetValues, request: OpexRequest, asked_for: OpexRequest, tolerance: float) -> Iterable[Finding]:
    active = float(request.active(values.case.n_weeks).sum())
    # A scheduled payment at one date may be a set-up cost or a bill for heads: nothing tells them apart.
    billed = any(cost.kind is CostKind.ONE_OFF for cost in asked_for.costs)
    if billed or active == 0 or not all(effect.kind in COUNTED for effect in request.effects):
        return
    cost = {team.name: team.cost_usd_per_head_week for team in values.case.teams}
    heads = sum(effect.mode for effect in request.effects)
    usual = sum(effect.mode * cost[effect.team] for effect in request.effects if effect.team) / max(heads, 1e-9)
    weekly = (request.cost_usd(values.case.n_weeks) - request.one_off_usd) / active
    asked = weekly / max(heads, 1e-9)
    if heads <= 0 or abs(asked / usual - 1) <= tolerance + 1e-12:
        return
    teams = ", ".join(dict.fromkeys(effect.team for effect in request.effects if effect.team))
    yield Finding(
        code=FindingCode.COST_PER_HEAD,
        severity=Severity.WARNING,
        request=request.name,
        figures={"asked_usd_per_head_week": asked, "team_usd_per_head_week": usual},
        sentence=f"A head costs {money(asked)} a week, {abs(asked / usual - 1):.0%} "
        f"{'more' if asked > usual else 'less'} than the {money(usual)} of {teams}.",
    )


def _double_counting(values: SetValues, row: int, tolerance: float) -> Iterable[Finding]:
    """Return one finding a pair, said of the request that comes second in the list."""
    case = values.case
    block = next(one.block for one in values.blocks if row in one.block.requests)
    for other in (index for index in block.requests if index < row):
        base = minimum_set(case)
        for index in (other, row):
            base = np.maximum(base, without(case, index, with_needs(case, index, base)))
        # Where one needs the other (or both are in already) there is no sum to compare with.
        sets = [base.copy() for _ in range(3)]
        sets[0][other] = sets[1][row] = sets[2][other] = sets[2][row] = 1.0
        if base[row] > 0 or base[other] > 0 or not all(values.is_feasible(one) for one in (base, *sets)):
            continue
        share = [float(values.measure(one).share.mean()) for one in (base, *sets)]
        first, second, both = (one - share[0] for one in share[1:])
        lost = first + second - both
        if min(first, second) <= NO_CHANGE or lost <= max(NO_CHANGE, tolerance * (first + second)):
            continue
        yield Finding(
            code=FindingCode.DOUBLE_COUNTING,
            severity=Severity.WARNING if lost > 0.5 * min(first, second) else Severity.NOTE,
            request=case.requests[row].name,
            figures={"alone": second, "other_alone": first, "both": both, "lost": lost},
            sentence=f"With {case.requests[other].name} it gives {points(both)} of on-time share, not the "
            f"{points(first + second)} that {points(second)} by itself and {points(first)} of the other add up to: "
            f"{lost / (first + second):.0%} is counted twice.",
        )
