"""The exact front of two criteria under one budget."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimization.portfolio.criteria_search import best_pairs
from optimization.portfolio.dominance import non_dominated
from optimization.portfolio.exact_units import exact_unit
from optimization.portfolio.request_checks import budget_problem, invalid_input, numbers_of
from optimization.portfolio.request_codes import request_codes


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class TwoCriteriaFront:
    """All affordable sets of requests that no other affordable set beats on both criteria.

    Iterating gives `values`, `cost` and `chosen`.

    Attributes
    ----------
    values : ndarray of shape (2, n_points)
        Totals of both criteria; the first strictly rises, the second strictly falls. [units handed in]
    cost : ndarray of shape (n_points,)
        Total cost of each set, the lowest that attains its values. [unit handed in]
    chosen : ndarray of bool of shape (n_points, n_requests)
        The requests of each set.

    Examples
    --------
    With money for one request, one is best by each criterion and the third by neither.

    >>> front = two_criteria_front([[3, 1, 2], [1, 3, 0]], [1, 1, 1], budget=1)
    >>> values, cost, chosen = front
    >>> values.tolist(), chosen.tolist()
    ([[1.0, 3.0], [3.0, 1.0]], [[False, True, False], [True, False, False]])
    """

    values: NDArray[np.float64]
    cost: NDArray[np.float64]
    chosen: NDArray[np.bool_]

    def __post_init__(self) -> None:
        for array in self:
            array.setflags(write=False)

    def __iter__(self) -> Iterator[NDArray[np.generic]]:
        return iter((self.values, self.cost, self.chosen))


def two_criteria_front(values: ArrayLike, cost: ArrayLike, budget: float) -> TwoCriteriaFront:
    """Complete, exact front of two additive criteria over the sets of requests that a budget pays for.

    Parameters
    ----------
    values : array_like of shape (2, n_requests)
        Value of each request by each criterion, more is better; may be negative. [any two units]
    cost : array_like of shape (n_requests,)
        Cost of each request, >= 0. [any unit of money]
    budget : float
        Cap on the total cost. [unit of `cost`]

    Returns
    -------
    TwoCriteriaFront
        Every non-dominated pair of totals once, with the cheapest set that attains it.

    Raises
    ------
    ValueError
        If a number is not finite, a cost or the budget is negative, or the shapes do not fit; all are listed at once.

    Notes
    -----
    Requests are decided one by one. Of the partial sets only those go on that no other beats on cost and both
    criteria, and whose linear relaxations leave room for a result as good as one already known, in the direction of
    some edge of the known front ([1]_). A first pass, narrowed to the most promising partial sets, finds most of
    the front; the second is complete. Totals are compared exactly and ties are resolved as in
    `optimization.portfolio`. Where criteria and costs are unrelated, 100 requests take about half a
    second; where the criteria conflict and the cost follows their sum, 50 can take half a minute.

    References
    ----------
    .. [1] C. Bazgan, H. Hugot and D. Vanderpooten, "Solving efficiently the 0-1 multi-objective knapsack problem",
       Computers & Operations Research 36 (2009), 260-279. doi:10.1016/j.cor.2007.09.009

    Examples
    --------
    >>> front = two_criteria_front([[6, 5, 1], [1, 4, 7]], [4, 5, 3], budget=8)
    >>> front.values.tolist(), front.cost.tolist()
    ([[6.0, 7.0], [11.0, 8.0]], [8.0, 7.0])
    """
    problems: list[str] = []
    amounts = numbers_of("values", values, problems, n_dimensions=2)
    costs = numbers_of("cost", cost, problems, at_least=0.0)
    if amounts.shape != (2, costs.size):
        problems.append(
            f"values must have one row a criterion and one column a request: its shape is {amounts.shape}, "
            f"and cost has {costs.size} requests."
        )
    problems += budget_problem("budget", budget, at_least=0.0, optional=False)
    if problems:
        raise invalid_input("two_criteria_front", problems)
    cost_unit, *value_units = (exact_unit(numbers, float(np.abs(numbers).sum())) for numbers in (costs, *amounts))
    cost_count = cost_unit.count(costs)
    value_count = np.stack([unit.count(numbers) for unit, numbers in zip(value_units, amounts, strict=True)])
    cap = cost_unit.most_within(budget, 0, int(cost_count.sum()))
    codes = request_codes(cost_count, *value_count)
    total, code = best_pairs(np.vstack([cost_count, value_count]), cap, codes)
    first, second = (unit.amount(count) for unit, count in zip(value_units, total[1:], strict=True))
    rows = non_dominated(-first, second)[::-1]
    return TwoCriteriaFront(
        values=np.stack([first[rows], second[rows]]),
        cost=cost_unit.amount(total[0, rows]),
        chosen=codes.chosen(code[:, rows]),
    )
