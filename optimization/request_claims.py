"""Checks of the benefits that requests claim against those that the model finds."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from forecasting.charts.chart_style import money, points
from optimization.block_values import SetValues
from optimization.claim import Claim, ClaimUnit
from optimization.economics.request_economics import Economics, economics_of_changes
from optimization.economics.terms import EconomicTerms
from optimization.finding import Finding, FindingCode, Severity
from optimization.funded_sets import minimum_set, with_needs, without

FloatArray = NDArray[np.float64]

# Hours freed do not depend on what a late item costs.
NO_PRICE = EconomicTerms(late_item_usd=0.0)
OF_FLOWS = frozenset({ClaimUnit.HOURS_FREED, ClaimUnit.USD})


def claim_findings(values: SetValues, *, terms: EconomicTerms | None, tolerance: float) -> tuple[Finding, ...]:
    """Compare every claim with what the request does by itself: with what it needs, on top of what is mandatory.

    Parameters
    ----------
    values
        Every feasible set of every block, valued.
    terms
        Prices, for claims in USD; None to leave these unchecked.
    tolerance : float
        Relative difference from which on it is worth a finding. [-]

    Returns
    -------
    tuple of Finding
        Of the codes overclaimed and underclaimed, in the order of the requests and their claims.
    """
    case = values.case
    pairs = {row: _alone(values, row) for row, request in enumerate(case.requests) if request.claims}
    with_flows = [row for row in pairs if any(claim.unit in OF_FLOWS for claim in case.requests[row].claims)]
    flows = dict(
        zip(
            with_flows,
            economics_of_changes(
                values,
                [pairs[row] for row in with_flows],
                [case.requests[row].name for row in with_flows],
                terms=terms or NO_PRICE,
            ),
            strict=True,
        )
    )
    return tuple(
        finding
        for row, pair in pairs.items()
        for claim in case.requests[row].claims
        if claim.unit is not ClaimUnit.USD or terms is not None
        for finding in _compared(
            case.requests[row].name, claim, _computed(values, claim.unit, pair, flows.get(row)), tolerance
        )
    )


def _alone(values: SetValues, row: int) -> tuple[FloatArray, FloatArray]:
    start = without(values.case, row, minimum_set(values.case))
    return start, with_needs(values.case, row, start)


def _computed(
    values: SetValues, unit: ClaimUnit, pair: tuple[FloatArray, FloatArray], flows: Economics | None
) -> float:
    if flows is not None and unit is ClaimUnit.HOURS_FREED:
        return float(flows.freed_hours.sum(axis=1).mean())
    if flows is not None and unit is ClaimUnit.USD:
        return float((flows.breach_usd + flows.freed_usd).sum(axis=1).mean())
    before, after = (values.measure(levels) for levels in pair)
    if unit is ClaimUnit.ON_TIME_CHANGE:
        return float((after.share - before.share).mean())
    return before.late_items - after.late_items


def _compared(request: str, claim: Claim, computed: float, tolerance: float) -> Iterable[Finding]:
    amount = claim.amount
    # Both may be below 0: a harm that is owned up to.
    beyond, near = amount - computed, tolerance * abs(computed)
    over = beyond > near + 1e-9
    if not over and beyond >= -near - 1e-9:
        return
    said, got = (_in_words(claim.unit, x) for x in (amount, computed))
    times = f", {amount / computed:.1f} times as much" if over and computed > 0 else ""
    grave = over and beyond > abs(computed)
    yield Finding(
        code=FindingCode.OVERCLAIMED if over else FindingCode.UNDERCLAIMED,
        severity=Severity.SERIOUS if grave else Severity.WARNING if over else Severity.NOTE,
        request=request,
        figures={f"claimed_{claim.unit}": amount, f"computed_{claim.unit}": computed},
        sentence=f"Claims {said}{times}; the model finds {got} by itself within the plan.",
    )


def _in_words(unit: ClaimUnit, amount: float) -> str:
    if unit is ClaimUnit.USD:
        return money(amount)
    if unit is ClaimUnit.ON_TIME_CHANGE:
        return f"{points(amount)} of on-time share"
    return f"{amount:,.0f} {'hours freed' if unit is ClaimUnit.HOURS_FREED else 'late items avoided'}"
