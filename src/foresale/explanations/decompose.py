"""Any forecast in components that add up to it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import polars as pl

from foresale.core.arrays import Numbers
from foresale.core.columns import ITEM
from foresale.core.covariate_names import names_price, names_promotion
from foresale.core.errors import ConfigError
from foresale.core.forecast import Forecast
from foresale.core.frequency import Index
from foresale.core.panel import Panel, Values
from foresale.core.protocols import Forecaster
from foresale.explanations.counterfactual import Effects, central, effects_of
from foresale.explanations.design import tells_weekdays
from foresale.explanations.explanation import LEVEL, REMAINDER, Component, Explanation
from foresale.explanations.layered import layer_of, remembering
from foresale.explanations.options import ExplainOptions
from foresale.explanations.structure import Decomposed, Structure

_HORIZONS: Final = 4  # of history that are told, at the least
_SEASONS: Final = 8  # of history that are told, at the least
_NOTHING: Final = 1e-12  # units


def explain(
    panel: Panel,
    forecaster: Forecaster,
    *,
    horizon: int,
    items: Sequence[object] | None = None,
    options: ExplainOptions | None = None,
    forecast: Forecast | None = None,
) -> Explanation:
    """Why a forecaster forecasts what it does: level, trend, seasons, festivals, covariates, and what remains.

    What covariates known ahead add is found by forecasting again as if they were as usual (`counterfactual`); what is
    left is told by the structure of time, learnt from the histories and drawn to the forecast (`structure`). What
    neither tells remains. All in units of sales, and it sums to the forecast.

    Args:
        panel: as the forecaster is to see it, cleaned.
        forecaster: any; it is asked again as often as combinations of covariates need it.
        horizon: periods ahead.
        items: ids of the items to explain; all by default. The panel is forecast as a whole all the same.
        options: what is explained, and how finely.
        forecast: what the forecaster says of the panel, where it is known already.

    Raises:
        ConfigError: an unknown item, country or group.
        ForesaleError: what the forecaster raises.

    >>> from foresale.data.synthetic import ShopConfig, shop
    >>> from foresale.forecasting.naive import SeasonalNaive
    >>> garden = shop(items=3, periods=800, config=ShopConfig(future=14))
    >>> explanation = explain(garden, SeasonalNaive(), horizon=14)
    >>> [component.name for component in explanation.components][:4]
    ['level', 'trend', 'weekly', 'annual']
    >>> bool(np.allclose(explanation.ahead.sum(axis=2), explanation.forecast.mean, rtol=1e-6))
    True
    """
    options = options or ExplainOptions()
    forecaster = remembering(forecaster, panel, horizon=horizon)
    said = forecaster.forecast(panel, horizon=horizon) if forecast is None else forecast
    if forecast is not None and forecast.horizon != horizon:
        raise ConfigError(f"the forecast has {forecast.horizon} steps, not {horizon}")
    chosen = positions_of(panel, items)
    effects = effects_of(panel, forecaster, said, items=chosen, options=options)
    base = central(said, options.target)[chosen] - effects.values.sum(axis=1)
    layer = layer_of(forecaster, panel, horizon=horizon)
    structure = Structure.of(panel, groups=effects.groups, horizon=horizon, countries=options.countries, effects=layer)
    length = _history(panel, horizon) if options.history is None else options.history
    told = list(structure.decomposed(chosen, np.maximum(base, 0), history=length))
    found = _explanation(only(said, chosen), structure, effects, told, options)
    return _without_nothing(found)


def positions_of(panel: Panel, items: Sequence[object] | None) -> Index:
    """[n] positions of items by their ids; of all where none are named.

    Raises:
        ConfigError: an id that the panel does not have.
    """
    if items is None:
        return np.arange(len(panel))
    ids = panel.items[ITEM].cast(pl.String)
    places = {name: place for place, name in enumerate(ids)}
    strange = [item for item in items if str(item) not in places]
    if strange:
        raise ConfigError(f"the panel has no item {strange[0]!r}; its first items are {ids.head(5).to_list()}")
    return np.array([places[str(item)] for item in items], np.int64)


def _history(panel: Panel, horizon: int) -> int:
    wanted = max(_HORIZONS * horizon, _SEASONS * min(panel.frequency.season, round(panel.frequency.per_year)))
    return min(wanted, int(panel.history.max()))


def only(forecast: Forecast, items: Index) -> Forecast:
    """The forecast of some items, by position, in the given order."""
    if items.size == forecast.items.height and (items == np.arange(items.size)).all():
        return forecast
    rows = forecast.items[items.tolist()]
    names = set(rows[ITEM].cast(pl.String).to_list())
    fallbacks = {item: why for item, why in forecast.fallbacks.items() if item in names}
    return replace(
        forecast,
        items=rows,
        starts=forecast.starts[items],
        quantiles=forecast.quantiles[items],
        mean=forecast.mean[items],
        fallbacks=fallbacks,
    )


def _explanation(
    forecast: Forecast, structure: Structure, effects: Effects, told: Sequence[Decomposed], options: ExplainOptions
) -> Explanation:
    target = central(forecast, options.target)
    level, ahead, past, sales, baseline = (
        np.concatenate([getattr(part, name) for part in told])
        for name in ("level", "ahead", "past", "sales", "baseline")
    )
    parts = [np.broadcast_to(level[:, None, None], (*target.shape, 1)), ahead, np.moveaxis(effects.values, 1, 2)]
    before = np.concatenate([np.broadcast_to(level[:, None, None], (*sales.shape, 1)), past], axis=2)
    kinds = [Component(LEVEL, "level"), *structure.components]
    kinds += [Component(group.name, "covariate") for group in effects.groups]
    taken = {part.name for part in kinds[: -len(effects.groups) or None]}
    kinds = [
        replace(part, name=f"{part.name} (covariate)") if part.kind == "covariate" and part.name in taken else part
        for part in kinds
    ]
    return Explanation(
        forecast=forecast,
        components=(*kinds, Component(REMAINDER, "remainder")),
        ahead=_with_rest(np.concatenate(parts, axis=2), target),
        past=_with_rest(np.where(np.isfinite(sales)[..., None], before, np.nan), sales),
        sales=sales,
        baseline=np.pad(baseline, ((0, 0), (1, len(effects.groups) + 1))),
        target=options.target,
        read=effects.read,
        notes=tuple(_notes(structure, effects, options)),
    )


def _with_rest(parts: Numbers, whole: Numbers) -> Numbers:
    """The parts [n, T, C] and what they leave of the whole [n, T]."""
    return np.concatenate([parts, (whole - parts.sum(axis=2))[..., None]], axis=2)


def _notes(structure: Structure, effects: Effects, options: ExplainOptions) -> Iterator[str]:
    read = effects.read
    yield f"Explained is the {options.target} of the forecast; the components sum to it."
    unread = [name for name, moves in read.items() if not moves]
    if unread:
        yield f"The model does not read, or gives no weight to: {', '.join(unread)}."
    if effects.groups and not read:
        yield "Over the horizon all covariates known ahead are as usual, so that they add nothing."
    if structure.layered is not None:
        yield from structure.layered.effects.notes
    yield from _hidden_causes(structure.panel)
    seasons = {part.name for part in structure.design.parts}
    if "weekly" not in seasons and tells_weekdays(structure.panel.frequency):
        yield "The history is too short to tell the days of the week apart: each has to be seen twice."
    if "annual" not in seasons:
        yield "The history is too short to tell a season of the year from a trend: that needs two years."


def _hidden_causes(panel: Panel) -> Iterator[str]:
    """Prices and promotions that are not known ahead, so that what they did is taken for something else."""
    found = [
        covariate.name
        for covariate in panel.past
        if not covariate.categories
        and (names_price(covariate.name) or names_promotion(covariate.name))
        and _moves(covariate.values, panel)
    ]
    if found:
        yield (
            f"{', '.join(found)}: known up to the cutoff only, so that what it did is told as festivals, seasons or "
            "level. With its future (--future, or --known) it becomes a component of its own."
        )


def _moves(values: Values, panel: Panel) -> bool:
    """Whether a number changes within the history of any item."""
    known = panel.is_history & np.isfinite(values)
    owners, own = panel.owners[known], values[known]
    same = owners[1:] == owners[:-1]
    return bool((same & (own[1:] != own[:-1])).any())


def _without_nothing(explanation: Explanation) -> Explanation:
    """Without festivals that are felt neither in the past that is shown nor over the horizon."""
    felt = [
        part.kind != "event" or _largest(explanation, place) > _NOTHING
        for place, part in enumerate(explanation.components)
    ]
    kept = tuple(part for part, stays in zip(explanation.components, felt, strict=True) if stays)
    return replace(
        explanation,
        components=kept,
        ahead=explanation.ahead[..., felt],
        past=explanation.past[..., felt],
        baseline=explanation.baseline[:, felt],
    )


def _largest(explanation: Explanation, place: int) -> float:
    past, ahead = (np.abs(np.nan_to_num(part[..., place])) for part in (explanation.past, explanation.ahead))
    return float(max(past.max(initial=0), ahead.max(initial=0)))
