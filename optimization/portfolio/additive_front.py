"""The exact front of funding choices: every total cost at which a higher total value becomes attainable."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimization.portfolio.dependencies import read_dependencies, request_links
from optimization.portfolio.dominance import IndexArray, in_amounts, merged_all
from optimization.portfolio.exact_units import exact_unit
from optimization.portfolio.linked_requests import component_front
from optimization.portfolio.request_checks import budget_problem, invalid_input, numbers_of
from optimization.portfolio.request_codes import request_codes


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ParetoFront:
    """All sets of requests that no other set beats on both total cost and total value.

    Iterating gives `cost`, `value` and `chosen`, so that ``cost, value, chosen = front`` works.

    Attributes
    ----------
    cost : ndarray of shape (n_points,)
        Total cost of each set, strictly rising. [unit of the costs handed in]
    value : ndarray of shape (n_points,)
        Total value of each set, strictly rising. [unit of the values handed in]
    chosen : ndarray of bool of shape (n_points, n_requests)
        The requests of each set.

    Examples
    --------
    >>> front = pareto_front([10, 20], [3, 4])
    >>> front.cost.tolist(), front.value.tolist()
    ([0.0, 10.0, 20.0, 30.0], [0.0, 3.0, 4.0, 7.0])
    >>> front.chosen[front.best_within(25)].tolist()
    [False, True]
    """

    cost: NDArray[np.float64]
    value: NDArray[np.float64]
    chosen: NDArray[np.bool_]

    def __post_init__(self) -> None:
        for array in self:
            array.setflags(write=False)

    def __iter__(self) -> Iterator[NDArray[np.generic]]:
        return iter((self.cost, self.value, self.chosen))

    def best_within(self, budget: ArrayLike) -> IndexArray:
        """Index of the most valuable point that each budget pays for; -1 where it pays for none.

        Parameters
        ----------
        budget : array_like of any shape
            Caps on the total cost. [unit of `cost`]

        Returns
        -------
        ndarray of int of the shape of `budget`
            Row of `cost`, `value` and `chosen`.

        Examples
        --------
        >>> pareto_front([10, 20], [3, 4]).best_within([-1, 9, 10, 1000]).tolist()
        [-1, 0, 1, 3]
        """
        return np.asarray(np.searchsorted(self.cost, np.asarray(budget), side="right") - 1)


def pareto_front(
    cost: ArrayLike,
    value: ArrayLike,
    *,
    needs: ArrayLike = (),
    excludes: ArrayLike = (),
    budgets: float | None = None,
) -> ParetoFront:
    """Complete, exact front of sets of requests: total cost against total value.

    Parameters
    ----------
    cost : array_like of shape (n_requests,)
        Cost of each request, >= 0. [any unit of money]
    value : array_like of shape (n_requests,)
        Value of each request, additive. A request that others need may have a negative value. [any unit]
    needs : pairs of int, shape (n_pairs, 2)
        (a, b): request a is funded only if request b is.
    excludes : pairs of int, shape (n_pairs, 2)
        (a, b): at most one of the two is funded.
    budgets : float, optional
        Cap on the total cost: only sets that cost at most this much are returned, and the search is the faster
        for it. Without it the front runs up to the set of highest value. To read several budgets off one front,
        leave it out, or set it to the largest, and use `ParetoFront.best_within`. [unit of `cost`]

    Returns
    -------
    ParetoFront
        Every non-dominated point once, by rising cost. The empty set is the first point, unless requests that
        cost nothing improve on it.

    Raises
    ------
    ValueError
        If the numbers or pairs contradict themselves or each other; all problems are listed at once.

    Notes
    -----
    Requests that are connected by pairs form components. Within a component the requests are decided one by one,
    and only the non-dominated points of each state of the open requests go on ([2]_); the fronts of the components
    are merged by dominance ([1]_). Work grows with the length of the front and, within a component, twofold
    with each request that must be held open at once: many crossing pairs in one component are slow.

    Totals are compared exactly, without a tolerance. If the costs are decimal numbers with up to nine places (so
    are dollars and cents) the sums are sums of whole units, and the same for values; otherwise sums are formed
    in fixed point finer than double precision, and each total is rounded once. Sums of the same numbers made with
    floating point in some order may differ from those in the last digit.

    Of several sets with equal cost and value one is returned: with the requests sorted by rising cost, then value,
    the set that does without the first request on which they differ, so never one that could drop a request for
    nothing. Listing the requests in another order therefore permutes the columns of `chosen` and changes nothing
    else; only between twins of equal cost and value does the order in which they are listed decide.

    References
    ----------
    .. [1] G. L. Nemhauser and Z. Ullmann, "Discrete dynamic programming and capital allocation",
       Management Science 15 (1969), 494-505. doi:10.1287/mnsc.15.9.494
    .. [2] U. Bertele and F. Brioschi, "Nonserial Dynamic Programming", Academic Press, 1972.

    Examples
    --------
    Request 1 needs request 0, which alone is worth nothing.

    >>> front = pareto_front([10, 20, 15], [0, 9, 5], needs=[(1, 0)])
    >>> front.cost.tolist(), front.value.tolist()
    ([0.0, 15.0, 30.0, 45.0], [0.0, 5.0, 9.0, 14.0])
    >>> front.chosen[2].tolist()
    [True, True, False]
    """
    problems: list[str] = []
    costs, values = numbers_of("cost", cost, problems, at_least=0.0), numbers_of("value", value, problems)
    if costs.shape != values.shape:
        problems.append(
            f"cost and value must be of one length: cost has {costs.size} and value {values.size} requests."
        )
    dependencies = read_dependencies(costs.size, needs, excludes, problems)
    problems += budget_problem("budgets", budgets, at_least=0.0)
    if problems:
        raise invalid_input("pareto_front", problems)
    cost_unit, value_unit = (exact_unit(numbers, float(np.abs(numbers).sum())) for numbers in (costs, values))
    cost_count, value_count = cost_unit.count(costs), value_unit.count(values)
    most_units = int(cost_count.sum())
    cost_cap = most_units if budgets is None else cost_unit.most_within(budgets, 0, most_units)
    codes, links = request_codes(cost_count, value_count), request_links(dependencies)
    components = (
        component_front(component, links, codes, cost_count, value_count, cost_cap) for component in links.components()
    )
    front = merged_all(components, codes.n_words, cost_cap)
    total_cost, total_value, code = in_amounts(front, cost_unit, value_unit)
    return ParetoFront(cost=total_cost, value=total_value, chosen=codes.chosen(code))
