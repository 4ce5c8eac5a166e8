"""Completions and on-time shares of flows as loops over paths and steps, compiled where `flow_steps` asks for it."""

import math

import numpy as np
from numpy.typing import NDArray

from capacity.compilation import compiled

FloatArray = NDArray[np.float64]


@compiled
def fill_completions(
    decided: FloatArray, arrivals: FloatArray, arrived: FloatArray, capacity: FloatArray, dip: FloatArray
) -> None:
    """Write the result of `capacity.turnaround.flow_steps.completions` into `decided`.

    Parameters
    ----------
    decided : ndarray of shape (n_paths, n_steps + 1)
        Zeros; the first column is left as it is. [items]
    arrivals, arrived, capacity, dip
        As there.
    """
    n_paths, n_steps = capacity.shape
    for path in range(n_paths):
        ceiling = 0.0
        least = math.inf
        for step in range(n_steps):
            change = arrivals[path, step] - capacity[path, step]
            lowest = (change - math.sqrt(change * change + dip[path, step])) * 0.5
            lowest += arrived[path, step] - ceiling
            least = min(least, lowest)
            ceiling += capacity[path, step]
            decided[path, step + 1] = least + ceiling


@compiled
def fill_on_time(
    shares: FloatArray,
    arrivals: FloatArray,
    arrived: FloatArray,
    capacity: FloatArray,
    decided: FloatArray,
    whole: int,
    part: float,
    first: int,
    no_distance: float,
) -> None:
    """Write the result of `capacity.turnaround.flow_steps.on_time_shares` into `shares`.

    Parameters
    ----------
    shares : ndarray of shape (n_paths, n_steps)
        Zeros; steps whose deadlines all lie outside the horizon are left as they are. [-]
    arrivals, arrived, capacity, decided
        As there.
    whole, part : int, float
        Steps from arrival to deadline: the whole ones, and the rest of at least 0 and below 1. [steps]
    first : int
        Step in which the horizon begins.
    no_distance : float
        Least distance to divide by, for a backlog that does not change.
    """
    n_paths, n_steps = capacity.shape
    for path in range(n_paths):
        for step in range(max(0, first - whole - 1), n_steps - whole):
            came = arrived[path, step]
            midway = came + (1.0 - part) * arrivals[path, step]
            share = 0.0
            due = step + whole
            if due >= first:
                done = decided[path, due]
                begin = (done + part * capacity[path, due]) - came
                end = (done + capacity[path, due]) - midway
                part_in_time = max(begin, end) / max(abs(end - begin), no_distance)
                share += (1.0 - part) * min(max(part_in_time, 0.0), 1.0)
            due += 1
            if part > 0.0 and due < n_steps:
                done = decided[path, due]
                begin = done - midway
                end = (done + part * capacity[path, due]) - arrived[path, step + 1]
                part_in_time = max(begin, end) / max(abs(end - begin), no_distance)
                share += part * min(max(part_in_time, 0.0), 1.0)
            shares[path, step] = share
