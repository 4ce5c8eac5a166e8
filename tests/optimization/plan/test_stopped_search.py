"""A search that is stopped says so in the plan, and one that is stopped before any plan raises."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from optimization import SolverLimitError, SolveStatus, plan_staffing
from optimization.program import cut_rounds
from optimization.program.outcome import SolveOutcome
from optimization.program.solver import ProgramSolver

Make = Callable[..., object]


@pytest.fixture(scope="module")
def records(make_queue: Make, make_team: Make, random_forecast: Make) -> dict[str, object]:
    fields = {"weekly_attrition": 0.02, "hire_lead_weeks": 1, "ramp_weeks": 2}
    return {
        "forecast": random_forecast(3, n_paths=20, n_weeks=4, items_a_day=300.0),
        "queues": [make_queue("q0"), make_queue("q1", within_hours=48.0), make_queue("q2", within_hours=72.0)],
        "teams": [
            make_team("alpha", {"q0": 1.0, "q1": 0.9}, heads=9, **fields),
            make_team("beta", {"q1": 1.0, "q2": 1.0}, heads=8, cost_usd_per_head_week=830.0, **fields),
        ],
    }


def test_a_stopped_search_gives_its_plan_its_status_and_its_gap(
    records: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    proven = plan_staffing(**records, simulated_items=0, most_rounds=1)
    assert proven.status is SolveStatus.OPTIMAL
    # The first plan found ends each search: what a time limit does, at the same plan on every machine.
    monkeypatch.setitem(cut_rounds.OPTIONS, "mip_max_improving_sols", 1)
    stopped = plan_staffing(**records, simulated_items=0, most_rounds=1)
    assert stopped.status is SolveStatus.TIME_LIMITED
    assert 0.0 < stopped.gap < float("inf")
    # What it says of the gap is true: no plan of the same program is cheaper by more.
    assert proven.extra_cost_usd >= (1.0 - stopped.gap) * stopped.extra_cost_usd - 1.0


def test_a_search_that_is_stopped_before_any_plan_raises_with_its_outcome(
    records: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    solve = ProgramSolver.solve

    # However short the limit, the solver finds a plan now and then before it looks at the clock.
    def out_of_time(solver: ProgramSolver, *, integers: bool = True, **limit: float | None) -> SolveOutcome:
        outcome = solve(solver, integers=integers, **limit)
        nothing = {"status": SolveStatus.TIME_LIMITED, "solver_status": "Time limit reached", "values": None}
        return replace(outcome, **nothing) if integers else outcome

    monkeypatch.setattr(ProgramSolver, "solve", out_of_time)
    with pytest.raises(SolverLimitError, match=r"ended TIME_LIMITED .* without a plan; stopped at a limit") as raised:
        plan_staffing(**records, simulated_items=0)
    assert raised.value.outcome.status is SolveStatus.TIME_LIMITED
    assert raised.value.outcome.values is None
