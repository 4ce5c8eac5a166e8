"""Methods for queues that are often empty: how likely items are and how many then, smoothed apart from each other."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from forecasting.methods.variance_scale import OFFSET

EMPTY = float(np.sqrt(OFFSET))
# Halfway from the root of no items to that of one.
SOME = float((EMPTY + np.sqrt(1 + OFFSET)) / 2)
Floats = NDArray[np.floating]


@dataclass(frozen=True, kw_only=True, slots=True)
class IntermittentParameters:
    """Gains of the methods ("lanes").

    Attributes
    ----------
    chance, size : tuple of float
        TSB: gain of the chance of any item and of the number of items, one a lane. [-]
    interval : tuple of float
        Croston: gain of both number and interval, one a lane. [-]
    """

    chance: tuple[float, ...]
    size: tuple[float, ...]
    interval: tuple[float, ...]

    @property
    def n_lanes(self) -> int:
        """Number of lanes."""
        return len(self.chance) + len(self.interval)

    @property
    def names(self) -> tuple[str, ...]:
        """One description a lane."""
        tsb = [f"TSB (chance {chance:g}, size {size:g})" for chance, size in zip(self.chance, self.size, strict=True)]
        return (*tsb, *(f"Croston ({gain:g})" for gain in self.interval))


@dataclass(kw_only=True, slots=True)
class IntermittentState:
    """Chance, size and interval of every lane and queue; `step` moves them on by one step in place.

    Attributes
    ----------
    parameters
        The lanes.
    chance : ndarray of shape (n_tsb, n_queues, n_slots)
        Chance that a step holds any item. [-]
    size : ndarray of shape (n_lanes, n_queues, n_slots)
        Root of the items where there are any, less that of none.
    interval, since : ndarrays of shape (n_croston, n_queues, n_slots) and (n_queues, n_slots)
        Smoothed steps between items, and steps since the last. [steps]
    gains : tuple of ndarray
        Of chance, size and interval.
    """

    parameters: IntermittentParameters
    chance: Floats
    size: Floats
    interval: Floats
    since: Floats
    gains: tuple[Floats, Floats, Floats]

    @classmethod
    def start(cls, parameters: IntermittentParameters, opening: Floats) -> Self:
        """Return the state before the first step.

        Parameters
        ----------
        parameters
            The lanes.
        opening : ndarray of shape (n_steps, n_queues, n_slots)
            The first steps of each queue as roots of items, NaN where not observed.
        """
        some, seen = opening > SOME, ~np.isnan(opening)
        chance = (some.sum(axis=0) + 0.5) / (seen.sum(axis=0) + 1.0)
        size = np.where(some, opening - EMPTY, 0.0).sum(axis=0) + 1.0 - EMPTY
        size /= some.sum(axis=0) + 1.0
        dtype = opening.dtype

        def by_lane(gains: tuple[float, ...]) -> Floats:
            return np.asarray(gains, dtype)[:, None, None]

        return cls(
            parameters=parameters,
            chance=np.tile(chance.astype(dtype), (len(parameters.chance), 1, 1)),
            size=np.tile(size.astype(dtype), (parameters.n_lanes, 1, 1)),
            interval=np.tile((1 / chance).astype(dtype), (len(parameters.interval), 1, 1)),
            since=np.ones(chance.shape, dtype),
            gains=(
                by_lane(parameters.chance),
                by_lane(parameters.size + parameters.interval),
                by_lane(parameters.interval),
            ),
        )

    def step(self, value: Floats, seen: Floats | None) -> None:
        """Take in one step's roots (n_queues, n_slots); `seen` is 1 where observed, else 0, None where all was.

        Notes
        -----
        TSB [1]_: with d = 1 if there were items, else 0, chance' = chance + beta (d - chance), and where d = 1
        size' = size + alpha (items - size). Croston [2]_ updates size and interval only where d = 1. Both here smooth
        roots of items, on which errors are even.

        References
        ----------
        .. [1] R. H. Teunter, A. A. Syntetos, M. Z. Babai (2011), Intermittent demand: Linking forecasting to
           inventory obsolescence, European Journal of Operational Research 214(3), doi:10.1016/j.ejor.2011.05.018.
        .. [2] J. D. Croston (1972), Forecasting and stock control for intermittent demands, Operational Research
           Quarterly 23(3), doi:10.2307/3007885.
        """
        dtype = value.dtype
        some = (value > SOME).astype(dtype)
        if seen is not None:
            some *= seen
        gain_chance, gain_size, gain_interval = self.gains
        change = some - self.chance
        if seen is not None:
            change *= seen
        self.chance += gain_chance * change
        surprise = (value - dtype.type(EMPTY)) - self.size
        surprise *= some
        self.size += gain_size * surprise
        self.interval += gain_interval * ((self.since - self.interval) * some)
        passed = 1 - some * self.since
        self.since += passed if seen is None else passed * seen

    def forecast(self) -> Floats:
        """Return the roots expected at any step ahead, of shape (n_lanes, n_queues, n_slots).

        Notes
        -----
        Croston's ratio is too high by about half its gain, and is reduced by that [1]_.

        References
        ----------
        .. [1] A. A. Syntetos, J. E. Boylan (2005), The accuracy of intermittent demand estimates, International
           Journal of Forecasting 21(2), doi:10.1016/j.ijforecast.2004.10.001.
        """
        tsb = self.chance * self.size[: len(self.chance)]
        croston = self.size[len(self.chance) :] * (1 - self.gains[2] / 2) / self.interval
        return np.concatenate([tsb, croston]) + tsb.dtype.type(EMPTY)
