"""The kernels of the simple recurrent network; see `rnndash.models.elman` for the equation."""

import numpy as np

from rnndash.kernels.arithmetic import add_all, add_product, copy_all, tanh_all
from rnndash.kernels.arrays import (
    Float32Array3D,
    Float32Matrix,
    Float32Vector,
    Int64Matrix,
    Int64Vector,
)
from rnndash.kernels.cells import time_steps
from rnndash.kernels.kernel import kernel


@kernel
def forward(
    from_input: Float32Matrix,
    input_rows: Int64Matrix,
    batch_sizes: Int64Vector,
    w_hh_t: Float32Matrix,
    b_hh: Float32Vector,
    is_backward: bool,
    states: Float32Array3D,
    gates: Float32Array3D,  # noqa: ARG001
    saved_activations: Float32Array3D,  # noqa: ARG001
    workspace: Float32Array3D,  # noqa: ARG001
) -> None:
    """States of the simple recurrent network; it saves nothing else."""
    steps = input_rows.shape[0]
    for s in range(steps):
        t, previous = time_steps(steps, is_backward, s)
        rows = batch_sizes[t]
        for n in range(rows):
            copy_all(states[t, n], b_hh)
            add_all(states[t, n], from_input[input_rows[t, n]])
        if s > 0:
            add_product(states[previous], w_hh_t, states[t], rows)
        for n in range(rows):
            tanh_all(states[t, n])


def _step_backward(dh: Float32Vector, h: Float32Vector, dg: Float32Vector) -> None:
    for j in range(len(dh)):
        dg[j] = dh[j] * (np.float32(1) - h[j] * h[j])


@kernel
def backward(
    input_rows: Int64Matrix,
    batch_sizes: Int64Vector,
    w_hh: Float32Matrix,
    is_backward: bool,
    states: Float32Array3D,
    gates: Float32Array3D,  # noqa: ARG001
    saved_activations: Float32Array3D,  # noqa: ARG001
    d_states: Float32Array3D,
    d_from_state: Float32Array3D,
    d_from_input: Float32Matrix,
    workspace: Float32Array3D,
) -> None:
    """Gradients of the simple recurrent network."""
    steps, dh = states.shape[0], workspace[1]
    for s in range(steps - 1, -1, -1):
        t, _ = time_steps(steps, is_backward, s)
        rows = batch_sizes[t]
        for n in range(rows):
            add_all(dh[n], d_states[t, n])
            _step_backward(dh[n], states[t, n], d_from_state[t, n])
            add_all(d_from_input[input_rows[t, n]], d_from_state[t, n])
        dh[:rows] = 0
        add_product(d_from_state[t], w_hh, dh, rows)
