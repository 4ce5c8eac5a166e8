"""Review volumes: read, checked and forecast as joint sample paths."""

from forecasting.drivers import Driver, DriverEffect, DriverLink, drive_volumes, learn_driver_effect
from forecasting.ensemble.record import EnsembleRecord
from forecasting.evaluation.backtest import Backtest, backtest, compare
from forecasting.events.calendar import Event, EventCalendar, EventKind, EventShape
from forecasting.events.crisis_learning import learned_crisis_risk
from forecasting.events.crisis_risk import CrisisRisk
from forecasting.events.effects import EventEffects, learn_event_effects
from forecasting.events.holiday_events import holiday_calendar
from forecasting.explanation import Explanation
from forecasting.forecast import VolumeForecast, forecast_volumes
from forecasting.hierarchy import GroupPaths, reconcile, sum_by_group, sum_history
from forecasting.intraday.profile import IntradayProfile
from forecasting.overrides import AdjustedForecast, Override, OverrideKind, apply_overrides
from forecasting.problems import InputError, Problem
from forecasting.queue_structure import QueueStructure, queue_structure
from forecasting.sample_data import sample_events, sample_history, sample_volumes
from forecasting.volumes.frequency import Frequency
from forecasting.volumes.history import VolumeHistory

__all__ = [
    "AdjustedForecast",
    "Backtest",
    "CrisisRisk",
    "Driver",
    "DriverEffect",
    "DriverLink",
    "EnsembleRecord",
    "Event",
    "EventCalendar",
    "EventEffects",
    "EventKind",
    "EventShape",
    "Explanation",
    "Frequency",
    "GroupPaths",
    "InputError",
    "IntradayProfile",
    "Override",
    "OverrideKind",
    "Problem",
    "QueueStructure",
    "VolumeForecast",
    "VolumeHistory",
    "apply_overrides",
    "backtest",
    "compare",
    "drive_volumes",
    "forecast_volumes",
    "holiday_calendar",
    "learn_driver_effect",
    "learn_event_effects",
    "learned_crisis_risk",
    "queue_structure",
    "reconcile",
    "sample_events",
    "sample_history",
    "sample_volumes",
    "sum_by_group",
    "sum_history",
]
