"""What programs ask for: money, the effects it is to have, and what else must or must not be funded with it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from capacity import ReviewQueue, ReviewTeam
from optimization.claim import Claim
from optimization.cost import Cost, CostKind, is_week
from optimization.effect import COUNTED, Effect, is_one_name

LEVELS_OF_A_PART = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class OpexRequest:
    """One ask: what it costs, what it changes, and what it depends on.

    Attributes
    ----------
    name
        Short identifier.
    title, owner
        What a reader sees, and who asks.
    effects
        At least one.
    one_off_usd, weekly_usd
        Cost at the start, and in each week in which it is active. [USD, USD/week]
    cost_centre
        Who is charged for these two; blank if that is not told.
    costs
        Further costs: by month, in another currency, for another cost centre, or at dates of their own.
    category, evidence
        What kind of ask it is, and what its figures rest on, such as a pilot or a quote; for the reader.
    claims
        Benefits that the asker says it brings within the plan; checked, never believed.
    start_week, end_week
        First active week, 0 the first of the plan, and the first week in which it is over; None to stay. [weeks]
    ramp_weeks
        Weeks over which effects on queues, overtime and shrinkage grow to full size. [weeks]
    success_probability
        Probability that the effects come about at all; the cost is spent anyway. [-]
    smallest_share
        Below 1 if the request may be funded in part: the least share that makes sense. [-]
    needs, excludes
        Names of requests that must be funded with it, and that must not.
    mandatory
        Whether it is funded whatever the budget.

    Raises
    ------
    ValueError
        Naming the field, its value and the rule.

    Examples
    --------
    >>> seats = OpexRequest(name="seats", title="24 seats", owner="Ops", weekly_usd=30_000, start_week=3,
    ...                     effects=(Effect(kind="seats", team="manila", low=24, mode=24, high=24),))
    >>> seats.cost_usd(13)
    300000.0
    """

    name: str
    title: str
    owner: str
    effects: tuple[Effect, ...]
    one_off_usd: float = 0.0
    weekly_usd: float = 0.0
    start_week: int = 0
    end_week: int | None = None
    ramp_weeks: int = 0
    success_probability: float = 1.0
    smallest_share: float = 1.0
    needs: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    mandatory: bool = False
    cost_centre: str = ""
    costs: tuple[Cost, ...] = ()
    category: str = ""
    evidence: str = ""
    claims: tuple[Claim, ...] = ()

    def __post_init__(self) -> None:
        rules = {
            "effects": (len(self.effects) > 0, "hold at least one effect"),
            "one_off_usd": (0.0 <= self.one_off_usd < np.inf, "be 0 or more"),
            "weekly_usd": (0.0 <= self.weekly_usd < np.inf, "be 0 or more"),
            "name": (isinstance(self.name, str) and bool(self.name.strip()), "be a text"),
            "start_week": (is_week(self.start_week), "be a whole number, 0 or more"),
            "end_week": (
                self.end_week is None or (is_week(self.end_week) and self.end_week > self.start_week),
                "be a whole number and lie after start_week",
            ),
            "ramp_weeks": (is_week(self.ramp_weeks), "be a whole number, 0 or more"),
            "success_probability": (0.0 < self.success_probability <= 1.0, "lie above 0 and up to 1"),
            "smallest_share": (0.0 < self.smallest_share <= 1.0, "lie above 0 and up to 1"),
            "needs": (_are_others(self.needs, self.name), "be a tuple of names, not the request itself"),
            "excludes": (_are_others(self.excludes, self.name), "be a tuple of names, not the request itself"),
            "claims": (len({one.unit for one in self.claims}) == len(self.claims), "be one a unit"),
            "costs": (all(self._ends_after_its_start(cost) for cost in self.costs), "end after they start"),
        }
        for field, (holds, rule) in rules.items():
            if not holds:
                raise ValueError(f"{field} of request {self.name!r} must {rule}; found {getattr(self, field)!r}")

    def cost_usd(self, n_weeks: int, share: float = 1.0) -> float:
        """Cost within a plan, of a share of the request.

        Parameters
        ----------
        n_weeks : int
            Length of the plan. [weeks]
        share : float
            Share that is funded. [-]

        Returns
        -------
        float
            One-off costs that fall into the plan, and the weekly costs of active weeks, to the cent. [USD]

        Raises
        ------
        ValueError
            If a cost is monthly or in another currency: what it comes to depends on the first day of the plan and on
            rates (see `optimization.cost_schedule.in_weekly_usd`).
        """
        own = (
            Cost(kind=CostKind.ONE_OFF, amount=self.one_off_usd),
            Cost(kind=CostKind.WEEKLY, amount=self.weekly_usd),
        )
        return round(share * sum(self._usd_of(cost, n_weeks) for cost in (*own, *self.costs)), 2)

    def _usd_of(self, cost: Cost, n_weeks: int) -> float:
        if cost.kind is CostKind.MONTHLY or cost.currency != "USD":
            raise ValueError(
                f"costs of request {self.name!r} must be one-off or weekly and in USD here; found a {cost.kind} cost "
                f"in {cost.currency}. Turn it into USD by week first: optimization.cost_schedule.in_weekly_usd"
            )
        start, end = self._weeks_of(cost)
        if cost.kind is CostKind.ONE_OFF:
            return cost.amount if start < n_weeks else 0.0
        return cost.amount * max(0, (n_weeks if end is None else min(n_weeks, end)) - start)

    def _weeks_of(self, cost: Cost) -> tuple[int, int | None]:
        start = self.start_week if cost.start_week is None else cost.start_week
        return start, self.end_week if cost.end_week is None else cost.end_week

    def _ends_after_its_start(self, cost: Cost) -> bool:
        start, end = self._weeks_of(cost)
        return end is None or end > start or cost.kind is CostKind.ONE_OFF

    def active(self, n_weeks: int) -> NDArray[np.float64]:
        """Whether it is active in each week of a plan.

        Parameters
        ----------
        n_weeks : int
            Length of the plan. [weeks]

        Returns
        -------
        ndarray of shape (n_weeks,)
            1 or 0. [-]
        """
        week = np.arange(n_weeks)
        end = n_weeks if self.end_week is None else self.end_week
        return ((week >= self.start_week) & (week < end)).astype(np.float64)

    def levels(self) -> tuple[float, ...]:
        """Shares at which it may be funded, ascending, the last of them 1 [-].

        Four at even distances from the smallest share on. Heads or seats (of the first such effect) stay whole: shares
        are rounded up to the next head, so that there may be fewer.
        """
        if self.smallest_share == 1.0:
            return (1.0,)
        shares = np.linspace(self.smallest_share, 1.0, LEVELS_OF_A_PART)
        counted = [effect.mode for effect in self.effects if effect.kind in COUNTED]
        if counted:
            shares = np.minimum(np.ceil(shares * counted[0] - 1e-9) / counted[0], 1.0)
        return tuple(dict.fromkeys(float(share) for share in shares))


def _are_others(names: Sequence[str], own: str) -> bool:
    return not is_one_name(names) and own not in names


def after_lead_time(request: OpexRequest, teams: Sequence[ReviewTeam]) -> OpexRequest:
    """Put off a request for heads or seats to the week in which the first can be there.

    Parameters
    ----------
    request
        As asked.
    teams
        Their lead times.

    Returns
    -------
    OpexRequest
        The same request where the lead time is kept; all costs are put off by as much as the effects.

    Raises
    ------
    ValueError
        If it adds heads or seats to a team that is not there.
    """
    lead = {team.name: team.hire_lead_weeks for team in teams}
    unknown = {effect.team for effect in request.effects if effect.kind in COUNTED} - set(lead)
    if unknown:
        raise ValueError(f"effects of request {request.name!r} must name teams of {tuple(lead)}; found {unknown}")
    earliest = max(
        (lead[effect.team] for effect in request.effects if effect.kind in COUNTED and effect.team), default=0
    )
    if request.start_week >= earliest:
        return request
    delay = earliest - request.start_week
    costs = tuple(
        replace(cost, start_week=_later(cost.start_week, delay), end_week=_later(cost.end_week, delay))
        for cost in request.costs
    )
    return replace(request, start_week=earliest, end_week=_later(request.end_week, delay), costs=costs)


def _later(week: int | None, delay: int) -> int | None:
    return None if week is None else week + delay


def touched(request: OpexRequest, queues: Sequence[ReviewQueue], teams: Sequence[ReviewTeam]) -> frozenset[str]:
    """Queues whose service a request can change: those it names, and those that its teams serve.

    Parameters
    ----------
    request
        Its effects name queues and teams.
    queues, teams
        All there are.

    Returns
    -------
    frozenset of str
        Names of queues.
    """
    skills = {team.name: frozenset(team.skills) for team in teams}
    names: set[str] = set()
    for effect in request.effects:
        names |= set(effect.queues) | (skills[effect.team] if effect.team else frozenset())
    return frozenset(queue.name for queue in queues if queue.name in names)
