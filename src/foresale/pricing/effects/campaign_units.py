"""Who had a campaign and who did not: sales of the treated ones together, and of each donor."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import polars as pl

from foresale.core.arrays import Flags, Index, Numbers
from foresale.core.columns import ITEM, PRICE
from foresale.core.errors import ConfigError
from foresale.core.panel import Panel
from foresale.core.text import counted
from foresale.pricing.effects.cube import dense_columns, known_mean, place_of, product_names
from foresale.pricing.effects.within_products import ZEROS

_MOST_DONORS: Final = 40
"""Donors that are told apart, those that sell most; the others are one."""
_UNKNOWN: Final = 0.1
"""Share of periods that may be unknown of a donor."""
REST: Final = "all others"


@dataclass(frozen=True)
class Treated:
    """Sales of those that had a campaign and of those that had none, over T periods.

    Attributes:
        sales: [T] units of the treated ones together, NaN where unknown.
        price: [T] their mean price, or None.
        donors: [J, T] log sales of each donor.
        names: of the donors.
        start: grid position of the first period.
        periods: [T] grid positions.
        what: the treated ones in words.
        notes: what was assumed.
    """

    sales: Numbers = field(repr=False)
    price: Numbers | None = field(repr=False)
    donors: Numbers = field(repr=False)
    names: tuple[str, ...]
    start: int
    periods: Index = field(repr=False)
    what: str
    notes: tuple[str, ...] = ()

    @property
    def treated(self) -> Numbers:
        """[T] their log sales; half a unit is added, as in `PriceCube.log_sales`."""
        return np.log(self.sales + 0.5)

    def only(self, keep: Flags) -> "Treated":
        """Some of the periods."""
        price = None if self.price is None else self.price[keep]
        return replace(
            self, sales=self.sales[keep], price=price, donors=self.donors[:, keep], periods=self.periods[keep]
        )

    def seasoned(self, phase: Index, learnt: Flags) -> "Treated":
        """Donors with the treated one's profile of the week (of days) in the place of their own.

        Food sells best on other days of the week than the rest of a shop; that is no effect of a campaign.

        Args:
            phase: [T] which day of the week (hour of the day) each period is.
            learnt: [T] the periods that profiles are learnt from.
        """
        donors = self.donors.copy()
        for number in np.unique(phase):
            own = phase == number
            known = own & learnt
            if known.any():
                donors[:, own] += self.treated[known].mean() - donors[:, known].mean(axis=1, keepdims=True)
        return replace(self, donors=donors)


def treated_and_donors(panel: Panel, *, items: Sequence[str], places: Sequence[str], place: str | None) -> Treated:
    """Split a panel by who had a campaign.

    Products that had it everywhere are compared with other products, places that had it with other places, and products
    that had it in some places with themselves in others.

    Raises:
        ConfigError: nobody, everybody, or an unknown name.
    """
    where = place_of(panel, place)
    shops = panel.items[where].cast(pl.String) if where else pl.repeat("", len(panel), dtype=pl.String, eager=True)
    products = product_names(panel, where)
    named = _named(items, (products, panel.items[ITEM].cast(pl.String)), "item")
    placed = _named(places, (shops,), "place")
    own = named & placed
    if not items and not places:
        raise ConfigError("name the items or the places that had the campaign")
    if own.all() or not own.any():
        whom = "all items" if own.all() else "no item"
        raise ConfigError(f"a campaign is compared with those that had none, and {whom} had it")
    beside = named & ~own if items and places else ~own
    labels = shops if places else products
    columns = {"sales": panel.sales}
    price = panel.covariates.get(PRICE)
    if price is not None and not price.categories:
        columns["price"] = price.values
    start, dense = dense_columns(panel, columns, np.arange(len(panel)))
    sales = _total(dense["sales"][own])
    donors, names, notes = _donors(dense["sales"][beside], labels.filter(pl.Series(beside)))
    return Treated(
        sales,
        _price(dense, own),
        donors,
        names,
        start,
        start + np.arange(sales.size),
        _said(panel, own, items, places),
        notes,
    )


def _named(names: Sequence[str], columns: Sequence[pl.Series], what: str) -> Flags:
    """[N] whether a name is asked for; all where none is."""
    unknown = [name for name in names if not any((column == name).any() for column in columns)]
    if unknown:
        first = columns[0].unique(maintain_order=True).head(5).to_list()
        raise ConfigError(f"there is no {what} {unknown[0]!r}; the first ones are {first}")
    found = np.zeros(len(columns[0]), bool) if names else np.ones(len(columns[0]), bool)
    for column in columns:
        found |= column.is_in(list(names)).to_numpy()
    return found


def _total(sales: Numbers) -> Numbers:
    """[T] units of all together: of those that are known, scaled up by usual shares; NaN where half is not known."""
    known = np.isfinite(sales)
    usual = np.nan_to_num(known_mean(sales))
    share = (usual[:, None] * known).sum(axis=0) / max(float(usual.sum()), 1e-12)
    total = np.where(known, sales, 0).sum(axis=0)
    return np.where(share > 0.5, total / np.maximum(share, 0.5), np.nan)


def _donors(sales: Numbers, labels: pl.Series) -> tuple[Numbers, tuple[str, ...], tuple[str, ...]]:
    """[J, T] log sales of each label that sells nearly always, and of the rest together."""
    names = labels.unique(maintain_order=True).to_list()
    code = np.array([names.index(name) for name in labels])
    each = np.stack([_total(sales[code == number]) for number in range(len(names))])
    known = np.isfinite(each)
    steady = (known.mean(axis=1) >= 1 - _UNKNOWN) & ((np.nan_to_num(each) <= 0).sum(axis=1) <= ZEROS * each.shape[1])
    order = np.argsort(-np.nansum(each, axis=1), kind="stable")
    kept = [int(n) for n in order if steady[n]][:_MOST_DONORS]
    rest = [n for n in range(len(names)) if n not in kept]
    rows, called = [np.log(each[n] + 0.5) for n in kept], [str(names[n]) for n in kept]
    notes: tuple[str, ...] = ()
    if rest:
        together = _total(each[rest])
        if np.isfinite(together).mean() >= 1 - _UNKNOWN and (np.nan_to_num(together) <= 0).mean() <= ZEROS:
            rows, called = [*rows, np.log(together + 0.5)], [*called, REST]
            notes = (f"{counted(len(rest), 'donor')} that sell little or not always count as one.",)
    if not rows:
        raise ConfigError("nobody without the campaign sells in nearly every period, so that there is no comparison")
    return _filled(np.stack(rows)), tuple(called), notes


def _filled(logs: Numbers) -> Numbers:
    """[J, T] donors whose unknown periods went as the others did, or as usual where nobody is known."""
    known = np.isfinite(logs)
    usual = np.nan_to_num(known_mean(logs, keepdims=True))
    course = np.nan_to_num(known_mean(logs - usual, axis=0))
    return np.where(known, logs, usual + course)


def _price(dense: dict[str, Numbers], own: Flags) -> Numbers | None:
    """[T] mean price of what the treated ones sold."""
    if "price" not in dense:
        return None
    price, sales = dense["price"][own], np.nan_to_num(dense["sales"][own])
    weight = np.where(np.isfinite(price), sales + 1e-6, 0.0)
    total = weight.sum(axis=0)
    return np.where(total > 0, (np.nan_to_num(price) * weight).sum(axis=0) / np.maximum(total, 1e-12), np.nan)


def _said(panel: Panel, own: Flags, items: Sequence[str], places: Sequence[str]) -> str:
    parts = [counted(len(names), word) for names, word in ((items, "product"), (places, "place")) if names]
    return f"{' in '.join(parts)} ({int(own.sum()):,} of {counted(len(panel), 'item')})"
