"""A leaderboard in sentences: is it better, or is it chance?"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import polars as pl

from foresale.core.text import listed
from foresale.evaluation.bootstrap import FEWEST_BLOCKS
from foresale.evaluation.leaderboard import TIE, UNKNOWN

if TYPE_CHECKING:
    from foresale.evaluation.evaluation import Evaluation

SHORT: Final = {
    "sql": "SQL",
    "wql": "WQL",
    "mase": "MASE",
    "wape": "WAPE",
    "rmsse": "RMSSE",
    "smape": "sMAPE",
    "bias": "bias",
    "fva": "FVA",
    "skill": "skill",
}


def evaluation_sentences(evaluation: "Evaluation", *, metric: str | None = None) -> tuple[str, ...]:
    """What the leaderboard says, in plain words: who is best, who may be as good, who beats the baseline, who failed.

    Raises:
        ConfigError: no such error to rank by.
    """
    chosen = evaluation.ranked_by(metric)
    told = evaluation.confidence.filter(pl.col("metric") == chosen).sort("value", nulls_last=True)
    return (*_ranking(evaluation, told, SHORT[chosen]), *failures(evaluation))


def failures(evaluation: "Evaluation") -> list[str]:
    """Who was left out, and why."""
    return [f"{name} is left out: {why}" for name, why in evaluation.failed.items()]


def _ranking(evaluation: "Evaluation", told: pl.DataFrame, metric: str) -> Iterator[str]:
    best = told.row(0, named=True)
    others = told.filter(pl.col("model") != best["model"])
    low, high = best["low"], best["high"]
    between = "" if low is None else f" (95 % interval {low:.3f} to {high:.3f})"
    yield f"{best['model']} has the lowest {metric}: {best['value']:.3f}{between}."
    if UNKNOWN in others["versus_best"]:
        yield (f"With fewer than {FEWEST_BLOCKS} items times windows judged, nobody can tell a difference from chance.")
        return
    if others["model"].to_list() != [evaluation.baseline]:
        yield from _against_the_best(best["model"], others)
    yield from _against_the_baseline(evaluation.baseline, told)
    if len(evaluation.windows) == 1 and others.height:
        yield "There is only one window, so that how much one time differs from another is not in these intervals."


def _against_the_best(best: str, others: pl.DataFrame) -> Iterator[str]:
    tied, worse = _names(others, "versus_best", TIE), _names(others, "versus_best", "worse")
    if tied:
        yield f"A tie with {best}, whose lead may be chance: {listed(tied)}."
    if worse:
        yield f"Behind {best}, and not by chance: {listed(worse)}."


def _against_the_baseline(baseline: str, told: pl.DataFrame) -> Iterator[str]:
    better = told.filter(pl.col("versus_baseline") == "better")
    if better.height:
        base = told.filter(pl.col("model") == baseline)["value"][0]
        gains = [f"{row['model']} by {_share(row, base)}" for row in better.iter_rows(named=True)]
        yield f"Better than {baseline}, and not by chance: {listed(gains)}."
    tied, worse = _names(told, "versus_baseline", TIE), _names(told, "versus_baseline", "worse")
    if tied:
        yield f"A tie with {baseline}: {listed(tied)}."
    if worse:
        yield f"Worse than {baseline}, and not by chance: {listed(worse)}."


def _share(row: dict[str, float], base: float) -> str:
    gain, least, most = (-100 * row[f"from_baseline{end}"] / base for end in ("", "_high", "_low"))
    return f"{gain:.1f} % ({least:.1f} to {most:.1f})"


def _names(told: pl.DataFrame, column: str, verdict: str) -> list[str]:
    return told.filter(pl.col(column) == verdict)["model"].to_list()
