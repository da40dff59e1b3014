"""Adam, after Kingma and Ba (2015), on the fused kernel of PyTorch.

    m = b1 m + (1 - b1) g          v = b2 v + (1 - b2) g^2
    w = w - lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps)

It computes what `torch.optim.Adam(..., fused=True)` computes, bit for bit, by the same kernel.
`torch.optim` itself loads PyTorch's compiler at its first use, which takes about as long as
loading PyTorch: a worker that does not use it starts in half the time.

An embedding has many rows, and a minibatch gives a gradient to a few. With compiled kernels these
are updated alone, and the others when they are next needed: see `rnndash.compiled.lazy_adam`.
"""

from collections.abc import Iterable, Mapping

import torch

from rnndash.compiled.lazy_adam import LazyAdam, saved_tensor, steps_behind


class Adam:
    """The Adam optimiser; it updates parameters in place.

    Args:
        parameters: each with its name in the checkpoint.
        lazy: the name of a matrix on the CPU that `LazyAdam` updates, by kernels, which must be
            loaded.
    """

    def __init__(
        self,
        parameters: Iterable[tuple[str, torch.Tensor]],
        *,
        learning_rate: float,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        lazy: str | None = None,
    ) -> None:
        self.learning_rate = learning_rate
        self.betas = betas
        self.epsilon = epsilon
        self.parameters = dict(parameters)
        self.means = {name: torch.zeros_like(p) for name, p in self.parameters.items()}
        self.squares = {name: torch.zeros_like(p) for name, p in self.parameters.items()}
        dense = [name for name in self.parameters if name != lazy]
        names = dense if lazy is None else [*dense, lazy]
        device = self.parameters[names[0]].device
        counters = torch.zeros(len(names), dtype=torch.float32, device=device)
        self.steps = dict(zip(names, counters, strict=True))  # each a view of one number
        self._dense, self._dense_steps = set(dense), counters[: len(dense)]
        self._lazy = None
        if lazy is not None:
            self._lazy = LazyAdam(
                lazy,
                (self.parameters[lazy], self.means[lazy], self.squares[lazy]),
                self.steps[lazy],
                learning_rate=learning_rate,
                betas=betas,
                epsilon=epsilon,
            )

    def descend(self, loss: torch.Tensor) -> None:
        """One update of all parameters, from a loss that depends on each of them."""
        gradients = torch.autograd.grad(loss, list(self.parameters.values()))
        self.step(dict(zip(self.parameters, gradients, strict=True)))

    def step(self, gradients: Mapping[str, torch.Tensor]) -> None:
        """One update of the parameters that have a gradient here.

        The step counters are float32, as in PyTorch: exact up to 16 million steps.
        """
        if not gradients:
            return
        names = list(gradients)
        steps = [self.steps[name] for name in names]
        with torch.no_grad():
            if gradients.keys() == self._dense:  # the usual case, in one operation
                self._dense_steps += 1
            else:
                torch._foreach_add_(steps, 1)
            # The functional form behind torch.optim.Adam(fused=True); it has no public name.
            torch._fused_adam_(
                [self.parameters[name] for name in names],
                [gradients[name] for name in names],
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

    @property
    def lazy(self) -> LazyAdam:
        """The optimiser of the matrix that is updated lazily.

        Raises:
            ValueError: there is none.
        """
        if self._lazy is None:
            raise ValueError("No parameter of this optimiser is updated lazily.")
        return self._lazy

    def up_to_date(self) -> dict[str, torch.Tensor]:
        """Up-to-date copies of the parameters that lag behind. Changes nothing."""
        return {} if self._lazy is None else {self._lazy.name: self._lazy.peek()}

    def apply_missed_steps(self) -> None:
        """Bring all parameters up to date, at the end of training.

        A step after that may differ in the last digit from one without it.
        """
        if self._lazy is not None:
            self._lazy.apply_missed_steps()

    def state(self) -> dict[str, torch.Tensor]:
        """Everything that the next step depends on, for a checkpoint; the tensors are not copied.

        It holds parameters only where they lag behind.
        """
        state = {
            f"{part}.{name}": tensor
            for part, tensors in self._parts().items()
            for name, tensor in tensors.items()
        }
        return state if self._lazy is None else state | self._lazy.state()

    def load(self, state: Mapping[str, torch.Tensor]) -> None:
        """Restore what `state` gave, of an optimiser that updates lazily or not.

        Raises:
            CheckpointError: a tensor is missing or has another shape.
        """
        for part, tensors in self._parts().items():
            for name, tensor in tensors.items():
                tensor.copy_(saved_tensor(state, part, name, tensor.shape))
        if self._lazy is not None:
            self._lazy.load(state)
            return
        for name, mean in self.means.items():
            if mean.dim() == 2:  # a matrix, which may have been updated lazily
                behind = steps_behind(state, name, len(mean), self.steps[name].item())
                behind = behind.to(mean.device).double()[:, None]
                mean *= (self.betas[0] ** behind).float()
                self.squares[name] *= (self.betas[1] ** behind).float()

    def _parts(self) -> dict[str, dict[str, torch.Tensor]]:
        return {"mean": self.means, "square": self.squares, "step": self.steps}
