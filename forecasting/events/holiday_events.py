"""Public holidays of the markets that queues serve, as events."""

from collections.abc import Mapping, Sequence

import pandas as pd

from forecasting.events.calendar import Event, EventCalendar, EventKind

# Names of the holidays are asked for in this language, so that a holiday is one thing in every year and market.
LANGUAGE = "en_US"


def holiday_calendar(markets: Mapping[str, Sequence[str]], first_year: int, last_year: int) -> EventCalendar:
    """Return the public holidays of markets as events whose effect is to be learned.

    Parameters
    ----------
    markets
        Market code (ISO 3166, "US", or with a subdivision, "DE-BY") to the queues that serve it; an empty
        sequence means all queues.
    first_year, last_year : int
        Years, both included. History counts as well as future: past holidays teach the coming ones.

    Returns
    -------
    EventCalendar
        In order of date. A holiday of several markets is one event a market; its name ends in the market, so
        that the same feast may weigh differently in two markets.

    Raises
    ------
    ValueError
        If a market is unknown, or the last year lies before the first.

    Examples
    --------
    >>> calendar = holiday_calendar({"US": ["ads"]}, 2026, 2026)
    >>> [event.name for event in calendar][:2], calendar.events[0].queues
    (["New Year's Day (US)", 'Martin Luther King Jr. Day (US)'], ('ads',))
    """
    if last_year < first_year:
        raise ValueError(f"last_year must not lie before first_year {first_year}; found {last_year}")
    events = [
        Event(
            name=f"{name} ({market})",
            kind=EventKind.HOLIDAY,
            start=day,
            end=day,
            queues=tuple(queues),
        )
        for market, queues in markets.items()
        for day, name in _holidays(market, range(first_year, last_year + 1))
    ]
    return EventCalendar.of(sorted(events, key=lambda event: event.start))


def holiday_dates(market: str, first_year: int, last_year: int) -> list[pd.Timestamp]:
    """Return the dates of the public holidays of one market.

    Parameters
    ----------
    market : str
        ISO 3166 code, "US", or with a subdivision, "DE-BY".
    first_year, last_year : int
        Years, both included.

    Returns
    -------
    list of pandas.Timestamp
        In order.

    Raises
    ------
    ValueError
        If the market is unknown.

    Examples
    --------
    >>> [f"{day:%d %B}" for day in holiday_dates("IE", 2026, 2026)][-2:]
    ['25 December', '26 December']
    """
    return [day for day, _ in _holidays(market, range(first_year, last_year + 1))]


def _holidays(market: str, years: range) -> list[tuple[pd.Timestamp, str]]:
    from holidays import country_holidays

    country, _, subdivision = market.partition("-")
    try:
        found = country_holidays(country, subdiv=subdivision or None, years=years, language=LANGUAGE)
    except NotImplementedError as error:
        raise ValueError(
            f"markets must be ISO 3166 codes such as 'US' or 'DE-BY' that the holidays package knows; found {market!r}"
        ) from error
    # Two holidays on one day make one event: their effects could not be told apart.
    return [(pd.Timestamp(day), found[day]) for day in sorted(found)]
