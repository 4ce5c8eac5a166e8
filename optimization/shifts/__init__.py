"""Heads needed for the opening hours: tours of whole shifts that cover what each interval of the week requires."""

from optimization.shifts.cover import UncoveredIntervalsError, cover_shifts
from optimization.shifts.library import ShiftLibrary, shift_library, work_day_patterns
from optimization.shifts.plan import PlacedBreak, ShiftPlan
from optimization.shifts.tour import Break, Tour

__all__ = [
    "Break",
    "PlacedBreak",
    "ShiftLibrary",
    "ShiftPlan",
    "Tour",
    "UncoveredIntervalsError",
    "cover_shifts",
    "shift_library",
    "work_day_patterns",
]
