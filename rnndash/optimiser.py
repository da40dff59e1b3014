"""Adam, after Kingma and Ba (2015), on the fused kernel of PyTorch.

    m = b1 m + (1 - b1) g          v = b2 v + (1 - b2) g^2
    w = w - lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps)

It computes what `torch.optim.Adam(..., fused=True)` computes, bit for bit, by the same kernel.
`torch.optim` itself loads the compiler of PyTorch at its first use, which takes about as long
as loading PyTorch: a worker without it starts in half the time.
"""

from collections.abc import Iterable, Mapping

import torch

from rnndash.errors import CheckpointError


class Adam:
    """Updates parameters in place from their gradients.

    Args:
        parameters: those to update, each with its name in the checkpoint.
    """

    def __init__(
        self,
        parameters: Iterable[tuple[str, torch.Tensor]],
        *,
        learning_rate: float,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
    ) -> None:
        self.learning_rate = learning_rate
        self.betas = betas
        self.epsilon = epsilon
        self.parameters = dict(parameters)
        self.means = {name: torch.zeros_like(p) for name, p in self.parameters.items()}
        self.squares = {name: torch.zeros_like(p) for name, p in self.parameters.items()}
        self.steps = {
            name: torch.zeros((), dtype=torch.float32, device=p.device)
            for name, p in self.parameters.items()
        }

    @torch.no_grad()
    def step(self) -> None:
        """One update with the gradients that the parameters hold; the gradients are then dropped.

        The step counters are float32, as in PyTorch: exact up to 16 million steps.
        """
        names = [name for name, p in self.parameters.items() if p.grad is not None]
        steps = [self.steps[name] for name in names]
        torch._foreach_add_(steps, 1)
        # The functional form behind torch.optim.Adam(fused=True); it has no public name.
        torch._fused_adam_(
            [self.parameters[name] for name in names],
            [self.parameters[name].grad for name in names],  # type: ignore[misc]
            [self.means[name] for name in names],
            [self.squares[name] for name in names],
            [],
            steps,
            lr=self.learning_rate,
            beta1=self.betas[0],
            beta2=self.betas[1],
            weight_decay=0.0,
            eps=self.epsilon,
            amsgrad=False,
            maximize=False,
        )
        for name in names:
            self.parameters[name].grad = None

    def state(self) -> dict[str, torch.Tensor]:
        """All that the next step depends on, under names of its own; the tensors are not copied."""
        return {
            f"{part}.{name}": tensor
            for part, tensors in self._parts().items()
            for name, tensor in tensors.items()
        }

    def load(self, state: Mapping[str, torch.Tensor]) -> None:
        """Take over what `state` gave.

        Raises:
            CheckpointError: a tensor is missing or has another shape.
        """
        for part, tensors in self._parts().items():
            for name, tensor in tensors.items():
                saved = state.get(f"{part}.{name}")
                if saved is None or saved.shape != tensor.shape:
                    raise CheckpointError(
                        f"The checkpoint holds no {part} of {name} of shape {tuple(tensor.shape)}: "
                        "it belongs to other settings or other texts. Start a new run."
                    )
                tensor.copy_(saved)

    def _parts(self) -> dict[str, dict[str, torch.Tensor]]:
        return {"mean": self.means, "square": self.squares, "step": self.steps}
