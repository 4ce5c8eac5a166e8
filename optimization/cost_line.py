"""Single costs of requests, each with its place in the plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimization.cost import Cost, CostKind, is_currency_code, is_week
from optimization.request import OpexRequest


@dataclass(frozen=True, kw_only=True, slots=True)
class CostLine:
    """One amount of one request.

    Attributes
    ----------
    request
        Name of the request.
    kind
        How often it is paid.
    amount
        Each time, 0 or more. [currency]
    currency
        Three capital letters, such as EUR.
    cost_centre
        Who is charged; blank if that is not told.
    start_week, end_week
        First active week, 0 the first of the plan, and the first week in which it is over; None to stay. [weeks]

    Raises
    ------
    ValueError
        Naming the field, its value and the rule.

    Examples
    --------
    >>> CostLine(request="seats", kind="weekly", amount=30_000, currency="PHP", cost_centre="4100").currency
    'PHP'
    """

    request: str
    kind: CostKind
    amount: float
    currency: str = "USD"
    cost_centre: str = ""
    start_week: int = 0
    end_week: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", CostKind(self.kind))
        rules = {
            "amount": (0.0 <= self.amount < np.inf, "be 0 or more"),
            "currency": (is_currency_code(self.currency), "be three capital letters, such as EUR"),
            "start_week": (is_week(self.start_week), "be a whole number, 0 or more"),
            "end_week": (
                self.end_week is None or (is_week(self.end_week) and self.end_week > self.start_week),
                "be a whole number and lie after start_week",
            ),
        }
        for name, (holds, rule) in rules.items():
            if not holds:
                raise ValueError(
                    f"{name} of a cost of request {self.request!r} must {rule}; found {getattr(self, name)!r}"
                )


def lines_of(request: OpexRequest) -> tuple[CostLine, ...]:
    """Every cost of a request: one-off and weekly in USD, and those of its schedule.

    Parameters
    ----------
    request
        Its lead time already put in (see `optimization.request.after_lead_time`).

    Returns
    -------
    tuple of CostLine
        Without amounts of 0.

    Examples
    --------
    >>> from optimization.effect import Effect
    >>> seats = OpexRequest(name="seats", title="24 seats", owner="Ops", weekly_usd=30_000, start_week=3,
    ...                     effects=(Effect(kind="seats", team="manila", low=24, mode=24, high=24),))
    >>> [(line.kind.value, line.amount, line.start_week) for line in lines_of(seats)]
    [('weekly', 30000, 3)]
    """
    own = (
        Cost(kind=CostKind.ONE_OFF, amount=request.one_off_usd, cost_centre=request.cost_centre),
        Cost(kind=CostKind.WEEKLY, amount=request.weekly_usd, cost_centre=request.cost_centre),
    )
    return tuple(
        CostLine(
            request=request.name,
            kind=cost.kind,
            amount=cost.amount,
            currency=cost.currency,
            cost_centre=cost.cost_centre,
            start_week=request.start_week if cost.start_week is None else cost.start_week,
            end_week=_end_of(request, cost),
        )
        for cost in (*own, *request.costs)
        if cost.amount > 0
    )


def _end_of(request: OpexRequest, cost: Cost) -> int | None:
    """Week in which a cost is over; what is paid once, such as for leaving a site, may be paid after the request."""
    if cost.kind is CostKind.ONE_OFF:
        return None
    return request.end_week if cost.end_week is None else cost.end_week
