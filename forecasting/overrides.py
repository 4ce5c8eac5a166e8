"""What planners know better: overrides of a forecast, recorded and shown apart from the statistics."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecasting.events.crisis_risk import DAYS_A_YEAR, triangular_quantile
from forecasting.forecast import VolumeForecast


class OverrideKind(StrEnum):
    """What an override changes.

    Examples
    --------
    >>> OverrideKind("one-off") is OverrideKind.ONE_OFF
    True
    >>> [kind.value for kind in OverrideKind]
    ['level', 'growth', 'one-off']
    """

    LEVEL = "level"
    GROWTH = "growth"
    ONE_OFF = "one-off"


@dataclass(frozen=True, kw_only=True, slots=True)
class Override:
    """What a planner knows better than the statistics: by how much a forecast changes, when, where and why.

    Attributes
    ----------
    name
        What a reader will see; it seeds the draws of a range.
    kind
        `level`: relative change while it lasts [-]. `growth`: relative change a year, from the first day on
        [1/year]. `one-off`: items added to each queue over the span, spread as its arrivals are; negative takes
        away [items].
    amount
        (low, mode, high), triangular; three times the same value where the planner is sure.
    start, end
        First and last day, both included. Of a week that holds other days too, the share of its days counts.
    queues
        Queues touched; empty means all.
    reason
        Why the statistics do not know it. It must be given.
    author
        Who says so.

    Raises
    ------
    ValueError
        If no reason is given, the end lies before the start, or the amount is out of order or takes away more
        than all.

    Examples
    --------
    >>> Override(name="Rollout", kind="level", amount=(0.1, 0.2, 0.3), start=pd.Timestamp("2026-04-01"),
    ...          end=pd.Timestamp("2026-06-30"), reason="Launch in two more markets", author="PM").kind.value
    'level'
    """

    name: str
    kind: OverrideKind
    amount: tuple[float, float, float]
    start: pd.Timestamp
    end: pd.Timestamp
    reason: str
    author: str = ""
    queues: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", OverrideKind(self.kind))
        if not self.reason.strip():
            raise ValueError(f"reason of override {self.name!r} must be given, so that it can be judged afterwards")
        if self.end < self.start:
            raise ValueError(f"end of override {self.name!r} must not lie before its start {self.start:%Y-%m-%d}")
        low, mode, high = self.amount
        least = -np.inf if self.kind == OverrideKind.ONE_OFF else -1.0
        if not least <= low <= mode <= high < np.inf:
            raise ValueError(
                f"amount of override {self.name!r} must be {least:g} <= low <= mode <= high; found {self.amount}"
            )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class AdjustedForecast(VolumeForecast):
    """A forecast with overrides, which keeps what the statistics said.

    Everything else is as in `VolumeForecast`; `arrivals` hold the overrides.

    Attributes
    ----------
    statistical
        The forecast before any override.
    overrides
        In the order in which they were applied.

    Examples
    --------
    A flat 10 items a day; the planner knows of 30 more on the second of two days.

    >>> from forecasting import VolumeHistory
    >>> days = pd.date_range("2026-01-05", periods=30)
    >>> history = VolumeHistory.from_frame(pd.DataFrame({"queue": "ads", "date": days[:28], "items": 10}))
    >>> forecast = VolumeForecast(queues=("ads",), period_start=days[28:], frequency=history.frequency,
    ...                           arrivals=np.full((1, 5, 2), 10.0), method=("given",), seed=0, history=history)
    >>> sweep = Override(name="Sweep", kind="one-off", amount=(30, 30, 30), start=days[29], end=days[29],
    ...                  reason="Old ads are looked at again")
    >>> adjusted = apply_overrides(forecast, [sweep])
    >>> adjusted.override_frame()[["items_statistical", "items_override", "items_mean"]].to_numpy().tolist()
    [[10.0, 0.0, 10.0], [10.0, 30.0, 40.0]]
    >>> adjusted.record()["items_added"].tolist()
    [30.0]
    """

    statistical: VolumeForecast
    overrides: tuple[Override, ...]

    def override_frame(self) -> pd.DataFrame:
        """Return a tidy frame: one row a queue and period, with mean statistics, mean override and their sum."""
        n_periods = len(self.period_start)
        statistics, total = self.statistical.mean().ravel(), self.mean().ravel()
        return pd.DataFrame(
            {
                "queue": np.repeat(np.asarray(self.queues, dtype=object), n_periods),
                "date": np.tile(self.period_start, len(self.queues)),
                "items_statistical": statistics,
                "items_override": total - statistics,
                "items_mean": total,
            }
        )

    def record(self) -> pd.DataFrame:
        """Return a tidy frame: one row an override, with who, why and the items that it adds over the horizon.

        Items are those that it adds on top of the overrides before it.
        """
        rows, arrivals = [], self.statistical.arrivals
        for override in self.overrides:
            after = _applied(arrivals, override, self.statistical)
            rows.append(
                {
                    "override": override.name,
                    "kind": override.kind.value,
                    "low": override.amount[0],
                    "mode": override.amount[1],
                    "high": override.amount[2],
                    "start": override.start,
                    "end": override.end,
                    "queues": ";".join(override.queues),
                    "items_added": float((after - arrivals).sum(axis=(0, 2)).mean()),
                    "author": override.author,
                    "reason": override.reason,
                }
            )
            arrivals = after
        return pd.DataFrame(rows)


def apply_overrides(forecast: VolumeForecast, overrides: Sequence[Override]) -> AdjustedForecast:
    """Change every path of a forecast by what planners know better, and keep what the statistics said.

    Parameters
    ----------
    forecast
        Statistics, or a forecast that has overrides already: new ones come after those.
    overrides
        In the order in which they apply.

    Returns
    -------
    AdjustedForecast
        Never negative.

    Raises
    ------
    ValueError
        If an override names a queue that the forecast does not have, or lies outside the horizon.

    Examples
    --------
    A flat 10 items a day, of which the planner expects a fifth more.

    >>> from forecasting import VolumeHistory
    >>> days = pd.date_range("2026-01-05", periods=30)
    >>> history = VolumeHistory.from_frame(pd.DataFrame({"queue": "ads", "date": days[:28], "items": 10}))
    >>> forecast = VolumeForecast(queues=("ads",), period_start=days[28:], frequency=history.frequency,
    ...                           arrivals=np.full((1, 5, 2), 10.0), method=("given",), seed=0, history=history)
    >>> launch = Override(name="Launch", kind="level", amount=(0.2, 0.2, 0.2), start=days[28], end=days[29],
    ...                   reason="One more market")
    >>> adjusted = apply_overrides(forecast, [launch])
    >>> adjusted.mean().tolist(), adjusted.statistical.mean().tolist()
    ([[12.0, 12.0]], [[10.0, 10.0]])
    """
    for override in overrides:
        unknown = sorted(set(override.queues) - set(forecast.queues))
        if unknown:
            raise ValueError(f"queues of override {override.name!r} must be in the forecast; unknown: {unknown}")
        if not _share_within(override, forecast).any():
            raise ValueError(
                f"override {override.name!r} ({override.start:%Y-%m-%d} to {override.end:%Y-%m-%d}) must overlap the "
                f"horizon {forecast.period_start[0]:%Y-%m-%d} to {forecast.period_start[-1]:%Y-%m-%d}"
            )
    before = forecast.overrides if isinstance(forecast, AdjustedForecast) else ()
    statistical = forecast.statistical if isinstance(forecast, AdjustedForecast) else forecast
    arrivals = forecast.arrivals
    for override in overrides:
        arrivals = _applied(arrivals, override, statistical)
    kept = {field.name: getattr(statistical, field.name) for field in fields(VolumeForecast)}
    kept["arrivals"] = np.array(arrivals)
    return AdjustedForecast(**kept, statistical=statistical, overrides=(*before, *overrides))


def _share_within(override: Override, forecast: VolumeForecast) -> NDArray[np.float64]:
    """Share of each period that lies within the days of an override, of shape (n_periods,) [-]."""
    step, first = forecast.frequency.step, override.start.normalize()
    close = override.end.normalize() + pd.Timedelta(days=1)
    begin = np.asarray((forecast.period_start - first) / step, dtype=np.float64)
    finish = np.asarray((forecast.period_start + step - close) / step, dtype=np.float64)
    return np.clip(1.0 - np.maximum(-begin, 0.0) - np.maximum(finish, 0.0), 0.0, 1.0)


def _years_since(override: Override, forecast: VolumeForecast) -> NDArray[np.float64]:
    """Age of an override at the start of each period, or on the mean day of a week that it covers [years]."""
    days = np.asarray((forecast.period_start - override.start.normalize()) / pd.Timedelta(days=1), dtype=np.float64)
    covered = _share_within(override, forecast) * forecast.frequency.period_hours / 24.0
    return (np.maximum(days, 0.0) + np.maximum(covered - 1.0, 0.0) / 2.0) / DAYS_A_YEAR


def _applied(arrivals: NDArray[np.float64], override: Override, forecast: VolumeForecast) -> NDArray[np.float64]:
    """Arrivals of shape (n_queues, n_paths, n_periods) after one override."""
    rng = np.random.default_rng([forecast.seed, 8, zlib.crc32(override.name.encode())])
    amount = triangular_quantile(rng.random((arrivals.shape[1], 1)), override.amount)
    covered = _share_within(override, forecast)
    within = covered > 0
    weight = covered[within]
    touched = np.array([not override.queues or queue in override.queues for queue in forecast.queues], dtype=np.bool_)
    adjusted = arrivals.copy()
    part = arrivals[touched][:, :, within]
    if override.kind == OverrideKind.LEVEL:
        changed = part * (1.0 + weight * amount)
    elif override.kind == OverrideKind.GROWTH:
        changed = part * (1.0 + weight * ((1.0 + amount) ** _years_since(override, forecast)[within] - 1.0))
    else:
        shape = part.mean(axis=1, keepdims=True) * weight
        total = shape.sum(axis=2, keepdims=True)
        share = np.where(total > 0, shape / np.where(total > 0, total, 1.0), weight / max(weight.sum(), 1e-9))
        changed = np.maximum(part + amount * share, 0.0)
    adjusted[np.ix_(touched, np.ones(arrivals.shape[1], dtype=np.bool_), within)] = changed
    return adjusted
