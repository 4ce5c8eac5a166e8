"""Which parameter sets compete in the ensemble, by the length of a step."""

import numpy as np

from forecasting.methods.intermittent import IntermittentParameters
from forecasting.methods.lane_plan import LanePlan
from forecasting.methods.smoothing import SmoothingParameters

# Gains go up by about three each time, from "hardly ever changes" to "what was seen last".
DAILY_LEVELS = (0.02, 0.06, 0.2, 0.5)
DAILY_SEASONS = (0.03, 0.1)
WEEKLY_LEVELS = (0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.85, 1.0)
# A yearly pattern is learned from few years: its gains go down to "as it was on average" and up to "as last year".
YEARLY_LEVELS = (0.02, 0.05, 0.1, 0.2, 0.4)
YEARLY_SEASONS = (0.3, 0.9)
WEEKLY_TRENDS = ((0.3, 0.03), (0.3, 0.1), (0.7, 0.05), (0.7, 0.2), (1.0, 0.05), (1.0, 0.2), (1.0, 0.5))
# The day's pattern changes faster than one weekday in seven can teach; a timetable changes for good from one week to
# the next.
INTRADAY_LEVELS = (0.2, 0.2, 0.5, 0.5, 0.9, 0.9)
INTRADAY = tuple(
    SmoothingParameters(level=INTRADAY_LEVELS, season=(gain,) * 6, day=(0.1, 0.4) * 3, clip_sigmas=clip)
    for gain, clip in ((0.1, 1.5), (0.4, 3.0))
)
SPARSE = IntermittentParameters(chance=(0.1,), size=(0.05,), interval=(0.1,))


def candidates(season: int, year: int, slots: int = 1) -> LanePlan:
    """Return the candidates for steps of a day (season above 1) or of a week.

    Parameters
    ----------
    season, year : int
        Steps in a week, and in 52 weeks.
    slots : int
        Periods in a step; where there are several, some candidates have a pattern of the day that every day teaches.

    Notes
    -----
    Days are many and odd ones among them are common, so that most lanes clip surprises at less than one standard
    deviation: the level then follows the median. Weeks are few and move for good, so that most lanes do not; and as
    candidates differ less over days, and for longer, their weights there are steeper and remember longer.
    """
    return _daily(season, year, slots) if season > 1 else _weekly(year)


def _daily(season: int, year: int, slots: int) -> LanePlan:
    pairs = [(level, gain) for level in DAILY_LEVELS for gain in DAILY_SEASONS]
    return LanePlan(
        groups=(
            SmoothingParameters(level=(0.1,), season=(0.1,)),
            SmoothingParameters(
                level=tuple(level for level, _ in pairs), season=tuple(gain for _, gain in pairs), clip_sigmas=0.8
            ),
            SmoothingParameters(level=(0.2,), season=(0.05,), trend=(0.01,), damping=0.97),
            *(INTRADAY if slots > 1 else ()),
        ),
        intermittent=SPARSE,
        base=(3,),
        season=season,
        year=year,
        year_shapes=(),
        movements=((14, 28),),
        power=64.0,
        decay=0.98,
    )


def _weekly(year: int) -> LanePlan:
    yearly = [(level, gain) for level in YEARLY_LEVELS for gain in YEARLY_SEASONS]
    return LanePlan(
        groups=(
            SmoothingParameters(level=(0.2, 0.6), season=(0.0,) * 2, clip_sigmas=2.0),
            SmoothingParameters(level=WEEKLY_LEVELS, season=(0.0,) * len(WEEKLY_LEVELS), clip_sigmas=np.inf),
            SmoothingParameters(
                level=tuple(level for level, _ in WEEKLY_TRENDS),
                season=(0.0,) * len(WEEKLY_TRENDS),
                trend=tuple(trend for _, trend in WEEKLY_TRENDS),
                damping=0.97,
            ),
            SmoothingParameters(
                level=tuple(level for level, _ in yearly), season=tuple(gain for _, gain in yearly), yearly=True
            ),
        ),
        intermittent=SPARSE,
        base=(3, 6),
        season=1,
        year=year,
        year_shapes=((0.4, 1, 3), (0.8, 1, 3), (0.4, 5, 3), (0.8, 5, 3)),
        movements=(),
        power=8.0,
        decay=0.95,
    )
