"""What a simulation found: every item of one replication, and the measures of all replications."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from capacity.simulation.inputs import SimulatedQueues


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ItemHistory:
    """What happened to each item of one replication, queue after queue and by arrival within a queue.

    Attributes
    ----------
    queue_start : ndarray of shape (n_queues + 1,)
        Items `queue_start[q]` up to `queue_start[q + 1]` belong to queue q.
    n_initial : ndarray of shape (n_queues,)
        Items that wait at the start; they are the first of their queue. [items]
    arrival_hours : ndarray of shape (n_items,)
        Negative for what waits at the start. [hours]
    started_hours : ndarray of shape (n_items,)
        Start of the first review; inf: not within the horizon. [hours]
    decided_hours : ndarray of shape (n_items,)
        End of the last review; inf: not within the horizon. [hours]
    abandoned_hours : ndarray of shape (n_items,)
        Withdrawal before any review; inf: not within the horizon. [hours]
    busy_hours : ndarray of shape (n_teams,)
        Hours spent on reviews between the warm-up and the horizon. [hours]

    Examples
    --------
    One reviewer, two items of one hour that come together:

    >>> from capacity import SimulatedQueues, SimulatedTeams, simulate_history
    >>> queues = SimulatedQueues(names=("q",), handle_hours=1.0, handle_cv=0.0, target_hours=2.0,
    ...     arrival_hours=((0.5, 0.5),))
    >>> teams = SimulatedTeams(names=("A",), servers=[[1, 1, 1]], skills=np.array([[True]]))
    >>> simulate_history(queues, teams, step_hours=1.0).decided_hours.tolist()
    [1.5, 2.5]
    """

    queue_start: NDArray[np.int64]
    n_initial: NDArray[np.int64]
    arrival_hours: NDArray[np.float64]
    started_hours: NDArray[np.float64]
    decided_hours: NDArray[np.float64]
    abandoned_hours: NDArray[np.float64]
    busy_hours: NDArray[np.float64]

    def items_of(self, queue: int) -> slice:
        """Places of the items of one queue, given by its row, in the arrays of items."""
        return slice(int(self.queue_start[queue]), int(self.queue_start[queue + 1]))


class ReplicationSummary(NamedTuple):
    """Measures of one replication, under the names of `SimulationOutcome`."""

    arrived: NDArray[np.int64]
    decided: NDArray[np.int64]
    abandoned: NDArray[np.int64]
    due: NDArray[np.int64]
    on_time: NDArray[np.int64]
    due_abandoned: NDArray[np.int64]
    mean_wait_hours: NDArray[np.float64]
    wait_hours: NDArray[np.float64]
    turnaround_hours: NDArray[np.float64]
    backlog_items: NDArray[np.int64]
    busy_hours: NDArray[np.float64]


class ReplicationInterval(NamedTuple):
    """Mean over replications and the ends of its confidence interval.

    Examples
    --------
    >>> from capacity import replication_interval
    >>> bool(replication_interval([0.9, 0.9, 0.9]).lower == 0.9)
    True
    """

    mean: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SimulationOutcome:
    """Measures of service of each replication; R replications, Q queues, S steps, T teams, P quantile levels.

    An item is due when its deadline falls inside the horizon and, after a warm-up, when it arrived after it.
    What was late already at the start is not due.

    Attributes
    ----------
    queue_names, team_names : tuple of str
        The names, in the order of the arrays.
    weight : ndarray of shape (Q,)
        Severity of a late item. [-]
    quantile_levels : ndarray of shape (P,)
        Levels of the wait and turnaround quantiles. [-]
    initial : ndarray of shape (Q,)
        Items that wait at the start. [items]
    arrived, decided, abandoned : ndarray of shape (R, Q)
        Items over the whole horizon. [items]
    due, on_time, due_abandoned : ndarray of shape (R, Q)
        Due items; those of them decided by their deadline; those of them withdrawn. [items]
    mean_wait_hours : ndarray of shape (R, Q)
        Mean time from arrival to the first review of the due items, or to withdrawal, or to the end of the
        horizon where neither came before. [hours]
    wait_hours : ndarray of shape (R, Q, P)
        Quantiles of the time from arrival to the first review or to withdrawal of the due items; inf where
        neither came within the horizon. [hours]
    turnaround_hours : ndarray of shape (R, Q, P)
        Quantiles of the time from arrival to decision of the due items; inf where they were not decided. [hours]
    backlog_items : ndarray of shape (R, Q, S)
        Items not yet decided at the end of each step, those under review included. [items]
    busy_hours : ndarray of shape (R, T)
        Hours on reviews after the warm-up. [hours]
    available_hours : ndarray of shape (T,)
        Hours of all reviewers after the warm-up. [hours]

    Examples
    --------
    More reviewers than items: everything is on time.

    >>> from capacity import SimulatedQueues, SimulatedTeams, simulate_service
    >>> queues = SimulatedQueues(names=("q",), handle_hours=0.1, handle_cv=0.0, target_hours=0.5,
    ...     arrivals_per_hour=np.full((1, 24), 2.0))
    >>> teams = SimulatedTeams(names=("A",), servers=np.full((1, 24), 50), skills=np.array([[True]]))
    >>> outcome = simulate_service(queues, teams, step_hours=1.0, n_replications=3)
    >>> outcome.on_time_share.ravel().tolist()
    [1.0, 1.0, 1.0]
    """

    queue_names: tuple[str, ...]
    team_names: tuple[str, ...]
    weight: NDArray[np.float64]
    quantile_levels: NDArray[np.float64]
    initial: NDArray[np.int64]
    arrived: NDArray[np.int64]
    decided: NDArray[np.int64]
    abandoned: NDArray[np.int64]
    due: NDArray[np.int64]
    on_time: NDArray[np.int64]
    due_abandoned: NDArray[np.int64]
    mean_wait_hours: NDArray[np.float64]
    wait_hours: NDArray[np.float64]
    turnaround_hours: NDArray[np.float64]
    backlog_items: NDArray[np.int64]
    busy_hours: NDArray[np.float64]
    available_hours: NDArray[np.float64]

    @property
    def on_time_share(self) -> NDArray[np.float64]:
        """Share of the due items decided by their deadline, of shape (R, Q); NaN where none is due [-]."""
        return _share(self.on_time, self.due)

    @property
    def abandoned_share(self) -> NDArray[np.float64]:
        """Share of the due items withdrawn before a review, of shape (R, Q); NaN where none is due [-]."""
        return _share(self.due_abandoned, self.due)

    @property
    def weighted_on_time_share(self) -> NDArray[np.float64]:
        """On-time share of all queues together, each due item counted by its queue's weight, of shape (R,) [-]."""
        return _share(self.on_time @ self.weight, self.due @ self.weight)

    @property
    def utilisation(self) -> NDArray[np.float64]:
        """Busy over available hours, of shape (R, T); work finished after a shift can lift it above 1 [-]."""
        return _share(self.busy_hours, self.available_hours)


def _share(part: ArrayLike, whole: ArrayLike) -> NDArray[np.float64]:
    """Divide; NaN where there is nothing to take a share of."""
    part, whole = np.broadcast_arrays(np.asarray(part, np.float64), np.asarray(whole, np.float64))
    shares: NDArray[np.float64] = np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0.0)
    return shares


def replication_interval(values: ArrayLike, *, level: float = 0.95) -> ReplicationInterval:
    """Return the mean over replications and its Student-t confidence interval.

    Parameters
    ----------
    values : array_like of shape (n_replications, ...)
        A measure of each replication, or the difference of two outcomes with the same seed: both met the same
        items, and the interval of the difference is the narrower for it. NaN (no item due) does not count.
    level : float
        Coverage of the interval, above 0 and below 1. [-]

    Returns
    -------
    ReplicationInterval
        Arrays of shape (...). The ends are NaN with fewer than two replications, or where one is infinite.

    Raises
    ------
    ValueError
        If `level` is not above 0 and below 1, or there is no replication.

    Notes
    -----
    mean +- t(n - 1, (1 + level) / 2) s / sqrt(n), s the standard deviation of n replications [1]_.

    References
    ----------
    .. [1] Law, A. M. (2015). Simulation Modeling and Analysis, 5th ed., section 9.4.1. McGraw-Hill.

    Examples
    --------
    >>> interval = replication_interval([0.90, 0.94, 0.92])
    >>> print(f"{interval.mean:.3f} from {interval.lower:.3f} to {interval.upper:.3f}")
    0.920 from 0.870 to 0.970
    """
    from scipy.special import stdtrit

    if not 0.0 < level < 1.0:
        raise ValueError(f"level must be above 0 and below 1; found {level!r}.")
    sample = np.asarray(values, dtype=np.float64)
    if sample.ndim == 0 or sample.shape[0] == 0:
        raise ValueError(f"values must hold at least one replication; found shape {sample.shape}.")
    counts = ~np.isnan(sample)
    n_counted = counts.sum(axis=0)
    mean = _share(np.where(counts, sample, 0.0).sum(axis=0), n_counted)
    finite = np.isfinite(mean)
    deviations = np.where(counts & finite, sample, 0.0) - np.where(counts & finite, mean, 0.0)
    variance = _share((deviations**2).sum(axis=0), np.where(finite, n_counted - 1, 0))
    standard_error = np.sqrt(variance / np.maximum(n_counted, 1))
    half_width = stdtrit(np.maximum(n_counted - 1, 1), (1.0 + level) / 2.0) * standard_error
    return ReplicationInterval(mean=mean, lower=mean - half_width, upper=mean + half_width)


def _quantiles(values: NDArray[np.float64], levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Smallest value that at least a share `level` of the values does not exceed; NaN of nothing."""
    if values.size == 0:
        return np.full(levels.shape, np.nan)
    # The small number undoes the rounding of the product: 0.07 x 100 is the 7th value, not the 8th.
    places = np.maximum(np.ceil(levels * values.size - 1e-9).astype(np.int64) - 1, 0)
    return np.partition(values, np.unique(places))[places]


def summarise_history(
    history: ItemHistory,
    queues: SimulatedQueues,
    *,
    step_edges: NDArray[np.float64],
    warmup_hours: float,
    quantile_levels: NDArray[np.float64],
) -> ReplicationSummary:
    """Return the measures of one replication.

    Parameters
    ----------
    history : ItemHistory
        What happened to each item.
    queues : SimulatedQueues
        The queues that were simulated.
    step_edges : ndarray of shape (n_steps + 1,)
        Start of each step, and the horizon. [hours]
    warmup_hours : float
        Items that arrive before are not due, unless it is 0. [hours]
    quantile_levels : ndarray of shape (n_levels,)
        Levels of the quantiles. [-]

    Returns
    -------
    ReplicationSummary
        Arrays of shape (n_queues, ...).
    """
    counted_from = warmup_hours if warmup_hours > 0.0 else -np.inf
    rows = [
        _measure_queue(history, queue, queues.target_hours[queue], step_edges, counted_from, quantile_levels)
        for queue in range(queues.n_queues)
    ]
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    return ReplicationSummary._make([*columns, history.busy_hours])


def _measure_queue(
    history: ItemHistory,
    queue: int,
    target_hours: float,
    step_edges: NDArray[np.float64],
    counted_from: float,
    quantile_levels: NDArray[np.float64],
) -> tuple[object, ...]:
    """Measures of one queue, in the order of `ReplicationSummary` without the busy hours."""
    n_steps, horizon_hours, items = step_edges.size - 1, step_edges[-1], history.items_of(queue)
    arrival, decided = history.arrival_hours[items], history.decided_hours[items]
    abandoned = history.abandoned_hours[items]
    # Arrivals are sorted and so are deadlines: the due items stand side by side.
    deadline = arrival + target_hours
    first = max(np.searchsorted(deadline, 0.0, side="right"), np.searchsorted(arrival, counted_from))
    due = slice(int(first), max(int(first), int(np.searchsorted(deadline, horizon_hours, side="right"))))
    n_due = due.stop - due.start
    wait_end = np.minimum(history.started_hours[items][due], abandoned[due])
    until_horizon = np.minimum(wait_end, horizon_hours) - arrival[due]
    # What leaves within a step has gone at its end; what never leaves falls behind the last step.
    leave_step = np.searchsorted(step_edges[1:], np.minimum(decided, abandoned))
    gone = np.cumsum(np.bincount(leave_step, minlength=n_steps)[:n_steps])
    return (
        arrival.size - history.n_initial[queue],
        np.count_nonzero(np.isfinite(decided)),
        np.count_nonzero(np.isfinite(abandoned)),
        n_due,
        np.count_nonzero(decided[due] <= deadline[due]),
        np.count_nonzero(np.isfinite(abandoned[due])),
        until_horizon.mean() if n_due else np.nan,
        _quantiles(wait_end - arrival[due], quantile_levels),
        _quantiles(decided[due] - arrival[due], quantile_levels),
        np.searchsorted(arrival, step_edges[1:], side="right") - gone,
    )
