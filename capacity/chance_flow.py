"""Backlogs with chance in them: arrivals that clump between counts, and handling times that vary."""

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capacity.turnaround.flow import CumulativeFlow, cumulative
from capacity.turnaround.flow_steps import completions

FloatArray = NDArray[np.float64]

# Sets the draws of chance apart from every other use of a queue's name.
CHANCE_STREAM = 8


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ChanceDraws:
    """Standard draws of one queue, the same whatever staff it has (common random numbers).

    Attributes
    ----------
    clumping, handling : ndarray of shape (n_paths, n_steps)
        Standard normal, for when items come and for how long they take. [-]
    dip : ndarray of shape (n_paths, n_steps)
        Standard exponential, for how low the backlog gets within a step. [-]
    """

    clumping: FloatArray
    handling: FloatArray
    dip: FloatArray

    def some(self, paths: slice) -> "ChanceDraws":
        """Return the draws of some of the paths."""
        return ChanceDraws(clumping=self.clumping[paths], handling=self.handling[paths], dip=self.dip[paths])

    @classmethod
    def of(cls, name: str, n_paths: int, n_steps: int) -> "ChanceDraws":
        """Return the draws that belong to the name of a queue.

        Parameters
        ----------
        name : str
            A queue meets the same chance whatever queues stand beside it.
        n_paths, n_steps : int
            How many. [-]

        Returns
        -------
        ChanceDraws
        """
        normal, exponential = (
            np.random.default_rng([CHANCE_STREAM, kind, zlib.crc32(name.encode())]) for kind in (0, 1)
        )
        # Path by path, so that more paths leave the draws of the first as they are.
        clumping, handling = np.moveaxis(normal.standard_normal((n_paths, 2, n_steps)), 1, 0)
        return cls(clumping=clumping, handling=handling, dip=exponential.standard_exponential((n_paths, n_steps)))


def chance_items(
    arrivals: FloatArray, draws: ChanceDraws, *, handling_variance: float, counts: NDArray[np.intp]
) -> FloatArray:
    """Work that comes in each step over what its items mean, in items.

    Parameters
    ----------
    arrivals : ndarray of shape (n_paths, n_steps)
        Items of each step; what was counted over several steps is spread over them. [items]
    draws
        Of the same shape.
    handling_variance : float
        Variance of the work of an item, in units of its mean squared. [-]
    counts : int ndarray of shape (n_steps,)
        The count that each step belongs to, from 0 on without gaps.

    Returns
    -------
    ndarray of shape (n_paths, n_steps)
        Mean 0. [items]

    Notes
    -----
    A path holds what comes in each counted period, chance included. Given the count, the items of a Poisson process
    fall independently within the period: Poisson noise in every step less the step's share of its sum over the
    period. So no noise of the count is added a second time, and a path of counted steps gets none but that of handling
    times, of variance `handling_variance` an item.
    """
    root = np.sqrt(arrivals)
    noise = np.sqrt(handling_variance) * root * draws.handling
    first = np.flatnonzero(np.diff(counts, prepend=-1))
    if first.size == arrivals.shape[-1]:
        return np.asarray(noise)
    clumps = root * draws.clumping
    counted = np.add.reduceat(arrivals, first, axis=-1)
    excess = np.add.reduceat(clumps, first, axis=-1) / np.where(counted > 0, counted, 1.0)
    return np.asarray(noise + clumps - arrivals * excess[..., counts])


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ChanceArrivals:
    """Arrivals of one queue with what chance makes of them, ready to be served by one set of staff after another.

    Attributes
    ----------
    arrivals : ndarray of shape (n_paths, n_steps)
        Items that arrive in each step. [items]
    arrived : ndarray of shape (n_paths, n_steps + 1)
        Running total of the arrivals at the nodes between steps. [items]
    chance : ndarray of shape (n_paths, n_steps)
        See `chance_items`. [items]
    dip : ndarray of shape (n_paths, n_steps)
        2 v E of the notes, for how low the backlog gets within each step. [items squared]

    Notes
    -----
    The backlog is a Brownian motion, reflected at 0, of variance v = arrivals x (1 + `handling_variance`): that of when
    items come and of how long they take. Between two nodes at which
    its free path differs by d, the lowest point of that path lies (d - sqrt(d^2 + 2 v E)) / 2 from the first of them
    with E standard exponential [1]_, so that backlogs at the nodes have the law of the reflected motion whatever the
    step.

    Chance is taken from the capacity up to the deadline, not added to the arrivals up to the item. With a load a
    on n reviewers the wait then has the tail exp(-(n - a) T) of the Erlang C formula, which a Brownian workload by
    itself misses by the factor n / a in the exponent. (The supremum over s <= u of
    A(s, u) - C(s, u + T) is that of a Brownian motion with drift, started from a normal variable of variance v T.)
    It also leaves the chance of a path the same at every capacity, so that more capacity is never worse.

    References
    ----------
    .. [1] S. Asmussen, P. Glynn, J. Pitman (1995), Discretization error in simulation of one-dimensional reflecting
       Brownian motion, Annals of Applied Probability 5(4), doi:10.1214/aoap/1177004597.

    Examples
    --------
    For large volumes it is the flow without chance:

    >>> draws, counts, billion = ChanceDraws.of("spam", 1, 3), np.arange(3), 1e9
    >>> came = ChanceArrivals.of(billion * np.array([[10.0, 1.0, 2.0]]), draws, handling_variance=1.0, counts=counts)
    >>> (came.served(billion * np.full((1, 3), 4.0)).backlog / billion).round(3)
    array([[0., 6., 3., 1.]])
    """

    arrivals: FloatArray
    arrived: FloatArray
    chance: FloatArray
    dip: FloatArray

    @classmethod
    def of(
        cls, arrivals: FloatArray, draws: ChanceDraws, *, handling_variance: float, counts: NDArray[np.intp]
    ) -> "ChanceArrivals":
        """Return arrivals with chance.

        Parameters
        ----------
        arrivals : ndarray of shape (n_paths, n_steps)
            Items that arrive in each step. [items]
        draws
            Of the same shape.
        handling_variance, counts
            See `chance_items`.

        Returns
        -------
        ChanceArrivals
        """
        chance = chance_items(arrivals, draws, handling_variance=handling_variance, counts=counts)
        dip = (2.0 + 2.0 * handling_variance) * arrivals
        dip *= draws.dip
        return cls(arrivals=arrivals, arrived=cumulative(arrivals), chance=chance, dip=dip)

    def served(self, capacity: FloatArray) -> CumulativeFlow:
        """Return the flow through a capacity; its own capacity is net of chance.

        Parameters
        ----------
        capacity : ndarray of shape (n_paths or 1, n_steps)
            Items that could be decided in each step. [items]

        Returns
        -------
        CumulativeFlow
        """
        net = capacity - self.chance
        decided = completions(self.arrivals, self.arrived, net, self.dip)
        return CumulativeFlow(arrivals=self.arrivals, capacity=net, arrived=self.arrived, decided=decided)
