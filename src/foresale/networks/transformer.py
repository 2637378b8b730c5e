"""The Transformer at work: every token sees every real token, past and coming."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from foresale.core.arrays import Flags, Values
from foresale.networks.layers import EPSILON, FeedForward, Workspace, matrix

_BASE = 1000.0
"""The slowest of the rotations goes round once in about so many tokens: contexts have at most a few hundred."""


@dataclass(frozen=True, eq=False)
class Attention:
    """Residual branch of self-attention over tokens [B, T, D]; padding is never looked at.

    Attributes:
        heads: how many.
        project: [3 D, D + 1] to queries, keys and values.
        out: [D, D + 1].
    """

    heads: int
    project: Values
    out: Values

    @classmethod
    def of(cls, weights: Mapping[str, Values], name: str, *, heads: int) -> "Attention":
        """The branch of a name."""
        return cls(heads, matrix(weights, f"{name}.project", norm=f"{name}.norm"), matrix(weights, f"{name}.out"))

    def branch(self, tokens: Values, real: Flags, *, asking: int) -> Values:
        """[B, asking, D] the branch to add to the last `asking` tokens; `real` [B, T] is False for padding."""
        count, length, width = tokens.shape
        size = np.sqrt((tokens * tokens).mean(axis=-1, keepdims=True) + EPSILON)
        parts = _linear(tokens / size, self.project).reshape(count, length, 3, self.heads, width // self.heads)
        query, key, value = parts.transpose(2, 0, 3, 1, 4)
        query, key = rotary(query)[:, :, length - asking :], rotary(key)
        scores = query @ key.swapaxes(-1, -2) / np.float32((width // self.heads) ** 0.5)
        scores = np.where(real[:, None, None, :], scores, np.float32(-np.inf))
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
        mixed = (scores @ value).swapaxes(1, 2).reshape(count, asking, width)
        return _linear(mixed, self.out)


@dataclass(frozen=True, eq=False)
class Transformer:
    """Pre-norm encoder with rotary positions."""

    attentions: tuple[Attention, ...]
    branches: tuple[FeedForward, ...]

    @classmethod
    def of(cls, weights: Mapping[str, Values], *, layers: int, heads: int) -> "Transformer":
        """The backbone of a network."""
        return cls(
            tuple(Attention.of(weights, f"backbone.attentions.{layer}", heads=heads) for layer in range(layers)),
            tuple(FeedForward.of(weights, f"backbone.branches.{layer}") for layer in range(layers)),
        )

    def horizon(self, tokens: Values, real: Flags, *, ahead: int) -> Values:
        """States [B, ahead, D] of the last tokens of [B, T, D]: in the last layer no others ask."""
        for layer, (attention, branch) in enumerate(zip(self.attentions, self.branches, strict=True)):
            asking = ahead if layer == len(self.attentions) - 1 else tokens.shape[1]
            tokens = tokens[:, -asking:] + attention.branch(tokens, real, asking=asking)
            flat = np.ascontiguousarray(tokens.reshape(-1, tokens.shape[2]).T)
            branch.add_to(flat, Workspace(*flat.shape))
            tokens = flat.T.reshape(tokens.shape)
        return tokens


def rotary(tokens: Values) -> Values:
    """Rotary position embedding (Su et al. 2021) of [B, heads, T, D] at positions 0 to T − 1."""
    half = tokens.shape[-1] // 2
    rates = 1.0 / (_BASE ** (np.arange(half, dtype=np.float32) / half))
    angles = np.arange(tokens.shape[2], dtype=np.float32)[:, None] * rates.astype(np.float32)
    cosine, sine = np.cos(angles), np.sin(angles)
    left, right = tokens[..., :half], tokens[..., half:]
    return np.concatenate([left * cosine - right * sine, left * sine + right * cosine], axis=-1)


def _linear(tokens: Values, layer: Values) -> Values:
    result: Values = tokens @ layer[:, :-1].T + layer[:, -1]
    return result
