"""Blocking, waiting, service level, abandonment and occupancy of a given team: Erlang B, C and A."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from capacity.erlang.abandonment import served_within, waiting
from capacity.erlang.poisson_ratios import below_over_mass, position
from capacity.erlang_arguments import checked, evaluate

FloatArray = NDArray[np.float64]


def blocking_probability(load_erlangs: ArrayLike, servers: ArrayLike) -> FloatArray:
    """Share of arrivals that are turned away where nothing may wait (Erlang B).

    Parameters
    ----------
    load_erlangs : array_like
        Offered load, arrival rate times mean handling time. [erlangs]
    servers : array_like
        Servers, broadcast against the load; need not be whole. [-]

    Returns
    -------
    ndarray
        Of the broadcast shape; 0 without load, 1 with load but no servers. [-]

    Raises
    ------
    ValueError
        If a load or a number of servers is negative or not finite.

    Notes
    -----
    1/B = Γ(n + 1, a) e^a a^-n, which continues the formula to real n. Handling times may have any distribution.

    References
    ----------
    D. L. Jagerman, "Some properties of the Erlang loss function", Bell System Technical Journal 53 (1974) 525-551,
    doi:10.1002/j.1538-7305.1974.tb02756.x.

    Examples
    --------
    >>> blocking_probability(10, [16, 17])
    array([0.0223, 0.0129])
    """
    load, count = _load_and_servers(load_erlangs, servers)
    positive = (load > 0) & (count > 0)
    return evaluate(lambda a, n: 1.0 / (1.0 + below_over_mass(position(n, a))), positive, load > 0, load, count)


def delay_probability(load_erlangs: ArrayLike, servers: ArrayLike, *, patience: ArrayLike | None = None) -> FloatArray:
    """Share of arrivals that must wait (Erlang C; Erlang A where a patience is given).

    Parameters
    ----------
    load_erlangs, servers : array_like
        As in `blocking_probability`. [erlangs], [-]
    patience : array_like, optional
        Mean time that an item waits before it leaves; without it items wait for ever. [handling times]

    Returns
    -------
    ndarray
        Of the broadcast shape; 1 in overload without patience and with no servers, 0 without load. [-]

    Raises
    ------
    ValueError
        If a load or a number of servers is negative or a patience is not positive.

    Notes
    -----
    C = B / (1 - (a/n)(1 - B)); with patience A / (1/B - 1 + A), where A = 1F1(1; n p + 1; a p) for patience p.

    References
    ----------
    A. Mandelbaum, S. Zeltyn, "Service engineering in action: the Palm/Erlang-A queue", Advances in Services
    Innovations (2007) 17-45, doi:10.1007/978-3-540-29860-1_2.

    Examples
    --------
    >>> delay_probability(10, [9, 14])
    array([1.    , 0.1741])
    >>> delay_probability(10, [9, 14], patience=2)
    array([0.7579, 0.1484])
    """
    load, count = _load_and_servers(load_erlangs, servers)
    if patience is None:
        return evaluate(_delay, (load > 0) & (load < count), load > 0, load, count)
    patient = checked("patience", patience, positive=True)
    positive = _shaped((load > 0) & (count > 0), patient)
    return evaluate(lambda *cell: waiting(*cell).delayed, positive, load > 0, load, count, patient)


def service_level(
    load_erlangs: ArrayLike, servers: ArrayLike, wait_limit: ArrayLike, *, patience: ArrayLike | None = None
) -> FloatArray:
    """Share of all arrivals that are served after a wait of at most the limit.

    Parameters
    ----------
    load_erlangs, servers : array_like
        As in `blocking_probability`. [erlangs], [-]
    wait_limit : array_like
        Longest wait that counts as in time. [handling times]
    patience : array_like, optional
        Mean patience; without it items wait for ever. [handling times]

    Returns
    -------
    ndarray
        Of the broadcast shape; 1 without load, 0 in overload without patience and with no servers. [-]

    Raises
    ------
    ValueError
        If a load, a number of servers or a limit is negative or a patience is not positive.

    Notes
    -----
    Without patience P(W <= T) = 1 - C exp(-(n - a) T). With patience it is P(served and W <= T): an abandoned item
    counts against the target however soon it left, so that impatience never flatters a team. Two other definitions
    are in use, 1 - P(W > T) and 1 - P(V > T) with V the wait of an infinitely patient item; both are higher.

    Examples
    --------
    >>> float(service_level(10, 14, 20 / 180))
    0.8883
    >>> float(service_level(10, 14, 20 / 180, patience=5 / 3))
    0.9168
    """
    load, count = _load_and_servers(load_erlangs, servers)
    limit = checked("wait_limit", wait_limit)
    if patience is None:
        stable = _shaped((load > 0) & (load < count), limit)
        return evaluate(lambda a, n, t: 1.0 - _delay(a, n) * np.exp((a - n) * t), stable, load == 0, load, count, limit)
    patient = checked("patience", patience, positive=True)
    positive = _shaped((load > 0) & (count > 0), limit, patient)
    return evaluate(served_within, positive, load == 0, load, count, patient, limit)


def mean_wait(load_erlangs: ArrayLike, servers: ArrayLike, *, patience: ArrayLike | None = None) -> FloatArray:
    """Mean wait of all arrivals, those that do not wait and those that leave included.

    Parameters
    ----------
    load_erlangs, servers, patience : array_like
        As in `delay_probability`. [erlangs], [-], [handling times]

    Returns
    -------
    ndarray
        Of the broadcast shape; infinite in overload without patience, the patience itself with no servers, 0
        without load. [handling times]

    Raises
    ------
    ValueError
        If a load or a number of servers is negative or a patience is not positive.

    Notes
    -----
    C / (n - a); with patience p it is p P(abandon).

    Examples
    --------
    >>> mean_wait(10, [10, 14])
    array([   inf, 0.0435])
    """
    if patience is not None:
        return checked("patience", patience, positive=True) * abandonment_probability(
            load_erlangs, servers, patience=patience
        )
    load, count = _load_and_servers(load_erlangs, servers)
    stable = (load > 0) & (load < count)
    return evaluate(lambda a, n: _delay(a, n) / (n - a), stable, np.where(load > 0, np.inf, 0.0), load, count)


def abandonment_probability(load_erlangs: ArrayLike, servers: ArrayLike, *, patience: ArrayLike) -> FloatArray:
    """Share of arrivals that leave before they are served (Erlang A).

    Parameters
    ----------
    load_erlangs, servers, patience : array_like
        As in `delay_probability`. [erlangs], [-], [handling times]

    Returns
    -------
    ndarray
        Of the broadcast shape; 1 with load but no servers, 0 without load. [-]

    Raises
    ------
    ValueError
        If a load or a number of servers is negative or a patience is not positive.

    Examples
    --------
    >>> float(abandonment_probability(10, 14, patience=5 / 3))
    0.01398
    """
    load, count = _load_and_servers(load_erlangs, servers)
    patient = checked("patience", patience, positive=True)
    positive = _shaped((load > 0) & (count > 0), patient)
    return evaluate(lambda *cell: waiting(*cell).abandoned, positive, load > 0, load, count, patient)


def occupancy(load_erlangs: ArrayLike, servers: ArrayLike, *, patience: ArrayLike | None = None) -> FloatArray:
    """Share of the servers' time that is spent on items.

    Parameters
    ----------
    load_erlangs, servers, patience : array_like
        As in `delay_probability`. [erlangs], [-], [handling times]

    Returns
    -------
    ndarray
        Of the broadcast shape; 1 in overload without patience and, as the limit, with load but no servers; 0
        without load. [-]

    Raises
    ------
    ValueError
        If a load or a number of servers is negative or a patience is not positive.

    Examples
    --------
    >>> occupancy(10, [8, 14])
    array([1.    , 0.7143])
    """
    load, count = _load_and_servers(load_erlangs, servers)
    if patience is None:
        return evaluate(np.divide, load < count, load > 0, load, count)
    served = 1.0 - abandonment_probability(load, count, patience=patience)
    positive = _shaped((load > 0) & (count > 0), served)
    return evaluate(lambda a, n, s: np.minimum(a * s / n, 1.0), positive, load > 0, load, count, served)


def _load_and_servers(load_erlangs: ArrayLike, servers: ArrayLike) -> tuple[FloatArray, FloatArray]:
    load, count = np.broadcast_arrays(checked("load_erlangs", load_erlangs), checked("servers", servers))
    return load, count


def _shaped(where: NDArray[np.bool_], *others: FloatArray) -> NDArray[np.bool_]:
    return np.broadcast_to(where, np.broadcast_shapes(where.shape, *(other.shape for other in others)))


def _delay(load: FloatArray, servers: FloatArray) -> FloatArray:
    """Erlang C for 0 < load < servers: C = 1 / (1 + (1/B - 1)(1 - a/n)), a sum of positive terms."""
    at = position(servers, load)
    return 1.0 / (1.0 - at.excess * below_over_mass(at))
