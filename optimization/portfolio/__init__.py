"""Exact fronts and selections of requests whose values add up."""

from optimization.portfolio.additive_front import ParetoFront, pareto_front
from optimization.portfolio.budgets import Selection, SelectionStatus, select
from optimization.portfolio.dominance import non_dominated
from optimization.portfolio.option_blocks import MergedFront, merge_fronts
from optimization.portfolio.two_criteria import TwoCriteriaFront, two_criteria_front

__all__ = [
    "MergedFront",
    "ParetoFront",
    "Selection",
    "SelectionStatus",
    "TwoCriteriaFront",
    "merge_fronts",
    "non_dominated",
    "pareto_front",
    "select",
    "two_criteria_front",
]
