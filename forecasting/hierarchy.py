"""Sums of queues by market, policy area or team, and their reconciliation with forecasts of the sums themselves."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.forecast import VolumeForecast
from forecasting.volumes.history import VolumeHistory


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class GroupPaths:
    """Joint paths of sums of queues, such as markets, so that ranges of the sums can be read off.

    Attributes
    ----------
    groups
        Labels, in the order of the first axis of `arrivals`.
    period_start : pandas.DatetimeIndex of shape (n_periods,)
        Start of each future period.
    arrivals : ndarray of shape (n_groups, n_paths, n_periods)
        Sum of the queues of each group on each path. [items]

    Examples
    --------
    >>> days = pd.date_range("2026-01-05", periods=2)
    >>> paths = GroupPaths(groups=("DE",), period_start=days, arrivals=np.array([[[1.0, 4.0], [3.0, 4.0]]]))
    >>> paths.to_frame()[["group", "items_mean", "items_p50"]].to_numpy().tolist()
    [['DE', 2.0, 2.0], ['DE', 4.0, 4.0]]
    """

    groups: tuple[str, ...]
    period_start: pd.DatetimeIndex
    arrivals: NDArray[np.float64]

    def to_frame(self) -> pd.DataFrame:
        """Return a tidy frame: one row a group and period, with the mean and the 10, 50 and 90% quantiles."""
        low, median, high = np.quantile(self.arrivals, [0.1, 0.5, 0.9], axis=1)
        n_periods = len(self.period_start)
        return pd.DataFrame(
            {
                "group": np.repeat(np.asarray(self.groups, dtype=object), n_periods),
                "date": np.tile(self.period_start, len(self.groups)),
                "items_mean": self.arrivals.mean(axis=1).ravel(),
                "items_p10": low.ravel(),
                "items_p50": median.ravel(),
                "items_p90": high.ravel(),
            }
        )


def group_matrix(queues: tuple[str, ...], group: Mapping[str, str]) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Membership of queues in groups.

    Parameters
    ----------
    queues
        Names.
    group
        Queue to label. Every queue must have one.

    Returns
    -------
    groups
        Labels in order of first appearance.
    membership : ndarray of shape (n_groups, n_queues)
        1 where a queue belongs, else 0. [-]

    Raises
    ------
    ValueError
        If a queue has no label: its items would vanish from the sums.

    Examples
    --------
    >>> group_matrix(("a", "b", "c"), {"a": "US", "b": "DE", "c": "US"})[1].tolist()
    [[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]
    """
    missing = [queue for queue in queues if queue not in group]
    if missing:
        raise ValueError(f"group must have a label for every queue; none is given for {missing}")
    groups = tuple(dict.fromkeys(group[queue] for queue in queues))
    return groups, np.array([[float(group[queue] == label) for queue in queues] for label in groups])


def sum_by_group(forecast: VolumeForecast, group: Mapping[str, str]) -> GroupPaths:
    """Sum the paths of queues by group, such as markets or teams; sums and parts fit by construction.

    Parameters
    ----------
    forecast
        Joint sample paths.
    group
        Queue to label: market, policy area, team.

    Returns
    -------
    GroupPaths
        Path k of a group is the sum of path k of its queues.

    Raises
    ------
    ValueError
        If a queue has no label: its items would vanish from the sums.

    Examples
    --------
    The 90% quantile of a sum is not the sum of the quantiles: here one queue is high where the other is low.

    >>> days = pd.date_range("2026-01-05", periods=2)
    >>> frame = pd.DataFrame({"queue": ["a", "a", "b", "b"], "date": [*days, *days], "items": 10})
    >>> history = VolumeHistory.from_frame(frame)
    >>> arrivals = np.array([[[10.0], [30.0]], [[30.0], [10.0]]])  # two queues, two paths, one day
    >>> forecast = VolumeForecast(queues=history.queues, period_start=days[1:], frequency=history.frequency,
    ...                           arrivals=arrivals, method=("given", "given"), seed=0, history=history)
    >>> sum_by_group(forecast, {"a": "DE", "b": "DE"}).arrivals.tolist()
    [[[40.0], [40.0]]]
    """
    groups, membership = group_matrix(forecast.queues, group)
    arrivals = np.einsum("gq,qkt->gkt", membership, forecast.arrivals)
    return GroupPaths(groups=groups, period_start=forecast.period_start, arrivals=arrivals)


def sum_history(history: VolumeHistory, group: Mapping[str, str]) -> VolumeHistory:
    """Sum a history by group, so that sums can be forecast themselves.

    Parameters
    ----------
    history
        What was observed.
    group
        Queue to label.

    Returns
    -------
    VolumeHistory
        One row a group; a period is not observed where one of its queues was not, between that queue's first and
        last observation.

    Raises
    ------
    ValueError
        If a queue has no label: its items would vanish from the sums.

    Examples
    --------
    >>> days = pd.date_range("2026-01-05", periods=3)
    >>> frame = pd.DataFrame({"queue": ["a"] * 3 + ["b"] * 3, "date": [*days, *days], "items": [1, 2, 3, 10, None, 30]})
    >>> sums = sum_history(VolumeHistory.from_frame(frame), {"a": "DE", "b": "DE"})
    >>> sums.queues, sums.items.tolist()
    (('DE',), [[11.0, nan, 33.0]])
    """
    groups, membership = group_matrix(history.queues, group)
    place = np.arange(history.items.shape[1])
    alive = (place >= history.first_observed[:, None]) & (place <= history.last_observed[:, None])
    gap = membership @ (alive & ~history.observed) > 0
    none = membership @ history.observed == 0
    items = membership @ np.nan_to_num(history.items)
    return VolumeHistory(
        queues=groups,
        period_start=history.period_start,
        frequency=history.frequency,
        items=np.where(gap | none, np.nan, items),
        timezone=history.timezone,
    )


def shrunk_covariance(errors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Covariance of errors with correlations shrunk towards none.

    Parameters
    ----------
    errors : ndarray of shape (n_series, n_errors)
        Errors of base forecasts, of all series at the same origins. [items]

    Returns
    -------
    ndarray of shape (n_series, n_series)
        Second moments about zero, as biased forecasts err too; positive definite where every series erred. [items^2]

    Raises
    ------
    ValueError
        If there are fewer than two errors, or one is missing.

    Notes
    -----
    Correlations are multiplied by 1 - lambda, lambda = sum(var(r_ij)) / sum(r_ij^2) over i != j [1]_.

    References
    ----------
    .. [1] J. Schäfer, K. Strimmer (2005), A shrinkage approach to large-scale covariance matrix estimation,
       Statistical Applications in Genetics and Molecular Biology 4(1), doi:10.2202/1544-6115.1175.

    Examples
    --------
    >>> shrunk_covariance(np.array([[1.0, -1.0, 1.0, -1.0], [2.0, 2.0, -2.0, -2.0]])).tolist()
    [[1.0, 0.0], [0.0, 4.0]]
    """
    n_series, n_errors = errors.shape
    if n_errors < 2 or np.isnan(errors).any():
        raise ValueError(f"errors must be at least two a series and none missing; their shape is {errors.shape}")
    scale = np.sqrt((errors**2).mean(axis=1))
    standard = errors / np.where(scale > 0, scale, 1.0)[:, None]
    correlation = standard @ standard.T / n_errors
    # Variance of each mean product, from the squares of the products themselves.
    squares = standard**2 @ (standard**2).T / n_errors
    variance = (squares - correlation**2) / (n_errors - 1)
    apart = ~np.eye(n_series, dtype=np.bool_)
    size = float((correlation[apart] ** 2).sum())
    shrink = float(np.clip(variance[apart].sum() / size, 0.0, 1.0)) if size > 0 else 1.0
    shrunk = np.where(apart, (1.0 - shrink) * correlation, correlation)
    return np.asarray(shrunk * scale[:, None] * scale)


def reconcile(
    forecast: VolumeForecast, sums: VolumeForecast, group: Mapping[str, str], errors: NDArray[np.float64]
) -> VolumeForecast:
    """Let forecasts of sums correct the forecasts of their queues, path by path.

    Parameters
    ----------
    forecast
        Joint sample paths of the queues.
    sums
        Joint sample paths of (some of) the sums, named by their labels. Forecast them together with the queues, in
        one history, so that path k of a sum belongs with path k of its queues.
    group
        Queue to label.
    errors : ndarray of shape (n_sums + n_queues, n_errors)
        Errors of both at the same back-test origins, sums first. [items]

    Returns
    -------
    VolumeForecast
        Of the queues: sums of its paths are the reconciled sums. Never negative.

    Raises
    ------
    ValueError
        If paths, periods, labels or errors do not match.

    Notes
    -----
    Minimum trace reconciliation [1]_ in its projection form. With base paths y of sums and queues, constraints
    C y = 0 where C = [I, -S], and W the shrunk covariance of errors: y - W C' (C W C')^-1 C y. It is linear, so that
    it may be applied to every path. Queues that it makes negative are set to zero and the others of
    their group scaled on that path and period, so that the sum of the group stays; a sum that is negative becomes zero.

    References
    ----------
    .. [1] S. L. Wickramasuriya, G. Athanasopoulos, R. J. Hyndman (2019), Optimal forecast reconciliation for
       hierarchical and grouped time series through trace minimization, Journal of the American Statistical
       Association 114(526), doi:10.1080/01621459.2018.1448825.

    Examples
    --------
    Two queues are forecast at 10 items each and their sum at 26. All three erred alike and independently, so that each
    gives way by a third of the gap of 6.

    >>> days = pd.date_range("2026-01-05", periods=2)
    >>> frame = pd.DataFrame({"queue": ["a", "a", "b", "b"], "date": [*days, *days], "items": 10})
    >>> history = VolumeHistory.from_frame(frame)
    >>> group = {"a": "DE", "b": "DE"}
    >>> def given(history, items):
    ...     return VolumeForecast(queues=history.queues, period_start=days[1:], frequency=history.frequency, seed=0,
    ...                           arrivals=np.array(items), method=("given",) * len(items), history=history)
    >>> queues, sums = given(history, [[[10.0]], [[10.0]]]), given(sum_history(history, group), [[[26.0]]])
    >>> errors = np.array([[1.0, -1.0, 1.0, -1.0], [1.0, 1.0, -1.0, -1.0], [1.0, -1.0, -1.0, 1.0]])
    >>> reconcile(queues, sums, group, errors).arrivals.tolist()
    [[[12.0]], [[12.0]]]
    """
    groups, membership = group_matrix(forecast.queues, group)
    unknown = [label for label in sums.queues if label not in groups]
    if unknown:
        raise ValueError(f"sums must be named by labels of group {groups}; found {unknown}")
    if sums.arrivals.shape[1:] != forecast.arrivals.shape[1:]:
        raise ValueError(
            f"sums must have the paths and periods of the forecast {forecast.arrivals.shape[1:]}; they have "
            f"{sums.arrivals.shape[1:]}"
        )
    n_sums, n_queues = len(sums.queues), len(forecast.queues)
    if errors.shape[0] != n_sums + n_queues:
        raise ValueError(f"errors must have {n_sums} + {n_queues} rows, sums first; their shape is {errors.shape}")
    rows = membership[[groups.index(label) for label in sums.queues]]
    correction = reconciliation_weights(rows, shrunk_covariance(errors))
    gap = sums.arrivals - np.einsum("gq,qkt->gkt", rows, forecast.arrivals)
    moved = forecast.arrivals + np.einsum("qg,gkt->qkt", correction, gap)
    return replace(forecast, arrivals=_without_negatives(moved, membership))


def reconciliation_weights(membership: NDArray[np.float64], covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """How the gap between forecast sums and sums of forecasts is shared among queues.

    Parameters
    ----------
    membership : ndarray of shape (n_sums, n_queues)
        1 where a queue belongs to a sum. [-]
    covariance : ndarray of shape (n_sums + n_queues, n_sums + n_queues)
        Of base errors, sums first. [items^2]

    Returns
    -------
    ndarray of shape (n_queues, n_sums)
        Reconciled queues are queues + weights x (sums - membership x queues). [-]

    Examples
    --------
    >>> reconciliation_weights(np.ones((1, 2)), np.diag([1.0, 1.0, 2.0])).round(2).tolist()
    [[0.25], [0.5]]
    """
    n_sums = len(membership)
    constraint = np.hstack([np.eye(n_sums), -membership])
    spread = covariance @ constraint.T
    return np.asarray(-np.linalg.lstsq((constraint @ spread).T, spread[n_sums:].T, rcond=None)[0].T)


def _without_negatives(arrivals: NDArray[np.float64], membership: NDArray[np.float64]) -> NDArray[np.float64]:
    """Set what is negative to zero and scale the others of its group, so that the sum of each group stays."""
    kept = np.maximum(arrivals, 0.0)
    total, positive = (np.einsum("gq,qkt->gkt", membership, values) for values in (arrivals, kept))
    scale = np.where(positive > 0, np.maximum(total, 0.0) / np.where(positive > 0, positive, 1.0), 1.0)
    return np.asarray(kept * scale[membership.argmax(axis=0)])
