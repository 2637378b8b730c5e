"""Suppliers: their lead times as told, and as their past deliveries show."""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

import numpy as np
import polars as pl

from foresale.core.columns import ITEM
from foresale.core.errors import Fault
from foresale.core.text import counted
from foresale.inventory.defaults import Defaults, whom
from foresale.inventory.leads import LeadTimes
from foresale.inventory.numeric import Counts, Numbers
from foresale.inventory.sheet import Findings, Sheet

ENOUGH: Final = 5
"""Past deliveries from which a supplier's lead time is theirs rather than the one told."""
_EVERYBODY: Final = ""


@dataclass(frozen=True)
class Suppliers:
    """What the suppliers and deliveries files tell.

    Attributes:
        lead_times: one row per supplier: name, key (the name without case), lead, lead_sd, review in days; or None.
        keys: of the suppliers whose deliveries are known; the empty one stands for all suppliers.
        seen: [M] days of the deliveries, supplier after supplier.
        offsets: [K + 1] first delivery of each.
    """

    lead_times: pl.DataFrame | None
    keys: tuple[str, ...]
    seen: Numbers
    offsets: Counts

    @classmethod
    def of(cls, suppliers: Sheet | None, deliveries: Sheet | None, found: Findings) -> "Suppliers":
        """From the two files, where there are any; what is wrong is added to `found`."""
        learnt = _deliveries(deliveries, found)
        keys, sizes = (), np.zeros(0, np.int64)
        if learnt.height:
            groups = learnt.group_by("key", maintain_order=True).len()
            keys, sizes = tuple(groups["key"].to_list()), groups["len"].to_numpy()
        offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        return cls(_told(suppliers, found), keys, learnt["days"].to_numpy().astype(np.float64), offsets)


def _told(sheet: Sheet | None, found: Findings) -> pl.DataFrame | None:
    if sheet is None:
        return None
    if "supplier" not in sheet.frame.columns:
        shown = f"columns {', '.join(sheet.written.frame.columns)}"
        found.faults.append(Fault("suppliers file: no column of suppliers", 1, shown, "Call it supplier."))
        return None
    frame = sheet.frame.with_columns(_key(sheet.frame["supplier"]).alias("key"))
    found.faults += sheet.fault("no supplier", frame["key"].is_null(), "Name the supplier of each row.")
    double = frame["key"].is_duplicated() & frame["key"].is_not_null()
    found.faults += sheet.fault("suppliers that stand twice", double, "Keep one row of each.", shown=frame["supplier"])
    lacking = [
        pl.lit(None, pl.Float64).alias(name) for name in ("lead", "lead_sd", "review") if name not in frame.columns
    ]
    return frame.with_columns(lacking).unique("key", keep="first", maintain_order=True)


def _deliveries(sheet: Sheet | None, found: Findings) -> pl.DataFrame:
    """Key and days of every delivery, sorted by both."""
    nothing = pl.DataFrame({"key": [], "days": []}, schema={"key": pl.String, "days": pl.Float64})
    if sheet is None:
        return nothing
    missing = [name for name in ("ordered", "received") if name not in sheet.frame.columns]
    if missing:
        shown = f"columns {', '.join(sheet.written.frame.columns)}"
        found.faults.append(
            Fault(
                f"deliveries file: no column of days {' and '.join(missing)}",
                1,
                shown,
                "Call them ordered and received.",
            )
        )
        return nothing
    days = (sheet.frame["received"] - sheet.frame["ordered"]).dt.total_days().cast(pl.Float64)
    found.faults += sheet.fault("received before it was ordered", days < 0, "Correct the days.")
    if "supplier" in sheet.frame.columns:
        keys = _key(sheet.frame["supplier"])
    else:
        keys = pl.repeat(_EVERYBODY, len(days), dtype=pl.String, eager=True)
        found.notes.append("The deliveries have no column of suppliers: one lead time is learnt from all of them.")
    learnt = pl.DataFrame({"key": keys, "days": days.clip(1)}).drop_nulls().sort("key", "days")
    found.notes.append(f"Lead times are learnt from {counted(learnt.height, 'past delivery').replace('ys', 'ies')}.")
    return learnt


def _key(names: pl.Series) -> pl.Series:
    return names.str.to_lowercase().str.strip_chars()


def lead_times(
    values: Callable[[str], Numbers],
    supplier: pl.Series,
    known: Suppliers,
    items: pl.DataFrame,
    defaults: Defaults,
    found: Findings,
) -> "Lead":
    """Lead times, review periods and suppliers of the items.

    A lead time is that of the supplier's past deliveries where there are five or more; else the one told for the item,
    for its supplier, that of fewer deliveries, and the default. One that nobody tells is a fault.
    """
    keys = _key(supplier)
    names = supplier.drop_nulls().unique(maintain_order=True)
    plain = _key(names)
    names = names.filter(plain.is_first_distinct())
    position = _positions(keys, plain.filter(plain.is_first_distinct()).to_list())
    told = _of_supplier(keys, known)
    _refuse_strangers(keys, supplier, known, items, found)
    group, counts = _deliveries_of(keys, known)
    own = values("lead")
    mean = np.where(np.isnan(own), told["lead"], own)
    learnt = (counts >= ENOUGH) | ((counts > 0) & np.isnan(mean))
    deviation = values("lead_sd")
    deviation = np.where(np.isnan(deviation) & np.isnan(own), told["lead_sd"], deviation)
    lacking = np.isnan(mean) & ~learnt
    if lacking.any() and defaults.lead_days is None:
        cure = "Add a column lead_time (days), a suppliers file, past deliveries, or tell one for all: lead_days=14."
        place = f"item {items[ITEM][int(np.argmax(lacking))]}"
        found.faults.append(Fault("items without a lead time", int(lacking.sum()), place, cure))
    elif lacking.any():
        found.notes.append(f"Not told, so assumed: lead time {defaults.lead_days:g} days for {whom(lacking, items)}.")
    mean = np.where(np.isnan(mean), defaults.lead_days or np.nan, mean)
    mean, deviation = _learnt(mean, np.nan_to_num(deviation), np.where(learnt, group, -1), known)
    review = values("review")
    lead = LeadTimes(mean, deviation, np.where(learnt, group, -1), known.seen, known.offsets)
    return Lead(lead, np.where(np.isnan(review), told["review"], review), tuple(names.to_list()), position)


def _deliveries_of(keys: pl.Series, known: Suppliers) -> tuple[Counts, Counts]:
    """[N] which supplier's deliveries are those of each item (-1 for none), and how many they are."""
    group = _positions(keys, list(known.keys))
    if known.keys == (_EVERYBODY,):
        group = np.zeros(keys.len(), np.int64)
    counts = np.diff(known.offsets)[group] if known.keys else np.zeros(keys.len(), np.int64)
    return group, np.where(group >= 0, counts, 0)


@dataclass(frozen=True)
class Lead:
    """Lead times, [N] days from one order to the next (NaN where nobody told), and the supplier of each item."""

    times: LeadTimes
    review: Numbers
    suppliers: tuple[str, ...]
    supplier: Counts


def _learnt(mean: Numbers, deviation: Numbers, group: Counts, known: Suppliers) -> tuple[Numbers, Numbers]:
    """Mean and deviation with those of past deliveries where these are used."""
    if not known.keys:
        return mean, deviation
    parts = np.split(known.seen, known.offsets[1:-1])
    means, deviations = (np.array([measure(part) for part in parts]) for measure in (np.mean, np.std))
    return np.where(group >= 0, means[group], mean), np.where(group >= 0, deviations[group], deviation)


def _positions(keys: pl.Series, among: list[str]) -> Counts:
    place = {key: number for number, key in enumerate(among)}
    return keys.replace_strict(place, default=-1, return_dtype=pl.Int64).fill_null(-1).to_numpy()


def _of_supplier(keys: pl.Series, known: Suppliers) -> dict[str, Numbers]:
    parts = ("lead", "lead_sd", "review")
    if known.lead_times is None:
        return {part: np.full(len(keys), np.nan) for part in parts}
    joined = keys.alias("key").to_frame().join(known.lead_times, on="key", how="left", maintain_order="left")
    return {part: joined[part].cast(pl.Float64).fill_null(np.nan).to_numpy() for part in parts}


def _refuse_strangers(
    keys: pl.Series, names: pl.Series, known: Suppliers, items: pl.DataFrame, found: Findings
) -> None:
    if known.lead_times is None:
        return
    strange = (~keys.is_in(known.lead_times["key"].implode())).fill_null(value=False)
    if not strange.any():
        return
    first = strange.arg_max() or 0
    near = get_close_matches(str(keys[first]), known.lead_times["key"].drop_nulls().to_list(), 1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    cure = f"{hint}Correct the name, or add it to the suppliers file."
    place = f"item {items[ITEM][first]}: {names[first]!r}"
    found.faults.append(Fault("items of an unknown supplier", int(strange.sum()), place, cure))
