"""The LSTM at work: token after token, each layer's cell and then its branch, while their weights are in the cache."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from foresale.core.arrays import Values
from foresale.networks.layers import FeedForward, Workspace, normalise

_ONE: Final = np.float32(1)
_HALF: Final = np.float32(0.5)
State = tuple[Values, Values]
"""Hidden state and cell state of a layer, [D, B] each."""


@dataclass(frozen=True, eq=False)
class Cell:
    """An LSTM cell (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000).

    Attributes:
        gates: [4 D, 2 D + 1] from the token, the hidden state and a 1 to the halves of the input, forget and output
            gates, and to the candidate.
    """

    gates: Values

    @classmethod
    def of(cls, weights: Mapping[str, Values], layer: int) -> "Cell":
        """The cell of a layer; torch has the gates in the order input, forget, candidate, output."""
        name = f"backbone.cells.{layer}"
        bias = weights[f"{name}.bias_ih_l0"] + weights[f"{name}.bias_hh_l0"]
        token = weights[f"{name}.weight_ih_l0"] * weights[f"backbone.norms.{layer}.weight"]
        whole = np.concatenate([token, weights[f"{name}.weight_hh_l0"], bias[:, None]], axis=1)
        input_gate, forget_gate, candidate, output_gate = np.split(whole, 4)
        return cls(np.concatenate([input_gate * _HALF, forget_gate * _HALF, output_gate * _HALF, candidate]))

    def read(self, token: Values, cell_state: Values, workspace: Workspace) -> None:
        """Read tokens [D, B], add the new hidden state to them, and move both states, all in place.

        The gates are doubled, as (1 + tanh) is, and each product with one is halved after.
        """
        hidden_state = workspace.hidden_state
        normalise(token, workspace.token)
        np.matmul(self.gates, workspace.inputs, out=workspace.expanded)
        np.tanh(workspace.expanded, out=workspace.expanded)
        workspace.gates += _ONE
        cell_state *= workspace.forget_gate
        workspace.input_gate *= workspace.candidate
        cell_state += workspace.input_gate
        cell_state *= _HALF
        np.tanh(cell_state, out=hidden_state)
        hidden_state *= workspace.output_gate
        hidden_state *= _HALF
        token += hidden_state


@dataclass(frozen=True, eq=False)
class LSTM:
    """Residual LSTM layers, read from the past to the future, each followed by a feed-forward branch.

    Attributes:
        cells: by layer.
        branches: by layer.
        padded: by the number of tokens of padding that were read, the states of the layers after them, [D, 1]: padding
            is read as zeros, and is the same for all windows.
    """

    cells: tuple[Cell, ...]
    branches: tuple[FeedForward, ...]
    padded: dict[int, list[State]] = field(default_factory=dict)

    @classmethod
    def of(cls, weights: Mapping[str, Values], *, layers: int) -> "LSTM":
        """The backbone of a network."""
        return cls(
            tuple(Cell.of(weights, layer) for layer in range(layers)),
            tuple(FeedForward.of(weights, f"backbone.branches.{layer}") for layer in range(layers)),
        )

    @property
    def width(self) -> int:
        """Size D of a token."""
        return len(self.branches[0].contract)

    def prepare(self, padding: int) -> None:
        """See that the states after so many tokens of padding are known."""
        zero = np.zeros((self.width, 1), np.float32)
        workspace = Workspace(self.width, 1)
        self.padded.setdefault(0, [(zero, zero) for _ in self.cells])
        for count in range(1, padding + 1):
            if count not in self.padded:
                self.padded[count] = self._after(self.padded[count - 1], workspace)

    def _after(self, states: list[State], workspace: Workspace) -> list[State]:
        """The states after one more token of padding."""
        token, later = np.zeros((self.width, 1), np.float32), []
        for cell, branch, (hidden_state, cell_state) in zip(self.cells, self.branches, states, strict=True):
            moved = cell_state.copy()
            workspace.hidden_state[:] = hidden_state
            cell.read(token, moved, workspace)
            later.append((workspace.hidden_state.copy(), moved))
            branch.add_to(token, workspace)
        return later

    def horizon(self, tokens: Values, *, padding: int, ahead: int) -> Values:
        """States [ahead, D, B] of the last tokens, from all tokens [T, D, B] after those of padding.

        Of the last layer nobody reads the states of the context, so that its branch is left out there. The tokens are
        changed in place.
        """
        _, width, count = tokens.shape
        workspace, last = Workspace(width, count), len(self.cells) - 1
        for layer, (cell, branch) in enumerate(zip(self.cells, self.branches, strict=True)):
            hidden_state, cell_state = self.padded[padding][layer]
            workspace.hidden_state[:], moved = hidden_state, np.repeat(cell_state, count, axis=1)
            for token in tokens:
                cell.read(token, moved, workspace)
            for token in tokens[-ahead if layer == last else 0 :]:
                branch.add_to(token, workspace)
        return tokens[-ahead:]
