"""Two backbones with one signature: tokens [B, T, D] and what is real [B, T] → states [B, T, D]."""

from typing import Literal

from torch import Tensor, nn

from foresale.models.blocks import Attention, FeedForward

BackboneName = Literal["lstm", "transformer"]


class LSTM(nn.Module):
    """Residual LSTM layers, read from the past to the future, each followed by a feed-forward branch.

    A horizon token comes after the whole context, so its state knows the context and every covariate before it.
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
        tokens = tokens * real[..., None].to(tokens.dtype)
        for norm, cell, branch in zip(self.norms, self.cells, self.branches, strict=True):
            tokens = tokens + self.dropout(cell(norm(tokens))[0])
            tokens = tokens + branch(tokens)
        normed: Tensor = self.norm(tokens)
        return normed


class Transformer(nn.Module):
    """Pre-norm encoder with rotary positions: every token sees every real token, past and coming."""

    def __init__(self, width: int, *, layers: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.attentions = nn.ModuleList(Attention(width, heads, dropout) for _ in range(layers))
        self.branches = nn.ModuleList(FeedForward(width, 2 * width, dropout) for _ in range(layers))
        self.norm = nn.RMSNorm(width)

    def forward(self, tokens: Tensor, real: Tensor) -> Tensor:
        """States of the tokens."""
        for attention, branch in zip(self.attentions, self.branches, strict=True):
            tokens = tokens + attention(tokens, real)
            tokens = tokens + branch(tokens)
        normed: Tensor = self.norm(tokens)
        return normed
