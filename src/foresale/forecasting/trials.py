"""Which effects are worth believing: those that make forecasts of periods that have passed better."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from foresale.core.forecast import LEVELS
from foresale.core.frequency import Index
from foresale.core.panel import Values
from foresale.forecasting.covariates import CovariateEffects, Testimony
from foresale.training.windows import Windows

Quantiles = Callable[[Windows, CovariateEffects | None], Values]
"""Forecasts [N, H, Q] of windows with effects, in units."""
_Past = tuple[Index, Windows]
"""A sample of the items, and their windows as they were some periods ago."""

_NOTHING: Final = "nothing"
_NEWEST: Final = 2
_YEARS: Final = 2
_TRIED: Final = 300
_WORTH: Final = 0.003
_FESTIVALS: Final = "festivals to come"


@dataclass(frozen=True)
class Trials:
    """Forecasts of a sample of the items as if periods that have passed were not known.

    Attributes:
        windows: the items at their cutoffs.
        quantiles: what forecasts them.
    """

    windows: Windows
    quantiles: Quantiles

    def believed(self) -> tuple[CovariateEffects | None, tuple[str, ...]]:
        """The effects that make forecasts better, or None, and sentences about them.

        The newest horizons are forecast with the effects of nothing, of the covariates, of the calendar and of both.
        They say nothing of a festival that lies ahead and not in them: whether its effects are believed besides is
        decided by the same weeks of the years before.
        """
        if not self.windows.channels["known"]:
            return None, ()
        newest = list(self._past(self.windows.horizon * number for number in range(1, _NEWEST + 1)))
        name, tried, gain = self._newest(newest)
        coming = self._coming(newest)
        if name is None and not bool(coming.any()):
            return None, ()
        testimony = Testimony.of(self.windows, horizon=self.windows.horizon)
        if testimony is None:
            return None, ()
        found = {effects.name: effects for effects in testimony.candidates(tried)}
        best = found.get(name) if name is not None else None
        notes = [f"Effects of {best.name} made the newest forecasts {gain:.0%} better; they are taken into account."
                 ] if best is not None else []  # fmt: skip
        asked = torch.nonzero(coming & testimony.steady)[:, 0]
        if best is not None:
            asked = asked[~torch.isin(asked, best.channels)]
        seasonal = self._years_before(best, asked) if asked.numel() else None
        if seasonal is None:
            return best, tuple(notes)
        both = asked if best is None else torch.cat([best.channels, asked]).sort().values
        better = f"Effects of {_FESTIVALS} made the forecasts of these weeks in years before {seasonal:.0%} better"
        notes.append(f"{better}; they are taken into account.")
        named = _FESTIVALS if best is None else f"{best.name} and {_FESTIVALS}"
        return testimony.effects(named, both), tuple(notes)

    def _newest(self, newest: Sequence[_Past]) -> tuple[str | None, Tensor | None, float]:
        """The name of the group of channels that is worth believing, or None; the channels tried; the gain."""
        losses, cells = dict[str, float](), 0
        tried: Tensor | None = None
        for chosen, then in newest:
            candidates = {
                effects.name: effects
                for effects in CovariateEffects.candidates(then, horizon=then.horizon, tried=tried)
            }
            if losses and candidates.keys() != losses.keys() - {_NOTHING}:
                break
            channels = [effects.channels for effects in candidates.values()]
            tried = torch.unique(torch.cat(channels)) if channels else torch.zeros(0, dtype=torch.int64)
            actual, known = self._actual(chosen, then)
            cells += int(known.sum())
            for name, effects in ({_NOTHING: None} | candidates).items():
                losses[name] = losses.get(name, 0.0) + _loss(actual, known, self.quantiles(then, effects))
        named = [name for name in losses if name != _NOTHING]
        if not named or not losses[_NOTHING] > 0:
            return None, tried, 0.0
        best = min(named, key=losses.__getitem__)
        gain = 1 - losses[best] / losses[_NOTHING]
        return (best if _worth(gain, cells) else None), tried, gain

    def _years_before(self, best: CovariateEffects | None, asked: Tensor) -> float | None:
        """By how much the festivals asked about, besides what is believed, made the same weeks better; None if not."""
        without, within, cells = 0.0, 0.0, 0
        lag = self.windows.panel.frequency.year_lag
        for chosen, then in self._past(lag * year for year in range(1, _YEARS + 1)):
            testimony = Testimony.of(then, horizon=then.horizon)
            if testimony is None or not bool((_events_ahead(then) & testimony.steady)[asked].any()):
                continue
            usual = best.channels[testimony.steady[best.channels]] if best is not None else asked[:0]
            besides = torch.cat([usual, asked[testimony.steady[asked]]]).sort().values
            actual, known = self._actual(chosen, then)
            base = testimony.effects("", usual) if usual.numel() else None
            without += _loss(actual, known, self.quantiles(then, base))
            within += _loss(actual, known, self.quantiles(then, testimony.effects("", besides)))
            cells += int(known.sum())
        gain = 1 - within / without if without > 0 else 0.0
        return gain if cells and _worth(gain, cells) else None

    def _coming(self, newest: Sequence[_Past]) -> Tensor:
        """[K] whether an event of the calendar lies ahead, in none of the newest trials, and a year can judge it."""
        coming = _events_ahead(self.windows)
        panel = self.windows.panel
        if int(panel.history.max()) <= panel.frequency.year_lag + self.windows.horizon:
            return torch.zeros_like(coming)
        for _, then in newest:
            coming &= ~_events_ahead(then)
        return coming

    def _past(self, backs: Iterator[int]) -> Iterator[_Past]:
        """A sample of the items that have a history so many periods back, and their windows then."""
        horizon, panel = self.windows.horizon, self.windows.panel
        for back in backs:
            able = np.flatnonzero(panel.history > back + horizon)
            if not able.size:
                return
            chosen = able[:: -(-able.size // _TRIED)]
            past = panel.select(chosen).back(back)
            yield chosen, Windows(past, self.windows.spec, context=self.windows.context, horizon=horizon)

    def _actual(self, chosen: Index, then: Windows) -> tuple[Values, npt.NDArray[np.bool_]]:
        """[n, H] what the chosen items sold after the cutoffs of windows, and where it is known."""
        actual, known = self.windows.actual(chosen, then.panel.history)
        return actual.numpy(), known.numpy()


def _worth(gain: float, cells: int) -> bool:
    """Whether a gain is more than chance would bring."""
    return gain >= _WORTH + 1 / float(np.sqrt(cells))


def _events_ahead(windows: Windows) -> Tensor:
    """[K] of the known channels, whether it is one of the calendar with anything in the horizon."""
    latest = np.array([int(windows.panel.cutoffs.argmax())])
    ahead = windows.batch(latest, windows.panel.history[latest]).known[0, windows.context :]
    channel = torch.arange(ahead.shape[1])
    return (channel >= windows.spec.width("known")) & (ahead != 0).any(dim=0)


def _loss(actual: Values, known: npt.NDArray[np.bool_], quantiles: Values) -> float:
    """Pinball loss [N, H] × [N, H, Q] summed over known cells, each item by the size of its sales."""
    error = actual[..., None] - np.maximum(np.sort(quantiles, axis=2), 0)
    levels = np.asarray(LEVELS, np.float32)
    pinball = np.maximum(levels * error, (levels - 1) * error).mean(axis=2)
    size = (np.abs(actual) * known).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    sold = size > 0
    return float((pinball * known)[sold].sum(axis=1) @ (1 / size[sold]))
