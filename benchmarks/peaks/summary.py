"""The lines that were measured, as tables."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from measuring import RESULTS, commit, machine

Lines = Sequence[dict[str, Any]]
TOLD = """Each table has a row for every kind of case, and a column for every model: `old` is the other build. \
*Error* is the median of |forecast - expected| / expected; for shops whose sales are mostly zero the mean of the \
forecast stands for its median. Intervals are held against the exact distribution of sales. Peers are other libraries \
(and a regression) that are told the days of the events, and forecast the first items of small shops, one repetition."""
FEW, MORE = 0.10, 0.15
"""The most that the error on days of events may be with ten items, and with one item and three past events."""
RIGHT_DAY, WORSE, POINTS = 0.95, 0.01, 5.0
"""Least share of peaks on their day; most that other days may lose; most that coverage may be off, in points."""


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


def write_tables(lines: Lines, *, name: str, families: Sequence[str]) -> None:
    """Print all tables and keep them in results/."""
    lines = [line for line in lines if line["case"]["family"] in families]
    without = {pair(line): line for line in lines if not line["layer"]}
    lines = [line for line in lines if line["layer"]]
    measures = all_measures(without)
    parts = ["# Days on which sales jump, in simulated shops", "", f"Commit {commit()}; {machine()}.", "", TOLD, ""]
    parts += promises(lines, measures)
    for measure in measures:
        parts += table(measure, lines, ("family",))
    for measure in measures[:4]:
        parts += table(measure, lines, ("items", "occurrences", "noise"))
    if any(line["build"] == "peer" for line in lines):
        parts += table(measures[0], shared(lines), ("family",), note=", on the cases that all forecast")
    parts += table(measures[0], lines, ("family", "items", "occurrences"))
    text = "\n".join(parts) + "\n"
    print(text)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.md").write_text(text)


def all_measures(without: dict[str, dict[str, Any]]) -> list[Measure]:
    """All tables; `without` are the runs without calendar and covariates."""
    return [
        Measure("Error on days of events", lambda lines: pooled(lines, "event"), "{:.1%}"),
        Measure("Peaks that stand on their day", right_day, "{:.1%}"),
        Measure("Chance of sales in the 80 % interval, days of events", lambda lines: held(lines, "event", 80), "{:.1%}"),
        Measure("Chance of sales in the 90 % interval, days of events", lambda lines: held(lines, "event", 90), "{:.1%}"),
        Measure("Bias on days of events", lambda lines: share(lines, "event", "signed", "expected"), "{:+.1%}"),
        Measure("Weighted quantile loss on days of events", lambda lines: share(lines, "event", "loss", "sales"), "{:.3f}"),
        Measure("Error on other days", lambda lines: pooled(lines, "other"), "{:.1%}"),
        Measure("Absolute error on other days, against the same without calendar and covariates",
                lambda lines: beside(lines, without), "{:+.1%}"),
        Measure("Chance of sales in the 80 % interval, other days", lambda lines: held(lines, "other", 80), "{:.1%}"),
        Measure("Chance of sales in the 90 % interval, other days", lambda lines: held(lines, "other", 90), "{:.1%}"),
        Measure("Seconds", lambda lines: float(np.mean([line["seconds"] for line in lines])), "{:.2f}"),
    ]  # fmt: skip


def table(measure: Measure, lines: Lines, by: Sequence[str], *, note: str = "") -> list[str]:
    """A row for each kind of case, a column for each model, and a last row of all."""
    names = [told(model) for model in sorted({model_of(line) for line in lines}, key=order)]
    groups: dict[tuple[Any, ...], dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        for key in (tuple(line["case"][name] for name in by), ("all", *[""] * (len(by) - 1))):
            groups[key][told(model_of(line))].append(line)
    rows = [f"## {measure.title}{note}", "", "| " + " | ".join([*by, *names]) + " |", "|" + "---|" * (len(by) + len(names))]  # fmt: skip
    last = groups.pop(("all", *[""] * (len(by) - 1)), {})
    for key, columns in [*groups.items(), (("all", *[""] * (len(by) - 1)), last)]:
        values = [measure.of(columns[name]) if columns.get(name) else float("nan") for name in names]
        cells = ["–" if np.isnan(value) else measure.form.format(value) for value in values]
        rows.append("| " + " | ".join([*map(str, key), *cells]) + " |")
    return [*rows, ""]


def promises(lines: Lines, measures: Sequence[Measure]) -> list[str]:
    """What is to be shown, and by how many families and models it is."""
    error, right, in80, in90 = measures[:4]
    other = measures[7]
    prophet = [line for line in lines if line["model"] == "Prophet"]
    checks: list[tuple[str, Lines, Callable[[str, Lines], bool | None]]] = [
        (f"error at most {FEW:.0%}, 10 items", chosen(lines, items=10), lambda _, part: below(error.of(part), FEW)),
        (f"error at most {MORE:.0%}, 1 item, 3 events", chosen(lines, items=1, occurrences=(0, 3)),
         lambda _, part: below(error.of(part), MORE)),
        (f"peaks on their day in {RIGHT_DAY:.0%}", lines, lambda _, part: below(-right.of(part), -RIGHT_DAY)),
        (f"other days at most {WORSE:.0%} worse", lines, lambda _, part: below(other.of(part), WORSE)),
        ("80 % interval within 5 points", lines, lambda _, part: below(abs(in80.of(part) - 0.8) * 100, POINTS)),
        ("90 % interval within 5 points", lines, lambda _, part: below(abs(in90.of(part) - 0.9) * 100, POINTS)),
        ("below Prophet's error on the same cases", lines, lambda name, part: below_peer(part, prophet, name, error)),
    ]  # fmt: skip
    names = [told(model) for model in sorted({model_of(line) for line in lines}, key=order)]
    rows = ["## What is to be shown, in how many families", "", "| | " + " | ".join(names) + " |",
            "|" + "---|" * (len(names) + 1)]  # fmt: skip
    families = list(dict.fromkeys(line["case"]["family"] for line in lines))
    for text, part, check in checks:
        cells = []
        for name in names:
            own = [line for line in part if told(model_of(line)) == name]
            by_family = [(family, [line for line in own if line["case"]["family"] == family]) for family in families]
            found = [(family, check(family, some)) for family, some in by_family if some]
            kept = [family for family, answer in found if answer]
            broken = [family for family, answer in found if answer is False]
            cells.append(f"{len(kept)} of {len(kept) + len(broken)}" if kept or broken else "–")
        rows.append(f"| {text} | " + " | ".join(cells) + " |")
    return [*rows, ""]


def below(value: float, limit: float) -> bool | None:
    """Whether a value keeps a limit; None where there is no value."""
    return None if np.isnan(value) else value <= limit


def below_peer(part: Lines, peer: Lines, family: str, error: Measure) -> bool | None:
    """Whether the error of some lines is below that of a peer on the same cases."""
    cases = {str(line["case"]) for line in peer if line["case"]["family"] == family}
    same = [line for line in part if str(line["case"]) in cases]
    own = {str(line["case"]) for line in same}
    others = [line for line in peer if str(line["case"]) in own]
    return error.of(same) < error.of(others) if same else None


def chosen(lines: Lines, *, items: int, occurrences: Sequence[int] = ()) -> Lines:
    """The lines of shops of so many items, and of so many past events."""
    return [line for line in lines if line["case"]["items"] == items
            and (not occurrences or line["case"]["occurrences"] in occurrences)]  # fmt: skip


def shared(lines: Lines) -> Lines:
    """The lines of cases that every model has forecast."""
    cases: dict[tuple[str, str], set[str]] = defaultdict(set)
    for line in lines:
        cases[model_of(line)].add(str(line["case"]))
    common = set.intersection(*cases.values())
    return [line for line in lines if str(line["case"]) in common]


def model_of(line: dict[str, Any]) -> tuple[str, str]:
    """Model and build."""
    return line["model"], line["build"]


def order(model: tuple[str, str]) -> tuple[bool, str, bool]:
    """Our models first, each with its old build before the new one."""
    return model[1] == "peer", model[0], model[1] == "new"


def told(model: tuple[str, str]) -> str:
    """How a table calls a model."""
    return f"{model[0]}, old" if model[1] == "old" else model[0]


def beside(group: Lines, without: dict[str, dict[str, Any]]) -> float:
    """The absolute error on other days against that of the same cases without calendar and covariates."""
    pairs = [(line["other"], without[pair(line)]["other"]) for line in group if pair(line) in without]
    pairs = [(one, two) for one, two in pairs if one["days"]]
    if not pairs:
        return float("nan")
    return sum(one["absolute"] for one, _ in pairs) / sum(two["absolute"] for _, two in pairs) - 1


def pair(line: dict[str, Any]) -> str:
    """What two lines share that differ in the layer only."""
    return str((sorted(line["case"].items()), line["model"], line["build"]))


def right_day(lines: Lines) -> float:
    """Share of items whose peak stands on its day."""
    hits, of = (sum(line["peaks"][at] for line in lines) for at in (0, 1))
    return hits / of if of else float("nan")


def pooled(lines: Lines, part: str) -> float:
    """Median of all single errors."""
    errors = [line[part]["errors"] for line in lines if line[part]["days"]]
    return float(np.median(np.concatenate(errors))) if errors else float("nan")


def held(lines: Lines, part: str, percent: int) -> float:
    """The mean chance of sales within a central interval."""
    return share(lines, part, f"in{percent}", "days")


def share(lines: Iterable[dict[str, Any]], part: str, above: str, below: str) -> float:
    """A sum against another."""
    parts = [line[part] for line in lines if line[part]["days"]]
    return sum(part[above] for part in parts) / max(sum(part[below] for part in parts), 1e-9) if parts else float("nan")
