"""Questions that a budget holder asks of a frontier, each answered by one call."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from forecasting.charts.chart_style import money, percent, points
from optimization.frontier import Frontier
from optimization.frontier_point import FrontierPoint
from optimization.one_by_one import ranked_one_by_one

FloatArray = NDArray[np.float64]

# Shares that differ by less than the frontier can tell apart count as equal.
SAME_SHARE = 2e-8


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Change:
    """From one set of requests to another: what comes, what goes, and what that does to cost and service.

    Attributes
    ----------
    before, after
        The two sets.
    added, dropped
        Names of the requests that are funded more, and less, after than before.

    Examples
    --------
    A queue of 42 hours of work a week that nobody does yet; three seats bring 90.

    >>> from optimization import find_frontier, sample_case, value_all_blocks
    >>> frontier = find_frontier(value_all_blocks(sample_case()))
    >>> more = change(frontier, np.array([0.0]), np.array([1.0]))
    >>> more.added, more.cost_usd, more.late_items < 0
    (('three',), 2700.0, True)
    """

    before: FrontierPoint
    after: FrontierPoint
    added: tuple[str, ...]
    dropped: tuple[str, ...]

    @property
    def cost_usd(self) -> float:
        """Change of the cost; negative where money is saved [USD]."""
        return round(self.after.cost_usd - self.before.cost_usd, 2)

    @property
    def on_time_share(self) -> float:
        """Change of the mean on-time share [-]."""
        return self.after.on_time_share_mean - self.before.on_time_share_mean

    @property
    def late_items(self) -> float:
        """Change of the expected late items [items]."""
        return self.after.late_items - self.before.late_items

    def summary(self) -> str:
        """Return the change in a sentence."""
        if not self.added and not self.dropped:
            return f"Nothing changes: {money(self.before.cost_usd)} stays spent as it is."
        parts = [f"drop {', '.join(self.dropped)}"] if self.dropped else []
        parts += [f"fund {', '.join(self.added)}"] if self.added else []
        more = "more" if self.late_items > 0 else "fewer"
        cost = "the same cost" if self.cost_usd == 0 else f"{money(abs(self.cost_usd))} {_side(self.cost_usd)}"
        words = " and ".join(parts)
        return (
            f"{words[0].upper()}{words[1:]}: {cost}, on-time share {percent(self.before.on_time_share_mean)} to "
            f"{percent(self.after.on_time_share_mean)} ({points(self.on_time_share)}), "
            f"{abs(self.late_items):,.0f} {more} late items."
        )


def change(frontier: Frontier, before: FloatArray, after: FloatArray) -> Change:
    """Compare two sets of requests.

    Parameters
    ----------
    frontier
        Its values measure both sets.
    before, after : ndarray of shape (n_requests,)
        Share of each request that is funded. [-]

    Returns
    -------
    Change

    Examples
    --------
    >>> from optimization import find_frontier, sample_case, value_all_blocks
    >>> frontier = find_frontier(value_all_blocks(sample_case(three=(3, 2700), nine=(9, 8100))))
    >>> swap = change(frontier, np.array([1.0, 0.0]), np.array([0.0, 1.0]))
    >>> swap.dropped, swap.added, swap.cost_usd
    (('three',), ('nine',), 5400.0)
    """
    names = [request.name for request in frontier.values.case.requests]
    return Change(
        before=frontier.point(before),
        after=frontier.point(after),
        added=tuple(name for name, was, now in zip(names, before, after, strict=True) if now > was),
        dropped=tuple(name for name, was, now in zip(names, before, after, strict=True) if now < was),
    )


def cost_of_cut(frontier: Frontier, cut_usd: float) -> Change:
    """What a smaller budget costs: the recommended set now, and the one with the cut.

    Parameters
    ----------
    frontier
        With a budget, that is what is cut; without one, what the recommended set costs.
    cut_usd : float
        Size of the cut, 0 or more. [USD]

    Returns
    -------
    Change
        `Change.summary` says it in words. A cut of money that nobody wanted to spend changes nothing.

    Raises
    ------
    ValueError
        If the cut is negative, or leaves less than the cheapest feasible set costs.

    Examples
    --------
    Of a budget of 3,000, three seats take 2,700.

    >>> from optimization import find_frontier, sample_case, value_all_blocks
    >>> frontier = find_frontier(value_all_blocks(sample_case()), budget_usd=3000)
    >>> cost_of_cut(frontier, 1000).dropped, cost_of_cut(frontier, 300).dropped
    (('three',), ())
    """
    if not cut_usd >= 0:
        raise ValueError(f"cut_usd must be 0 or more; found {cut_usd!r}")
    now = frontier.recommended
    budget = frontier.budget_usd if np.isfinite(frontier.budget_usd) else now.cost_usd
    least = float(frontier.cost_usd[0])
    if budget - cut_usd < least:
        raise ValueError(
            f"cut_usd must leave the {money(least)} that the cheapest feasible set costs, so be at most "
            f"${budget - least:,.2f}; found ${cut_usd:,.2f}"
        )
    return change(frontier, now.levels, replace(frontier, budget_usd=budget - cut_usd).recommended.levels)


def same_service_for_less(frontier: Frontier, levels: FloatArray) -> Change:
    """Find the cheapest set that serves at least as well as a given one.

    Parameters
    ----------
    frontier
        All non-dominated sets.
    levels : ndarray of shape (n_requests,)
        The given set, such as ``frontier.requested.levels``. [-]

    Returns
    -------
    Change
        From the given set to the cheapest; its cost is 0 where the given set is on the frontier already.

    Raises
    ------
    ValueError
        If no feasible set serves as well, which can be so only of a set that is not feasible itself.

    Examples
    --------
    Three seats do all the work, so that nine more can be spared.

    >>> from optimization import find_frontier, sample_case, value_all_blocks
    >>> frontier = find_frontier(value_all_blocks(sample_case(three=(3, 2700), nine=(9, 8100))))
    >>> saved = same_service_for_less(frontier, np.array([1.0, 1.0]))
    >>> saved.dropped, saved.cost_usd, round(saved.on_time_share, 6)
    (('nine',), -8100.0, 0.0)
    """
    given = frontier.point(levels)
    enough = np.flatnonzero(frontier.on_time_share_mean >= given.on_time_share_mean - SAME_SHARE)
    if not enough.size:
        raise ValueError(
            f"no feasible set serves as well as the given one ({percent(given.on_time_share_mean)} on time); the "
            f"best gives {percent(float(frontier.on_time_share_mean[-1]))}"
        )
    best = int(enough[0])
    as_cheap = given.cost_usd <= frontier.cost_usd[best] and frontier.values.is_feasible(levels)
    return change(frontier, levels, levels if as_cheap else frontier.levels[best])


def equal_cost_swaps(frontier: Frontier, levels: FloatArray, *, tolerance_usd: float = 0.0) -> tuple[Change, ...]:
    """List the exchanges of one request for another that cost the same.

    Parameters
    ----------
    frontier
        Its values measure the sets.
    levels : ndarray of shape (n_requests,)
        The set to start from; it need not be feasible. [-]
    tolerance_usd : float
        By how much the cost may change either way. [USD]

    Returns
    -------
    tuple of Change
        Every feasible set in which one request is funded less and one other more, best service first. From a set on
        the frontier none that costs the same or less serves better; the list then shows how close the choice was.

    Raises
    ------
    ValueError
        If the tolerance is negative.

    Examples
    --------
    Three seats cost the same at two places.

    >>> from optimization import find_frontier, sample_case, value_all_blocks
    >>> frontier = find_frontier(value_all_blocks(sample_case(here=(3, 2700), there=(3, 2700), nine=(9, 8100))))
    >>> [(swap.dropped, swap.added) for swap in equal_cost_swaps(frontier, np.array([1.0, 0.0, 0.0]))]
    [(('here',), ('there',))]
    """
    if not tolerance_usd >= 0:
        raise ValueError(f"tolerance_usd must be 0 or more; found {tolerance_usd!r}")
    case, values = frontier.values.case, frontier.values
    choices = [(0.0, *request.levels()) for request in case.requests]
    cents = [
        {level: round(100 * request.cost_usd(case.n_weeks, level)) for level in (*offered, start)}
        for request, offered, start in zip(case.requests, choices, levels.tolist(), strict=True)
    ]
    found = []
    for out in np.flatnonzero(levels > 0):
        for less in (level for level in choices[out] if level < levels[out]):
            saved = cents[out][float(levels[out])] - cents[out][less]
            for into in np.flatnonzero(levels < 1):
                for more in (level for level in choices[into] if level > levels[into] and into != out):
                    spent = cents[into][more] - cents[into][float(levels[into])]
                    if abs(spent - saved) <= 100 * tolerance_usd:
                        swapped = levels.copy()
                        swapped[[out, into]] = less, more
                        if values.is_feasible(swapped):
                            found.append(change(frontier, levels, swapped))
    return tuple(sorted(found, key=lambda one: (-one.on_time_share, one.cost_usd, one.added, one.dropped)))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class RankingRegret:
    """What ranking requests one by one loses against the best set of the same budget.

    Attributes
    ----------
    ranked, best
        The set that ranking by stand-alone worth fills the budget with, and the best within the budget.
    least
        The cheapest feasible set, from which gains are counted.

    Examples
    --------
    One seat serves most for a dollar, but leaves too little for the three that do all the work.

    >>> from optimization import find_frontier, sample_case, value_all_blocks
    >>> frontier = find_frontier(value_all_blocks(sample_case(three=(3, 2700), one=(1, 200))))
    >>> regret = ranking_regret(frontier, 2700)
    >>> regret.on_time_share > 0, 0 < regret.share_of_gain < 1
    (True, True)
    """

    ranked: FrontierPoint
    best: FrontierPoint
    least: FrontierPoint

    @property
    def on_time_share(self) -> float:
        """On-time share that ranking loses [-]."""
        return self.best.on_time_share_mean - self.ranked.on_time_share_mean

    @property
    def share_of_gain(self) -> float:
        """Part of the attainable gain that ranking loses; 0 where nothing can be gained [-]."""
        gain = self.best.on_time_share_mean - self.least.on_time_share_mean
        return self.on_time_share / gain if gain > SAME_SHARE else 0.0

    def summary(self) -> str:
        """Return the loss in a sentence."""
        if self.on_time_share < SAME_SHARE:
            return f"Ranking one by one finds the best set for {money(self.best.cost_usd)}."
        return (
            f"Ranking one by one reaches {percent(self.ranked.on_time_share_mean)} for {money(self.ranked.cost_usd)}; "
            f"{percent(self.best.on_time_share_mean)} can be had for {money(self.best.cost_usd)}: it loses "
            f"{percent(self.share_of_gain, 0)} of the attainable gain."
        )


def ranking_regret(frontier: Frontier, budget_usd: float) -> RankingRegret:
    """Compare ranking by stand-alone worth with the best set of a budget.

    Parameters
    ----------
    frontier
        All non-dominated sets.
    budget_usd : float
        Budget. [USD]

    Returns
    -------
    RankingRegret

    Raises
    ------
    ValueError
        If even the cheapest feasible set costs more.

    Examples
    --------
    One seat serves most for a dollar, but leaves too little for the three that do all the work.

    >>> from optimization import find_frontier, sample_case, value_all_blocks
    >>> frontier = find_frontier(value_all_blocks(sample_case(three=(3, 2700), one=(1, 200))))
    >>> regret = ranking_regret(frontier, 2700)
    >>> regret.ranked.funded, regret.best.funded
    (('one',), ('three',))
    """
    best = frontier.at_budget(budget_usd)
    ranked = frontier.point(ranked_one_by_one(frontier.values, budget_usd))
    return RankingRegret(ranked=ranked, best=best, least=frontier.point(frontier.levels[0]))


def _side(cost_usd: float) -> str:
    return "more" if cost_usd > 0 else "less"
