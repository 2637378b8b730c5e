"""What the covariates and the calendar did to the sales of a panel."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from foresale.core.frequency import Frequency
from foresale.models.batch import Batch
from foresale.models.effects import Additive, Moments, effect
from foresale.training.windows import Windows

_STRENGTHS: Final = (8.0, 32.0, 128.0, 512.0)
_POOLED_STRENGTH: Final = 8.0
_STEADY: Final = 0.25
"""Least share of a covariate's variance that its seasonal differences show. Below it lies what drifts (a price index,
the temperature): its small steps say little of what its long way will do."""


@dataclass(frozen=True)
class CovariateEffects:
    """Coefficients of a panel, and how much an item's own history counts beside them.

    Attributes:
        name: which channels are believed, in words.
        channels: [K'] their positions among the known covariates and the calendar.
        prior: [1, K'] coefficients of the panel.
        strength: how many observations the panel's coefficients weigh as much as, for an item.
        season: periods over which differences are taken.
    """

    name: str
    channels: Tensor
    prior: Tensor
    strength: float
    season: int

    @classmethod
    def candidates(cls, windows: Windows, *, horizon: int, tried: Tensor | None = None) -> "list[CovariateEffects]":
        """Effects from the history of a panel: of the covariates, of the calendar, and of both.

        Whether any of them is worth believing is for the forecaster to find out; with `tried`, only those of its
        channels are.
        """
        testimony = Testimony.of(windows, horizon=horizon)
        return [] if testimony is None else testimony.candidates(tried)

    def of(self, whole: Batch) -> tuple[Additive, Tensor]:
        """The additive scale of windows, and what the covariates add on it [B, L + H]."""
        scale = Additive.of(whole.values, whole.observed)
        known = whole.known[..., self.channels]
        first = _begin(whole, most=whole.context - self.season - 1)
        seen, past = whole.observed[:, first:], known[:, first : whole.context]
        moments = Moments.of(scale.apply(whole.values[:, first:]), seen, past, season=self.season)
        coefficients = moments.coefficients(strength=self.strength, prior=self.prior)
        return scale, effect(known, coefficients, context=whole.context)


@dataclass(frozen=True)
class Testimony:
    """What the history of a panel tells of its known covariates and its calendar, to estimate effects of any of them.

    Attributes:
        early: moments before the newest horizon.
        newest: how its sales differ from those as long before as a forecast must reach back.
        whole: moments of all the history.
        steady: [K] whether the seasonal differences of a channel show enough of it.
        covariates: how many of the channels are those of covariates; those of the calendar follow.
        season: periods over which differences are taken.
    """

    early: Moments
    newest: Moments
    whole: Moments
    steady: Tensor
    covariates: int
    season: int

    @classmethod
    @torch.inference_mode()
    def of(cls, windows: Windows, *, horizon: int) -> "Testimony | None":
        """The testimony of a panel; None where its history is too short for any."""
        season = differencing(windows.panel.frequency)
        held = min(max(horizon, 2 * season), int(windows.panel.history.max()) // 3)
        reach = -(-held // season) * season
        if held < 1 or windows.context < 2 * reach + held or not windows.channels["known"]:
            return None
        parts = [_Parts.of(batch, season=season, held=held, reach=reach) for batch in _batches(windows)]
        early, newest, whole = (
            _joined([getattr(part, name) for part in parts]) for name in ("early", "newest", "whole")
        )
        moved, varied = (
            torch.stack([getattr(part, name) for part in parts]).sum(dim=0) for name in ("moved", "varied")
        )
        steady = moved > _STEADY * varied.clamp(min=1e-12)
        return cls(early, newest, whole, steady, windows.spec.width("known"), season)

    def candidates(self, tried: Tensor | None) -> list[CovariateEffects]:
        """Effects of the covariates, of the calendar, and of both; with `tried`, of its channels only."""
        steady = self.steady
        if tried is not None:
            steady = steady & torch.isin(torch.arange(len(steady)), tried)
        return [self.effects(name, channels) for name, channels in _groups(steady, covariates=self.covariates)]

    @torch.inference_mode()
    def effects(self, name: str, channels: Tensor) -> CovariateEffects:
        """The effects of some channels [K'] that are steady.

        Coefficients of the periods before the newest horizon are asked to explain that one; the strength that does best
        is kept.
        """
        past, test = self.early.of_channels(channels), self.newest.of_channels(channels)
        prior = past.pooled().coefficients(strength=_POOLED_STRENGTH)
        errors = {}
        for strength in _STRENGTHS:
            left = test.error(past.coefficients(strength=strength, prior=prior))
            errors[strength] = float((left * self.early.weights()).sum())
        strength = min(errors, key=lambda candidate: errors[candidate])
        prior = self.whole.of_channels(channels).pooled().coefficients(strength=_POOLED_STRENGTH)
        return CovariateEffects(name, channels, prior, strength, self.season)


@dataclass(frozen=True)
class Freed:
    """Windows whose sales are freed of what covariates did to them, and the way back.

    Attributes:
        values: [B, L] sales of the past without the effects, in units; 0 where unknown.
        scale: the scale on which effects add up, or None where there are none.
        added: [B, L + H] the effects, or None.
    """

    values: Tensor
    scale: Additive | None = None
    added: Tensor | None = None

    @classmethod
    def of(cls, whole: Batch, effects: CovariateEffects | None) -> "Freed":
        """The windows of a batch, freed of effects; as they are where there are none."""
        if effects is None:
            return cls(whole.values)
        scale, added = effects.of(whole)
        values = scale.undo(scale.apply(whole.values) - added[:, : whole.context])
        return cls(torch.where(whole.observed, values, 0.0), scale, added)

    def freed(self, actual: Tensor) -> Tensor:
        """Sales of the horizon [B, H], in units, without the effects."""
        if self.scale is None or self.added is None:
            return actual
        return self.scale.undo(self.scale.apply(actual) - self.added[:, self.values.shape[1] :])

    def restored(self, quantiles: Tensor) -> Tensor:
        """Quantiles [B, H, Q] of freed sales, in units, with the effects put back."""
        if self.scale is None or self.added is None:
            return quantiles
        return self.scale.undo(self.scale.apply(quantiles) + self.added[:, self.values.shape[1] :, None])


def differencing(frequency: Frequency) -> int:
    """Periods over which differences free sales of level and season: a day, a week, a year of months; 1 for weeks."""
    return 1 if frequency.unit == "week" else frequency.season


@dataclass(frozen=True)
class _Parts:
    """What one batch of items tells: moments before the newest horizon, of it, and of all; spread of the channels."""

    early: Moments
    newest: Moments
    whole: Moments
    moved: Tensor
    varied: Tensor

    @classmethod
    def of(cls, batch: Batch, *, season: int, held: int, reach: int) -> "_Parts":
        first = _begin(batch, most=batch.context - held - reach)
        additive = Additive.of(batch.values, batch.observed).apply(batch.values[:, first:])
        observed, known = batch.observed[:, first:], batch.known[:, first : batch.context]
        before, after = slice(None, batch.context - held - first), slice(-held - reach, None)
        change = (known[:, season:] - known[:, :-season])[observed[:, season:]]
        seen = observed[..., None].to(known.dtype)
        count = seen.sum(dim=1, keepdim=True).clamp(min=1)
        centred = (known - (known * seen).sum(dim=1, keepdim=True) / count) * seen
        return cls(
            early=Moments.of(additive[:, before], observed[:, before], known[:, before], season=season),
            newest=Moments.of(additive[:, after], observed[:, after], known[:, after], season=reach),
            whole=Moments.of(additive, observed, known, season=season),
            moved=change.square().sum(dim=0) / 2,
            varied=centred.square().sum(dim=(0, 1)),
        )


def _batches(windows: Windows) -> Iterator[Batch]:
    return (windows.batch(items, windows.panel.history[items]) for items in windows.slices())


def _begin(batch: Batch, *, most: int) -> int:
    """The first period of the context in which any item has known sales, at most `most`: nothing is learnt before."""
    return max(min(int(batch.observed.any(dim=0).to(torch.uint8).argmax()), most), 0)


def _groups(steady: Tensor, *, covariates: int) -> list[tuple[str, Tensor]]:
    """The groups of steady channels that may be believed together."""
    channel = torch.arange(len(steady))
    own, shared = steady & (channel < covariates), steady & (channel >= covariates)
    groups = {"covariates": own, "the calendar": shared}
    if bool(own.any()) and bool(shared.any()):
        groups["covariates and the calendar"] = steady
    return [(name, channel[group]) for name, group in groups.items() if bool(group.any())]


def _joined(parts: list[Moments]) -> Moments:
    return Moments(*(torch.cat([getattr(part, name) for part in parts]) for name in ("gram", "cross", "squares")))
