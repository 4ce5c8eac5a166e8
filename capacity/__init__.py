"""People against work: what service a staffing gives, and what staffing a service needs."""

from capacity.decision_quality import ConsensusOutcome, ConsensusPolicy, accuracy_after_checks, consensus
from capacity.performance import ServiceOutcome
from capacity.priority_flow import flows_by_priority
from capacity.queue import ReviewQueue, ServiceTarget
from capacity.required_capacity import RequiredCapacity, required_capacity
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
from capacity.team import ReviewTeam, TeamKind
from capacity.turnaround import CumulativeFlow
from capacity.waiting_age import oldest_age, turnaround_quantiles

__all__ = [
    "ConsensusOutcome",
    "ConsensusPolicy",
    "CumulativeFlow",
    "ItemHistory",
    "ReplicationInterval",
    "RequiredCapacity",
    "ReviewQueue",
    "ReviewTeam",
    "Routing",
    "ServiceOutcome",
    "ServiceTarget",
    "SimulatedQueues",
    "SimulatedTeams",
    "SimulationOutcome",
    "StaffingRequirement",
    "TeamKind",
    "accuracy_after_checks",
    "consensus",
    "flows_by_priority",
    "oldest_age",
    "replication_interval",
    "required_capacity",
    "required_staffing",
    "simulate_history",
    "simulate_service",
    "turnaround_quantiles",
]
