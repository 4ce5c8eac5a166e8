"""What a table of the run folder holds: its columns with units and types, its key, and the tables that it refers to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import pandas as pd

Kind = Literal["string", "number", "integer", "boolean", "date"]


class Column(NamedTuple):
    """One column: its name, what it means, its unit ("" where it has none) and what its cells hold."""

    name: str
    meaning: str
    unit: str = ""
    kind: Kind = "string"


RUN_ID = Column("run_id", "names the run: stands for inputs, seed, code and libraries")


@dataclass(frozen=True, kw_only=True, slots=True)
class TableSchema:
    """What one table holds.

    Attributes
    ----------
    name
        File name without ending.
    rows
        What a row is, in a sentence, and what to know of the table as a whole.
    columns
        In the order of the file, after `run_id`, which every table begins with.
    key
        Columns that together, within a run, name a row.
    refers_to
        Table by column, for columns that are called alike in that table and name a row there.
    """

    name: str
    rows: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    refers_to: Mapping[str, str] = field(default_factory=dict)

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names in order."""
        return tuple(column.name for column in self.columns)


def conformed(frame: pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
    """Return a table with the columns and types that its schema says.

    Parameters
    ----------
    frame
        The table.
    schema
        What it is said to hold.

    Returns
    -------
    pandas.DataFrame
        A new frame; whole numbers and numbers may be missing.

    Raises
    ------
    ValueError
        If a column is not described, or described and not there.
    """
    if tuple(frame.columns) != schema.column_names:
        strange = [name for name in frame.columns if name not in schema.column_names]
        absent = [name for name in schema.column_names if name not in frame.columns]
        raise ValueError(
            f"columns of table {schema.name!r} must be those of its schema, in order; not described: {strange}, not "
            f"there: {absent}. Describe them in optimization/quarter/run_schema.py"
        )
    types = {"number": "float64", "integer": "Int64", "boolean": "bool"}
    ready = frame.astype({column.name: types[column.kind] for column in schema.columns if column.kind in types})
    for column in schema.columns:
        if column.kind == "date":
            # A column without rows does not know yet that it holds dates.
            ready[column.name] = pd.to_datetime(ready[column.name])
    return ready


def data_package(run_id: str, tables: Mapping[str, pd.DataFrame], schemas: Sequence[TableSchema]) -> dict[str, Any]:
    """Describe the tables of a run for other programs, as a tabular data package.

    Parameters
    ----------
    run_id : str
        Of the run.
    tables : mapping of str to pandas.DataFrame
        The tables, by name; they tell dates from times.
    schemas : sequence of TableSchema
        Of the tables.

    Returns
    -------
    dict
        Fit for JSON.

    References
    ----------
    .. [1] Frictionless Data, Tabular Data Package 1.0, https://specs.frictionlessdata.io/tabular-data-package/.
       The key `unit` of a field is ours; the specification allows such keys.
    """
    return {
        "profile": "tabular-data-package",
        "name": f"opex-run-{run_id}",
        "resources": [_resource(schema, tables[schema.name]) for schema in schemas],
    }


def _resource(schema: TableSchema, table: pd.DataFrame) -> dict[str, Any]:
    references = [("run", ["run_id"])] if schema.key else []
    references += [(other, ["run_id", column]) for column, other in schema.refers_to.items()]
    return {
        "profile": "tabular-data-resource",
        "name": schema.name,
        "path": f"{schema.name}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "description": schema.rows,
        "schema": {
            "fields": [_field(column, table) for column in (RUN_ID, *schema.columns)],
            "primaryKey": ["run_id", *schema.key],
            "foreignKeys": [
                {"fields": fields, "reference": {"resource": other, "fields": fields}} for other, fields in references
            ],
        },
    }


def _field(column: Column, table: pd.DataFrame) -> dict[str, str]:
    kind: str = column.kind
    if kind == "date" and (table[column.name] != table[column.name].dt.normalize()).any():
        kind = "datetime"
    unit = {"unit": column.unit} if column.unit else {}
    loose = {"format": "any"} if kind == "datetime" else {}
    return {"name": column.name, "type": kind, **loose, **unit, "description": column.meaning}
