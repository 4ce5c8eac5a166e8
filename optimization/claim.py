"""What the asker says that a request will bring, to be held against what the model finds."""

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite


class ClaimUnit(StrEnum):
    """What a benefit is claimed in, over the whole plan.

    Examples
    --------
    >>> ClaimUnit("hours_freed") is ClaimUnit.HOURS_FREED
    True
    """

    ON_TIME_CHANGE = "on_time_change"
    """Change of the on-time share over all queues, weighted by severity and today's volume. [-]"""
    LATE_ITEMS_AVOIDED = "late_items_avoided"
    """Items on time that would be late without it. [items]"""
    HOURS_FREED = "hours_freed"
    """Hours of today's people that nothing needs any more. [h]"""
    USD = "usd"
    """Breach cost avoided and freed hours, in money. [USD]"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """One benefit that a request claims.

    Attributes
    ----------
    unit
        What it is counted in; see `ClaimUnit`.
    amount
        Within the plan; negative for a harm that is owned up to. [unit]

    Raises
    ------
    ValueError
        If the amount is not a finite number, or a share beyond 1.

    Examples
    --------
    >>> Claim(unit="late_items_avoided", amount=12_000).unit is ClaimUnit.LATE_ITEMS_AVOIDED
    True
    """

    unit: ClaimUnit
    amount: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", ClaimUnit(self.unit))
        if not isfinite(self.amount):
            raise ValueError(f"amount of a claim must be a finite number; found {self.amount!r}")
        if self.unit is ClaimUnit.ON_TIME_CHANGE and not -1.0 <= self.amount <= 1.0:
            raise ValueError(
                f"amount of a claim of on_time_change must lie between -1 and 1 (write 0.02 for two points); found "
                f"{self.amount!r}"
            )
