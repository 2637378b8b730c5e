"""Gradient steps, the average of the weights over them, and the best of these: what all learning of networks shares."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar, cast

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel

from foresale.training.progress import Progress

Module = TypeVar("Module", bound=nn.Module)

_BETAS: Final = (0.9, 0.98)
"""Of Adam; the second is lower than usual, as for Transformers (Vaswani et al. 2017): runs are short."""
_LONGEST_GRADIENT: Final = 1.0
"""Norm above which a gradient is shortened, so that one batch of outliers does not throw the weights off."""
_WARM: Final = 10
"""Steps over which the average comes to remember: after t steps it keeps t / (t + 10) of itself."""


@dataclass
class Trainer(Generic[Module]):
    """A run: all that it needs to go on as if it had never stopped.

    Whoever learns says what the loss is and how far along the run is; here the weights move.

    Attributes:
        module: what learns.
        average: its weights, averaged exponentially over the steps.
        optimizer: moves the weights.
        smoothing: share of the smoothed loss that a step leaves as it was.
        step: gradients that were taken.
        smooth: the smoothed training loss.
        best: the least validation loss.
        stale: validations since then.
        best_weights: the averaged weights that had it.
        losses: (step, training loss, validation loss) at every validation.
    """

    module: Module
    average: AveragedModel
    optimizer: torch.optim.AdamW
    smoothing: float
    step: int = 0
    smooth: float = math.nan
    best: float = math.inf
    stale: int = 0
    best_weights: dict[str, Tensor] = field(default_factory=dict)
    losses: list[tuple[int, float, float]] = field(default_factory=list)

    @classmethod
    def start(
        cls, module: Module, groups: Iterable[Mapping[str, Any]], *, average: float, smoothing: float
    ) -> "Trainer[Module]":
        """A fresh run.

        Args:
            module: what learns.
            groups: its parameters, with the decay of each group.
            average: how slowly the averaged weights follow, at most.
            smoothing: how slowly the smoothed loss does.
        """

        def mixed(mean: Tensor, weight: Tensor, updates: Tensor | int) -> Tensor:
            decay = min(average, int(updates) / (int(updates) + _WARM))
            return mean.lerp_(weight, 1 - decay)

        averaged = AveragedModel(module, avg_fn=mixed).requires_grad_(requires_grad=False)
        averaged.n_averaged.fill_(1)  # the first weights count: they are not replaced by those of the first step
        return cls(module, averaged, torch.optim.AdamW([dict(group) for group in groups], betas=_BETAS), smoothing)

    def take(self, loss: Tensor, *, rate: float, accumulate: int = 1) -> None:
        """One step down the gradient of a loss; with `accumulate`, so many gradients make the weights move once."""
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        (loss / accumulate).backward()  # type: ignore[no-untyped-call]
        self.step += 1
        if self.step % accumulate == 0:
            nn.utils.clip_grad_norm_(self.module.parameters(), _LONGEST_GRADIENT)
            self.optimizer.step()
            self.optimizer.zero_grad(set_to_none=True)
            self.average.update_parameters(self.module)
        value = float(loss.detach())
        self.smooth = value if math.isnan(self.smooth) else self.smoothing * self.smooth + (1 - self.smoothing) * value

    @property
    def averaged(self) -> Module:
        """The module with the averaged weights."""
        return cast("Module", self.average.module)

    def check(self, value: float) -> None:
        """Note a validation loss of the averaged weights; keep these if they are the best so far."""
        self.losses.append((self.step, self.smooth, value))
        if value < self.best:
            self.best, self.stale = value, 0
            self.best_weights = {name: weight.clone() for name, weight in self.averaged.state_dict().items()}
        else:
            self.stale += 1

    def progress(self, stage: str, *, steps: int, seconds: float, left: float) -> Progress:
        """Where the run stands, of so many `steps`, after `seconds` and with so many `left`."""
        best = self.best if math.isfinite(self.best) else None
        return Progress(stage, self.step, steps, self.smooth, best, seconds, left)


def rate_at(step: int, *, steps: int, peak: float) -> float:
    """Linear warm-up over the first twentieth of the steps, then a cosine down to a hundredth of the peak.

    >>> [round(rate_at(step, steps=100, peak=1.0), 2) for step in (0, 4, 50, 99)]
    [0.2, 1.0, 0.55, 0.01]
    """
    warm = max(steps // 20, 1)
    if step < warm:
        return peak * (step + 1) / warm
    return peak * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * (step - warm) / max(steps - warm, 1))))


def decayed_groups(network: nn.Module) -> list[dict[str, Any]]:
    """The parameters of a network, of which norms, biases and embeddings are not decayed."""
    plain = [p for name, p in network.named_parameters() if p.ndim < 2 or "tables" in name]
    decayed = [p for name, p in network.named_parameters() if p.ndim >= 2 and "tables" not in name]
    return [{"params": decayed, "weight_decay": 0.02}, {"params": plain, "weight_decay": 0.0}]
