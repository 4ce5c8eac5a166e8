"""Sentences on what stands behind a recommendation: people alone, the cost of all targets, and close calls."""

from __future__ import annotations

from forecasting.charts.chart_style import money, percent
from optimization.program.outcome import SolveStatus
from optimization.quarter.pack.phrases import counted, in_words, listed
from optimization.quarter.plan import QuarterPlan

# A request is a close call if between so many of the redraws of the futures would fund it. [-]
CLOSE_CALL = (0.1, 0.9)


def all_targets_in_words(plan: QuarterPlan) -> tuple[str, ...]:
    """Say what it would take to meet every target: by requests, and by people alone.

    Parameters
    ----------
    plan
        What a run found.

    Returns
    -------
    tuple of str
        Sentences; of the requests only if there are any.
    """
    return (*_by_requests(plan), *_by_people(plan))


def no_people_alone(plan: QuarterPlan) -> str:
    """Say that there is no plan of people alone, and why.

    Parameters
    ----------
    plan
        What a run found, without such a plan.

    Returns
    -------
    str
        One sentence.
    """
    return (
        "What people alone, without any request, would take is not known: there is no such plan, as "
        f"{plan.people_alone.why_none()}."
    )


def _by_requests(plan: QuarterPlan) -> list[str]:
    found = plan.analysis.target_set
    wanted = percent(plan.requirement.probability, 0)
    if not plan.scorecard.scores:
        return []
    if found is None:
        best = sorted((chance, in_words(name)) for name, chance in plan.analysis.best_probability.items())
        names = listed([f"{name} ({percent(chance, 0)})" for chance, name in best], most=4)
        which = "No set of the requests" if plan.values.is_complete else "None of the sets of requests that were valued"
        short = f"{which} gives every queue a chance of {wanted} to meet its target"
        return [f"{short}; the best that these can reach: {names}."]
    if (found.levels == plan.recommended.levels).all():
        valued = "" if found.every_set_valued else " that was valued"
        return [f"No cheaper set of requests{valued} meets every target."] if found.cost_usd > 0 else []
    meeting = f"Meeting every target with a chance of {wanted} by requests"
    if not found.every_set_valued:
        return [f"{meeting} would cost {money(found.cost_usd)} with the cheapest of the sets that were valued."]
    return [f"{meeting} would cost at least {money(found.cost_usd)}."]


def _by_people(plan: QuarterPlan) -> list[str]:
    """What people alone would cost, and what the solver proved of that."""
    alone = plan.staffing_plan
    if alone is None:
        return [no_people_alone(plan)]
    extra = alone.extra_cost_usd
    more = f"{money(abs(extra))} {'more' if extra >= 0 else 'less'} than today's staffing"
    hires = f", with {counted(round(alone.heads_hired), 'hire')}" if alone.heads_hired >= 0.5 else ""
    if alone.status is SolveStatus.INFEASIBLE:
        gives = listed([f"{one.sentence()}" for one in alone.relaxations], most=3)
        what = f" unless one were to {in_words(gives)}" if alone.relaxations else ""
        return [
            f"People alone, without any request, cannot meet every target{what}; with that they cost {more}{hires}."
        ]
    missed = [in_words(one.queue) for one in alone.service if not one.meets_target]
    if missed:
        # The program found a plan, but the service models, on all futures, say that it is not enough.
        nearest = f"The nearest to every target by people alone, without any request, would cost {more}{hires}"
        kept = f"{len(alone.service) - len(missed)} of {counted(len(alone.service), 'target')}"
        sentence = f"{nearest}, and keeps {kept}; missed: {listed(missed, most=4)}."
    elif money(extra) == "$0" and not hires:
        sentence = "Today's people meet every target without any request."
    else:
        sentence = f"Meeting every target by people alone, without any request, would cost {more}{hires}."
    if alone.status is SolveStatus.TIME_LIMITED:
        return [f"{sentence} The search for it was stopped: it may be had for up to {percent(alone.gap)} less."]
    return [sentence]


def close_calls_in_words(plan: QuarterPlan) -> tuple[str, ...]:
    """Name the requests that other draws of the futures would decide on otherwise, nearest to even first.

    Parameters
    ----------
    plan
        What a run found.

    Returns
    -------
    tuple of str
        One sentence, or none.
    """
    firm = plan.analysis.robustness
    calls = sorted(
        (abs(float(share) - 0.5), in_words(name), float(share), bool(funded))
        for name, share, funded in zip(firm.requests, firm.chosen_on_resamples, firm.recommended, strict=True)
        if CLOSE_CALL[0] < share < CLOSE_CALL[1]
    )
    if not calls:
        return ()
    names = [
        f"{name} ({'funded' if funded else 'not funded'}; in {percent(share, 0)})" for _, name, share, funded in calls
    ]
    return (
        f"Close calls, by how often the same analysis on redrawn futures would fund them: {listed(names, most=4)}.",
    )
