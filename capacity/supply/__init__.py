"""From heads to productive hours by team and week: people who come, learn and leave, shrinkage, overtime, contracts."""

from capacity.supply.attrition import AttritionCurve
from capacity.supply.cohort_flows import CohortFlows, cohort_flows
from capacity.supply.cohorts import Cohort, Release
from capacity.supply.coverage import Shift, coverage_by_hour, hours_by_hour, shift_table
from capacity.supply.learning import LearningCurve
from capacity.supply.overtime import OvertimeRule, overtime_cost_usd, overtime_hours
from capacity.supply.plan import supply_by_week
from capacity.supply.present_hours import WEEK_HOURS, open_hours, present_heads, ramp_efficiency, team_hours
from capacity.supply.rules import SupplyRules
from capacity.supply.shrinkage import closed_days_by_week, weekly_shrinkage
from capacity.supply.vendor_contract import TierRule, VendorContract, contract_cost_usd, least_seats, seats_in_force
from capacity.supply.weekly import CostKind, WeeklySupply
from capacity.supply.wellness import WellnessCap, capped_allocation

__all__ = [
    "WEEK_HOURS",
    "AttritionCurve",
    "Cohort",
    "CohortFlows",
    "CostKind",
    "LearningCurve",
    "OvertimeRule",
    "Release",
    "Shift",
    "SupplyRules",
    "TierRule",
    "VendorContract",
    "WeeklySupply",
    "WellnessCap",
    "capped_allocation",
    "closed_days_by_week",
    "cohort_flows",
    "contract_cost_usd",
    "coverage_by_hour",
    "hours_by_hour",
    "least_seats",
    "open_hours",
    "overtime_cost_usd",
    "overtime_hours",
    "present_heads",
    "ramp_efficiency",
    "seats_in_force",
    "shift_table",
    "supply_by_week",
    "team_hours",
    "weekly_shrinkage",
]
