"""Single costs of requests, their currencies, and what these are worth in USD."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from optimization.request import OpexRequest


class CostKind(StrEnum):
    """How often an amount is paid."""

    ONE_OFF = "one_off"
    """Once, on the first day of the start week."""
    WEEKLY = "weekly"
    """In each active week, evenly over its days."""
    MONTHLY = "monthly"
    """In each calendar month, evenly over its days; of a month that is active in part, that part."""


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
            "currency": (_is_code(self.currency), "be three capital letters, such as EUR"),
            "start_week": (self.start_week >= 0, "be 0 or more"),
            "end_week": (self.end_week is None or self.end_week > self.start_week, "lie after start_week"),
        }
        for name, (holds, rule) in rules.items():
            if not holds:
                raise ValueError(
                    f"{name} of a cost of request {self.request!r} must {rule}; found {getattr(self, name)!r}"
                )


def _is_code(currency: str) -> bool:
    return len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()


@dataclass(frozen=True, kw_only=True, slots=True)
class RateTable:
    """USD for one unit of each currency, fixed for the plan.

    Attributes
    ----------
    usd_per
        Currency code to rate; USD itself is 1. [USD/currency]

    Raises
    ------
    ValueError
        If a rate is not above 0, or USD is given another one than 1.

    Examples
    --------
    >>> RateTable(usd_per={"EUR": 1.08}).rate("EUR")
    1.08
    """

    usd_per: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        wrong = {code: rate for code, rate in self.usd_per.items() if not _is_code(code) or not 0.0 < rate < np.inf}
        if wrong or self.usd_per.get("USD", 1.0) != 1.0:
            found = wrong or {"USD": self.usd_per["USD"]}
            raise ValueError(f"usd_per must give a rate above 0 by three-letter code, and 1 for USD; found {found}")

    def rate(self, currency: str) -> float:
        """Return USD for one unit of a currency; ValueError where the rate is missing."""
        self.check([currency])
        return 1.0 if currency == "USD" else self.usd_per[currency]

    def check(self, currencies: Iterable[str]) -> None:
        """Raise a ValueError that lists every currency without a rate."""
        if missing := sorted(set(currencies) - set(self.usd_per) - {"USD"}):
            raise ValueError(
                f"usd_per must give the rate of every currency that costs are in; no rate for {', '.join(missing)} "
                f"among {', '.join(sorted({'USD', *self.usd_per}))}. Add it, as USD for one {missing[0]}"
            )


def lines_of(request: OpexRequest, *, cost_centre: str = "") -> tuple[CostLine, ...]:
    """Costs of a request as it states them itself: one-off and weekly, in USD.

    Parameters
    ----------
    request
        Its lead time already put in (see `optimization.request.after_lead_time`).
    cost_centre
        Who is charged.

    Returns
    -------
    tuple of CostLine
        Without amounts of 0.

    Examples
    --------
    >>> from optimization.request import Effect
    >>> seats = OpexRequest(name="seats", title="24 seats", owner="Ops", weekly_usd=30_000, start_week=3,
    ...                     effects=(Effect(kind="seats", team="manila", low=24, mode=24, high=24),))
    >>> [(line.kind.value, line.amount, line.start_week) for line in lines_of(seats)]
    [('weekly', 30000, 3)]
    """
    amounts = {CostKind.ONE_OFF: request.one_off_usd, CostKind.WEEKLY: request.weekly_usd}
    return tuple(
        CostLine(
            request=request.name,
            kind=kind,
            amount=amount,
            cost_centre=cost_centre,
            start_week=request.start_week,
            end_week=request.end_week,
        )
        for kind, amount in amounts.items()
        if amount > 0
    )
