"""The layers that networks are made of, at work on [features, windows], where each feature is one row.

So, the parts of a layer's output (gates, value and gate) are whole blocks of memory, and one call of a function goes
through each. Biases are a column of the matrix, beside a row of ones in the input. A logistic function is a hyperbolic
tangent, σ(x) = (1 + tanh(x / 2)) / 2, whose half is in the weights already; so are the weights of the norms.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from foresale.core.arrays import Values

EPSILON: Final = np.float32(np.finfo(np.float32).eps)
"""Added to a mean of squares before it divides, as in torch."""
_ONE: Final = np.float32(1)
_HALF: Final = np.float32(0.5)


def matrix(weights: Mapping[str, Values], name: str, *, norm: str | None = None) -> Values:
    """[O, I + 1] a linear layer with its bias as the last column, and the weights of the norm before it in it."""
    weight = weights[f"{name}.weight"]
    if norm is not None:
        weight = weight * weights[f"{norm}.weight"]
    return np.concatenate([weight, weights[f"{name}.bias"][:, None]], axis=1)


def with_ones(size: int, count: int) -> Values:
    """[size + 1, count] workspace for the inputs of a layer, whose last row is ones."""
    workspace = np.empty((size + 1, count), np.float32)
    workspace[-1] = 1
    return workspace


def normalise(tokens: Values, out: Values) -> None:
    """Tokens [D, B] divided by their root mean square (Zhang and Sennrich 2019), into `out` [D, B]."""
    np.multiply(tokens, tokens, out=out)
    size = _mean(len(tokens)) @ out
    size += EPSILON
    np.sqrt(size, out=size)
    np.divide(_ONE, size, out=size)
    np.multiply(tokens, size, out=out)


@cache
def _mean(count: int) -> Values:
    """What makes means of `count` rows where it is multiplied by them: quicker than to go through them for a sum."""
    return np.full(count, 1 / count, np.float32)


def half_silu(halves: Values, out: Values) -> None:
    """silu(x) = x · σ(x) of halves x / 2, into `out` of the same shape."""
    np.tanh(halves, out=out)
    out += _ONE
    out *= halves


@dataclass(frozen=True, eq=False)
class ResidualMLP:
    """[T, I, B] → [T, O, B] through one hidden layer, with a linear way past it.

    Attributes:
        first: [E + O, I + S + 1] to half of the hidden layer, and straight, where S inputs go that are the same for all
            tokens of a window.
        out: [O, E] from the hidden layer; its bias is in the straight way.
    """

    first: Values
    out: Values

    @classmethod
    def of(
        cls, weights: Mapping[str, Values], name: str, *, norm: str | None = None, static: str | None = None
    ) -> "ResidualMLP":
        """The layer of a name, with the norm before it, and with a layer of what is the same for whole windows."""
        hidden = matrix(weights, f"{name}.hidden", norm=norm) * _HALF
        straight = matrix(weights, f"{name}.straight", norm=norm)
        straight[:, -1] += weights[f"{name}.out.bias"]
        if static is not None:
            added = matrix(weights, static)
            straight[:, -1] += added[:, -1]
            straight = np.concatenate([straight[:, :-1], added[:, :-1], straight[:, -1:]], axis=1)
            hidden = np.insert(hidden, [hidden.shape[1] - 1] * (added.shape[1] - 1), 0, axis=1)
        return cls(np.concatenate([hidden, straight]), np.ascontiguousarray(weights[f"{name}.out.weight"]))

    def __call__(self, tokens: Values, static: Values | None = None) -> Values:
        """The transformed inputs [T, I, B], [T, O, B], one token after the other; `static` is [S, B]."""
        count, size, windows = tokens.shape
        outer, inner = self.out.shape
        result = np.empty((count, outer, windows), np.float32)
        inputs = with_ones(self.first.shape[1] - 1, windows)
        if static is not None:
            inputs[size:-1] = static
        both, activated = np.empty((inner + outer, windows), np.float32), np.empty((inner, windows), np.float32)
        for token, out in zip(tokens, result, strict=True):
            inputs[:size] = token
            np.matmul(self.first, inputs, out=both)
            half_silu(both[:inner], activated)
            np.matmul(self.out, activated, out=out)
            out += both[inner:]
        return result


@dataclass(frozen=True, eq=False)
class FeedForward:
    """Gated residual branch (SwiGLU; Shazeer 2020), added to tokens [D, B] in place.

    Attributes:
        expand: [2 E, D + 1] to the value and half of the gate.
        contract: [D, E + 1].
    """

    expand: Values
    contract: Values

    @classmethod
    def of(cls, weights: Mapping[str, Values], name: str) -> "FeedForward":
        """The branch of a name."""
        expand = matrix(weights, f"{name}.expand", norm=f"{name}.norm")
        expand[len(expand) // 2 :] *= _HALF
        return cls(expand, matrix(weights, f"{name}.contract"))

    def add_to(self, tokens: Values, workspace: "Workspace") -> None:
        """Add the branch to tokens [D, B]."""
        hidden = len(self.expand) // 2
        normalise(tokens, workspace.normalised[:-1])
        np.matmul(self.expand, workspace.normalised, out=workspace.expanded)
        half_silu(workspace.expanded[hidden:], workspace.activated)
        workspace.expanded[:hidden] *= workspace.activated
        workspace.expanded[hidden] = 1  # the first gate, which is used up, becomes the row of ones
        np.matmul(self.contract, workspace.expanded[: hidden + 1], out=workspace.projected)
        tokens += workspace.projected


class Workspace:
    """Memory that the steps of a backbone use again and again, for B windows of tokens of size D."""

    def __init__(self, width: int, count: int) -> None:
        self.normalised = with_ones(width, count)
        self.inputs = with_ones(2 * width, count)
        self.expanded = np.empty((4 * width, count), np.float32)
        self.gates = self.expanded[: 3 * width]
        self.input_gate, self.forget_gate, self.output_gate, self.candidate = self.expanded.reshape(4, width, count)
        self.token, self.hidden_state = self.inputs[:-1].reshape(2, width, count)
        self.activated = np.empty((2 * width, count), np.float32)
        self.projected = np.empty((width, count), np.float32)
