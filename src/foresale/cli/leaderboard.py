"""The leaderboard and the winners of a backtest, for the terminal."""

from typing import TYPE_CHECKING, Any, Final

from foresale.cli.progress import duration
from foresale.cli.tables import natural_width, plain_table
from foresale.core.text import counted

if TYPE_CHECKING:
    import polars as pl
    from rich.table import Table

    from foresale.evaluation.evaluation import Evaluation

_DISPENSABLE: Final = ("rmsse", "coverage_80", "mase", "wape", "memory", "fva")
"""Columns that a narrow table can do without, the first to go first."""
_WINNERS_SHOWN: Final = 30  # rows, a screen


def leaderboard_table(evaluation: "Evaluation", *, metric: str | None = None, width: int) -> "Table":
    """A row per model, the best first; what `width` characters cannot hold is left out, and the caption says so.

    Raises:
        ConfigError: no such error to rank by.
    """
    chosen = evaluation.ranked_by(metric)
    board = evaluation.leaderboard(chosen, whole=True)
    dispensable = [name for name in _DISPENSABLE if name != chosen]
    for left_out in range(len(dispensable) + 1):
        table = _table(evaluation, board, chosen, hidden=tuple(dispensable[:left_out]))
        if natural_width(table) <= width:
            break
    return table


def winners_table(evaluation: "Evaluation", *, metric: str | None = None) -> "Table":
    """A row per segment and group of items: who has the lowest error there, and how sure that is.

    Raises:
        ConfigError: no such error to rank by.
    """
    from foresale.narrate.evaluation import SHORT

    chosen = evaluation.ranked_by(metric)
    found = evaluation.winners(chosen)
    title = f"Lowest {SHORT[chosen]} by kind of item, and whether it may be chance"
    table = plain_table(title, names=("", "group", "winner"), numbers=("items", SHORT[chosen], "skill"))
    table.add_column("sure?")
    previous = ""
    for row in found.head(_WINNERS_SHOWN).iter_rows(named=True):
        kind = "" if row["segment"] == previous else row["segment"]
        previous = row["segment"]
        others = len(row["tied"]) - 1
        tied = f"tie: {''.join(row['tied'][:1])}" + (f" +{others}" if others > 0 else "")
        sure = {"sure": "sure", "tie": tied, "unknown": "too few to tell"}[row["verdict"]]
        table.add_row(
            kind, row["group"], row["winner"], f"{row['items']:,}", f"{row['error']:.3f}", _signed(row["skill"]), sure
        )
    if found.height > _WINNERS_SHOWN:
        table.caption = f"{found.height - _WINNERS_SHOWN:,} more rows; --output FILE.json keeps all"
    return table


def _table(evaluation: "Evaluation", board: "pl.DataFrame", metric: str, *, hidden: tuple[str, ...]) -> "Table":
    from foresale.narrate.evaluation import SHORT

    extras = [name for name in ("mase", "wape", "rmsse", "coverage_80", "fva") if name != metric and name not in hidden]
    memory = [] if "memory" in hidden else ["memory"]
    headings = [SHORT.get(name, "in 80%") for name in extras]
    windows = f"{counted(len(evaluation.windows), 'window')} of {counted(evaluation.horizon, 'period')}"
    title = f"{windows}, {evaluation.frequency.name}, {counted(board['items'][0], 'item')}; smaller is better"
    table = plain_table(title, names=("", "model"), numbers=(SHORT[metric], "95 %", *headings, "time", *memory))
    table.add_column("vs naive")
    for row in board.iter_rows(named=True):
        cells = [_cell(name, row[name]) for name in extras]
        costs = [_time(row["seconds"]), *([_memory(row["added_mb"])] if memory else [])]
        table.add_row(
            _place(row),
            row["model"],
            _cell(metric, row[metric]),
            _between(row, metric),
            *cells,
            *costs,
            row["versus_baseline"],
            style="bold" if row["versus_best"] == "best" else None,
        )
    left_out = [SHORT.get(name, "in 80%") for name in hidden if name not in {"memory", metric}]
    left_out += ["memory"] if "memory" in hidden else []
    table.caption = "= a tie with the best; FVA: points of WAPE below seasonal naive" if board.height > 1 else None
    if left_out:
        more = f"too narrow for {', '.join(left_out)}; --output FILE.csv keeps all"
        table.caption = f"{table.caption}; {more}" if table.caption else more
    return table


def _place(row: dict[str, Any]) -> str:
    return "1=" if row["versus_best"] == "tie" else str(row["place"])


def _between(row: dict[str, Any], metric: str) -> str:
    low, high = row[f"{metric}_low"], row[f"{metric}_high"]
    return "–" if low is None else f"{_cell(metric, low)}–{_cell(metric, high)}"


def _cell(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    forms = {"wape": "{:.1%}", "wql": "{:.1%}", "fva": "{:+.1%}", "coverage_80": "{:.0%}"}
    return forms.get(name, "{:.3f}").format(value)


def _signed(value: float | None) -> str:
    return "–" if value is None else f"{value:+.1%}"


def _time(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 60 else duration(seconds)


def _memory(megabytes: float | None) -> str:
    if megabytes is None:
        return "–"
    return f"{megabytes:.0f} MB" if megabytes < 1000 else f"{megabytes / 1000:.1f} GB"
