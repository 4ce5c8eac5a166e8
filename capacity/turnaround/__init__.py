"""Work that waits: backlog, turnaround and on-time items of deferred queues, and the capacity that a target needs."""

from capacity.turnaround.business_hours import business_quantiles, business_service
from capacity.turnaround.flow import CumulativeFlow, cumulative, with_backlog
from capacity.turnaround.levels import turnaround_by_level
from capacity.turnaround.priority_flow import flows_by_priority
from capacity.turnaround.required import RequiredCapacity, required_capacity
from capacity.turnaround.waiting_age import oldest_age, turnaround_quantiles

__all__ = [
    "CumulativeFlow",
    "RequiredCapacity",
    "business_quantiles",
    "business_service",
    "cumulative",
    "flows_by_priority",
    "oldest_age",
    "required_capacity",
    "turnaround_by_level",
    "turnaround_quantiles",
    "with_backlog",
]
