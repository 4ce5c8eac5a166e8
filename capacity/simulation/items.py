"""Items of one replication: when each arrives, how long its reviews take and how long it stays."""

from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from capacity.simulation.inputs import SimulatedQueues

_GAPS, _PATIENCE, _BACKLOG_PATIENCE, _HANDLING, _BACKLOG_HANDLING = range(5)


class DrawnItems(NamedTuple):
    """All items of one replication, queue after queue, by arrival within a queue.

    Attributes
    ----------
    queue_start : ndarray of shape (n_queues + 1,)
        Items `queue_start[q]` up to `queue_start[q + 1]` belong to queue q.
    look_start : ndarray of shape (n_queues,)
        Place of a queue's first review in `handle_hours`.
    n_initial : ndarray of shape (n_queues,)
        Items that wait at the start; they are the first of their queue. [items]
    queue_of : ndarray of shape (n_items,)
        Queue of each item.
    order : ndarray of shape (n_items,)
        Items of all queues by arrival.
    arrival_hours : ndarray of shape (n_items,)
        Negative for what waits at the start. [hours]
    leave_hours : ndarray of shape (n_items,)
        When an item that no one has begun is withdrawn; inf: never. [hours]
    handle_hours : ndarray of shape (n_reviews,)
        Handling time of each review, the reviews of one item side by side. [hours]

    Examples
    --------
    >>> from capacity import SimulatedQueues
    >>> from capacity.simulation import draw_items
    >>> queues = SimulatedQueues(names=("q",), handle_hours=1.0, handle_cv=0.0, target_hours=2.0,
    ...     arrival_hours=((0.5, 0.25),))
    >>> draw_items(queues, step_hours=1.0, seed=0, replication=0).arrival_hours.tolist()
    [0.25, 0.5]
    """

    queue_start: NDArray[np.int64]
    look_start: NDArray[np.int64]
    n_initial: NDArray[np.int64]
    queue_of: NDArray[np.int64]
    order: NDArray[np.int64]
    arrival_hours: NDArray[np.float64]
    leave_hours: NDArray[np.float64]
    handle_hours: NDArray[np.float64]


class _Stream:
    """Generators that depend on the seed, the replication, the queue's name and the purpose alone."""

    def __init__(self, seed: int, replication: int, queue_name: str) -> None:
        key = int.from_bytes(blake2b(queue_name.encode(), digest_size=8).digest(), "big")
        self._entropy = (seed, replication, key)

    def generator(self, *purpose: int) -> np.random.Generator:
        seed, *key = self._entropy
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(*key, *purpose))))


def poisson_times(
    rates_per_hour: NDArray[np.float64], step_hours: float, generator: np.random.Generator
) -> NDArray[np.float64]:
    """Return sorted times of a Poisson process whose rate is constant within each step.

    Parameters
    ----------
    rates_per_hour : ndarray of shape (n_steps,)
        Rate in each step. [1/hour]
    step_hours : float
        Length of a step. [hours]
    generator : numpy.random.Generator
        Source of the gaps.

    Returns
    -------
    ndarray
        Times within the horizon. [hours]

    Notes
    -----
    A process of rate 1 is run on the clock of the cumulative rate and read back on the wall clock [1]_.
    The i-th item thus keeps its random number when rates change, and two volumes can be compared item by
    item.

    References
    ----------
    .. [1] Cinlar, E. (1975). Introduction to Stochastic Processes, section 4.7. Prentice-Hall.

    Examples
    --------
    >>> times = poisson_times(np.array([0.0, 1000.0]), 1.0, np.random.default_rng(1))
    >>> bool((times > 1.0).all()), abs(len(times) - 1000) < 150
    (True, True)
    """
    clock = np.concatenate(([0.0], np.cumsum(rates_per_hour * step_hours)))
    gaps = np.empty(0)
    while True:
        # Ten standard deviations more than expected: one pass, but for one case in more than 10^20.
        n_more = int(clock[-1] + 10.0 * np.sqrt(clock[-1])) + 20
        gaps = np.concatenate((gaps, generator.standard_exponential(n_more)))
        unit_times = np.cumsum(gaps)
        if unit_times[-1] >= clock[-1]:
            break
    inside = unit_times[: np.searchsorted(unit_times, clock[-1])]
    times: NDArray[np.float64] = np.interp(inside, clock, step_hours * np.arange(clock.size))
    return times


def _handling_hours(
    queues: SimulatedQueues, queue: int, n_items: int, generator: np.random.Generator
) -> NDArray[np.float64]:
    """Handling times of one look at each of `n_items` items, at speed 1."""
    hours: NDArray[np.float64]
    mean, cv = float(queues.handle_hours[queue]), float(queues.handle_cv[queue])
    sample = queues.handle_sample_hours[queue]
    if sample.size:
        hours = sample[generator.integers(sample.size, size=n_items)] * (mean / sample.mean())
    elif cv == 0.0:
        hours = np.full(n_items, mean)
    elif queues.handle_distribution == "gamma":
        hours = mean * cv**2 * generator.standard_gamma(cv**-2, n_items)
    else:
        sigma = np.sqrt(np.log1p(cv**2))
        hours = mean * np.exp(sigma * generator.standard_normal(n_items) - sigma**2 / 2.0)
    return hours


def _draw_queue(
    queues: SimulatedQueues, queue: int, step_hours: float, stream: _Stream
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Arrival times, times of withdrawal, and handling times [item, look] of one queue."""
    initial = -queues.backlog_age_hours[queue][::-1]
    if queues.arrivals_per_hour is not None:
        new = poisson_times(queues.arrivals_per_hour[queue], step_hours, stream.generator(_GAPS))
    else:
        new = (queues.arrival_hours or ())[queue]
    arrival = np.concatenate((initial, new))
    leave = np.full(arrival.size, np.inf)
    patience = float(queues.patience_hours[queue])
    if np.isfinite(patience):
        # Patience has no memory: what has waited until the start has a whole patience left.
        leave[: initial.size] = patience * stream.generator(_BACKLOG_PATIENCE).standard_exponential(initial.size)
        leave[initial.size :] = new + patience * stream.generator(_PATIENCE).standard_exponential(new.size)
    looks = [
        np.concatenate(
            [
                _handling_hours(queues, queue, times.size, stream.generator(purpose, look))
                for purpose, times in ((_BACKLOG_HANDLING, initial), (_HANDLING, new))
            ]
        )
        for look in range(int(queues.reviews_per_item[queue]))
    ]
    return arrival, leave, np.stack(looks, axis=1)


def draw_items(queues: SimulatedQueues, *, step_hours: float, seed: int, replication: int) -> DrawnItems:
    """Draw the items of one replication.

    Parameters
    ----------
    queues : SimulatedQueues
        The queues.
    step_hours : float
        Length of a step of `arrivals_per_hour`. [hours]
    seed, replication : int
        Together with a queue's name and an item's place in its queue, they fix the item.

    Returns
    -------
    DrawnItems
        The same whatever teams and routing serve them.

    Examples
    --------
    >>> queues = SimulatedQueues(names=("spam",), handle_hours=1.0, target_hours=8.0, handle_cv=0.0,
    ...     arrival_hours=((2.0, 1.0),), backlog_age_hours=((3.0,),))
    >>> draw_items(queues, step_hours=1.0, seed=0, replication=0).arrival_hours.tolist()
    [-3.0, 1.0, 2.0]
    """
    drawn = [
        _draw_queue(queues, queue, step_hours, _Stream(seed, replication, name))
        for queue, name in enumerate(queues.names)
    ]
    sizes = np.array([arrival.size for arrival, _, _ in drawn], dtype=np.int64)
    queue_start = np.concatenate(([0], np.cumsum(sizes)))
    look_start = np.concatenate(([0], np.cumsum(sizes * queues.reviews_per_item)))[:-1]
    arrival_hours = np.concatenate([arrival for arrival, _, _ in drawn])
    return DrawnItems(
        queue_start=queue_start,
        look_start=look_start,
        n_initial=np.array([ages.size for ages in queues.backlog_age_hours], dtype=np.int64),
        queue_of=np.repeat(np.arange(queues.n_queues), sizes),
        order=np.argsort(arrival_hours, kind="stable"),
        arrival_hours=arrival_hours,
        leave_hours=np.concatenate([leave for _, leave, _ in drawn]),
        handle_hours=np.concatenate([handle.ravel() for _, _, handle in drawn]),
    )
