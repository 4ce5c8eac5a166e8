"""The candidate methods of the ensemble: smoothing, chance x size, and medians and last year on a smooth level."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from forecasting.methods.intermittent import IntermittentState
from forecasting.methods.lane_plan import MEDIAN_WEEKS, LanePlan
from forecasting.methods.seasonal_median import recent_medians
from forecasting.methods.smoothing import Floats, SmoothingState, starting_state
from forecasting.methods.year_ago import YearAgo


@dataclass(kw_only=True, slots=True)
class LaneBank:
    """All candidates of a chunk of queues, moved through the history step by step.

    Attributes
    ----------
    plan
        Which candidates run.
    states
        One smoothing state a group.
    sparse
        State of the methods for queues that are often empty.
    departure : ndarray of shape (n_steps, n_queues, n_slots)
        Values less level, for the medians; NaN where not observed or not yet reached.
    year_ago
        Sums of the values less their weekly pattern.
    seen : ndarray of shape (n_steps, n_queues, n_slots)
        1 where observed, else 0.
    complete : bool ndarray of shape (n_steps,)
        Whether all queues were observed in all slots.
    flat : ndarray of shape (n_steps, n_queues)
        Values less their weekly pattern, by step.
    rare : ndarray of shape (n_intermittent, n_queues, n_slots)
        What the methods for queues that are often empty forecast, set by `prepare`.
    built : ndarray of shape (n_built, horizon, n_queues)
        What each built-on method adds to its base's level, set by `prepare`.
    patterns
        Weekly patterns of the medians, set by `prepare`.
    known, summed : int
        Steps taken in, and those of them that are in the sums of `year_ago`.
    """

    plan: LanePlan
    states: tuple[SmoothingState, ...]
    sparse: IntermittentState
    departure: Floats
    year_ago: YearAgo
    seen: Floats
    complete: NDArray[np.bool_]
    flat: Floats
    rare: Floats = field(default_factory=lambda: np.zeros((0, 0, 0)))
    built: Floats = field(default_factory=lambda: np.zeros((0, 0, 0)))
    patterns: list[Floats] = field(default_factory=list)
    known: int = 0
    summed: int = 0

    @classmethod
    def start(
        cls,
        plan: LanePlan,
        values: Floats,
        seen: Floats,
        first: NDArray[np.intp],
        first_values: Floats,
        first_position: NDArray[np.intp],
    ) -> Self:
        """Return the bank before the first step.

        Parameters
        ----------
        plan
            Which candidates run.
        values : ndarray of shape (n_steps, n_queues, n_slots)
            The history, any finite number where not observed.
        seen : ndarray of the same shape
            1 where observed, else 0.
        first : ndarray of shape (n_queues,)
            Step of each queue's first observation.
        first_values, first_position
            The first weeks of each queue, as `forecasting.methods.smoothing.starting_state` takes them.
        """
        n_steps, n_queues, _ = values.shape
        level, season, scale = starting_state(first_values, first_position, plan.season)
        # Nothing is known of the year before the first one has passed.
        flat_year = np.zeros((plan.year, *season.shape[1:]), season.dtype)
        return cls(
            plan=plan,
            states=tuple(
                SmoothingState.start(group, level, flat_year if group.yearly else season, scale)
                for group in plan.groups
            ),
            sparse=IntermittentState.start(plan.intermittent, first_values),
            departure=np.zeros_like(values),
            year_ago=YearAgo(
                total=np.zeros((n_steps + 1, n_queues)), count=np.zeros((n_steps + 1, n_queues)), first=first
            ),
            seen=seen,
            complete=np.asarray((seen > 0).all(axis=(1, 2))),
            flat=np.zeros((n_steps, n_queues), values.dtype),
        )

    def step(self, value: Floats) -> None:
        """Take in the values (n_queues, n_slots) of one more step."""
        state, lane, now = self.states[1], self.plan.base[0], self.known
        position = (now - len(self.flat)) % self.plan.season
        seen = None if self.complete[now] else self.seen[now]
        flat = value - state.season[position][lane]
        if flat.shape[1] > 1:
            weight = self.seen[now]
            flat = (flat * weight).sum(axis=1, keepdims=True) / np.maximum(weight.sum(axis=1, keepdims=True), 1)
        self.flat[now] = flat[:, 0]
        np.subtract(value, state.level[lane], out=self.departure[now])
        for each in self.states:
            each.step(value, seen, (now - len(self.flat)) % len(each.season))
        self.sparse.step(value, seen)
        self.known += 1

    def prepare(self, horizon: int) -> None:
        """Set what the built-on methods need to forecast from here."""
        plan, dtype = self.plan, self.departure.dtype
        fresh = slice(self.summed, self.known)
        self.year_ago.extend(self.summed, self.flat[fresh], self.seen[fresh].max(axis=2))
        self.summed = self.known
        moved = {
            (width, start): self.year_ago.shape(self.known, horizon, plan.year, width, start)
            for width, start in dict.fromkeys((width, start) for _, width, start in plan.year_shapes)
        }
        shapes = [share * moved[width, start] for share, width, start in plan.year_shapes]
        self.built = np.stack(shapes).astype(dtype) if shapes else np.zeros((0, horizon, 0), dtype)
        self.rare = self.sparse.forecast()
        self.patterns = []
        if plan.season > 1:
            recent = slice(max(0, self.known - max(MEDIAN_WEEKS) * plan.season), self.known)
            past = self.departure[recent]
            if not self.complete[recent].all():
                past = np.where(self.seen[recent] > 0, past, np.nan)
            # Aligned so that the last step of the array is the last position of the week.
            short = -(self.departure.shape[0] - self.known) % plan.season
            self.patterns = [
                np.roll(recent_medians(past, plan.season, weeks), -short, axis=0) for weeks in MEDIAN_WEEKS
            ]

    def forecast(self, ahead: int, out: Floats) -> Floats:
        """Fill `out`, of shape (n_lanes, n_queues, n_slots), with all candidates' forecasts so many steps ahead."""
        plan = self.plan
        position = (self.known + ahead - 1 - self.departure.shape[0]) % plan.season
        lane = 0
        for state in self.states:
            n_lanes = state.parameters.n_lanes
            block = out[lane : lane + n_lanes]
            np.add(state.level, state.season[self._place(state, ahead)], out=block)
            if state.parameters.trend:
                block += state.trend_after(ahead)
            if state.parameters.day:
                block += state.day
            lane += n_lanes
        out[lane : lane + plan.intermittent.n_lanes] = self.rare
        lane += plan.intermittent.n_lanes
        offset = plan.groups[0].n_lanes
        bases = [offset + base for base in plan.base]
        for extra in self.built[:, ahead - 1]:
            for base in bases:
                np.add(out[base], extra[:, None], out=out[lane])
                lane += 1
        for pattern in self.patterns:
            for base in plan.base:
                np.add(self.states[1].level[base], pattern[position], out=out[lane])
                lane += 1
        return out[:lane]

    def parts(self, weight: Floats, horizon: int) -> Floats:
        """Split the weighted mean of `forecast` into level, trend, weekly and yearly.

        Parameters
        ----------
        weight : ndarray of shape (n_lanes, n_queues)
            Weights of the candidates.
        horizon : int
            Steps ahead.

        Returns
        -------
        ndarray of shape (4, horizon, n_queues, n_slots)
            Their sum is the weighted mean.
        """
        plan = self.plan
        weight = weight[:, :, None]
        places = (self.known + np.arange(horizon) - self.departure.shape[0]) % plan.season
        own, rest = weight[: self._first_rare], weight[self._first_rare :]
        rare, built = rest[: len(self.rare)], rest[len(self.rare) :]
        n_bases = len(plan.base)
        # What stands on a base adds to the weight of its level and, but for medians, of its pattern.
        kinds = built.reshape(-1, n_bases, *weight.shape[1:])
        on_pattern = kinds[: len(self.built)].sum(axis=0)
        first = plan.groups[0].n_lanes
        patterned, levelled = own.copy(), own.copy()
        for row, base in enumerate(plan.base):
            patterned[first + base] += on_pattern[row]
            levelled[first + base] += kinds[:, row].sum(axis=0)
        total = np.zeros((4, horizon, *self.departure.shape[1:]), weight.dtype)
        total[0] = (rare * self.rare).sum(axis=0)
        weekly = np.zeros((plan.season, *self.departure.shape[1:]), weight.dtype)
        lane = 0
        for state in self.states:
            rows = slice(lane, lane + state.parameters.n_lanes)
            lane = rows.stop
            total[0] += (levelled[rows] * state.level).sum(axis=0)
            if state.parameters.trend:
                trend = (own[rows] * state.trend).sum(axis=0)
                total[1] += np.multiply.outer(state.trend_sum(np.arange(1, horizon + 1)), trend)
            if state.parameters.day:
                weekly += (own[rows] * state.day).sum(axis=0)
            if state.parameters.yearly:
                ahead = (self.known + np.arange(horizon) - len(self.flat)) % plan.year
                total[3] += (own[rows] * state.season[ahead]).sum(axis=1)
            elif plan.season > 1:
                for place in range(plan.season):
                    weekly[place] += (patterned[rows] * state.season[place]).sum(axis=0)
        for kind, pattern in enumerate(self.patterns, start=len(self.built)):
            weekly += kinds[kind].sum(axis=0) * pattern
        total[2] = weekly[places]
        for kind, moved in enumerate(self.built):
            total[3] += kinds[kind].sum(axis=0) * moved[:, :, None]
        return total

    @property
    def year_known(self) -> NDArray[np.bool_]:
        """Which queues have been seen for a year, of shape (n_queues,)."""
        return np.asarray(self.known - self.year_ago.first >= self.plan.year)

    @property
    def ready(self) -> NDArray[np.bool_]:
        """Whether each lane knows what it repeats, of shape (n_lanes, n_queues): of the year nothing before a year."""
        return ~np.asarray(self.plan.repeats_year)[:, None] | self.year_known

    def _place(self, state: SmoothingState, ahead: int) -> int:
        """Position in the pattern of a state so many steps ahead; the last step of the history has the last one."""
        return (self.known + ahead - 1 - len(self.flat)) % len(state.season)

    @property
    def _first_rare(self) -> int:
        return sum(group.n_lanes for group in self.plan.groups)
