"""How large errors are at the dates ahead, by how large they were at the same dates of past years."""

import numpy as np
from numpy.typing import NDArray

from forecasting.ensemble.fitting import StepLayout

# Of how much larger errors were around the same dates of one past year, so much comes again: the share that did at
# origins before any on which the ensemble is judged.
COMES_AGAIN = 0.25
# Years that are looked back.
MOST_YEARS = 3
# Steps on either side that count as the same date: feasts move, and one day says little.
DAYS_AROUND, WEEKS_AROUND = 10, 1
# Errors that were so many times as large as usual are taken for no larger.
LARGEST = 3.0


def spread_ahead(errors: NDArray[np.float64], layout: StepLayout) -> NDArray[np.float64]:
    """Return the factor on errors at each period ahead, of shape (n_queues, horizon); 1 where no past year is known.

    Parameters
    ----------
    errors : ndarray of shape (n_queues, n_origins, horizon)
        Errors by origin, the latest first; NaN where not known.
    layout
        Arrangement of periods into steps.

    Notes
    -----
    With r the mean absolute error within three weeks around the same date of a past year over that of all dates, the
    factor is 1 + c (r - 1), r being the mean over the years known. c is what a mean of n years tells of the next where
    one tells a quarter: n c / (1 + (n - 1) c), the formula of Spearman and Brown [1]_. As r is 1 on average, so is
    the factor: intervals widen before dates that were hard to foresee and narrow before others.

    References
    ----------
    .. [1] W. Brown (1910), Some experimental results in the correlation of mental abilities, British Journal of
       Psychology 3(3), doi:10.1111/j.2044-8295.1910.tb00207.x.
    """
    n_queues, _, horizon = errors.shape
    size, count = _by_steps_back(errors, layout)
    around = DAYS_AROUND if layout.season > 1 else WEEKS_AROUND
    usual = size.sum(axis=1) / np.maximum(count.sum(axis=1), 1.0)
    excess, years = np.zeros((n_queues, layout.horizon)), np.zeros((n_queues, layout.horizon))
    ahead = np.arange(layout.horizon)
    for year in range(1, MOST_YEARS + 1):
        # The last step known is 1 step back, so that the first one ahead was `year` back a year ago.
        back = year * layout.year - ahead
        total, seen = (_window(each, back, around) for each in (size, count))
        known = (seen > 0) & (usual > 0)[:, None]
        ratio = total / np.where(known, seen * usual[:, None], 1.0)
        excess += np.where(known, np.minimum(ratio, LARGEST) - 1.0, 0.0)
        years += known
    share = COMES_AGAIN / (1.0 + (np.maximum(years, 1.0) - 1.0) * COMES_AGAIN)
    return np.repeat(1.0 + share * excess, layout.slots, axis=1)[:, :horizon]


def _by_steps_back(errors: NDArray[np.float64], layout: StepLayout) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sum and number of absolute errors by steps before the end, of shape (n_queues, 1 + most steps back).

    Where no error is missing all queues have the same number, and one row is given for all.
    """
    size = np.abs(errors)
    missing = np.isnan(size)
    if not missing.any():
        return _lay_back(size, layout), _lay_back(np.ones((1, *errors.shape[1:])), layout)
    size[missing] = 0.0
    return _lay_back(size, layout), _lay_back((~missing).astype(np.float64), layout)


def _lay_back(values: NDArray[np.float64], layout: StepLayout) -> NDArray[np.float64]:
    """Values of all origins added up by steps before the end."""
    n_queues, n_origins, horizon = values.shape
    if layout.slots > 1:
        padded = np.zeros((n_queues, n_origins, layout.horizon * layout.slots))
        padded[:, :, :horizon] = values
        values = padded.reshape(n_queues, n_origins, layout.horizon, layout.slots).sum(axis=3)
    found = np.zeros((n_queues, 1 + layout.horizon + max(0, n_origins - 1) * layout.stride))
    for origin in range(n_origins):
        first = 1 + origin * layout.stride
        found[:, first : first + layout.horizon] += values[:, origin, ::-1]
    return found


def _window(values: NDArray[np.float64], middle: NDArray[np.intp], around: int) -> NDArray[np.float64]:
    """Sums over the columns within so many of each middle one, as far as there are any."""
    sums = np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)
    low, high = (np.clip(each, 0, values.shape[1]) for each in (middle - around, middle + around + 1))
    return np.asarray(sums[:, high] - sums[:, low])
