"""The tables of the plan of people, column by column."""

from optimization.quarter.table_schema import Column, TableSchema


def _number(name: str, unit: str, meaning: str) -> Column:
    return Column(name, meaning, unit, "number")


STAFFING_PLAN = TableSchema(
    name="staffing_plan",
    rows=(
        "One row a team and week: the cheapest staffing from today's on that meets every target by people alone, "
        "without any request. It is the yardstick for the asks. No rows, as in the two tables after it, where the "
        "solver ended without any plan: `people_alone` of run.csv says how."
    ),
    key=("team", "week"),
    refers_to={"team": "teams"},
    columns=(
        Column("team", "name of the team"),
        Column("week", "first day of the week", kind="date"),
        _number("heads", "heads", "people there, after those who leave"),
        _number("hires", "heads", "full-time heads that start in the week"),
        _number("part_time_hires", "heads", "part-time heads that start in the week"),
        _number("releases", "heads", "heads that are gone when the week begins"),
        _number("overtime_hours", "h", "paid overtime"),
        _number("seats", "seats", "vendor seats under contract; 0 for teams paid by the head"),
        _number("needed_hours", "h", "productive hours of work that the cheapest plan puts with the team"),
        _number("productive_hours", "h", "productive hours that it has, overtime included"),
        _number("cost_usd", "USD", "cost of the team in the week"),
    ),
)

STAFFING_PLAN_SERVICE = TableSchema(
    name="staffing_plan_service",
    rows="One row a queue: what the plan of people promises, what the service models and the simulation find of it.",
    key=("queue",),
    refers_to={"queue": "queues"},
    columns=(
        Column("queue", "name of the queue"),
        _number("target_share", "share", "share of items to be decided in time"),
        _number("target_hours", "h", "the time"),
        _number("promised_share", "share", "on-time share that the plan promises"),
        _number("promised_probability", "share", "share of futures for which it promises that"),
        _number("evaluated_share", "share", "mean on-time share over all futures by the service models"),
        _number("evaluated_probability", "share", "share of all futures that reach the target by the service models"),
        _number("simulated_share", "share", "mean on-time share by simulation, item by item"),
        _number("simulated_low", "share", "lower end of its 95% interval"),
        _number("simulated_high", "share", "upper end of its 95% interval"),
        Column("simulated_paths", "futures that were simulated", "", "integer"),
        Column("meets_target", "whether the target is met with the wanted probability", kind="boolean"),
    ),
)

STAFFING_PLAN_PRICES = TableSchema(
    name="staffing_plan_prices",
    rows=(
        "One row a thing and week that is short: what one more of it is worth, for changes so small that nobody more "
        "or fewer is hired. Empty where nothing is short."
    ),
    key=("kind", "name", "week"),
    columns=(
        Column("kind", "`hour` of a team, `point_of_target` of a queue, `seat` of a site, or `dollar` of a budget"),
        Column("name", "of the team, queue, site or budget"),
        Column("week", "of the plan, 0 the first", "", "integer"),
        Column("unit", "of the price"),
        _number("usd", "USD", "what the plan would cost less with one more; for a point of target, more"),
    ),
)

STAFFING_SCHEMAS = (STAFFING_PLAN, STAFFING_PLAN_SERVICE, STAFFING_PLAN_PRICES)
