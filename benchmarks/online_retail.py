"""Online Retail II: `foresale forecast` from the raw order lines, with nothing prepared by hand."""

import argparse
import tempfile
from pathlib import Path

import polars as pl
from measuring import foresale, report, run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("orders", type=Path)
    parser.add_argument("--horizon", type=int, default=30)
    parser.add_argument("--model", nargs="*", default=["pretrained", "seasonal-naive", "lstm"])
    parser.add_argument("--steps", type=int, help="training steps at most")
    options = parser.parse_args()
    training = ["--steps", options.steps] if options.steps else []
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for model in options.model:
            output = Path(folder) / f"{model}.parquet"
            command = ("forecast", options.orders, "--horizon", options.horizon, "--model", model, "--country", "GB")
            made = run(foresale(*command, "--output", output, *training))
            forecast = pl.read_parquet(output)
            days = forecast["timestamp"].cast(pl.Date)
            mean = forecast.group_by("item_id").agg(pl.col("mean").sum())["mean"]
            rows.append(
                (
                    model,
                    f"{made.seconds:.0f} s",
                    f"{made.gigabytes:.1f} GB",
                    f"{mean.len():,}",
                    f"{days.min()} to {days.max()}",
                    f"{mean.sum():,.0f}",
                )
            )
    report(
        "online_retail",
        title=f"Online Retail II: a forecast of {options.horizon} days from raw order lines",
        data=options.orders.name,
        columns=("model", "time", "peak memory", "items", "days", "units in all"),
        rows=rows,
    )


if __name__ == "__main__":
    main()
