"""A second look at a queue by unobserved components: level, week and noise, estimated together."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.methods.variance_scale import from_even_variance, to_even_variance
from forecasting.volumes.history import VolumeHistory

# Periods of the most recent past that the model is fitted to: it takes seconds where there are more.
MOST_PERIODS = 730
LEAST_WEEKS = 4
# Auxiliary residuals beyond so many standard errors point to what the model does not know.
ODD_SIGMAS = 4.0


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class QueueStructure:
    """What a structural model sees in one queue: level, week, noise, and the periods that do not fit.

    Attributes
    ----------
    queue
        Its name.
    components : pandas.DataFrame
        One row a period: `date`; `items`; `level` and the fit `fitted` [items]; `weekly`, the factor of the week on the
        level [-]; `odd`, the standardised residual [-], NaN where not observed.
    level_wander : float
        Standard deviation of the level's move in a period, relative to the level. [-]
    noise : float
        Standard deviation of what is left, relative to the level. [-]
    autocorrelation : float
        Of the residuals at one period; far from 0 means that the model misses something. [-]

    Examples
    --------
    A queue of 100 items a day with twice as many on Saturdays, and one day on which nearly nothing came.

    >>> days = pd.date_range("2026-01-05", periods=84)
    >>> items = 100.0 + 100.0 * (days.day_of_week == 5) + 5.0 * np.sin(np.arange(84) ** 2)
    >>> items[60] = 5.0
    >>> history = VolumeHistory.from_frame(pd.DataFrame({"queue": "ads", "date": days, "items": items}))
    >>> structure = queue_structure(history, "ads")
    >>> structure.odd_periods()["date"].iloc[0] == days[60]
    True
    """

    queue: str
    components: pd.DataFrame
    level_wander: float
    noise: float
    autocorrelation: float

    def odd_periods(self) -> pd.DataFrame:
        """Return the periods beyond four standard errors, the oddest first: `date`, `items`, `fitted`, `odd`."""
        rows = self.components[self.components["odd"].abs() > ODD_SIGMAS]
        order = rows["odd"].abs().sort_values(ascending=False, kind="stable").index
        return rows.loc[order, ["date", "items", "fitted", "odd"]].reset_index(drop=True)

    def summary(self) -> str:
        """Return one sentence on what moves the queue, and whether the model misses anything."""
        week = self.components["weekly"]
        return (
            f"{self.queue}: the level moves by {self.level_wander:.1%} a period and single periods by {self.noise:.0%} "
            f"around it; the week lies between {week.min():.2f} and {week.max():.2f} of the level; "
            f"{len(self.odd_periods())} periods are odd, and residuals have an autocorrelation of "
            f"{self.autocorrelation:+.2f}."
        )


def queue_structure(history: VolumeHistory, queue: str) -> QueueStructure:
    """Fit a local level with a weekly pattern to one queue, as a check on what the ensemble says of it.

    Parameters
    ----------
    history
        What was observed, in days or weeks.
    queue
        Its name.

    Returns
    -------
    QueueStructure

    Raises
    ------
    ValueError
        If there is no such queue, its periods are shorter than a day, or fewer than four weeks of them were observed.

    Notes
    -----
    The basic structural model [1]_ without slope, on square roots: v = level + week + noise, the level a random walk
    and the week a sum of seven that drifts; variances by maximum likelihood, states by the Kalman smoother, gaps left
    out.

    References
    ----------
    .. [1] A. C. Harvey (1989), Forecasting, Structural Time Series Models and the Kalman Filter,
       doi:10.1017/CBO9781107049994.

    Examples
    --------
    >>> from forecasting.sample_data import sample_history
    >>> history = sample_history()
    >>> structure = queue_structure(history, history.queues[0])
    >>> bool(0 < structure.noise < 0.5), list(structure.components.columns)
    (True, ['date', 'items', 'level', 'weekly', 'fitted', 'odd'])
    """
    if queue not in history.queues:
        raise ValueError(f"queue must be one of {history.queues}; found {queue!r}")
    season = history.frequency.season_periods
    if season > 7:
        raise ValueError(f"history must be daily or weekly; it is {history.frequency}. Sum it to days first.")
    items = history.items[history.queues.index(queue)]
    first = max(int(np.flatnonzero(~np.isnan(items))[0]) if (~np.isnan(items)).any() else 0, len(items) - MOST_PERIODS)
    known = items[first:]
    n_seen = int((~np.isnan(known)).sum())
    if n_seen < LEAST_WEEKS * season or np.nanstd(known) == 0:
        raise ValueError(
            f"queue {queue!r} must have {LEAST_WEEKS} weeks of observations that differ; found {n_seen} periods. "
            "Wait for more, or explain its forecast instead."
        )
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    model = UnobservedComponents(to_even_variance(known), level="llevel", seasonal=season if season > 1 else None)
    fit = model.fit(disp=False, maxiter=200)
    level = np.asarray(fit.level["smoothed"])
    week = np.asarray(fit.seasonal["smoothed"]) if season > 1 else np.zeros(len(level))
    odd = np.asarray(fit.standardized_forecasts_error[0]).copy()
    odd[: 2 * season] = np.nan
    odd[np.isnan(known)] = np.nan
    level_items, fitted = from_even_variance(level), from_even_variance(level + week)
    frame = pd.DataFrame(
        {
            "date": history.period_start[first:],
            "items": known,
            "level": level_items,
            "weekly": fitted / np.maximum(level_items, 1e-9),
            "fitted": fitted,
            "odd": odd,
        }
    )
    variances = dict(zip(model.param_names, fit.params, strict=True))
    seen = odd[~np.isnan(odd)]
    # A root moves by half the relative move of the items.
    scale = 2 / max(float(level.mean()), 1e-9)
    return QueueStructure(
        queue=queue,
        components=frame,
        level_wander=scale * float(np.sqrt(variances["sigma2.level"])),
        noise=scale * float(np.sqrt(variances["sigma2.irregular"])),
        autocorrelation=float(np.corrcoef(seen[1:], seen[:-1])[0, 1]) if len(seen) > 2 else 0.0,
    )
