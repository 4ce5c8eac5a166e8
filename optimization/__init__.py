"""Which requests to fund: their value on common paths, and the exact frontier of cost against service."""

from optimization.block_values import SetValues, value_all_blocks
from optimization.frontier import Frontier, FrontierPoint, InfeasibleBudgetError, find_frontier
from optimization.quarter.plan import QuarterPlan, plan_quarter, planning_case
from optimization.reason import Verdict
from optimization.request import Effect, EffectKind, OpexRequest
from optimization.score import RequestScore, Scorecard, score_requests
from optimization.staffing import StaffingTable, staffing_table
from optimization.value import PlanningCase, service_of

__all__ = [
    "Effect",
    "EffectKind",
    "Frontier",
    "FrontierPoint",
    "InfeasibleBudgetError",
    "OpexRequest",
    "PlanningCase",
    "QuarterPlan",
    "RequestScore",
    "Scorecard",
    "SetValues",
    "StaffingTable",
    "Verdict",
    "find_frontier",
    "plan_quarter",
    "planning_case",
    "score_requests",
    "service_of",
    "staffing_table",
    "value_all_blocks",
]
