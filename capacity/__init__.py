"""People against work: what service a staffing gives, and what staffing a service needs."""

from capacity.performance import ServiceOutcome
from capacity.queue import ReviewQueue, ServiceTarget
from capacity.requirement import StaffingRequirement, required_staffing
from capacity.team import ReviewTeam, TeamKind

__all__ = [
    "ReviewQueue",
    "ReviewTeam",
    "ServiceOutcome",
    "ServiceTarget",
    "StaffingRequirement",
    "TeamKind",
    "required_staffing",
]
