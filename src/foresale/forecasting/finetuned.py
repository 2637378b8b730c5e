"""Pre-trained networks that went on learning on a shop's own sales."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import polars as pl

from foresale.core.arrays import Values
from foresale.core.errors import ConfigError, ModelError
from foresale.core.extras import needs_torch
from foresale.core.forecast import LEVELS, Forecast
from foresale.core.frequency import Index, Unit
from foresale.core.option_types import check_types
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster
from foresale.features.inputs import InputSpec
from foresale.forecasting.adapter_dataset import AdapterDataset, AdapterSpec, Bounds, values_of
from foresale.forecasting.effects.layer import EffectOptions
from foresale.forecasting.names import FINETUNED
from foresale.forecasting.neural import check_future, fall_back
from foresale.forecasting.pretrained import PretrainedForecaster, slices_of_like_history
from foresale.forecasting.whole_units import HALF, nothing_below
from foresale.networks.adapters import Adapted
from foresale.networks.network import Network, mean_of_networks
from foresale.networks.tuning import Tuned
from foresale.training.finetune.options import FinetuneOptions
from foresale.training.finetune.plan import Plan
from foresale.training.progress import Watcher

_SHORTER: Final = 3
"""How many times fewer steps, on fewer windows, bring networks up to date than taught them: most of it they know."""


@dataclass(frozen=True)
class FinetunedForecaster:
    """Networks that were pre-trained elsewhere and fine-tuned on one shop.

    What they learnt is kept apart from the weights they began with, so that it can be stored and swapped alone; the
    networks that forecast are put together from both.

    Attributes:
        view: how windows are read.
        tuned: what each network of the specialist learnt.
        horizon: the horizon it was learnt for.
        flip: whether the sales with their sign turned are forecast too.
        name: how tables and pictures call it.
    """

    view: AdapterSpec
    tuned: tuple[Tuned, ...] = field(repr=False)
    horizon: int
    flip: bool = True
    name: str = FINETUNED
    networks: tuple[Adapted, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        pairs = zip(self.view.specialist.networks, self.tuned, strict=True)
        object.__setattr__(self, "networks", tuple(tuned.tuning.adapted(network) for network, tuned in pairs))

    @property
    def unit(self) -> Unit:
        """The unit of the periods its networks are for."""
        unit = self.view.frequency.unit
        return "hour" if unit == "minute" else unit

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        """Quantiles of the `horizon` periods after each item's cutoff; an item needs no more than one known value.

        Raises:
            ConfigError: a horizon shorter than one period.
            ModelError: the panel has another frequency than the one learnt from.
            DataError: a covariate is lacking, or a known one has no values over the horizon.
        """
        self._check(panel, horizon)
        sight = self.view.over(panel, horizon=horizon)
        quantiles = np.empty((len(panel), horizon, len(LEVELS)), np.float32)
        for items in slices_of_like_history(sight.whole):
            quantiles[items] = self._quantiles(sight, items)
        quantiles, fallbacks = fall_back(panel, quantiles, context=self.view.specialist.span, horizon=horizon)
        made = Forecast.of(panel, quantiles, model=self.name, fallbacks=fallbacks)
        forecast = nothing_below(HALF, made, panel)
        return replace(forecast, notes=(*forecast.notes, *self._notes(horizon)))

    def _check(self, panel: Panel, horizon: int) -> None:
        if horizon < 1:
            raise ConfigError(f"a forecast has at least one step, not {horizon}")
        if panel.frequency != self.view.frequency:
            learnt, given = self.view.frequency.name, panel.frequency.name
            raise ModelError(f"the model was fine-tuned on {learnt} sales, these are {given}. Fine-tune one on them.")
        if self.view.inputs is not None and self.view.inputs.covariates:
            check_future(panel, sorted(c.name for c in self.view.inputs.covariates), horizon=horizon)

    def _quantiles(self, sight: AdapterDataset, items: Index) -> Values:
        shown = sight.adapter_input(items, sight.whole.panel.history[items])
        told = [network.quantiles(shown, flip=self.flip) for network in self.networks]
        return mean_of_networks(told)

    def to_frame(self) -> pl.DataFrame:
        """How the learning went: member, step, and the training and validation losses, the first before any step."""
        rows = [(member, *entry) for member, tuned in enumerate(self.tuned) for entry in tuned.losses]
        schema = {"member": pl.Int64, "step": pl.Int64, "training": pl.Float64, "validation": pl.Float64}
        return pl.DataFrame(rows, schema=schema, orient="row")

    def training_summary(self) -> tuple[str, ...]:
        """What was learnt and what it brought, in sentences for a person."""
        if not any(tuned.share for tuned in self.tuned):
            return ("Nothing that the networks learnt made the newest forecasts better: they forecast as they came.",)
        before, after = (sum(getattr(tuned, when) for tuned in self.tuned) for when in ("before", "after"))
        shares = ", ".join(f"{tuned.share:.0%}" for tuned in self.tuned)
        return (f"The newest forecasts became {1 - after / before:.1%} better; {shares} of what was learnt is kept.",)

    def _notes(self, horizon: int) -> Iterator[str]:
        if not any(tuned.share for tuned in self.tuned):
            yield from self.training_summary()
        if horizon > self.horizon:
            yield f"The model was tuned for {self.horizon} periods ahead; the later ones of {horizon} are less sure."


@dataclass(frozen=True)
class FinetuneLearner:
    """Fine-tunes pre-trained networks on the history of a panel.

    Attributes:
        start: the forecaster to begin from.
        options: the settings.
        reads: what adapters may read.
        watch: told about every step.
    """

    start: PretrainedForecaster
    options: FinetuneOptions = field(default_factory=FinetuneOptions)
    reads: EffectOptions = field(default_factory=EffectOptions)
    watch: Watcher | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        check_types(self)

    @property
    def name(self) -> str:
        """How tables and pictures call what it learns."""
        return FINETUNED

    def fit(self, panel: Panel, *, horizon: int) -> FinetunedForecaster:
        """Networks that have seen the history of a panel and nothing after its cutoffs.

        Raises:
            ConfigError: a horizon shorter than one period.
            ModelError: no network for periods of this unit.
            TooShortError: no item is long enough to learn from.
            MissingExtraError: torch is not installed.
        """
        if horizon < 1:
            raise ConfigError(f"a horizon has at least one period, not {horizon}")
        view = self.view(panel)
        fresh: list[Tuned | None] = [None] * len(view.specialist.networks)
        return FinetunedForecaster(view, self._tuned(view, panel, horizon, fresh), horizon, flip=self.start.flip)

    def renew(self, fitted: Forecaster, panel: Panel, *, horizon: int) -> FinetunedForecaster:
        """Networks that go on learning from where they were, for a third of the steps, on the newest windows too.

        A network that nothing made better stays as it came.

        Raises:
            ConfigError, MissingExtraError, ModelError, TooShortError: as in `fit`.
        """
        if not isinstance(fitted, FinetunedForecaster) or fitted.horizon != horizon:
            return self.fit(panel, horizon=horizon)
        view = replace(self.view(panel), inputs=fitted.view.inputs)
        tuned = self._tuned(view, panel, horizon, fitted.tuned)
        return FinetunedForecaster(view, tuned, horizon, flip=self.start.flip)

    def _tuned(
        self, view: AdapterSpec, panel: Panel, horizon: int, before: Sequence[Tuned | None]
    ) -> tuple[Tuned, ...]:
        """What each network learns; those that were tuned `before` go on from there."""
        needs_torch("fine-tuning a network")
        from foresale.training.finetune.loop import tune

        chosen = panel.select(np.arange(0, len(panel), -(-len(panel) // self.options.items)))
        options = self.options
        plan = Plan.of(
            chosen.history,
            context=view.specialist.context,
            horizon=horizon,
            windows=options.windows,
            most=options.validated,
            seed=options.seed,
        )
        sight = self._sight(view, chosen, horizon)
        shorter = replace(options, steps=-(-options.most_steps // _SHORTER), pool=-(-options.pool // _SHORTER))

        def learn(member: int, network: Network, earlier: Tuned | None) -> Tuned:
            if earlier is not None and not earlier.share:
                return earlier
            how = options if earlier is None else shorter
            return tune(
                network,
                sight.example,
                plan,
                replace(how, seed=options.seed + member),
                reads=sight.reads,
                start=None if earlier is None else earlier.tuning,
                watch=self.watch,
            )

        pairs = zip(view.specialist.networks, before, strict=True)
        return tuple(learn(member, network, earlier) for member, (network, earlier) in enumerate(pairs))

    def _sight(self, view: AdapterSpec, panel: Panel, horizon: int) -> AdapterDataset:
        seen, bounds = Bounds.split(panel, horizon=horizon) if self.options.censored else (panel, None)
        values = None if self.options.value is None else values_of(panel, self.options.value)
        return replace(view.over(seen, horizon=horizon), bounds=bounds, values=values)

    def view(self, panel: Panel) -> AdapterSpec:
        """How windows of a panel are read, and what adapters may read."""
        return AdapterSpec(self.start.specialist(panel.frequency), panel.frequency, self._inputs(panel))

    def _inputs(self, panel: Panel) -> InputSpec | None:
        if not self.options.adapters:
            return None
        known = {covariate.name: covariate for covariate in panel.known}
        fitted = InputSpec.fit(
            replace(panel, covariates=known),
            countries=self.reads.countries,
            covariates=self.reads.covariates,
            calendar=self.reads.calendar,
        )
        return replace(fitted, lags=())
