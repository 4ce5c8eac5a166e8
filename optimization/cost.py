"""What a request pays: amounts by kind, cost centre and currency, and what currencies are worth in USD."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np


class CostKind(StrEnum):
    """How often an amount is paid.

    Examples
    --------
    >>> CostKind("monthly") is CostKind.MONTHLY
    True
    """

    ONE_OFF = "one_off"
    """Once, on the first day of the start week."""
    WEEKLY = "weekly"
    """In each active week, evenly over its days."""
    MONTHLY = "monthly"
    """In each calendar month, evenly over its days; of a month that is active in part, that part."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """One amount that a request pays, once or again and again.

    Attributes
    ----------
    kind
        How often it is paid.
    amount
        Each time, 0 or more. [currency]
    currency
        Three capital letters, such as EUR.
    cost_centre
        Who is charged; blank if that is not told.
    start_week, end_week
        First active week, 0 the first of the plan, and the first week in which it is over; None for those of the
        request. [weeks]

    Raises
    ------
    ValueError
        Naming the field, its value and the rule.

    Examples
    --------
    >>> Cost(kind="monthly", amount=30_000, currency="PHP", cost_centre="4100").kind.value
    'monthly'
    """

    kind: CostKind
    amount: float
    currency: str = "USD"
    cost_centre: str = ""
    start_week: int | None = None
    end_week: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", CostKind(self.kind))
        start, end = self.start_week, self.end_week
        rules = {
            "amount": (0.0 <= self.amount < np.inf, "be 0 or more"),
            "currency": (is_currency_code(self.currency), "be three capital letters, such as EUR"),
            "start_week": (start is None or is_week(start), "be a whole number, 0 or more"),
            "end_week": (
                end is None or (is_week(end) and end > (start or 0)),
                "be a whole number and lie after start_week",
            ),
        }
        for name, (holds, rule) in rules.items():
            if not holds:
                raise ValueError(f"{name} of a cost must {rule}; found {getattr(self, name)!r}")


def is_week(week: float) -> bool:
    """Whether a number can be a week of the plan, or a number of weeks: whole, and 0 or more.

    Examples
    --------
    >>> is_week(3), is_week(2.5), is_week(-1)
    (True, False, False)
    """
    return week >= 0 and float(week).is_integer()


def is_currency_code(currency: str) -> bool:
    """Whether a text is three capital letters.

    Examples
    --------
    >>> is_currency_code("EUR"), is_currency_code("euro")
    (True, False)
    """
    return len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()


@dataclass(frozen=True, kw_only=True, slots=True)
class RateTable:
    """Exchange rates: USD for one unit of each currency, fixed for the plan.

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
        wrong = {
            code: rate for code, rate in self.usd_per.items() if not is_currency_code(code) or not 0.0 < rate < np.inf
        }
        if wrong or self.usd_per.get("USD", 1.0) != 1.0:
            found = wrong or {"USD": self.usd_per["USD"]}
            raise ValueError(f"usd_per must give a rate above 0 by three-letter code, and 1 for USD; found {found}")

    def rate(self, currency: str) -> float:
        """Return USD for one unit of a currency.

        Raises
        ------
        ValueError
            If there is no rate of it.
        """
        self.check([currency])
        return 1.0 if currency == "USD" else self.usd_per[currency]

    def has(self, currency: str) -> bool:
        """Whether the rate of a currency is known."""
        return currency == "USD" or currency in self.usd_per

    def check(self, currencies: Iterable[str]) -> None:
        """Refuse currencies of which a rate is missing.

        Parameters
        ----------
        currencies
            Codes, such as EUR.

        Raises
        ------
        ValueError
            Listing every currency without a rate.
        """
        if missing := sorted({one for one in currencies if not self.has(one)}):
            raise ValueError(
                f"usd_per must give the rate of every currency that costs are in; no rate for {', '.join(missing)} "
                f"among {', '.join(sorted({'USD', *self.usd_per}))}. Add it, as USD for one {missing[0]}"
            )
