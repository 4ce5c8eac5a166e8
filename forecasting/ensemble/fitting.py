"""From a history's items to point forecasts and past error trajectories, a chunk of queues at a time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasting.ensemble.expected_movements import movement_names
from forecasting.ensemble.hindsight import errors_in_hindsight
from forecasting.ensemble.rolling import RollingFit, roll
from forecasting.methods.candidates import candidates
from forecasting.methods.lane_plan import LanePlan
from forecasting.methods.variance_scale import to_even_variance

STEPS_PER_YEAR_OF_WEEKS = 52
# Older ones were made by weights that had seen less.
MOST_ORIGINS = 52
# Origins before those, from which weights and shares are learned only.
LEARNING_ORIGINS = 8
# Over as many horizons, weights and shares have settled: what they were at an origin serves as well as the final ones.
FEW_HORIZONS = 28


@dataclass(frozen=True, kw_only=True, slots=True)
class StepLayout:
    """How periods are arranged into the steps that smoothing takes: a day of slots, or a week.

    Attributes
    ----------
    n_periods : int
        Periods of the history.
    slots : int
        Periods in one step.
    season, year : int
        Steps in a week, and in 52 weeks.
    horizon : int
        Steps ahead, the last of them perhaps used in part.
    n_steps : int
        Steps of the history, the first of them perhaps known in part.
    warm_up : int
        Steps that a queue must have been seen for before it is back-tested.
    origins : tuple of int
        Steps known at the rolling origins, ascending; they are counted back from the end.
    stride : int
        Steps between origins.
    most_origins : int
        Origins whose errors are kept of a long history, whether or not this one is.
    """

    n_periods: int
    slots: int
    season: int
    year: int
    horizon: int
    n_steps: int
    warm_up: int
    origins: tuple[int, ...]
    stride: int
    most_origins: int

    @property
    def plan(self) -> LanePlan:
        """The candidates."""
        return candidates(self.season, self.year, self.slots)


def lay_out(n_periods: int, horizon: int, season_periods: int) -> StepLayout:
    """Arrange periods into steps and choose the rolling origins.

    Parameters
    ----------
    n_periods, horizon : int
        Periods known, and ahead.
    season_periods : int
        Periods in a week: 1, 7, 168 or 336.

    Returns
    -------
    StepLayout

    Notes
    -----
    Origins are whole weeks apart, so that the errors of a Monday teach Mondays. Their spacing depends on the
    frequency and the horizon alone, never on the length of the history, so that a longer history of one queue
    moves no origin of another.

    Examples
    --------
    >>> layout = lay_out(730, 14, 7)
    >>> layout.origins[-2:], layout.stride, len(layout.origins)
    ((709, 716), 7, 60)
    """
    slots = max(1, season_periods // 7)
    season = season_periods // slots
    steps, n_steps = -(-horizon // slots), -(-n_periods // slots)
    if season > 1:
        stride, warm_up = season * max(1, -(-steps // (6 * season))), 4 * season
    else:
        stride, warm_up = max(1, -(-steps // 5)), 12
    last = n_steps - steps
    origins = tuple(range(last - stride * (MOST_ORIGINS + LEARNING_ORIGINS - 1), last + 1, stride))
    return StepLayout(
        n_periods=n_periods,
        slots=slots,
        season=season,
        year=STEPS_PER_YEAR_OF_WEEKS * season,
        horizon=steps,
        n_steps=n_steps,
        warm_up=warm_up,
        origins=tuple(origin for origin in origins if origin >= warm_up),
        stride=stride,
        most_origins=MOST_ORIGINS,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueFits:
    """What was learned of a chunk of queues, on the scale of even variance.

    Attributes
    ----------
    point : ndarray of shape (n_queues, horizon)
        Point forecast.
    parts : ndarray of shape (4, n_queues, horizon)
        Level, trend, weekly and yearly pattern that it is the sum of.
    errors : ndarray of shape (n_queues, n_origins, horizon)
        Actual less forecast from each origin, the latest first, in hindsight where the origins span few horizons; NaN
        where not known.
    weight, score : ndarray of shape (n_queues, n_lanes)
        Weights of the candidates and their recent mean absolute errors.
    share : ndarray of shape (n_queues, n_movements)
        Shares of the corrections of their mean.
    """

    point: NDArray[np.float64]
    parts: NDArray[np.float64]
    errors: NDArray[np.float64]
    weight: NDArray[np.float64]
    score: NDArray[np.float64]
    share: NDArray[np.float64]


def fit_queues(
    items: NDArray[np.float64], horizon: int, layout: StepLayout, month_places: NDArray[np.intp] | None = None
) -> QueueFits:
    """Run the ensemble over some queues of a panel.

    Parameters
    ----------
    items : ndarray of shape (n_queues, n_periods)
        Items of these queues without what events did to them, NaN where not to be learned from. [items]
    horizon : int
        Periods ahead.
    layout
        Arrangement into steps.
    month_places : ndarray of shape (2, n_steps + horizon) or None
        Places in the month of each day known and ahead, as `month_places_of_steps` gives them.

    Returns
    -------
    QueueFits
        The same for a queue whatever other queues are in the chunk.
    """
    n_queues, n_periods = items.shape
    # A chunk of one would be summed in another order, and so differ in the last digit.
    padded = np.full((max(2, n_queues), layout.n_steps * layout.slots), np.nan)
    padded[:n_queues, layout.n_steps * layout.slots - n_periods :] = to_even_variance(items)
    values = np.ascontiguousarray(padded.reshape(-1, layout.n_steps, layout.slots).transpose(1, 0, 2), np.float32)
    fit = roll(values, layout.horizon, layout.origins, layout.plan, warm_up=layout.warm_up, month_places=month_places)
    errors = _known_errors(fit, values, layout, month_places).transpose(1, 0, 2, 3)[:n_queues, ::-1]
    flat = layout.horizon * layout.slots
    return QueueFits(
        point=fit.point[:n_queues].reshape(n_queues, flat)[:, :horizon].astype(np.float64),
        parts=fit.parts[:, :n_queues].reshape(4, n_queues, flat)[:, :, :horizon].astype(np.float64),
        errors=errors.reshape(n_queues, -1, flat)[:, :, :horizon].astype(np.float64),
        weight=fit.weight[:n_queues].astype(np.float64),
        score=fit.score[:n_queues].astype(np.float64),
        share=fit.share[:n_queues].astype(np.float64),
    )


def _known_errors(
    fit: RollingFit,
    values: NDArray[np.float32],
    layout: StepLayout,
    month_places: NDArray[np.intp] | None,
) -> NDArray[np.floating]:
    """Errors from each origin, in hindsight for queues whose back-test spans few horizons."""
    n_known = (~np.isnan(fit.errors)).any(axis=(2, 3)).sum(axis=0)
    few = np.flatnonzero((n_known > 0) & (n_known * layout.stride < FEW_HORIZONS * layout.horizon))
    if few.size == 0:
        return fit.errors
    # Never a chunk of one, as above.
    rows = np.resize(few, max(2, few.size))
    errors = fit.errors.copy()
    errors[:, rows] = errors_in_hindsight(
        np.ascontiguousarray(values[:, rows]),
        layout.horizon,
        layout.origins,
        layout.plan,
        fit.score[rows],
        fit.share[rows],
        warm_up=layout.warm_up,
        month_places=month_places,
    )
    return errors


def corrections(layout: StepLayout, month_places: NDArray[np.intp] | None) -> tuple[str, ...]:
    """Names of the corrections, in the order of their shares."""
    return movement_names(layout.season, layout.plan.movements, month_places is not None)


def month_places_of_steps(month_places: NDArray[np.intp] | None, layout: StepLayout) -> NDArray[np.intp] | None:
    """Places in the month of each step known and ahead, by the middle of the step.

    Parameters
    ----------
    month_places : ndarray of shape (2, n_periods + horizon) or None
        Places in the month of each period known and ahead.
    layout
        Arrangement into steps.

    Returns
    -------
    ndarray of shape (2, n_steps + horizon of the layout) or None
        None where there are no places, or steps are weeks.
    """
    if month_places is None or layout.season == 1:
        return None
    steps = np.arange(-layout.n_steps, layout.horizon)
    middle = layout.n_periods + steps * layout.slots + layout.slots // 2
    return month_places[:, np.clip(middle, 0, month_places.shape[1] - 1)]


def first_steps(items: NDArray[np.float64], layout: StepLayout) -> NDArray[np.intp]:
    """Step in which each queue was first observed, of shape (n_queues,); beyond the last one where it never was."""
    seen = ~np.isnan(items)
    first = np.where(seen.any(axis=1), seen.argmax(axis=1), items.shape[1])
    before = layout.n_steps * layout.slots - items.shape[1]
    return np.asarray((first + before) // layout.slots, dtype=np.intp)


def count_origins(items: NDArray[np.float64], horizon: int, layout: StepLayout) -> NDArray[np.intp]:
    """How many origins each queue can be back-tested from, of shape (n_queues,)."""
    seen = ~np.isnan(items)
    before = layout.n_steps * layout.slots - items.shape[1]
    step = first_steps(items, layout)
    origins = np.asarray(layout.origins, dtype=np.intp)
    ready = step + layout.warm_up <= origins[:, None]
    # A queue that has gone silent has origins, but nothing to compare with after them.
    after = np.zeros_like(ready)
    for row, origin in enumerate(layout.origins):
        known = max(0, origin * layout.slots - before)
        after[row] = seen[:, known : known + horizon].any(axis=1)
    return np.asarray((ready & after).sum(axis=0), dtype=np.intp)
