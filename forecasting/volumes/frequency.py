"""The regular periods that volumes are counted in."""

from enum import StrEnum

import numpy as np
import pandas as pd


class Frequency(StrEnum):
    """Length of one period of a volume history.

    Examples
    --------
    >>> Frequency.DAILY.period_hours, Frequency.DAILY.season_periods
    (24.0, 7)
    """

    HALF_HOURLY = "half-hourly"
    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"

    @property
    def period_hours(self) -> float:
        """Length of one period [h]."""
        return {"half-hourly": 0.5, "hourly": 1.0, "daily": 24.0, "weekly": 168.0}[self.value]

    @property
    def period_noun(self) -> str:
        """What one period is called in a sentence, with a regular plural."""
        return {"half-hourly": "half-hour", "hourly": "hour", "daily": "day", "weekly": "week"}[self.value]

    @property
    def step(self) -> pd.Timedelta:
        """Length of one period as a time difference."""
        return pd.Timedelta(hours=self.period_hours)

    @property
    def season_periods(self) -> int:
        """Periods in one week, the season that every review operation has; 1 where a period is a week."""
        return max(1, round(168.0 / self.period_hours))


def infer_frequency(starts: pd.DatetimeIndex) -> Frequency:
    """Coarsest frequency on whose grid all period starts lie.

    Parameters
    ----------
    starts
        Distinct period starts in any order.

    Returns
    -------
    Frequency
        `DAILY` for a single period at midnight, where nothing can be inferred.

    Raises
    ------
    ValueError
        If the starts lie on none of the four grids.

    Examples
    --------
    >>> infer_frequency(pd.to_datetime(["2026-01-05", "2026-01-12", "2026-01-26"]))
    <Frequency.WEEKLY: 'weekly'>
    """
    ordered = starts.unique().sort_values()
    gaps = np.diff(ordered.to_numpy().astype("datetime64[s]").astype(np.int64))
    if gaps.size == 0:
        return Frequency.DAILY
    seconds = int(np.gcd.reduce(gaps))
    for frequency in (Frequency.WEEKLY, Frequency.DAILY, Frequency.HOURLY, Frequency.HALF_HOURLY):
        if seconds % round(frequency.period_hours * 3600) == 0:
            return frequency
    raise ValueError(
        f"period starts must lie on a weekly, daily, hourly or half-hourly grid; the common step found is "
        f"{seconds / 60:g} minutes. Sum the items to one of these grids first (months vary in length: use weeks)."
    )
