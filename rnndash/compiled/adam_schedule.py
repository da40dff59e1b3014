"""The closed form of K steps of Adam with gradients of zero, and the table that it needs.

A parameter p with the mean m and the square v, as of step t, takes K steps of Adam with gradients
of zero. With b the root of b2 and c_n the root of 1 - b2^n, it moves by the sum over k = 1 ... K of

    rate_k b1^k m / (b^k sqrt(v) / c_(t+k) + eps)  =  m rate_k b1^k s_k / (sqrt(v) + eps s_k)

where rate_k = lr / (1 - b1^(t+k)) and s_k = c_(t+k) / b^k. All that depends on the parameter is
1 / (sqrt(v) + eps s), and s changes slowly, so a Gaussian quadrature with two nodes gives the sum:
it agrees in four moments, the sums of rate_k b1^k s_k s_k^j for j = 0 ... 3 (Golub and Welsch,
1969). For b1 = 0.9 and b2 = 0.999, from step `rnndash.kernels.lazy_adam.FIRST_CLOSED_FORM` on, it
is exact to the rounding of float32. Where sqrt(v) is far below eps, which takes gradients below
1e-8, and t is below some 300, it is exact to a hundred-thousandth of the sum.

A moment of K steps is a difference of two infinite sums, F_j(t) - (b1 b^-(j+1))^K F_j(t+K), and
these depend on nothing but the number of a step: they are kept in a table.
"""

import math

import numpy as np
from numpy.typing import NDArray

from rnndash.kernels.arrays import ArrayView

_BLOCK = 1_024
_LAST = 68 * _BLOCK
"""After so many steps nothing is left of a square, and c_n is 1."""
_TAIL = 400
"""Steps beyond a block after which what was supposed there no longer counts: 0.9^400 is 5e-19."""
_MOMENTS = 4


class AdamSchedule:
    """The table, which grows as training goes on.

    Its rows are numbered by steps: the rate, 1 / c_n, the four moments F_j, b1^n and b2^n. No
    number in it depends on when it has grown.
    """

    def __init__(self, learning_rate: float, betas: tuple[float, float]) -> None:
        self._rate = learning_rate
        self._betas = betas
        self._table = ArrayView(np.empty((0, 4 + _MOMENTS)))

    def until(self, step: int) -> ArrayView:
        """`(N, 8)`, at least up to this step or to where the table ends: all later ones are alike.

        The rate and 1 / c_n are those of the formula. What fades does so by float32's 0.9 and
        0.999, as in a step that is taken alone.
        """
        while len(table := self._table.array) <= min(step, _LAST - 1):
            self._table = ArrayView(np.concatenate([table, self._block(len(table))]))
        return self._table

    def _block(self, first: int) -> NDArray[np.float64]:
        b1, b2 = (float(np.float32(beta)) for beta in self._betas)
        ratios = [b1 * b2 ** (-(j + 1) / 2) for j in range(_MOMENTS)]
        end = first + _BLOCK
        moments = [
            self._rate * ratio / (1 - ratio) for ratio in ratios
        ]  # were all later steps alike
        rows = []
        for step in range(end + _TAIL, first - 1, -1):
            if step < end:
                rows.append([*self._corrections(step), *moments, b1**step, b2**step])
            if step > 0:
                rate, root = self._corrections(step)
                moments = [
                    ratio * (rate * root ** -(j + 1) + moment)
                    for j, (ratio, moment) in enumerate(zip(ratios, moments, strict=True))
                ]
        return np.array(rows[::-1])

    def _corrections(self, step: int) -> tuple[float, float]:
        """The rate, and by what the root of a square is to be multiplied. Step 0 is none."""
        b1, b2 = self._betas
        step = max(1, step)
        return self._rate / (1 - b1**step), 1 / math.sqrt(1 - b2**step)
