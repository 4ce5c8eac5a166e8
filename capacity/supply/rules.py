"""What holds for one team beyond its record: learning, attrition, shrinkage by week, overtime, contract, costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from capacity.supply.attrition import AttritionCurve
from capacity.supply.cohort_flows import ReleaseOrder
from capacity.supply.learning import LearningCurve
from capacity.supply.overtime import OvertimeRule
from capacity.supply.vendor_contract import VendorContract

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class SupplyRules:
    """Rules of one team; whatever is not given is as its `ReviewTeam` says.

    Attributes
    ----------
    learning
        Output by week on the job; None for a linear ramp over `ramp_weeks`.
    attrition
        Leavers by week on the job; None for `weekly_attrition`.
    shrinkage
        By week of the plan, such as `weekly_shrinkage` gives; None for the team's. [-]
    overtime
        Caps and pay; None where overtime is not worked.
    contract
        Terms of vendor seats; None for people who are paid by the head.
    refill_weeks
        Weeks after which whoever left is replaced; None for never. A vendor under contract replaces at once. [weeks]
    release_order
        Who is let go first: the newest, the oldest, or all cohorts alike.
    hire_cost_usd, release_cost_usd
        Cost of a head that starts (recruiting, equipment), and of one let go. [USD/head]

    Raises
    ------
    ValueError
        Naming the field, its value and the rule.

    Examples
    --------
    >>> SupplyRules(learning=LearningCurve.linear(4), refill_weeks=6).release_order
    'newest'
    """

    learning: LearningCurve | None = None
    attrition: AttritionCurve | None = None
    shrinkage: Sequence[float] | FloatArray | None = None
    overtime: OvertimeRule | None = None
    contract: VendorContract | None = None
    refill_weeks: int | None = None
    release_order: ReleaseOrder = "newest"
    hire_cost_usd: float = 0.0
    release_cost_usd: float = 0.0

    def __post_init__(self) -> None:
        if self.shrinkage is not None:
            object.__setattr__(self, "shrinkage", tuple(float(share) for share in self.shrinkage))
        refill, infinity = self.refill_weeks, float("inf")
        rules = {
            "shrinkage": (
                self.shrinkage is None or all(0.0 <= share <= 1.0 for share in self.shrinkage),
                "lie between 0 and 1 in every week",
            ),
            "refill_weeks": (
                refill is None or (refill >= 0 and refill == int(refill)),
                "be a whole number, 0 or more, or None",
            ),
            "release_order": (
                self.release_order in get_args(ReleaseOrder),
                f"be one of {get_args(ReleaseOrder)}",
            ),
            "hire_cost_usd": (0.0 <= self.hire_cost_usd < infinity, "be 0 or more"),
            "release_cost_usd": (0.0 <= self.release_cost_usd < infinity, "be 0 or more"),
        }
        for field, (holds, rule) in rules.items():
            if not holds:
                raise ValueError(f"{field} of supply rules must {rule}; found {getattr(self, field)!r}")
        if self.contract is not None and refill:
            raise ValueError(
                f"refill_weeks of supply rules must be None or 0 under a contract, which keeps its seats filled; "
                f"found {refill!r}"
            )
