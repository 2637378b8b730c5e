"""Inputs that a pre-trained network never learnt to read enter beside it, by adapters that start as the identity."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from foresale.models.batch import Batch
from foresale.models.network import Network
from foresale.models.scaling import InstanceScale

States = tuple[Tensor, InstanceScale]
"""States [B, T', D] of the tokens of the horizon, and the scale of the windows."""


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


@dataclass(frozen=True)
class Beside:
    """What is known beside the sales of B windows.

    Attributes:
        known: [B, L + H, K] covariates known ahead and the calendar, scaled.
        codes: [B, C] int64 codes of the static categories.
        numbers: [B, N] static numbers, scaled.
    """

    known: Tensor
    codes: Tensor
    numbers: Tensor


@dataclass(frozen=True)
class Shown:
    """What a network with an adapter is shown of B windows.

    Attributes:
        batch: what the network reads.
        turned: the same with the sign of the sales turned.
        beside: what the adapter reads.
    """

    batch: Batch
    turned: Batch
    beside: Beside

    def of(self, chosen: slice | Tensor) -> "Shown":
        """Some of the windows."""
        batch, turned = (Batch(**{name: value[chosen] for name, value in vars(part).items()})
                         for part in (self.batch, self.turned))  # fmt: skip
        return Shown(batch, turned, Beside(**{name: value[chosen] for name, value in vars(self.beside).items()}))


class InputAdapter(nn.Module):
    """Adds to the tokens of a network, and moves and stretches its forecast, by what is known beside the sales.

    Everything that it adds passes a layer of zeros at first, so that a network with a fresh adapter forecasts as it did
    without. Sales with their sign turned are moved the other way.
    """

    def __init__(self, config: AdapterConfig, *, patch: int, width: int) -> None:
        super().__init__()
        self.config = config
        self.patch = patch
        widths = [min(8, 2 + count // 2) for count in config.categories]
        pairs = zip(config.categories, widths, strict=True)
        self.tables = nn.ModuleList(nn.Embedding(count, size) for count, size in pairs)
        static = sum(widths) + config.numbers
        if config.tokens:
            self.known = nn.Parameter(torch.zeros(width, config.known * patch))
            self.static = nn.Parameter(torch.zeros(width, static))
        self.step = nn.Linear(config.known + static, config.hidden)
        self.move = nn.Parameter(torch.zeros(2, config.hidden))

    def tokens(self, beside: Beside, *, context: int, sign: float) -> Tensor | float:
        """What is added to tokens [B, T, D]; nothing where tokens are left alone."""
        if not self.config.tokens:
            return 0.0
        left, right = -context % self.patch, (context - beside.known.shape[1]) % self.patch
        known = F.pad(self._forgetting(beside.known), (0, 0, left, right))
        patches = known.reshape(len(known), known.shape[1] // self.patch, -1)
        return sign * (F.linear(patches, self.known) + F.linear(self._vector(beside), self.static)[:, None])

    def steps(self, beside: Beside, scaled: Tensor, *, sign: float) -> Tensor:
        """Quantiles [B, H, Q] of the scaled sales, moved and stretched around their median."""
        horizon = scaled.shape[1]
        vector = self._vector(beside)[:, None].expand(-1, horizon, -1)
        known = self._forgetting(beside.known[:, -horizon:])
        moved = F.linear(F.silu(self.step(torch.cat([known, vector], dim=-1))), self.move).float()
        middle = scaled[..., scaled.shape[-1] // 2, None]
        return scaled + sign * moved[..., :1] + moved[..., 1:] * (scaled - middle)

    def scaled(self, share: float) -> None:
        """Shorten in place what is added to a share of itself."""
        parts = (self.known, self.static, self.move) if self.config.tokens else (self.move,)
        with torch.no_grad():
            for part in parts:
                part.mul_(share)

    def _vector(self, beside: Beside) -> Tensor:
        vectors = [table(beside.codes[:, column]) for column, table in enumerate(self.tables)]
        return torch.cat([self._forgetting(part) for part in (*vectors, beside.numbers)], dim=-1)

    def _forgetting(self, channels: Tensor) -> Tensor:
        """Channels [B, T, C], some of them zero for a whole window while training; of vectors [B, C], whole ones."""
        if not (self.training and self.config.forget):
            return channels
        shape = (len(channels), 1, channels.shape[-1]) if channels.ndim == 3 else (len(channels), 1)
        return channels * (torch.rand(shape, device=channels.device) >= self.config.forget)


class Adapted(nn.Module):
    """A network and what enters beside it; with a fresh adapter, or none, it is the network bit for bit."""

    def __init__(self, network: Network, inputs: InputAdapter | None) -> None:
        super().__init__()
        self.network = network
        self.inputs = inputs

    def forward(self, shown: Shown, *, turned: bool = False, states: States | None = None
                ) -> tuple[Tensor, InstanceScale]:  # fmt: skip
        """Quantiles [B, H, Q] of the scaled sales, not yet in order, and the scale; `turned` flips the sales first.

        Where the states are known already, the backbone is not asked again.
        """
        found, scale = states or self.states(shown, turned=turned)
        scaled: Tensor = self.network.head(found)[:, : shown.batch.horizon].float()
        if self.inputs is not None:
            scaled = self.inputs.steps(shown.beside, scaled, sign=-1.0 if turned else 1.0)
        return scaled, scale

    def states(self, shown: Shown, *, turned: bool = False) -> States:
        """What the backbone makes of the windows."""
        batch = shown.turned if turned else shown.batch
        scale = InstanceScale.of(batch.values, batch.observed)
        tokens, real = self.network.tokenise(batch, scale)
        if self.inputs is not None:
            tokens = tokens + self.inputs.tokens(shown.beside, context=batch.context, sign=-1.0 if turned else 1.0)
        return self.network.backbone(tokens, real)[:, batch.horizon // -self.network.config.patch :], scale

    def quantiles(self, shown: Shown, *, flip: bool, states: tuple[States, States] | None = None) -> Tensor:
        """Quantiles [B, H, Q] in units, in order; with `flip`, averaged over both signs of the sales.

        Where the states of the sales as they are and turned are known already, the backbone is not asked again.
        """
        straight = _ordered(*self(shown, states=states[0] if states else None))
        if not flip:
            return straight
        turned = _ordered(*self(shown, turned=True, states=states[1] if states else None))
        return (straight - turned.flip(-1)) / 2


def _ordered(scaled: Tensor, scale: InstanceScale) -> Tensor:
    ordered: Tensor = scale.undo(scaled).sort(dim=-1).values
    return ordered
