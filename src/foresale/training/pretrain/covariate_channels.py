"""What a network that is pre-trained is told of covariates."""

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from foresale.core.frequency import Unit
from foresale.models.effects import Additive, Moments, effect
from foresale.networks.covariate_encoding import CovariateEncoding

DIFFERENCES: Final[dict[Unit, int]] = {"minute": 1440, "hour": 24, "day": 7, "week": 1, "month": 12}
"""Periods over which differences free sales of level and season."""
_STRENGTH: Final = 8.0  # observations that the prior of a coefficient counts as
_FAR: Final = 4.0  # scaled units from which on a covariate is drawn in


@dataclass(frozen=True)
class CovariateChannels:
    """What a network is told of the covariates of B windows.

    Attributes:
        channels: [B, T + H, C] its channels, C as the encoding says.
        scale: the scale on which effects add up.
        added: [B, T + H] what the covariates add on it, if sales are to be freed of it; else None.
    """

    channels: Tensor
    scale: Additive
    added: Tensor | None

    def adjusted(self, values: Tensor) -> Tensor:
        """Sales [B, T] or [B, T + H] in units as they would be without the covariates."""
        if self.added is None:
            return values
        return self.scale.undo(self.scale.apply(values) - self.added[:, : values.shape[1]])


def tell(
    encoding: CovariateEncoding, values: Tensor, observed: Tensor, covariates: Tensor, *, season: int
) -> CovariateChannels:
    """What is told of covariates [B, T + H, K] beside sales [B, T], which are read where they are observed.

    The first covariates take the slots; those that are missing are 0.
    """
    scaled = standardised(covariates, observed)
    scale = Additive.of(values, observed)
    parts = [fitted(scaled, encoding.slots)]
    added = None
    if encoding.regression != "none":
        moments = Moments.of(scale.apply(values), observed, scaled[:, : values.shape[1]], season=season)
        added = effect(scaled, moments.coefficients(strength=_STRENGTH), context=values.shape[1])
        parts.append(added[..., None])
    return CovariateChannels(torch.cat(parts, dim=-1), scale, added if encoding.regression == "removed" else None)


def standardised(covariates: Tensor, observed: Tensor) -> Tensor:
    """Covariates [B, T + H, K] to mean 0 and deviation 1 over the history from its first observed [B, T] period on.

    They are bounded, and 0 before that period and where they never change.

    >>> flag = torch.tensor([9.0, 9.0, 0.0, 0.0, 1.0, 1.0, 0.0])[None, :, None]
    >>> standardised(flag, torch.tensor([[False, False, True, True, True, True]]))[0, :, 0].tolist()
    [0.0, 0.0, -1.0, -1.0, 1.0, 1.0, -1.0]
    """
    periods = observed.shape[1]
    begun = (observed.cumsum(dim=1) > 0)[..., None].to(covariates.dtype)
    count = begun.sum(dim=1, keepdim=True).clamp(min=1)
    past = covariates[:, :periods]
    mean = (past * begun).sum(dim=1, keepdim=True) / count
    spread = (((past - mean).square() * begun).sum(dim=1, keepdim=True) / count).sqrt()
    scaled = torch.where(spread > 1e-4 * (1 + mean.abs()), (covariates - mean) / spread.clamp(min=1e-6), 0.0)
    scaled = scaled.clamp(-_FAR, _FAR)
    return torch.cat([scaled[:, :periods] * begun, scaled[:, periods:]], dim=1)


def fitted(covariates: Tensor, slots: int) -> Tensor:
    """The first of the covariates [B, T, K] in so many slots [B, T, slots]; the slots left over are 0."""
    missing = max(slots - covariates.shape[-1], 0)
    return torch.nn.functional.pad(covariates[..., :slots], (0, missing))
