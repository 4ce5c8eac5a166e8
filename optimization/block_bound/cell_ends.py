"""What the sets of a cell can come to at most and at least: hours of teams, demand of queues, skill."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capacity.requirement import skill_matrix
from optimization.block_bound.cells import Cell, Group
from optimization.blocks import Block
from optimization.case import PlanningCase
from optimization.effect import COUNTED, OF_TEAMS, EffectKind
from optimization.set_effects import effect_by_week, hours_of_teams

FloatArray = NDArray[np.float64]

# What one group of requests adds to: a kind, and the team or queue (or both) that it touches.
Part = tuple[str, int, int]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Ends:
    """One end of what the sets of a cell come to, the most helpful or the least.

    Attributes
    ----------
    hours : ndarray of shape (n_teams, n_paths or 1, n_weeks)
        Of each team. [h]
    demand : ndarray of shape (n_queues_of_block, n_weeks)
        Factor on the work of each queue, mean over paths. [-]
    skill : ndarray of shape (n_weeks, n_teams, n_queues_of_block)
        Standard work per hour. [-]
    """

    hours: FloatArray
    demand: FloatArray
    skill: FloatArray


class CellEnds:
    """Bounds on hours, demand and skill under the sets of a cell.

    Parameters
    ----------
    case
        Forecast, queues, teams and requests.
    block
        Whose cells.
    groups
        Of its requests.

    Notes
    -----
    Hours are heads times what shrinkage leaves, plus overtime; demand is a product of factors of volume and handling
    and one of rework. Each of these parts is a sum or a product over effects, so over groups, and is 0 or more. So the
    best way of each group, taken for each part, path and week by itself, bounds the whole under any set of the cell.
    """

    def __init__(self, case: PlanningCase, block: Block, groups: Sequence[Group]) -> None:
        self.case, self.block, self.groups = case, block, list(groups)
        self._profile = [effect_by_week(case, index) for index in range(len(case.effects))]
        self._base = hours_of_teams(case, np.zeros((1, len(case.requests))))[0].mean(axis=1)
        self._usual = np.stack([team.shrinkage_by_week(case.n_weeks) for team in case.teams])
        self._skill = skill_matrix(case.queues, case.teams)[:, list(block.queues)]
        place = {row: at for at, row in enumerate(block.requests)}
        self._effects = [(index, place[row]) for index, (row, _) in enumerate(case.effects) if row in place]
        self._parts = [self._of_group(group) for group in self.groups]
        self._seen: dict[tuple[int, int, int, bool], dict[Part, FloatArray]] = {}

    def at(self, cell: Cell, *, helpful: bool) -> Ends:
        """Return one end of a cell.

        Parameters
        ----------
        cell
            Sets of the block.
        helpful : bool
            Whether the end with the most hours and the least demand is wanted, or the other.
        """
        parts = [
            self._best(group, low, high, helpful)
            for group, (low, high) in enumerate(zip(cell.low, cell.high, strict=True))
        ]
        n_teams, n_weeks = self._base.shape
        heads, overtime, lost = ([np.zeros((1, n_weeks))] * n_teams for _ in range(3))
        n_queues = len(self.block.queues)
        factor, redone = [np.ones((1, n_weeks))] * n_queues, [np.zeros((1, n_weeks))] * n_queues
        skill = np.tile(self._skill, (n_weeks, 1, 1))
        sums = {"heads": heads, "overtime": overtime, "lost": lost, "redone": redone}
        for of_group in parts:
            for (kind, one, other), value in of_group.items():
                if kind == "factor":
                    factor[one] = factor[one] * value
                elif kind == "skill":
                    skill[:, one, other] += value[0]
                else:
                    sums[kind][one] = sums[kind][one] + value
        hours = [
            (base + more) * np.clip(1.0 - usual - less, 0.0, 1.0) / (1.0 - usual) + extra
            for base, more, usual, less, extra in zip(self._base, heads, self._usual, lost, overtime, strict=True)
        ]
        demand = []
        for column, row in enumerate(self.block.queues):
            rework = self.case.queues[row].rework_share
            again = (1.0 - rework) / (1.0 - np.clip(rework + redone[column], 0.0, 0.99))
            demand.append((factor[column] * again).mean(axis=0))
        return Ends(
            hours=np.stack(np.broadcast_arrays(*hours)),
            demand=np.array(demand).reshape(n_queues, n_weeks),
            skill=skill,
        )

    def levels(self, cell: Cell) -> tuple[FloatArray, FloatArray]:
        """Least and greatest share of each request in any set of a cell.

        Parameters
        ----------
        cell
            Sets of the block.

        Returns
        -------
        low, high : ndarray of shape (n_requests_of_block,)
            [-]
        """
        low, high = np.zeros(len(self.block.requests)), np.zeros(len(self.block.requests))
        for group, first, last in zip(self.groups, cell.low, cell.high, strict=True):
            ways = group.levels[first : last + 1]
            low[list(group.requests)], high[list(group.requests)] = ways.min(axis=0), ways.max(axis=0)
        return low, high

    def _of_group(self, group: Group) -> dict[Part, FloatArray]:
        """What each way of a group adds to each part, of shape (n_ways, n_paths or 1, n_weeks)."""
        case = self.case
        teams = {team.name: at for at, team in enumerate(case.teams)}
        queues = {case.queues[row].name: at for at, row in enumerate(self.block.queues)}
        column = {request: at for at, request in enumerate(group.requests)}
        zero = np.zeros((len(group.levels), 1, case.n_weeks))
        parts: dict[Part, FloatArray] = {}
        for index, place in self._effects:
            if place not in column:
                continue
            effect, size = case.effects[index][1], case.size[index]
            size = size[:1] if (size == size[0]).all() else size
            change = group.levels[:, column[place], None, None] * size[None, :, None] * self._profile[index]
            at = teams.get(effect.team or "", -1)
            if effect.kind in OF_TEAMS:
                kind = "heads" if effect.kind in COUNTED else _OF_TEAM[effect.kind]
                parts[kind, at, -1] = parts.get((kind, at, -1), zero) + change
                continue
            for name in (one for one in effect.queues if one in queues):
                queue = queues[name]
                if effect.kind is EffectKind.SKILL:
                    # The better of two skills is at most what is known plus what each of them adds.
                    gain = np.maximum(change - self._skill[at, queue], 0.0).mean(axis=1, keepdims=True)
                    parts["skill", at, queue] = parts.get(("skill", at, queue), zero) + gain
                elif effect.kind is EffectKind.QUALITY:
                    parts["redone", queue, -1] = parts.get(("redone", queue, -1), zero) + change
                else:
                    parts["factor", queue, -1] = parts.get(("factor", queue, -1), zero + 1.0) * (1.0 + change)
        return parts

    def _best(self, group: int, low: int, high: int, helpful: bool) -> dict[Part, FloatArray]:
        """Most helpful of each part over a range of ways, or least, of shape (n_paths or 1, n_weeks)."""
        key = (group, low, high, helpful)
        if key not in self._seen:
            pick: dict[bool, Callable[..., FloatArray]] = {True: np.max, False: np.min}
            self._seen[key] = {
                part: pick[(part[0] in _MORE_HELPS) == helpful](value[low : high + 1], axis=0)
                for part, value in self._parts[group].items()
            }
        return self._seen[key]

    def hours_over_mean(self, cell: Cell, most: FloatArray) -> FloatArray:
        """Most hours of each team on each path over its mean hours, under any one set of a cell.

        Parameters
        ----------
        cell
            Sets of the block.
        most : ndarray of shape (n_teams, n_paths or 1, n_weeks)
            Hours at its helpful end. [h]

        Returns
        -------
        ndarray of shape (n_teams, n_paths or 1, n_weeks)
            1 where no size differs between paths; infinite where a team may have no hours and some sizes differ. [-]

        Notes
        -----
        Hours are Y K + M: heads with what they would give, the part that shrinkage leaves of it, and overtime. Less
        their mean they are (Y - E Y) K + E Y (K - E K) + (M - E M) - cov(Y, K), of which each part is bounded over the
        sets of the cell, path by path.
        """
        ratio = np.ones(most.shape)
        low, high = self.levels(cell)
        random: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for index, place in self._effects:
            effect, size = self.case.effects[index][1], self.case.size[index]
            if effect.team and effect.kind in OF_TEAMS and high[place] > 0 and (size != size[0]).any():
                random[effect.team].append((index, place))
        if not random:
            return ratio
        ratio = np.broadcast_to(ratio, (len(self._base), self.case.forecast.n_paths, self.case.n_weeks)).copy()
        least = self.at(cell, helpful=False).hours.mean(axis=1)
        for at, team in enumerate(self.case.teams):
            if team.name in random:
                above = self._above_mean(at, low, high)
                part = np.divide(above, least[at], out=np.full_like(above, np.inf), where=least[at] > 0)
                ratio[at] = 1.0 + part
        return ratio

    def _above_mean(self, at: int, low: FloatArray, high: FloatArray) -> FloatArray:
        """Most by which the hours of a team on a path exceed their mean, over all sets of a cell.

        Parameters
        ----------
        at : int
            Place of the team.
        low, high : ndarray of shape (n_requests_of_block,)
            Least and greatest part of each request that a set of the cell funds, as of `levels`. [-]

        Returns
        -------
        ndarray of shape (n_paths, n_weeks)
            [h]
        """
        case = self.case
        zeros = np.zeros((case.forecast.n_paths, case.n_weeks))
        heads, overtime, kept, apart, most, less = (zeros.copy() for _ in range(6))
        usual = 1.0 - self._usual[at]
        swing = np.zeros(case.n_weeks)
        for index, place in self._effects:
            effect, size, profile = case.effects[index][1], case.size[index], self._profile[index]
            if effect.team != case.teams[at].name or effect.kind not in OF_TEAMS:
                continue
            from_mean = (size - size.mean())[:, None] * profile
            above = np.maximum(low[place] * from_mean, high[place] * from_mean)
            if effect.kind in COUNTED:
                heads += above
                apart += high[place] * np.abs(from_mean)
                most += high[place] * size[:, None] * profile
            elif effect.kind is EffectKind.OVERTIME_HOURS:
                overtime += above
            else:
                # What shrinkage leaves is cut at 0 and at the whole: it rises by no more than shrinkage falls.
                change = size[:, None] * profile
                less += np.minimum(low[place] * change, high[place] * change)
                falls = np.maximum(size[None, :] - size[:, None], 0.0).mean(axis=1)
                kept += high[place] * falls[:, None] * profile / usual
                swing += high[place] * (size.max() - size.min()) * profile / usual
        mean_heads = self._base[at] + most.mean(axis=0)
        joint = apart.mean(axis=0) * swing
        left = np.clip(usual - less, 0.0, 1.0) / usual
        return np.asarray(np.maximum(heads, 0.0) * left + mean_heads * kept + np.maximum(overtime, 0.0) + joint)


_OF_TEAM = {EffectKind.OVERTIME_HOURS: "overtime", EffectKind.SHRINKAGE: "lost"}
_MORE_HELPS = frozenset({"heads", "overtime", "skill"})
