"""Tokenise → backbone → head: the one network family."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from foresale.models.backbones import LSTM, BackboneName, Transformer, leading_padding
from foresale.models.batch import Batch
from foresale.models.blocks import ResidualMLP
from foresale.models.heads import QuantileHead
from foresale.models.scaling import InstanceScale


@dataclass(frozen=True)
class NetworkConfig:
    """The shape of a network.

    Attributes:
        backbone: "lstm" or "transformer".
        patch: periods in one token.
        width: size D of a token.
        layers: layers of the backbone.
        heads: attention heads (Transformer only); must divide the width into even parts.
        dropout: share of activations dropped while training.
        forget: share of the covariates, and of the items' static vectors, hidden from a window while training, so that
            no forecast hangs on one of them.
        lags, known, past, numbers: channels of each kind in a batch.
        categories: number of codes of each static category.
        levels: quantile levels of the head.
    """

    backbone: BackboneName
    levels: tuple[float, ...]
    patch: int = 7
    width: int = 128
    layers: int = 2
    heads: int = 4
    dropout: float = 0.1
    forget: float = 0.2
    lags: int = 0
    known: int = 0
    past: int = 0
    numbers: int = 0
    categories: tuple[int, ...] = ()


class Tokeniser(nn.Module):
    """A batch → tokens [B, T, D], one per patch of the context and then of the horizon.

    A token holds the values of its patch (hidden over the horizon), which of them are known, the lagged values and the
    covariates. The context is padded on the left and the horizon on the right to whole patches. Tokens that are padding
    in all windows are zeros.
    """

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        self.config = config
        channels = 3 + 2 * config.lags + config.known + 2 * config.past
        self.embed = ResidualMLP(channels * config.patch, 2 * config.width, config.width, config.dropout)
        widths = [min(16, 2 + count // 2) for count in config.categories]
        pairs = zip(config.categories, widths, strict=True)
        self.tables = nn.ModuleList(nn.Embedding(count, width) for count, width in pairs)
        static = sum(widths) + config.numbers + 2
        self.static = nn.Linear(static, config.width)
        self.dropout = nn.Dropout(config.dropout)

    def forward(self, batch: Batch, scale: InstanceScale) -> tuple[Tensor, Tensor]:
        """Tokens [B, T, D] and which of them are real [B, T]."""
        patch, context, horizon = self.config.patch, batch.context, batch.horizon
        left, right = -context % patch, -horizon % patch
        observed = batch.observed.to(batch.values.dtype)
        seen = batch.lags_observed.to(batch.values.dtype)
        ahead = torch.ones_like(observed[:, :1]).expand(-1, horizon)
        whole = [
            F.pad(scale.apply(batch.values) * observed, (0, horizon))[..., None],
            F.pad(observed, (0, horizon))[..., None],
            F.pad(ahead, (context, 0))[..., None],
            scale.apply(batch.lags) * seen,
            seen,
            self._forgetting(batch.known),
            F.pad(self._forgetting(batch.past), (0, 0, 0, horizon)),
            F.pad(torch.ones_like(batch.past), (0, 0, 0, horizon)),
        ]
        steps = F.pad(torch.cat(whole, dim=-1), (0, 0, left, right))
        count = steps.shape[1] // patch
        known = F.pad(batch.observed | batch.lags_observed.any(dim=-1)[:, :context], (left, 0))
        past = known.view(known.shape[0], -1, patch).any(dim=-1)
        future = torch.ones_like(past[:, :1]).expand(-1, count - past.shape[1])
        real = torch.cat([past, future], dim=1)
        blank = 0 if self.training else leading_padding(real)
        patches = steps.reshape(steps.shape[0], count, -1)[:, blank:]
        tokens = (self.embed(patches) + self._static(batch, scale)[:, None]).float()
        return self.dropout(F.pad(tokens, (0, 0, blank, 0))), real

    def _forgetting(self, channels: Tensor) -> Tensor:
        """Channels [B, T, C], some of them zero for a whole window while training; of vectors [B, C], whole ones."""
        if not (self.training and self.config.forget):
            return channels
        shape = (len(channels), 1, channels.shape[-1]) if channels.ndim == 3 else (len(channels), 1)
        return channels * (torch.rand(shape, device=channels.device) >= self.config.forget)

    def _static(self, batch: Batch, scale: InstanceScale) -> Tensor:
        spread = torch.log1p(scale.scale)
        level = torch.log1p(scale.location.abs()) - spread
        vectors = [table(batch.codes[:, column]) for column, table in enumerate(self.tables)]
        known = [self._forgetting(part) for part in (*vectors, batch.numbers)]
        static: Tensor = self.static(torch.cat([*known, spread / 10, level / 5], dim=-1))
        return static


class Network(nn.Module):
    """The whole horizon in one pass: `forward` gives quantiles in units, `loss` what training minimises."""

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

    def states(self, batch: Batch) -> tuple[Tensor, Tensor, InstanceScale]:
        """States [B, T, D] of all tokens, context first, which of them are real [B, T], and the scale."""
        scale = InstanceScale.of(batch.values, batch.observed)
        tokens, real = self.tokenise(batch, scale)
        return self.backbone(tokens, real), real, scale

    def scaled_quantiles(self, batch: Batch) -> tuple[Tensor, InstanceScale]:
        """Quantiles [B, H, Q] of the scaled sales, and the scale."""
        states, _, scale = self.states(batch)
        ahead = -(-batch.horizon // self.config.patch)
        return self.head(states[:, -ahead:])[:, : batch.horizon].float(), scale

    def forward(self, batch: Batch) -> Tensor:
        """Quantiles [B, H, Q] in units, in order."""
        scaled, scale = self.scaled_quantiles(batch)
        ordered: Tensor = scale.undo(scaled).sort(dim=-1).values
        return ordered

    def loss(self, batch: Batch, actual: Tensor, known: Tensor) -> Tensor:
        """Mean pinball loss on the scaled sales: actual [B, H] in units, known [B, H] bool."""
        scaled, scale = self.scaled_quantiles(batch)
        return self.head.loss(scaled, scale.apply(actual), known.to(scaled.dtype))
