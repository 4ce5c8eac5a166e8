"""Tails of a Poisson distribution over its mass, accurate where tail and mass both under- or overflow."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.special import erfcx, gammaincc, gammaln

FloatArray = NDArray[np.float64]

# Mean over count: between these the uniform expansion is used (|eta| <= 1), outside them a short series.
LOW_RATIO, HIGH_RATIO = 0.3, 2.36
# The uniform expansion needs a count of at least this; smaller counts are reached by recursion.
SMALL_COUNT = 16
# A finite sum for the lower tail converges to the last bit from this mean on.
LARGE_MEAN = 45.0
EXPANSION_TERMS = 28
SERIES_TERMS = 34
FALLING_TERMS = 45
FRACTION_TERMS = 24
# From here on `1 - sqrt(pi) z erfcx(z)` is taken from a continued fraction, for the difference cancels.
FAR = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Position:
    """Where a Poisson tail is cut: arrays of one shape (n,).

    `excess` is `ratio - 1`, handed in by itself because it would lose digits near 1.
    """

    count: FloatArray
    ratio: FloatArray
    excess: FloatArray

    def take(self, rows: NDArray[np.intp]) -> "Position":
        """Return the selected rows."""
        return Position(self.count[rows], self.ratio[rows], self.excess[rows])


def position(count: FloatArray, mean: FloatArray) -> Position:
    """Return the position of a cut at `count` > 0 of a Poisson distribution with this mean."""
    return Position(count, mean / count, (mean - count) / count)


# A ratio beyond the largest float is infinite, which every caller turns into the right limit.
@np.errstate(over="ignore")
def below_over_mass(at: Position) -> FloatArray:
    """P(N < n) / P(N = n) of a Poisson variable N, continued to real n: the inverse of Erlang B, less 1.

    Parameters
    ----------
    at
        The count n > 0 and the mean over it, which must be > 0.

    Returns
    -------
    ndarray of shape (n,)
        Γ(n, a) e^a a^-n n; infinite where it exceeds the largest float. [-]

    Notes
    -----
    Near the mean: Temme's uniform expansion, below; far above the mean: 1 / P(N = n) less the other tail; far
    below it, and for small counts: the falling series n/a + n(n-1)/a^2 + ... or SciPy's function.
    """
    small = at.count < SMALL_COUNT
    falling = np.where(small, at.count * at.ratio >= LARGE_MEAN, at.ratio > HIGH_RATIO)
    light = ~(small | falling) & (at.ratio < LOW_RATIO)
    small &= ~falling
    near = ~(falling | light | small)
    if near.all():
        return _near_below(at)
    out = np.empty_like(at.count)
    regions = ((near, _near_below), (light, _light_below), (falling, _falling_series), (small, _small_below))
    for region, formula in regions:
        rows = np.flatnonzero(region)
        if rows.size:
            out[rows] = formula(at.take(rows))
    return out


@np.errstate(over="ignore")
def from_over_mass(at: Position) -> tuple[FloatArray, FloatArray]:
    """P(N >= y) / P(N = y) of a Poisson variable N, continued to real y, and what it lacks of its limit.

    Parameters
    ----------
    at
        The count y > 0 and the mean x over it.

    Returns
    -------
    total : ndarray of shape (n,)
        A = 1F1(1; y + 1; x), infinite where it exceeds the largest float. [-]
    shortfall : ndarray of shape (n,)
        1 - (1 - x/y) A, to full relative precision where it is small. [-]
    """
    small = at.count < SMALL_COUNT
    near = ~small & (at.ratio >= LOW_RATIO) & (at.ratio <= HIGH_RATIO)
    if near.all():
        return _near_from(at)
    total, shortfall = np.empty_like(at.count), np.empty_like(at.count)
    light, heavy = ~small & (at.ratio < LOW_RATIO), ~small & (at.ratio > HIGH_RATIO)
    regions = ((near, _near_from), (light, _rising_series), (heavy, _heavy_from), (small, _raised_from))
    for region, formula in regions:
        rows = np.flatnonzero(region)
        if rows.size:
            total[rows], shortfall[rows] = formula(at.take(rows))
    return total, shortfall


@np.errstate(over="ignore", divide="ignore")
def mass(at: Position) -> FloatArray:
    """P(N = n) of a Poisson variable, continued to real n > 0; zero where it underflows."""
    small = at.count < SMALL_COUNT
    few, many = np.flatnonzero(small), np.flatnonzero(~small)
    out = np.empty_like(at.count)
    out[few] = 1.0 / _small_inverse_mass(at.take(few))
    out[many] = 1.0 / _inverse_mass(at.take(many))
    return out


def _near_below(at: Position) -> FloatArray:
    eta = _eta(at)
    lift, base, correction = _expansion(at.count, eta)
    half = np.sqrt(np.pi / 2 * at.count) * erfcx(eta * np.sqrt(at.count / 2))
    return np.asarray((1.0 + lift) * half + base + correction)


def _light_below(at: Position) -> FloatArray:
    return _inverse_mass(at) - _rising_series(at)[0]


def _small_below(at: Position) -> FloatArray:
    return np.asarray(gammaincc(at.count, at.count * at.ratio) * _small_inverse_mass(at))


def _near_from(at: Position) -> tuple[FloatArray, FloatArray]:
    eta = _eta(at)
    lift, base, correction = _expansion(at.count, eta)
    z = -eta * np.sqrt(at.count / 2)
    half = np.sqrt(np.pi / 2 * at.count) * erfcx(z)
    total = (1.0 + lift) * half - base - correction
    with np.errstate(invalid="ignore"):
        shortfall = 1.0 + at.excess * total
    far = z > FAR
    if far.any():
        # A nears 1/(1 - x/y) here: the two agree to so many digits that their difference is expanded by itself.
        distance = -eta[far]
        gap = _one_less_mills(z[far]) / distance - lift[far] * half[far] + correction[far]
        shortfall[far] = -at.excess[far] * gap
    return total, shortfall


def _heavy_from(at: Position) -> tuple[FloatArray, FloatArray]:
    total = _inverse_mass(at) - _falling_series(at)
    return total, 1.0 + at.excess * total


def _raised_from(at: Position) -> tuple[FloatArray, FloatArray]:
    """Both ratios at a small count, from those at a count that is SMALL_COUNT higher."""
    mean = at.count * at.ratio
    total, shortfall = from_over_mass(position(at.count + SMALL_COUNT, mean))
    queued = (at.count + SMALL_COUNT) * shortfall
    for step in range(SMALL_COUNT, 0, -1):
        share = mean / (at.count + step)
        queued = share * (queued + total)
        total = 1.0 + share * total
    with np.errstate(invalid="ignore"):
        return total, np.where(at.excess > 0, 1.0 + at.excess * total, queued / at.count)


def _rising_series(at: Position) -> tuple[FloatArray, FloatArray]:
    """1 + x/(y+1) + x^2/((y+1)(y+2)) + ..., and its terms weighted by their number, over y."""
    mean = at.count * at.ratio
    total, queued = np.ones_like(mean), np.zeros_like(mean)
    for step in range(SERIES_TERMS, 0, -1):
        share = mean / (at.count + step)
        queued = share * (queued + total)
        total = 1.0 + share * total
    return total, queued / at.count


def _falling_series(at: Position) -> FloatArray:
    """n/a + n(n-1)/a^2 + ..., whose terms fall off before they turn, where the mean is far above the count."""
    mean = at.count * at.ratio
    total = np.ones_like(mean)
    for step in range(FALLING_TERMS, 0, -1):
        total = 1.0 + (at.count - step) / mean * total
    return total / at.ratio


def _small_inverse_mass(at: Position) -> FloatArray:
    """1 / P(N = n) where the logarithms are too small to lose digits."""
    mean = at.count * at.ratio
    return np.asarray(np.exp(gammaln(at.count + 1) + mean - at.count * np.log(mean)))


def _inverse_mass(at: Position) -> FloatArray:
    """1 / P(N = n) for counts of at least SMALL_COUNT, by Stirling's series."""
    inverse = 1.0 / at.count
    square = inverse * inverse
    stirling = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188))))
    return np.asarray(np.sqrt(2 * np.pi * at.count) * np.exp(at.count * _divergence(at) + stirling))


def _divergence(at: Position) -> FloatArray:
    """The ratio r less 1 less its logarithm, to full relative precision at r = 1."""
    half = at.excess / (at.excess + 2.0)
    square = half * half
    series = np.zeros_like(half)
    for odd in range(19, 1, -2):
        series = series * square + 1.0 / odd
    near = half * (at.excess - 2.0 * square * series)
    with np.errstate(divide="ignore"):
        return np.where(np.abs(at.excess) < 0.2, near, at.excess - np.log(at.ratio))


def _eta(at: Position) -> FloatArray:
    """Temme's variable: eta^2 / 2 = r - 1 - log(r), with the sign of r - 1."""
    return np.copysign(np.sqrt(2.0 * _divergence(at)), at.excess)


def _one_less_mills(z: FloatArray) -> FloatArray:
    """1 - sqrt(pi) z erfcx(z) for z >= FAR, by Laplace's continued fraction."""
    step = 0.5 / (z * z)
    tail = np.zeros_like(z)
    for term in range(FRACTION_TERMS, 0, -1):
        tail = term * step / (1.0 + tail)
    return tail / (1.0 + tail)


def _expansion_coefficients() -> tuple[float, ...]:
    """Coefficients d of eta / (r - 1) = sum of d[m] eta^m, in exact arithmetic.

    With w = r - 1 the definition of eta gives (1 + w) eta = w dw/deta, hence the series of w, and then its inverse.
    """
    size = EXPANSION_TERMS + 2
    w = [Fraction(1)]  # coefficients of eta, eta^2, ...
    for order in range(1, size):
        known = sum((w[i] * (order - i + 1) * w[order - i] for i in range(1, order)), Fraction(0))
        w.append((w[order - 1] - known) / (order + 2))
    inverse = [Fraction(1)]
    for order in range(1, size):
        inverse.append(-sum((w[i] * inverse[order - i] for i in range(1, order + 1)), Fraction(0)))
    return tuple(float(value) for value in inverse)


COEFFICIENTS = _expansion_coefficients()


def _expansion(count: FloatArray, eta: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Excess of the gamma function over Stirling's formula, and the expansion beside the error function in two parts.

    Both tails are `(1 + lift) sqrt(pi n / 2) erfcx(+-eta sqrt(n / 2)) +- (base + correction)`, where `base` is
    1/(r - 1) - 1/eta and the correction is smaller by a factor n. With S = sum of b[m] eta^m for their sum, the
    derivative of the tail gives b[m] = d[m+1] + (m+2)/n b[m+2] and lift = b[1]/n, which is stable downwards
    (N. M. Temme, SIAM J. Math. Anal. 10 (1979) 757, doi:10.1137/0510071; the recursion as in
    A. Gil, J. Segura, N. M. Temme, SIAM J. Sci. Comput. 34 (2012) A2965, doi:10.1137/120872553).
    """
    inverse = 1.0 / count
    base, correction = np.zeros_like(eta), np.zeros_like(eta)
    two_above, one_above = np.zeros_like(eta), np.zeros_like(eta)
    for order in range(EXPANSION_TERMS, -1, -1):
        raised = (order + 2) * inverse * two_above
        base = base * eta + COEFFICIENTS[order + 1]
        correction = correction * eta + raised
        two_above, one_above = one_above, raised + COEFFICIENTS[order + 1]
    return two_above * inverse, base, correction


def upper_tail(at: Position) -> FloatArray:
    """P(N >= y) of a Poisson variable, continued to real y > 0: the regularised lower incomplete gamma function."""
    beyond = at.excess > 0
    above, below = np.flatnonzero(beyond), np.flatnonzero(~beyond)
    out = np.empty_like(at.count)
    out[below] = from_over_mass(at.take(below))[0] * mass(at.take(below))
    out[above] = 1.0 - below_over_mass(at.take(above)) * mass(at.take(above))
    return out
