"""The tables of a run folder, column by column: the one place that files, workbook and pages take their words from."""

from optimization.quarter.analysis_schema import ANALYSIS_SCHEMAS, FRONTIER_COLUMNS, REQUEST_COLUMNS
from optimization.quarter.staffing_schema import STAFFING_SCHEMAS
from optimization.quarter.table_schema import Column, TableSchema

_QUEUE = Column("queue", "name of the queue")
_TEAM = Column("team", "name of the team")
_REQUEST = Column("request", "name of the request")
_WEEK = Column("week", "first day of the week", kind="date")


def _number(name: str, unit: str, meaning: str) -> Column:
    return Column(name, meaning, unit, "number")


def _quantiles(name: str, unit: str, of: str, *percents: int) -> tuple[Column, ...]:
    return tuple(_number(f"{name}_p{p}", unit, f"{p}% quantile over futures of {of}") for p in percents)


RUN = TableSchema(
    name="run",
    rows="One row: the run itself and its headline figures, to tell runs apart once they are put together.",
    key=(),
    columns=(
        Column("plan", "title of the plan"),
        Column("first_day", "first day of the plan", kind="date"),
        Column("weeks", "length of the plan", "weeks", "integer"),
        Column("version", "version of opex-staffing"),
        Column("seed", "what makes the draws repeatable", kind="integer"),
        Column("futures", "joint draws of volumes and of the effects of requests", kind="integer"),
        _number("probability_wanted", "share", "with which each target is to be met"),
        _number(
            "willingness_to_pay_usd", "USD", "what avoiding a late item of severity 1 is worth; blank if not given"
        ),
        _number("budget_usd", "USD", "money for requests within the plan"),
        _number("requested_cost_usd", "USD", "cost of all asks that can go together"),
        _number("recommended_cost_usd", "USD", "cost of the recommended set"),
        _number("on_time_share_today", "share", "mean on-time share, weighted by severity, with nothing funded"),
        _number("on_time_share_recommended", "share", "the same with the recommended set"),
        *_quantiles("on_time_share_recommended", "share", "that share", 10, 90),
        _number("late_items_today", "items", "late items with nothing funded, mean over futures"),
        _number("late_items_recommended", "items", "late items with the recommended set, mean over futures"),
        _number("probability_all_targets_met", "share", "share of futures in which every queue meets its target"),
        Column("targets_met_today", "queues that meet their target with the wanted probability", "queues", "integer"),
        Column("targets_met_recommended", "the same with the recommended set", "queues", "integer"),
        Column("queues", "number of queues", "queues", "integer"),
        Column(
            "people_alone",
            "how the search for a plan of people alone ended: `OPTIMAL`, `TIME_LIMITED` or `INFEASIBLE`; or `NO_PLAN_` "
            "and how the solver ended, where it has none",
        ),
    ),
)

QUEUES = TableSchema(
    name="queues",
    rows="One row a queue, as the plan took it.",
    key=("queue",),
    columns=(
        _QUEUE,
        _number("target_share", "share", "share of items to be decided in time"),
        _number("target_hours", "h", "the time"),
        _number("severity", "", "harm of one late item relative to the others"),
        _number("handle_minutes", "min", "mean productive minutes of one review"),
        _number("reviews_per_item", "reviews", "human looks at one item"),
        _number("work_hours_per_item", "h", "standard work of one item, with quality checks and rework"),
        _number("backlog_items", "items", "items waiting when the plan starts"),
        Column("forecast_method", "what made the forecast, in words"),
    ),
)

TEAMS = TableSchema(
    name="teams",
    rows="One row a team, as the plan took it.",
    key=("team",),
    columns=(
        _TEAM,
        Column("site", "where it works"),
        Column("kind", "`in_house` or `vendor`"),
        _number("heads", "heads", "people at the start of the plan"),
        _number("paid_hours_per_week", "h", "paid hours of one head in a week"),
        _number("shrinkage", "share", "share of paid time not spent on reviews"),
        _number("cost_usd_per_head_week", "USD", "loaded cost of one head in a week"),
        _number("hire_lead_weeks", "weeks", "from approval until a new head starts"),
        _number("ramp_weeks", "weeks", "over which a new head grows to full output"),
        _number("weekly_attrition", "share", "share of heads that leave in a week"),
    ),
)

TEAM_SKILLS = TableSchema(
    name="team_skills",
    rows="One row a team and queue that it can serve.",
    key=("team", "queue"),
    refers_to={"team": "teams", "queue": "queues"},
    columns=(_TEAM, _QUEUE, _number("standard_work_per_hour", "", "hours of standard work done per hour given")),
)

REQUESTS = TableSchema(
    name="requests",
    rows="One row a request, in the order of the input.",
    key=("request",),
    columns=(
        _REQUEST,
        Column("title", "as in the input"),
        Column("owner", "as in the input"),
        Column("category", "as in the input"),
        Column("evidence", "what its figures rest on, as in the input"),
        Column("cost_centre", "as in the input"),
        _number("cost_usd", "USD", "cost of the whole request within the plan"),
        _number(
            "stand_alone_on_time_change",
            "share",
            "change of the on-time share by the request and what it needs, alone; mean over futures",
        ),
        _number(
            "marginal_on_time_change",
            "share",
            "the same on top of the rest of the recommended set, from which what needs it or excludes it is taken out",
        ),
        *_quantiles("marginal_on_time_change", "share", "the marginal change", 10, 90),
        _number(
            "marginal_cost_usd",
            "USD",
            "extra cost that goes with the marginal change: of the funded share, and of what comes and goes with it",
        ),
        _number(
            "late_items_avoided",
            "items",
            "late items avoided on top of the rest of the recommended set; negative where it adds some",
        ),
        _number(
            "cost_per_extra_on_time_item_usd",
            "USD/item",
            "`marginal_cost_usd` over `late_items_avoided`; blank where it avoids none",
        ),
        _number("cost_per_point_usd", "USD", "the same over percentage points of on-time share"),
        _number("asked_size", "heads", "heads or seats asked; blank for other requests"),
        _number("validated_size", "heads", "the least number that does for the targets what the whole ask does"),
        _number("funded_share", "share", "share of the request in the recommended set"),
        Column("verdict", "`fund`, `trim`, `defer` or `reject`"),
        Column("reason", "in words"),
        Column("mandatory", "whether it is funded whatever the budget", kind="boolean"),
        _number("approved_usd", "USD", "cost within the plan of what is funded; together the recommended cost"),
        *REQUEST_COLUMNS,
    ),
)

FRONTIER = TableSchema(
    name="frontier",
    rows="One row a set of requests, by rising cost: all sets that no other feasible set beats.",
    key=("point",),
    columns=(
        Column("point", "number of the set, from 0", kind="integer"),
        _number("cost_usd", "USD", "cost within the plan"),
        _number(
            "on_time_share_mean",
            "share",
            "mean over futures of the on-time share over all queues, weighted by severity and today's volume",
        ),
        *_quantiles("on_time_share", "share", "that share", 10, 90),
        _number("late_items", "items", "late items of all queues, mean over futures"),
        _number(
            "breach_usd", "USD", "late items x severity x willingness to pay, mean over futures; blank without one"
        ),
        _number("probability_all_targets_met", "share", "share of futures in which every queue meets its target"),
        _number("freed_hours", "h", "hours of today's people that nothing needs any more, mean over futures"),
        _number(
            "on_time_share_bound",
            "share",
            "no set of that cost or less has a higher mean on-time share; equal to it where the frontier is exact",
        ),
        Column("requests", 'names, parted by "; ", with the share where it is not 1'),
        Column("within_budget", "whether the budget allows it", kind="boolean"),
        Column("recommended", "whether it is the recommended set", kind="boolean"),
        *FRONTIER_COLUMNS,
    ),
)

FRONTIER_REQUESTS = TableSchema(
    name="frontier_requests",
    rows="One row a set of the frontier and request that it funds.",
    key=("point", "request"),
    refers_to={"point": "frontier", "request": "requests"},
    columns=(
        Column("point", "number of the set", kind="integer"),
        _REQUEST,
        _number("funded_share", "share", "share of the request that the set funds"),
    ),
)

BRIDGE = TableSchema(
    name="bridge",
    rows=(
        "One row a funded request, from today to the recommended set: mandatory requests first, then the one that adds "
        "most for its cost on top of those before it. In another order single steps would differ; their sum would not."
    ),
    key=("step",),
    refers_to={"request": "requests"},
    columns=(
        Column("step", "place in the order, from 1", kind="integer"),
        _REQUEST,
        _number("funded_share", "share", "share that is funded"),
        _number("cost_usd", "USD", "cost of that share"),
        _number("on_time_change", "share", "change of the mean on-time share; negative for one that adds work"),
        _number("cost_so_far_usd", "USD", "cost of this step and those before it"),
        _number("on_time_share_so_far", "share", "mean on-time share after this step"),
    ),
)

SERVICE = TableSchema(
    name="service",
    rows="One row a staffing and queue.",
    key=("staffing", "queue"),
    refers_to={"queue": "queues"},
    columns=(
        Column("staffing", "`today` (nothing funded) or `recommended`"),
        _QUEUE,
        _number("target_share", "share", "share of items to be decided in time"),
        _number("target_hours", "h", "the time"),
        _number("on_time_share_mean", "share", "mean over futures of the on-time share of the whole plan"),
        *_quantiles("on_time_share", "share", "that share", 10, 90),
        _number("probability_target_met", "share", "share of futures in which the on-time share reaches the target"),
        _number("items_due_mean", "items", "items whose deadline falls inside the plan, mean over futures"),
        _number("late_items_mean", "items", "those of them that were late, mean over futures"),
        _number("backlog_end_items", "items", "items that wait when the plan ends, mean over futures"),
    ),
)

STAFFING = TableSchema(
    name="staffing",
    rows=(
        "One row a team and week. One FTE is 40 paid hours a week at the shrinkage of the team; heads that are still "
        "learning count by their output. Requests that lower volume or handling time do not lower `needed_fte`; their "
        "effect is in the table of service."
    ),
    key=("team", "week"),
    refers_to={"team": "teams"},
    columns=(
        _TEAM,
        _WEEK,
        _number(
            "needed_fte",
            "FTE",
            "what today's targets, volumes and handling times need, shared among teams as they would share their hours",
        ),
        _number("available_fte", "FTE", "what today's heads give; who leaves is not replaced"),
        _number("planned_fte", "FTE", "what they and the recommended requests give"),
    ),
)

FORECAST = TableSchema(
    name="forecast",
    rows="One row a queue and period. Quantiles of single periods must not be added up over periods or queues.",
    key=("queue", "date"),
    refers_to={"queue": "queues"},
    columns=(
        _QUEUE,
        Column("date", "start of the period", kind="date"),
        _number("items_mean", "items", "mean arrivals"),
        *_quantiles("items", "items", "the arrivals of this one period", 10, 50, 90),
    ),
)

FORECAST_WEEKLY = TableSchema(
    name="forecast_weekly",
    rows="One row a queue and week of the plan. Means add up; quantiles are of the week of this queue and do not.",
    key=("queue", "week"),
    refers_to={"queue": "queues"},
    columns=(
        _QUEUE,
        _WEEK,
        _number("items_mean", "items", "mean arrivals of the week"),
        *_quantiles("items", "items", "the arrivals of the week", 10, 50, 90),
    ),
)

FORECAST_TOTAL = TableSchema(
    name="forecast_total",
    rows="One row a week of the plan: all queues together, with quantiles of their sum.",
    key=("week",),
    columns=(
        _WEEK,
        _number("items_mean", "items", "mean arrivals of all queues"),
        *_quantiles("items", "items", "the arrivals of all queues", 10, 50, 90),
    ),
)

DATA_FINDINGS = TableSchema(
    name="data_findings",
    rows="One row a finding on the volumes that the forecast rests on, the gravest first.",
    key=("finding",),
    columns=(
        Column("finding", "number of the finding, from 1", kind="integer"),
        Column("severity", "`problem`, `warning` or `note`"),
        Column("code", "what was found, in a word"),
        Column("queue", "name of the queue; `all` where it is of all"),
        Column("date", "first period", kind="date"),
        Column("end", "last period", kind="date"),
        _number("found", "", "items, shares or periods, as the sentence says"),
        _number("expected", "", "what would be usual, in the same unit; blank where nothing is"),
        Column("sentence", "in words"),
    ),
)

# In the order of the pages; every table of `run_tables` must be here.
SCHEMAS = {
    schema.name: schema
    for schema in (
        RUN,
        REQUESTS,
        FRONTIER,
        FRONTIER_REQUESTS,
        BRIDGE,
        SERVICE,
        STAFFING,
        FORECAST,
        FORECAST_WEEKLY,
        FORECAST_TOTAL,
        QUEUES,
        TEAMS,
        TEAM_SKILLS,
        DATA_FINDINGS,
        *STAFFING_SCHEMAS,
        *ANALYSIS_SCHEMAS,
    )
}
