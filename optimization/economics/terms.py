"""At what prices requests are judged in money: late items, freed hours, and money that comes later."""

from dataclasses import dataclass
from math import inf


@dataclass(frozen=True, kw_only=True, slots=True)
class EconomicTerms:
    """Prices for the economics of requests.

    Attributes
    ----------
    late_item_usd
        What one late item of severity 1 costs: penalty, harm or remedy; times the severity of its queue for any other
        item. [USD]
    annual_rate
        Discount rate. [1/year]
    freed_hour_usd
        What an hour that nothing needs any more is worth; None for the loaded cost of a productive hour of the teams
        concerned. [USD/h]
    saved_share_of_freed_hours
        Share of the freed hours that is turned into money: 1 where people are released or used elsewhere, 0 where
        they stay and idle. [-]

    Raises
    ------
    ValueError
        Naming the field, its value and the rule.

    Examples
    --------
    >>> EconomicTerms(late_item_usd=4.0).annual_rate
    0.08
    """

    late_item_usd: float
    annual_rate: float = 0.08
    freed_hour_usd: float | None = None
    saved_share_of_freed_hours: float = 1.0

    def __post_init__(self) -> None:
        hour = self.freed_hour_usd
        rules = {
            "late_item_usd": (0.0 <= self.late_item_usd < inf, "be 0 or more"),
            "annual_rate": (-1.0 < self.annual_rate < inf, "lie above -1 (write 0.08 for 8%)"),
            "freed_hour_usd": (hour is None or 0.0 <= hour < inf, "be 0 or more, or None"),
            "saved_share_of_freed_hours": (0.0 <= self.saved_share_of_freed_hours <= 1.0, "lie between 0 and 1"),
        }
        for field, (holds, rule) in rules.items():
            if not holds:
                raise ValueError(f"{field} must {rule}; found {getattr(self, field)!r}")
