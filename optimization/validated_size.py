"""How many of the heads or seats asked for the forecast and the service model support."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimization.case import PlanningCase
from optimization.effect import COUNTED
from optimization.funded_sets import without
from optimization.request import touched
from optimization.value import value_sets


@dataclass(frozen=True, kw_only=True, slots=True)
class ValidatedSize:
    """Heads or seats asked, and how many of them are needed.

    Attributes
    ----------
    asked, supported : float
        What was asked, and the least number with which every queue that can reach its target does so with the
        stated probability, on top of the rest of the set. [heads]
    met_without, met_at_supported : float
        Lowest probability of meeting its target, of the queues that the team serves, with none and with the
        supported number. [-]
    share_of_last : float
        What the heads beyond the supported number add to the on-time share of those queues. [-]
    """

    asked: float
    supported: float
    met_without: float
    met_at_supported: float
    share_of_last: float


def validated_size(
    case: PlanningCase, row: int, levels: NDArray[np.float64], *, probability: float
) -> ValidatedSize | None:
    """Find the least number of heads that does what the whole ask does for the targets.

    Parameters
    ----------
    case
        Forecast, queues, teams and requests.
    row : int
        Which request.
    levels : ndarray of shape (n_requests,)
        The set to size it on top of; the request itself and what needs it are taken out first. [-]
    probability : float
        With which targets are to be met. [-]

    Returns
    -------
    ValidatedSize or None
        None for a request without heads or seats, or whose teams serve none of the queues.

    Notes
    -----
    A queue counts as served when its target is met with the stated probability, or, where even the whole ask
    does not get there, when it is met as often as with the whole ask. The size is found by halving: it does so, and
    one head less does not. Heads of several effects are counted together and scaled alike.
    """
    request = case.requests[row]
    counted = [effect for effect in request.effects if effect.kind in COUNTED]
    names = touched(request, case.queues, case.teams)
    if not counted or not names:
        return None
    asked = sum(effect.mode for effect in counted)
    rows = _closed_rows(case, names)
    reached = [i for i, r in enumerate(rows) if case.queues[r].name in names]
    target = np.array([case.queues[rows[i]].target.share for i in reached])
    rest = without(case, row, levels)

    def served(size: float) -> tuple[NDArray[np.float64], float]:
        """Probability that each queue that it reaches meets its target, and their on-time share."""
        funded = rest.copy()
        funded[row] = size / asked
        due, on_time, _ = (value[0, reached] for value in value_sets(case, rows, funded[None, :]))
        share = np.divide(on_time, due, out=np.ones_like(due), where=due > 0)
        return (share >= target[:, None]).mean(axis=1), float(on_time.sum() / max(due.sum(), 1e-9))

    met_in_full, share_in_full = served(asked)
    wanted = np.minimum(probability, met_in_full)
    met_without, share_without = served(0.0)
    low, high, met, share = -1.0, 0.0, met_without, share_without
    if (met_without < wanted).any():
        low, high, met, share = 0.0, asked, met_in_full, share_in_full
    while high - low > 1.0:
        # Rounded up, so that halving also ends for an ask such as 2.5 heads.
        middle = float(np.ceil((low + high) / 2.0))
        met_middle, share_middle = served(middle)
        if (met_middle < wanted).any():
            low = middle
        else:
            high, met, share = middle, met_middle, share_middle
    return ValidatedSize(
        asked=asked,
        supported=high,
        met_without=float(met_without.min()),
        met_at_supported=float(met.min()),
        share_of_last=share_in_full - share,
    )


def _closed_rows(case: PlanningCase, names: frozenset[str]) -> list[int]:
    """Rows of all queues that share a team, directly or not, with the named ones."""
    served = [frozenset(team.skills) for team in case.teams]
    served += [touched(request, case.queues, case.teams) for request in case.requests]
    reach = set(names)
    while True:
        wider = reach.union(*(group for group in served if group & reach))
        if wider == reach:
            return [row for row, queue in enumerate(case.queues) if queue.name in reach]
        reach = wider
