"""Small planning cases that the tests of requests, values, frontier, scores and plots share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import ArrayLike, NDArray

from capacity import ReviewQueue, ReviewTeam, ServiceTarget
from forecasting import EventCalendar, VolumeForecast, VolumeHistory
from forecasting.volumes.frequency import Frequency
from optimization import Effect, OpexRequest, PlanningCase, planning_case
from optimization.quarter.config import PlanConfig
from optimization.quarter.inputs import PlanInputs
from optimization.quarter.manifest import manifest
from optimization.quarter.pack.charts import write_charts
from optimization.quarter.pack.contents import PackContents, pack_contents
from optimization.quarter.pack.page import write_page
from optimization.quarter.plan import plan_from_forecast
from optimization.quarter.run_facts import RunFacts
from optimization.value import value_sets

MONDAY = pd.Timestamp("2026-01-05")


@pytest.fixture(scope="session")
def make_forecast() -> Callable[..., VolumeForecast]:
    """Build a daily forecast from its paths, of shape (queues, paths, days), with a week of history before it."""

    def make(arrivals: ArrayLike, queues: Sequence[str] | None = None) -> VolumeForecast:
        paths = np.array(arrivals, dtype=np.float64)
        names = tuple(queues) if queues else tuple(f"q{row}" for row in range(len(paths)))
        history = VolumeHistory(
            queues=names,
            period_start=pd.date_range(MONDAY - pd.Timedelta(days=7), periods=7, freq="D"),
            frequency=Frequency.DAILY,
            items=np.tile(paths.mean(axis=(1, 2))[:, None], 7),
        )
        return VolumeForecast(
            queues=names,
            period_start=pd.date_range(MONDAY, periods=paths.shape[2], freq="D"),
            frequency=Frequency.DAILY,
            arrivals=paths,
            method=("given",) * len(names),
            seed=0,
            history=history,
        )

    return make


@pytest.fixture(scope="session")
def make_queue() -> Callable[..., ReviewQueue]:
    """Build a queue of 6-minute reviews, 90% of them within a day."""

    def make(name: str, *, share: float = 0.9, within_hours: float = 24.0, **changes: float) -> ReviewQueue:
        fields = {"handle_minutes": 6.0, **changes}
        return ReviewQueue(name=name, target=ServiceTarget(share=share, within_hours=within_hours), **fields)

    return make


@pytest.fixture(scope="session")
def make_team() -> Callable[..., ReviewTeam]:
    """Build a team of ten vendor heads of 30 productive hours a week, open round the clock."""

    def make(name: str, skills: dict[str, float], **changes: object) -> ReviewTeam:
        fields = {"heads": 10, "shrinkage": 0.25, "kind": "vendor", "cost_usd_per_head_week": 900.0, **changes}
        return ReviewTeam(name=name, site="Here", skills=skills, **fields)

    return make


@pytest.fixture(scope="session")
def make_effect() -> Callable[..., Effect]:
    """Build an effect of a certain size, or of a range (low, mode, high)."""

    def make(kind: str, size: float | tuple[float, float, float], *where: str) -> Effect:
        low, mode, high = size if isinstance(size, tuple) else (size, size, size)
        of_queues = kind in ("handle_time", "volume", "quality")
        team, queues = (None, where) if of_queues else (where[0], where[1:])
        return Effect(kind=kind, low=low, mode=mode, high=high, team=team, queues=queues)

    return make


@pytest.fixture(scope="session")
def make_request() -> Callable[..., OpexRequest]:
    """Build a request of some effects that costs 1,000 USD a week."""

    def make(name: str, *effects: Effect, **changes: object) -> OpexRequest:
        fields = {"title": f"Title of {name}", "owner": "Ops", "weekly_usd": 1_000.0, **changes}
        return OpexRequest(name=name, effects=effects, **fields)

    return make


@pytest.fixture(scope="session")
def random_forecast(make_forecast: Callable[..., VolumeForecast]) -> Callable[..., VolumeForecast]:
    """Draw a forecast whose paths differ in level and from day to day."""

    def make(n_queues: int, *, n_paths: int = 30, n_weeks: int = 4, items_a_day: float = 420.0, seed: int = 0):
        rng = np.random.default_rng(seed)
        level = items_a_day * rng.lognormal(0.0, 0.12, (n_queues, n_paths, 1))
        return make_forecast(rng.poisson(level * rng.lognormal(0.0, 0.1, (n_queues, n_paths, 7 * n_weeks))))

    return make


@pytest.fixture(scope="session")
def two_blocks(
    make_queue: Callable[..., ReviewQueue],
    make_team: Callable[..., ReviewTeam],
    make_effect: Callable[..., Effect],
    make_request: Callable[..., OpexRequest],
    random_forecast: Callable[..., VolumeForecast],
) -> Callable[..., PlanningCase]:
    """Build a case of two teams with two queues each, somewhat short of people, and six requests.

    Of the first team: more heads in part, a tool that a model needs. Of the second: seats or heads, not both, and a
    deflection.
    """

    def make(*, seed: int = 0, **changes: dict[str, object]) -> PlanningCase:
        queues = [make_queue(f"q{row}", severity=severity) for row, severity in enumerate((1.0, 3.0, 1.0, 0.5))]
        teams = [
            make_team("alpha", {"q0": 1.0, "q1": 0.8}, heads=20),
            make_team("beta", {"q2": 1.0, "q3": 1.0}, heads=18),
        ]
        options: dict[str, tuple[Effect, dict[str, object]]] = {
            "heads": (make_effect("heads", 4, "alpha"), {"weekly_usd": 3_700.0, "smallest_share": 0.25}),
            "tool": (make_effect("handle_time", (-0.08, -0.05, -0.02), "q0", "q1"), {"one_off_usd": 5_100.0}),
            "model": (make_effect("volume", (-0.2, -0.15, -0.1), "q1"), {"needs": ("tool",), "one_off_usd": 6_300.0}),
            "seats": (make_effect("seats", 3, "beta"), {"weekly_usd": 2_900.0, "excludes": ("hires",)}),
            "hires": (make_effect("heads", 2, "beta"), {"weekly_usd": 2_100.0, "start_week": 1}),
            "deflect": (make_effect("volume", -0.1, "q2"), {"one_off_usd": 4_400.0, "success_probability": 0.7}),
        }
        requests = [
            make_request(name, effect, **{"weekly_usd": 0.0, **fields, **changes.get(name, {})})
            for name, (effect, fields) in options.items()
        ]
        return planning_case(random_forecast(4, seed=seed), queues, teams, requests, probability=0.8, seed=seed)

    return make


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class EverySet:
    """All feasible sets of a case: shares funded, cost, severity-weighted late items and on-time share by path."""

    levels: NDArray[np.float64]
    cost: NDArray[np.float64]
    harm: NDArray[np.float64]
    share: NDArray[np.float64]


@pytest.fixture(scope="session")
def every_set() -> Callable[[PlanningCase], EverySet]:
    """Value every feasible set as a whole: rules one by one, all queues at once, no blocks and no dominance."""

    def make(case: PlanningCase) -> EverySet:
        requests = case.requests
        position = {request.name: i for i, request in enumerate(requests)}
        levels = np.array(
            [
                chosen
                for chosen in product(*[(0.0, *request.levels()) for request in requests])
                if all(
                    (level > 0 or not request.mandatory)
                    and (level == 0 or all(chosen[position[name]] > 0 for name in request.needs))
                    and (level == 0 or all(chosen[position[name]] == 0 for name in request.excludes))
                    for request, level in zip(requests, chosen, strict=True)
                )
            ]
        )
        severity = np.array([queue.severity for queue in case.queues])
        rows = range(len(case.queues))
        due, on_time, _ = value_sets(case, rows, levels)
        today, _, _ = value_sets(case, rows, np.zeros((1, len(requests))))
        harm = np.einsum("q,sqp->sp", severity, due - on_time)
        cost = [
            sum(request.cost_usd(case.n_weeks, level) for request, level in zip(requests, row, strict=True) if level)
            for row in levels
        ]
        share = np.maximum(0.0, 1.0 - harm / (severity @ today[0]))
        return EverySet(levels=levels, cost=np.array(cost), harm=harm.mean(axis=1), share=share)

    return make


@pytest.fixture(scope="session")
def make_contents() -> Callable[..., PackContents]:
    """Plan a case and put together what its pack is written from, as a run of a planning folder does."""

    def make(
        case: PlanningCase,
        *,
        budget_usd: float = 22_000.0,
        willingness_to_pay_usd: float | None = None,
        name: str = "Plan",
        note: str = "",
        previous: RunFacts | None = None,
    ) -> PackContents:
        decision = {"budget_usd": budget_usd, "willingness_to_pay_usd": willingness_to_pay_usd}
        plan = plan_from_forecast(case.forecast, case.queues, case.teams, case.requests, **decision)
        about = {"name": name, "weeks": case.n_weeks, "data_note": note}
        inputs = PlanInputs(
            config=PlanConfig.model_validate({"plan": about, "decision": decision}),
            history=case.forecast.history,
            queues=case.queues,
            teams=case.teams,
            requests=case.requests,
            team_options={},
            events=EventCalendar.of(()),
            files={},
        )
        return pack_contents(inputs, plan, manifest(inputs, plan, 0), previous)

    return make


# Titles that must come out as text: markup, a spreadsheet formula, a path, and 80 letters of several scripts.
HOSTILE = (
    "<script>alert('x')</script>",
    "=cmd|' /C calc'!A0",
    "../../etc/passwd & <b>bold</b>",
    "Überprüfung der Beiträge в очереди модерации Έλεγχος περιεχομένου für das Quartal",
)


@pytest.fixture(scope="session")
def hostile_contents(
    two_blocks: Callable[..., PlanningCase], make_contents: Callable[..., PackContents]
) -> PackContents:
    """The small plan with hostile titles, and a price on lateness."""
    names = ("heads", "tool", "model", "seats")
    changes = {name: {"title": title} for name, title in zip(names, HOSTILE, strict=True)}
    return make_contents(two_blocks(**changes), willingness_to_pay_usd=3.0, name="Q1 <plan>", note="Made up & small.")


@pytest.fixture(scope="session")
def page_file(hostile_contents: PackContents, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the small plan, with its charts beside it."""
    folder = tmp_path_factory.mktemp("pack")
    write_page(hostile_contents, write_charts(hostile_contents, folder / "charts"), folder / "page.html")
    return folder / "page.html"
