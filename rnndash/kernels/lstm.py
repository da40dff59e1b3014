"""The kernels of the LSTM; see `rnndash.models.lstm` for the equations."""

import numpy as np

from rnndash.kernels.arithmetic import add_all, add_product, copy_all, sigmoid_all, tanh, tanh_all
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
    gates: Float32Vector, previous: Float32Vector, c: Float32Vector, h: Float32Vector
) -> None:
    """From the activated gates i, f, g, o and the previous cell state to both states."""
    size = len(c)
    i, f, g, o = gates[:size], gates[size : 2 * size], gates[2 * size : 3 * size], gates[3 * size :]
    for j in range(size):
        c[j] = f[j] * previous[j] + i[j] * g[j]
    for j in range(size):
        h[j] = o[j] * tanh(c[j])


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
    """States of the LSTM; `gates` keeps i, f, g and o, `saved_activations` the cell states."""
    steps, _, size = states.shape
    zero_state = workspace[0]
    for s in range(steps):
        t, previous = time_steps(steps, is_backward, s)
        rows = batch_sizes[t]
        c_previous = saved_activations[previous] if s > 0 else zero_state
        for n in range(rows):
            copy_all(gates[t, n], b_hh)
            add_all(gates[t, n], from_input[input_rows[t, n]])
        if s > 0:
            add_product(states[previous], w_hh_t, gates[t], rows)
        for n in range(rows):
            row = gates[t, n]
            sigmoid_all(row[: 2 * size])
            tanh_all(row[2 * size : 3 * size])
            sigmoid_all(row[3 * size :])
            _step(row, c_previous[n], saved_activations[t, n], states[t, n])


def _step_backward(
    gates: Float32Vector,
    previous: Float32Vector,
    c: Float32Vector,
    dh: Float32Vector,
    dc: Float32Vector,
    dg: Float32Vector,
) -> None:
    """From the gradients of both states to those of the gates and of the previous cell state."""
    one, size = np.float32(1), len(c)
    i, f, g, o = gates[:size], gates[size : 2 * size], gates[2 * size : 3 * size], gates[3 * size :]
    d_i, d_f, d_g, d_o = dg[:size], dg[size : 2 * size], dg[2 * size : 3 * size], dg[3 * size :]
    for j in range(size):
        tanh_c = tanh(c[j])
        d_o[j] = dh[j] * tanh_c * o[j] * (one - o[j])
        dc[j] += dh[j] * o[j] * (one - tanh_c * tanh_c)
    for j in range(size):
        d_i[j] = dc[j] * g[j] * i[j] * (one - i[j])
    for j in range(size):
        d_g[j] = dc[j] * i[j] * (one - g[j] * g[j])
    for j in range(size):
        d_f[j] = dc[j] * previous[j] * f[j] * (one - f[j])
        dc[j] *= f[j]


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
    """Gradients of the LSTM."""
    steps = states.shape[0]
    zero_state, dh, dc = workspace[0], workspace[1], workspace[2]
    for s in range(steps - 1, -1, -1):
        t, previous = time_steps(steps, is_backward, s)
        rows = batch_sizes[t]
        c_previous = saved_activations[previous] if s > 0 else zero_state
        for n in range(rows):
            add_all(dh[n], d_states[t, n])
            _step_backward(
                gates[t, n],
                c_previous[n],
                saved_activations[t, n],
                dh[n],
                dc[n],
                d_from_state[t, n],
            )
            add_all(d_from_input[input_rows[t, n]], d_from_state[t, n])
        dh[:rows] = 0
        add_product(d_from_state[t], w_hh, dh, rows)
