"""An inspection: what is in a panel, as tables, sentences and the series to draw."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl

from foresale.cleaning.report import OUTLIERS, STOCKOUTS, CleaningReport
from foresale.core.columns import ITEM, NAME, TIMESTAMP
from foresale.core.demand_classes import CLASSES
from foresale.core.frequency import Frequency
from foresale.core.money import in_currency
from foresale.core.text import counted, percent

_WORST: Final = 10  # rows of a list


@dataclass(frozen=True)
class Inspection:
    """What is in a panel.

    Attributes:
        frequency: the grid of the panel.
        figures: one row per item; see `items.item_figures`.
        total: one row per period of the whole shop; see `total.total_sales`. Its `event` names those of `events`.
        seasons: strength of each season; see `total.season_table`.
        profiles: how sales are spread over hours, weekdays and months; see `seasons.profiles`.
        covariates: see `covariates.covariate_table`.
        statics: see `covariates.static_table`.
        events: what festivals did to sales; see `total.event_effects`.
        cleaning: what cleaning with the default options would change or mark.
        samples: sales of the items with most stock-outs or farthest outliers: item_id, timestamp, sales, reason.
        has_price: whether value is revenue rather than volume.
        notes: what was understood when the panel was read.
        currency: of the revenue, "" where nobody tells.
    """

    frequency: Frequency
    figures: pl.DataFrame = field(repr=False)
    total: pl.DataFrame = field(repr=False)
    seasons: pl.DataFrame = field(repr=False)
    profiles: pl.DataFrame = field(repr=False)
    covariates: pl.DataFrame = field(repr=False)
    statics: pl.DataFrame = field(repr=False)
    events: pl.DataFrame = field(repr=False)
    cleaning: CleaningReport = field(repr=False)
    samples: pl.DataFrame = field(repr=False)
    has_price: bool
    notes: tuple[str, ...] = ()
    currency: str = ""

    def __repr__(self) -> str:
        return f"<Inspection of {counted(self.figures.height, 'item')}, {self.frequency.name}>"

    @property
    def items(self) -> int:
        """Number of items."""
        return self.figures.height

    @property
    def rows(self) -> int:
        """Periods of history of all items."""
        return int(self.figures["periods"].sum())

    @property
    def span(self) -> tuple[np.datetime64, np.datetime64]:
        """Stamps of the first and the last period with history."""
        stamps = self.total[TIMESTAMP].to_numpy()
        return stamps[0], stamps[-1]

    @property
    def zeros(self) -> float:
        """Share of all periods in which nothing was sold."""
        return self._share("zeros")

    @property
    def unknown(self) -> float:
        """Share of all periods whose sales are not known."""
        return self._share("unknown")

    def _share(self, name: str) -> float:
        return float((self.figures[name] * self.figures["periods"]).sum()) / max(self.rows, 1)

    @property
    def value(self) -> str:
        """What the ABC classes go by: "revenue" where there is a price, else "volume"."""
        return "revenue" if self.has_price else "volume"

    def to_frame(self) -> pl.DataFrame:
        """The figures of every item, one row each."""
        return self.figures

    @property
    def lengths(self) -> pl.DataFrame:
        """How long the histories are: shortest, 10 %, median, 90 % and longest, in periods."""
        names = ("shortest", "10 %", "median", "90 %", "longest")
        values = np.quantile(self.figures["periods"].to_numpy(), (0, 0.1, 0.5, 0.9, 1), method="nearest")
        return pl.DataFrame({"history": names, "periods": values.astype(np.int64)})

    @property
    def demand_classes(self) -> pl.DataFrame:
        """By class of Syntetos and Boylan: demand, items, share (of the items) and volume (share of it)."""
        return self._classes("demand", CLASSES, "volume")

    @property
    def abc_xyz(self) -> pl.DataFrame:
        """The nine classes: abc, xyz, items, share of items, and share of the value (revenue or volume)."""
        grid = pl.DataFrame({"abc": list("AAABBBCCC"), "xyz": list("XYZ") * 3})
        counted = self.figures.group_by("abc", "xyz").agg(
            pl.len().cast(pl.Int64).alias("items"), pl.col(self.value).fill_null(0).sum()
        )
        worth = self.figures[self.value].fill_null(0).sum() or 1.0
        joined = grid.join(counted, on=["abc", "xyz"], how="left", maintain_order="left").fill_null(0)
        share = (pl.col("items") / self.items).alias("share")
        return joined.select("abc", "xyz", "items", share, (pl.col(self.value) / worth).alias(self.value))

    def _classes(self, column: str, labels: tuple[str, ...], value: str) -> pl.DataFrame:
        counted = self.figures.group_by(column).agg(pl.len().cast(pl.Int64).alias("items"), pl.col(value).sum())
        order = pl.DataFrame({column: labels})
        joined = order.join(counted, on=column, how="left", maintain_order="left").fill_null(0)
        share = (pl.col("items") / self.items).alias("share")
        return joined.select(column, "items", share, pl.col(value) / (self.figures[value].sum() or 1.0))

    @property
    def stockouts(self) -> pl.DataFrame:
        """The items with most periods that tell nothing of demand for want of stock: item_id, periods, share, mean."""
        return self._worst("stockouts")

    @property
    def outliers(self) -> pl.DataFrame:
        """The items with most outliers: item_id, periods, share, mean (units per known period)."""
        return self._worst("outliers")

    def _worst(self, column: str) -> pl.DataFrame:
        ranked = self.figures.filter(pl.col(column) > 0).sort(column, "volume", descending=True).head(_WORST)
        share = (pl.col(column) / pl.col("periods")).alias("share")
        return ranked.select(*self._named, pl.col(column).alias("periods"), share, "mean")

    @property
    def _named(self) -> list[str]:
        return [name for name in (ITEM, NAME) if name in self.figures.columns]

    def touched(self, reasons: tuple[str, ...]) -> int:
        """Periods that cleaning would change or mark for one of some reasons."""
        return sum(count for reason, count in self.cleaning.counts().items() if reason in reasons)

    def tables(self) -> dict[str, pl.DataFrame]:
        """Small tables by title, those that are empty left out, for a terminal or a page."""
        moved = self.figures.filter(pl.col("launched") | pl.col("ended"))
        kinds = pl.when("launched").then(pl.lit("launched")).otherwise(pl.lit("ended")).alias("recently")
        every = {
            "Panel": self._overview(),
            "Length of the histories": self.lengths,
            "Seasons": self.seasons,
            "Demand": self.demand_classes,
            "ABC/XYZ": self.abc_xyz,
            "Covariates": self.covariates,
            "Columns of the items": self.statics,
            "Festivals and holidays": self.events.head(_WORST),
            "Stock-outs, most affected items": self.stockouts,
            "Outliers, most affected items": self.outliers,
            "Launched or ended": moved.sort("volume", descending=True)
            .select(*self._named, kinds, "volume")
            .head(_WORST),
        }
        return {title: table for title, table in every.items() if table.height}

    @property
    def revenue(self) -> str:
        """What all sales brought in, to the cent, with the currency where it is known."""
        return in_currency(f"{self.figures['revenue'].sum():,.2f}", self.currency)

    def _overview(self) -> pl.DataFrame:
        first, last = (str(stamp.astype("datetime64[m]")).replace("T00:00", "") for stamp in self.span)
        facts = {
            "items": f"{self.items:,}",
            "rows": f"{self.rows:,}",
            "frequency": self.frequency.name,
            "first period": first,
            "last period": last,
            "sales": f"{self.figures['volume'].sum():,.0f} units",
            "periods without sales": percent(self.zeros),
            "unknown periods": percent(self.unknown),
            "stock-outs": f"{self.touched(STOCKOUTS):,} periods",
            "outliers": f"{self.touched(OUTLIERS):,} periods",
        }
        if self.has_price:
            facts["revenue"] = self.revenue
        return pl.DataFrame({"what": list(facts), "value": list(facts.values())})
