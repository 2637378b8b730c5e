"""Tokenise → backbone → head: the one network family, as it forecasts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np

from foresale.core.arrays import Flags, Index, Values
from foresale.core.threads import each
from foresale.networks.arrays import Arrays
from foresale.networks.batch import Batch
from foresale.networks.config import NetworkConfig
from foresale.networks.layers import ResidualMLP, normalise, with_ones
from foresale.networks.lstm import LSTM
from foresale.networks.scaling import InstanceScale
from foresale.networks.tokens import leading_padding, real_tokens, static_of, steps_of
from foresale.networks.transformer import Transformer

AT_ONCE: Final = 128
"""Windows at a time: what a step of a layer reads and writes then stays in the cache of a core
(benchmarks/network_speed.py)."""


@dataclass(frozen=True, eq=False)
class Network:
    """The whole horizon in one pass, without a gradient: `foresale.models.network` is the same where it learns.

    Attributes:
        config: its shape.
        weights: by name, as `config.shapes()` says.
    """

    config: NetworkConfig
    weights: Mapping[str, Values] = field(repr=False)

    def __call__(self, batch: Batch[Arrays]) -> Values:
        """Quantiles [B, H, Q] in units, in order."""
        scaled, scale = self.scaled_quantiles(batch)
        return in_units(scaled, scale)

    def scaled_quantiles(self, batch: Batch[Arrays], *, added: Values | None = None
                         ) -> tuple[Values, InstanceScale[Values]]:  # fmt: skip
        """Quantiles [B, H, Q] of the scaled sales, not yet in order, and the scale.

        Windows that begin with as much padding are computed together, so that short histories cost little. A window's
        quantiles depend on the others beside it in the rounding alone.

        Args:
            batch: the windows.
            added: [B, T, D] what an adapter adds to the tokens.
        """
        with _quietly():
            scale = InstanceScale.of(batch.values, batch.observed)
        real = real_tokens(batch, patch=self.config.patch)
        order = np.argsort(real.argmax(axis=1), kind="stable")
        scaled = np.empty((len(batch), batch.horizon, len(self.config.levels)), np.float32)
        if isinstance(self._backbone, LSTM):
            self._backbone.prepare(int(real.argmax(axis=1).max(initial=0)))

        def compute(chosen: Index) -> None:
            part = InstanceScale(scale.location[chosen], scale.scale[chosen])
            extra = None if added is None else added[chosen]
            with _quietly():
                scaled[chosen] = self._chunk(batch[chosen], part, real[chosen], extra)

        each(compute, _chunks(order))
        return scaled, scale

    def _chunk(self, batch: Batch[Arrays], scale: InstanceScale[Values], real: Flags, added: Values | None) -> Values:
        """[B, H, Q] for some windows."""
        blank, ahead = leading_padding(real), -(-batch.horizon // self.config.patch)
        tokens = self._tokens(batch, scale, blank)
        if added is not None:
            tokens += added[:, blank:].transpose(1, 2, 0)
        if isinstance(self._backbone, LSTM):
            if not real[:, blank:].all():
                tokens *= real[:, blank:].T[:, None]
            states = self._backbone.horizon(tokens, blank=blank, ahead=ahead)
        else:
            ready = np.ascontiguousarray(tokens.transpose(2, 0, 1))
            states = self._backbone.horizon(ready, real[:, blank:], ahead=ahead).transpose(1, 2, 0)
        normed = with_ones(self.config.width, len(batch))
        parts = []
        for state in states:
            normalise(state, normed[:-1])
            parts.append(self._head(normed))
        quantiles = np.concatenate(parts).reshape(ahead * self.config.patch, -1, len(batch))
        return quantiles[: batch.horizon].transpose(2, 0, 1)

    def _tokens(self, batch: Batch[Arrays], scale: InstanceScale[Values], blank: int) -> Values:
        """[T − blank, D, B]."""
        patch = self.config.patch
        steps = steps_of(batch, scale, patch=patch)[:, blank * patch :]
        vectors = [self.weights[f"tokenise.tables.{place}.weight"][codes] for place, codes in enumerate(batch.codes.T)]
        static = static_of(batch, scale, [*vectors, batch.numbers]) @ self.weights["tokenise.static.weight"].T
        static = (static + self.weights["tokenise.static.bias"]).T
        size = steps.shape[2] * patch
        inputs = with_ones(size, len(batch))
        rows = steps.transpose(1, 2, 0).reshape(-1, size, len(batch))
        tokens = np.empty((len(rows), self.config.width, len(batch)), np.float32)
        for row, token in zip(rows, tokens, strict=True):
            inputs[:-1] = row
            np.add(self._embed(inputs), static, out=token)
        return tokens

    @cached_property
    def _embed(self) -> ResidualMLP:
        return ResidualMLP.of(self.weights, "tokenise.embed")

    @cached_property
    def _backbone(self) -> LSTM | Transformer:
        config = self.config
        if config.backbone == "lstm":
            return LSTM.of(self.weights, layers=config.layers)
        return Transformer.of(self.weights, layers=config.layers, heads=config.heads)

    @cached_property
    def _head(self) -> ResidualMLP:
        return ResidualMLP.of(self.weights, "head.out", norm="backbone.norm")


def in_units(scaled: Values, scale: InstanceScale[Values]) -> Values:
    """Scaled quantiles [B, H, Q] in units, in order."""
    with _quietly():
        ordered: Values = np.sort(scale.undo(scaled), axis=-1)
    return ordered


def _quietly() -> np.errstate:
    """Sales beyond all reason become no numbers, which whoever asked sees and says."""
    return np.errstate(over="ignore", invalid="ignore")


def _chunks(order: Index) -> list[Index]:
    return [order[first : first + AT_ONCE] for first in range(0, len(order), AT_ONCE)]
