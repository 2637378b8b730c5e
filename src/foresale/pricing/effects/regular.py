"""Products at their regular prices: what they cost customers now, and what they sell without promotions."""

from dataclasses import replace

import numpy as np
import polars as pl

from foresale.core.arrays import Numbers
from foresale.core.columns import ITEM
from foresale.core.panel import Panel
from foresale.pricing.effects.cube import PRODUCT, PriceCube
from foresale.pricing.effects.elasticities import Elasticities


def current_price(cube: PriceCube) -> Numbers:
    """[P] the newest regular price of each product, the middle one of its places."""
    known = np.isfinite(cube.regular)
    last = known.shape[-1] - 1 - np.argmax(known[..., ::-1], axis=-1)
    newest = np.take_along_axis(cube.regular, last[..., None], axis=-1)[..., 0]
    return np.round(np.nanmedian(np.where(known.any(axis=-1), newest, np.nan), axis=1), 2)


def periods_since_promotion(cube: PriceCube) -> Numbers:
    """[P] periods since most places that sell a product had a promotion of it; infinite where they never had."""
    places = np.sum(cube.known, axis=1)
    most = (np.sum(cube.promoted & cube.known, axis=1) > places / 2) & (places > 0)
    newest = np.argmax(most[:, ::-1], axis=1).astype(float)
    return np.asarray(np.where(np.any(most, axis=1), newest, np.inf))


def base_panel(found: Elasticities) -> Panel:
    """Sales of each product at regular prices and without flags, its places added up, as a panel of their own."""
    cube, estimates = found.cube, found.estimates
    cut = np.log(cube.price / cube.regular)
    effect = estimates.own.values[:, None, None] * np.nan_to_num(cut)
    for name, (values, _) in estimates.flags.items():
        effect = effect + values[:, None, None] * np.nan_to_num(cube.flags[name])
    sales = replace(cube, sales=cube.sales * np.exp(-effect)).summed().sales[:, 0]
    periods = sales.shape[1]
    first = np.argmax(np.isfinite(sales), axis=1)
    keep = [np.arange(periods) >= start for start in first]
    lengths = np.array([own.sum() for own in keep])
    flat = np.concatenate([row[own] for row, own in zip(sales, keep, strict=True)]).astype(np.float32)
    return Panel(
        cube.frequency,
        pl.DataFrame({ITEM: cube.products[PRODUCT]}),
        cube.start + first,
        np.concatenate([[0], np.cumsum(lengths)]),
        lengths,
        flat,
    )


def usual_level(found: Elasticities) -> Numbers:
    """[P] mean units of a period in the newest year, at regular prices and without promotions."""
    base = base_panel(found)
    newest = np.minimum(base.history, int(found.cube.frequency.per_year))
    rows = [base.sales[end - count : end] for end, count in zip(base.offsets[1:], newest, strict=True)]
    return np.array([np.nanmean(own) if np.isfinite(own).any() else 0.0 for own in rows])
