"""Tables as files for spreadsheets, databases and dashboards: CSV, Parquet, and a description of both."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from optimization.quarter.run_schema import SCHEMAS
from optimization.quarter.table_schema import RUN_ID, TableSchema, conformed, data_package

# With which a cell of a CSV file starts that spreadsheets take for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def described(tables: Mapping[str, pd.DataFrame]) -> tuple[TableSchema, ...]:
    """Return the schemas of tables, in their usual order.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        By name.

    Returns
    -------
    tuple of TableSchema

    Raises
    ------
    ValueError
        If a table is not described.
    """
    if strange := sorted(set(tables) - set(SCHEMAS)):
        raise ValueError(f"every table must be described in optimization/quarter/run_schema.py; found {strange}")
    return tuple(schema for name, schema in SCHEMAS.items() if name in tables)


def harmless_in_spreadsheets(table: pd.DataFrame) -> pd.DataFrame:
    """Put an apostrophe before text that a spreadsheet would run as a formula.

    Parameters
    ----------
    table
        Any table.

    Returns
    -------
    pandas.DataFrame
        A new frame.

    References
    ----------
    .. [1] OWASP, CSV Injection, https://owasp.org/www-community/attacks/CSV_Injection.

    Examples
    --------
    >>> harmless_in_spreadsheets(pd.DataFrame({"owner": ["=1+1", "Ops"], "usd": [-1.0, 2.0]})).values.tolist()
    [["'=1+1", -1.0], ['Ops', 2.0]]
    """
    harmless = table.copy()
    for name, column in table.items():
        if pd.api.types.is_string_dtype(column.dtype):
            harmless[name] = column.map(_defused)
    return harmless


def _defused(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def write_tables(tables: Mapping[str, pd.DataFrame], run_id: str, folder: Path) -> None:
    """Write every table as CSV, as Parquet where pyarrow is installed, and `tables.json`, which describes them.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        By name, as `optimization.quarter.run_schema` describes them.
    run_id : str
        First cell of every row.
    folder
        Where to; it must exist.

    Raises
    ------
    ValueError
        If a table or a column is not described.
    """
    schemas = described(tables)
    ready = {schema.name: conformed(tables[schema.name], schema) for schema in schemas}
    for name, table in ready.items():
        table.insert(0, RUN_ID.name, run_id)
        harmless_in_spreadsheets(table).to_csv(
            folder / f"{name}.csv", index=False, float_format="%.10g", lineterminator="\n"
        )
        if find_spec("pyarrow"):
            table.to_parquet(folder / f"{name}.parquet", engine="pyarrow", index=False)
    package = data_package(run_id, ready, schemas)
    (folder / "tables.json").write_text(json.dumps(package, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
