"""Learning an ensemble: every member is measured on the newest known periods, then fitted to all of them."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.backtesting.split import Window, step_back
from foresale.core.errors import ConfigError, DataError, Fault
from foresale.core.forecast import Forecast
from foresale.core.option_types import check_types
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster, Learner, Renewing
from foresale.forecasting.calibration import Calibration
from foresale.forecasting.ensemble.forecaster import EnsembleForecaster, described, left_out, mix
from foresale.forecasting.ensemble.segments import NAMES, seasonal_naive_scale, segments
from foresale.forecasting.ensemble.weights import ValidationData, level_weights, solve
from foresale.forecasting.fitted import Fitted, as_learner
from foresale.forecasting.names import AUTO

logger = logging.getLogger(__name__)

_MEASURED: Final = 4_000
"""Items that members are measured on, at most."""
_NEWER: Final = 1.5
"""How much more a validation window counts than the one before it."""

_FEW: Final = 0.25
"""Share of the history that members are brought up to date by; of more than that, all is learnt anew."""

Told = Callable[[str, float], None]
"""Told what begins, and the share of the work that is done."""


@dataclass(frozen=True)
class Candidate:
    """A possible member.

    Attributes:
        learner: what is fitted; a forecaster that learns nothing becomes a learner of itself.
        prior_weight: how much it counts before anything was measured, against the others.
    """

    learner: Learner | Forecaster
    prior_weight: float = 1.0

    def __post_init__(self) -> None:
        check_types(self)
        object.__setattr__(self, "learner", as_learner(self.learner))

    @property
    def fitting(self) -> Learner:
        """What is fitted, as a learner."""
        assert isinstance(self.learner, Learner)
        return self.learner


@dataclass(frozen=True)
class EnsembleLearner:
    """Fits candidates before the newest known periods, weighs them by how they forecast those, and fits them anew.

    Attributes:
        candidates: the possible members, the most useful first.
        windows: validation windows, each one horizon long; fewer where the history is short.
        seconds: time for all of it, or None; candidates that no longer fit are left out and named.
        refit: whether members are fitted anew up to the cutoff once they are weighed.
        calibrated: whether the mix is calibrated on the validation windows.
        seed: of the draws.
        on_stage: told what begins.
    """

    candidates: tuple[Candidate, ...]
    windows: int = 3
    seconds: float | None = None
    refit: bool = True
    calibrated: bool = True
    seed: int = 0
    on_stage: Told | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        check_types(self)
        if not self.candidates:
            raise ConfigError("an ensemble needs at least one candidate")
        if self.windows < 0:
            raise ConfigError(f"an ensemble has no fewer than 0 validation windows, not {self.windows}")
        if self.seconds is not None and not self.seconds > 0:
            raise ConfigError(f"an ensemble needs some time, not {self.seconds} seconds")

    @property
    def name(self) -> str:
        """How tables and pictures call it."""
        return AUTO

    def fit(self, panel: Panel, *, horizon: int) -> EnsembleForecaster:
        """The ensemble of the candidates that could be fitted, weighed and calibrated.

        A candidate that fails in any way is left out and named: the others go on.

        Raises:
            Exception: no candidate could be fitted; that of the first one.
            DataError: none could, for want of time.
        """
        trial = _Trial.of(panel, horizon=horizon, windows=self.windows)
        run = _Run(self, time.monotonic())
        measured = [one for one in (run.measure(candidate, trial) for candidate in self.candidates) if one]
        if not measured:
            raise run.first or DataError([Fault("members that could be fitted", 0, "the ensemble", "Give it time.")])
        prior = np.array([one.candidate.prior_weight for one in measured])
        prior /= prior.sum()
        weights, calibration = np.tile(prior, (len(NAMES), 3, 1)), None
        if trial.windows:
            evidence = trial.evidence([one.said for one in measured])
            weights = solve(evidence, prior, groups=len(NAMES), seed=self.seed)
            calibration = self._calibration(trial, measured, weights) if self.calibrated else None
        counting = np.flatnonzero(weights.max(axis=(0, 1)) > 0)
        members = tuple(run.final(measured[place], panel, horizon, trial) for place in counting)
        kept = weights[:, :, counting]
        counts = np.bincount(segments(panel), minlength=len(NAMES))
        how = (
            f"Members were weighed on the newest {len(trial.windows)} × {horizon} periods."
            if trial.windows
            else ("The history is too short to weigh members on; they count as they usually do.")
        )
        notes = (how, *described(members, kept, counts), *run.left_out)
        return EnsembleForecaster(members, kept, calibration, notes)

    def _calibration(
        self, trial: "_Trial", measured: "Sequence[_Measured]", weights: npt.NDArray[np.float64]
    ) -> Calibration:
        by_level = level_weights(weights)
        mixes = [
            (
                mix(window.panel, {place: one.said[number] for place, one in enumerate(measured)}, by_level),
                window.actual,
            )
            for number, window in enumerate(trial.windows)
        ]
        return Calibration.fit(mixes, trial.panel)


@dataclass(frozen=True)
class _Measured:
    candidate: Candidate
    fitted: Forecaster
    said: list[Forecast]
    seconds: float


@dataclass
class _Run:
    """What happens while an ensemble is learnt: time, and who is left out and why."""

    learner: EnsembleLearner
    began: float
    left_out: list[str] = field(default_factory=list)
    first: Exception | None = None

    @property
    def spent(self) -> float:
        return time.monotonic() - self.began

    def measure(self, candidate: Candidate, trial: "_Trial") -> _Measured | None:
        """A candidate fitted before the validation windows, with what it said about each; None if it is left out."""
        name, limit = candidate.fitting.name, self.learner.seconds
        if limit is not None and self.spent > limit / 2 and candidate is not self.learner.candidates[0]:
            self.left_out.append(f"{name} was left out: half of the {limit:g} seconds were gone before its turn.")
            return None
        self._tell(f"measuring {name}", candidate)
        began = time.monotonic()
        try:
            fitted = candidate.fitting.fit(trial.oldest, horizon=trial.horizon)
            seconds = time.monotonic() - began
            said = [fitted.forecast(window.panel, horizon=trial.horizon) for window in trial.windows]
        except Exception as error:
            self.first = self.first or error
            self.left_out.append(left_out(name, error))
            return None
        logger.info("%s: fitted in %.1f s, measured in %.1f s", name, seconds, time.monotonic() - began - seconds)
        return _Measured(candidate, fitted, said, seconds)

    def final(self, one: _Measured, panel: Panel, horizon: int, trial: "_Trial") -> Forecaster:
        """A member fitted up to the cutoff, or as it was measured where there is no time for that or it fails."""
        limit, name = self.learner.seconds, one.fitted.name
        if not (self.learner.refit and trial.windows) or isinstance(one.candidate.learner, Fitted):
            return one.fitted
        if limit is not None and self.spent + 1.3 * one.seconds > limit:
            newest = f"the newest {len(trial.windows)} × {horizon} periods"
            self.left_out.append(f"{name} learnt nothing of {newest}: no time.")
            return one.fitted
        self._tell(f"fitting {name}", one.candidate)
        learner = one.candidate.fitting
        try:
            if isinstance(learner, Renewing) and trial.newest <= _FEW:
                return learner.renew(one.fitted, panel, horizon=horizon)
            return learner.fit(panel, horizon=horizon)
        except Exception as error:
            self.left_out.append(left_out(name, error, how="learnt nothing of the newest periods"))
            return one.fitted

    def _tell(self, stage: str, candidate: Candidate) -> None:
        logger.info("%s", stage)
        if self.learner.on_stage is not None:
            self.learner.on_stage(stage, self.learner.candidates.index(candidate) / len(self.learner.candidates))


@dataclass(frozen=True)
class _Trial:
    """The panel as it was before each validation window, and what was sold then.

    Attributes:
        panel: the items that are measured.
        oldest: the whole panel before the oldest window: what candidates are fitted to.
        windows: the measured items before each window and what they sold then, the oldest first.
        horizon: periods of a window.
    """

    panel: Panel
    oldest: Panel
    windows: tuple[Window, ...]
    horizon: int

    @property
    def newest(self) -> float:
        """Share of the usual item's history that lies in the validation windows."""
        return len(self.windows) * self.horizon / float(np.median(self.panel.history))

    @classmethod
    def of(cls, panel: Panel, *, horizon: int, windows: int) -> "_Trial":
        """As many windows as leave at least half of the items with two horizons and two seasons of history."""
        longest = int(np.median(panel.history))
        need = max(horizon, min(2 * panel.frequency.season, panel.frequency.year_lag))
        able = max(min(windows, (longest - need) // horizon), 0)
        if not able:
            return cls(panel, panel, (), horizon)
        stride = -(-len(panel) // _MEASURED)
        chosen = panel if stride == 1 else panel.select(np.arange(0, len(panel), stride))
        steps = range(able, 0, -1)
        before = tuple(step_back(chosen, number * horizon, horizon=horizon) for number in steps)
        return cls(chosen, panel.back(able * horizon), before, horizon)

    def evidence(self, said: Sequence[Sequence[Forecast]]) -> ValidationData:
        """What members said about the known cells; `said` holds, for each member, a forecast of each window."""
        parts = list(self._parts(said))
        quantiles = np.concatenate([part.quantiles for part in parts], axis=1)
        actual, groups, weight = (
            np.concatenate([getattr(part, name) for part in parts]) for name in ("actual", "groups", "weight")
        )
        return ValidationData(quantiles, actual, groups, weight)

    def _parts(self, said: Sequence[Sequence[Forecast]]) -> Iterator[ValidationData]:
        for number, (past, actual) in enumerate((window.panel, window.actual) for window in self.windows):
            scale = seasonal_naive_scale(past)
            known = np.isfinite(actual)
            owners = np.nonzero(known)[0]
            units = scale[owners]
            quantiles = np.stack([member[number].quantiles[known] for member in said]) / units[None, :, None]
            newness = np.full(owners.size, _NEWER**number, np.float32)
            yield ValidationData(quantiles, actual[known] / units, segments(past)[owners], newness)
