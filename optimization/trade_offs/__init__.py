"""Questions about the frontier: what enters and leaves, what would change a decision, several budgets."""

from optimization.trade_offs.break_even import BreakEvenCost, break_even_cost
from optimization.trade_offs.break_even_factor import BreakEvenFactor, break_even_effect, break_even_volume
from optimization.trade_offs.budget_costs import cost_by_centre, cost_by_owner, cost_by_period
from optimization.trade_offs.budget_selection import BudgetSelection, ConflictingBudgetsError, select_under_budgets
from optimization.trade_offs.criteria_front import (
    CriteriaFront,
    Criterion,
    criteria_front,
    net_savings,
    on_time_items,
    on_time_share,
)
from optimization.trade_offs.frontier_walk import (
    FundingOrder,
    FundingStep,
    MarginalCost,
    funding_order,
    marginal_cost,
)
from optimization.trade_offs.funding_changes import (
    Change,
    RankingRegret,
    change,
    cost_of_cut,
    equal_cost_swaps,
    ranking_regret,
    same_service_for_less,
)
from optimization.trade_offs.service_bridge import BridgeStep, ServiceBridge, service_bridge
from optimization.trade_offs.target_sets import TargetSet, UnreachableTargetError, cheapest_set_meeting_targets

__all__ = [
    "BreakEvenCost",
    "BreakEvenFactor",
    "BridgeStep",
    "BudgetSelection",
    "Change",
    "ConflictingBudgetsError",
    "CriteriaFront",
    "Criterion",
    "FundingOrder",
    "FundingStep",
    "MarginalCost",
    "RankingRegret",
    "ServiceBridge",
    "TargetSet",
    "UnreachableTargetError",
    "break_even_cost",
    "break_even_effect",
    "break_even_volume",
    "change",
    "cheapest_set_meeting_targets",
    "cost_by_centre",
    "cost_by_owner",
    "cost_by_period",
    "cost_of_cut",
    "criteria_front",
    "equal_cost_swaps",
    "funding_order",
    "marginal_cost",
    "net_savings",
    "on_time_items",
    "on_time_share",
    "ranking_regret",
    "same_service_for_less",
    "select_under_budgets",
    "service_bridge",
]
