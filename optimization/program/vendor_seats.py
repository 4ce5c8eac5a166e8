"""Vendor seats: ordered and returned in steps, with commitment, lead time and notice, at tiered prices."""

from math import ceil, inf

from capacity import TierRule, VendorContract, least_seats
from optimization.program.head_response import MoveKind
from optimization.program.heads import add_head_rows
from optimization.program.outcome import SolveOutcome
from optimization.program.staffing_program import StaffingProgram, column

SEATS_ROUNDING = 1e-6  # seats that a solver may be off by


def add_vendor_seats(program: StaffingProgram) -> None:
    """State seats in force and their price for every team under a contract.

    Notes
    -----
    Seats are those of today plus steps ordered less steps returned; none comes before the lead time, none goes before
    the notice, and the commitment holds. They are split over price tiers, s = sum of t_i:

    - graduated prices: t_i fills up before t_(i+1) begins, width_i y_(i+1) <= t_i <= width_i y_i with y 0 or 1;
    - one price for all seats: one tier is chosen and holds them all.
    """
    for team, options in enumerate(program.case.options):
        if options.rules.contract is not None:
            _add_moves(program, team, options.rules.contract)
            add_head_rows(program, team)
            _add_limits(program, team, options.rules.contract)
            for week in range(program.case.n_weeks):
                _add_price(program, team, week, options.rules.contract)


def _most_seats(program: StaffingProgram, team: int, contract: VendorContract) -> int:
    if contract.most_seats is not None:
        return contract.most_seats
    case = program.case
    skill = case.skill[team]
    need = float(case.expected_work[skill > 0].sum(axis=0).max() / skill[skill > 0].min())
    seats = ceil(3.0 * need / case.teams[team].productive_hours_per_head) + contract.seats
    return ceil(seats / contract.step_seats) * contract.step_seats


def _add_moves(program: StaffingProgram, team: int, contract: VendorContract) -> None:
    most = _most_seats(program, team, contract) // contract.step_seats
    for move in program.case.response[team].moves:
        program.add_column(move.kind, team, move.week, upper=most, whole=True)


def _add_limits(program: StaffingProgram, team: int, contract: VendorContract) -> None:
    least = least_seats(contract, program.case.n_weeks)
    most = float(_most_seats(program, team, contract))
    for week in range(program.case.n_weeks):
        seats = {column("heads", team, week): 1.0}
        program.add_row("seats_least", team, week, terms=seats, lower=float(least[week]))
        program.add_row("seats_most", team, week, terms=seats, upper=most)
    # Who is returned was there when the plan began: the program lets no new seat go.
    returned = {
        column(move.kind, team, move.week): float(contract.step_seats)
        for move in program.case.response[team].moves
        if move.kind is MoveKind.RETURN
    }
    if returned:
        program.add_row("return_most", team, terms=returned, upper=float(contract.seats))


def _add_price(program: StaffingProgram, team: int, week: int, contract: VendorContract) -> None:
    tiers = contract.price_tiers
    most = float(_most_seats(program, team, contract))
    ends = [*(float(above) for above, _ in tiers[1:]), inf]
    parts, opens = [], []
    for tier, ((above, usd), end) in enumerate(zip(tiers, ends, strict=True)):
        width = min(end, most) - (above if contract.tier_rule is TierRule.GRADUATED else 0.0)
        parts.append(program.add_column("tier", team, week, tier, upper=max(width, 0.0), cost=usd))
        opens.append(program.add_column("tier_open", team, week, tier, upper=1.0, whole=True) if len(tiers) > 1 else "")
    total = {**dict.fromkeys(parts, 1.0), column("heads", team, week): -1.0}
    program.add_row("tiers", team, week, terms=total, lower=0.0, upper=0.0)
    if len(tiers) == 1:
        return
    for tier, ((above, _), end) in enumerate(zip(tiers, ends, strict=True)):
        part, is_open = parts[tier], opens[tier]
        if contract.tier_rule is TierRule.ALL_SEATS:
            # The price holds for seats above that number, so the next whole seat is the first.
            first = 0.0 if tier == 0 else above + 1.0
            program.add_row("tier_least", team, week, tier, terms={part: 1.0, is_open: -first}, lower=0.0)
            program.add_row("tier_most", team, week, tier, terms={part: 1.0, is_open: -min(end, most)}, upper=0.0)
        else:
            width = max(min(end, most) - above, 0.0)
            program.add_row("tier_most", team, week, tier, terms={part: 1.0, is_open: -width}, upper=0.0)
            if tier + 1 < len(tiers):
                full = {part: 1.0, opens[tier + 1]: -width}
                program.add_row("tier_full", team, week, tier, terms=full, lower=0.0)
    if contract.tier_rule is TierRule.ALL_SEATS:
        program.add_row("tier_one", team, week, terms=dict.fromkeys(opens, 1.0), lower=1.0, upper=1.0)


def open_tiers(program: StaffingProgram, outcome: SolveOutcome) -> dict[str, float]:
    """Whether each price tier is open at the seats of a plan, 0 or 1.

    Parameters
    ----------
    program
        As built.
    outcome
        With a plan; its seats need not be whole.

    Returns
    -------
    dict
        By name of the column; nothing for contracts of one price.
    """
    found = {}
    for team, options in enumerate(program.case.options):
        contract = options.rules.contract
        if contract is None or len(contract.price_tiers) == 1:
            continue
        for week in range(program.case.n_weeks):
            seats = outcome.value(column("heads", team, week))
            inside = [
                tier == 0 or seats > above + SEATS_ROUNDING for tier, (above, _) in enumerate(contract.price_tiers)
            ]
            last = max(tier for tier, is_inside in enumerate(inside) if is_inside)
            for tier, is_inside in enumerate(inside):
                is_open = is_inside if contract.tier_rule is TierRule.GRADUATED else tier == last
                found[column("tier_open", team, week, tier)] = float(is_open)
    return found
