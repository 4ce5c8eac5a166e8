"""The queues and teams that the simulation runs on, as checked and read-only arrays."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

HandleDistribution = Literal["lognormal", "gamma"]


def _per(values: ArrayLike, shape: tuple[int, ...], name: str) -> NDArray[np.float64]:
    """One value for all, or an array of `shape`, as an owned array that no one can write to."""
    array = np.array(values, dtype=np.float64)
    if array.ndim > 0 and array.shape != shape:
        raise ValueError(f"{name} must be one number or have shape {shape}; found shape {array.shape}.")
    array = np.array(np.broadcast_to(array, shape))
    array.setflags(write=False)
    return array


def _ragged(values: Sequence[ArrayLike], n_queues: int, name: str) -> tuple[NDArray[np.float64], ...]:
    """One sorted array a queue."""
    arrays = tuple(np.array(row, dtype=np.float64) for row in values)
    shapes = [array.shape for array in arrays]
    if len(arrays) != n_queues or any(len(shape) != 1 for shape in shapes):
        raise ValueError(
            f"{name} must hold one array of times for each of {n_queues} queues; found arrays of shapes {shapes}."
        )
    for array in arrays:
        array.sort()
        array.setflags(write=False)
    return arrays


def _require(valid: NDArray[np.bool_], values: NDArray[Any], name: str, rule: str) -> None:
    """Raise, naming the first value that breaks the rule."""
    if not valid.all():
        at = tuple(int(index) for index in np.argwhere(~valid)[0])
        raise ValueError(f"{name} must be {rule}; found {values[at]} at index {at}.")


def _require_names(names: tuple[str, ...], name: str) -> None:
    if not isinstance(names, tuple) or len(names) == 0 or len(set(names)) != len(names):
        raise ValueError(f"{name} must be a tuple of at least one name, each different; found {names!r}.")


def _whole(values: NDArray[np.float64], name: str, least: int) -> NDArray[np.int64]:
    valid = np.isfinite(values) & (values >= least) & (values == np.floor(values))
    _require(valid, values, name, f"whole numbers >= {least}")
    counts = values.astype(np.int64)
    counts.setflags(write=False)
    return counts


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SimulatedQueues:
    """Review queues as the simulation sees them; every per-queue array may be given as one number for all.

    Attributes
    ----------
    names : tuple of str
        One name a queue, each different. Random numbers belong to the name: a queue meets the same items
        wherever it stands in the list and whatever queues stand beside it.
    handle_hours : ndarray of shape (n_queues,)
        Mean time of one review by a reviewer of speed 1, above 0. [hours]
    target_hours : ndarray of shape (n_queues,)
        An item is on time when it is decided at most this long after it arrived; inf: no target. [hours]
    arrivals_per_hour : ndarray of shape (n_queues, n_steps), optional
        Rate of Poisson arrivals in each time step. [items/hour]
    arrival_hours : sequence of n_queues arrays, optional
        Arrival times since the start of the horizon, the same in each replication. [hours]
        Exactly one of `arrivals_per_hour` and `arrival_hours` is given.
    handle_cv : ndarray of shape (n_queues,)
        Coefficient of variation of the handling time, at least 0; 0 makes it deterministic, and the gamma
        distribution with 1 is the exponential. Not used in a queue with a sample. [-]
    handle_distribution : {"lognormal", "gamma"}
        Family of the handling times of all queues without a sample. Measured times are near lognormal [1]_.
    handle_sample_hours : sequence of n_queues arrays
        Observed handling times to resample, scaled to the mean `handle_hours`; an empty array: no sample.
        [hours]
    reviews_per_item : ndarray of shape (n_queues,)
        Reviews that decide one item; they may go on at once. [reviews]
    priority : ndarray of shape (n_queues,)
        Smaller goes first under the routing "priority". [-]
    weight : ndarray of shape (n_queues,)
        Severity of one late item under the routing "weighted" and in weighted shares, at least 0. [-]
    patience_hours : ndarray of shape (n_queues,)
        Mean of the exponential time after which an item that no one has begun is withdrawn; inf: never.
        [hours]
    backlog_age_hours : sequence of n_queues arrays
        Ages of the items that wait at the start; an empty sequence: none. [hours]

    Raises
    ------
    ValueError
        Naming the field, its value and the rule.

    References
    ----------
    .. [1] Brown, L. et al. (2005). Statistical analysis of a telephone call center: a queueing-science
       perspective. Journal of the American Statistical Association 100(469), 36-50.
       https://doi.org/10.1198/016214504000001808

    Examples
    --------
    >>> queues = SimulatedQueues(
    ...     names=("spam", "violence"), handle_hours=0.05, target_hours=np.array([24.0, 1.0]),
    ...     arrivals_per_hour=np.full((2, 8), 40.0))
    >>> queues.n_queues, queues.handle_hours.tolist()
    (2, [0.05, 0.05])
    """

    names: tuple[str, ...]
    handle_hours: NDArray[np.float64]
    target_hours: NDArray[np.float64]
    arrivals_per_hour: NDArray[np.float64] | None = None
    arrival_hours: Sequence[NDArray[np.float64]] | None = None
    handle_cv: NDArray[np.float64] = field(default_factory=lambda: np.array(1.0))
    handle_distribution: HandleDistribution = "lognormal"
    handle_sample_hours: Sequence[NDArray[np.float64]] = ()
    reviews_per_item: NDArray[np.int64] = field(default_factory=lambda: np.array(1))
    priority: NDArray[np.float64] = field(default_factory=lambda: np.array(0.0))
    weight: NDArray[np.float64] = field(default_factory=lambda: np.array(1.0))
    patience_hours: NDArray[np.float64] = field(default_factory=lambda: np.array(np.inf))
    backlog_age_hours: Sequence[NDArray[np.float64]] = ()

    def __post_init__(self) -> None:
        _require_names(self.names, "names")
        self._check_arrays()
        self._check_arrivals()
        if self.handle_distribution not in get_args(HandleDistribution):
            raise ValueError(
                f"handle_distribution must be one of {get_args(HandleDistribution)}; "
                f"found {self.handle_distribution!r}. Exponential is gamma with handle_cv 1, "
                "deterministic is handle_cv 0, and observed times go into handle_sample_hours."
            )
        for name, least in (("handle_sample_hours", np.nextafter(0.0, 1.0)), ("backlog_age_hours", 0.0)):
            given = getattr(self, name)
            rows = _ragged(given if len(given) else ((),) * self.n_queues, self.n_queues, name)
            object.__setattr__(self, name, rows)
            for queue, row in zip(self.names, rows, strict=True):
                rule = "finite and " + ("at least 0" if least == 0.0 else "above 0")
                _require(np.isfinite(row) & (row >= least), row, f"{name} of queue {queue!r}", rule)

    def _check_arrays(self) -> None:
        for name in ("handle_hours", "target_hours", "handle_cv", "priority", "weight", "patience_hours"):
            object.__setattr__(self, name, _per(getattr(self, name), (self.n_queues,), name))
        reviews = _per(self.reviews_per_item, (self.n_queues,), "reviews_per_item")
        object.__setattr__(self, "reviews_per_item", _whole(reviews, "reviews_per_item", 1))
        for name in ("handle_hours", "handle_cv", "priority", "weight"):
            _require(np.isfinite(getattr(self, name)), getattr(self, name), name, "finite")
        for name in ("handle_hours", "target_hours", "patience_hours"):
            _require(getattr(self, name) > 0.0, getattr(self, name), name, "above 0")
        for name in ("handle_cv", "weight"):
            _require(getattr(self, name) >= 0.0, getattr(self, name), name, "at least 0")

    def _check_arrivals(self) -> None:
        if (self.arrivals_per_hour is None) == (self.arrival_hours is None):
            found = "neither" if self.arrivals_per_hour is None else "both"
            raise ValueError(f"exactly one of arrivals_per_hour and arrival_hours must be given; found {found}.")
        if self.arrivals_per_hour is not None:
            rates = np.array(self.arrivals_per_hour, dtype=np.float64)
            if rates.ndim != 2 or rates.shape[0] != self.n_queues or rates.shape[1] == 0:
                raise ValueError(f"arrivals_per_hour must have shape ({self.n_queues}, n_steps); found {rates.shape}.")
            _require(np.isfinite(rates) & (rates >= 0.0), rates, "arrivals_per_hour", "finite and at least 0")
            rates.setflags(write=False)
            object.__setattr__(self, "arrivals_per_hour", rates)
        if self.arrival_hours is not None:
            rows = _ragged(self.arrival_hours, self.n_queues, "arrival_hours")
            object.__setattr__(self, "arrival_hours", rows)
            for queue, row in zip(self.names, rows, strict=True):
                rule = "finite and at least 0 (what waits at the start goes into backlog_age_hours)"
                _require(np.isfinite(row) & (row >= 0.0), row, f"arrival_hours of queue {queue!r}", rule)

    @property
    def n_queues(self) -> int:
        """Number of queues."""
        return len(self.names)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SimulatedTeams:
    """Teams of interchangeable reviewers; an idle team that is listed earlier takes work first.

    Attributes
    ----------
    names : tuple of str
        One name a team, each different.
    servers : ndarray of shape (n_teams, n_steps)
        Reviewers at work in each time step. [reviewers]
    skills : ndarray of shape (n_teams, n_queues)
        Whether the team may serve the queue.
    speed : ndarray of shape (n_teams, n_queues)
        Proficiency: a review takes its handling time divided by this; one number for all, or an array. [-]

    Raises
    ------
    ValueError
        Naming the field, its value and the rule.

    Examples
    --------
    >>> teams = SimulatedTeams(names=("Manila",), servers=np.array([[12, 12, 8]]), skills=np.array([[True]]))
    >>> int(teams.servers.sum()), teams.speed.tolist()
    (32, [[1.0]])
    """

    names: tuple[str, ...]
    servers: NDArray[np.int64]
    skills: NDArray[np.bool_]
    speed: NDArray[np.float64] = field(default_factory=lambda: np.array(1.0))

    def __post_init__(self) -> None:
        _require_names(self.names, "names")
        servers = np.array(self.servers, dtype=np.float64)
        if servers.ndim != 2 or servers.shape[0] != self.n_teams or servers.shape[1] == 0:
            raise ValueError(f"servers must have shape ({self.n_teams}, n_steps); found {servers.shape}.")
        skills = np.array(self.skills)
        if skills.dtype != np.bool_ or skills.ndim != 2 or skills.shape[0] != self.n_teams:
            raise ValueError(
                f"skills must be booleans of shape ({self.n_teams}, n_queues); "
                f"found {skills.dtype} of shape {skills.shape}."
            )
        skills.setflags(write=False)
        speed = _per(self.speed, skills.shape, "speed")
        _require(np.isfinite(speed) & (speed > 0.0), speed, "speed", "finite and above 0")
        object.__setattr__(self, "servers", _whole(servers, "servers", 0))
        object.__setattr__(self, "skills", skills)
        object.__setattr__(self, "speed", speed)

    @property
    def n_teams(self) -> int:
        """Number of teams."""
        return len(self.names)


def check_together(queues: SimulatedQueues, teams: SimulatedTeams, step_hours: float) -> None:
    """Raise where queues, teams and the length of a step do not fit one another."""
    if not (np.isfinite(step_hours) and step_hours > 0.0):
        raise ValueError(f"step_hours must be finite and above 0; found {step_hours!r}.")
    if teams.skills.shape[1] != queues.n_queues:
        raise ValueError(
            f"skills must have one column for each of {queues.n_queues} queues; found {teams.skills.shape}."
        )
    orphans = [name for queue, name in enumerate(queues.names) if not teams.skills[:, queue].any()]
    if orphans:
        raise ValueError(f"skills must let at least one team serve each queue; found none for {orphans}.")
    n_steps = teams.servers.shape[1]
    if queues.arrivals_per_hour is not None and queues.arrivals_per_hour.shape[1] != n_steps:
        raise ValueError(
            f"arrivals_per_hour must cover the {n_steps} steps of servers; "
            f"found {queues.arrivals_per_hour.shape[1]} steps."
        )
    horizon_hours = n_steps * step_hours
    for name, times in zip(queues.names, queues.arrival_hours or (), strict=False):
        if times.size and times[-1] >= horizon_hours:
            raise ValueError(
                f"arrival_hours of queue {name!r} must be below the horizon of {horizon_hours:g} hours; "
                f"found {times[-1]:g}."
            )
