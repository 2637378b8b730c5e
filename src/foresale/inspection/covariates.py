"""What stands beside the sales: covariates and static columns, how complete they are and whether sales follow them."""

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.arrays import Values
from foresale.core.columns import ITEM
from foresale.core.histories import chunks
from foresale.core.panel import Covariate, Panel


def covariate_table(panel: Panel) -> pl.DataFrame:
    """One row per covariate: covariate, role, kind, missing, lowest, highest, values, correlation.

    `missing` is the share of periods up to the cutoff (and over the future, where it is known ahead) without a value.
    `correlation` is that of its differences from each item's own mean with those of sales ÷ the item's mean, so that
    large items count no more than small ones; for a categorical covariate the correlation ratio η, without sign.
    """
    relations = _relations(panel)
    rows = [_row(panel, covariate, relations[covariate.name]) for covariate in panel.covariates.values()]
    schema = {
        "covariate": pl.String,
        "role": pl.String,
        "kind": pl.String,
        "missing": pl.Float64,
        "lowest": pl.Float64,
        "highest": pl.Float64,
        "values": pl.Int64,
        "correlation": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _row(panel: Panel, covariate: Covariate, relation: float | None) -> tuple[object, ...]:
    values = covariate.values if covariate.role == "known" else covariate.values[panel.is_history]
    known = values[np.isfinite(values)]
    missing = 1 - known.size / max(values.size, 1)
    role = "known ahead" if covariate.role == "known" else "past only"
    if covariate.categories:
        return covariate.name, role, "categorical", missing, None, None, len(covariate.categories), relation
    distinct = pl.Series(known).n_unique()
    lowest, highest = (float(known.min()), float(known.max())) if known.size else (None, None)
    kind = "yes or no" if set(np.unique(known[:1000])) <= {0, 1} and distinct <= 2 else "numeric"
    return covariate.name, role, kind, missing, lowest, highest, distinct, relation


def _relations(panel: Panel) -> dict[str, float | None]:
    sums: dict[str, npt.NDArray[np.float64]] = {}
    for covariate in panel.covariates.values():
        sums[covariate.name] = np.zeros((2, max(len(covariate.categories), 1)) if covariate.categories else (3,))
    total = dict.fromkeys(sums, 0.0)
    for chunk in chunks(panel):
        relative = _relative(chunk.matrix(panel.sales))
        for covariate in panel.covariates.values():
            beside = chunk.matrix(covariate.values)
            both = np.isfinite(relative) & np.isfinite(beside)
            if covariate.categories:
                place, rest = beside[both].astype(np.int64), relative[both].astype(np.float64)
                size = len(covariate.categories)
                sums[covariate.name] += [np.bincount(place, minlength=size), np.bincount(place, rest, minlength=size)]
                total[covariate.name] += float((rest**2).sum())
            else:
                sums[covariate.name] += _products(relative, beside, both)
    return {
        name: _ratio(part, total[name]) if panel.covariates[name].categories else _correlation(part)
        for name, part in sums.items()
    }


def _relative(sales: Values) -> Values:
    """[n, T] sales ÷ the item's mean − 1; NaN for items that never sold."""
    known = ~np.isnan(sales)
    mean = np.where(known, sales, 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    scale = np.where(mean > 0, mean, np.nan).astype(np.float32)
    return np.asarray(sales / scale[:, None] - 1, np.float32)


def _products(relative: Values, beside: Values, both: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Sums of x², y² and x·y of the differences from each item's means over the cells where both are known."""
    count = np.maximum(both.sum(axis=1), 1)[:, None]
    centred: list[npt.NDArray[Any]] = []
    for values in (relative, beside):
        filled = np.where(both, values, 0)
        mean = (filled.sum(axis=1, dtype=np.float64)[:, None] / count).astype(np.float32)
        centred.append(np.where(both, values - mean, 0))
    x, y = centred
    return np.array([np.vdot(x, x), np.vdot(y, y), np.vdot(x, y)], np.float64)


def _correlation(products: npt.NDArray[np.float64]) -> float | None:
    scale = float(np.sqrt(products[0] * products[1]))
    return float(np.clip(products[2] / scale, -1, 1)) if scale > 0 else None


def _ratio(sums: npt.NDArray[np.float64], total: float) -> float | None:
    count, sales = sums
    mean = sales.sum() / max(count.sum(), 1)
    around = total - count.sum() * mean**2
    between = float((sales**2 / np.maximum(count, 1)).sum() - count.sum() * mean**2)
    return float(np.sqrt(np.clip(between / around, 0, 1))) if around > 0 else None


def static_table(panel: Panel) -> pl.DataFrame:
    """One row per column that describes the items: column, role, kind, values, missing, most_common and its share."""
    rows = []
    for name in panel.items.columns:
        if name == ITEM and name not in panel.keys:
            continue
        column = panel.items[name]
        counts = column.drop_nulls().value_counts(sort=True)
        common, share = (str(counts[name][0]), counts["count"][0] / len(column)) if counts.height else (None, None)
        role = "item key" if name in panel.keys else "static"
        rows.append(
            (name, role, _kind(column.dtype), column.n_unique(), column.null_count() / len(column), common, share)
        )
    schema = {
        "column": pl.String,
        "role": pl.String,
        "kind": pl.String,
        "values": pl.Int64,
        "missing": pl.Float64,
        "most_common": pl.String,
        "share": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _kind(dtype: pl.DataType) -> str:
    if dtype.is_numeric():
        return "number"
    return "date" if dtype.is_temporal() else "yes or no" if dtype == pl.Boolean else "text"
