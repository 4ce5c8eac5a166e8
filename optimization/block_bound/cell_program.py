r"""The least that any set within a budget loses, as a mixed-integer program over cells.

With a binary :math:`y_{gw}` for each way :math:`w` to fund each group :math:`g` of requests, and
:math:`\lambda_{pc}` for each cell :math:`c` of each partition :math:`p` (one for the queues that share teams),

.. math::

    \min \sum_{pc} \ell_{pc} \lambda_{pc}, \quad \sum_w y_{gw} = 1, \quad \sum_c \lambda_{pc} = 1, \quad
    \sum_{c \text{ leaves } g \text{ the ways } W} \lambda_{pc} \le \sum_{w \in W} y_{gw}, \quad
    \sum_{gw} c_{gw} y_{gw} \le \text{budget},

and what requests of two groups need and exclude. A set lies in one cell of each partition, and loses at least
:math:`\ell_{pc}` there; so every set within the budget is a solution that is at most what the set loses, and the least
solution, or any bound on it that HiGHS has proven, is a bound on all sets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from optimization.block_bound.cells import Group
from optimization.block_bound.partition import Partition
from optimization.blocks import Block
from optimization.program.outcome import SolveStatus
from optimization.program.solver import ProgramSolver

# A limit on nodes rather than on time ends a long search at the same bound on every machine. Without presolve: that of
# HiGHS 1.15.1 cut off the best solution of one of these programs in a few hundred.
OPTIONS: dict[str, bool | int | float | str] = {"mip_max_nodes": 200, "mip_rel_gap": 1e-4, "presolve": "off"}
# Least losses are rounded down to whole units of 1e-8 of the items, so that costs do not differ by forty orders of
# magnitude. In thousandths, the solver's tolerances are small against the objective.
UNITS, THOUSANDTHS = 1e8, 1e3
# Taken off what the solver proves, for its tolerances. [-]
SOLVER_TOLERANCE = 1e-6


@dataclass(frozen=True, kw_only=True, slots=True)
class CellBound:
    """What a solve has proven, and a set worth looking at.

    Attributes
    ----------
    lost
        No set within the budget loses less than this. [-]
    ways : tuple of int or None
        The set of the best solution found, by the way of each group; None if the solver has found none.
    """

    lost: float
    ways: tuple[int, ...] | None


class CellProgram:
    """The program over the cells as they are now, solved at one budget after another from where it was.

    Parameters
    ----------
    block
        Choices and dependencies.
    groups
        Its requests, and what each way to fund them costs.
    partitions
        Cells of all queues.
    """

    def __init__(self, block: Block, groups: Sequence[Group], partitions: Sequence[Partition]) -> None:
        import pulp

        self._groups = list(groups)
        problem = pulp.LpProblem("cells", pulp.LpMinimize)
        fund = [
            [problem.add_variable(f"fund_{g}_{w}", cat="Binary") for w in range(len(group.levels))]
            for g, group in enumerate(groups)
        ]
        # Scaled to the dearest set, against which the tolerances of the solver are small.
        self._scale = float(max(1, sum(int(group.cost_cents[-1]) for group in groups)))
        cents = [c / self._scale * one for ways, g in zip(fund, groups, strict=True) for one, c in _pairs(ways, g)]
        rows = [pulp.lpSum(ways) == 1 for ways in fund]
        rows += self._dependencies(block, fund)
        self._least: list[tuple[str, int]] = []
        lost: list[Any] = []
        for p, partition in enumerate(partitions):
            inside = [problem.add_variable(f"in_{p}_{c}", lowBound=0) for c in range(len(partition.cells))]
            least_lost = np.floor(UNITS * np.array(partition.lost)) / UNITS * THOUSANDTHS
            lost += [float(value) * one for one, value in zip(inside, least_lost, strict=True)]
            rows.append(pulp.lpSum(inside) == 1)
            leaving: dict[tuple[int, int, int], list[Any]] = defaultdict(list)
            for variable, cell in zip(inside, partition.cells, strict=True):
                least = sum(int(g.cost_cents[low]) for g, low in zip(groups, cell.low, strict=True))
                self._least.append((variable.name, least))
                for g, (low, high) in enumerate(zip(cell.low, cell.high, strict=True)):
                    if high - low + 1 < len(fund[g]):
                        leaving[g, low, high].append(variable)
            rows += [pulp.lpSum(those) <= pulp.lpSum(fund[g][a : b + 1]) for (g, a, b), those in leaving.items()]
        problem += pulp.lpSum(lost)
        for row in rows:
            problem += row
        problem += pulp.lpSum(cents) <= 1.0, "budget"
        self._solver = ProgramSolver(problem, OPTIONS)

    def within(self, budget_cents: int) -> CellBound:
        """Solve within a budget.

        Parameters
        ----------
        budget_cents : int
            It pays for a feasible set. [0.01 USD]

        Returns
        -------
        CellBound

        Raises
        ------
        RuntimeError
            If the solver ends in a way that proves nothing.
        """
        for name, least in self._least:
            self._solver.set_column_bounds(name, 0.0, 1.0 if least <= budget_cents else 0.0)
        self._solver.set_row_bounds("budget", None, (budget_cents + 0.5) / self._scale)
        outcome = self._solver.solve()
        if outcome.status not in (SolveStatus.OPTIMAL, SolveStatus.TIME_LIMITED):
            raise RuntimeError(f"the program over cells has a solution; the solver ended {outcome.solver_status}")
        proven = outcome.bound / THOUSANDTHS - SOLVER_TOLERANCE
        lost = max(0.0, proven) if np.isfinite(proven) else 0.0
        if outcome.values is None:
            return CellBound(lost=lost, ways=None)
        ways = tuple(
            int(np.argmax([outcome.value(f"fund_{g}_{w}") for w in range(len(group.levels))]))
            for g, group in enumerate(self._groups)
        )
        return CellBound(lost=lost, ways=ways)

    def _dependencies(self, block: Block, fund: Sequence[Sequence[Any]]) -> list[Any]:
        """What requests of two groups need and exclude; within a group every way keeps it."""
        import pulp

        at = {
            request: (g, column)
            for g, group in enumerate(self._groups)
            for column, request in enumerate(group.requests)
        }

        def funded(request: int) -> Any:
            g, column = at[request]
            ways = self._groups[g].levels[:, column]
            return pulp.lpSum([one for one, share in zip(fund[g], ways, strict=True) if share > 0])

        rows = [funded(one) <= funded(other) for one, other in block.needs if at[one][0] != at[other][0]]
        return rows + [funded(one) + funded(other) <= 1 for one, other in block.excludes if at[one][0] != at[other][0]]


def _pairs(ways: Sequence[Any], group: Group) -> list[tuple[Any, int]]:
    return list(zip(ways, group.cost_cents.tolist(), strict=True))
