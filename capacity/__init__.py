"""People against work: what service a staffing gives, and what staffing a service needs."""

from capacity.attrition import AttritionCurve
from capacity.cohort_flows import CohortFlows, cohort_flows
from capacity.cohorts import Cohort, Release
from capacity.coverage import Shift, coverage_by_hour, shift_table
from capacity.decision_quality import ConsensusOutcome, ConsensusPolicy, accuracy_after_checks, consensus
from capacity.general_queues import mean_wait_allen_cunneen, mean_wait_general
from capacity.handling_time import handle_minutes_by_team, mixed_handling
from capacity.learning import LearningCurve
from capacity.offered_load import offered_load
from capacity.overtime import OvertimeRule, overtime_cost_usd, overtime_hours
from capacity.performance import ServiceOutcome
from capacity.priority import priority_mean_wait, servers_pooled_and_split
from capacity.priority_flow import flows_by_priority
from capacity.queue import ReviewQueue, ServiceTarget
from capacity.required_capacity import RequiredCapacity, required_capacity
from capacity.requirement import StaffingRequirement, required_staffing
from capacity.shrinkage import closed_days_by_week, weekly_shrinkage
from capacity.simulation import (
    ItemHistory,
    ReplicationInterval,
    Routing,
    SimulatedQueues,
    SimulatedTeams,
    SimulationOutcome,
    replication_interval,
    simulate_history,
    simulate_service,
)
from capacity.supply_plan import supply_by_week
from capacity.supply_rules import SupplyRules
from capacity.team import ReviewTeam, TeamKind
from capacity.turnaround import CumulativeFlow
from capacity.vendor_contract import TierRule, VendorContract, contract_cost_usd, least_seats, seats_in_force
from capacity.waiting_age import oldest_age, turnaround_quantiles
from capacity.weekly_supply import CostKind, WeeklySupply
from capacity.wellness import WellnessCap, capped_allocation

__all__ = [
    "AttritionCurve",
    "Cohort",
    "CohortFlows",
    "ConsensusOutcome",
    "ConsensusPolicy",
    "CostKind",
    "CumulativeFlow",
    "ItemHistory",
    "LearningCurve",
    "OvertimeRule",
    "Release",
    "ReplicationInterval",
    "RequiredCapacity",
    "ReviewQueue",
    "ReviewTeam",
    "Routing",
    "ServiceOutcome",
    "ServiceTarget",
    "Shift",
    "SimulatedQueues",
    "SimulatedTeams",
    "SimulationOutcome",
    "StaffingRequirement",
    "SupplyRules",
    "TeamKind",
    "TierRule",
    "VendorContract",
    "WeeklySupply",
    "WellnessCap",
    "accuracy_after_checks",
    "capped_allocation",
    "closed_days_by_week",
    "cohort_flows",
    "consensus",
    "contract_cost_usd",
    "coverage_by_hour",
    "flows_by_priority",
    "handle_minutes_by_team",
    "least_seats",
    "mean_wait_allen_cunneen",
    "mean_wait_general",
    "mixed_handling",
    "offered_load",
    "oldest_age",
    "overtime_cost_usd",
    "overtime_hours",
    "priority_mean_wait",
    "replication_interval",
    "required_capacity",
    "required_staffing",
    "seats_in_force",
    "servers_pooled_and_split",
    "shift_table",
    "simulate_history",
    "simulate_service",
    "supply_by_week",
    "turnaround_quantiles",
    "weekly_shrinkage",
]
