"""Fair shares of what a set of requests achieves together: Shapley values, exact per block."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import factorial

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from optimization.block_values import SetValues, lost_share
from optimization.economics.late_harm import LateHarm
from optimization.set_outcomes import BlockValues

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

# Up to this many requests of one block, all their coalitions are looked up; beyond it, orders are sampled.
MOST_EXACT = 12
# Sampled orders come in pairs, one the reverse of the other.
PAIRS_OF_ORDERS = 500
# Half the width of an 80% interval in standard errors.
Z80 = 1.2815515594457831


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ShapleyShares:
    """Share of every request in what a set achieves together.

    Attributes
    ----------
    requests
        Names, in the order of the requests.
    funded : ndarray of bool of shape (n_requests,)
        Whether the set funds the request at all; the share of the others is 0.
    late_harm_avoided : ndarray of shape (n_requests, n_paths)
        Severity-weighted late items that are the request's due; they sum to those that the set avoids. [items]
    on_time_share : ndarray of shape (n_requests, n_paths)
        The same over all severity-weighted items due with nothing funded. [-]
    half_width : ndarray of shape (n_requests,)
        Half the 80% interval of the mean of `late_harm_avoided` from sampling orders; 0 where exact. [items]

    Examples
    --------
    >>> shares = ShapleyShares(requests=("seats", "tool"), funded=np.array([True, True]),
    ...                        late_harm_avoided=np.array([[30.0], [10.0]]), on_time_share=np.array([[0.3], [0.1]]),
    ...                        half_width=np.zeros(2))
    >>> shares.is_exact, shares.to_frame()["shapley_share_of_total"].tolist()
    (True, [0.75, 0.25])
    """

    requests: tuple[str, ...]
    funded: BoolArray
    late_harm_avoided: FloatArray
    on_time_share: FloatArray
    half_width: FloatArray

    @property
    def is_exact(self) -> bool:
        """Whether no block was so large that orders were sampled."""
        return not self.half_width.any()

    def to_frame(self) -> pd.DataFrame:
        """Return one row a request: mean share, 80% range over paths, and the error of sampling."""
        low, high = np.quantile(self.on_time_share, [0.1, 0.9], axis=1)
        mean = self.late_harm_avoided.mean(axis=1)
        total = mean.sum()
        return pd.DataFrame(
            {
                "request": self.requests,
                "funded": self.funded,
                "shapley_on_time_change": self.on_time_share.mean(axis=1),
                "shapley_on_time_change_p10": low,
                "shapley_on_time_change_p90": high,
                "shapley_late_harm_avoided": mean,
                "shapley_share_of_total": mean / total if total else np.zeros_like(mean),
                "sampling_half_width": self.half_width,
            }
        )


def shapley_shares(values: SetValues, levels: FloatArray, *, seed: int = 0) -> ShapleyShares:
    """Divide the late harm that a set avoids among its requests.

    Parameters
    ----------
    values
        Every feasible set of every block, valued.
    levels : ndarray of shape (n_requests,)
        Share of each request that the set funds, such as `Frontier.recommended.levels` or
        `optimization.funded_sets.everything_asked(case)`. [-]
    seed : int
        Of the sampled orders in blocks of more than 12 funded requests.

    Returns
    -------
    ShapleyShares
        Shares sum to what the set avoids against nothing funded, on every path and in sampled blocks too.

    Raises
    ------
    ValueError
        If the set is not feasible.

    Notes
    -----
    The share of request i is its marginal contribution, averaged over all orders in which the requests of the set
    could have come ([1]_): the sum over coalitions S without i, of s requests, of s! (n - s - 1)! / n! x
    (v(S + i) - v(S)). A coalition is funded at the levels of the set. One that lacks what a member needs is worth
    as much as its largest part that lacks nothing, so a request and what it needs share evenly in what only both
    can do. A mandatory request is a player like the others, against a world without it. Blocks share no queue, so
    the share within its block is the share in the whole.

    Beyond 12 requests in a block, v is added up along sampled orders and their reverses ([2]_).

    References
    ----------
    .. [1] L. S. Shapley (1953), A value for n-person games, in Contributions to the Theory of Games II,
       doi:10.1515/9781400881970-018.
    .. [2] J. Castro, D. Gómez and J. Tejada (2009), Polynomial calculation of the Shapley value based on sampling,
       Computers & Operations Research 36(5), doi:10.1016/j.cor.2008.04.004.

    Examples
    --------
    Either of two requests does all the work of a queue by itself: each has half of what they achieve.

    >>> from optimization import sample_case, value_all_blocks
    >>> shares = shapley_shares(value_all_blocks(sample_case(here=(3, 2700), there=(3, 2700))), np.array([1.0, 1.0]))
    >>> shares.is_exact, shares.to_frame()["shapley_share_of_total"].round(6).tolist()
    (True, [0.5, 0.5])
    """
    if not values.is_feasible(levels):
        raise ValueError(f"levels must keep every dependency and level of the requests; found {levels}")
    case = values.case
    names = tuple(request.name for request in case.requests)
    n_paths = len(values.today_due_harm)
    avoided, half_width = np.zeros((len(names), n_paths)), np.zeros(len(names))
    for table in values.blocks:
        # By name, so that sampled orders do not depend on the order of the requests.
        players = sorted((row for row in table.block.requests if levels[row] > 0), key=lambda row: names[row])
        if not players or not table.block.queues:
            continue
        game = _Game(values, table, players, levels)
        if len(players) <= MOST_EXACT:
            avoided[players] = shapley_values(game.worth(every_coalition(len(players))))
        else:
            avoided[players], error = sampled_shapley_values(game.worth, len(players), seed=seed)
            half_width[players] = Z80 * error
    due = values.today_due_harm
    share = lost_share(avoided, due)
    return ShapleyShares(
        requests=names, funded=levels > 0, late_harm_avoided=avoided, on_time_share=share, half_width=half_width
    )


def every_coalition(n_players: int) -> BoolArray:
    """All coalitions, of shape (2**n_players, n_players); player i is in row r if bit i of r is set.

    Examples
    --------
    >>> every_coalition(2).astype(int).tolist()
    [[0, 0], [1, 0], [0, 1], [1, 1]]
    """
    rows = np.arange(2**n_players)[:, None]
    return np.asarray((rows >> np.arange(n_players)) & 1 == 1)


def shapley_values(worth: ArrayLike) -> FloatArray:
    """Shapley value of every player, from the worth of every coalition.

    Parameters
    ----------
    worth : array_like of shape (2**n_players, ...)
        In the order of `every_coalition`. [any unit]

    Returns
    -------
    ndarray of shape (n_players, ...)
        Sums over players to the worth of all less the worth of none. [unit of the worth]

    Raises
    ------
    ValueError
        If the number of coalitions is not a power of two.

    Examples
    --------
    The glove game: one left glove, two right ones, a pair is worth 6.

    >>> shapley_values([0, 0, 0, 6, 0, 6, 0, 6]).round(9).tolist()
    [4.0, 1.0, 1.0]
    """
    table = np.asarray(worth, dtype=np.float64)
    n_players = len(table).bit_length() - 1
    if len(table) != 2**n_players:
        raise ValueError(f"worth must have a row for each of 2**n coalitions; it has {len(table)}")
    member = every_coalition(n_players)
    size = member.sum(axis=1)
    weight = [factorial(k) * factorial(n_players - k - 1) / factorial(n_players) for k in range(n_players)]
    joins = np.array([0.0, *weight])[size]
    stays_out = np.array([*weight, 0.0])[size]
    # Each player's value is one weighted sum over coalitions: with it, plus; without it, minus.
    return np.asarray(np.tensordot(np.where(member, joins[:, None], -stays_out[:, None]).T, table, axes=1))


def sampled_shapley_values(
    worth: Callable[[BoolArray], FloatArray], n_players: int, *, n_pairs: int = PAIRS_OF_ORDERS, seed: int = 0
) -> tuple[FloatArray, FloatArray]:
    """Shapley values from sampled orders of the players and their reverses.

    Parameters
    ----------
    worth
        From coalitions, of shape (n_coalitions, n_players), to their worth on every path, (n_coalitions, n_paths).
    n_players, n_pairs, seed : int
        Players, pairs of orders, and what makes them repeatable.

    Returns
    -------
    value : ndarray of shape (n_players, n_paths)
        Sums to the worth of all less that of none, because every order does. [unit of the worth]
    error : ndarray of shape (n_players,)
        Standard error of the mean over paths, from the spread between pairs. [unit of the worth]

    Raises
    ------
    ValueError
        If there are fewer than two pairs.

    Examples
    --------
    >>> value, error = sampled_shapley_values(lambda sets: sets @ np.array([[1.0], [2.0]]), 2, n_pairs=3)
    >>> value.ravel().tolist(), error.tolist()
    ([1.0, 2.0], [0.0, 0.0])
    """
    if n_pairs < 2:
        raise ValueError(f"n_pairs must be 2 or more, to tell the error; found {n_pairs}")
    rng = np.random.default_rng([seed, 5, n_players])
    means = np.empty((n_pairs, n_players))
    total: FloatArray | float = 0.0
    for pair in range(n_pairs):
        order = rng.permutation(n_players)
        gains = [_along(worth, one) for one in (order, order[::-1])]
        both = (gains[0] + gains[1]) / 2.0
        means[pair] = both.mean(axis=1)
        total = total + both
    return np.asarray(total) / n_pairs, np.asarray(means.std(axis=0, ddof=1) / np.sqrt(n_pairs))


def _along(worth: Callable[[BoolArray], FloatArray], order: NDArray[np.intp]) -> FloatArray:
    """Marginal worth of each player who comes in an order, of shape (n_players, n_paths)."""
    place = np.argsort(order)
    coalitions = place[None, :] < np.arange(len(order) + 1)[:, None]
    return np.asarray(np.diff(worth(coalitions), axis=0)[place])


class _Game:
    """Late harm that coalitions of the funded requests of one block avoid."""

    def __init__(self, values: SetValues, table: BlockValues, players: Sequence[int], levels: FloatArray) -> None:
        self.requests = values.case.requests
        self.players = list(players)
        self.levels = levels
        self.late_harm = LateHarm(values.case, table)

    def worth(self, coalitions: BoolArray) -> FloatArray:
        """Severity-weighted late items avoided against nothing funded, of shape (n_coalitions, n_paths)."""
        levels = np.zeros((len(coalitions) + 1, len(self.levels)))
        levels[1:, self.players] = self.feasible_part(coalitions) * self.levels[self.players]
        harm = self.late_harm.of(levels)
        return np.asarray(harm[0] - harm[1:])

    def feasible_part(self, coalitions: BoolArray) -> BoolArray:
        """Without the players whose needs are not all there."""
        seat = {self.requests[row].name: place for place, row in enumerate(self.players)}
        part = coalitions.copy()
        while True:
            before = part.copy()
            for place, row in enumerate(self.players):
                for name in self.requests[row].needs:
                    part[:, place] &= part[:, seat[name]]
            if (part == before).all():
                return part
