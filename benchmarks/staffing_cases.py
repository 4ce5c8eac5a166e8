"""Staffing cases of any size for the benchmarks, the same each time."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import pandas as pd

from capacity import ReviewQueue, ReviewTeam, ServiceTarget
from forecasting import Frequency, VolumeForecast, VolumeHistory
from optimization.program.staffing_case import StaffingCase, staffing_case
from optimization.shifts import Break, ShiftLibrary, shift_library, work_day_patterns

MONDAY = pd.Timestamp("2026-01-05")


@cache
def generated_case(
    n_queues: int, n_teams: int, n_weeks: int, n_paths: int, *, within_hours: Sequence[float]
) -> StaffingCase:
    """Queues of 300 six-minute items a day on average, teams a tenth short of people, each serving half the queues."""
    rng = np.random.default_rng(n_queues)
    level = 300.0 * rng.lognormal(0.0, 0.3, (n_queues, 1, 1)) * rng.lognormal(0.0, 0.12, (n_queues, n_paths, 1))
    items = rng.poisson(level * rng.lognormal(0.0, 0.1, (n_queues, n_paths, 7 * n_weeks))).astype(np.float64)
    names = tuple(f"q{row}" for row in range(n_queues))
    forecast = VolumeForecast(
        queues=names,
        period_start=pd.date_range(MONDAY, periods=7 * n_weeks, freq="D"),
        frequency=Frequency.DAILY,
        arrivals=items,
        method=("given",) * n_queues,
        seed=0,
        history=VolumeHistory(
            queues=names,
            period_start=pd.date_range(MONDAY - pd.Timedelta(days=7), periods=7, freq="D"),
            frequency=Frequency.DAILY,
            items=items[:, 0, :7].copy(),
        ),
    )
    queues = [
        ReviewQueue(
            name=name,
            handle_minutes=6.0,
            target=ServiceTarget(share=0.9, within_hours=within_hours[row % len(within_hours)]),
        )
        for row, name in enumerate(names)
    ]
    heads = 0.9 * items.sum() / n_paths / n_weeks * 0.1 / 28 / n_teams
    teams = [
        ReviewTeam(
            name=f"team{row}",
            site=f"site{row}",
            kind="in_house",
            heads=round(heads),
            shrinkage=0.3,
            cost_usd_per_head_week=1500.0 - 150.0 * row,
            skills={name: 1.0 for place, name in enumerate(names) if (place + row) % n_teams < max(1, n_teams - 1)},
            hire_lead_weeks=1,
            ramp_weeks=1,
            weekly_attrition=0.01,
        )
        for row in range(n_teams)
    ]
    return staffing_case(forecast, queues, teams)


def half_hour_week(scale: float) -> np.ndarray:
    """Heads that each half-hour of a week requires: two peaks a day, quieter weekends, a square-root margin."""
    hour = np.arange(336) / 2
    of_day = 1 + 0.6 * np.sin((hour % 24 - 9) / 24 * 2 * np.pi) + 0.25 * np.sin((hour % 24 - 3) / 12 * 2 * np.pi)
    load = scale * of_day * np.array([1.05, 1.02, 1.0, 0.98, 0.95, 0.7, 0.6])[(hour // 24).astype(int)]
    return np.ceil(load + np.sqrt(load))


def half_hour_library(*, every_hours: float) -> ShiftLibrary:
    """Starts at any such step of the day; 8 or 9 hours on five days of seven, 10 on four; a lunch; dearer nights."""
    cost = np.full((7, 24), 30.0)
    cost[:, :6] *= 1.2
    cost[:, 22:] *= 1.2
    cost[6] *= 1.5
    lunch = Break(hours=0.5, earliest_hours=3.5, latest_hours=4.5)
    tours = [
        tour
        for hours, n_days in ((8.5, 5), (9.5, 5), (10.5, 4))
        for tour in shift_library(
            start_hours=np.arange(0, 24, every_hours),
            shift_hours=[hours],
            work_days=work_day_patterns(n_days),
            cost_usd_per_hour=cost.ravel(),
            breaks=[lunch],
        ).tours
    ]
    return ShiftLibrary(tours=tuple(tours))
