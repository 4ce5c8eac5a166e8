"""Names of the intervals of a week, for tables, charts and errors."""

from capacity.supply import WEEK_HOURS

DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def clock(hour_of_week: float) -> str:
    """Write a moment of the week as its day and time.

    Parameters
    ----------
    hour_of_week : float
        From Monday 0:00. [h]

    Returns
    -------
    str

    Examples
    --------
    >>> clock(29.5), clock(167.75)
    ('Tue 05:30', 'Sun 23:45')
    """
    minutes = round(hour_of_week * 60) % (60 * WEEK_HOURS)
    day, rest = divmod(minutes, 24 * 60)
    return f"{DAY_NAMES[day]} {rest // 60:02d}:{rest % 60:02d}"


def interval_names(n_intervals: int) -> tuple[str, ...]:
    """Return the name of each interval: the day and time at which it begins.

    Parameters
    ----------
    n_intervals : int
        Of the week.

    Returns
    -------
    tuple of str

    Examples
    --------
    >>> interval_names(336)[:3]
    ('Mon 00:00', 'Mon 00:30', 'Mon 01:00')
    """
    return tuple(clock(place * WEEK_HOURS / n_intervals) for place in range(n_intervals))
