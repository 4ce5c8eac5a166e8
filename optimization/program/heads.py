"""Heads and their hours: hires in classes, part-time hires and releases, with lead time, ramp and attrition."""

import math

from optimization.program.head_response import MoveKind
from optimization.program.staffing_program import StaffingProgram, column

# Nobody hires more in one week than this many times what all queues of the team need.
MOST_TIMES_NEED = 3.0


def add_heads(program: StaffingProgram) -> None:
    """State heads, hours and cost of every team by week.

    Notes
    -----
    With h the heads, r the productive hours, m whole numbers of moves and delta their responses
    (`optimization.program.head_response`):

        h[k, w] = h0[k, w] + sum over moves of delta_h[w] m,     r[k, w] = r0[k, w] + sum of delta_r[w] m.

    Hires start in classes, n y <= m <= N y with y 0 or 1; who is let go was there when the plan began; a team has no
    more heads than its desks.
    """
    for team, response in enumerate(program.case.response):
        options = program.case.options[team]
        for move in response.moves:
            if move.kind in (MoveKind.ORDER, MoveKind.RETURN):
                continue
            most = options.most_releases_per_week if move.kind is MoveKind.RELEASE else _most_hires(program, team)
            program.add_column(move.kind, team, move.week, upper=most, whole=True, cost=float(move.cost_usd.sum()))
        _add_classes(program, team)
        _add_releases(program, team)
    for team in range(len(program.case.teams)):
        if program.case.options[team].rules.contract is None:
            add_head_rows(program, team)


def add_head_rows(program: StaffingProgram, team: int) -> None:
    """State heads and hours of one team as sums over its moves.

    Parameters
    ----------
    program
        Holds the columns of the moves.
    team
        Number of the team.
    """
    response = program.case.response[team]
    most = program.case.options[team].most_heads
    for week in range(program.case.n_weeks):
        heads = program.add_column("heads", team, week, upper=most)
        hours = program.add_column("hours", team, week)
        moves = [(column(move.kind, team, move.week), move) for move in response.moves]
        for name, base, change in (
            (heads, response.heads, {move: float(of.heads[week]) for move, of in moves}),
            (hours, response.hours, {move: float(of.hours[week]) for move, of in moves}),
        ):
            terms = {name: 1.0, **{move: -value for move, value in change.items()}}
            program.add_row(f"count_{name}", terms=terms, lower=float(base[week]), upper=float(base[week]))


def _most_hires(program: StaffingProgram, team: int) -> int:
    case = program.case
    most = case.options[team].most_hires_per_week
    if most is not None:
        return most
    need = float(case.expected_work[case.skill[team] > 0].sum(axis=0).max())
    skill = float(case.skill[team][case.skill[team] > 0].min())
    return math.ceil(MOST_TIMES_NEED * need / skill / case.teams[team].productive_hours_per_head) + 1


def _add_classes(program: StaffingProgram, team: int) -> None:
    smallest = program.case.options[team].smallest_class
    if smallest == 1:
        return
    most = float(_most_hires(program, team))
    for week in range(program.case.n_weeks):
        starts = [
            name
            for kind in (MoveKind.HIRE, MoveKind.PART_TIME)
            if (name := column(kind, team, week)) in program.variables
        ]
        if starts:
            opens = program.add_column("class", team, week, upper=1.0, whole=True)
            in_class = dict.fromkeys(starts, 1.0)
            program.add_row("class_least", team, week, terms={**in_class, opens: -float(smallest)}, lower=0.0)
            program.add_row("class_most", team, week, terms={**in_class, opens: -most * len(starts)}, upper=0.0)


def _add_releases(program: StaffingProgram, team: int) -> None:
    response = program.case.response[team]
    gone = [(column(move.kind, team, move.week), move) for move in response.moves if move.kind is MoveKind.RELEASE]
    for week in range(program.case.n_weeks) if gone else ():
        terms = {name: -float(move.heads[week]) for name, move in gone if move.week <= week}
        if any(terms.values()):
            program.add_row("release_most", team, week, terms=terms, upper=float(response.today_heads[week]))
