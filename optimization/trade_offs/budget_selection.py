"""The best set of requests under several budgets at once, interactions of the requests included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimization.block_shares import SHARE_UNITS, share_units
from optimization.block_values import SetValues
from optimization.frontier_bound import highest_share
from optimization.funded_sets import funded_names
from optimization.portfolio.budgets import SelectionStatus
from optimization.trade_offs.budget_program import BlockOptions, best_choice, least_excess

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class ConflictingBudgetsError(ValueError):
    """No feasible set keeps every budget.

    Parameters
    ----------
    excess_usd
        By budget: the smallest raise, in dollars over all budgets, with which a feasible set keeps them all. [USD]

    Examples
    --------
    >>> error = ConflictingBudgetsError(excess_usd={"October": 500.0})
    >>> error.excess_usd, "October by $500.00" in str(error)
    ({'October': 500.0}, True)
    """

    def __init__(self, *, excess_usd: dict[str, float]) -> None:
        self.excess_usd = excess_usd
        listed = ", ".join(f"{name} by ${excess:,.2f}" for name, excess in excess_usd.items())
        super().__init__(
            f"no feasible set keeps all budgets, because of what is mandatory; the smallest raise that helps: {listed}"
        )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class BudgetSelection:
    """The best set found under several budgets.

    Attributes
    ----------
    levels : ndarray of shape (n_requests,)
        Share of each request that is funded. [-]
    funded
        Names of the funded requests, with the share where it is not 1.
    on_time_share_mean
        Weighted by severity and today's volume; where more is late on a path than is due today, as it would be if it
        did not stop at 0. [-]
    budgets
        Names of the budgets.
    spent_usd, budget_usd : ndarray of shape (n_budgets,)
        What the set takes of each budget, and its cap. [USD]
    status
        Whether the set is proven to be best.
    bound
        No feasible set within the budgets has a higher on-time share; equal to the share when proven. Where some sets
        were not valued, what is proven of all sets that cost no more than the budgets allow in all, as in
        `Frontier.on_time_share_bound`. [-]

    Examples
    --------
    A search that was stopped: the set reaches 96% on time, and no set reaches more than 97%.

    >>> best = BudgetSelection(levels=np.array([1.0, 0.0]), funded=("seats",), on_time_share_mean=0.96,
    ...                        budgets=("October",), spent_usd=np.array([900.0]), budget_usd=np.array([1000.0]),
    ...                        status=SelectionStatus.TIME_LIMIT, bound=0.97)
    >>> round(best.gap, 2), bool((best.spent_usd <= best.budget_usd).all())
    (0.01, True)
    """

    levels: FloatArray
    funded: tuple[str, ...]
    on_time_share_mean: float
    budgets: tuple[str, ...]
    spent_usd: FloatArray
    budget_usd: FloatArray
    status: SelectionStatus
    bound: float

    @property
    def gap(self) -> float:
        """On-time share by which a better set could exceed this one at most [-]."""
        return self.bound - self.on_time_share_mean


def select_under_budgets(
    values: SetValues,
    cost_usd: ArrayLike,
    budget_usd: ArrayLike,
    *,
    names: Sequence[str] = (),
    time_limit_seconds: float | None = None,
) -> BudgetSelection:
    r"""Find the set with the highest on-time share that keeps several budgets at once.

    Parameters
    ----------
    values
        Every feasible set of every block, valued.
    cost_usd : array_like of shape (n_budgets, n_requests)
        What each request in full takes of each budget, 0 or more; a part takes its share, to the cent. See
        `optimization.trade_offs.budget_costs` for costs by month, cost centre and owner. [USD]
    budget_usd : array_like of shape (n_budgets,)
        Caps. [USD]
    names : sequence of str, optional
        Of the budgets, for messages; "budget 1" and so on without.
    time_limit_seconds : float, optional
        Stop after this time with the best set so far. [s]

    Returns
    -------
    BudgetSelection
        Of several best sets one of them.

    Raises
    ------
    ConflictingBudgetsError
        If no feasible set keeps all budgets, with the smallest raise that helps.
    ValueError
        If shapes do not fit or an amount is negative or not a number.
    RuntimeError
        If the solver ends in a way that proves nothing, with its own status in the text.

    Notes
    -----
    With one binary :math:`x_{bk}` for each option :math:`k` of each block :math:`b` that no other option of the block
    beats on all budgets and on the share :math:`v_{bk}`, solves :math:`\max \sum v_{bk} x_{bk}` subject to
    :math:`\sum_k x_{bk} = 1` and :math:`\sum c_{ibk} x_{bk} \le B_i`, a multiple-choice knapsack [1]_: interactions
    sit inside the options, so the program is linear. HiGHS accepts a budget that is overspent within its tolerance;
    each set that it returns is therefore added up in whole cents, and one that overspends is forbidden before the
    search goes on.

    References
    ----------
    .. [1] H. Kellerer, U. Pferschy and D. Pisinger (2004), Knapsack Problems, chapter 11,
       doi:10.1007/978-3-540-24777-7.

    Examples
    --------
    October has money for either request, November for the first one only.

    >>> from optimization import sample_case, value_all_blocks
    >>> values = value_all_blocks(sample_case(three=(3, 2700), nine=(9, 8100)))
    >>> best = select_under_budgets(values, [[2700, 8100], [0, 100]], [9000, 50],
    ...                             names=["October", "November"])
    >>> best.funded, best.spent_usd.tolist(), best.status.name
    (('three',), [2700.0, 0.0], 'OPTIMAL')
    """
    costs, caps, labels = _read(values, cost_usd, budget_usd, names, time_limit_seconds)
    options = _options(values, costs)
    cents = np.floor(100 * caps + 1e-6).astype(np.int64)
    best = best_choice(options, cents, time_limit_seconds=time_limit_seconds)
    if best is None:
        excess = least_excess(options, cents)
        raise ConflictingBudgetsError(
            excess_usd={name: float(usd) / 100 for name, usd in zip(labels, excess, strict=True) if usd > 0}
        )
    chosen = list(zip(options, best.option, strict=True))
    share = 1.0 + sum(int(block.value[k]) for block, k in chosen) / SHARE_UNITS
    option = np.array([int(block.row[k]) for block, k in chosen], dtype=np.intp)
    levels = values.levels_of(option)
    return BudgetSelection(
        levels=levels,
        funded=funded_names(values.case, levels),
        on_time_share_mean=share,
        budgets=labels,
        spent_usd=sum((block.cents[:, k] for block, k in chosen), np.zeros(len(caps))) / 100,
        budget_usd=caps,
        status=_status(values, proven=best.proven),
        bound=_bound(
            values,
            share,
            None if best.proven else 1.0 + best.bound / SHARE_UNITS,
            _most_cents(values, costs, caps),
        ),
    )


def _status(values: SetValues, *, proven: bool) -> SelectionStatus:
    if not proven:
        return SelectionStatus.TIME_LIMIT
    return SelectionStatus.OPTIMAL if values.is_complete else SelectionStatus.SOME_SETS


def _bound(values: SetValues, share: float, of_solver: float | None, most_cents: float) -> float:
    """Highest on-time share of any set within the budgets: of the valued sets, or where some were not, of any set."""
    if values.is_complete:
        return share if of_solver is None else max(share, of_solver)
    return max(share, float(highest_share(values, [most_cents])[0]))


def _most_cents(values: SetValues, costs: FloatArray, caps: FloatArray) -> float:
    """Most that a set within the budgets can cost in all, infinite where they do not say [0.01 USD].

    A budget that takes at least the whole cost of every request caps the cost of the set; so do all budgets together
    where they do. Costs of parts are rounded, by less than a cent a request.
    """
    case = values.case
    whole = np.array([request.cost_usd(case.n_weeks) for request in case.requests])
    taken = np.concatenate([costs, costs.sum(axis=0, keepdims=True)])
    caps_usd = np.append(caps, caps.sum())[(taken >= whole - 0.005).all(axis=1)]
    return float(100 * caps_usd.min() + 2 * len(whole)) if caps_usd.size else float("inf")


def _read(
    values: SetValues,
    cost_usd: ArrayLike,
    budget_usd: ArrayLike,
    names: Sequence[str],
    time_limit_seconds: float | None,
) -> tuple[FloatArray, FloatArray, tuple[str, ...]]:
    costs, caps = np.asarray(cost_usd, dtype=np.float64), np.asarray(budget_usd, dtype=np.float64)
    shape = (caps.size, len(values.case.requests))
    if caps.ndim != 1 or costs.shape != shape:
        raise ValueError(
            f"cost_usd must have one row a budget and one column a request, {shape}; its shape is {costs.shape}"
        )
    for name, amounts in (("cost_usd", costs), ("budget_usd", caps)):
        if not ((amounts >= 0) & np.isfinite(amounts)).all():
            raise ValueError(f"{name} must be finite and 0 or more; found {amounts[~(amounts >= 0)].tolist() or 'inf'}")
    labels = tuple(names) or tuple(f"budget {row + 1}" for row in range(caps.size))
    if len(labels) != caps.size or len(set(labels)) != len(labels):
        raise ValueError(f"names must be one distinct name a budget, {caps.size}; found {labels}")
    if time_limit_seconds is not None and not time_limit_seconds > 0:
        raise ValueError(f"time_limit_seconds must be above 0, or None for no limit; found {time_limit_seconds!r}")
    return costs, caps, labels


def _options(values: SetValues, costs: FloatArray) -> list[BlockOptions]:
    options = []
    for block, value in zip(values.blocks, share_units(values), strict=True):
        part = costs[:, list(block.block.requests)]
        cents = np.round(100 * part[:, None, :] * block.block.levels).sum(axis=2).astype(np.int64)
        rows = _undominated(cents, value)
        options.append(BlockOptions(row=rows, cents=cents[:, rows], value=value[rows]))
    return options


def _undominated(cents: IntArray, value: IntArray) -> NDArray[np.intp]:
    """Options that no other beats on every budget and on value; of equals the first."""
    order = np.lexsort((np.arange(value.size), cents.sum(axis=0), -value))
    kept: list[int] = []
    for row in order:
        # Whatever beats it has at least its value, so it stands before it.
        if not kept or not (cents[:, kept] <= cents[:, row, None]).all(axis=0).any():
            kept.append(int(row))
    return np.array(kept, dtype=np.intp)
