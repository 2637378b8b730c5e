"""Two backbones with one signature: tokens [B, T, D] and what is real [B, T] → states [B, T, D]."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from foresale.models.blocks import Attention, FeedForward
from foresale.networks.tokens import leading_padding


class LSTM(nn.Module):
    """Residual LSTM layers, read from the past to the future, each followed by a feed-forward branch.

    A horizon token comes after the whole context, so its state knows the context and every covariate before it.
    Padding that all windows of a batch begin with is read once for all of them, so that short histories cost little.
    """

    def __init__(self, width: int, *, layers: int, dropout: float) -> None:
        super().__init__()
        self.norms = nn.ModuleList(nn.RMSNorm(width) for _ in range(layers))
        self.cells = nn.ModuleList(nn.LSTM(width, width, batch_first=True) for _ in range(layers))
        self.branches = nn.ModuleList(FeedForward(width, 2 * width, dropout) for _ in range(layers))
        self.dropout = nn.Dropout(dropout)
        self.norm = nn.RMSNorm(width)

    def forward(self, tokens: Tensor, real: Tensor) -> Tensor:
        """States of the tokens; padding, which stands on the left, is read as zeros."""
        count, blank = len(tokens), 0 if self.training else leading_padding(real)
        tokens = tokens * real[..., None].to(tokens.dtype)
        padding, tokens = tokens[:1, :blank], tokens[:, blank:]
        for norm, cell, branch in zip(self.norms, self.cells, self.branches, strict=True):
            state = None
            if blank:
                read, last = cell(norm(padding))
                padding = padding + read
                padding = padding + branch(padding)
                state = tuple(part.expand(-1, count, -1).contiguous() for part in last)
            tokens = tokens + self.dropout(cell(norm(tokens), state)[0])
            tokens = tokens + branch(tokens)
        normed: Tensor = self.norm(torch.cat([padding.expand(count, -1, -1), tokens], dim=1))
        return normed


class Transformer(nn.Module):
    """Pre-norm encoder with rotary positions: every token sees every real token, past and coming."""

    def __init__(self, width: int, *, layers: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.attentions = nn.ModuleList(Attention(width, heads, dropout) for _ in range(layers))
        self.branches = nn.ModuleList(FeedForward(width, 2 * width, dropout) for _ in range(layers))
        self.norm = nn.RMSNorm(width)

    def forward(self, tokens: Tensor, real: Tensor) -> Tensor:
        """States of the tokens; those of padding are not to be read."""
        blank = 0 if self.training else leading_padding(real)
        tokens, real = tokens[:, blank:], real[:, blank:]
        for attention, branch in zip(self.attentions, self.branches, strict=True):
            tokens = tokens + attention(tokens, real)
            tokens = tokens + branch(tokens)
        normed: Tensor = self.norm(F.pad(tokens, (0, 0, blank, 0)))
        return normed
