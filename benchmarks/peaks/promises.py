"""What forecasts of days of events are to keep to, and in how many families of shops they do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Lines = Sequence[dict[str, Any]]
FEW, MORE = 0.10, 0.15
"""The most that the error on days of events may be with ten items, and with one item and three past events."""
RIGHT_DAY, WORSE, POINTS = 0.95, 0.01, 0.05
"""Least share of peaks on their day; most that other days may lose; most that coverage may be off."""
PROPHET = "Prophet"
"""The library whose error is to be undercut."""

NAMED = 4
"""Families that are named where they break a promise, at most."""


@dataclass(frozen=True)
class Measure:
    """One number of some lines.

    Attributes:
        title: of its table.
        of: lines to the number, NaN where they do not say.
        form: how it is written.
    """

    title: str
    of: Callable[[Lines], float]
    form: str


@dataclass(frozen=True)
class Promise:
    """A limit.

    Attributes:
        text: what is promised.
        excess: lines of a family to how far they are above the limit; NaN where they do not say.
        items: of the shops that it is about, or None for all.
        occurrences: past events of the shops that it is about; none for all.
    """

    text: str
    excess: Callable[[Lines], float]
    items: int | None = None
    occurrences: tuple[int, ...] = ()

    def about(self, line: dict[str, Any]) -> bool:
        """Whether it is about the shop of a line."""
        case = line["case"]
        fits = self.items is None or case["items"] == self.items
        return fits and (not self.occurrences or case["occurrences"] in self.occurrences)


def promises(
    error: Measure, right: Measure, in80: Measure, in90: Measure, other: Measure, *, prophet: Lines
) -> list[Promise]:
    """All of them, by the measures they are about and the lines of Prophet."""
    return [
        Promise(f"error at most {FEW:.0%}, 10 items", lambda lines: error.of(lines) - FEW, 10),
        Promise(f"error at most {MORE:.0%}, 1 item, 3 past events", lambda lines: error.of(lines) - MORE, 1, (0, 3)),
        Promise(f"{RIGHT_DAY:.0%} of peaks on their day", lambda lines: RIGHT_DAY - right.of(lines)),
        Promise(f"other days at most {WORSE:.0%} worse", lambda lines: other.of(lines) - WORSE),
        Promise("80 % interval within 5 points", lambda lines: abs(in80.of(lines) - 0.8) - POINTS),
        Promise("90 % interval within 5 points", lambda lines: abs(in90.of(lines) - 0.9) - POINTS),
        Promise("error below that of Prophet on the same shops", lambda lines: above_peer(lines, prophet, error)),
    ]


def table_of_promises(checks: Sequence[Promise], lines: Lines, names: Sequence[str]) -> list[str]:
    """A row for each promise, a column for each model; and which families break it."""
    rows = [
        "## What is to be shown: in how many families it is, and where it is not",
        "",
        "| | " + " | ".join(names) + " |",
        "|" + "---|" * (len(names) + 1),
    ]
    return [
        *rows,
        *(f"| {check.text} | " + " | ".join(kept(check, lines, name) for name in names) + " |" for check in checks),
        "",
    ]


def kept(check: Promise, lines: Lines, name: str) -> str:
    """In how many families a model keeps a promise, and the families where it does not."""
    families: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        if told(line) == name and check.about(line):
            families.setdefault(line["case"]["family"], []).append(line)
    excess = {family: check.excess(some) for family, some in families.items()}
    excess = {family: value for family, value in excess.items() if not np.isnan(value)}
    broken = [family for family, value in excess.items() if value > 0]
    if not excess:
        return "–"
    listed = f" (not: {', '.join(broken)})" if 0 < len(broken) <= NAMED else ""
    return f"{len(excess) - len(broken)} of {len(excess)}{listed}"


def above_peer(lines: Lines, peer: Lines, error: Measure) -> float:
    """By how much the error of some lines is above that of a peer on the same shops."""
    forecast = {str(line["case"]) for line in peer}
    same = [line for line in lines if str(line["case"]) in forecast]
    own = {str(line["case"]) for line in same}
    return error.of(same) - error.of([line for line in peer if str(line["case"]) in own])


def told(line: dict[str, Any]) -> str:
    """How a table calls the model of a line."""
    return f"{line['model']}, old" if line["build"] == "old" else str(line["model"])
