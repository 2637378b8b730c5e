"""The codecs of all forecasters of the package, and of what they are made of."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load as arrays_of

from foresale.core.arrays import Values
from foresale.core.errors import ModelError
from foresale.core.frequency import Frequency
from foresale.core.paths import Copula, TemporalCorrelation
from foresale.features.inputs import CovariateInput, InputSpec, StaticInput
from foresale.forecasting.adapter_dataset import AdapterSpec
from foresale.forecasting.boosted.exogenous import Exogenous
from foresale.forecasting.boosted.forecaster import BoostedForecaster
from foresale.forecasting.boosted.table import FeatureSpec
from foresale.forecasting.boosted.trees import Trees, load as lightgbm
from foresale.forecasting.calibration import Calibration
from foresale.forecasting.cold_start import ColdStartForecaster
from foresale.forecasting.effects.clocks import Clock
from foresale.forecasting.effects.covariates import KindSpec, SlopeSpec
from foresale.forecasting.effects.fitting import Term
from foresale.forecasting.effects.forecaster import EffectsForecaster, Learnt
from foresale.forecasting.effects.layer import EffectOptions, Effects
from foresale.forecasting.effects.own import OwnEffects
from foresale.forecasting.effects.shares import ShareEffects, Shares
from foresale.forecasting.effects.shrinkage import Posterior
from foresale.forecasting.effects.slopes import SlopeEffects
from foresale.forecasting.effects.slotted import Center, SlotEffects
from foresale.forecasting.ensemble.forecaster import EnsembleForecaster
from foresale.forecasting.finetuned import FinetunedForecaster
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.neural import NeuralForecaster
from foresale.forecasting.postprocessing import PostprocessedForecaster
from foresale.forecasting.pretrained import PretrainedForecaster, Specialist
from foresale.forecasting.quantile_adjustment import QuantileAdjustment
from foresale.forecasting.statistical import statistical
from foresale.forecasting.statistical.forecaster import StatisticalForecaster
from foresale.networks.adapters import AdapterConfig, InputAdapter
from foresale.networks.covariate_encoding import CovariateEncoding
from foresale.networks.files import bytes_of
from foresale.networks.network import Network
from foresale.networks.tuning import Tuned, Tuning, WeightChange
from foresale.storage.codec import Card, FieldsCodec, Parts, decode, encode, register
from foresale.storage.specs import fingerprint, fitting, network_of, sized

__all__ = ["Parts", "decode", "encode"]

_NETWORK, _TREES = "network-{}.safetensors", "trees-{}.txt"


class _StatisticalCodec:
    """Statistical methods have nothing but a name."""

    def encode(self, value: StatisticalForecaster, parts: Parts) -> dict[str, Card]:  # noqa: ARG002
        if value != statistical(value.name):
            raise ModelError(f"{value.name!r} is kept by its name alone, and is not the method of that name here.")
        return {"name": value.name}

    def decode(self, card: Mapping[str, Card], parts: Parts) -> StatisticalForecaster:  # noqa: ARG002
        made = statistical(card["name"])
        assert isinstance(made, StatisticalForecaster)
        return made


class _NetworkCodec:
    """Networks are files named by their weights, so that one that several members share is kept once."""

    def encode(self, value: Network, parts: Parts) -> dict[str, Card]:
        name = _NETWORK.format(fingerprint(value))
        parts.files[name] = _packed(value.weights)
        return {"file": name, "config": json.loads(json.dumps(asdict(value.config)))}

    def decode(self, card: Mapping[str, Card], parts: Parts) -> Network:
        return network_of(card["config"], arrays_of(parts.files[card["file"]]))


class _TunedCodec:
    """What networks learnt of a shop is a change of their weights, so that it is told beside them."""

    def encode(self, value: FinetunedForecaster, parts: Parts) -> dict[str, Card]:
        told = {name: encode(getattr(value, name), parts) for name in ("view", "horizon", "flip", "name")}
        return told | {"members": [tuned_card(tuned, parts) for tuned in value.tuned]}

    def decode(self, card: Mapping[str, Card], parts: Parts) -> FinetunedForecaster:
        view, name, flip = (decode(card[part], parts) for part in ("view", "name", "flip"))
        pairs = zip(view.specialist.networks, card["members"], strict=True)
        tuned = tuple(tuned_of(member, network, parts) for network, member in pairs)
        return FinetunedForecaster(view, tuned, sized(card["horizon"], name="horizon"), flip=flip, name=name)


class _TreesCodec:
    """Trees are in the text form of lightgbm, whose numbers are exact."""

    def encode(self, value: Trees, parts: Parts) -> dict[str, Card]:
        mean = None if value.mean is None else _planted(value.mean, parts)
        around = [_planted(booster, parts) for booster in value.around]
        told = {"levels": encode(value.levels, parts), "threads": value.threads}
        return told | {"median": _planted(value.median, parts), "around": around, "mean": mean}

    def decode(self, card: Mapping[str, Card], parts: Parts) -> Trees:
        booster = lightgbm().Booster

        def grown(name: str) -> Any:
            return booster(model_str=parts.files[name].decode())

        around = tuple(grown(name) for name in card["around"])
        mean = None if card["mean"] is None else grown(card["mean"])
        threads = sized(card["threads"], name="threads")
        return Trees(grown(card["median"]), decode(card["levels"], parts), around, mean, threads)


def tuned_card(tuned: Tuned, parts: Parts) -> dict[str, Card]:
    """What a network learnt, its weights as a file of `parts`."""
    change, inputs = tuned.tuning.change, tuned.tuning.inputs
    name = f"tuned-{len(parts.files)}.safetensors"
    parts.files[name] = _packed(tuned.tuning.weights)
    measured = {key: encode(getattr(tuned, key), parts) for key in ("share", "before", "after", "losses")}
    reads = None if inputs is None else encode(inputs.config, parts)
    return {"file": name, "method": change.method, "rank": change.rank, "reads": reads, **measured}


def tuned_of(card: Mapping[str, Card], network: Network, parts: Parts) -> Tuned:
    """What a network learnt, as its card tells it."""
    config, arrays = decode(card["reads"], parts), arrays_of(parts.files[card["file"]])
    change, beside = (
        {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
        for prefix in ("change.", "inputs.")
    )
    rank = sized(card["rank"], name="rank")
    inputs = None
    if config is not None:
        shape = network.config
        weights = fitting(beside, config.shapes(patch=shape.patch, width=shape.width))
        inputs = InputAdapter(config, shape.patch, weights)
    tuning = Tuning(WeightChange(card["method"], rank, _whole(change)), inputs)
    share, before, after, losses = (decode(card[name], parts) for name in ("share", "before", "after", "losses"))
    return Tuned(tuning, share, before, after, losses)


def _packed(weights: Mapping[str, Values]) -> bytes:
    """Weights in half precision where that holds them exactly, else as they are."""
    halves = {name: weight.astype(np.float16) for name, weight in weights.items()}
    exact = all(np.array_equal(halves[name].astype(np.float32), weight) for name, weight in weights.items())
    return bytes_of(halves if exact else weights)


def _whole(weights: Mapping[str, npt.NDArray[Any]]) -> dict[str, Values]:
    return {name: np.asarray(weight, np.float32) for name, weight in weights.items()}


def _planted(booster: Any, parts: Parts) -> str:
    name = _TREES.format(len(parts.files))
    parts.files[name] = booster.model_to_string().encode()
    return name


def _has_sizes(values: Mapping[str, Any]) -> None:
    for name in {"context", "horizon"} & set(values):
        sized(values[name], name=name)


_PLAIN: Final[tuple[type, ...]] = (
    AdapterConfig,
    Calibration,
    Center,
    Clock,
    ColdStartForecaster,
    Copula,
    CovariateInput,
    EffectOptions,
    Effects,
    EffectsForecaster,
    EnsembleForecaster,
    Exogenous,
    FeatureSpec,
    Frequency,
    InputSpec,
    KindSpec,
    Learnt,
    OwnEffects,
    Posterior,
    PretrainedForecaster,
    QuantileAdjustment,
    SeasonalNaive,
    ShareEffects,
    Shares,
    SlopeEffects,
    SlopeSpec,
    SlotEffects,
    StaticInput,
    TemporalCorrelation,
)
_SIZED: Final[tuple[type, ...]] = (BoostedForecaster, NeuralForecaster)
for _kind in _PLAIN:
    register(_kind)
for _kind in _SIZED:
    register(_kind, FieldsCodec(_kind, check=_has_sizes))
register(AdapterSpec, former="View")
register(CovariateEncoding, former="Reading")
register(Specialist, FieldsCodec(Specialist, check=_has_sizes, former={"reading": "encoding"}))
register(Term, FieldsCodec(Term, former={"believed": "posterior"}))
register(PostprocessedForecaster, FieldsCodec(PostprocessedForecaster, forget=("learnt",)))
register(StatisticalForecaster, _StatisticalCodec())
register(Network, _NetworkCodec())
register(FinetunedForecaster, _TunedCodec())
register(Trees, _TreesCodec())
