"""The fast normal distribution function against the slow one."""

import numpy as np
from scipy.special import ndtr

from capacity.normal_tail import normal_below


def test_it_is_right_to_seven_digits_in_the_lower_tail_too():
    values = np.concatenate([np.linspace(-35.0, 10.0, 10_001), [0.0, -0.0]])
    np.testing.assert_allclose(normal_below(values), ndtr(values), rtol=1.3e-7)


def test_it_is_nothing_or_all_far_out():
    np.testing.assert_array_equal(normal_below(np.array([-1e6, 1e6])), [0.0, 1.0])
