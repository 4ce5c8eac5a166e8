"""A plan beside the policies that it should beat, and beside perfect foresight, on the same paths."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from capacity import ServiceOutcome
from capacity.expected_service import expected_service
from forecasting import VolumeForecast
from forecasting.charts.chart_style import money
from optimization.plan.staffing_plan import StaffingPlan
from optimization.policies.carried_out import CarriedOut, carried_out
from optimization.policies.erlang_on_mean import erlang_on_mean
from optimization.policies.last_quarter import last_quarter_plus
from optimization.policies.newsvendor import newsvendor
from optimization.policies.perfect_foresight import perfect_foresight
from optimization.program.policies import Policies
from optimization.program.staffing_case import staffing_case
from optimization.program.team_options import TeamOptions

FloatArray = NDArray[np.float64]

PLAN = "plan"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class PolicyComparison:
    """What the plan and each policy cost and give on the same paths.

    Attributes
    ----------
    names
        The plan first.
    mean_heads : ndarray of shape (n_policies,)
        Heads of all teams, averaged over weeks. [heads]
    staffing_usd : ndarray of shape (n_policies,)
        Cost of all staffing within the plan. [USD]
    on_time_share : ndarray of shape (n_policies,)
        Of all items due on all paths, weighted by severity. [-]
    least_probability_met : ndarray of shape (n_policies,)
        Share of paths on which the target is met, of the queue where that is lowest. [-]
    late_usd : ndarray of shape (n_policies, n_paths)
        Worth of the items that are late: price x severity x items. [USD]
    foresight_paths : ndarray of int
        Paths on which perfect foresight was worked out.
    foresight_usd : ndarray of shape (n_foresight_paths,)
        Least cost of staffing and late items where the path is known in advance. [USD]

    Examples
    --------
    The plan costs 100 USD more of staffing than another policy, and 300 USD less in late items.

    >>> found = PolicyComparison(names=("plan", "last quarter"), mean_heads=np.array([5.0, 4.0]),
    ...                          staffing_usd=np.array([1000.0, 900.0]), on_time_share=np.array([0.95, 0.8]),
    ...                          least_probability_met=np.array([0.9, 0.2]), late_usd=np.array([[100.0], [400.0]]),
    ...                          foresight_paths=np.array([0]), foresight_usd=np.array([1050.0]))
    >>> found.gain_of_plan_usd.tolist(), found.regret_usd.tolist()
    ([0.0, 200.0], [50.0, 250.0])
    """

    names: tuple[str, ...]
    mean_heads: FloatArray
    staffing_usd: FloatArray
    on_time_share: FloatArray
    least_probability_met: FloatArray
    late_usd: FloatArray
    foresight_paths: NDArray[np.intp]
    foresight_usd: FloatArray

    def __post_init__(self) -> None:
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)

    @property
    def total_usd(self) -> FloatArray:
        """Mean cost of staffing and late items, of shape (n_policies,) [USD]."""
        return np.asarray(self.staffing_usd + self.late_usd.mean(axis=1))

    @property
    def regret_usd(self) -> FloatArray:
        """Mean cost above perfect foresight on its paths, of shape (n_policies,): the most that knowing could save."""
        known = self.staffing_usd[:, None] + self.late_usd[:, self.foresight_paths]
        return np.asarray((known - self.foresight_usd).mean(axis=1))

    @property
    def gain_of_plan_usd(self) -> FloatArray:
        """How much less the plan costs, lateness included, than each policy, of shape (n_policies,) [USD]."""
        return np.asarray(self.total_usd - self.total_usd[0])

    def to_frame(self) -> pd.DataFrame:
        """Return one row a policy, the plan first: heads, cost, service, regret, and what the plan gains on it."""
        return pd.DataFrame(
            {
                "policy": self.names,
                "mean_heads": self.mean_heads,
                "staffing_usd": self.staffing_usd,
                "on_time_share": self.on_time_share,
                "least_probability_met": self.least_probability_met,
                "late_usd": self.late_usd.mean(axis=1),
                "total_usd": self.total_usd,
                "regret_usd": self.regret_usd,
                "gain_of_plan_usd": self.gain_of_plan_usd,
            }
        )

    def summary(self) -> str:
        """Say what the plan gains on each policy, and what perfect foresight could save at most."""
        gains = [
            f"{money(abs(gain))} {'less' if gain >= 0 else 'more'} than {name}"
            for name, gain in zip(self.names[1:], self.gain_of_plan_usd[1:], strict=True)
        ]
        return (
            f"Staffing and late items of the plan cost {money(float(self.total_usd[0]))}: {', '.join(gains)}; knowing "
            f"the volumes in advance could save {money(max(0.0, float(self.regret_usd[0])))} at most."
        )


def compare_policies(
    plan: StaffingPlan,
    forecast: VolumeForecast,
    *,
    late_cost_usd: float,
    growth: float = 0.05,
    options: Mapping[str, TeamOptions] | None = None,
    policies: Policies | None = None,
    n_foresight_paths: int = 20,
) -> PolicyComparison:
    """Value a plan and the policies that it should beat by the same service models on the same paths.

    Parameters
    ----------
    plan
        Of `plan_staffing`.
    forecast
        The one that it was made from.
    late_cost_usd : float
        Worth of deciding one item of severity 1 in time; it makes money and service one figure. [USD]
    growth : float
        Of the policy "last quarter and a part more". [-]
    options, policies
        As in `plan_staffing`: what teams may do also holds for the policies.
    n_foresight_paths : int
        Paths, evenly spread, on which perfect foresight is worked out, by a linear program each.

    Returns
    -------
    PolicyComparison

    Raises
    ------
    ValueError
        If the plan is not of this forecast, or a number lies outside its range.

    Notes
    -----
    A policy says which heads it wants; `optimization.policies.carried_out` hires towards them with the lead times,
    ramps, classes and attrition of the teams. Foresight decides everything that the plan may decide. Its cost is a
    bound, so the regret stated is at least the true one. A plan that keeps a target with a probability is not the plan
    of least total cost at any price of lateness: a policy that staffs more may cost less in total; the table says so.

    Examples
    --------
    >>> from capacity import ReviewQueue, ReviewTeam
    >>> from optimization import PriceOfLateness, plan_staffing
    >>> import pandas as pd
    >>> from capacity import ServiceTarget
    >>> from forecasting import VolumeHistory, forecast_volumes
    >>> days = pd.date_range("2026-01-05", periods=70)
    >>> frame = pd.DataFrame({"queue": "ads", "date": days, "items": [180, 260] * 35})
    >>> forecast = forecast_volumes(VolumeHistory.from_frame(frame), horizon=14, n_paths=10)
    >>> queue = ReviewQueue(name="ads", handle_minutes=6, target=ServiceTarget(share=0.9, within_hours=48))
    >>> team = ReviewTeam(name="a", site="x", kind="in_house", heads=5, shrinkage=0.25, skills={"ads": 1.0},
    ...                   cost_usd_per_head_week=900, hire_lead_weeks=1, ramp_weeks=1)
    >>> target = PriceOfLateness(usd_per_item=20)
    >>> plan = plan_staffing(forecast, [queue], [team], target=target, simulated_items=0)
    >>> found = compare_policies(plan, forecast, late_cost_usd=20, n_foresight_paths=2)
    >>> found.names
    ('plan', 'last quarter +5%', 'Erlang on the mean', 'newsvendor by queue')
    >>> bool((found.gain_of_plan_usd >= 0).all()), bool(found.regret_usd[0] >= 0)
    (True, True)
    """
    if plan.hours.shape[1:] != (len(forecast.queues), plan.heads.shape[1]) or forecast.queues != tuple(
        queue.name for queue in plan.queues
    ):
        raise ValueError(
            f"plan must be of this forecast, with queues {forecast.queues}; it plans for "
            f"{tuple(queue.name for queue in plan.queues)}"
        )
    if not 0.0 < late_cost_usd < np.inf:
        raise ValueError(f"late_cost_usd must be above 0; found {late_cost_usd!r}")
    if not n_foresight_paths >= 1:
        raise ValueError(f"n_foresight_paths must be 1 or more; found {n_foresight_paths!r}")
    queues, teams = plan.queues, plan.teams
    case = staffing_case(forecast, queues, teams, options=options, policies=policies)
    wanted = {
        f"last quarter {growth:+.0%}": last_quarter_plus(teams, case.n_weeks, growth=growth),
        "Erlang on the mean": erlang_on_mean(forecast, queues, teams),
        "newsvendor by queue": newsvendor(forecast, queues, teams, late_cost_usd=late_cost_usd),
    }
    found = {
        PLAN: CarriedOut(
            heads=plan.heads,
            hours=plan.hours,
            cost_usd=plan.cost_usd,
            service=expected_service(forecast, queues, teams, allocation=plan.hours),
        ),
        **{name: carried_out(case, heads) for name, heads in wanted.items()},
    }
    n_known = min(n_foresight_paths, forecast.n_paths)
    paths = ((np.arange(n_known) + 0.5) / n_known * forecast.n_paths).astype(np.intp)
    severity = np.array([queue.severity for queue in queues])
    outcomes = list(found.values())
    return PolicyComparison(
        names=tuple(found),
        mean_heads=np.array([outcome.heads.sum(axis=0).mean() for outcome in outcomes]),
        staffing_usd=np.array([outcome.cost_usd for outcome in outcomes]),
        on_time_share=np.array([_share(outcome.service, severity) for outcome in outcomes]),
        least_probability_met=np.array([outcome.service.probability_met.min() for outcome in outcomes]),
        late_usd=np.stack(
            [late_cost_usd * (severity @ (outcome.service.due - outcome.service.on_time)) for outcome in outcomes]
        ),
        foresight_paths=paths,
        foresight_usd=perfect_foresight(case, late_cost_usd=late_cost_usd, paths=paths.tolist()),
    )


def _share(service: ServiceOutcome, severity: FloatArray) -> float:
    due = float((severity @ service.due).sum())
    return float((severity @ service.on_time).sum()) / due if due > 0 else 1.0
