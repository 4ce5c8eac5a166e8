"""Checks of what is asked against what the forecast and the service model support."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capacity import ServiceOutcome
from forecasting.chart_style import money, percent, points
from optimization.block_values import SetValues
from optimization.finding import Finding, FindingCode, RequestFindings, Severity
from optimization.funded_sets import minimum_set, with_needs, without
from optimization.request import COUNTED, EffectKind, OpexRequest, touched
from optimization.request_timing import timing_findings
from optimization.score import NO_CHANGE
from optimization.validated_size import ValidatedSize, validated_size
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
    recommended: FloatArray,
    *,
    asked: Sequence[OpexRequest],
    probability: float = 0.8,
    claimed_items: Mapping[str, float] | None = None,
    claimed_usd: Mapping[str, float] | None = None,
    usd_per_late_item: float | None = None,
    tolerances: Tolerances = DEFAULT_TOLERANCES,
) -> RequestFindings:
    """Check every request against the forecast, the teams, the other requests and its own claim.

    Parameters
    ----------
    values
        Every feasible set of every block, valued.
    recommended : ndarray of shape (n_requests,)
        Share of each request that the recommended set funds: sizes are found on top of it. [-]
    asked
        The requests as they were asked, before starts were put off to the lead times of teams.
    probability : float
        With which targets are to be met. [-]
    claimed_items, claimed_usd : mapping of str to float, optional
        What the asker says that a request brings within the plan: late items avoided, or dollars. [items, USD]
    usd_per_late_item : float, optional
        What one late item of severity 1 costs; needed to check claims in dollars. [USD]
    tolerances
        From where on a difference is worth a finding.

    Returns
    -------
    RequestFindings
        See `FindingCode` for what is looked for.

    Raises
    ------
    ValueError
        If `asked` are not the requests of the case, a claim is for a request that is not there, or claims in dollars
        come without `usd_per_late_item`.

    Notes
    -----
    A claim is compared with what the request avoids by itself: with what it needs, on top of what is mandatory, which
    is the most favourable reading. Only requests of one block can count items twice; for each pair of them, with
    whatever they need funded already, the worth of both is compared with the sum of the worth of each.
    """
    case = values.case
    _check_arguments(values, asked, {**(claimed_items or {}), **(claimed_usd or {})}, claimed_usd, usd_per_late_item)
    today = service_of(case, minimum_set(case))
    found: list[Finding] = []
    for row, request in enumerate(case.requests):
        full = recommended if recommended[row] > 0 else with_needs(case, row, without(case, row, recommended))
        in_plan = request.start_week < case.n_weeks
        of_request = [
            *(_size(validated_size(case, row, full, probability=probability), request, probability) if in_plan else ()),
            *_no_gap(values, row, today, probability),
            *_claims(values, row, claimed_items or {}, claimed_usd or {}, usd_per_late_item, tolerances.claim),
            *timing_findings(values, row, asked[row]),
            *_head_cost(values, request, tolerances.head_cost),
            *_double_counting(values, row, tolerances.overlap),
        ]
        found += sorted(of_request, key=lambda finding: ORDER[finding.severity])
    return RequestFindings(findings=tuple(found))


def _check_arguments(
    values: SetValues,
    asked: Sequence[OpexRequest],
    claims: Mapping[str, float],
    claimed_usd: Mapping[str, float] | None,
    usd_per_late_item: float | None,
) -> None:
    names = [request.name for request in values.case.requests]
    if [request.name for request in asked] != names:
        raise ValueError(f"asked must be the requests of the case, {names}; found {[one.name for one in asked]}")
    unknown = sorted(set(claims) - set(names))
    if unknown:
        raise ValueError(f"claims must be for requests of the case, {names}; found {unknown}")
    if claimed_usd and usd_per_late_item is None:
        raise ValueError("usd_per_late_item must be given to check claims in dollars; found None")


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


def _claims(
    values: SetValues,
    row: int,
    claimed_items: Mapping[str, float],
    claimed_usd: Mapping[str, float],
    usd_per_late_item: float | None,
    tolerance: float,
) -> Iterable[Finding]:
    name = values.case.requests[row].name
    start = without(values.case, row, minimum_set(values.case))
    before, after = values.measure(start), values.measure(with_needs(values.case, row, start))
    pairs: list[tuple[str, float, float]] = []
    if name in claimed_items:
        pairs.append(("items", claimed_items[name], before.late_items - after.late_items))
    if name in claimed_usd and usd_per_late_item is not None:
        pairs.append(("usd", claimed_usd[name], usd_per_late_item * (before.late_harm - after.late_harm)))
    for unit, claim, computed in pairs:
        over = claim > (1 + tolerance) * max(computed, 0.0) + 1e-9
        if not over and claim >= (1 - tolerance) * computed:
            continue
        said, got = (money(x) if unit == "usd" else f"{x:,.0f} late items avoided" for x in (claim, computed))
        times = f", {claim / computed:.1f} times as much" if over and computed > 0 else ""
        yield Finding(
            code=FindingCode.OVERCLAIMED if over else FindingCode.UNDERCLAIMED,
            severity=Severity.SERIOUS if over and claim > 2 * computed else Severity.WARNING if over else Severity.NOTE,
            request=name,
            figures={f"claimed_{unit}": claim, f"computed_{unit}": computed},
            sentence=f"Claims {said}{times}; the model finds {got} by itself within the plan.",
        )


def _head_cost(values: SetValues, request: OpexRequest, tolerance: float) -> Iterable[Finding]:
    if not all(effect.kind in COUNTED for effect in request.effects):
        return
    cost = {team.name: team.cost_usd_per_head_week for team in values.case.teams}
    heads = sum(effect.mode for effect in request.effects)
    usual = sum(effect.mode * cost[effect.team] for effect in request.effects if effect.team) / max(heads, 1e-9)
    asked = request.weekly_usd / max(heads, 1e-9)
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
