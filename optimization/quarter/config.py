"""The plan file: what to plan, with which inputs, and how to decide."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from forecasting import InputError, Problem
from optimization.cost import RateTable
from optimization.economics.terms import EconomicTerms
from optimization.quarter.input_table import MOST_USD

# No currency is worth less than a millionth of a USD, or more than a million of them.
LEAST_RATE = 1e-6


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)


class PlanSection(_Section):
    """What is planned."""

    name: str = Field(min_length=1)
    """Title of the pack."""
    weeks: int = Field(default=13, ge=1, le=52)
    """Length of the plan [weeks]."""
    start: date | None = None
    """First day of the plan; volumes from then on are not looked at. The day after the volumes end if left out."""
    time_zone: str = "UTC"
    """IANA name of the zone whose days the volumes are counted in; teams open by their own."""
    data_note: str = ""
    """Said wherever the data are shown, such as that they are generated."""

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("give an IANA name such as 'America/Chicago'") from error
        return name


class InputsSection(_Section):
    """Where the tables are, beside the plan file."""

    volumes: str = "volumes.csv"
    queues: str = "queues.csv"
    teams: str = "teams.csv"
    requests: str = "requests.csv"
    costs: str | None = None
    """Further costs of requests: by month, at dates of their own, by cost centre and currency."""
    events: str | None = None

    @field_validator("*")
    @classmethod
    def _file_name(cls, name: str | None) -> str | None:
        if name is not None and (not name.strip() or "\0" in name):
            raise ValueError("give the name of a file, or leave the key out")
        return name


class DecisionSection(_Section):
    """How the recommended set is chosen."""

    budget_usd: float = Field(ge=0, le=MOST_USD, allow_inf_nan=False)
    """Money for requests within the plan [USD]."""
    willingness_to_pay_usd: float | None = Field(default=None, gt=0, le=MOST_USD, allow_inf_nan=False)
    """What avoiding one late item of severity 1 is worth [USD]; left out, all the service the budget can buy."""
    probability: float = Field(default=0.8, gt=0, le=1)
    """With which each target is to be met [-]."""


class EconomicsSection(_Section):
    """At what prices requests are judged in money; the choice itself rests on the section before."""

    late_item_usd: float | None = Field(default=None, ge=0, le=MOST_USD, allow_inf_nan=False)
    """What a late item of severity 1 costs [USD]; the willingness to pay if left out."""
    discount_rate: float = Field(default=0.08, gt=-1, le=1, allow_inf_nan=False)
    """Of money that comes later [1/year]."""
    freed_hour_usd: float | None = Field(default=None, ge=0, le=MOST_USD, allow_inf_nan=False)
    """What an hour that nothing needs any more is worth [USD]; the loaded cost of the teams if left out."""
    saved_share_of_freed_hours: float = Field(default=1.0, ge=0, le=1)
    """Share of freed hours that is turned into money [-]."""


class CurrencySection(_Section):
    """Currencies that costs may be stated in."""

    usd_per: dict[str, float] = {}
    """USD for one unit of each currency, fixed for the plan."""

    @field_validator("usd_per")
    @classmethod
    def _rates(cls, usd_per: dict[str, float]) -> dict[str, float]:
        wrong = {code: rate for code, rate in usd_per.items() if not LEAST_RATE <= rate <= 1.0 / LEAST_RATE}
        if wrong:
            raise ValueError(f"give rates from {LEAST_RATE:g} to {1.0 / LEAST_RATE:g}; found {wrong}")
        return dict(RateTable(usd_per=usd_per).usd_per)


class ForecastSection(_Section):
    """How the future is drawn."""

    paths: int = Field(default=500, ge=20, le=10_000)
    """Joint draws [-]."""
    seed: int = Field(default=0, ge=0)
    """Makes the draws repeatable."""


class PlanConfig(_Section):
    """A plan file, checked.

    Examples
    --------
    >>> config = PlanConfig.model_validate({"plan": {"name": "Q4"}, "decision": {"budget_usd": 1e6}})
    >>> config.plan.weeks, config.inputs.volumes
    (13, 'volumes.csv')
    """

    plan: PlanSection
    inputs: InputsSection = InputsSection()
    decision: DecisionSection
    economics: EconomicsSection = EconomicsSection()
    currency: CurrencySection = CurrencySection()
    forecast: ForecastSection = ForecastSection()

    @property
    def terms(self) -> EconomicTerms | None:
        """Prices for the economics; None where a late item has none."""
        price = self.economics.late_item_usd
        price = self.decision.willingness_to_pay_usd if price is None else price
        if price is None:
            return None
        return EconomicTerms(
            late_item_usd=price,
            annual_rate=self.economics.discount_rate,
            freed_hour_usd=self.economics.freed_hour_usd,
            saved_share_of_freed_hours=self.economics.saved_share_of_freed_hours,
        )

    @property
    def rates(self) -> RateTable:
        """USD for one unit of each currency."""
        return RateTable(usd_per=self.currency.usd_per)


# What tables hold and where they lie depends on these sections; of the others a fault does not stop their check.
SECTIONS_OF_TABLES = ("plan", "inputs", "currency")
ANY_DECISION = {"budget_usd": 1.0}


def read_config(path: Path) -> PlanConfig:
    """Read and check a plan file.

    Parameters
    ----------
    path
        TOML file.

    Returns
    -------
    PlanConfig

    Raises
    ------
    InputError
        Listing every unknown, missing or wrong key.
    """
    config, problems = read_for_tables(path)
    if problems:
        raise InputError(problems)
    return config


def read_for_tables(path: Path) -> tuple[PlanConfig, list[Problem]]:
    """Read a plan file as far as tables can be checked by it, and list its faults.

    Parameters
    ----------
    path
        TOML file.

    Returns
    -------
    config : PlanConfig
        Where there are faults, with stand-ins for the sections that no table depends on.
    problems : list of Problem
        Of those sections; empty if the file is sound.

    Raises
    ------
    InputError
        If the file cannot be read, or a section is at fault that says what tables hold or where they lie.
    """
    try:
        raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        remedy = f"the file must exist and be readable ({error.strerror}); `opex init DIR` writes an example"
        raise InputError([Problem(source=path.name, field="file", found=str(path), remedy=remedy)]) from error
    except UnicodeDecodeError as error:
        found = f"byte {error.start}"
        raise InputError(
            [Problem(source=path.name, field="file", found=found, remedy="save the file as UTF-8")]
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise InputError([Problem(source=path.name, field="file", found=str(error), remedy="mend the TOML")]) from error
    try:
        return PlanConfig.model_validate(raw), []
    except ValidationError as error:
        problems = [
            Problem(
                source=path.name,
                field=".".join(str(part) for part in fault["loc"]),
                found="(missing)" if fault["type"] == "missing" else str(fault["input"]),
                remedy="remove the unknown key"
                if fault["type"] == "extra_forbidden"
                else fault["msg"].removeprefix("Value error, "),
            )
            for fault in error.errors()
        ]
        sections = {name: raw[name] for name in SECTIONS_OF_TABLES if name in raw}
        try:
            return PlanConfig.model_validate({**sections, "decision": ANY_DECISION}), problems
        except ValidationError:
            raise InputError(problems) from error
