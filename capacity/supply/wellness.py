"""Caps on the hours that a head may spend on graphic queues, and how hours are shared under them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from capacity.allocation import fair_allocation
from capacity.erlang_arguments import checked

FloatArray = NDArray[np.float64]

DAYS_A_WEEK = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class WellnessCap:
    """Most hours that one head may spend on some queues in a week.

    Attributes
    ----------
    queues
        Names of the queues, taken together.
    hours_per_head_week
        On-queue hours of one head on all of them. [h/week]

    Raises
    ------
    ValueError
        If no queue is named or the hours lie outside 0-80.

    Examples
    --------
    >>> WellnessCap.daily({"csam", "gore"}, hours_per_head_day=4).hours_per_head_week
    20.0
    """

    queues: frozenset[str]
    hours_per_head_week: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "queues", frozenset(self.queues))
        if not self.queues:
            raise ValueError("queues of a wellness cap must name at least one; found none")
        if not 0.0 <= self.hours_per_head_week <= 80.0:
            raise ValueError(
                f"hours_per_head_week of a wellness cap must lie between 0 and 80; found {self.hours_per_head_week!r}"
            )

    @classmethod
    def daily(
        cls, queues: Sequence[str] | frozenset[str] | set[str], *, hours_per_head_day: float, days: float = DAYS_A_WEEK
    ) -> "WellnessCap":
        """Cap stated for a day.

        Parameters
        ----------
        queues
            Names of the queues, taken together.
        hours_per_head_day : float
            On-queue hours of one head on a day. [h/day]
        days : float
            Days that a head works in a week; fewer in a week with a closure. [days/week]

        Returns
        -------
        WellnessCap

        Raises
        ------
        ValueError
            If the hours lie outside 0-24 or the days outside 0-7.
        """
        for name, value, most in (("hours_per_head_day", hours_per_head_day, 24.0), ("days", days, 7.0)):
            if not 0.0 <= value <= most:
                raise ValueError(f"{name} must lie between 0 and {most:g}; found {value!r}")
        return cls(queues=frozenset(queues), hours_per_head_week=float(hours_per_head_day * days))


def capped_allocation(
    required_hours: ArrayLike,
    team_hours: ArrayLike,
    skill: ArrayLike,
    *,
    capped_hours: ArrayLike,
    graphic: ArrayLike,
) -> FloatArray:
    """Share team hours evenly over queues, as `capacity.allocation.fair_allocation`, under wellness caps.

    Parameters
    ----------
    required_hours : array_like of shape (..., n_queues)
        Hours of standard work that each queue requires. [h]
    team_hours : array_like of shape (..., n_teams)
        Productive hours that each team has. [h]
    skill : array_like of shape (..., n_teams, n_queues)
        Standard work done per hour given; 0 where a team cannot serve a queue. [-]
    capped_hours : array_like of shape (n_caps, ..., n_teams)
        Most productive hours of each team under each cap: for weeks, the transpose of `WeeklySupply.hours_within`. [h]
    graphic : array_like of bool, shape (n_caps, n_queues)
        Queues under each cap; those under a cap must all be under the caps of later rows.

    Returns
    -------
    ndarray of shape (..., n_teams, n_queues)
        Hours that each team gives to each queue; fewer than it has where only capped queues are left to serve. [h]

    Raises
    ------
    ValueError
        If an argument is negative or not finite, or the caps are not nested.

    Notes
    -----
    A team under caps h1 <= h2 <= ... on nested sets of queues is the same as several teams without caps: one of h1
    hours with all queues, one of h2 - h1 hours with all but those of the first set, ..., and one of the rest with
    the queues under no cap. Every division under the caps is one of these teams and the reverse, so the answer is
    as fair as one without caps.

    Examples
    --------
    Ten heads of 30 hours may spend 15 each on the first queue. It needs 200 hours; the second takes up the rest:

    >>> capped_allocation([200, 100], [300], [[1, 1]], capped_hours=[[150]], graphic=[[True, False]])
    array([[150., 150.]])
    """
    skills, hours = checked("skill", skill), checked("team_hours", team_hours)
    caps, under = checked("capped_hours", capped_hours), np.asarray(graphic, dtype=np.bool_)
    if under.ndim != 2 or under.shape[-1] != skills.shape[-1] or len(caps) != len(under):
        raise ValueError(
            f"graphic must be of shape (n_caps, n_queues) = ({len(caps)}, {skills.shape[-1]}); found {under.shape}"
        )
    if (under[:-1] & ~under[1:]).any():
        raise ValueError("graphic must be nested: queues under a cap must be under the caps of all later rows")
    # A cap on few queues never allows more than one on these and more.
    tops = np.minimum.accumulate(np.minimum(caps, hours)[::-1], axis=0)[::-1]
    pieces = np.diff(np.concatenate([tops, hours[None]]), axis=0, prepend=0.0)
    allowed = np.concatenate([np.ones((1, under.shape[1]), dtype=np.bool_), ~under])
    piece_skills = np.where(allowed[:, None, :], skills[..., None, :, :], 0.0)
    n_pieces, n_teams, n_queues = len(pieces), skills.shape[-2], skills.shape[-1]
    given = fair_allocation(
        required_hours,
        np.moveaxis(pieces, 0, -2).reshape(*hours.shape[:-1], n_pieces * n_teams),
        piece_skills.reshape(*skills.shape[:-2], n_pieces * n_teams, n_queues),
    )
    return np.asarray(given.reshape(*given.shape[:-2], n_pieces, n_teams, n_queues).sum(axis=-3))
