"""The tables of what stands behind a recommendation, column by column."""

from optimization.quarter.table_schema import Column, TableSchema

_REQUEST = Column("request", "name of the request")


def _number(name: str, unit: str, meaning: str) -> Column:
    return Column(name, meaning, unit, "number")


# Columns of the table of requests that come from the analysis.
REQUEST_COLUMNS = (
    _number(
        "shapley_on_time_change",
        "share",
        "its fair share of what the recommended set does for the on-time share: its contribution, averaged over all "
        "orders in which the requests of the set could have come (Shapley). 0 outside the set; the shares add up",
    ),
    _number("shapley_on_time_change_p10", "share", "10% quantile over futures of that share"),
    _number("shapley_on_time_change_p90", "share", "90% quantile over futures of that share"),
    _number("shapley_share_of_total", "share", "the same as a part of the whole, by late items weighted by severity"),
    _number(
        "sampling_half_width",
        "items",
        "half the 80% interval of its late items where orders had to be sampled (more than 12 requests of the set in "
        "one group); 0 where exact",
    ),
    _number(
        "break_even_cost_usd",
        "USD",
        "the most that it may cost within the plan and still be in the recommended set; `inf` if it is funded at any "
        "cost, blank if not even for nothing",
    ),
)

# Columns of the table of the frontier that come from the analysis.
FRONTIER_COLUMNS = (
    _number(
        "usd_for_next_point", "USD", "least extra money for one percentage point more; blank where no set gives it"
    ),
    Column(
        "efficient", "whether it is a corner of the least-cost mix of sets: there money goes furthest", kind="boolean"
    ),
    _number(
        "usd_per_point",
        "USD",
        "price of a percentage point on the way from the last corner at or before it to the next; blank from the last "
        "corner on",
    ),
    _number(
        "frontier_p10",
        "share",
        "10% quantile, over bootstrap resamples of the futures, of the best mean on-time share that its cost can buy: "
        "how well the frontier itself is known",
    ),
    _number("frontier_p90", "share", "90% quantile of the same"),
)

FINDINGS = TableSchema(
    name="findings",
    rows="One row a finding about a request, serious ones first within each request; none where nothing is the matter.",
    key=("finding",),
    refers_to={"request": "requests"},
    columns=(
        Column("finding", "number of the finding, from 1", kind="integer"),
        _REQUEST,
        Column(
            "severity",
            "`serious`: not to be decided on as it stands; `warning`: size, timing or claim should be talked about; "
            "`note`: good to know",
        ),
        Column(
            "code",
            "`oversized`, `undersized`, `double_counting`, `no_gap`, `overclaimed`, `underclaimed`, `starts_too_late`, "
            "`lead_time`, `cost_per_head`, `ramp_outlasts_plan` or `before_its_needs`",
        ),
        Column("sentence", "in words, with its figures"),
        Column("figures", 'the figures by name, parted by "; "'),
    ),
)

ECONOMICS = TableSchema(
    name="economics",
    rows=(
        "One row a request and one for the recommended set; no rows where a late item has no price. Each request is "
        "looked at on top of the rest of the recommended set. Only the weeks of the plan count: what lasts longer is "
        "worth more."
    ),
    key=("request",),
    columns=(
        Column("request", "name of the request, or `recommended set`"),
        _number("cost_usd", "USD", "extra cost; below 0 where it takes the place of a dearer one"),
        _number("avoided_breach_usd", "USD", "late items avoided x severity x price of a late item, mean over futures"),
        _number("freed_hours", "h", "hours of today's people that nothing needs any more, mean over futures"),
        _number("freed_usd", "USD", "what they are worth, as far as they are turned into money"),
        _number("npv_usd", "USD", "net present value at the discount rate, mean over futures"),
        _number("npv_p10_usd", "USD", "10% quantile over futures of that value"),
        _number("npv_p90_usd", "USD", "90% quantile over futures of that value"),
        _number("benefit_cost", "ratio", "present value of the benefit over that of the cost; blank without a cost"),
        _number("benefit_cost_p10", "ratio", "10% quantile over futures of that ratio"),
        _number("benefit_cost_p90", "ratio", "90% quantile over futures of that ratio"),
        _number(
            "irr_per_week",
            "1/week",
            "internal rate of return of the mean flows; blank where there is none, or not just one",
        ),
        _number("share_of_paths_with_irr", "share", "futures whose own flows have one"),
        _number(
            "payback_weeks_median",
            "weeks",
            "from the first flow until the money is back for good, median over futures; blank if not within the plan",
        ),
        _number("probability_paid_back", "share", "futures in which it is back within the plan"),
        _number("probability_worth_it", "share", "futures with a net present value above 0"),
    ),
)

INFORMATION = TableSchema(
    name="information",
    rows=(
        "What it is worth to know an uncertain effect before deciding, the most that a pilot may cost: one row an "
        "effect and one for everything, volumes included; no rows without a willingness to pay."
    ),
    key=("row",),
    columns=(
        Column("row", "number of the row, from 1", kind="integer"),
        Column("request", "whose effect; blank in the last row"),
        Column("effect", "which effect; `everything` in the last row"),
        _number("value_usd", "USD", "estimate; 0 where knowing would not change the decision"),
        _number("value_p10_usd", "USD", "lower end of its 80% interval over futures"),
        _number("value_p90_usd", "USD", "upper end of that interval"),
        _number(
            "in_sample_usd",
            "USD",
            "the same with sets chosen and judged on the same futures: too high by what chance pretends to know",
        ),
    ),
)

SENSITIVITY = TableSchema(
    name="sensitivity",
    rows=(
        "One row an input, the one that moves most first. One input at a time is set low and high, on the first 50 "
        "futures, or on all if there are fewer."
    ),
    key=("input",),
    columns=(
        Column(
            "input",
            "an effect, the success of a request, volumes, handling times, attrition, cost or willingness to pay",
        ),
        Column("low_setting", "what it is set to at its low"),
        Column("high_setting", "what it is set to at its high"),
        _number(
            "low_value",
            "",
            "advantage of the recommended set, as it is, over the cheapest set of the frontier, in the unit of the row",
        ),
        _number("high_value", "", "the same at its high"),
        _number("base", "", "the same with every input as it is"),
        _number("swing", "", "distance between low and high"),
        Column("low_changes_recommendation", "whether another set would be recommended at its low", kind="boolean"),
        Column("high_changes_recommendation", "whether another set would be recommended at its high", kind="boolean"),
        Column("low_recommends", "which set; blank where the recommendation stands"),
        Column("high_recommends", "the same at its high"),
        Column("unit", "`usd` where lateness has a price, else `on_time_share`"),
    ),
)

ROBUSTNESS = TableSchema(
    name="robustness",
    rows="One row a request: how firmly it belongs to the recommended set.",
    key=("request",),
    refers_to={"request": "requests"},
    columns=(
        _REQUEST,
        Column("recommended", "whether the recommended set funds it, in full or in part", kind="boolean"),
        _number(
            "chosen_on_paths",
            "share",
            "futures in which the set that is best in that very future, in hindsight, funds it",
        ),
        _number(
            "chosen_on_resamples",
            "share",
            "bootstrap resamples of the futures on which the best set funds it: near 0 or 1, more futures would not "
            "change the decision",
        ),
        _number("core_index", "share", "sets of the frontier that fund it, whatever the budget"),
        _number("core_index_within_budget", "share", "the same among the sets within the budget"),
    ),
)

FRONTIER_STEPS = TableSchema(
    name="frontier_steps",
    rows="One row a change of the best set as the budget grows: which request at which budget.",
    key=("step",),
    refers_to={"request": "requests"},
    columns=(
        Column("step", "number of the change, from 1", kind="integer"),
        _number("budget_usd", "USD", "from which it holds"),
        _REQUEST,
        Column("change", "`enters`, `leaves`, `grows` or `shrinks`"),
        _number("share_before", "share", "share of it that is funded before"),
        _number("share_after", "share", "share of it that is funded after"),
        _number("on_time_share_mean", "share", "of the set that results"),
    ),
)

COSTS = TableSchema(
    name="costs",
    rows="What the recommended set costs: one row a request, cost centre, currency, kind and calendar month.",
    key=("row",),
    refers_to={"request": "requests"},
    columns=(
        Column("row", "number of the row, from 1", kind="integer"),
        _REQUEST,
        Column("cost_centre", "who is charged; blank if that is not told"),
        Column("kind", "`one_off`, `weekly` or `monthly`"),
        Column("period_start", "first day of the month", kind="date"),
        Column("currency", "three letters"),
        _number("amount", "", "in the currency"),
        _number("cost_usd", "USD", "the same at the rate of the plan; of a request, together its approved cost"),
    ),
)

ANALYSIS_SCHEMAS = (COSTS, FINDINGS, ECONOMICS, INFORMATION, SENSITIVITY, ROBUSTNESS, FRONTIER_STEPS)
