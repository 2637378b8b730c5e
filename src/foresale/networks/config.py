"""The shape of a network, and of each of its weights."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

BackboneName = Literal["lstm", "transformer"]
Precision = Literal["bfloat16", "float32"]
"""A number format of the forward pass while a network learns; it forecasts in float32."""


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

    @property
    def channels(self) -> int:
        """Channels of one period in a token: see `networks.tokens`."""
        return 3 + 2 * self.lags + self.known + 2 * self.past

    @property
    def table_widths(self) -> tuple[int, ...]:
        """Size of the vector of each static category."""
        return tuple(min(16, 2 + count // 2) for count in self.categories)

    @property
    def static(self) -> int:
        """Size of what is known of a whole window: its categories and numbers, its spread and its level."""
        return sum(self.table_widths) + self.numbers + 2

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of each weight, by its name.

        >>> NetworkConfig("lstm", levels=(0.5,), width=8, layers=1).shapes()["backbone.cells.0.weight_hh_l0"]
        (32, 8)
        """
        return dict(self._shapes())

    def _shapes(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        width = self.width
        yield from _residual("tokenise.embed", self.channels * self.patch, 2 * width, width)
        for index, size in enumerate(zip(self.categories, self.table_widths, strict=True)):
            yield f"tokenise.tables.{index}.weight", size
        yield from _linear("tokenise.static", self.static, width)
        for layer in range(self.layers):
            if self.backbone == "lstm":
                yield f"backbone.norms.{layer}.weight", (width,)
                for side in ("ih", "hh"):
                    yield f"backbone.cells.{layer}.weight_{side}_l0", (4 * width, width)
                    yield f"backbone.cells.{layer}.bias_{side}_l0", (4 * width,)
            else:
                yield f"backbone.attentions.{layer}.norm.weight", (width,)
                yield from _linear(f"backbone.attentions.{layer}.project", width, 3 * width)
                yield from _linear(f"backbone.attentions.{layer}.out", width, width)
            yield f"backbone.branches.{layer}.norm.weight", (width,)
            yield from _linear(f"backbone.branches.{layer}.expand", width, 4 * width)
            yield from _linear(f"backbone.branches.{layer}.contract", 2 * width, width)
        yield "backbone.norm.weight", (width,)
        yield from _residual("head.out", width, width, self.patch * len(self.levels))


def _linear(name: str, inputs: int, outputs: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{name}.weight", (outputs, inputs)
    yield f"{name}.bias", (outputs,)


def _residual(name: str, inputs: int, hidden: int, outputs: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield from _linear(f"{name}.straight", inputs, outputs)
    yield from _linear(f"{name}.hidden", inputs, hidden)
    yield from _linear(f"{name}.out", hidden, outputs)
