"""Heads for other wishes than quantiles of every period, over one frozen backbone.

Each starts from what the pre-trained quantiles say of its target, so that it needs to learn only what they got wrong.
"""

from dataclasses import dataclass
from typing import Final, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from foresale.core.errors import ConfigError
from foresale.models.blocks import ResidualMLP
from foresale.models.losses import negative_binomial, pinball, squared, tweedie, weighted
from foresale.models.scaling import InstanceScale

Target = Literal["total", "blocks", "sale", "peak", "mean"]
MeanLoss = Literal["squared", "tweedie", "negative-binomial"]
TARGETS: Final = ("total", "blocks", "sale", "peak", "mean")
MEAN_LOSSES: Final = ("squared", "tweedie", "negative-binomial")
_SMALL: Final = 1e-4
_NOTHING_SOLD: Final = 0.5
"""Sales below this are none."""


@dataclass(frozen=True)
class Task:
    """What is asked for.

    Attributes:
        target: "total" (quantiles of the sum over the horizon), "blocks" (quantiles of sums of so many periods each,
            such as weeks of days), "sale" (the probability that anything is sold, per period), "peak" (the probability
            that a period is the best of the horizon) or "mean" (expected sales per period).
        block: periods in a block.
        loss: what teaches the mean: "squared", "tweedie" for many zeros, "negative-binomial" for counts.

    Raises:
        ConfigError: an unknown target or loss, or blocks of no periods.

    >>> Task("blocks", block=7).outputs(horizon=28, levels=21)
    (4, 21)
    """

    target: Target
    block: int = 7
    loss: MeanLoss = "squared"

    def __post_init__(self) -> None:
        if self.target not in TARGETS:
            raise ConfigError(f"unknown target {self.target!r}. Use one of {', '.join(TARGETS)}.")
        if self.loss not in MEAN_LOSSES:
            raise ConfigError(f"unknown loss {self.loss!r}. Use one of {', '.join(MEAN_LOSSES)}.")
        if self.block < 1:
            raise ConfigError(f"a block has at least one period, not {self.block}")

    def length(self, horizon: int) -> int:
        """Periods in one of its blocks.

        Raises:
            ConfigError: a horizon that is not whole blocks.
        """
        if self.target == "total":
            return horizon
        if self.target == "blocks" and horizon % self.block:
            raise ConfigError(f"a horizon of {horizon} is not whole blocks of {self.block} periods")
        return self.block if self.target == "blocks" else 1

    def outputs(self, *, horizon: int, levels: int) -> tuple[int, ...]:
        """The shape of what it says of one item."""
        if self.target in {"total", "blocks"}:
            return horizon // self.length(horizon), levels
        return (horizon,)


class TaskHead(nn.Module):
    """States of the horizon and the pre-trained quantiles → what a task asks for.

    `forward` gives what the loss is told in: quantiles of scaled block means, logits of a sale, scores of the peak, or
    the logarithm of the mean (the mean itself for the squared loss); `answer` gives it in the words of the task.
    """

    levels: Tensor

    def __init__(self, task: Task, *, width: int, patch: int, levels: Tensor) -> None:
        super().__init__()
        self.task = task
        self.register_buffer("levels", levels.clone(), persistent=False)
        self.size = len(levels) if task.target in {"total", "blocks"} else 2
        self.read = ResidualMLP(width, width, patch * 8, 0.0)
        self.correct = nn.Parameter(torch.zeros(self.size, 8))

    def forward(self, states: Tensor, quantiles: Tensor, scale: InstanceScale) -> Tensor:
        """States [B, T, D], quantiles [B, H, Q] in units → [B, K, Q] or [B, H, 2], as the loss is told."""
        horizon = quantiles.shape[1]
        hidden = F.silu(self.read(states).reshape(len(states), -1, 8)[:, :horizon])
        blocks = _blocks(hidden, self.task.length(horizon))
        return self._start(quantiles, scale) + F.linear(blocks, self.correct)

    def loss(self, told: Tensor, actual: Tensor, known: Tensor, scale: InstanceScale) -> Tensor:
        """How far it lies from the sales [B, H] in units; blocks and peaks with unknown periods do not count."""
        length = self.task.length(actual.shape[1])
        whole = _blocks(known.to(told.dtype)[..., None], length)[..., 0]
        if self.task.target in {"total", "blocks"}:
            mean = scale.apply(_blocks(actual[..., None], length)[..., 0])
            return weighted(pinball(told, mean, levels=self.levels), (whole == 1).to(told.dtype))
        if self.task.target == "sale":
            sold = (actual > _NOTHING_SOLD).to(told.dtype)
            return weighted(F.binary_cross_entropy_with_logits(told[..., 0], sold, reduction="none"), whole)
        if self.task.target == "peak":
            best = torch.where(known, actual, -torch.inf).argmax(dim=1)
            chance = F.cross_entropy(told[..., 0], best, reduction="none")
            clear = (known.all(dim=1) & (actual.amax(dim=1) > actual.amin(dim=1))).to(told.dtype)
            return weighted(chance, clear)
        return weighted(self._mean_loss(told, actual, scale), whole)

    def answer(self, told: Tensor, scale: InstanceScale, *, horizon: int) -> Tensor:
        """Quantiles of sums [B, K, Q] in units, probabilities [B, H], or means [B, H] in units."""
        if self.task.target in {"total", "blocks"}:
            length = self.task.length(horizon)
            ordered: Tensor = (scale.undo(told) * length).clamp(min=0).sort(dim=-1).values
            return ordered
        if self.task.target == "sale":
            return told[..., 0].sigmoid()
        if self.task.target == "peak":
            return told[..., 0].softmax(dim=-1)
        if self.task.loss == "squared":
            return scale.undo(told[..., 0]).clamp(min=0)
        return told[..., 0].exp()

    def _mean_loss(self, told: Tensor, actual: Tensor, scale: InstanceScale) -> Tensor:
        if self.task.loss == "squared":
            return squared(scale.undo(told[..., 0].clamp(-6, 6)) / scale.scale, actual / scale.scale)
        bounded, sold = told[..., 0].clamp(-12, 16), actual.clamp(min=0)
        if self.task.loss == "tweedie":
            level = (scale.location.abs() + scale.scale).log()
            return tweedie(bounded - level, sold / level.exp())
        return negative_binomial(bounded, told[..., 1].clamp(-6, 12), sold)

    def _start(self, quantiles: Tensor, scale: InstanceScale) -> Tensor:
        """What the pre-trained quantiles say."""
        target = self.task.target
        if target in {"total", "blocks"}:
            return scale.apply(_blocks(quantiles, self.task.length(quantiles.shape[1])))
        mean = quantiles.clamp(min=0).mean(dim=-1)
        second = torch.zeros_like(mean)
        if target == "sale":
            first = torch.special.logit((quantiles > _NOTHING_SOLD).to(mean.dtype).mean(dim=-1), eps=0.02)
        elif target == "peak":
            first = mean / scale.scale
        elif self.task.loss == "squared":
            first = scale.apply(mean)
        else:
            first = (mean + _SMALL * (1 + scale.scale)).log()
        return torch.stack([first, second], dim=-1)


def _blocks(steps: Tensor, length: int) -> Tensor:
    """Means [B, H / length, C] of blocks of steps [B, H, C]."""
    return steps.reshape(len(steps), steps.shape[1] // length, length, -1).mean(dim=2)
