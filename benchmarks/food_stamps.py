"""Days on which food stamps are paid out, as M5 tells them, by state."""

from pathlib import Path

import polars as pl


def food_stamps(folder: Path) -> pl.DataFrame:
    """One row per day and state: `date`, `wm_yr_wk` (the week that prices are told for), `state` and `snap`, 0 or 1.

    Args:
        folder: the tables of M5.
    """
    calendar = pl.read_parquet(folder / "m5_calendar.parquet")
    days = calendar.unpivot(["snap_CA", "snap_TX", "snap_WI"], index=["date", "wm_yr_wk"], value_name="snap")
    return days.select("date", pl.col("wm_yr_wk").cast(pl.Int64), "snap", state=pl.col("variable").str.tail(2))
