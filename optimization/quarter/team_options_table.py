"""Columns of the table of teams that say what a plan of people may do with a team."""

from capacity import OvertimeRule, ReviewTeam, SupplyRules
from optimization.program.team_options import USUAL_OVERTIME_SHARE, TeamOptions
from optimization.quarter.input_table import MOST_HEADS, MOST_USD, MOST_WEEKS, Row

STAFFING_COLUMNS = (
    "overtime_hours_per_head_week",
    "overtime_pay_multiple",
    "most_hires_per_week",
    "smallest_class",
    "part_time_hours_per_week",
    "hire_cost_usd",
    "most_releases_per_week",
    "release_cost_usd",
    "notice_weeks",
    "most_heads",
    "cost_centre",
)


def read_team_options(row: Row, team: ReviewTeam) -> TeamOptions:
    """Read what may be decided for one team.

    Parameters
    ----------
    row
        Of the table of teams.
    team
        The team that it describes.

    Returns
    -------
    TeamOptions
        As for `TeamOptions.usual` where cells are blank.
    """
    usual = round(USUAL_OVERTIME_SHARE * team.paid_hours_per_week, 1)
    hours = row.number("overtime_hours_per_head_week", default=usual, most=80.0, stand_in=0.0)
    overtime = OvertimeRule(
        most_hours_per_head_week=hours,
        pay_multiple=row.number("overtime_pay_multiple", default=1.5, least=1.0, most=10.0),
    )
    most_hires = row.whole("most_hires_per_week", most=MOST_HEADS) if row.has("most_hires_per_week") else None
    smallest = row.whole("smallest_class", default=1, least=1, most=MOST_HEADS)
    if most_hires and smallest > most_hires:
        row.note("smallest_class", f"give at most the {most_hires} of most_hires_per_week")
        smallest = most_hires
    part_time, most_releases = None, row.whole("most_releases_per_week", default=0, most=MOST_HEADS)
    if row.has("part_time_hours_per_week"):
        part_time = row.number("part_time_hours_per_week", least=1.0, most=team.paid_hours_per_week)
    most_heads = row.number("most_heads", most=MOST_HEADS, stand_in=team.heads) if row.has("most_heads") else None
    if most_heads is not None and most_heads < team.heads and most_releases == 0:
        row.note("most_heads", f"give at least the {team.heads:g} heads, or allow releases by most_releases_per_week")
        most_heads = None
    return TeamOptions(
        rules=SupplyRules(
            overtime=overtime if hours > 0 else None,
            hire_cost_usd=row.number("hire_cost_usd", default=0.0, most=MOST_USD),
            release_cost_usd=row.number("release_cost_usd", default=0.0, most=MOST_USD),
        ),
        most_hires_per_week=most_hires,
        smallest_class=smallest,
        part_time_hours_per_week=part_time,
        most_releases_per_week=most_releases,
        notice_weeks=row.whole("notice_weeks", default=4, most=MOST_WEEKS),
        most_heads=most_heads,
        cost_centre=row.cells.get("cost_centre", ""),
    )
