"""How many heads stay, where the risk of leaving depends on the weeks on the job."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

WEEKS_A_YEAR = 365.25 / 7.0


def staying_share(hazard: ArrayLike, tenure_weeks: ArrayLike, n_weeks: int) -> FloatArray:
    """Share of a cohort that is still there some weeks later.

    Parameters
    ----------
    hazard : array_like of shape (n_tenures,)
        Share of those present that leaves at the end of the first, second, ... week on the job; the last value holds
        from then on. [-]
    tenure_weeks : array_like of int, shape (...)
        Weeks on the job when the count begins. [weeks]
    n_weeks : int
        Weeks to follow. [weeks]

    Returns
    -------
    ndarray of shape (..., n_weeks)
        1 in the first week. [-]

    Raises
    ------
    ValueError
        If a hazard lies outside 0-1, or nobody reaches a tenure given.

    Notes
    -----
    After k weeks, the product of 1 - hazard(t + j) over j < k, from tenure t. Where the table has ended this is a
    power, so a constant hazard gives the same bits as `capacity.supply.present_heads`.

    Examples
    --------
    New heads leave faster than those with two weeks behind them:

    >>> staying_share([0.2, 0.1, 0.0], [0, 2], 4)
    array([[1.  , 0.8 , 0.72, 0.72],
           [1.  , 1.  , 1.  , 1.  ]])
    """
    leaving = np.atleast_1d(np.asarray(hazard, dtype=np.float64))
    if leaving.size == 0 or leaving.ndim != 1:
        raise ValueError(f"hazard must be a table with at least one week; found shape {leaving.shape}")
    wrong = ~((leaving >= 0.0) & (leaving <= 1.0))
    if wrong.any():
        raise ValueError(f"hazard must lie between 0 and 1; found {leaving[wrong][0]:g}")
    begin = np.asarray(tenure_weeks, dtype=np.int64)[..., None]
    if (begin < 0).any():
        raise ValueError(f"tenure_weeks must be 0 or more; found {begin.min()}")
    table_end = leaving.size - 1
    surviving = np.concatenate([[1.0], np.cumprod(1.0 - leaving[:-1])])
    reached = surviving[np.minimum(begin, table_end)] * (1.0 - leaving[-1]) ** np.maximum(begin - table_end, 0)
    if (reached == 0.0).any():
        raise ValueError(f"tenure_weeks must be one that somebody reaches; all have left before {begin.max()} weeks")
    later = begin + np.arange(n_weeks)
    in_table = surviving[np.minimum(later, table_end)] / surviving[np.minimum(begin, table_end)]
    beyond = np.maximum(later - table_end, 0) - np.maximum(begin - table_end, 0)
    return np.asarray(in_table * (1.0 - leaving[-1]) ** beyond)


@dataclass(frozen=True, kw_only=True, slots=True)
class AttritionCurve:
    """Share of heads that leaves in a week, by week on the job.

    Attributes
    ----------
    hazard
        Share of those present that leaves at the end of the first, second, ... week; the last value holds from then
        on, and 1 ends a fixed term. [-]

    Raises
    ------
    ValueError
        If the table is empty or holds a value outside 0-1.

    Examples
    --------
    One in twenty leaves in each of the first four weeks, one in a hundred later:

    >>> curve = AttritionCurve(hazard=(0.05, 0.05, 0.05, 0.05, 0.01))
    >>> curve.staying(0, 6).round(3)
    array([1.   , 0.95 , 0.902, 0.857, 0.815, 0.806])
    """

    hazard: tuple[float, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "hazard", tuple(float(value) for value in self.hazard))
        staying_share(self.hazard, 0, 1)

    @classmethod
    def constant(cls, weekly: float) -> "AttritionCurve":
        """The same share in every week on the job.

        Parameters
        ----------
        weekly : float
            Share that leaves in a week. [-]

        Returns
        -------
        AttritionCurve

        Examples
        --------
        >>> AttritionCurve.constant(0.1).staying(0, 3)
        array([1.  , 0.9 , 0.81])
        """
        return cls(hazard=(weekly,))

    @classmethod
    def yearly(cls, share: float) -> "AttritionCurve":
        """Constant attrition, stated for a year.

        Parameters
        ----------
        share : float
            Share of heads that has left a year later. [-]

        Returns
        -------
        AttritionCurve

        Raises
        ------
        ValueError
            If the share lies outside 0 to below 1.

        Examples
        --------
        >>> round(AttritionCurve.yearly(0.35).hazard[0], 5)
        0.00822
        """
        if not 0.0 <= share < 1.0:
            raise ValueError(f"share must lie from 0 to below 1; found {share!r}")
        return cls(hazard=(1.0 - (1.0 - share) ** (1.0 / WEEKS_A_YEAR),))

    @classmethod
    def observed(cls, tenure_weeks: Sequence[int], left: Sequence[bool], *, pooled_from: int) -> "AttritionCurve":
        """Hazards estimated from people, those still present among them.

        Parameters
        ----------
        tenure_weeks
            Completed weeks of each person: when they left, or today. [weeks]
        left
            Whether each has left.
        pooled_from : int
            Tenure week from which on all weeks share one hazard, as few people reach the last ones. [weeks]

        Returns
        -------
        AttritionCurve
            A hazard for each week before `pooled_from`, and one for all later weeks.

        Raises
        ------
        ValueError
            If the lengths differ, nobody is given, a tenure is negative, or nobody reaches `pooled_from`.

        Notes
        -----
        Leavers of a tenure over those who reached it: the actuarial hazard behind the Kaplan-Meier estimate [1]_.
        Who has left after k completed weeks left at the end of week k - 1, counted from 0.

        References
        ----------
        .. [1] E. L. Kaplan, P. Meier (1958), Nonparametric estimation from incomplete observations, Journal of the
           American Statistical Association 53(282), doi:10.1080/01621459.1958.10501452.

        Examples
        --------
        Four people; one left after a week, one after two, and two are still there after three:

        >>> AttritionCurve.observed([1, 2, 3, 3], [True, True, False, False], pooled_from=1).hazard
        (0.25, 0.2)
        """
        tenure, gone = np.asarray(tenure_weeks, dtype=np.int64), np.asarray(left, dtype=np.bool_)
        if tenure.size == 0 or tenure.ndim != 1 or tenure.shape != gone.shape:
            raise ValueError(
                f"tenure_weeks and left must be of one length, at least 1; found {tenure.shape} and {gone.shape}"
            )
        if tenure.min() < 0 or (tenure[gone] == 0).any():
            raise ValueError("tenure_weeks must be 0 or more, and 1 or more for those who left")
        if not 0 <= pooled_from < tenure.max():
            raise ValueError(f"pooled_from must lie from 0 to below {tenure.max()} weeks; found {pooled_from!r}")
        weeks = np.arange(1, tenure.max() + 1)
        at_risk = (tenure[:, None] >= weeks).sum(axis=0)
        leavers = ((tenure[:, None] == weeks) & gone[:, None]).sum(axis=0)
        single = (leavers[:pooled_from] / at_risk[:pooled_from]).tolist()
        return cls(hazard=(*single, float(leavers[pooled_from:].sum() / at_risk[pooled_from:].sum())))

    def staying(self, tenure_weeks: ArrayLike, n_weeks: int) -> FloatArray:
        """Share of a cohort that is still there some weeks later.

        Parameters
        ----------
        tenure_weeks : array_like of int, shape (...)
            Weeks on the job when the count begins. [weeks]
        n_weeks : int
            Weeks to follow. [weeks]

        Returns
        -------
        ndarray of shape (..., n_weeks)
            See `staying_share`. [-]
        """
        return staying_share(self.hazard, tenure_weeks, n_weeks)
