"""Event-by-event simulation of review queues and teams, the referee of every other model of service."""

from capacity.simulation.inputs import HandleDistribution, SimulatedQueues, SimulatedTeams
from capacity.simulation.items import DrawnItems, draw_items, poisson_times
from capacity.simulation.outcome import ItemHistory, ReplicationInterval, SimulationOutcome, replication_interval
from capacity.simulation.simulate import Routing, simulate_history, simulate_service

__all__ = [
    "DrawnItems",
    "HandleDistribution",
    "ItemHistory",
    "ReplicationInterval",
    "Routing",
    "SimulatedQueues",
    "SimulatedTeams",
    "SimulationOutcome",
    "draw_items",
    "poisson_times",
    "replication_interval",
    "simulate_history",
    "simulate_service",
]
