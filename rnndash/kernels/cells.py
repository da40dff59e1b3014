"""What the kernels of all recurrent cells have in common: their arguments, and their time steps.

In PyTorch, each of the many small products of a recurrent network takes longer to dispatch than to
compute. A cell has a pair of kernels, in a file of its own, which compute all time steps of one
direction of one layer: `forward`, a `ForwardKernel`, and `backward`, a `BackwardKernel`.

Letters: B texts, T time steps, H hidden units, G gates and candidates, U rows of the input,
S saved activations besides the gates.
"""

from typing import Protocol

from rnndash.kernels.arrays import (
    Float32Array3D,
    Float32Matrix,
    Float32Vector,
    Int64Matrix,
    Int64Vector,
)


class ForwardKernel(Protocol):
    """Computes the states of one direction of one layer."""

    def __call__(
        self,
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
        """Fill `states`, and what the gradients need besides.

        Args:
            from_input: `(U, G*H)`, W_i x + b_i of every gate, for each row of the input.
            input_rows: `(T, B)`, the row of the input that each text reads at each time step.
            batch_sizes: `(T,)`, how many texts, from the first, have a word at each time step.
            w_hh_t: `(H, G*H)`, transposed, and contiguous.
            b_hh: `(G*H,)`.
            is_backward: whether the direction reads from the end.
            states: `(T, B, H)`, filled; zeros before.
            gates: `(T, B, G*H)`, filled with the activated gates.
            saved_activations: `(T, B, S*H)`, filled with what the cell's gradients need besides;
                zeros before. S depends on the cell.
            workspace: `(3, B, H)` of zeros; the first third is not changed.
        """
        ...


class BackwardKernel(Protocol):
    """Computes the gradients of one direction of one layer, by backpropagation through time."""

    def __call__(
        self,
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
        """Fill the gradients of the gates before their activation; see `ForwardKernel`.

        Args:
            w_hh: `(G*H, H)`.
            d_states: `(T, B, H)`, the gradients of the states.
            d_from_state: `(T, B, G*H)`, filled with those of W_h h + b_h; zeros before.
            d_from_input: `(U, G*H)`, filled with those of `from_input`; zeros before.
        """
        ...


def time_steps(steps: int, is_backward: bool, s: int) -> tuple[int, int]:
    """The time step that is read as number `s`, and the one that was read before it."""
    return (steps - 1 - s, steps - s) if is_backward else (s, s - 1)
