"""The page of a backtest: who is better, is it chance, where, when, at what cost, and do intervals keep their word?"""

from typing import Any, Final

import polars as pl

from foresale.core.columns import ITEM, NAME
from foresale.core.labels import labelled
from foresale.core.text import counted, listed
from foresale.evaluation.bootstrap import CONFIDENCE, FEWEST_BLOCKS
from foresale.evaluation.evaluation import Evaluation
from foresale.narrate.evaluation import SHORT, evaluation_sentences
from foresale.pages.page import Facts, Notes, Part, Picture, Section, Share, Table, page
from foresale.plotting.evaluation import (
    KINDS,
    calibration_chart,
    cost_chart,
    pictured,
    ranking_chart,
    step_chart,
    value_chart,
    winners_map,
)

_WORST: Final = 20
_MANY_UNITS: Final = 100
"""From here on, fractions of a unit say nothing."""
_MEANINGS: Final = (
    f"""Intervals hold {100 * CONFIDENCE:.0f} % of what comes out when other items and other windows are drawn (paired
    bootstrap; all steps of an item in a window stay together). A tie: the interval of the difference holds zero, so
    that the lead may be chance. With fewer than {FEWEST_BLOCKS} items times windows, nothing is said.""",
    "First: the share of the draws in which the model comes first.",
    """SQL, scaled quantile loss: the loss of the quantiles 0.1 to 0.9, by the error of repeating the last season within
    the history. MASE: the same of the median alone; below 1 is better than that.""",
    """WAPE: sum of the absolute errors as a share of the sales; WQL: the same of the quantiles. RMSSE: like MASE, for
    squared errors of the mean. Bias: forecast minus sold, as a share of the sales.""",
    "FVA, forecast value added: the WAPE of the baseline minus that of the model.",
    "Skill: the share of the baseline's SQL that the model does away with.",
)
_SHARES: Final = ("wape", "wape_low", "wape_high", "wql", "coverage_80", "first")
_CHANGES: Final = ("skill", "fva", "bias")
_COSTS: Final = (
    "Seconds on the clock to train and to forecast, all windows together, without reading and cleaning the sales.",
    """Memory is the resident set of the whole process, looked at every 20 ms, without child processes. Peak: the most
    that it held while the model ran, with the data and every library loaded so far. Added: how far that lay above what
    it held when the model began; memory that an earlier model left behind and this one used again is not in it.""",
)


def evaluation_page(evaluation: Evaluation, *, title: str = "Backtest", metric: str | None = None) -> str:
    """An evaluation as one HTML page, the models ranked by an error (`RANKED`; by default the first that is known).

    Raises:
        ConfigError: no such error to rank by.
    """
    chosen = evaluation.ranked_by(metric)
    cutoffs = [
        str(window.outcome.cutoff.astype("datetime64[m]")).removesuffix("T00:00") for window in evaluation.windows
    ]
    lasting = evaluation.frequency.lasting(evaluation.horizon)
    back = counted(len(cutoffs), "time")
    lead = f"Stepped back {back} and forecast {lasting} each time; cutoffs {', '.join(cutoffs)}."
    board = evaluation.leaderboard(chosen, whole=True)
    compared = len(evaluation.models) > 1
    sections = [
        Section("Leaderboard", _leaderboard(evaluation, board, chosen)),
        *([Section("Value added", [_value(evaluation, chosen)])] if compared else []),
        Section("By step", [_by_step(evaluation, chosen)]),
        Section("By kind of item", _kinds(evaluation, chosen)),
        Section("Calibration", [_calibration(evaluation)]),
        Section("Time and memory", _costs(evaluation, board, chosen)),
        Section("By window", [_by_window(evaluation, chosen)]),
        Section("Worst items", [_worst(evaluation, board["model"][0])]),
    ]
    if evaluation.notes:
        sections.append(Section("Notes", [Notes(evaluation.notes)]))
    return page(title, sections, lead=lead)


def _leaderboard(evaluation: Evaluation, board: pl.DataFrame, metric: str) -> list[Part]:
    best = board.row(0, named=True)
    tied = board.filter(pl.col("versus_best") == "tie")["model"].to_list()
    gain = None if best["skill"] is None or best["model"] == evaluation.baseline else f"{100 * best['skill']:+.1f} %"
    facts = Facts(
        {
            f"Lowest {SHORT[metric]}": best["model"],
            f"Its {SHORT[metric]}": f"{best[metric]:.3f}" if best[metric] is not None else None,
            "As good, perhaps": listed(tied) if tied else "nobody",
            f"Skill over {evaluation.baseline}": gain,
            "Items judged": best["items"],
            "Sales judged": best["points"],
        }
    )
    caption = (
        f"Dotted: {evaluation.baseline}. Where intervals overlap, the difference may still be sure: all models "
        "met the same items and times, and the verdicts look at the differences."
    )
    description = f"{SHORT[metric]} of each model with its 95 % interval"
    picture = Picture(ranking_chart(evaluation, metric=metric), description, caption)
    verdict = Notes(evaluation_sentences(evaluation, metric=metric))
    return [facts, verdict, picture, _board_table(board, metric), Notes(_MEANINGS)]


def _board_table(board: pl.DataFrame, metric: str) -> Table:
    place = pl.when(pl.col("versus_best") == "tie").then(pl.lit("1=")).otherwise(pl.col("place").cast(pl.String))
    others = [name for name in ("skill", "fva", "sql", "mase", "wape", "rmsse", "bias") if name != metric]
    columns = {
        "model": "Model",
        "place": "Place",
        metric: SHORT[metric],
        f"{metric}_low": "at least",
        f"{metric}_high": "at most",
        "first": "First",
        "versus_best": "Against the best",
        "versus_baseline": "Against baseline",
        **{name: SHORT[name] if name not in {"bias", "skill"} else name.capitalize() for name in others},
        "coverage_80": "80 % covers",
        "fallbacks": "Fallbacks",
    }
    table = _in_percent(board.with_columns(place.alias("place"))).select(list(columns)).rename(columns)
    return Table.of(table, caption="All windows, items and steps together, the best first", digits=3)


def _in_percent(table: pl.DataFrame) -> pl.DataFrame:
    """The table with its shares told in percent."""
    table = Share.column(table, *(name for name in _SHARES if name in table.columns))
    return Share.column(table, *(name for name in _CHANGES if name in table.columns), signed=True)


def _value(evaluation: Evaluation, metric: str) -> Picture:
    caption = "Where the interval crosses zero, the model may add nothing but work."
    return Picture(value_chart(evaluation, metric=metric), "Forecast value added by each model", caption)


def _by_step(evaluation: Evaluation, metric: str) -> Picture:
    left_out = len(evaluation.models) - len(pictured(evaluation))
    caption = f"The best models and the baseline; {left_out} more are in the tables." if left_out else ""
    return Picture(step_chart(evaluation, metric=metric), f"{SHORT[metric]} of each model at each step ahead", caption)


def _kinds(evaluation: Evaluation, metric: str) -> list[Part]:
    picture = Picture(
        winners_map(evaluation, metric=metric),
        f"{SHORT[metric]} of each model by kind of item, against {evaluation.baseline}",
        "● the best of its row, and not by chance; ○ the best, but tied; ? too "
        "little judged to tell. Of twenty that are sure, one may still be chance.",
    )
    chosen = ["segment", "group", "model", "items", "sql", "mase", "wape", "bias", "coverage_80", "skill"]
    names = ["Kind", "Group", "Model", "Items", "SQL", "MASE", "WAPE", "Bias", "80 % covers", "Skill"]
    table = evaluation.to_frame("segment").sort("segment", "group", metric, maintain_order=True, nulls_last=True)
    table = table.select(chosen).with_columns(pl.col("segment").replace(KINDS))
    table = _in_percent(table).rename(dict(zip(chosen, names, strict=True)))
    errors = Table.of(table, caption="Errors of each kind of item", digits=3)
    return [picture, _winners(evaluation, metric), errors] if len(evaluation.models) > 1 else [errors]


def _winners(evaluation: Evaluation, metric: str) -> Table:
    columns: dict[str, Any] = {
        "segment": "Kind",
        "group": "Group",
        "items": "Items",
        "winner": "Best",
        "error": SHORT[metric],
        "skill": "Below baseline",
        "verdict": "Sure?",
        "first": "First",
        "runner_up": "Runner-up",
        "margin": "Behind by",
        "margin_low": "at least",
        "margin_high": "at most",
    }
    table = evaluation.winners(metric).select(list(columns)).with_columns(pl.col("segment").replace(KINDS))
    caption = "The best of each kind of item, and whether it may be chance"
    return Table.of(_in_percent(table).rename(columns), caption=caption, digits=3)


def _calibration(evaluation: Evaluation) -> Picture:
    caption = (
        "Above the diagonal, intervals are wider than they say; below, too narrow. "
        "Where many sales are zero, intervals that begin at zero cover more than their share."
    )
    return Picture(calibration_chart(evaluation), "Real against nominal coverage of the central intervals", caption)


def _costs(evaluation: Evaluation, board: pl.DataFrame, metric: str) -> list[Part]:
    columns = {"model": "Model", "seconds": "Seconds", "peak_mb": "Peak memory, MB", "added_mb": "Added memory, MB"}
    table = Table.of(board.select(list(columns)).rename(columns), caption="What each model cost", digits=2)
    picture = Picture(cost_chart(evaluation, metric=metric), f"{SHORT[metric]} of each model against its time")
    return [picture, table, Notes(_COSTS)]


def _by_window(evaluation: Evaluation, metric: str) -> Table:
    chosen = ["cutoff", "model", "items", "sql", "mase", "wape", "bias", "skill", "seconds", "added_mb"]
    names = ["Cutoff", "Model", "Items", "SQL", "MASE", "WAPE", "Bias", "Skill", "Seconds", "Added memory, MB"]
    table = evaluation.to_frame("window").sort("cutoff", metric, maintain_order=True, nulls_last=True)
    table = _in_percent(table.select(chosen)).rename(dict(zip(chosen, names, strict=True)))
    return Table.of(table, caption="Errors of each window", digits=3)


def _worst(evaluation: Evaluation, model: str) -> Table:
    """The items whose absolute errors weigh most, which are where a planner's attention pays."""
    frame = evaluation.to_frame("item").filter(pl.col("model") == model)
    units = (pl.col("wape") * pl.col("volume")).fill_nan(None).alias("units")
    frame = frame.with_columns(units).sort("units", descending=True, nulls_last=True).head(_WORST)
    if frame.select((pl.col("volume") >= _MANY_UNITS).all()).item():
        frame = frame.with_columns(pl.col("volume", "units").round().cast(pl.Int64))
    chosen = ["item_id", "volume", "units", "mase", "wape", "bias", "fva"]
    names = ["Item", "Units sold", "Absolute error, units", "MASE", "WAPE", "Bias", "FVA"]
    named = evaluation.items.select(ITEM, *(name for name in (NAME,) if name in evaluation.items.columns))
    frame = labelled(frame.join(named, on=ITEM, how="left", maintain_order="left"))
    table = _in_percent(frame.select(chosen)).rename(dict(zip(chosen, names, strict=True)))
    return Table.of(table, caption=f"The {table.height} items with the largest absolute error of {model}", digits=2)
