"""FreshRetailNet-50K, 4.5 million rows: `inspect`, and a 7-day forecast with a trained network, files in and out.

The table needs one row per item (store and product) and day, with sales and hours out of stock.
"""

import argparse
import tempfile
from pathlib import Path

import polars as pl
from measuring import foresale, report, run, verdict

HORIZON = 7
INSPECT_LIMITS = (30.0, 3.0)
FORECAST_LIMITS = (180.0, 4.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sales", type=Path)
    parser.add_argument("--model", default="transformer", choices=["lstm", "transformer"])
    parser.add_argument("--steps", type=int, help="training steps at most")
    parser.add_argument("--columns", nargs="*", default=[], help="as for foresale")
    options = parser.parse_args()
    reading = ["--columns", *options.columns] if options.columns else []
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        model, output = Path(folder) / "model", Path(folder) / "forecast.parquet"
        inspected = run(foresale("inspect", options.sales, *reading))
        rows.append(("inspect", *limits(inspected.seconds, inspected.gigabytes, INSPECT_LIMITS)))
        training = ["--steps", options.steps] if options.steps else []
        trained = run(
            foresale(
                "train",
                options.sales,
                *reading,
                *("--horizon", HORIZON, "--model", options.model, "--output", model),
                *training,
            )
        )
        rows.append((f"train ({options.model})", f"{trained.seconds:.0f} s", f"{trained.gigabytes:.1f} GB"))
        made = run(
            foresale("forecast", options.sales, *reading, "--horizon", HORIZON, "--model", model, "--output", output)
        )
        rows.append(("forecast 7 days", *limits(made.seconds, made.gigabytes, FORECAST_LIMITS)))
        items = pl.scan_parquet(output).select("item_id").unique().select(pl.len()).collect().item()
    report(
        "freshretailnet",
        title=f"FreshRetailNet: {items:,} items",
        data=f"{options.sales.name}, {pl.scan_parquet(options.sales).select(pl.len()).collect().item():,} rows",
        columns=("command", "time", "peak memory"),
        rows=rows,
    )


def limits(seconds: float, gigabytes: float, bounds: tuple[float, float]) -> tuple[str, str]:
    return verdict(seconds, bounds[0], "s"), verdict(gigabytes, bounds[1], "GB")


if __name__ == "__main__":
    main()
