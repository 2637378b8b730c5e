"""The lines that were measured, as tables."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from measuring import RESULTS, commit, machine

Lines = Sequence[dict[str, Any]]
COLUMNS = ("error", "right day", "in 80 %", "in 90 %", "bias", "loss")


def write_tables(lines: Lines, *, name: str, families: Sequence[str]) -> None:
    """Print all tables and keep them in results/."""
    lines = [line for line in lines if line["case"]["family"] in families]
    parts = ["# Days on which sales jump, in simulated shops", "", f"Commit {commit()}; {machine()}.", ""]
    parts += ["`error`: median of |forecast - expected| / expected on days of events; `right day`: share of items whose "
              "peak stands on its day; `in 80 %`, `in 90 %`: chance of sales within the central intervals on days of "
              "events; `bias`: of all their forecasts; `loss`: weighted quantile loss; `other error`: on all other days; "
              "`beside without`: absolute error on other days, against a run without calendar and covariates.", ""]  # fmt: skip
    parts += table("By family", lines, ("family",)) + table("By items", lines, ("items",))
    parts += table("By past occurrences and noise", lines, ("occurrences", "noise"))
    parts += table("By family, items and occurrences", lines, ("family", "items", "occurrences"))
    text = "\n".join(parts) + "\n"
    print(text)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.md").write_text(text)


def table(title: str, lines: Lines, by: Sequence[str]) -> list[str]:
    """A table with a row for each group of cases and each model."""
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    without: dict[str, dict[str, Any]] = {}
    for line in lines:
        if line["layer"]:
            groups[(*(line["case"][name] for name in by), line["model"], line["build"])].append(line)
        else:
            without[pair(line)] = line
    head = [*by, "model", "build", "runs", *COLUMNS, "other error", "other in 80 %", "beside without", "seconds"]
    rows = [f"## {title}", "", "| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for key, group in groups.items():
        cells = [*key, len(group), *measured(group), beside(group, without), f"{mean(l['seconds'] for l in group):.2f}"]
        rows.append("| " + " | ".join(map(str, cells)) + " |")
    return [*rows, ""]


def measured(group: Lines) -> list[str]:
    """The cells of some lines."""
    event = [line["event"] for line in group if line["event"]["days"]]
    other = [line["other"] for line in group if line["other"]["days"]]
    hits, of = (sum(line["peaks"][at] for line in group) for at in (0, 1))
    return [
        percent(pooled(event)),
        percent(hits / of) if of else "–",
        percent(share(event, "in80", "days")),
        percent(share(event, "in90", "days")),
        f"{100 * share(event, 'signed', 'expected'):+.1f} %",
        f"{share(event, 'loss', 'sales'):.3f}",
        percent(pooled(other)),
        percent(share(other, "in80", "days")),
    ]


def beside(group: Lines, without: dict[str, dict[str, Any]]) -> str:
    """The absolute error on other days against that of the same cases without calendar and covariates."""
    pairs = [(line["other"], without[pair(line)]["other"]) for line in group if pair(line) in without]
    pairs = [(one, two) for one, two in pairs if one["days"]]
    if not pairs:
        return "–"
    gain = sum(one["absolute"] for one, _ in pairs) / sum(two["absolute"] for _, two in pairs) - 1
    return f"{100 * gain:+.1f} %"


def pair(line: dict[str, Any]) -> str:
    """What two lines share that differ in the layer only."""
    return str((sorted(line["case"].items()), line["model"], line["build"]))


def pooled(parts: Lines) -> float:
    """Median of all single errors."""
    return float(np.median(np.concatenate([part["errors"] for part in parts]))) if parts else float("nan")


def share(parts: Lines, above: str, below: str) -> float:
    """A sum against another."""
    return sum(part[above] for part in parts) / max(sum(part[below] for part in parts), 1e-9)


def mean(values: Iterable[float]) -> float:
    """The mean."""
    return float(np.mean(list(values)))


def percent(value: float) -> str:
    """A share as a person reads it."""
    return f"{100 * value:.1f} %"
