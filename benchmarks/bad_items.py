"""One item in a thousand is made bad on purpose: are the other 999 forecast as before, and the bad one at all?

Each kind of badness is put into the sales as a user would have it in a file; rows that cannot be parsed are dropped
(`bad_rows="drop"`). Forecasts of the other items are compared bit for bit with those of the panel as it was. A model
that learns from all items at once is learnt once, and forecasts both panels.
"""

import argparse
from collections.abc import Callable

import numpy as np
import polars as pl
from measuring import report

import foresale
from foresale.core.columns import ITEM, SALES
from foresale.core.forecast import Forecast
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster
from foresale.data.synthetic import ShopConfig, shop
from foresale.workflows.budget import Budget
from foresale.workflows.clean import FOR_LEARNING, clean
from foresale.workflows.model_config import ModelConfig
from foresale.workflows.models import learner

ITEMS, DAYS, HORIZON = 1_000, 400, 28
BAD = "bad"
Spoil = Callable[[pl.DataFrame], pl.DataFrame]
MODELS = ("pretrained", "ets", "tsb", "seasonal-naive", "lightgbm", "auto")


def everywhere(value: str | None) -> Spoil:
    return lambda rows: rows.with_columns(pl.lit(value, pl.String).alias(SALES))


def only_one(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.tail(1)


def now_and_then(value: str) -> Spoil:
    every_third = pl.int_range(pl.len()) % 3 == 0
    return lambda rows: rows.with_columns(pl.when(every_third).then(pl.lit(value)).otherwise(SALES).alias(SALES))


KINDS: dict[str, Spoil] = {
    "text in all of its rows": everywhere("n/a?"),
    "text in every third row": now_and_then("twelve"),
    "infinite in all of its rows": everywhere("inf"),
    "infinite in every third row": now_and_then("inf"),
    "100,000 in every third row": now_and_then("100000"),
    "1e30 in every third row": now_and_then("1e30"),
    "one value only": only_one,
    "constant": everywhere("7"),
    "all zero": everywhere("0"),
    "all unknown": everywhere(None),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", default=",".join(MODELS), help="some of them, with commas between")
    parser.add_argument("--jobs", type=int, help="threads to compute on")
    options = parser.parse_args()
    names = options.models.split(",")
    frame = sales()
    panel = read(frame)
    rows = []
    for name in names:
        forecaster = learned(name, panel, jobs=options.jobs)
        before = foresale.forecast(panel, horizon=HORIZON, model=forecaster)
        for kind, spoil in KINDS.items():
            bad = pl.col(ITEM) == BAD
            spoiled = read(pl.concat([frame.filter(~bad), spoil(frame.filter(bad))]))
            after = foresale.forecast(spoiled, horizon=HORIZON, model=forecaster)
            rows.append((name, kind, *compared(before, after)))
            print(rows[-1], flush=True)
    columns = ("model", "the item that is bad", "others the same, bit for bit", "largest change", "the bad one")
    title = "One item in a thousand made bad on purpose"
    report("bad_items", title=title, data=f"simulated, {ITEMS:,} items × {DAYS} days", columns=columns, rows=rows)


def learned(name: str, panel: Panel, *, jobs: int | None) -> Forecaster:
    """The model that a name means, learnt from all items as they were."""
    cleaned, _ = clean(panel, options=FOR_LEARNING)
    return learner(ModelConfig(name, budget=Budget(jobs=jobs))).fit(cleaned, horizon=HORIZON)


def sales() -> pl.DataFrame:
    """Sales as text, as a file has them; the item in the middle is the one to spoil."""
    panel = shop(items=ITEMS, periods=DAYS, seed=5, config=ShopConfig(launches=0, stockouts=0.01))
    middle = panel.items[ITEM][ITEMS // 2]
    return panel.to_frame().select(
        pl.when(pl.col(ITEM) == middle).then(pl.lit(BAD)).otherwise(pl.col(ITEM)).alias(ITEM),
        "timestamp",
        pl.col(SALES).cast(pl.String),
    )


def read(frame: pl.DataFrame) -> Panel:
    """The panel, with the bad item kept where none of its rows could be parsed."""
    return foresale.panel(frame, items=frame.select(ITEM).unique(), bad_rows="drop", kind="totals", gaps="unknown")


def compared(before: Forecast, after: Forecast) -> tuple[str, str, str]:
    """How many of the others are the same, the largest relative change, and what is said of the bad one."""
    order = after.items.with_row_index("after").join(before.items.with_row_index("before"), on=ITEM)
    order = order.filter(pl.col(ITEM) != BAD)
    one, other = before.quantiles[order["before"].to_numpy()], after.quantiles[order["after"].to_numpy()]
    same = int((one == other).all(axis=(1, 2)).sum())
    change = float((np.abs(one - other) / np.maximum(np.abs(one), 1e-6)).max())
    place = after.items[ITEM].index_of(BAD)
    if place is None:
        return f"{same} of {order.height}", f"{change:.1g}", "NOT FORECAST"
    level = after.median[int(place)].mean()
    return f"{same} of {order.height}", f"{change:.1g}", after.fallbacks.get(BAD, f"by the model: {level:.3g} a day")


if __name__ == "__main__":
    main()
