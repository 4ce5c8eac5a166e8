"""Erlang B, C and A: blocking, waiting, service level and abandonment of a team, and the team that a target needs."""

from capacity.erlang.staffing import servers_required
from capacity.erlang.waiting import (
    abandonment_probability,
    blocking_probability,
    delay_probability,
    mean_wait,
    occupancy,
    service_level,
)

__all__ = [
    "abandonment_probability",
    "blocking_probability",
    "delay_probability",
    "mean_wait",
    "occupancy",
    "servers_required",
    "service_level",
]
