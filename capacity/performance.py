"""What service a staffing gives, by queue and path: by the models, or by simulation on request."""

from capacity.expected_service import expected_service, fair_hours
from capacity.queue_service import ServiceOutcome, arrivals_by_step, queue_service, step_hours
from capacity.simulated_service import routed_service, simulated_service

__all__ = [
    "ServiceOutcome",
    "arrivals_by_step",
    "expected_service",
    "fair_hours",
    "queue_service",
    "routed_service",
    "simulated_service",
    "step_hours",
]
