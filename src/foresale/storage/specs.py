"""How inputs of networks are written as JSON and read again."""

from collections.abc import Mapping
from typing import Any

from foresale.core.frequency import Frequency
from foresale.forecasting.effects.layer import EffectOptions
from foresale.training.inputs import CovariateInput, InputSpec, StaticInput


def spec_of(inputs: dict[str, Any]) -> InputSpec:
    """The inputs that `dataclasses.asdict` and JSON made of them.

    >>> from dataclasses import asdict
    >>> from foresale.data.synthetic import shop
    >>> spec = InputSpec.fit(shop(items=3, periods=60), countries=("CN",))
    >>> spec_of(asdict(spec)) == spec
    True
    """

    def labelled(entry: dict[str, Any]) -> dict[str, Any]:
        return entry | {"labels": tuple(entry["labels"])}

    return InputSpec(
        frequency=Frequency(**inputs["frequency"]),
        countries=tuple(inputs["countries"]),
        covariates=tuple(CovariateInput(**labelled(entry)) for entry in inputs["covariates"]),
        statics=tuple(StaticInput(**labelled(entry)) for entry in inputs["statics"]),
        lags=tuple(inputs["lags"]),
        calendar=inputs["calendar"],
        events_only=inputs["events_only"],
    )


def effect_options(card: Mapping[str, Any] | None) -> EffectOptions | None:
    """What may have effects, as a card has it, or None."""
    return None if card is None else EffectOptions(**{**card, "countries": tuple(card["countries"])})
