"""The tables of a run: described to the last column, loadable into a database with keys, and true to the plan."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from optimization import Cost, PlanningCase, QuarterPlan, RateTable
from optimization.quarter.plan import plan_from_forecast
from optimization.quarter.run_schema import SCHEMAS
from optimization.quarter.table_schema import Column, TableSchema, conformed
from optimization.quarter.tables import run_tables
from optimization.quarter.write_tables import write_tables

SQL_TYPES = {"string": "TEXT", "number": "REAL", "integer": "INTEGER", "boolean": "INTEGER", "date": "TEXT"}


@pytest.fixture(scope="module")
def plan(two_blocks: Callable[..., PlanningCase]) -> QuarterPlan:
    case = two_blocks()
    return plan_from_forecast(case.forecast, case.queues, case.teams, case.requests, budget_usd=22_000.0)


@pytest.fixture(scope="module")
def folder(plan: QuarterPlan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    write_tables(run_tables(plan), "0123456789ab", folder)
    return folder


def test_every_table_is_written_and_described(folder: Path) -> None:
    package = json.loads((folder / "tables.json").read_text(encoding="utf-8"))
    names = {resource["name"] for resource in package["resources"]}
    assert names == {path.stem for path in folder.glob("*.csv")} == set(SCHEMAS) - {"run"}
    for resource in package["resources"]:
        header = (folder / resource["path"]).read_text(encoding="utf-8").split("\n", 1)[0].split(",")
        assert [field["name"] for field in resource["schema"]["fields"]] == header
        assert all(field["description"] for field in resource["schema"]["fields"])


def test_a_database_takes_the_tables_with_the_keys_that_are_described(folder: Path) -> None:
    package = json.loads((folder / "tables.json").read_text(encoding="utf-8"))
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE run (run_id TEXT PRIMARY KEY)")
        database.execute("INSERT INTO run VALUES ('0123456789ab')")
        for resource in package["resources"]:
            schema, name = resource["schema"], resource["name"]
            columns = [f'"{field["name"]}" {SQL_TYPES[field["type"]]}' for field in schema["fields"]]
            keys = [f"PRIMARY KEY ({', '.join(schema['primaryKey'])})"]
            keys += [
                f"FOREIGN KEY ({', '.join(key['fields'])}) REFERENCES {key['reference']['resource']} "
                f"({', '.join(key['reference']['fields'])})"
                for key in schema["foreignKeys"]
            ]
            database.execute(f'CREATE TABLE "{name}" ({", ".join(columns + keys)}) STRICT')
            pd.read_csv(folder / resource["path"]).astype(object).to_sql(
                name, database, if_exists="append", index=False
            )
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        (funded,) = database.execute(
            "SELECT sum(requests.cost_usd * frontier_requests.funded_share) - max(frontier.cost_usd) FROM frontier "
            "JOIN frontier_requests USING (run_id, point) JOIN requests USING (run_id, request) WHERE recommended = 1"
        ).fetchone()
        assert funded == pytest.approx(0.0, abs=0.01)


def test_what_is_approved_and_the_bridge_add_up_to_the_recommended_set(plan: QuarterPlan) -> None:
    tables, best = run_tables(plan), plan.recommended
    assert tables["requests"]["approved_usd"].sum() == pytest.approx(best.cost_usd)
    bridge = tables["bridge"]
    assert bridge["cost_usd"].sum() == pytest.approx(best.cost_usd)
    change = best.on_time_share_mean - plan.frontier.today.on_time_share_mean
    assert bridge["on_time_change"].sum() == pytest.approx(change)
    assert set(bridge["request"]) == set(tables["requests"].query("funded_share > 0")["request"])
    (row,) = tables["frontier"].query("recommended").to_dict("records")
    assert row["cost_usd"] == pytest.approx(best.cost_usd)


def test_weeks_add_up_in_their_means_and_not_in_their_quantiles(plan: QuarterPlan) -> None:
    tables = run_tables(plan)
    total, weekly = tables["forecast_total"], tables["forecast_weekly"].groupby("week", as_index=False).sum()
    assert total["items_mean"].to_numpy() == pytest.approx(weekly["items_mean"].to_numpy())
    assert total["items_mean"].sum() == pytest.approx(tables["forecast"]["items_mean"].sum())
    by_path = plan.forecast.arrivals.sum(axis=0)[:, :7].sum(axis=1)
    assert total["items_p90"].iloc[0] == pytest.approx(np.quantile(by_path, 0.9))
    assert total["items_p90"].iloc[0] < weekly["items_p90"].iloc[0]


def test_parquet_holds_what_csv_holds(folder: Path) -> None:
    if not find_spec("pyarrow"):
        pytest.skip("pyarrow is not installed")
    for name, schema in SCHEMAS.items():
        if name == "run":
            continue
        dates = [column.name for column in schema.columns if column.kind == "date"]
        csv = pd.read_csv(folder / f"{name}.csv", parse_dates=dates)
        parquet = pd.read_parquet(folder / f"{name}.parquet")
        # The set that funds nothing has no names: an empty cell, which CSV cannot tell from a missing one.
        text = {column.name: "" for column in schema.columns if column.kind == "string"}
        csv = csv.astype(dict.fromkeys(text, object)).fillna(text)
        pd.testing.assert_frame_equal(csv, parquet, check_dtype=False, rtol=1e-8)


def test_text_that_a_spreadsheet_would_run_is_text_in_csv_and_unchanged_in_parquet(
    plan: QuarterPlan, tmp_path: Path
) -> None:
    tables = run_tables(plan)
    hostile = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\tx", "<script>alert(1)</script>"]
    tables["requests"] = tables["requests"].assign(owner=hostile)
    write_tables(tables, "0123456789ab", tmp_path)
    owner = pd.read_csv(tmp_path / "requests.csv")["owner"].tolist()
    assert owner == [*(f"'{text}" for text in hostile[:5]), hostile[5]]
    if find_spec("pyarrow"):
        assert pd.read_parquet(tmp_path / "requests.parquet")["owner"].tolist() == hostile


def test_a_column_or_table_without_a_description_is_refused(plan: QuarterPlan, tmp_path: Path) -> None:
    tables = run_tables(plan)
    with pytest.raises(ValueError, match=r"table 'staffing'.*not described: \['overtime'\]"):
        write_tables({**tables, "staffing": tables["staffing"].assign(overtime=1.0)}, "0123456789ab", tmp_path)
    with pytest.raises(ValueError, match=r"not there: \['planned_fte'\]"):
        write_tables({**tables, "staffing": tables["staffing"].drop(columns="planned_fte")}, "0123456789ab", tmp_path)
    with pytest.raises(ValueError, match=r"must be described .*found \['rota'\]"):
        write_tables({**tables, "rota": tables["staffing"]}, "0123456789ab", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_times_within_a_day_are_said_to_be_times(tmp_path: Path) -> None:
    from optimization.quarter.table_schema import data_package

    schema = TableSchema(
        name="hours", rows="One row an hour.", key=("at",), columns=(Column("at", "when", "", "date"),)
    )
    for step, kind in (("D", "date"), ("h", "datetime")):
        frame = conformed(pd.DataFrame({"at": pd.date_range("2026-01-05", periods=3, freq=step)}), schema)
        (resource,) = data_package("x", {"hours": frame}, [schema])["resources"]
        assert resource["schema"]["fields"][1]["type"] == kind


def test_costs_by_month_and_currency_add_up_to_what_is_approved(two_blocks: Callable[..., PlanningCase]) -> None:
    case = two_blocks()
    euros = (Cost(kind="monthly", amount=250.0, currency="EUR", cost_centre="IE"),)
    asked = [replace(request, costs=euros, cost_centre="US") for request in case.requests]
    rates = RateTable(usd_per={"EUR": 2.0})
    plan = plan_from_forecast(case.forecast, case.queues, case.teams, asked, budget_usd=30_000.0, rates=rates)
    tables = run_tables(plan)
    costs = tables["costs"]
    assert set(costs["currency"]) == {"USD", "EUR"}
    assert set(costs["cost_centre"]) == {"US", "IE"}
    approved = tables["requests"].query("funded_share > 0").set_index("request")["approved_usd"]
    paid = costs.groupby("request")["cost_usd"].sum()
    assert len(approved) > 2
    # A cent: costs by week and by month are rounded each by itself.
    assert paid[approved.index].to_numpy() == pytest.approx(approved.to_numpy(), abs=0.011)
    euros_paid = costs.query("currency == 'EUR'")
    assert (euros_paid["cost_usd"] / euros_paid["amount"]).to_numpy() == pytest.approx(2.0, rel=1e-3)
