"""The page of a backtest: who was better, where, when, and whether the intervals keep their word."""

import numpy as np
import polars as pl

from foresale.evaluation.evaluation import Evaluation
from foresale.evaluation.pictures import KINDS, calibration_chart, segment_chart, step_chart
from foresale.pages.page import Facts, Notes, Part, Picture, Section, Table, page

_HEADLINES = {
    "model": "Model", "mase": "MASE", "wape": "WAPE", "rmsse": "RMSSE", "bias": "Bias", "sql": "SQL",
    "coverage_80": "80 % covers", "fva": "FVA", "skill": "Skill",
    "fallbacks": "Fallbacks", "seconds": "Seconds",
}  # fmt: skip
_WORST = 20
_MANY_UNITS = 100
"""From here on, fractions of a unit say nothing."""
_MEANINGS = (
    "MASE: mean absolute error, by the error of repeating the last season within the history; below 1 is better.",
    "WAPE: sum of the absolute errors as a share of the sales. Bias: forecast minus sold, as a share of the sales.",
    "RMSSE: like MASE, for squared errors of the mean. SQL: like MASE, for the quantiles 0.1 to 0.9.",
    "FVA, forecast value added: the WAPE of the baseline minus that of the model.",
    "Skill: the share of the baseline's SQL that the model does away with.",
)


def evaluation_page(evaluation: Evaluation, *, title: str = "Backtest") -> str:
    """An evaluation as one HTML page."""
    overall = evaluation.to_frame()
    best = overall.sort("mase", nulls_last=True)["model"][0]
    cutoffs = [str(window.outcome.cutoff.astype("datetime64[m]")).removesuffix("T00:00")
               for window in evaluation.windows]  # fmt: skip
    periods = f"{evaluation.horizon} periods ({evaluation.frequency.name})"
    lead = f"{len(cutoffs)} times stepped back and forecast {periods}; cutoffs {', '.join(cutoffs)}."
    sections = [
        Section("Result", [_facts(overall, best, evaluation.baseline), _headline(overall), Notes(_MEANINGS)]),
        Section("By step", [Picture(step_chart(evaluation), "MASE of each model at each step of the horizon")]),
        Section("By kind of item", _kinds(evaluation)),
        Section("Calibration", [_calibration(evaluation)]),
        Section("By window", [_by_window(evaluation)]),
        Section("Worst items", [_worst(evaluation, best)]),
    ]
    if evaluation.notes:
        sections.append(Section("Notes", [Notes(evaluation.notes)]))
    return page(title, sections, lead=lead)


def _facts(overall: pl.DataFrame, best: str, baseline: str) -> Facts:
    row = overall.filter(pl.col("model") == best).row(0, named=True)
    gain = None if row["skill"] is None or best == baseline else f"{100 * row['skill']:+.1f} %"
    return Facts({
        "Lowest MASE": best,
        "Its MASE": _rounded(row["mase"]),
        f"Skill over {baseline}": gain,
        "Items judged": row["items"],
        "Sales judged": row["points"],
    })  # fmt: skip


def _headline(overall: pl.DataFrame) -> Table:
    table = overall.sort("mase", nulls_last=True).select(list(_HEADLINES)).rename(_HEADLINES)
    return Table.of(table, caption="All windows, items and steps together, the lowest MASE first", digits=3)


def _kinds(evaluation: Evaluation) -> list[Part]:
    parts: list[Part] = []
    for kind in evaluation.segments.columns:
        if evaluation.segments[kind].n_unique() == 1:
            continue
        name = KINDS.get(kind, kind)
        parts.append(Picture(segment_chart(evaluation, kind), f"MASE of each model by {name}"))
    chosen = ["segment", "group", "model", "items", "mase", "wape", "bias", "sql", "coverage_80", "skill"]
    names = ["Kind", "Group", "Model", "Items", "MASE", "WAPE", "Bias", "SQL", "80 % covers", "Skill"]
    table = evaluation.to_frame("segment").select(chosen).rename(dict(zip(chosen, names, strict=True)))
    table = table.sort("Kind", "Group", "MASE", maintain_order=True).with_columns(pl.col("Kind").replace(KINDS))
    parts.append(Table.of(table, caption="Errors of each kind of item", digits=3))
    return parts


def _calibration(evaluation: Evaluation) -> Picture:
    caption = ("Above the diagonal, intervals are wider than they say; below, too narrow. "
               "Where many sales are zero, intervals that begin at zero cover more than their share.")  # fmt: skip
    return Picture(calibration_chart(evaluation), "Real against nominal coverage of the central intervals", caption)


def _by_window(evaluation: Evaluation) -> Table:
    chosen = ["cutoff", "model", "items", "mase", "wape", "bias", "sql", "skill", "seconds"]
    names = ["Cutoff", "Model", "Items", "MASE", "WAPE", "Bias", "SQL", "Skill", "Seconds"]
    table = evaluation.to_frame("window").select(chosen).rename(dict(zip(chosen, names, strict=True)))
    return Table.of(table.sort("Cutoff", "MASE"), caption="Errors of each window", digits=3)


def _worst(evaluation: Evaluation, model: str) -> Table:
    """The items whose absolute errors weigh most, which are where a planner's attention pays."""
    frame = evaluation.to_frame("item").filter(pl.col("model") == model)
    units = (pl.col("wape") * pl.col("volume")).fill_nan(None).alias("units")
    frame = frame.with_columns(units).sort("units", descending=True, nulls_last=True).head(_WORST)
    if frame.select((pl.col("volume") >= _MANY_UNITS).all()).item():
        frame = frame.with_columns(pl.col("volume", "units").round().cast(pl.Int64))
    chosen = ["item_id", "volume", "units", "mase", "wape", "bias", "fva"]
    names = ["Item", "Units sold", "Absolute error, units", "MASE", "WAPE", "Bias", "FVA"]
    table = frame.select(chosen).rename(dict(zip(chosen, names, strict=True)))
    return Table.of(table, caption=f"The {table.height} items with the largest absolute error of {model}", digits=2)


def _rounded(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else round(value, 3)
