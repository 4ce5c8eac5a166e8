"""Vendor seats under a contract: how many must be kept, when they may come and go, and what they cost."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from capacity.erlang_arguments import checked

FloatArray = NDArray[np.float64]


# Seats wanted are often sums: what exceeds a step by rounding alone orders no further one.
ROUNDING = 1e-9


class TierRule(StrEnum):
    """What the price of a tier applies to.

    Examples
    --------
    25 seats, the first 20 at 900 and from there 800:

    >>> from capacity import VendorContract, contract_cost_usd
    >>> tiers = ((0, 900), (20, 800))
    >>> [float(contract_cost_usd(25, VendorContract(seats=20, price_tiers=tiers, tier_rule=rule))) for rule in TierRule]
    [22000.0, 20000.0]
    """

    GRADUATED = "graduated"
    """The seats of that tier alone."""
    ALL_SEATS = "all_seats"
    """All seats, once the tier is reached."""


@dataclass(frozen=True, kw_only=True, slots=True)
class VendorContract:
    """Terms on which a vendor provides filled seats.

    Attributes
    ----------
    seats
        In force when the plan starts. [seats]
    price_tiers
        Pairs of seats and price: the price holds for seats above that number; the first pair starts at 0.
        [seats], [USD/week]
    tier_rule
        Whether a price applies to the seats of its tier or to all.
    minimum_seats, commitment_weeks
        Seats that stay in force, and the weeks of the plan for which they do. [seats], [weeks]
    most_seats
        Largest number that can be ordered; None for no limit. [seats]
    step_seats
        Seats come and go in multiples of this. [seats]
    lead_weeks, notice_weeks
        Weeks from an order, or from notice, until seats come, or go; the plan's first moment is the first at which
        either can be given. [weeks]

    Raises
    ------
    ValueError
        Naming the field, its value and the rule.

    Examples
    --------
    Thirty seats at $900 a week, those above twenty at $800; ten are committed for eight weeks:

    >>> contract = VendorContract(seats=30, price_tiers=((0, 900), (20, 800)), minimum_seats=10, commitment_weeks=8,
    ...                           step_seats=5, notice_weeks=4)
    >>> least_seats(contract, 10)
    array([30., 30., 30., 30., 10., 10., 10., 10.,  0.,  0.])
    """

    seats: int
    price_tiers: tuple[tuple[int, float], ...]
    tier_rule: TierRule = TierRule.GRADUATED
    minimum_seats: int = 0
    commitment_weeks: int = 0
    most_seats: int | None = None
    step_seats: int = 1
    lead_weeks: int = 0
    notice_weeks: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "tier_rule", TierRule(self.tier_rule))
        object.__setattr__(self, "price_tiers", tuple((above, float(price)) for above, price in self.price_tiers))
        most = self.seats if self.most_seats is None else self.most_seats
        above = [tier for tier, _ in self.price_tiers]
        whole = ("seats", "minimum_seats", "commitment_weeks", "lead_weeks", "notice_weeks")
        rules = {field: (_is_count(getattr(self, field)), "be a whole number, 0 or more") for field in whole}
        rules["step_seats"] = (_is_count(self.step_seats) and self.step_seats > 0, "be a whole number, 1 or more")
        self._hold(rules)
        in_steps = f"be a multiple of step_seats ({self.step_seats})"
        rising = bool(above) and above[0] == 0 and all(a < b for a, b in pairwise(above))
        self._hold(
            {
                "seats": (self.seats % self.step_seats == 0, in_steps),
                "minimum_seats": (
                    self.minimum_seats % self.step_seats == 0 and self.minimum_seats <= self.seats,
                    f"{in_steps} and at most the seats in force ({self.seats})",
                ),
                "most_seats": (
                    _is_count(most) and most % self.step_seats == 0 and most >= self.seats,
                    f"{in_steps} and at least the seats in force ({self.seats}), or None",
                ),
                "price_tiers": (
                    rising and all(0.0 <= price < float("inf") for _, price in self.price_tiers),
                    "start at 0 seats, rise in seats and have prices of 0 or more",
                ),
            }
        )

    def _hold(self, rules: dict[str, tuple[bool, str]]) -> None:
        for field, (holds, rule) in rules.items():
            if not holds:
                raise ValueError(f"{field} of a vendor contract must {rule}; found {getattr(self, field)!r}")


def least_seats(contract: VendorContract, n_weeks: int) -> FloatArray:
    """Seats that stay in force in each week if notice is given for all that can be, as soon as it can be.

    Parameters
    ----------
    contract
        Terms.
    n_weeks : int
        Length of the plan. [weeks]

    Returns
    -------
    ndarray of shape (n_weeks,)
        What is above it may be given back by that week; its cost cannot be avoided. [seats]

    Examples
    --------
    >>> least_seats(VendorContract(seats=8, price_tiers=((0, 900),), notice_weeks=2), 4)
    array([8., 8., 0., 0.])
    """
    week = np.arange(n_weeks)
    committed = np.where(week < contract.commitment_weeks, contract.minimum_seats, 0)
    return np.where(week < contract.notice_weeks, contract.seats, committed).astype(np.float64)


def seats_in_force(wanted_seats: ArrayLike, contract: VendorContract) -> FloatArray:
    """Fewest seats that cover what is wanted in each week and that the contract allows.

    Parameters
    ----------
    wanted_seats : array_like of shape (..., n_weeks)
        Seats wanted; known, and told to the vendor, when the plan starts. [seats]
    contract
        Terms.

    Returns
    -------
    ndarray of shape (..., n_weeks)
        More than wanted because of the commitment, the notice or the steps; fewer because of the lead time or the
        largest number that can be ordered. [seats]

    Raises
    ------
    ValueError
        If a number wanted is negative or not finite.

    Notes
    -----
    Both lead time and notice run from the start of the plan: an order "ten more in weeks 6 to 9" is told in week 0.
    Before week `notice_weeks` nothing goes, whenever it came, and before week `lead_weeks` nothing comes, so seats
    wanted later within it are kept.

    Examples
    --------
    Orders come after one week, seats go after three:

    >>> contract = VendorContract(seats=10, price_tiers=((0, 900),), step_seats=5, lead_weeks=1, notice_weeks=3)
    >>> seats_in_force([12, 12, 4, 4, 0, 7], contract)
    array([10., 15., 15.,  5.,  0., 10.])
    """
    wanted = np.atleast_1d(checked("wanted_seats", wanted_seats))
    n_weeks = wanted.shape[-1]
    step = contract.step_seats
    in_steps = np.ceil(wanted / step - ROUNDING) * step
    most = np.inf if contract.most_seats is None else contract.most_seats
    highest = np.where(np.arange(n_weeks) < contract.lead_weeks, contract.seats, most)
    seats = np.clip(in_steps, least_seats(contract, n_weeks), highest)
    # Within the notice seats only rise; within the lead time they only fall, so what is wanted later must be kept.
    rising, falling = seats[..., : contract.notice_weeks], seats[..., : contract.lead_weeks]
    np.maximum.accumulate(rising, axis=-1, out=rising)
    falling[...] = np.maximum.accumulate(falling[..., ::-1], axis=-1)[..., ::-1]
    return np.asarray(seats)


def contract_cost_usd(seats: ArrayLike, contract: VendorContract) -> FloatArray:
    """Price of the seats in force for a week.

    Parameters
    ----------
    seats : array_like of shape (...)
        In force. [seats]
    contract
        Its price tiers.

    Returns
    -------
    ndarray of shape (...)
        [USD/week]

    Raises
    ------
    ValueError
        If a number of seats is negative or not finite.

    Examples
    --------
    >>> tiers = ((0, 900), (20, 800))
    >>> contract_cost_usd([20, 25], VendorContract(seats=20, price_tiers=tiers))
    array([18000., 22000.])
    >>> contract_cost_usd([20, 25], VendorContract(seats=20, price_tiers=tiers, tier_rule="all_seats"))
    array([18000., 20000.])
    """
    held = checked("seats", seats)
    above = np.array([tier for tier, _ in contract.price_tiers], dtype=np.float64)
    price = np.array([usd for _, usd in contract.price_tiers])
    if contract.tier_rule is TierRule.ALL_SEATS:
        reached = np.maximum(np.searchsorted(above, held, side="left") - 1, 0)
        return np.asarray(held * price[reached])
    width = np.diff(above, append=np.inf)
    return np.asarray((np.clip(held[..., None] - above, 0.0, width) * price).sum(axis=-1))


def _is_count(value: float) -> bool:
    return 0 <= value < float("inf") and value == int(value)
