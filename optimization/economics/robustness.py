"""How far the recommendation depends on the draw: how often requests are chosen, core index, band, regret."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from optimization.block_values import share_on_time
from optimization.economics.best_sets import rows_of, worth_of_sets
from optimization.frontier import Frontier

FloatArray = NDArray[np.float64]

RESAMPLES = 200


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Robustness:
    """How firmly each request belongs to the recommended set, and what the set may cost in hindsight.

    Attributes
    ----------
    requests
        Names, in the order of the arrays.
    recommended : ndarray of bool of shape (n_requests,)
        Whether the recommended set funds it.
    chosen_on_paths : ndarray of shape (n_requests,)
        Share of paths on which the set that is best on that very path, in hindsight, funds it. [-]
    chosen_on_resamples : ndarray of shape (n_requests,)
        Share of bootstrap resamples of the paths on which the set with the best mean funds it: near 0 or 1, more
        paths would not change the decision. [-]
    core_index : ndarray of shape (n_requests,)
        Share of the frontier's sets that fund it: 1 for a request that belongs to every efficient set, whatever the
        budget; 0 for one that belongs to none. [-]
    core_index_within_budget : ndarray of shape (n_requests,)
        The same among the sets within the budget. [-]
    regret : ndarray of shape (n_paths,)
        Worth on each path of the best set in hindsight, less that of the recommended set.
        [USD; on-time share if lateness has no price]
    regret_in_usd
        Whether the regret is in USD.
    every_set_valued
        Whether the best set of a path or resample was chosen among all feasible sets; else among those that were
        valued, so that the true regret can be larger.

    Examples
    --------
    A request that is in every set of the frontier belongs to the core, whatever the budget.

    >>> firm = Robustness(requests=("seats", "tool"), recommended=np.array([True, True]),
    ...                   chosen_on_paths=np.array([1.0, 0.7]), chosen_on_resamples=np.array([1.0, 0.9]),
    ...                   core_index=np.array([1.0, 0.5]), core_index_within_budget=np.array([1.0, 0.5]),
    ...                   regret=np.array([0.0, 100.0]), regret_in_usd=True, every_set_valued=True)
    >>> firm.to_frame().query("core_index == 1")["request"].tolist()
    ['seats']
    """

    requests: tuple[str, ...]
    recommended: NDArray[np.bool_]
    chosen_on_paths: FloatArray
    chosen_on_resamples: FloatArray
    core_index: FloatArray
    core_index_within_budget: FloatArray
    regret: FloatArray
    regret_in_usd: bool
    every_set_valued: bool

    def to_frame(self) -> pd.DataFrame:
        """Return one row a request."""
        return pd.DataFrame(
            {
                "request": self.requests,
                "recommended": self.recommended,
                "chosen_on_paths": self.chosen_on_paths,
                "chosen_on_resamples": self.chosen_on_resamples,
                "core_index": self.core_index,
                "core_index_within_budget": self.core_index_within_budget,
            }
        )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class FrontierBand:
    """What may come of the frontier at each budget.

    Attributes
    ----------
    budget_usd : ndarray of shape (n_budgets,)
        Ascending. [USD]
    on_time_share_mean : ndarray of shape (n_budgets,)
        Of the frontier's set at the budget, over paths. [-]
    outcome_p10, outcome_p90 : ndarray of shape (n_budgets,)
        80% band of the on-time share of that set over paths: what may come. [-]
    mean_p10, mean_p90 : ndarray of shape (n_budgets,)
        80% band of the highest mean on-time share within the budget over bootstrap resamples of the paths: how well
        the frontier itself is known. [-]

    Examples
    --------
    >>> band = FrontierBand(budget_usd=np.array([0.0, 2700.0]), on_time_share_mean=np.array([0.8, 0.95]),
    ...                     outcome_p10=np.array([0.7, 0.9]), outcome_p90=np.array([0.9, 0.99]),
    ...                     mean_p10=np.array([0.79, 0.94]), mean_p90=np.array([0.81, 0.96]))
    >>> band.to_frame().query("outcome_p10 >= 0.9")["budget_usd"].tolist()
    [2700.0]
    """

    budget_usd: FloatArray
    on_time_share_mean: FloatArray
    outcome_p10: FloatArray
    outcome_p90: FloatArray
    mean_p10: FloatArray
    mean_p90: FloatArray

    def to_frame(self) -> pd.DataFrame:
        """Return one row a budget."""
        return pd.DataFrame(
            {
                "budget_usd": self.budget_usd,
                "on_time_share_mean": self.on_time_share_mean,
                "outcome_p10": self.outcome_p10,
                "outcome_p90": self.outcome_p90,
                "mean_p10": self.mean_p10,
                "mean_p90": self.mean_p90,
            }
        )


def robustness(frontier: Frontier, *, n_resamples: int = RESAMPLES, seed: int = 0) -> Robustness:
    """Tell how firmly each request belongs to the recommended set.

    Parameters
    ----------
    frontier
        With its budget and willingness to pay.
    n_resamples, seed : int
        Bootstrap resamples of the paths, and what makes them repeatable.

    Returns
    -------
    Robustness

    Raises
    ------
    ValueError
        If n_resamples is below 1.

    Notes
    -----
    Effects are drawn together with volumes, one size a path, so both uncertainties are in every figure. Sets are
    looked up among all feasible ones within the budget, not only those of the frontier. The mean regret is the
    expected value of perfect information, if the recommended set is the best on the mean. The core index is that of
    robust portfolio modelling [1]_, with budgets in the place of weights.

    References
    ----------
    .. [1] J. Liesiö, P. Mild and A. Salo (2007), Preference programming for robust portfolio modeling and project
       selection, European Journal of Operational Research 181(3), doi:10.1016/j.ejor.2005.12.041.

    Examples
    --------
    Seats that pay on every path are chosen on every path; of the two sets of the frontier one funds them.

    >>> from optimization import find_frontier, sample_case, value_all_blocks
    >>> frontier = find_frontier(value_all_blocks(sample_case()), willingness_to_pay_usd=20)
    >>> firm = robustness(frontier)
    >>> firm.recommended.tolist(), firm.chosen_on_paths.tolist(), firm.core_index.tolist(), float(firm.regret.max())
    ([True], [1.0], [0.5], 0.0)
    """
    values = frontier.values
    worth = worth_of_sets(
        values,
        budget_usd=None if np.isinf(frontier.budget_usd) else frontier.budget_usd,
        willingness_to_pay_usd=frontier.willingness_to_pay_usd,
    )
    weights = resampling_weights(worth.n_paths, n_resamples=n_resamples, seed=seed)
    hindsight = worth.best()
    resampled = worth.best([one @ weights.T for one in worth.worth])
    best = worth.at(hindsight)
    recommended = frontier.recommended.levels
    funded = frontier.levels > 0
    return Robustness(
        requests=tuple(request.name for request in values.case.requests),
        recommended=recommended > 0,
        chosen_on_paths=(values.levels_of(hindsight) > 0).mean(axis=0),
        chosen_on_resamples=(values.levels_of(resampled) > 0).mean(axis=0),
        core_index=funded.mean(axis=0),
        core_index_within_budget=funded[frontier.cost_usd <= frontier.budget_usd].mean(axis=0),
        regret=np.asarray(best - worth.on_paths(rows_of(values, recommended))),
        regret_in_usd=worth.in_usd,
        every_set_valued=values.is_complete,
    )


def frontier_band(
    frontier: Frontier, budgets_usd: ArrayLike | None = None, *, n_resamples: int = RESAMPLES, seed: int = 0
) -> FrontierBand:
    """Bands of 80% around the frontier at each budget: of the outcome, and of the frontier itself.

    Parameters
    ----------
    frontier
        Its sets.
    budgets_usd : array_like of shape (n_budgets,), optional
        Ascending; the costs of the frontier's sets if None. [USD]
    n_resamples, seed : int
        Bootstrap resamples of the paths, and what makes them repeatable.

    Returns
    -------
    FrontierBand

    Raises
    ------
    ValueError
        If budgets do not ascend, or one pays for no set.

    Notes
    -----
    Paths are drawn anew with replacement [1]_. On each resample the best of the frontier's sets within the budget is
    taken; a set that only a resample makes efficient is not looked at.

    References
    ----------
    .. [1] B. Efron (1979), Bootstrap methods: another look at the jackknife, Annals of Statistics 7(1),
       doi:10.1214/aos/1176344552.

    Examples
    --------
    A queue of 42 hours of work a week that nobody does yet; three seats bring 90.

    >>> from optimization import find_frontier, sample_case, value_all_blocks
    >>> frontier = find_frontier(value_all_blocks(sample_case()))
    >>> band = frontier_band(frontier, [0, 1000, 2700])
    >>> band.on_time_share_mean.round(1).tolist(), bool((band.outcome_p10 <= band.on_time_share_mean).all())
    ([0.0, 0.0, 1.0], True)
    """
    budgets = frontier.cost_usd if budgets_usd is None else np.asarray(budgets_usd, dtype=np.float64)
    if budgets.ndim != 1 or not (np.diff(budgets) >= 0).all():
        raise ValueError(f"budgets_usd must be one ascending row of numbers; found {budgets_usd!r}")
    # A cent of tolerance for sums of cents.
    last = np.searchsorted(frontier.cost_usd, budgets + 0.005, side="right") - 1
    if budgets.size and last[0] < 0:
        raise ValueError(
            f"budgets_usd must pay for the cheapest feasible set, ${frontier.cost_usd[0]:,.2f}; found {budgets[0]:,.2f}"
        )
    values = frontier.values
    rows = np.stack([rows_of(values, levels) for levels in frontier.levels])
    late = np.asarray(sum(block.late_harm[rows[:, column]] for column, block in enumerate(values.blocks)))
    share = share_on_time(late, values.today_due_harm)
    weights = resampling_weights(share.shape[1], n_resamples=n_resamples, seed=seed)
    best = np.maximum.accumulate(share @ weights.T, axis=0)
    mean_low, mean_high = np.quantile(best, [0.1, 0.9], axis=1)
    return FrontierBand(
        budget_usd=budgets,
        on_time_share_mean=frontier.on_time_share_mean[last],
        outcome_p10=frontier.on_time_share_p10[last],
        outcome_p90=frontier.on_time_share_p90[last],
        mean_p10=mean_low[last],
        mean_p90=mean_high[last],
    )


def resampling_weights(n_paths: int, *, n_resamples: int, seed: int) -> FloatArray:
    """Weights of the paths in bootstrap resamples.

    Parameters
    ----------
    n_paths, n_resamples, seed : int
        Paths, resamples, and what makes them repeatable.

    Returns
    -------
    ndarray of shape (n_resamples, n_paths)
        How often each path was drawn, over the number of paths: each row sums to 1. [-]

    Raises
    ------
    ValueError
        If n_resamples is below 1.

    Examples
    --------
    >>> resampling_weights(4, n_resamples=2, seed=0).sum(axis=1).tolist()
    [1.0, 1.0]
    """
    if n_resamples < 1:
        raise ValueError(f"n_resamples must be 1 or more; found {n_resamples}")
    rng = np.random.default_rng([seed, 6])
    return rng.multinomial(n_paths, np.full(n_paths, 1.0 / n_paths), size=n_resamples) / n_paths
