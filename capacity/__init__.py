"""People against work: what service a staffing gives, and what staffing a service needs."""

from capacity.general_queues import mean_wait_allen_cunneen, mean_wait_general
from capacity.offered_load import offered_load
from capacity.performance import ServiceOutcome
from capacity.priority import priority_mean_wait, servers_pooled_and_split
from capacity.queue import ReviewQueue, ServiceTarget
from capacity.requirement import StaffingRequirement, required_staffing
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
from capacity.supply.attrition import AttritionCurve
from capacity.supply.cohort_flows import CohortFlows, cohort_flows
from capacity.supply.cohorts import Cohort, Release
from capacity.supply.coverage import Shift, coverage_by_hour, shift_table
from capacity.supply.learning import LearningCurve
from capacity.supply.overtime import OvertimeRule, overtime_cost_usd, overtime_hours
from capacity.supply.plan import supply_by_week
from capacity.supply.rules import SupplyRules
from capacity.supply.shrinkage import closed_days_by_week, weekly_shrinkage
from capacity.supply.vendor_contract import TierRule, VendorContract, contract_cost_usd, least_seats, seats_in_force
from capacity.supply.weekly import CostKind, WeeklySupply
from capacity.supply.wellness import WellnessCap, capped_allocation
from capacity.team import ReviewTeam, TeamKind
from capacity.turnaround import CumulativeFlow
from capacity.turnaround.priority_flow import flows_by_priority
from capacity.turnaround.required import RequiredCapacity, required_capacity
from capacity.turnaround.waiting_age import oldest_age, turnaround_quantiles
from capacity.workload.decision_quality import ConsensusOutcome, ConsensusPolicy, accuracy_after_checks, consensus
from capacity.workload.handling_time import handle_minutes_by_team, mixed_handling

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
