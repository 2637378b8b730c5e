"""Adapters as they learn: see `networks.adapters`, which is the same without a gradient."""

from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from foresale.models.network import NetworkModule
from foresale.models.tensors import arrays_of
from foresale.networks.adapters import Adapted, AdapterConfig, AdapterInput, Beside, InputAdapter, both_signs
from foresale.networks.scaling import InstanceScale

States = tuple[Tensor, InstanceScale[Tensor]]
"""States [B, T', D] of the tokens of the horizon, and the scale of the windows."""


class InputAdapterModule(nn.Module):
    """Adds to the tokens of a network, and moves and stretches its forecast, by what is known beside the sales.

    Everything that it adds passes a layer of zeros at first, so that a network with a fresh adapter forecasts as it did
    without. Sales with their sign turned are moved the other way.
    """

    def __init__(self, config: AdapterConfig, *, patch: int, width: int) -> None:
        super().__init__()
        self.config = config
        self.patch = patch
        pairs = zip(config.categories, config.table_widths, strict=True)
        self.tables = nn.ModuleList(nn.Embedding(count, size) for count, size in pairs)
        if config.tokens:
            self.known = nn.Parameter(torch.zeros(width, config.known * patch))
            self.static = nn.Parameter(torch.zeros(width, config.static))
        self.step = nn.Linear(config.known + config.static, config.hidden)
        self.move = nn.Parameter(torch.zeros(2, config.hidden))

    @classmethod
    def of(cls, adapter: InputAdapter, *, width: int) -> "InputAdapterModule":
        """The adapter of a network of a width in tensors, with weights of its own."""
        with torch.random.fork_rng(devices=[]):
            module = cls(adapter.config, patch=adapter.patch, width=width)
        module.load_state_dict({name: torch.tensor(weight) for name, weight in adapter.weights.items()})
        return module

    def learnt(self) -> InputAdapter:
        """What it is now, without a gradient."""
        return InputAdapter(self.config, self.patch, arrays_of(self))

    def tokens(self, beside: Beside[Tensor], *, context: int, sign: float) -> Tensor | float:
        """What is added to tokens [B, T, D]; nothing where tokens are left alone."""
        if not self.config.tokens:
            return 0.0
        shown = replace(beside, known=self._forgetting(beside.known))
        patches = shown.patches(context=context, patch=self.patch)
        return sign * (F.linear(patches, self.known) + F.linear(self._vector(beside), self.static)[:, None])

    def steps(self, beside: Beside[Tensor], scaled: Tensor, *, sign: float) -> Tensor:
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

    def _vector(self, beside: Beside[Tensor]) -> Tensor:
        vectors = [table(beside.codes[:, column]) for column, table in enumerate(self.tables)]
        return torch.cat([self._forgetting(part) for part in (*vectors, beside.numbers)], dim=-1)

    def _forgetting(self, channels: Tensor) -> Tensor:
        """Channels [B, T, C], some of them zero for a whole window while training; of vectors [B, C], whole ones."""
        if not (self.training and self.config.forget):
            return channels
        shape = (len(channels), 1, channels.shape[-1]) if channels.ndim == 3 else (len(channels), 1)
        return channels * (torch.rand(shape, device=channels.device) >= self.config.forget)


class AdaptedModule(nn.Module):
    """A network and what enters beside it; with a fresh adapter, or none, it is the network bit for bit."""

    def __init__(self, network: NetworkModule, inputs: InputAdapterModule | None) -> None:
        super().__init__()
        self.network = network
        self.inputs = inputs

    @classmethod
    def of(cls, adapted: Adapted) -> "AdaptedModule":
        """The same in tensors, ready to forecast."""
        network, inputs = NetworkModule.of(adapted.network), adapted.inputs
        module = None if inputs is None else InputAdapterModule.of(inputs, width=network.config.width)
        return cls(network, module).eval()

    def forward(
        self, shown: AdapterInput[Tensor], *, turned: bool = False, states: States | None = None
    ) -> tuple[Tensor, InstanceScale[Tensor]]:
        """Quantiles [B, H, Q] of the scaled sales, not yet in order, and the scale; `turned` flips the sales first.

        Where the states are known already, the backbone is not asked again.
        """
        found, scale = states or self.states(shown, turned=turned)
        scaled: Tensor = self.network.head(found)[:, : shown.batch.horizon].float()
        if self.inputs is not None:
            scaled = self.inputs.steps(shown.beside, scaled, sign=-1.0 if turned else 1.0)
        return scaled, scale

    def states(self, shown: AdapterInput[Tensor], *, turned: bool = False) -> States:
        """What the backbone makes of the windows."""
        batch = shown.turned if turned else shown.batch
        scale = InstanceScale.of(batch.values, batch.observed)
        tokens, real = self.network.tokenise(batch, scale)
        if self.inputs is not None:
            tokens = tokens + self.inputs.tokens(shown.beside, context=batch.context, sign=-1.0 if turned else 1.0)
        return self.network.backbone(tokens, real)[:, batch.horizon // -self.network.config.patch :], scale

    def quantiles(
        self, shown: AdapterInput[Tensor], *, flip: bool, states: tuple[States, States] | None = None
    ) -> Tensor:
        """Quantiles [B, H, Q] in units, in order; with `flip`, averaged over both signs of the sales.

        Where the states of the sales as they are and turned are known already, the backbone is not asked again.
        """
        straight = _ordered(*self(shown, states=states[0] if states else None))
        if not flip:
            return straight
        turned = _ordered(*self(shown, turned=True, states=states[1] if states else None))
        both: Tensor = both_signs(straight, turned)
        return both


def _ordered(scaled: Tensor, scale: InstanceScale[Tensor]) -> Tensor:
    ordered: Tensor = scale.undo(scaled).sort(dim=-1).values
    return ordered
