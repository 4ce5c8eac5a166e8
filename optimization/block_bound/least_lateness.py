"""The least on-time share that a queue loses under any set of a cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capacity.path_service import of_paths
from capacity.performance import arrivals_by_step
from capacity.placement import capacity_by_step, coverage_by_step
from optimization.block_bound.cell_ends import CellEnds, Ends
from optimization.block_bound.cells import Cell, Group, whole_block
from optimization.block_bound.most_work import accuracy, most_by_step
from optimization.block_bound.sharing import Sharing
from optimization.blocks import Block
from optimization.case import PlanningCase
from optimization.set_effects import by_step, demand_factors, hours_of_teams, mean_skill, teams_of_queues
from optimization.value import service_model, weekly_shares

FloatArray = NDArray[np.float64]

# A cell is looked at in so many parts, one for each way to fund what changes the volume or the work of a queue.
MOST_PARTS = 64


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Asked:
    """What one queue asks for when its own requests are decided, and the skills if what teaches them is decided too."""

    volume: FloatArray
    work: FloatArray
    skill: FloatArray | None

    @property
    def demand(self) -> FloatArray:
        """Mean factor on its work in each week, of shape (n_weeks,) [-]."""
        return np.asarray((self.volume * self.work).mean(axis=0))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _CellOfQueue:
    """A cell as one queue sees it: the most it can come to, and the set that stands for all where they are alike."""

    most: Ends
    over_mean: FloatArray
    known: FloatArray | None


class LeastLateness:
    """Bounds on what the queues of one block lose.

    Parameters
    ----------
    case
        Forecast, queues, teams and requests.
    block
        Its queues and the choices of its requests.
    groups
        Its requests in groups.
    today_due : ndarray of shape (n_queues, n_paths)
        Items of every queue of the case that are due with nothing funded. [items]

    Notes
    -----
    The lost share of a queue is the mean over paths of its late items, weighted by severity, over the items due today
    in all queues. Late items count up to the number due today: the on-time share stops at 0, and the sum over queues of
    what is cut at their parts of the whole is at most the whole sum cut at 1.

    The requests that change the volume or the work of a queue, or teach its teams, are tried in every way that the cell
    leaves, and the least counts. In each of these ways

    - where nothing else is open that matters, the queue is valued as it is;
    - else `most_work` says how much the queue can get, and more never makes an item late: completions rise with the
      capacity of every step (`capacity.chance_flow`). For a live queue the on-time share is a formula that need not
      rise with every hour; there what does is counted (`capacity.short_target.late_at_least_by_step`).
    """

    def __init__(self, case: PlanningCase, block: Block, groups: Sequence[Group], today_due: FloatArray) -> None:
        self.case, self.block, self.groups = case, block, list(groups)
        self.sharing, self.ends = Sharing.of(case, block), CellEnds(case, block, groups)
        severity = np.array([queue.severity for queue in case.queues])
        due_harm = np.einsum("q,qp->p", severity, today_due)
        self._weight = np.divide(1.0, due_harm, out=np.zeros_like(due_harm), where=due_harm > 0) / len(due_harm)
        self._most_late = [severity[row] * today_due[row] for row in block.queues]
        self._models = [service_model(case, row) for row in block.queues]
        self._arrivals = [
            arrivals_by_step(case.forecast, row, model.step)
            for row, model in zip(block.queues, self._models, strict=True)
        ]
        coverage = case.open_hours()
        self._open_share = [coverage_by_step(coverage, model.step) for model in self._models]
        self._required = case.requirement.queue_hours[list(block.queues)]
        worst = self.ends.at(whole_block(groups), helpful=False)
        self._most_required = (self._required * worst.demand).sum(axis=0)
        self._asked: dict[tuple[int, bytes, bool], _Asked] = {}

    def groups_with(self, requests: Collection[int]) -> tuple[int, ...]:
        """Places of the groups that hold any of some requests, given by their places in the block."""
        return tuple(at for at, group in enumerate(self.groups) if not set(group.requests).isdisjoint(requests))

    def lost(self, queue: int, cells: Sequence[Cell]) -> FloatArray:
        """Least share that a queue loses under any set of each cell.

        Parameters
        ----------
        queue : int
            Place of the queue in the block.
        cells : sequence of Cell
            Of its requests.

        Returns
        -------
        ndarray of shape (n_cells,)
            Lower bounds; exact where all sets of a cell give the queue the same service. [-]
        """
        tried = [(at, asked) for at, cell in enumerate(cells) for asked in self._ways_of(queue, cell)]
        ends = {at: self._ends(queue, cells[at]) for at in dict.fromkeys(at for at, _ in tried)}
        per_hour = self._per_hour(queue, [(ends[at].most, asked) for at, asked in tried])
        least = np.full(len(cells), np.inf)
        # What comes is the same in many cells: it is made ready once.
        by_asked: dict[int, list[int]] = defaultdict(list)
        for number, (_, asked) in enumerate(tried):
            by_asked[id(asked)].append(number)
        for alike in by_asked.values():
            asked = tried[alike[0]][1]
            capacities = [self._capacity(queue, ends[tried[number][0]], asked, per_hour[number]) for number in alike]
            for number, lost in zip(alike, self._served(queue, asked, capacities), strict=True):
                least[tried[number][0]] = min(least[tried[number][0]], lost)
        return np.where(np.isfinite(least), least, 0.0)

    def _ways_of(self, queue: int, cell: Cell) -> list[_Asked]:
        """Every way to fund a queue's own requests that a cell leaves; empty if there are too many to try."""
        own, taught = self.sharing.own[queue], self.sharing.skills[queue]
        with_skills = self._levels_of(cell, {*own, *taught})
        if with_skills is not None:
            return [self._asked_with(queue, one, knows_skills=True) for one in with_skills]
        levels = self._levels_of(cell, set(own))
        return [] if levels is None else [self._asked_with(queue, one, knows_skills=False) for one in levels]

    def _levels_of(self, cell: Cell, requests: set[int]) -> FloatArray | None:
        """Every way in which a cell funds some requests, others left out, of shape (n_ways, n_requests_of_block)."""
        levels = np.zeros((1, len(self.block.requests)))
        for at in self.groups_with(requests):
            group = self.groups[at]
            columns = [column for column, request in enumerate(group.requests) if request in requests]
            ways = np.unique(group.levels[cell.low[at] : cell.high[at] + 1, columns], axis=0)
            if len(levels) * len(ways) > MOST_PARTS:
                return None
            levels = np.repeat(levels, len(ways), axis=0)
            levels[:, [group.requests[column] for column in columns]] = np.tile(ways, (len(levels) // len(ways), 1))
        return levels

    def _asked_with(self, queue: int, levels: FloatArray, *, knows_skills: bool) -> _Asked:
        key = (queue, levels.tobytes(), knows_skills)
        if key not in self._asked:
            whole = np.zeros((1, len(self.case.requests)))
            whole[0, list(self.block.requests)] = levels
            volume, work = demand_factors(self.case, [self.block.queues[queue]], whole)
            skill = mean_skill(self.case, self.block.queues, whole)[0] if knows_skills else None
            self._asked[key] = _Asked(volume=volume[0, 0], work=work[0, 0], skill=skill)
        return self._asked[key]

    def _ends(self, queue: int, cell: Cell) -> _CellOfQueue:
        most, known = self.ends.at(cell, helpful=True), self._known(queue, cell)
        over_mean = np.ones_like(most.hours) if known is not None else self.ends.hours_over_mean(cell, most.hours)
        return _CellOfQueue(most=most, over_mean=over_mean, known=known)

    def _per_hour(self, queue: int, tried: Sequence[tuple[Ends, _Asked]]) -> FloatArray:
        """Work of a queue per hour of each team, of shape (n_tried, n_teams, n_weeks), asked for in several ways."""
        n_weeks = self.case.n_weeks
        if not tried:
            return np.zeros((0, len(self.case.teams), n_weeks))
        hours = np.stack([ends.hours.mean(axis=1) for ends, _ in tried])
        demand = np.stack([ends.demand for ends, _ in tried])
        demand[:, queue] = [asked.demand for _, asked in tried]
        skill = np.stack([ends.skill if asked.skill is None else asked.skill for ends, asked in tried])
        shared = weekly_shares(self.case, self.block.queues, hours[:, :, None], skill, demand[:, :, None])
        return np.asarray(shared[:, :, queue])

    def _known(self, queue: int, cell: Cell) -> FloatArray | None:
        """The set that stands for all of a cell; None where they may serve a queue differently.

        Where queues that are not linked are shared out together, each stops the iteration of all: then only a cell of
        one set is the same to the last bit, unless one team serves each queue, whose share needs no iteration.
        """
        sharing = self.sharing
        alone = bool(sharing.together[queue].all()) or bool(sharing.has_one_team[queue])
        which = self.groups_with(sharing.relevant[queue]) if alone else range(len(self.groups))
        return None if any(cell.is_open(at) for at in which) else self.ends.levels(cell)[0]

    def _capacity(self, queue: int, cell: _CellOfQueue, asked: _Asked, per_hour: FloatArray) -> tuple[FloatArray, bool]:
        """Most items of a queue that can be decided in each step, and whether just these are."""
        model, open_share = self._models[queue], self._open_share[queue]
        items_per_hour = 1.0 / (model.queue.work_hours_per_item * asked.work)
        if cell.known is not None:
            return self._capacity_of_set(queue, cell.known, items_per_hour), True
        ends, over_mean = cell.most, cell.over_mean
        mean_hours = ends.hours.mean(axis=1)
        skill = (ends.skill if asked.skill is None else asked.skill)[:, :, queue].T
        of_team = skill * mean_hours
        work = of_team.sum(axis=0)
        if asked.skill is not None:
            above, below = accuracy(self._required[queue] * asked.demand, self._most_required)
            slack = np.ones_like(work) if self.sharing.has_one_team[queue] else above * below
            shared = (per_hour * mean_hours).sum(axis=0)
            work = np.where(
                np.isfinite(slack), np.minimum(shared * np.where(np.isfinite(slack), slack, 1.0), work), work
            )
        unbounded = np.asarray(np.isinf(over_mean).any(axis=1))
        # A team that may have no hours at all gives at most all that it has on the path.
        apart = np.where(unbounded[:, None], skill[:, None] * ends.hours, 0.0)
        over_mean, of_team = np.where(unbounded[:, None], 0.0, over_mean), np.where(unbounded, 0.0, of_team)
        alone = (apart[..., None] * open_share[:, None]).sum(axis=0)
        hours = most_by_step(work, of_team, over_mean, open_share) + alone.reshape(alone.shape[0], -1)
        return np.asarray(hours * by_step(items_per_hour, model.step)), False

    def _capacity_of_set(self, queue: int, levels: FloatArray, items_per_hour: FloatArray) -> FloatArray:
        """Items of a queue that can be decided in each step under one set, as `value_sets` has it."""
        case, rows = self.case, self.block.queues
        whole = np.zeros((1, len(case.requests)))
        whole[0, list(self.block.requests)] = levels
        volume, work = demand_factors(case, rows, whole)
        teams = teams_of_queues(case, rows)
        hours, skill = hours_of_teams(case, whole, teams), mean_skill(case, rows, whole, teams)
        given = weekly_shares(case, rows, hours, skill, volume * work)
        return capacity_by_step(given[0, :, queue], hours[0] * items_per_hour, self._open_share[queue][teams])

    def _served(self, queue: int, asked: _Asked, capacities: Sequence[tuple[FloatArray, bool]]) -> FloatArray:
        """Lost share under each capacity, of shape (n_capacities,), exact or at most so much [-]."""
        model = self._models[queue]
        arrivals = self._arrivals[queue] * by_step(asked.volume, model.step)
        handle_factor = float(asked.work.mean())
        lost = np.zeros(len(capacities))
        for paths, served in model.blocks(arrivals):
            for number, (capacity, exact) in enumerate(capacities):
                if model.queue.is_live and not exact:
                    late = served.late_at_least(of_paths(capacity, paths), handle_factor)
                else:
                    due, on_time, _ = served.service(of_paths(capacity, paths), handle_factor)
                    late = due - on_time
                harm = np.minimum(model.queue.severity * late, self._most_late[queue][paths])
                lost[number] += float((self._weight[paths] * harm).sum())
        return lost
