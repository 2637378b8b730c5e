"""Inputs that a pre-trained network never learnt to read enter beside it, by adapters that start as the identity."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic

import numpy as np

from foresale.core.arrays import Values
from foresale.networks.arrays import AnyArray, Arrays, mapped, namespace, zeros
from foresale.networks.batch import Batch
from foresale.networks.network import Network, in_units
from foresale.networks.scaling import InstanceScale

_WIDEST: Final = 8


@dataclass(frozen=True)
class AdapterConfig:
    """What adapters read, and how.

    Attributes:
        known: channels of covariates known ahead and of the calendar.
        categories: number of codes of each static category.
        numbers: static numbers.
        tokens: whether the tokens are adapted too; without, only the forecast is, and the backbone is left as it is.
        hidden: size of the layer between a step's inputs and what they do to its forecast.
        forget: share of the channels, and of the static vectors, hidden from a window while training.
    """

    known: int = 0
    categories: tuple[int, ...] = ()
    numbers: int = 0
    tokens: bool = True
    hidden: int = 32
    forget: float = 0.2

    @property
    def reads(self) -> bool:
        """Whether there is anything to read."""
        return bool(self.known or self.categories or self.numbers)

    @property
    def table_widths(self) -> tuple[int, ...]:
        """Size of the vector of each static category."""
        return tuple(min(_WIDEST, 2 + count // 2) for count in self.categories)

    @property
    def static(self) -> int:
        """Size of what is known of a whole window."""
        return sum(self.table_widths) + self.numbers

    def shapes(self, *, patch: int, width: int) -> dict[str, tuple[int, ...]]:
        """The shape of each weight of an adapter to a network, by its name.

        >>> AdapterConfig(known=2, tokens=False).shapes(patch=7, width=128)["step.weight"]
        (32, 2)
        """
        tokens = {"known": (width, self.known * patch), "static": (width, self.static)} if self.tokens else {}
        tables = {
            f"tables.{index}.weight": size
            for index, size in enumerate(zip(self.categories, self.table_widths, strict=True))
        }
        return {
            **tokens,
            **tables,
            "step.weight": (self.hidden, self.known + self.static),
            "step.bias": (self.hidden,),
            "move": (2, self.hidden),
        }


@dataclass(frozen=True)
class Beside(Generic[AnyArray]):
    """What is known beside the sales of B windows.

    Attributes:
        known: [B, L + H, K] covariates known ahead and the calendar, scaled.
        codes: [B, C] int64 codes of the static categories.
        numbers: [B, N] static numbers, scaled.
    """

    known: AnyArray
    codes: AnyArray
    numbers: AnyArray

    def mapped(self, function: Callable[[AnyArray], Any]) -> "Beside[Any]":
        """The same with a function of each of its arrays in their place."""
        beside: Beside[Any] = mapped(self, function)
        return beside

    def patches(self, *, context: int, patch: int) -> Any:
        """[B, T, patch × K] what is known of the periods of each token, zeros where a period is padding."""
        count, steps, channels = self.known.shape
        left, right = -context % patch, (context - steps) % patch
        padded = zeros((count, left + steps + right, channels), like=self.known)
        padded[:, left : left + steps] = self.known
        return padded.reshape((count, (left + steps + right) // patch, patch * channels))


@dataclass(frozen=True)
class AdapterInput(Generic[AnyArray]):
    """What a network with an adapter is shown of B windows.

    Attributes:
        batch: what the network reads.
        turned: the same with the sign of the sales turned.
        beside: what the adapter reads.
    """

    batch: Batch[AnyArray]
    turned: Batch[AnyArray]
    beside: Beside[AnyArray]


@dataclass(frozen=True, eq=False)
class InputAdapter:
    """Adds to the tokens of a network, and moves and stretches its forecast, by what is known beside the sales.

    `foresale.models.adapters` is the same where it learns. Sales with their sign turned are moved the other way.

    Attributes:
        config: what it reads.
        patch: periods in a token.
        weights: by name, as `config.shapes()` says.
    """

    config: AdapterConfig
    patch: int
    weights: Mapping[str, Values] = field(repr=False)

    def tokens(self, beside: Beside[Arrays], *, context: int, sign: float) -> Values | None:
        """What is added to tokens [B, T, D]; nothing where tokens are left alone."""
        if not self.config.tokens:
            return None
        patches: Values = beside.patches(context=context, patch=self.patch)
        added = patches @ self.weights["known"].T + (self._vector(beside) @ self.weights["static"].T)[:, None]
        return np.asarray(added * np.float32(sign), np.float32)

    def steps(self, beside: Beside[Arrays], scaled: Values, *, sign: float) -> Values:
        """Quantiles [B, H, Q] of the scaled sales, moved and stretched around their median."""
        count, horizon, levels = scaled.shape
        vector = np.broadcast_to(self._vector(beside)[:, None], (count, horizon, self.config.static))
        inputs = np.concatenate([beside.known[:, beside.known.shape[1] - horizon :], vector], axis=-1)
        halves = (inputs @ self.weights["step.weight"].T + self.weights["step.bias"]) * np.float32(0.5)
        moved = (halves * (1 + np.tanh(halves))) @ self.weights["move"].T
        middle = scaled[..., levels // 2, None]
        return np.asarray(scaled + np.float32(sign) * moved[..., :1] + moved[..., 1:] * (scaled - middle), np.float32)

    def _vector(self, beside: Beside[Arrays]) -> Values:
        vectors = [self.weights[f"tables.{index}.weight"][codes] for index, codes in enumerate(beside.codes.T)]
        return np.concatenate([*vectors, beside.numbers], axis=-1)


@dataclass(frozen=True, eq=False)
class Adapted:
    """A network and what enters beside it; without an adapter it is the network."""

    network: Network
    inputs: InputAdapter | None

    def quantiles(self, shown: AdapterInput[Arrays], *, flip: bool) -> Values:
        """Quantiles [B, H, Q] in units, in order; with `flip`, averaged over both signs of the sales, in one pass."""
        if not flip:
            return in_units(*self._scaled(shown, shown.batch, signs=(1.0,)))
        scaled, scale = self._scaled(shown, shown.batch.joined(shown.turned), signs=(1.0, -1.0))
        both: Values = both_signs(*np.split(in_units(scaled, scale), 2))
        return both

    def _scaled(
        self, shown: AdapterInput[Arrays], batch: Batch[Arrays], *, signs: tuple[float, ...]
    ) -> tuple[Values, InstanceScale[Values]]:
        """Quantiles of a batch that holds the windows once for each sign, in turn."""
        if self.inputs is None:
            return self.network.scaled_quantiles(batch)
        tokens = [self.inputs.tokens(shown.beside, context=batch.context, sign=sign) for sign in signs]
        parts = [part for part in tokens if part is not None]
        added = np.concatenate(parts) if parts else None
        scaled, scale = self.network.scaled_quantiles(batch, added=added)
        pairs = zip(np.split(scaled, len(signs)), signs, strict=True)
        return np.concatenate([self.inputs.steps(shown.beside, part, sign=sign) for part, sign in pairs]), scale


def both_signs(straight: Any, turned: Any) -> Any:
    """Quantiles [B, H, Q] averaged over those of the sales as they are, and of the sales with their sign turned."""
    return (straight - namespace(turned).flip(turned, (-1,))) / 2
