"""Which requests to fund: their value on common paths, and the exact frontier of cost against service."""

from optimization.block_values import SetValues, value_all_blocks
from optimization.case import PlanningCase
from optimization.claim import Claim, ClaimUnit
from optimization.cost import Cost, CostKind, RateTable
from optimization.cost_service.curve import CostServiceCurve, cost_service_curve
from optimization.economics.terms import EconomicTerms
from optimization.effect import Effect, EffectKind
from optimization.finding import Finding, RequestFindings
from optimization.frontier import Frontier
from optimization.frontier_point import FrontierPoint
from optimization.frontier_search import InfeasibleBudgetError, find_frontier
from optimization.plan.planning import plan_staffing
from optimization.plan.staffing_plan import QueueService, StaffingPlan
from optimization.plan.two_stage_staffing import TwoStageStaffing, two_stage_staffing
from optimization.policies.comparison import PolicyComparison, compare_policies
from optimization.program.chance_constraint import ChanceConstraint
from optimization.program.cut_search import SolverLimitError
from optimization.program.expected_share import ExpectedShare
from optimization.program.first_stage import RiskWeight
from optimization.program.outcome import SolveStatus
from optimization.program.policies import Budget, Policies, SeveralSites, VendorShare
from optimization.program.price_of_lateness import PriceOfLateness
from optimization.program.relaxation import Relaxation, RelaxationKind
from optimization.program.tail_risk import TailRisk
from optimization.program.team_options import TeamOptions
from optimization.quarter.analysis import PlanAnalysis
from optimization.quarter.plan import QuarterPlan, plan_quarter, planning_case
from optimization.quarter.sample_case import sample_case
from optimization.reason import Verdict
from optimization.request import OpexRequest
from optimization.request_findings import check_requests
from optimization.request_rules import request_problems
from optimization.score import RequestScore, Scorecard, score_requests
from optimization.shifts import (
    Break,
    RosteredPlan,
    ShiftLibrary,
    ShiftPlan,
    TeamRoster,
    Tour,
    UncoveredIntervalsError,
    cover_shifts,
    rostered_staffing,
    shift_library,
    team_roster,
    work_day_patterns,
)
from optimization.staffing import StaffingTable, staffing_table
from optimization.value import service_of

__all__ = [
    "Break",
    "Budget",
    "ChanceConstraint",
    "Claim",
    "ClaimUnit",
    "Cost",
    "CostKind",
    "CostServiceCurve",
    "EconomicTerms",
    "Effect",
    "EffectKind",
    "ExpectedShare",
    "Finding",
    "Frontier",
    "FrontierPoint",
    "InfeasibleBudgetError",
    "OpexRequest",
    "PlanAnalysis",
    "PlanningCase",
    "Policies",
    "PolicyComparison",
    "PriceOfLateness",
    "QuarterPlan",
    "QueueService",
    "RateTable",
    "Relaxation",
    "RelaxationKind",
    "RequestFindings",
    "RequestScore",
    "RiskWeight",
    "RosteredPlan",
    "Scorecard",
    "SetValues",
    "SeveralSites",
    "ShiftLibrary",
    "ShiftPlan",
    "SolveStatus",
    "SolverLimitError",
    "StaffingPlan",
    "StaffingTable",
    "TailRisk",
    "TeamOptions",
    "TeamRoster",
    "Tour",
    "TwoStageStaffing",
    "UncoveredIntervalsError",
    "VendorShare",
    "Verdict",
    "check_requests",
    "compare_policies",
    "cost_service_curve",
    "cover_shifts",
    "find_frontier",
    "plan_quarter",
    "plan_staffing",
    "planning_case",
    "request_problems",
    "rostered_staffing",
    "sample_case",
    "score_requests",
    "service_of",
    "shift_library",
    "staffing_table",
    "team_roster",
    "two_stage_staffing",
    "value_all_blocks",
    "work_day_patterns",
]
