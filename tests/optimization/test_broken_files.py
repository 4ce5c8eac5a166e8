"""Files that are no table or no plan: said in one line that helps, at the row where it goes wrong."""

import zipfile
from pathlib import Path

import openpyxl
import pytest

from forecasting import InputError, Problem
from optimization.quarter.config import read_config
from optimization.quarter.input_table import read_table


def faults(path: Path) -> list[Problem]:
    problems: list[Problem] = []
    read_table(path, ["queue", "items"], [], problems)
    return problems


@pytest.mark.parametrize(
    ("name", "content", "row", "remedy"),
    [
        ("a.csv", 'queue,items\nads,1\n"ads,2\n' + "ads,3\n" * 30_000, 3, "not closed as CSV wants"),
        ("a.csv", 'queue,items\n"ads,1\nads,2\n', 2, "not closed as CSV wants"),
        ("a.csv", "queue;items\nads;1\n", 1, "part the cells by commas"),
        ("a.csv", "queue\titems\nads\t1\n", 1, "part the cells by commas"),
        ("a.xls", "", None, "save it as an Excel workbook"),
        ("a.ods", "", None, "save it as an Excel workbook"),
    ],
)
def test_a_file_that_is_no_table_is_named(
    tmp_path: Path, name: str, content: str, row: int | None, remedy: str
) -> None:
    (tmp_path / name).write_text(content)
    [problem] = faults(tmp_path / name)
    assert problem.row == row
    assert remedy in problem.remedy


def test_a_workbook_that_is_cut_off_is_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["queue", "items"])
    book.save(tmp_path / "whole.xlsx")
    with zipfile.ZipFile(tmp_path / "whole.xlsx") as whole, zipfile.ZipFile(tmp_path / "cut.xlsx", "w") as cut:
        for name in whole.namelist():
            content = whole.read(name)
            cut.writestr(name, content[: len(content) // 2] if "sheet1" in name else content)
    [problem] = faults(tmp_path / "cut.xlsx")
    assert "save it as an Excel workbook" in problem.remedy


PLAN = '[plan]\nname = "Q4"\n[decision]\nbudget_usd = 1e6\n'


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ('[inputs]\nevents = ""\n', "inputs.events: .*leave the key out"),
        ('[inputs]\nvolumes = "a\\u0000b"\n', "inputs.volumes: .*give the name of a file"),
        ("[currency]\nusd_per = { EUR = 1e300 }\n", "currency.usd_per: .*give rates from 1e-06 to 1e"),
        ("[economics]\ndiscount_rate = 8.0\n", "economics.discount_rate: found '8.0'"),
    ],
)
def test_a_value_that_no_plan_could_hold_is_refused(tmp_path: Path, more: str, expected: str) -> None:
    (tmp_path / "plan.toml").write_text(PLAN + more)
    with pytest.raises(InputError, match=expected):
        read_config(tmp_path / "plan.toml")


def test_a_plan_may_have_a_byte_order_mark_but_no_other_encoding(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8-sig")
    assert read_config(tmp_path / "plan.toml").plan.name == "Q4"
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-16")
    with pytest.raises(InputError, match="save the file as UTF-8"):
        read_config(tmp_path / "plan.toml")
