"""The networks on retail tasks of fev-bench, with its seasonal naive as the measure.

Takes a scorer with the options --command, --tasks, --windows and --out, and the names of its tasks.
"""

import argparse
import csv
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import report

READ = "foresale forecast {history} --horizon {horizon} {future} {items} --output {output}"
CONTESTANTS = {
    "seasonal naive": "snaive",
    "lstm": f"{READ} --model lstm",
    "transformer": f"{READ} --model transformer",
    "lstm, no covariates": f"{READ} --model lstm --no-covariates",
    "lstm, no covariates, no calendar": f"{READ} --model lstm --no-covariates --no-calendar",
    "pretrained": f"{READ} --model pretrained",
    "pretrained, no covariates, no calendar": f"{READ} --model pretrained --no-covariates --no-calendar",
}
SKILL = re.compile(r"skill over seasonal naive.*SQL (\S+)  MASE (\S+)  WQL (\S+)  WAPE (\S+)")
METRICS = ("SQL", "MASE", "WQL", "WAPE", "seconds")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scorer", type=Path)
    parser.add_argument("--tasks", default="walmart,favorita_transactions_1D,hospital")
    parser.add_argument("--windows", type=int, default=1, help="the last windows only; 0 for all")
    parser.add_argument("--only", nargs="*", help="some of the contestants")
    parser.add_argument("--name", default="networks", help="of the table in results/")
    options = parser.parse_args()
    rows = []
    for name, command in CONTESTANTS.items():
        if options.only and name not in options.only:
            continue
        for row in score(options.scorer, command, tasks=options.tasks, windows=options.windows):
            rows.append((row["task"], name, *(row[metric] for metric in METRICS)))
            print(rows[-1], flush=True)
    order = [*options.tasks.split(","), "skill, %"]
    rows.sort(key=lambda row: order.index(row[0]))
    windows = f"last {options.windows} window(s)" if options.windows else "all windows"
    report(
        options.name,
        title="The networks on retail tasks of fev-bench",
        data=f"{options.tasks}, {windows}; seconds are those of the whole commands",
        columns=("task", "model", *METRICS),
        rows=rows,
    )


def score(scorer: Path, command: str, *, tasks: str, windows: int) -> list[dict[str, str]]:
    """The rows that the scorer gives a command."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "scores.csv"
        line = [sys.executable, scorer, "--command", command, "--tasks", tasks, "--windows", windows, "--out", out]
        began = time.monotonic()
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            [str(part) for part in line], capture_output=True, text=True, check=False, env=os.environ | {"PATH": path}
        )
        if done.returncode:
            raise SystemExit(f"{command}\nfailed after {time.monotonic() - began:.0f} s\n{done.stdout}\n{done.stderr}")
        rows = list(csv.DictReader(out.read_text().splitlines()))
    skill = SKILL.search(done.stdout)
    if skill:
        seconds = sum(float(row["seconds"]) for row in rows)
        rows.append({"task": "skill, %", **dict(zip(METRICS, (*skill.groups(), f"{seconds:.0f}"), strict=True))})
    return rows


if __name__ == "__main__":
    main()
