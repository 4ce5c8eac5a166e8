"""The tables of run-folder.md, made from the schema of the run folder; run it to rewrite them."""

from pathlib import Path

from optimization.quarter.run_schema import SCHEMAS
from optimization.quarter.table_schema import RUN_ID, TableSchema

PAGE = Path(__file__).parent / "reference" / "run-folder.md"
BEGIN, END = "<!-- tables: begin -->\n", "<!-- tables: end -->\n"


def table_pages() -> str:
    """Return one section a table."""
    return "\n" + "\n".join(_section(schema) for schema in SCHEMAS.values())


def _section(schema: TableSchema) -> str:
    cells = [(f"`{c.name}`", c.unit, c.meaning.replace("|", "\\|")) for c in (RUN_ID, *schema.columns)]
    rows = [
        f"| {name} | {unit} | {meaning} |" if unit else f"| {name} | | {meaning} |" for name, unit, meaning in cells
    ]
    key = ", ".join(f"`{name}`" for name in ("run_id", *schema.key))
    links = [f"`{column}` is a row of `{table}`" for column, table in schema.refers_to.items()]
    about = f"Key: {key}. {'; '.join(links)}.\n" if links else f"Key: {key}.\n"
    return "\n".join(
        (f"## {schema.name}.csv\n", f"{schema.rows} {about}", "| column | unit | meaning |", "|---|---|---|", *rows, "")
    )


def split_page(page: str) -> tuple[str, str, str]:
    """Split the page into what stands before the tables, the tables, and what stands behind them."""
    before, _, rest = page.partition(BEGIN)
    written, _, after = rest.partition(END)
    return before, written, after


def rewrite() -> None:
    """Put the tables as the code says them into the page."""
    before, _, after = split_page(PAGE.read_text(encoding="utf-8"))
    PAGE.write_text(before + BEGIN + table_pages() + "\n" + END + after, encoding="utf-8")


if __name__ == "__main__":
    rewrite()
