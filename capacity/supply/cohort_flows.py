"""Heads by cohort and week: who starts, who leaves, who is let go, and who is there."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from capacity.erlang_arguments import checked
from capacity.supply.attrition import staying_share

FloatArray = NDArray[np.float64]
WeekArray = NDArray[np.int64]
ReleaseOrder = Literal["newest", "oldest", "even"]

# A release of everybody may exceed what is there by the rounding of sums.
ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CohortFlows:
    """Heads of each cohort in each week; started = present + left + released, summed up to any week.

    Attributes
    ----------
    started, left, released : ndarray of shape (..., n_cohorts, n_weeks)
        Heads that came, had left of their own will, and were let go when the week began. [heads]
    present : ndarray of shape (..., n_cohorts, n_weeks)
        Heads there through the week. [heads]
    tenure_weeks : ndarray of shape (..., n_cohorts, n_weeks)
        Weeks on the job before that week; negative before they start. [weeks]

    Examples
    --------
    >>> from capacity import cohort_flows
    >>> flows = cohort_flows([10], [0], [0.1], 3)
    >>> flows.present.round(2)
    array([[10. ,  9. ,  8.1]])
    """

    started: FloatArray
    present: FloatArray
    left: FloatArray
    released: FloatArray
    tenure_weeks: NDArray[np.int64]

    def __post_init__(self) -> None:
        for value in (self.started, self.present, self.left, self.released, self.tenure_weeks):
            value.setflags(write=False)


def cohort_flows(
    heads: ArrayLike,
    start_week: ArrayLike,
    hazard: ArrayLike,
    n_weeks: int,
    *,
    tenure_weeks: ArrayLike = 0,
    release: ArrayLike = 0.0,
    order: ReleaseOrder = "newest",
    refill_weeks: int | None = None,
) -> CohortFlows:
    """Follow cohorts of a team through the weeks of a plan, in expectation.

    Parameters
    ----------
    heads : array_like of shape (..., n_cohorts)
        Heads of each cohort. [heads]
    start_week : array_like of int, shape (..., n_cohorts)
        Week in which it starts, 0 the first. [-]
    hazard : array_like of shape (n_tenures,)
        Share that leaves at the end of a week, by week on the job; the last value holds from then on. [-]
    n_weeks : int
        Length of the plan. [weeks]
    tenure_weeks : array_like of int, shape (..., n_cohorts)
        Weeks on the job at the start. [weeks]
    release : array_like of shape (..., n_weeks)
        Heads let go when a week begins, after those who left of their own will. [heads]
    order : {"newest", "oldest", "even"}
        Who is let go first: those with fewest weeks on the job, with most, or all cohorts alike.
    refill_weeks : int, optional
        Weeks after which whoever left of their own will is replaced by a new head; None for never. [weeks]

    Returns
    -------
    CohortFlows
        With refilling, followed by one more cohort for each week: the heads that start in it.

    Raises
    ------
    ValueError
        If an argument is negative, not whole or unknown, or more heads are released than there are.

    Notes
    -----
    A cohort's heads in a week are heads x share that stays x share not released. Leading axes are further plans
    or teams, all with the same hazard. These are the expected heads; where chance decides whether a release empties
    a cohort and goes on to the next one, they are those of the mean course and close to it only.

    Examples
    --------
    Ten heads, four more in week 1 of whom a tenth leaves in a week, and two of those are let go in week 3:

    >>> flows = cohort_flows([10, 4], [0, 1], [0.1, 0.1, 0.0], 4, tenure_weeks=[2, 0], release=[0, 0, 0, 2])
    >>> flows.present
    array([[10.  , 10.  , 10.  , 10.  ],
           [ 0.  ,  4.  ,  3.6 ,  1.24]])
    """
    if order not in get_args(ReleaseOrder):
        raise ValueError(f"order must be one of {get_args(ReleaseOrder)}; found {order!r}")
    if refill_weeks is not None and (refill_weeks < 0 or refill_weeks != int(refill_weeks)):
        raise ValueError(f"refill_weeks must be a whole number, 0 or more, or None; found {refill_weeks!r}")
    begin, before = _whole_weeks("start_week", start_week), _whole_weeks("tenure_weeks", tenure_weeks)
    leave = np.atleast_1d(checked("release", release))
    plans = np.empty((*leave.shape[:-1], 1))
    count, begin, before, _ = np.broadcast_arrays(np.atleast_1d(checked("heads", heads)), begin, before, plans)
    if refill_weeks is not None:
        new = (*count.shape[:-1], n_weeks)
        count = np.concatenate([count, np.zeros(new)], axis=-1)
        begin = np.concatenate([begin, np.broadcast_to(np.arange(n_weeks), new)], axis=-1)
        before = np.concatenate([before, np.zeros(new, dtype=np.int64)], axis=-1)
    since = np.arange(n_weeks) - begin[..., None]
    staying = staying_share(hazard, before, n_weeks)
    alive = np.where(since >= 0, np.take_along_axis(staying, np.clip(since, 0, n_weeks - 1), axis=-1), 0.0)
    leave = np.broadcast_to(leave, (*count.shape[:-1], n_weeks))
    return _followed(np.array(count), alive, since, since + before[..., None], leave, order, refill_weeks)


def _followed(
    count: FloatArray,
    alive: FloatArray,
    since: WeekArray,
    tenure: WeekArray,
    release: FloatArray,
    order: ReleaseOrder,
    refill_weeks: int | None,
) -> CohortFlows:
    """Go through the weeks: those who leave are gone, those who start are there, then heads are let go.

    Parameters
    ----------
    count : ndarray of shape (..., n_cohorts)
        Heads with which each cohort starts. With refilling the last n_weeks cohorts are the new heads of each week:
        zeros at first, filled in place. [heads]
    alive : ndarray of shape (..., n_cohorts, n_weeks)
        Share of a cohort that would still be there if nobody was let go; 0 before it starts. [-]
    since : ndarray of int, shape (..., n_cohorts, n_weeks)
        Weeks since the cohort started; negative before. [weeks]
    tenure : ndarray of int, shape (..., n_cohorts, n_weeks)
        Weeks on the job: `since` and what they brought along. [weeks]
    release : ndarray of shape (..., n_weeks)
        Heads let go when a week begins. [heads]
    order, refill_weeks
        As for `cohort_flows`.
    """
    started, present, left, released = (np.zeros(alive.shape) for _ in range(4))
    n_weeks = alive.shape[-1]
    kept = np.ones(count.shape)
    here = np.zeros(count.shape)
    for week in range(n_weeks):
        due = count * alive[..., week] * kept
        left[..., week] = np.where(since[..., week] > 0, here - due, 0.0)
        if refill_weeks is not None and week >= refill_weeks:
            row = week - n_weeks
            due[..., row] = count[..., row] = left[..., week - refill_weeks].sum(axis=-1)
        if release[..., week].any():
            gone = _let_go(due, release[..., week], tenure[..., week], order, week)
            kept *= 1.0 - np.divide(gone, due, out=np.zeros_like(due), where=due > 0)
        here = count * alive[..., week] * kept
        started[..., week] = np.where(since[..., week] == 0, count, 0.0)
        present[..., week], released[..., week] = here, due - here
    return CohortFlows(started=started, present=present, left=left, released=released, tenure_weeks=tenure)


def _let_go(present: FloatArray, release: FloatArray, tenure: WeekArray, order: ReleaseOrder, week: int) -> FloatArray:
    """Share the heads let go in a week among the cohorts.

    Parameters
    ----------
    present : ndarray of shape (..., n_cohorts)
        Heads there before the release. [heads]
    release : ndarray of shape (...)
        Heads let go. [heads]
    tenure : ndarray of int, shape (..., n_cohorts)
        Weeks on the job, which decide who is next. [weeks]
    order : {"newest", "oldest", "even"}
        Who is let go first.
    week : int
        Named where the release cannot be.

    Returns
    -------
    ndarray of shape (..., n_cohorts)
        Heads let go of each cohort. [heads]

    Raises
    ------
    ValueError
        If more heads are let go than are there.
    """
    total = present.sum(axis=-1)
    if (release > total * (1.0 + ROUNDING)).any():
        plan = np.unravel_index(np.argmax(release - total), total.shape)
        raise ValueError(
            f"release must not exceed the heads there; found {release[plan]:g} of {total[plan]:g} heads in week {week}"
        )
    if order == "even":
        share = np.divide(release, total, out=np.zeros_like(total), where=total > 0)
        return np.asarray(present * np.minimum(share, 1.0)[..., None])
    # Those who have not started yet have nobody to let go; their place in the queue does not matter.
    queue = np.argsort(tenure if order == "newest" else -tenure, axis=-1, kind="stable")
    inline = np.take_along_axis(present, queue, axis=-1)
    first = np.cumsum(inline, axis=-1) - inline
    gone = np.empty_like(present)
    np.put_along_axis(gone, queue, np.clip(release[..., None] - first, 0.0, inline), axis=-1)
    return gone


def _whole_weeks(name: str, value: ArrayLike) -> WeekArray:
    weeks = checked(name, value)
    if (weeks != np.rint(weeks)).any():
        raise ValueError(f"{name} must be whole weeks; found {weeks[weeks != np.rint(weeks)].flat[0]:g}")
    return weeks.astype(np.int64)
