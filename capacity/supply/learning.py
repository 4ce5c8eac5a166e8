"""How the output of a head grows with the weeks on the job."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

# After this many half-lives the missing part lies below the last bit of a float.
HALF_LIVES = 54
LONGEST_WEEKS = 5_200
LONGEST_HALF_LIFE_WEEKS = LONGEST_WEEKS // HALF_LIVES


@dataclass(frozen=True, kw_only=True, slots=True)
class LearningCurve:
    """Output of a head relative to a full one, by week on the job.

    Attributes
    ----------
    efficiency
        Output in the first, second, ... week; the last value holds from then on. 0 is a week in the classroom. [-]

    Raises
    ------
    ValueError
        If the table is empty, holds a value outside 0-2, or ends at 0.

    Notes
    -----
    An efficiency of 0.5 and a handling time twice as long are the same thing: see
    `capacity.workload.handling_time.handle_minutes_by_team`.

    Examples
    --------
    >>> curve = LearningCurve.linear(3, classroom_weeks=2)
    >>> curve.at([0, 1, 2, 3, 4, 5, 6])
    array([0.  , 0.  , 0.25, 0.5 , 0.75, 1.  , 1.  ])
    """

    efficiency: tuple[float, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "efficiency", tuple(float(value) for value in self.efficiency))
        if not self.efficiency:
            raise ValueError("efficiency must hold at least one week; found none")
        wrong = [value for value in self.efficiency if not 0.0 <= value <= 2.0]
        if wrong:
            raise ValueError(f"efficiency must lie between 0 and 2 (1 is a full head); found {wrong[0]}")
        if self.efficiency[-1] == 0.0:
            raise ValueError("efficiency must end above 0, as its last value holds for ever; found 0")

    @classmethod
    def linear(cls, ramp_weeks: int, *, classroom_weeks: int = 0) -> "LearningCurve":
        """Output that grows in even steps to that of a full head.

        Parameters
        ----------
        ramp_weeks : int
            Weeks below full output: (k + 1) / (ramp_weeks + 1) in the k-th week. [weeks]
        classroom_weeks : int
            Weeks without output before. [weeks]

        Returns
        -------
        LearningCurve

        Raises
        ------
        ValueError
            If a number of weeks is negative or above 5,200.

        Examples
        --------
        >>> LearningCurve.linear(1).efficiency
        (0.5, 1.0)
        """
        steps = _weeks("ramp_weeks", ramp_weeks) + 1
        classroom = (0.0,) * _weeks("classroom_weeks", classroom_weeks)
        return cls(efficiency=(*classroom, *((week + 1.0) / steps for week in range(steps))))

    @classmethod
    def exponential(cls, *, first: float, half_life_weeks: float, classroom_weeks: int = 0) -> "LearningCurve":
        """Output whose distance from that of a full head halves again and again.

        Parameters
        ----------
        first : float
            Output in the first week on the queues. [-]
        half_life_weeks : float
            Weeks in which the distance halves. [weeks]
        classroom_weeks : int
            Weeks without output before. [weeks]

        Returns
        -------
        LearningCurve

        Raises
        ------
        ValueError
            If `first` lies outside 0-1, or the half-life is not above 0 or beyond 96 weeks.

        Notes
        -----
        1 - (1 - first) 2^(-k / half_life) in the k-th week, k from 0: the exponential learning curve of [1]_.

        References
        ----------
        .. [1] J. G. Mazur, R. Hastie (1978), Learning as accumulation: a reexamination of the learning curve,
           Psychological Bulletin 85(6), doi:10.1037/0033-2909.85.6.1256.

        Examples
        --------
        >>> LearningCurve.exponential(first=0.2, half_life_weeks=2).at([0, 2, 4])
        array([0.2, 0.6, 0.8])
        """
        if not 0.0 <= first <= 1.0:
            raise ValueError(f"first must lie between 0 and 1; found {first!r}")
        if not 0.0 < half_life_weeks <= LONGEST_HALF_LIFE_WEEKS:
            raise ValueError(
                f"half_life_weeks must lie above 0 and up to {LONGEST_HALF_LIFE_WEEKS}; found {half_life_weeks!r}"
            )
        classroom = (0.0,) * _weeks("classroom_weeks", classroom_weeks)
        weeks = np.arange(ceil(HALF_LIVES * half_life_weeks) + 1)
        return cls(efficiency=(*classroom, *(1.0 - (1.0 - first) * 0.5 ** (weeks / half_life_weeks)).tolist()))

    @classmethod
    def table(cls, efficiency: Sequence[float]) -> "LearningCurve":
        """Output as measured.

        Parameters
        ----------
        efficiency
            By week on the job; the last value holds from then on. [-]

        Returns
        -------
        LearningCurve

        Examples
        --------
        >>> LearningCurve.table([0.3, 0.7, 0.95]).at(10)
        array(0.95)
        """
        return cls(efficiency=tuple(efficiency))

    def at(self, tenure_weeks: ArrayLike) -> FloatArray:
        """Output in some weeks on the job.

        Parameters
        ----------
        tenure_weeks : array_like of int
            Whole weeks on the job before that week; negative before the start. [weeks]

        Returns
        -------
        ndarray
            Of the same shape; 0 before the start. [-]
        """
        tenure = np.asarray(tenure_weeks, dtype=np.int64)
        known = np.array(self.efficiency)
        return np.asarray(np.where(tenure >= 0, known[np.clip(tenure, 0, known.size - 1)], 0.0))


def _weeks(name: str, value: int) -> int:
    if not 0 <= value <= LONGEST_WEEKS or value != int(value):
        raise ValueError(f"{name} must be a whole number from 0 to {LONGEST_WEEKS}; found {value!r}")
    return int(value)
