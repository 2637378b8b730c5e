"""From a panel to the effects of its prices, by the design that the data can bear, tested by placebos."""

import importlib.util
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from scipy import stats

from foresale.core.arrays import Numbers
from foresale.core.errors import ConfigError, MissingExtraError
from foresale.core.panel import Panel
from foresale.core.text import counted
from foresale.pricing.effects import between_places as places, instrument as instruments, over_time as time
from foresale.pricing.effects.columns import LAGS, filled, seasons
from foresale.pricing.effects.cube import PRODUCT, PriceCube, known_mean, price_cube, said_size
from foresale.pricing.effects.elasticities import Elasticities, Verdict, wide_of
from foresale.pricing.effects.options import ElasticityOptions
from foresale.pricing.effects.placebo import Placebo, follows_demand
from foresale.pricing.effects.pooling import Estimates
from foresale.pricing.effects.promotion_lifts import promotion_lifts

_LEAST_PERIODS: Final = 20
"""Periods below which a course in time tells no price from a season."""
_LEAST_MOVES: Final = 0.005
_OVERLAP: Final = 0.1
"""Share of products whose price moves by itself, below which effects are mostly what others say."""

_CURES: Final = {
    "between-places": "Places change their prices with their own demand, or customers wait for a price that they know "
    "of. A cost that moved prices (--instrument), or a planned test, would tell.",
    "over-time": "Prices that differ between places, a cost that moved them (--instrument), or a planned test would "
    "tell.",
    "instrument": "A planned test would tell.",
}
"""What would tell the effect of a price where a design cannot."""


@dataclass(frozen=True)
class _Tried:
    """A design that was tried."""

    estimates: Estimates
    assumption: str
    placebo: Placebo
    usable: bool
    note: str = ""


def find_elasticities(panel: Panel, options: ElasticityOptions | None = None) -> Elasticities:
    """Effects of the prices and promotions of a panel.

    Args:
        panel: sales with prices, stock-outs unknown.
        options: how effects are found.

    Raises:
        ConfigError: no prices, a design that the data cannot bear.

    >>> from foresale.data.synthetic import shop
    >>> found = find_elasticities(shop(items=4, periods=400, seed=1))
    >>> found.design, found.own.columns[:2]
    ('over-time', ['product', 'category'])
    """
    options = options or ElasticityOptions()
    cube = price_cube(panel, place=options.place, groups=options.groups, cost=options.cost)
    _check(cube)
    tried = _try_designs(cube, options)
    design = _chosen(tried, options)
    chosen = tried[design]
    verdict = _verdict(design, chosen)
    errors = _errors(chosen.estimates)
    wide = wide_of(options.level)
    return Elasticities(
        verdict,
        design,
        options.level,
        cube,
        chosen.estimates,
        errors,
        own=_own(cube, chosen.estimates, errors, wide),
        cross=_cross(cube, chosen.estimates, wide),
        promotions=promotion_lifts(cube, between=design == "between-places", level=options.level),
        timing=_timing(cube, chosen.estimates, design, wide, options),
        designs=_designs(tried, design, wide),
        checks=_checks(tried, design),
        notes=tuple(_notes(cube, chosen, design, verdict, tried)),
        currency=panel.currency,
    )


def _check(cube: PriceCube) -> None:
    if cube.sales.shape[-1] < _LEAST_PERIODS:
        raise ConfigError(
            f"effects of prices need {_LEAST_PERIODS} periods, not {cube.sales.shape[-1]} ({cube.frequency.name})"
        )
    moves = np.nanstd(np.where(cube.known, cube.log_price, np.nan), axis=2) if cube.known.any() else np.zeros(1)
    if not np.nanmax(np.append(moves, 0)) > _LEAST_MOVES and len(cube.place_names) == 1:
        raise ConfigError("no price moves, so that nothing can be learnt of what a price does")


def _try_designs(cube: PriceCube, options: ElasticityOptions) -> dict[str, _Tried]:
    tried: dict[str, _Tried] = {}
    if len(cube.place_names) > 1:
        tried["between-places"] = _try_places(cube)
    if cube.cost is not None:
        tried["instrument"] = _try_instrument(cube)
    if options.design == "over-time" or not any(own.usable for own in tried.values()):
        tried["over-time"] = _try_time(cube, options)
    return tried


def _try_places(cube: PriceCube) -> _Tried:
    found = places.between_places(cube)
    moving = float((found.spread > places.LEAST_SPREAD).mean())
    usable = moving >= _OVERLAP
    note = "" if usable else f"prices differ between places in {100 * moving:.0f} % of the products only"
    return _Tried(found, places.ASSUMPTION, _placebo_places(cube, found), usable, note)


def _placebo_places(cube: PriceCube, found: Estimates) -> Placebo:
    """Whether places cut a price beyond the others after their demand had been beyond that of the others."""
    base, price = (_beyond(values) for values in (found.base, filled(cube.log_price)))
    length = base.shape[-1]
    return follows_demand(base.reshape(-1, length), price.reshape(-1, length), np.linspace(-1, 1, length)[None])


def _beyond(values: Numbers) -> Numbers:
    """[P, S, T] without the mean of the period over places."""
    return values - known_mean(values, axis=1, keepdims=True)


def _try_instrument(cube: PriceCube) -> _Tried:
    found, strength = instruments.instrument(cube)
    usable = strength >= instruments.STRONG
    note = f"first stage F {strength:.1f}" + ("" if usable else f", below {instruments.STRONG:g}: too weak")
    return _Tried(found, instruments.ASSUMPTION, _placebo_time(cube, found), usable, note)


def _try_time(cube: PriceCube, options: ElasticityOptions) -> _Tried:
    trees = importlib.util.find_spec("lightgbm") is not None
    found = time.over_time(cube, trees=trees, seed=options.seed)
    missing = MissingExtraError(purpose="a model of boosted trees", extra="trees")
    note = "" if trees else f"by ridge regression; {missing}"
    return _Tried(found, time.ASSUMPTION, _placebo_time(cube, found), usable=True, note=note)


def _placebo_time(cube: PriceCube, found: Estimates) -> Placebo:
    whole = cube.in_one_place
    return follows_demand(found.base[:, 0], filled(whole.log_price)[:, 0], seasons(whole))


def _chosen(tried: dict[str, _Tried], options: ElasticityOptions) -> str:
    if options.design != "auto":
        if options.design not in tried:
            cure = {
                "between-places": "items have no place that prices could differ between",
                "instrument": "no cost is named that could be one",
            }
            raise ConfigError(f"the design {options.design} cannot be used: {cure[options.design]}")
        return options.design
    able = [name for name, own in tried.items() if own.usable]
    calm = [name for name in able if not tried[name].placebo.alarm or name == "instrument"]
    return (calm or able)[0]


def _verdict(design: str, chosen: _Tried) -> Verdict:
    if not chosen.usable:
        return "unknown"
    if design == "instrument":
        return "identified"
    if chosen.placebo.alarm:
        return "unknown"
    return "identified" if design == "between-places" else "assumed"


def _errors(found: Estimates) -> Numbers:
    """Few places or periods make normal intervals too narrow; Student's take their place."""
    freedom = max(found.clusters - 1, 2)
    return np.asarray(found.own.errors * float(stats.t.ppf(0.95, freedom) / stats.norm.ppf(0.95)))


def _own(cube: PriceCube, found: Estimates, errors: Numbers, wide: float) -> pl.DataFrame:
    values = found.own.values
    return cube.products.with_columns(
        pl.Series("elasticity", values),
        pl.Series("low", values - wide * errors),
        pl.Series("high", values + wide * errors),
        pl.Series("estimate", found.unpooled).fill_nan(None),
        pl.Series("error", np.where(np.isfinite(found.raw_errors), found.raw_errors, np.nan)).fill_nan(None),
        pl.Series("variation", found.spread),
    )


def _cross(cube: PriceCube, found: Estimates, wide: float) -> pl.DataFrame:
    names = cube.products[PRODUCT]
    rows, columns = np.nonzero(np.isfinite(found.cross_errors))
    values, errors = found.cross[rows, columns], found.cross_errors[rows, columns]
    low, high = values - wide * errors, values + wide * errors
    kind = np.where(low > 0, "substitute", np.where(high < 0, "complement", "unsure"))
    return pl.DataFrame(
        {
            PRODUCT: names[rows.tolist()],
            "price_of": names[columns.tolist()],
            "elasticity": values,
            "low": low,
            "high": high,
            "kind": pl.Series(kind, dtype=pl.String),
        }
    )


def _timing(cube: PriceCube, found: Estimates, design: str, wide: float, options: ElasticityOptions) -> pl.DataFrame:
    """What a price cut by a tenth does around its period; what lies before is asked of the same design once more."""
    if design == "between-places":
        ahead = places.between_places(cube, lags=(-1, *LAGS)).lags
    elif design == "over-time":
        ahead = time.over_time(cube, trees=False, lags=(-1, *LAGS), seed=options.seed).lags
    else:
        ahead = found.lags
    rows = {**ahead, **found.lags, 0: (found.own.middle, found.own.middle_error)}
    cut = float(np.log(0.9))
    table = []
    for lag in sorted(rows):
        value, error = rows[lag]
        ends = sorted((np.expm1(cut * (value - wide * error)), np.expm1(cut * (value + wide * error))))
        table.append((lag, float(np.expm1(cut * value)), float(ends[0]), float(ends[1])))
    return pl.DataFrame(table, schema=["periods_after", "effect", "low", "high"], orient="row")


def _designs(tried: dict[str, _Tried], design: str, wide: float) -> pl.DataFrame:
    rows = []
    for name, own in tried.items():
        middle, error = own.estimates.own.middle, own.estimates.own.middle_error
        rows.append(
            (name, name == design, middle, middle - wide * error, middle + wide * error, own.assumption, own.note)
        )
    names = ["design", "used", "elasticity", "low", "high", "assumption", "note"]
    return pl.DataFrame(rows, schema=names, orient="row")


def _checks(tried: dict[str, _Tried], design: str) -> pl.DataFrame:
    rows: list[tuple[str, float, float | None, bool, str]] = []
    for name, own in tried.items():
        if np.isfinite(own.placebo.chance):
            what = (
                "prices follow demand that could be foreseen, which moves elasticities so far"
                if own.placebo.alarm
                else "nothing shows that prices follow demand"
            )
            rows.append((f"placebo, {name}", own.placebo.bias, own.placebo.chance, not own.placebo.alarm, what))
    spread = tried[design].estimates.spread
    moving = float((spread > places.LEAST_SPREAD).mean())
    rows.append(
        (
            "overlap",
            moving,
            None,
            moving >= _OVERLAP,
            f"in {100 * moving:.0f} % of the products the price moves by itself",
        )
    )
    wrong = float((tried[design].estimates.own.values > 0).mean())
    rows.append(
        ("sign", wrong, None, wrong <= 0.05, f"{100 * wrong:.0f} % of the products sell more at a higher price")
    )
    names = ["check", "value", "chance", "passed", "meaning"]
    kinds = [pl.String, pl.Float64, pl.Float64, pl.Boolean, pl.String]
    return pl.DataFrame(rows, schema=dict(zip(names, kinds, strict=True)), orient="row")


def _notes(cube: PriceCube, chosen: _Tried, design: str, verdict: Verdict, tried: dict[str, _Tried]) -> list[str]:
    notes = [*cube.notes, f"Learnt from {said_size(cube)}."]
    notes.append(f"Assumed: {chosen.assumption}.")
    if verdict == "unknown" and chosen.placebo.alarm:
        notes.append(
            "What prices do cannot be known from these sales: prices follow demand that could be foreseen "
            f"(chance {chosen.placebo.chance:.2g} if they did not), so that nothing tells the two apart. "
            f"{_CURES[design]}"
        )
    elif verdict == "unknown":
        notes.append(f"What prices do cannot be known from these sales: {chosen.note}.")
    elif verdict == "assumed":
        notes.append(
            "Prices moved in the course of time only. Nothing shows that they followed demand, but a shock "
            "that nobody recorded and that came and went within a period would not show either."
        )
    silent = int((~np.isfinite(chosen.estimates.unpooled)).sum())
    if silent:
        notes.append(
            f"{counted(silent, 'product')} say nothing by themselves (the price did not move): theirs is the "
            "elasticity of their group, with its doubt."
        )
    for name, own in tried.items():
        if own.note and name == design:
            notes.append(f"{name}: {own.note}.")
        elif own.note:
            notes.append(f"Not used: {name}, {own.note}.")
    return notes
