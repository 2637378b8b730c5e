"""The parts that both backbones are made of."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class FeedForward(nn.Module):
    """Gated residual branch (SwiGLU; Shazeer 2020): [..., D] → [..., D]."""

    def __init__(self, width: int, hidden: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.RMSNorm(width)
        self.expand = nn.Linear(width, 2 * hidden)
        self.contract = nn.Linear(hidden, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, tokens: Tensor) -> Tensor:
        """The branch to add to the tokens."""
        value, gate = self.expand(self.norm(tokens)).chunk(2, dim=-1)
        branch: Tensor = self.dropout(self.contract(value * F.silu(gate)))
        return branch


class ResidualMLP(nn.Module):
    """[..., I] → [..., O] through one hidden layer, with a linear way past it."""

    def __init__(self, inputs: int, hidden: int, outputs: int, dropout: float) -> None:
        super().__init__()
        self.straight = nn.Linear(inputs, outputs)
        self.hidden = nn.Linear(inputs, hidden)
        self.out = nn.Linear(hidden, outputs)
        self.dropout = nn.Dropout(dropout)

    def forward(self, inputs: Tensor) -> Tensor:
        """The transformed inputs."""
        bent: Tensor = self.straight(inputs) + self.dropout(self.out(F.silu(self.hidden(inputs))))
        return bent


def rotary(tokens: Tensor, positions: Tensor) -> Tensor:
    """Rotary position embedding (Su et al. 2021) of [B, heads, T, D] at positions [T]."""
    half = tokens.shape[-1] // 2
    rates = 1.0 / (1000.0 ** (torch.arange(half, device=tokens.device, dtype=torch.float32) / half))
    angles = positions.to(torch.float32)[:, None] * rates
    cosine, sine = angles.cos().to(tokens.dtype), angles.sin().to(tokens.dtype)
    left, right = tokens[..., :half], tokens[..., half:]
    return torch.cat([left * cosine - right * sine, left * sine + right * cosine], dim=-1)


class Attention(nn.Module):
    """Residual branch of self-attention over [B, T, D]; padding tokens are never looked at."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.norm = nn.RMSNorm(width)
        self.project = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, tokens: Tensor, real: Tensor) -> Tensor:
        """The branch to add to the tokens; `real` [B, T] is False for padding."""
        batch, length, width = tokens.shape
        parts = self.project(self.norm(tokens)).view(batch, length, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        positions = torch.arange(length, device=tokens.device)
        query, key = rotary(query, positions), rotary(key, positions)
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=real[:, None, None, :])
        branch: Tensor = self.dropout(self.out(mixed.transpose(1, 2).reshape(batch, length, width)))
        return branch
