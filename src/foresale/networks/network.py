"""Tokenise → backbone → head: the one network family, as it forecasts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np

from foresale.core.arrays import Flags, Index, Values
from foresale.core.threads import each
from foresale.networks.arrays import Arrays
from foresale.networks.batch import Batch
from foresale.networks.config import NetworkConfig
from foresale.networks.layers import ResidualMLP, normalise
from foresale.networks.lstm import LSTM
from foresale.networks.scaling import InstanceScale
from foresale.networks.tokens import real_tokens, static_of, steps_of
from foresale.networks.transformer import Transformer

AT_ONCE: Final = 256
"""Windows at a time: more keep a multiplication of matrices busy, fewer stay in the cache of a core between steps."""


@dataclass(frozen=True, eq=False)
class Network:
    """The whole horizon in one pass, without a gradient: `foresale.models.network` is the same where it learns.

    Attributes:
        config: its shape.
        weights: by name, as `config.shapes()` says.

    >>> from foresale.networks.batch import batch_of_series
    >>> config = NetworkConfig("lstm", levels=(0.1, 0.5, 0.9), width=8, lags=1)
    >>> network = Network(config, {name: np.zeros(shape, np.float32) for name, shape in config.shapes().items()})
    >>> sales = np.full((2, 100), 5, np.float32)
    >>> network(batch_of_series(sales, sales > 0, horizon=3, lags=(28,))).shape
    (2, 3, 3)
    """

    config: NetworkConfig
    weights: Mapping[str, Values] = field(repr=False)

    def __call__(self, batch: Batch[Arrays]) -> Values:
        """Quantiles [B, H, Q] in units, in order."""
        scaled, scale = self.scaled_quantiles(batch)
        return in_units(scaled, scale)

    def scaled_quantiles(
        self, batch: Batch[Arrays], *, added: Values | None = None
    ) -> tuple[Values, InstanceScale[Values]]:
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
        padding = real.argmax(axis=1)
        scaled = np.empty((len(batch), batch.horizon, len(self.config.levels)), np.float32)
        if isinstance(self._backbone, LSTM):
            self._backbone.prepare(int(padding.max(initial=0)))

        def compute(windows: Index) -> None:
            shared = int(padding[windows[0]])
            part = InstanceScale(scale.location[windows], scale.scale[windows])
            extra = None if added is None else added[windows, shared:]
            with _quietly():
                tokens = self._tokens(self._unpadded(batch, shared)[windows], part, extra)
                states = self._states(tokens, real[windows, shared:], shared, -(-batch.horizon // self.config.patch))
                scaled[windows] = self._quantiles(states)[:, : batch.horizon]

        each(compute, _chunks(np.argsort(padding, kind="stable")))
        return scaled, scale

    def _unpadded(self, batch: Batch[Arrays], padding: int) -> Batch[Arrays]:
        """The windows without their first tokens, which are padding."""
        skipped = padding * self.config.patch - -batch.context % self.config.patch
        return batch.newest(batch.context - skipped) if skipped > 0 else batch

    def _tokens(self, batch: Batch[Arrays], scale: InstanceScale[Values], added: Values | None) -> Values:
        """[T, D, B]."""
        steps = steps_of(batch, scale, patch=self.config.patch)
        vectors = [self.weights[f"tokenise.tables.{index}.weight"][codes] for index, codes in enumerate(batch.codes.T)]
        static = static_of(batch, scale, [*vectors, batch.numbers]).T
        patches = steps.reshape(len(batch), -1, steps.shape[2] * self.config.patch).transpose(1, 2, 0)
        tokens = self._embed(patches, static)
        if added is not None:
            tokens += added.transpose(1, 2, 0)
        return tokens

    def _states(self, tokens: Values, real: Flags, padding: int, ahead: int) -> Values:
        """[ahead, D, B] of the tokens of the horizon, from tokens [T, D, B] after those of padding."""
        if isinstance(self._backbone, LSTM):
            if not real.all():
                tokens *= real.T[:, None]
            return self._backbone.horizon(tokens, padding=padding, ahead=ahead)
        ready = np.ascontiguousarray(tokens.transpose(2, 0, 1))
        return self._backbone.horizon(ready, real, ahead=ahead).transpose(1, 2, 0)

    def _quantiles(self, states: Values) -> Values:
        """[B, T × patch, Q] of the states [T, D, B] of some tokens."""
        normalised = np.empty_like(states)
        for state, out in zip(states, normalised, strict=True):
            normalise(state, out)
        quantiles = self._head(normalised)
        return quantiles.reshape(len(states) * self.config.patch, -1, states.shape[2]).transpose(2, 0, 1)

    @cached_property
    def _embed(self) -> ResidualMLP:
        return ResidualMLP.of(self.weights, "tokenise.embed", static="tokenise.static")

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


def mean_of_networks(quantiles: Sequence[Values]) -> Values:
    """[B, H, Q] the mean of the quantiles [B, H, Q] of several networks."""
    return np.asarray(sum(quantiles) / np.float32(len(quantiles)), np.float32)
