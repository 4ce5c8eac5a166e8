"""Review volumes: read, checked and forecast as joint sample paths."""

from forecasting.calendar import Event, EventCalendar, EventKind
from forecasting.forecast import VolumeForecast, forecast_volumes
from forecasting.frequency import Frequency
from forecasting.history import VolumeHistory
from forecasting.problems import InputError, Problem

__all__ = [
    "Event",
    "EventCalendar",
    "EventKind",
    "Frequency",
    "InputError",
    "Problem",
    "VolumeForecast",
    "VolumeHistory",
    "forecast_volumes",
]
