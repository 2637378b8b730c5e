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

    def read(self, token: Values, memory: Values, room: Room) -> None:
        """Read tokens [D, B], add to them what the cell says, and move `room.said` and the memory, all in place."""
        normalise(token, room.token)
        np.matmul(self.gates, room.inputs, out=room.wide)
        np.tanh(room.wide, out=room.wide)
        room.doubled += _ONE
        memory *= room.stays
        room.enters *= room.what
        memory += room.enters
        memory *= _HALF
        np.tanh(memory, out=room.said)
        room.said *= room.leaves
        room.said *= _HALF
        token += room.said


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
            for cell, branch, (said, memory) in zip(self.cells, self.branches, states, strict=True):
                room.said[:] = said
                cell.read(token, memory, room)
                said[:] = room.said
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
            memory, room.said[:] = np.repeat(memory, count, axis=1), said
            for token in tokens:
                cell.read(token, memory, room)
            for token in tokens[last if layer == len(self.cells) - 1 else 0 :]:
                branch.add_to(token, room)
        return tokens[last:]
