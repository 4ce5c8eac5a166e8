"""Weeks of the plan, as tables state them: by their number or by a date."""

from datetime import date

from optimization.quarter.input_table import MOST_WEEKS, Row


def week_of(day: date, plan_start: date) -> int:
    """First week of the plan that begins on a date or after it.

    Parameters
    ----------
    day
        A date of the plan or after it.
    plan_start
        First day of the plan.

    Returns
    -------
    int
        0 for the first day of the plan. So nothing counts before its date, and what is over on a date is paid to the
        end of the week that has begun. [weeks]

    Raises
    ------
    ValueError
        If the date lies before the plan.

    Examples
    --------
    >>> week_of(date(2026, 10, 5), date(2026, 9, 28)), week_of(date(2026, 10, 6), date(2026, 9, 28))
    (1, 2)
    """
    if day < plan_start:
        raise ValueError(f"day must lie in the plan or after it, from {plan_start} on; found {day}")
    return -((plan_start - day).days // 7)


def read_weeks(row: Row, plan_start: date | None) -> tuple[int | None, int | None]:
    """Read first active week and first week in which it is over, each from its number or its date.

    Parameters
    ----------
    row
        With the columns `start_week`, `start_date`, `end_week` and `end_date`; faults are noted.
    plan_start
        First day of the plan; None if it is not known, then dates are only read.

    Returns
    -------
    tuple of int or None
        Start and end; None where neither is given. [weeks]
    """
    start = read_week(row, "start_week", "start_date", plan_start)
    end = read_week(row, "end_week", "end_date", plan_start)
    if end is not None and end <= (start or 0):
        row.note("end_date" if row.has("end_date") else "end_week", "give a week after the one of the start")
        return start, None
    return start, end


def read_week(row: Row, week: str, day: str, plan_start: date | None) -> int | None:
    """Read one week from its number or its date; None if neither is given, or the date cannot be placed.

    Parameters
    ----------
    row
        Faults are noted: both given, no date, or a date before the plan.
    week, day
        The two columns.
    plan_start
        First day of the plan; None if it is not known.

    Returns
    -------
    int or None
        [weeks]
    """
    if row.has(week) and row.has(day):
        row.note(day, f"give either {week} or {day}, not both")
        return None
    if row.has(week):
        return row.whole(week, most=MOST_WEEKS)
    if not row.has(day):
        return None
    n_before = len(row.problems)
    found = row.day(day)
    if len(row.problems) > n_before or plan_start is None:
        return None
    if found < plan_start:
        row.note(day, f"give a date of the plan or after it, {plan_start} or later")
        return None
    if (found - plan_start).days > 7 * MOST_WEEKS:
        row.note(day, f"give a date within {MOST_WEEKS} weeks of the start of the plan, {plan_start}")
        return None
    return week_of(found, plan_start)
