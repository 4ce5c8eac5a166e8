"""The plan file: what to plan, with which inputs, and how to decide."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from forecasting import InputError, Problem


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
    events: str | None = None


class DecisionSection(_Section):
    """How the recommended set is chosen."""

    budget_usd: float = Field(ge=0, allow_inf_nan=False)
    """Money for requests within the plan [USD]."""
    willingness_to_pay_usd: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    """What avoiding one late item of severity 1 is worth [USD]; left out, all the service the budget can buy."""
    probability: float = Field(default=0.8, gt=0, le=1)
    """With which each target is to be met [-]."""


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
    forecast: ForecastSection = ForecastSection()


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
    try:
        raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        remedy = f"the file must exist and be readable ({error.strerror}); `opex init DIR` writes an example"
        raise InputError([Problem(source=path.name, field="file", found=str(path), remedy=remedy)]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError([Problem(source=path.name, field="file", found=str(error), remedy="mend the TOML")]) from error
    try:
        return PlanConfig.model_validate(raw)
    except ValidationError as error:
        raise InputError(
            Problem(
                source=path.name,
                field=".".join(str(part) for part in fault["loc"]),
                found="(missing)" if fault["type"] == "missing" else str(fault["input"]),
                remedy="remove the unknown key"
                if fault["type"] == "extra_forbidden"
                else fault["msg"].removeprefix("Value error, "),
            )
            for fault in error.errors()
        ) from error
