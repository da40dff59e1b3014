"""The kernels of the GRU; see `rnndash.models.gru` for the equations."""

import numpy as np

from rnndash.kernels.arithmetic import (
    add_all,
    add_product,
    copy_all,
    multiply_all,
    sigmoid_all,
    tanh,
)
from rnndash.kernels.arrays import (
    Float32Array3D,
    Float32Matrix,
    Float32Vector,
    Int64Matrix,
    Int64Vector,
)
from rnndash.kernels.cells import time_steps
from rnndash.kernels.kernel import kernel


def _step(
    gates: Float32Vector, from_state: Float32Vector, previous: Float32Vector, h: Float32Vector
) -> None:
    """From r and z, activated, and the input's part of n to n and the state."""
    one, size = np.float32(1), len(h)
    r, z, n = gates[:size], gates[size : 2 * size], gates[2 * size :]
    for j in range(size):
        n[j] = tanh(n[j] + r[j] * from_state[j])
    for j in range(size):
        h[j] = (one - z[j]) * n[j] + z[j] * previous[j]


@kernel
def forward(
    from_input: Float32Matrix,
    input_rows: Int64Matrix,
    batch_sizes: Int64Vector,
    w_hh_t: Float32Matrix,
    b_hh: Float32Vector,
    is_backward: bool,
    states: Float32Array3D,
    gates: Float32Array3D,
    saved_activations: Float32Array3D,
    workspace: Float32Array3D,
) -> None:
    """States of the GRU; `gates` keeps r, z and n, `saved_activations` W_h h + b_h."""
    steps, _, size = states.shape
    zero_state = workspace[0]
    for s in range(steps):
        t, previous = time_steps(steps, is_backward, s)
        rows = batch_sizes[t]
        h_previous = states[previous] if s > 0 else zero_state
        for n in range(rows):
            copy_all(saved_activations[t, n], b_hh)
        if s > 0:
            add_product(h_previous, w_hh_t, saved_activations[t], rows)
        for n in range(rows):
            row = gates[t, n]
            copy_all(row, from_input[input_rows[t, n]])
            add_all(row[: 2 * size], saved_activations[t, n])
            sigmoid_all(row[: 2 * size])
            _step(row, saved_activations[t, n, 2 * size :], h_previous[n], states[t, n])


def _step_backward(
    gates: Float32Vector,
    from_state: Float32Vector,
    previous: Float32Vector,
    dh: Float32Vector,
    dg: Float32Vector,
) -> None:
    """From the gradient of the state to those of r, z and n; `dh` keeps the part past the gates."""
    one, size = np.float32(1), len(dh)
    r, z, n = gates[:size], gates[size : 2 * size], gates[2 * size :]
    d_r, d_z, d_n = dg[:size], dg[size : 2 * size], dg[2 * size :]
    for j in range(size):
        d_n[j] = dh[j] * (one - z[j]) * (one - n[j] * n[j])
    for j in range(size):
        d_z[j] = dh[j] * (previous[j] - n[j]) * z[j] * (one - z[j])
        dh[j] *= z[j]
    for j in range(size):
        d_r[j] = d_n[j] * from_state[j] * r[j] * (one - r[j])


@kernel
def backward(
    input_rows: Int64Matrix,
    batch_sizes: Int64Vector,
    w_hh: Float32Matrix,
    is_backward: bool,
    states: Float32Array3D,
    gates: Float32Array3D,
    saved_activations: Float32Array3D,
    d_states: Float32Array3D,
    d_from_state: Float32Array3D,
    d_from_input: Float32Matrix,
    workspace: Float32Array3D,
) -> None:
    """Gradients of the GRU. Those of n differ in `d_from_state` and `d_from_input` by r."""
    steps, _, size = states.shape
    zero_state, dh = workspace[0], workspace[1]
    for s in range(steps - 1, -1, -1):
        t, previous = time_steps(steps, is_backward, s)
        rows = batch_sizes[t]
        h_previous = states[previous] if s > 0 else zero_state
        for n in range(rows):
            add_all(dh[n], d_states[t, n])
            row = d_from_state[t, n]
            _step_backward(
                gates[t, n], saved_activations[t, n, 2 * size :], h_previous[n], dh[n], row
            )
            add_all(d_from_input[input_rows[t, n]], row)
            multiply_all(row[2 * size :], gates[t, n])
        add_product(d_from_state[t], w_hh, dh, rows)
