"""The LSTM at work: token after token, each layer's cell and its branch at once, while its weights are at hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from foresale.core.arrays import Values
from foresale.networks.layers import FeedForward, Room, normalise

_ONE: Final = np.float32(1)
_HALF: Final = np.float32(0.5)
State = tuple[Values, Values]
"""What a cell says, and what it remembers: [D, B] each."""


@dataclass(frozen=True, eq=False)
class Cell:
    """An LSTM cell (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000).

    Attributes:
        gates: [4 D, 2 D + 1] from the token, what the cell said last, and a 1, to the halves of the gates for what
            enters, stays and leaves, and to what enters.
    """

    gates: Values

    @classmethod
    def of(cls, weights: Mapping[str, Values], layer: int) -> "Cell":
        """The cell of a layer; torch has the gates in the order enters, stays, what, leaves."""
        name = f"backbone.cells.{layer}"
        bias = weights[f"{name}.bias_ih_l0"] + weights[f"{name}.bias_hh_l0"]
        token = weights[f"{name}.weight_ih_l0"] * weights[f"backbone.norms.{layer}.weight"]
        whole = np.concatenate([token, weights[f"{name}.weight_hh_l0"], bias[:, None]], axis=1)
        enters, stays, what, leaves = np.split(whole, 4)
        return cls(np.concatenate([enters * _HALF, stays * _HALF, leaves * _HALF, what]))

    def read(self, token: Values, state: State, room: Room) -> None:
        """Read tokens [D, B], add to them what the cell says, and move the state, all in place."""
        said, memory = state
        width = len(token)
        normalise(token, room.inputs[:width])
        np.matmul(self.gates, room.inputs, out=room.wide)
        np.tanh(room.wide, out=room.wide)
        doubled = room.wide[: 3 * width]
        doubled += _ONE
        enters, stays, leaves = np.split(doubled, 3)
        memory *= stays
        enters *= room.wide[3 * width :]
        memory += enters
        memory *= _HALF
        np.tanh(memory, out=said)
        leaves *= _HALF
        said *= leaves
        token += said


@dataclass(frozen=True, eq=False)
class LSTM:
    """Residual LSTM layers, read from the past to the future, each followed by a feed-forward branch.

    Padding is read as zeros, and is the same for all windows: the states after it are known beforehand (`rest`).
    """

    cells: tuple[Cell, ...]
    branches: tuple[FeedForward, ...]
    rest: list[list[State]] = field(default_factory=list)

    @classmethod
    def of(cls, weights: Mapping[str, Values], *, layers: int) -> "LSTM":
        """The backbone of a network."""
        return cls(tuple(Cell.of(weights, layer) for layer in range(layers)),
                   tuple(FeedForward.of(weights, f"backbone.branches.{layer}") for layer in range(layers)))  # fmt: skip

    @property
    def width(self) -> int:
        """Size D of a token."""
        return len(self.branches[0].contract)

    def prepare(self, blank: int) -> None:
        """See that the states after so many tokens of padding are known."""
        if not self.rest:
            zero = np.zeros((self.width, 1), np.float32)
            self.rest.append([(zero, zero) for _ in self.cells])
        room = Room(self.width, 1)
        while len(self.rest) <= blank:
            token = np.zeros((self.width, 1), np.float32)
            states = [(said.copy(), memory.copy()) for said, memory in self.rest[-1]]
            for cell, branch, state in zip(self.cells, self.branches, states, strict=True):
                room.inputs[self.width : -1] = state[0]
                cell.read(token, state, room)
                branch.add_to(token, room)
            self.rest.append(states)

    def horizon(self, tokens: Values, *, blank: int, ahead: int) -> Values:
        """States [ahead, D, B] of the last tokens, from all tokens [T, D, B] after `blank` ones of padding.

        Of the last layer nobody reads the states of the context, so that its branch is left out there. The tokens are
        changed in place.
        """
        _, width, count = tokens.shape
        room = Room(width, count)
        last = len(tokens) - ahead
        for layer, (cell, branch) in enumerate(zip(self.cells, self.branches, strict=True)):
            said, memory = self.rest[blank][layer]
            state = room.inputs[width:-1], np.repeat(memory, count, axis=1)
            state[0][:] = said
            for place, token in enumerate(tokens):
                cell.read(token, state, room)
                if layer < len(self.cells) - 1 or place >= last:
                    branch.add_to(token, room)
        return tokens[last:]
