"""Bounds enclose convex functions whose values are known everywhere."""

from collections.abc import Callable

import numpy as np
import pytest

from optimization.cost_service.sandwich import Sandwich, sandwich

VALUES: dict[str, Callable[[float], tuple[float, float]]] = {
    "hyperbola": lambda x: (1 / x, -1 / x**2),
    "exponential": lambda x: (np.exp(-2 * x), -2 * np.exp(-2 * x)),
    "kink": lambda x: (max(3 - 2 * x, 1 - 0.1 * x), -2.0 if 3 - 2 * x >= 1 - 0.1 * x else -0.1),
    "line": lambda x: (5 - x, -1.0),
}


def known_to(within: float, name: str) -> Callable[[float], tuple[float, float, float]]:
    """A function that a solver knows to so much: what it attains and its bound lie on two sides of the truth."""

    def solve(place: float) -> tuple[float, float, float]:
        value, slope = VALUES[name](place)
        return value + within / 2, value - within / 2, slope

    return solve


FUNCTIONS = {name: known_to(0.0, name) for name in VALUES}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_function_lies_between_its_bounds_and_these_are_close(name: str) -> None:
    function = FUNCTIONS[name]
    found = sandwich(function, 0.5, 6.0, tolerance=1e-3, most_solves=60)
    places = np.linspace(0.5, 6.0, 2001)
    values = np.array([function(place)[0] for place in places])
    assert (found.tangent(places) <= values + 1e-12).all()
    assert (found.chord(places) >= values - 1e-12).all()
    span = function(0.5)[0] - function(6.0)[0]
    assert (found.chord(places) - found.tangent(places)).max() <= 1e-3 * span + 1e-12


def test_what_a_solve_leaves_open_counts_in_the_gap() -> None:
    found = sandwich(known_to(1e-4, "hyperbola"), 0.5, 6.0, tolerance=1e-3, most_solves=60)
    places = np.linspace(0.5, 6.0, 2001)
    assert (found.tangent(places) <= 1 / places).all()
    assert (found.chord(places) >= 1 / places).all()
    assert found.gap.max() >= (found.chord(places) - found.tangent(places)).max() - 1e-12
    assert found.gap.max() <= 1e-3 * (1 / 0.5 - 1 / 6.0) + 1e-12


def test_the_gap_is_the_furthest_distance_of_the_bounds_on_a_fine_grid() -> None:
    found = sandwich(FUNCTIONS["hyperbola"], 0.5, 6.0, tolerance=0.05, most_solves=60)
    places = np.linspace(0.5, 6.0, 200_001)
    assert found.gap.max() == pytest.approx((found.chord(places) - found.tangent(places)).max(), rel=1e-4)


def test_a_straight_line_takes_two_solves_and_a_kink_three_or_four() -> None:
    assert sandwich(FUNCTIONS["line"], 0.0, 5.0, tolerance=1e-6, most_solves=60).place.size == 2
    assert sandwich(FUNCTIONS["kink"], 0.0, 5.0, tolerance=1e-6, most_solves=60).place.size <= 4


def test_the_error_falls_with_the_square_of_the_points() -> None:
    # Rote (1992): for smooth functions the error is of the order of one over the square of the number of points.
    errors = [
        sandwich(FUNCTIONS["exponential"], 0.0, 3.0, tolerance=0.0, most_solves=points).gap.max() for points in (10, 40)
    ]
    assert errors[1] < errors[0] / 8


def test_no_more_is_solved_than_allowed() -> None:
    calls: list[float] = []

    def counted(place: float) -> tuple[float, float, float]:
        calls.append(place)
        return FUNCTIONS["hyperbola"](place)

    found = sandwich(counted, 0.1, 6.0, tolerance=0.0, most_solves=7)
    assert len(calls) == len(set(calls)) == found.place.size == 7


def test_a_single_place_is_a_curve_of_one_point() -> None:
    found = sandwich(FUNCTIONS["line"], 2.0, 2.0, tolerance=0.1, most_solves=5)
    assert isinstance(found, Sandwich)
    assert found.place.tolist() == [2.0]
