"""Which candidate methods compete, and how their errors become weights."""

from dataclasses import dataclass

from forecasting.methods.intermittent import IntermittentParameters
from forecasting.methods.smoothing import SmoothingParameters

MEDIAN_WEEKS = (13,)


@dataclass(frozen=True, kw_only=True, slots=True)
class LanePlan:
    """Which candidates run.

    Attributes
    ----------
    groups
        Smoothing with its parameter sets; the lanes of the second group carry the built-on methods. Yearly patterns
        are for steps of a week.
    intermittent
        Methods for queues that are often empty.
    base : tuple of int
        Lanes of the second group whose level and pattern the built-on methods start from.
    season, year : int
        Steps in a week, and in 52 weeks.
    year_shapes : tuple of (float, int, int)
        Share of last year's shape that is repeated, width of its centred mean, and width of the mean that its
        movement starts from [steps].
    movements : tuple of (int, int)
        Widths of last year's movements that may correct the mean of the candidates: of the centred mean, and of the
        mean that it starts from [steps].
    power : float
        Weights are mean absolute errors to minus this power.
    decay : float
        What the errors of an origin count for at the next one.
    """

    groups: tuple[SmoothingParameters, ...]
    intermittent: IntermittentParameters
    base: tuple[int, ...]
    season: int
    year: int
    year_shapes: tuple[tuple[float, int, int], ...]
    movements: tuple[tuple[int, int], ...]
    power: float
    decay: float

    @property
    def names(self) -> tuple[str, ...]:
        """One description a candidate, in the order of the lanes."""
        smooth = [name for group in self.groups for name in group.names]
        built = [f"{share:.0%} of last year's shape ({width} steps)" for share, width, _ in self.year_shapes]
        if self.season > 1:
            built += [f"medians of {weeks} weeks" for weeks in MEDIAN_WEEKS]
        bases = [self.groups[1].names[lane] for lane in self.base]
        return (*smooth, *self.intermittent.names, *(f"{base} with {name}" for name in built for base in bases))

    @property
    def repeats_year(self) -> tuple[bool, ...]:
        """Which candidates repeat the year, in the order of the lanes."""
        smooth = [group.yearly for group in self.groups for _ in group.names]
        built = [True] * len(self.year_shapes) + [False] * (len(MEDIAN_WEEKS) if self.season > 1 else 0)
        return (*smooth, *[False] * self.intermittent.n_lanes, *(kind for kind in built for _ in self.base))
