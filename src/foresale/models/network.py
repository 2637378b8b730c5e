"""Tokenise → backbone → head: the one network family, as it learns."""

from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from foresale.models.backbones import LSTM, Transformer
from foresale.models.blocks import ResidualMLP
from foresale.models.heads import QuantileHead
from foresale.models.tensors import arrays_of
from foresale.networks.batch import Batch
from foresale.networks.config import NetworkConfig
from foresale.networks.network import Network
from foresale.networks.scaling import InstanceScale
from foresale.networks.tokens import leading_padding, real_tokens, static_of, steps_of


class Tokeniser(nn.Module):
    """A batch → tokens [B, T, D], one per patch of the context and then of the horizon.

    A token holds the values of its patch (hidden over the horizon), which of them are known, the lagged values and the
    covariates. The context is padded on the left and the horizon on the right to whole patches. Tokens that are padding
    in all windows are zeros.
    """

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.embed = ResidualMLP(config.channels * config.patch, 2 * config.width, config.width, config.dropout)
        pairs = zip(config.categories, config.table_widths, strict=True)
        self.tables = nn.ModuleList(nn.Embedding(count, width) for count, width in pairs)
        self.static = nn.Linear(config.static, config.width)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, batch: Batch[Tensor], scale: InstanceScale[Tensor]) -> tuple[Tensor, Tensor]:
        """Tokens [B, T, D] and which of them are real [B, T]."""
        shown = replace(batch, known=self._forgetting(batch.known), past=self._forgetting(batch.past))
        steps = steps_of(shown, scale, patch=self.config.patch)
        real: Tensor = real_tokens(batch, patch=self.config.patch)
        blank = 0 if self.training else leading_padding(real)
        patches = steps.reshape(*real.shape, -1)[:, blank:]
        tokens = (self.embed(patches) + self._static(batch, scale)[:, None]).float()
        return self.dropout(F.pad(tokens, (0, 0, blank, 0))), real

    def _forgetting(self, channels: Tensor) -> Tensor:
        """Channels [B, T, C], some of them zero for a whole window while training; of vectors [B, C], whole ones."""
        if not (self.training and self.config.forget):
            return channels
        shape = (len(channels), 1, channels.shape[-1]) if channels.ndim == 3 else (len(channels), 1)
        return channels * (torch.rand(shape, device=channels.device) >= self.config.forget)

    def _static(self, batch: Batch[Tensor], scale: InstanceScale[Tensor]) -> Tensor:
        vectors = [table(batch.codes[:, column]) for column, table in enumerate(self.tables)]
        known = [self._forgetting(part) for part in (*vectors, batch.numbers)]
        static: Tensor = self.static(static_of(batch, scale, known))
        return static


class NetworkModule(nn.Module):
    """The network as it learns: `forward` gives quantiles in units, `loss` what training minimises.

    What it has learnt forecasts without torch, as a `networks.network.Network` of the same shape and weights.
    """

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        self.tokenise = Tokeniser(config)
        self.backbone: LSTM | Transformer
        if config.backbone == "lstm":
            self.backbone = LSTM(config.width, layers=config.layers, dropout=config.dropout)
        else:
            self.backbone = Transformer(config.width, layers=config.layers, heads=config.heads, dropout=config.dropout)
        self.head = QuantileHead(config.width, patch=config.patch, levels=config.levels, dropout=config.dropout)

    @classmethod
    def of(cls, network: Network) -> "NetworkModule":
        """The network in tensors, with weights of its own, ready to forecast."""
        with torch.random.fork_rng(devices=[]):
            module = cls(network.config)
        module.load_state_dict({name: torch.tensor(weight) for name, weight in network.weights.items()})
        return module.eval()

    def learnt(self) -> Network:
        """What it is now, without a gradient."""
        return Network(self.config, arrays_of(self))

    def states(self, batch: Batch[Tensor]) -> tuple[Tensor, Tensor, InstanceScale[Tensor]]:
        """States [B, T, D] of all tokens, context first, which of them are real [B, T], and the scale."""
        scale = InstanceScale.of(batch.values, batch.observed)
        tokens, real = self.tokenise(batch, scale)
        return self.backbone(tokens, real), real, scale

    def scaled_quantiles(self, batch: Batch[Tensor]) -> tuple[Tensor, InstanceScale[Tensor]]:
        """Quantiles [B, H, Q] of the scaled sales, and the scale."""
        states, _, scale = self.states(batch)
        ahead = -(-batch.horizon // self.config.patch)
        return self.head(states[:, -ahead:])[:, : batch.horizon].float(), scale

    def forward(self, batch: Batch[Tensor]) -> Tensor:
        """Quantiles [B, H, Q] in units, in order."""
        scaled, scale = self.scaled_quantiles(batch)
        ordered: Tensor = scale.undo(scaled).sort(dim=-1).values
        return ordered

    def loss(self, batch: Batch[Tensor], actual: Tensor, known: Tensor) -> Tensor:
        """Mean pinball loss on the scaled sales: actual [B, H] in units, known [B, H] bool."""
        scaled, scale = self.scaled_quantiles(batch)
        return self.head.loss(scaled, scale.apply(actual), known.to(scaled.dtype))
