"""What carried a forecast: methods with their errors, and the mean split into what it is made of."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.ensemble.record import PARTS, EnsembleRecord

LEAST_WEIGHT_SHOWN = 0.005


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Explanation:
    """Why one queue's forecast is what it is: the methods that carried it, and the parts that its mean is the sum of.

    Attributes
    ----------
    queue
        Its name.
    method
        What made the forecast, in words.
    methods : pandas.DataFrame
        One row a candidate with a weight above half a percent, the heaviest first: `method`, `weight` [-] and
        `error` (recent mean absolute error over the horizon, on the square-root scale; half is what counting
        noise alone makes of counts).
    corrections : pandas.DataFrame
        One row a correction of the methods' weighted mean: `correction`, and the `share` of it that past errors
        taught (0 to 1).
    parts : pandas.DataFrame
        One row a period: `date`, `level`, `trend`, `weekly`, `yearly`, `events` and their sum `mean` [items].

    Examples
    --------
    >>> from forecasting import VolumeHistory, forecast_volumes
    >>> frame = pd.DataFrame({"queue": "ads", "date": pd.date_range("2026-01-05", periods=70), "items": 20})
    >>> forecast = forecast_volumes(VolumeHistory.from_frame(frame), horizon=7, n_paths=20)
    >>> why = forecast.explain("ads")
    >>> total = why.parts[["level", "trend", "weekly", "yearly", "events"]].sum(axis=1)
    >>> bool(np.allclose(total, why.parts["mean"])), bool(np.allclose(total, forecast.mean()[0]))
    (True, True)
    """

    queue: str
    method: str
    methods: pd.DataFrame
    corrections: pd.DataFrame
    parts: pd.DataFrame

    def summary(self) -> str:
        """Return one sentence: the heaviest methods, and what moves the mean most."""
        totals = {name: float(self.parts[name].sum()) for name in PARTS[1:]}
        mover = max(totals, key=lambda name: abs(totals[name]))
        share = totals[mover] / max(float(self.parts["mean"].sum()), 1e-9)
        leading = "; ".join(f"{row.method} {row.weight:.0%}" for row in self.methods.head(3).itertuples())
        return f"{self.queue}: {leading or self.method}. Beside the level, {mover} moves the total most ({share:+.1%})."


def explain_queue(
    record: EnsembleRecord, row: int, queue: str, method: str, period_start: pd.DatetimeIndex
) -> Explanation:
    """Return the explanation of the queue in one row of the record."""
    weight = record.weight[row]
    order = [lane for lane in np.argsort(-weight, kind="stable") if weight[lane] >= LEAST_WEIGHT_SHOWN]
    parts = pd.DataFrame(dict(zip(PARTS, record.parts[row], strict=True)))
    parts.insert(0, "date", period_start)
    parts["mean"] = record.parts[row].sum(axis=0)
    methods = pd.DataFrame(
        {
            "method": [record.lanes[lane] for lane in order],
            "weight": weight[order],
            "error": record.score[row, order],
        }
    )
    corrections = pd.DataFrame({"correction": list(record.movements), "share": record.share[row]})
    return Explanation(queue=queue, method=method, methods=methods, corrections=corrections, parts=parts)
