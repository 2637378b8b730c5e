"""What known covariates did to sales, read from the context in closed form, and taken out of it.

Sales are brought to a scale on which effects add up, z = arcsinh(y / u), close to a logarithm for sales well above the
unit u and close to linear near zero. Differences over a season free them of level and season; what the differences of
the covariates explain of them, by ridge regression (Hoerl and Kennard 1970), is the effect. Items of a panel learn
from each other: an item's coefficients are drawn to those of the whole panel, the less, the more the item has
seen of a covariate itself (Lindley and Smith 1972).
"""

from dataclasses import dataclass

import torch
from torch import Tensor

_SHARE_OF_LEVEL = 0.1
_FAR = 4.0
_BOUND = 4.0


@dataclass(frozen=True)
class Additive:
    """The scale on which effects add up: unit [B, 1]."""

    unit: Tensor

    @classmethod
    def of(cls, values: Tensor, observed: Tensor) -> "Additive":
        """A tenth of the mean size of the observed values [B, L]; 1 where it is none, or too small to divide by."""
        count = observed.sum(dim=1, keepdim=True).clamp(min=1)
        level = (values.abs() * observed).sum(dim=1, keepdim=True) / count
        unit = _SHARE_OF_LEVEL * level
        return cls(torch.where(unit >= torch.finfo(unit.dtype).tiny, unit, 1.0))

    def apply(self, values: Tensor) -> Tensor:
        """Units → additive scale, [B, …]."""
        return torch.arcsinh(values / self._fit(values))

    def undo(self, additive: Tensor) -> Tensor:
        """Additive scale → units, [B, …]."""
        units: Tensor = torch.sinh(additive.clamp(-20, 20)) * self._fit(additive)
        return units

    def _fit(self, like: Tensor) -> Tensor:
        return self.unit.view(-1, *([1] * (like.ndim - 1)))


@dataclass(frozen=True)
class Moments:
    """What a regression needs to know of B items: gram [B, K, K], cross [B, K], and the sum of squares [B]."""

    gram: Tensor
    cross: Tensor
    squares: Tensor

    @classmethod
    def of(cls, additive: Tensor, observed: Tensor, known: Tensor, *, season: int) -> "Moments":
        """Moments of the seasonal differences of sales [B, L] and covariates [B, L, K], far-out ones drawn in."""
        weight = (observed[:, season:] & observed[:, :-season]).to(additive.dtype)
        change = (additive[:, season:] - additive[:, :-season]) * weight
        spread = change.abs().sum(dim=1, keepdim=True) / weight.sum(dim=1, keepdim=True).clamp(min=1)
        change = change.clamp(-_FAR * spread, _FAR * spread)
        covariates = known[:, season:] - known[:, :-season]
        weighted = covariates * weight[..., None]
        return cls(
            gram=weighted.transpose(1, 2) @ covariates,
            cross=(weighted.transpose(1, 2) @ change[..., None])[..., 0],
            squares=change.square().sum(dim=1),
        )

    def weights(self) -> Tensor:
        """[B] how much each item counts: the less, the more it varies, within a factor of ten of the mean."""
        mean = self.squares.mean().clamp(min=1e-6)
        return mean / self.squares.clamp(min=float(mean) / 10)

    def pooled(self) -> "Moments":
        """The moments of all items together, as if of one."""
        weight = self.weights()
        return Moments(
            gram=(self.gram * weight[:, None, None]).sum(dim=0, keepdim=True),
            cross=(self.cross * weight[:, None]).sum(dim=0, keepdim=True),
            squares=(self.squares * weight).sum(dim=0, keepdim=True),
        )

    def coefficients(self, *, strength: float, prior: Tensor | None = None) -> Tensor:
        """[B, K] ridge coefficients, drawn to a prior [1, K] as strongly as `strength` observations would."""
        size = self.gram.shape[-1]
        ridge = strength * torch.eye(size, dtype=self.gram.dtype)
        target = self.cross if prior is None else self.cross + strength * prior
        solved: Tensor = torch.linalg.solve(self.gram + ridge, target[..., None])[..., 0]
        return solved

    def error(self, coefficients: Tensor) -> Tensor:
        """[B] sum of squares that coefficients [B or 1, K] leave unexplained of these moments."""
        explained = (coefficients * self.cross).sum(dim=-1)
        curved = (coefficients[..., None, :] @ self.gram @ coefficients[..., :, None])[..., 0, 0]
        return self.squares - 2 * explained + curved


def effect(known: Tensor, coefficients: Tensor, *, context: int) -> Tensor:
    """[B, L + H] what covariates [B, L + H, K] add to sales, against their mean over the context of L periods.

    Beyond what the context has seen of a covariate nothing is known of its effect: it counts as the nearest value seen.
    """
    seen = known[:, :context]
    bounded = torch.clamp(known, min=seen.amin(dim=1, keepdim=True), max=seen.amax(dim=1, keepdim=True))
    centred = bounded - seen.mean(dim=1, keepdim=True)
    added: Tensor = (centred @ coefficients[..., None])[..., 0]
    return added.clamp(-_BOUND, _BOUND)
