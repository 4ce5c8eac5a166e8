"""The candidates on their way through the history, from one rolling origin to the next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from forecasting.ensemble.expected_movements import DayDepartures, ExpectedMovements
from forecasting.methods.lane_plan import LanePlan
from forecasting.methods.lanes import LaneBank
from forecasting.methods.smoothing import Floats


@dataclass(kw_only=True, slots=True)
class Walk:
    """A chunk of queues, the candidates, and how far these have come.

    Attributes
    ----------
    bank
        The candidates.
    movements
        What may correct their mean.
    filled : ndarray of shape (n_steps, n_queues, n_slots)
        History, 0 where not observed.
    observed : bool ndarray of the same shape
        Where it was.
    first : ndarray of shape (n_queues,)
        Step of each queue's first observation.
    horizon : int
        Steps ahead.
    warm_up : int
        Steps that a queue must have been seen for before its first origin counts.
    """

    bank: LaneBank
    movements: ExpectedMovements
    filled: Floats
    observed: NDArray[np.bool_]
    first: NDArray[np.intp]
    horizon: int
    warm_up: int

    @classmethod
    def start(
        cls, values: Floats, horizon: int, plan: LanePlan, warm_up: int, month_places: NDArray[np.intp] | None
    ) -> Self:
        """Return the candidates before the first step; `forecasting.ensemble.rolling.roll` describes the parameters."""
        observed = ~np.isnan(values)
        filled = np.where(observed, values, 0).astype(values.dtype)
        first = _first_seen(observed)
        n_steps = len(values)
        weeks = np.minimum(first[None, :] + np.arange(warm_up)[:, None], n_steps - 1)
        opening = np.where(
            (weeks - first >= 0)[:, :, None], np.take_along_axis(values, weeks[:, :, None], axis=0), np.nan
        )
        bank = LaneBank.start(
            plan,
            filled,
            observed.astype(values.dtype),
            first,
            opening.astype(values.dtype),
            (weeks - n_steps) % plan.season,
        )
        movements = ExpectedMovements(
            past=bank.year_ago,
            season=plan.season,
            year=plan.year,
            shapes=plan.movements,
            days=DayDepartures.start(n_steps, len(first), month_places),
        )
        return cls(
            bank=bank,
            movements=movements,
            filled=filled,
            observed=observed,
            first=first,
            horizon=horizon,
            warm_up=warm_up,
        )

    def stops(self, origins: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Go from origin to origin, ready to forecast at each, and give its row and itself; before any data none."""
        for row, origin in enumerate(origins):
            self._advance(origin)
            if origin > self.first.min():
                self.bank.prepare(self.horizon)
                yield row, origin

    def finish(self) -> None:
        """Go to the end of the history, ready to forecast."""
        self._advance(len(self.filled))
        self.bank.prepare(self.horizon)

    def _advance(self, stop: int) -> None:
        self.bank.known = max(self.bank.known, min(int(self.first.min()), stop))
        while self.bank.known < stop:
            self.bank.step(self.filled[self.bank.known])

    @property
    def old_enough(self) -> NDArray[np.bool_]:
        """Which queues have warmed up, of shape (n_queues,)."""
        return np.asarray(self.bank.known - self.first >= self.warm_up)

    def errors(self, weight: Floats) -> Floats:
        """Actual less the candidates' mean over the steps ahead that are known, NaN where not seen or not warmed up.

        Parameters
        ----------
        weight : ndarray of shape (n_lanes, n_queues)
            Weights of the candidates.

        Returns
        -------
        ndarray of shape (n_ahead, n_queues, n_slots)
        """
        origin = self.bank.known
        stop = min(origin + self.horizon, len(self.filled))
        mean = self.bank.parts(weight, self.horizon).sum(axis=0)
        raw: Floats = self.filled[origin:stop] - mean[: stop - origin]
        raw[~(self.observed[origin:stop] & self.old_enough[:, None])] = np.nan
        return raw


def corrected(errors: Floats, moved: NDArray[np.float32], share: NDArray[np.float32]) -> Floats:
    """Errors less what corrections of the mean add, of shape (n_queues, n_ahead, n_slots).

    Parameters
    ----------
    errors : ndarray of shape (n_ahead, n_queues, n_slots)
        As `Walk.errors` gives them.
    moved : ndarray of shape (n_movements, horizon, n_queues)
        Movements expected.
    share : ndarray of shape (n_movements, n_queues)
        Shares of them.
    """
    left: Floats = errors - (share[:, None] * moved).sum(axis=0)[: len(errors), :, None].astype(errors.dtype)
    return left.transpose(1, 0, 2)


def _first_seen(observed: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Step of the first observation of each queue, the number of steps where there is none."""
    alive = observed.any(axis=2)
    return np.asarray(np.where(alive.any(axis=0), alive.argmax(axis=0), len(observed)), dtype=np.intp)
