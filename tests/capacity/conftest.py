"""Factories of the records that capacity tests start from."""

import numpy as np
import pandas as pd
import pytest

from capacity.queue import ReviewQueue, ServiceTarget
from capacity.team import ReviewTeam
from forecasting import Frequency, VolumeForecast, VolumeHistory


@pytest.fixture(scope="session")
def make_queue():
    def make(name="q0", *, share=0.9, within_hours=24.0, **changes):
        target = ServiceTarget(share=share, within_hours=within_hours)
        return ReviewQueue(**{"name": name, "handle_minutes": 6.0, "target": target, **changes})

    return make


@pytest.fixture(scope="session")
def make_team():
    def make(name="t0", skills=None, **changes):
        fields = {
            "site": "here",
            "kind": "vendor",
            "heads": 10.0,
            "shrinkage": 0.25,
            "cost_usd_per_head_week": 1000.0,
            "skills": {"q0": 1.0} if skills is None else skills,
        }
        return ReviewTeam(**{"name": name, **fields, **changes})

    return make


@pytest.fixture(scope="session")
def make_forecast():
    """Forecast of given paths, arrivals of shape (n_queues, n_paths, n_periods); the queues are q0, q1, ..."""

    def make(arrivals, frequency=Frequency.DAILY, start="2026-11-02"):
        paths = np.array(arrivals, dtype=float)
        queues = tuple(f"q{row}" for row in range(paths.shape[0]))
        starts = pd.date_range(start, periods=paths.shape[2], freq=frequency.step)
        before = pd.date_range(end=starts[0] - frequency.step, periods=2, freq=frequency.step)
        history = VolumeHistory(
            queues=queues, period_start=before, frequency=frequency, items=np.ones((len(queues), 2))
        )
        return VolumeForecast(
            queues=queues,
            period_start=starts,
            frequency=frequency,
            arrivals=paths,
            method=("made for a test",) * len(queues),
            seed=0,
            history=history,
        )

    return make
