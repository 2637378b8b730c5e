"""Errors on real days of events and on the other days, of this build and another."""

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from measures import LEVELS
from measuring import RESULTS, commit, forget, kept, machine
from ours import forecast_panel
from real_sets import SETS, Window

import foresale

TOLD = """`loss`: weighted quantile loss; `scaled`: absolute error against the mean change over a season; `bias`: of \
all medians; `in 80 %`: share of sales within the central interval. Each is old → new, with the change of the loss."""


def measure_real(options: argparse.Namespace) -> None:
    """Run what is not kept yet."""
    path = kept_at(options)
    models = options.models.split(",")
    if options.again:
        forget(path, lambda line: line["build"] == options.build and line["model"] in models)
    wanted = [part for part in options.families.split(",") if part]
    for name, (option, windows) in SETS.items():
        folder = getattr(options, option)
        if not folder or (wanted and not any(part in name for part in wanted)):
            continue
        for window in windows(Path(folder)):
            for model in models:
                measure_window(window, model, options.build, path)


def kept_at(options: argparse.Namespace) -> Path:
    """The lines of real shops stand beside those of simulated ones."""
    return options.keep.with_suffix(".real.jsonl")


def measure_window(window: Window, model: str, build: str, path: Path) -> None:
    """Run a model on a window, unless that was done, and keep what was measured."""
    key = {"data": window.data, "window": window.event, "model": model, "build": build}
    if any(all(line[name] == value for name, value in key.items()) for line in kept(path)):
        return
    began = time.perf_counter()
    panel = foresale.panel(window.history, future=window.future, items=window.items, kind="totals")
    found = forecast_panel(panel, horizon=window.horizon, model=model, countries=window.countries).to_frame()
    seconds = round(time.perf_counter() - began, 2)
    line = key | {"seconds": seconds} | errors(window, found)
    with path.open("a") as file:
        file.write(json.dumps(line) + "\n")
    print(f"{build}: {window.data}, {window.event}, {model}: {seconds} s", flush=True)


def errors(window: Window, found: pl.DataFrame) -> dict[str, Any]:
    """Sums of losses on days of events and on others, and what they are shares of."""
    day = pl.col("timestamp").cast(pl.Date)
    names = [f"{level}" for level in LEVELS]
    found = found.select(pl.col("item_id").cast(pl.String), day, *names)
    joined = window.actual.with_columns(day).join(found, on=["item_id", "timestamp"]).join(scales(window), on="item_id")
    joined = joined.filter(pl.col("sales").is_not_null())
    sales, levels = joined["sales"].to_numpy().astype(float), np.array(LEVELS)
    quantiles = joined.select(names).to_numpy().astype(float)
    difference = sales[:, None] - quantiles
    loss = 2 * np.maximum(levels * difference, (levels - 1) * difference).mean(axis=1)
    scaled = np.abs(sales - quantiles[:, LEVELS.index(0.5)]) / joined["scale"].to_numpy()
    event = joined["event"].to_numpy()
    return {
        part: {
            "days": int(mask.sum()),
            "loss": float(loss[mask].sum()),
            "sales": float(sales[mask].sum()),
            "scaled": float(scaled[mask].sum()),
            "signed": float((quantiles[:, LEVELS.index(0.5)] - sales)[mask].sum()),
            "in80": int(inside(sales, quantiles, 0.1)[mask].sum()),
            "in90": int(inside(sales, quantiles, 0.05)[mask].sum()),
        }
        for part, mask in (("event", event), ("other", ~event))
    }


def inside(sales: np.ndarray, quantiles: np.ndarray, level: float) -> np.ndarray:
    """Whether sales lie in the central interval from a level to its counterpart."""
    low, high = (quantiles[:, LEVELS.index(round(edge, 2))] for edge in (level, 1 - level))
    return (low <= sales) & (sales <= high)


def scales(window: Window) -> pl.DataFrame:
    """By item, the mean absolute change over a season in its history: what errors are counted in."""
    change = (pl.col("sales") - pl.col("sales").shift(window.season)).abs().over("item_id")
    by_item = window.history.sort("item_id", "timestamp").with_columns(scale=change).group_by("item_id")
    return (
        by_item.agg(pl.col("scale").mean()).filter(pl.col("scale") > 0).with_columns(pl.col("item_id").cast(pl.String))
    )


def write_real(options: argparse.Namespace) -> None:
    """Print the tables and keep them in results/."""
    lines = list(kept(kept_at(options)))
    parts = ["# Days on which sales jump, in real shops", "", f"Commit {commit()}; {machine()}.", ""]
    parts += [TOLD, ""]
    parts += table("By data set", lines, ("data",)) + table("By window", lines, ("data", "window"))
    text = "\n".join(parts) + "\n"
    print(text)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{options.name}_real.md").write_text(text)


def table(title: str, lines: Sequence[dict[str, Any]], by: Sequence[str]) -> list[str]:
    """A row for each group of windows and each model, both builds side by side."""
    groups: dict[tuple[str, ...], dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        groups[(*(line[name] for name in by), line["model"])][line["build"]].append(line)
    head = [
        *by,
        "model",
        "days",
        "loss on days of events",
        "change",
        "scaled",
        "bias",
        "in 80 %",
        "loss on other days",
        "change",
        "other scaled",
    ]
    rows = [f"## {title}", "", "| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for key, builds in groups.items():
        rows.append("| " + " | ".join([*key, *cells(builds)]) + " |")
    return [*rows, ""]


def cells(builds: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    """What a row says of both builds."""
    order = [build for build in ("old", "new") if build in builds]
    yield str(sum(line["event"]["days"] for line in builds[order[0]]))
    for part in ("event", "other"):
        losses = [share(builds[build], part, "loss", "sales") for build in order]
        yield " → ".join(f"{loss:.4f}" for loss in losses)
        yield f"{100 * (losses[-1] / losses[0] - 1):+.1f} %" if len(losses) > 1 else "–"
        yield " → ".join(f"{share(builds[build], part, 'scaled', 'days'):.3f}" for build in order)
        if part == "event":
            yield " → ".join(f"{100 * share(builds[build], part, 'signed', 'sales'):+.1f} %" for build in order)
            yield " → ".join(f"{100 * share(builds[build], part, 'in80', 'days'):.1f} %" for build in order)


def share(lines: Sequence[dict[str, Any]], part: str, above: str, below: str) -> float:
    """A sum against another."""
    return sum(line[part][above] for line in lines) / max(sum(line[part][below] for line in lines), 1e-9)
