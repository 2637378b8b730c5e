"""The lines that were measured, as tables."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from measuring import RESULTS, commit, machine
from promises import PROPHET, Lines, Measure, promises, table_of_promises, told

TOLD = """Each table has a row for every kind of case, and a column for every model: `old` is the other build. \
*Error* is the median of |forecast - expected| / expected; for shops whose sales are mostly zero the mean of the \
forecast stands for its median. Intervals are held against the exact distribution of sales. Peers are other libraries \
(and a regression) that are told the days of the events, and forecast the first items of small shops, one repetition."""


def write_tables(lines: Lines, *, name: str, families: Sequence[str]) -> None:
    """Print all tables and keep them in results/."""
    lines = [line for line in lines if line["case"]["family"] in families]
    without = {pair(line): line for line in lines if not line["layer"]}
    lines = [line for line in lines if line["layer"]]
    measures = all_measures(without)
    parts = ["# Days on which sales jump, in simulated shops", "", f"Commit {commit()}; {machine()}.", "", TOLD, ""]
    checks = promises(*measures[:5], prophet=[line for line in lines if line["model"] == PROPHET])
    parts += table_of_promises(checks, lines, columns_of(lines))
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
    event, other = "days of events", "other days"
    return [
        Measure(f"Error on {event}", lambda lines: pooled(lines, "event"), "{:.1%}"),
        Measure("Peaks that stand on their day", right_day, "{:.1%}"),
        Measure(f"Chance of sales in the 80 % interval, {event}", lambda lines: held(lines, "event", 80), "{:.1%}"),
        Measure(f"Chance of sales in the 90 % interval, {event}", lambda lines: held(lines, "event", 90), "{:.1%}"),
        Measure(
            f"Absolute error on {other}, against the same without calendar and covariates",
            lambda lines: beside(lines, without),
            "{:+.1%}",
        ),
        Measure(f"Bias on {event}", lambda lines: share(lines, "event", "signed", "expected"), "{:+.1%}"),
        Measure(f"Weighted quantile loss on {event}", lambda lines: share(lines, "event", "loss", "sales"), "{:.3f}"),
        Measure(f"Error on {other}", lambda lines: pooled(lines, "other"), "{:.1%}"),
        Measure(f"Chance of sales in the 80 % interval, {other}", lambda lines: held(lines, "other", 80), "{:.1%}"),
        Measure(f"Chance of sales in the 90 % interval, {other}", lambda lines: held(lines, "other", 90), "{:.1%}"),
        Measure("Seconds", lambda lines: float(np.mean([line["seconds"] for line in lines] or [np.nan])), "{:.2f}"),
    ]


def table(measure: Measure, lines: Lines, by: Sequence[str], *, note: str = "") -> list[str]:
    """A row for each kind of case, a column for each model, and a last row of all."""
    names = columns_of(lines)
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for line in lines:
        groups[tuple(line["case"][name] for name in by)].append(line)
    head = [*by, *names]
    rows = [f"## {measure.title}{note}", "", "| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for key, group in [*groups.items(), (("all", *[""] * (len(by) - 1)), lines)]:
        values = [measure.of([line for line in group if told(line) == name]) for name in names]
        cells = ["–" if np.isnan(value) else measure.form.format(value) for value in values]
        rows.append("| " + " | ".join([*map(str, key), *cells]) + " |")
    return [*rows, ""]


def shared(lines: Lines) -> Lines:
    """The lines of cases that every model has forecast."""
    cases: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        cases[told(line)].add(str(line["case"]))
    common = set.intersection(*cases.values())
    return [line for line in lines if str(line["case"]) in common]


def columns_of(lines: Lines) -> list[str]:
    """The models of some lines: ours first, each with its old build before the new one."""
    found = {told(line): (line["build"] == "peer", line["model"], line["build"] == "new") for line in lines}
    return sorted(found, key=lambda name: found[name])


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
