"""Heads needed for the opening hours: tours of whole shifts that cover what each interval of the week requires."""

from optimization.shifts.cover import UncoveredIntervalsError, cover_shifts
from optimization.shifts.library import ShiftLibrary, shift_library, work_day_patterns
from optimization.shifts.plan import PlacedBreak, ShiftPlan
from optimization.shifts.rostered_staffing import RosteredPlan, rostered_staffing
from optimization.shifts.team_roster import TeamRoster, team_roster
from optimization.shifts.tour import Break, Tour

__all__ = [
    "Break",
    "PlacedBreak",
    "RosteredPlan",
    "ShiftLibrary",
    "ShiftPlan",
    "TeamRoster",
    "Tour",
    "UncoveredIntervalsError",
    "cover_shifts",
    "rostered_staffing",
    "shift_library",
    "team_roster",
    "work_day_patterns",
]
