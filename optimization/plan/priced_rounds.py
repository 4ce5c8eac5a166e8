"""Rounds under a price of lateness: hours asked as evaluated late items are worth them, and the cheapest plan kept."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capacity import ServiceOutcome
from capacity.expected_service import expected_service
from optimization.plan.calibration import queue_share
from optimization.plan.decisions import all_hours_given
from optimization.plan.margins import MarginSearch, Round
from optimization.program.price_of_lateness import PriceOfLateness
from optimization.program.staffing_case import StaffingCase

FloatArray = NDArray[np.float64]

# Multiples of a queue's hours that are tried; around the best of them the step is cut to a quarter, twice.
MULTIPLES = np.linspace(0.7, 1.9, 13)
REFINED = 2
# A multiple this close to 1 asks for nothing else.
CLOSE = 0.01
# Whole heads make cost jump: so many rounds in a row may save less than this part of it before the search ends.
PATIENCE = 2
LEAST_SAVING = 1e-3


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class PricedRound:
    """A round with its evaluated cost.

    Attributes
    ----------
    step
        The solve.
    hours : ndarray of shape (n_teams, n_queues, n_weeks)
        Productive hours of each team to each queue; all that it has. [h]
    evaluated
        Service on all paths.
    total_usd
        People, and late items at their price. [USD]
    live_short
        Live queues that miss their requirement. [queues]
    """

    step: Round
    hours: FloatArray
    evaluated: ServiceOutcome
    total_usd: float
    live_short: int

    def is_better_than(self, other: "PricedRound", least_saving: float = 0.0) -> bool:
        """Whether fewer live queues are short, or as many at less cost, by more than a part of it [-]."""
        return (self.live_short, self.total_usd) < (other.live_short, (1.0 - least_saving) * other.total_usd)


def best_priced_round(search: MarginSearch, target: PriceOfLateness, most_rounds: int) -> tuple[PricedRound, int]:
    """Find the margins under which people and evaluated late items together cost least.

    Parameters
    ----------
    search
        At its first round.
    target
        With the price.
    most_rounds : int
        Most times that the program is solved.

    Returns
    -------
    PricedRound
        The cheapest that was seen.
    int
        Rounds.

    Notes
    -----
    The program counts items that the best order of work could not save; service in order of arrival is later. After
    each solve the exact service model says, queue by queue, which multiple of its hours would cost least with the late
    items that remain; the margin asks for it in the next round. Where that made the plan dearer, half the step is
    taken from the best plan.
    """
    best = latest = _evaluated(search, target, search.next_round())
    rounds, since_best = 1, 0
    while rounds < most_rounds and since_best < PATIENCE:
        multiple = np.array(
            [_multiple(search.case, target, latest.step, row) for row in range(len(search.case.queues))]
        )
        factor = np.where(_is_live(search.case), latest.step.factor, multiple)
        if (np.abs(factor - 1.0) <= CLOSE).all():
            break
        search.adjust_to(latest.step, factor)
        latest = _evaluated(search, target, search.next_round())
        rounds += 1
        since_best = 0 if latest.is_better_than(best, LEAST_SAVING) else since_best + 1
        best = latest if latest.is_better_than(best) else best
    return best, rounds


def _evaluated(search: MarginSearch, target: PriceOfLateness, step: Round) -> PricedRound:
    case = search.case
    hours = all_hours_given(case, step.solution.given, step.supply)
    evaluated = expected_service(case.forecast, case.queues, case.teams, allocation=hours)
    severity = np.array([queue.severity for queue in case.queues])
    late = float((severity @ (evaluated.due - evaluated.on_time)).mean())
    return PricedRound(
        step=step,
        hours=hours,
        evaluated=evaluated,
        total_usd=float(step.supply.cost_usd.sum()) + target.usd_per_item * late,
        live_short=int((_is_live(case) & (step.factor > 1.0 + CLOSE)).sum()),
    )


def _multiple(case: StaffingCase, target: PriceOfLateness, step: Round, queue: int) -> float:
    """Multiple of its hours at which a queue's hours and late items cost least [-]."""
    record, given = case.queues[queue], step.solution.given[:, queue]
    if record.is_live or given.sum() <= 0:
        return 1.0
    able = case.skill[:, queue] > 0
    usd = np.array([team.cost_usd_per_head_week / team.productive_hours_per_head for team in case.teams])
    work_usd = float((usd[able] / case.skill[able, queue]).min() * (case.skill[:, queue] @ given).sum())
    share, due = queue_share(case, step.solution.given, queue), case.flows[queue].due_items

    def cost(multiple: float) -> float:
        late = float(((1.0 - share(multiple)) * due).mean())
        return multiple * work_usd + target.usd_per_item * record.severity * late

    tried = {float(multiple): cost(float(multiple)) for multiple in MULTIPLES}
    width = float(MULTIPLES[1] - MULTIPLES[0])
    for _ in range(REFINED):
        centre, width = min(tried, key=tried.__getitem__), width / 4.0
        tried |= {m: cost(m) for m in (centre + width * side for side in (-3, -2, -1, 1, 2, 3)) if m > 0}
    return min(tried, key=tried.__getitem__)


def _is_live(case: StaffingCase) -> NDArray[np.bool_]:
    return np.array([queue.is_live for queue in case.queues])
