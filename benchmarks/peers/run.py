"""Foresale beside other libraries on the newest window of retail tasks: accuracy, time, memory, size on the disk.

Every forecast is made by a process of its own, in an environment of its own, from files to a file: starting, importing,
learning and writing count. A run is kept in the cache folder once it is done, so that what was stopped goes on, and the
table can be printed from what there is so far.
"""

import argparse
import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from environments import Environment, environment
from inputs import Laid, lay
from measuring import report
from peers import PEERS, Limits, Peer
from tasks import tasks
from watching import Watched, watch

TASKS = "hospital,favorita_transactions_1D,walmart"


@dataclass(frozen=True)
class Row:
    """What one peer did on one task; errors are None where it gave no forecast, and `note` says why."""

    task: str
    peer: str
    version: str
    megabytes: float
    sql: float | None
    mase: float | None
    seconds: float
    processor: float
    gigabytes: float
    note: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="with tasks.json and the tasks")
    parser.add_argument("--cache", type=Path, required=True, help="for environments, inputs and results; needs 6 GB")
    parser.add_argument("--tasks", default=TASKS)
    parser.add_argument("--peers", default="", help="parts of their names, with commas between; all by itself")
    parser.add_argument("--limit", type=float, default=900, help="seconds after which a run is ended")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--name", default="peers", help="of the table in results/")
    parser.add_argument("--remark", default="", help="said of the machine in the table")
    parser.add_argument("--table-only", action="store_true", help="print what there is so far")
    options = parser.parse_args()
    limits = Limits(options.limit, options.threads)
    wanted = [part for part in options.peers.split(",") if part]
    chosen = [peer for peer in PEERS if not wanted or any(part in peer.name for part in wanted)]
    if not options.table_only:
        for task in tasks(options.folder, options.tasks):
            laid = lay(options.folder, task, options.cache / "inputs" / task["task_name"])
            for peer in chosen:
                measure(peer, laid, cache=options.cache, limits=limits)
    title = f"Beside other libraries, {counted(limits.threads)}, at most {limits.seconds:.0f} s"
    report(
        options.name,
        title=title,
        data=". ".join(filter(None, ("the newest window of each task", options.remark))),
        columns=[
            "task",
            "model",
            "version",
            "SQL",
            "MASE",
            "seconds",
            "of processor",
            "peak GB",
            "installed MB",
            "note",
        ],
        rows=rows_so_far(options.cache, names=options.tasks.split(",")),
    )


def measure(peer: Peer, laid: Laid, *, cache: Path, limits: Limits) -> None:
    """Run a peer on a task, unless that was done, and keep what it did."""
    kept = place(cache, task=laid.folder.name, peer=peer.name)
    if kept.exists():
        return
    kept.parent.mkdir(parents=True, exist_ok=True)
    print(f"{laid.folder.name}: {peer.name}", file=sys.stderr, flush=True)
    try:
        installed = environment(peer.environment, package=peer.package, cache=cache)
    except subprocess.CalledProcessError as error:
        nothing = Row(laid.folder.name, peer.name, "", 0, None, None, 0, 0, 0, f"not installed: {error}")
        kept.write_text(json.dumps(asdict(nothing)))
        return
    log, output = kept.with_suffix(".log"), kept.with_suffix(".parquet")
    output.unlink(missing_ok=True)
    command = peer.command(installed, laid, output.resolve(), limits)
    watched = watch(command, settings=limits.settings(), limit=limits.seconds, log=log)
    row = judged(peer, installed, laid, watched, output=output, log=log)
    kept.write_text(json.dumps(asdict(row)))
    print(row, file=sys.stderr, flush=True)


def judged(peer: Peer, installed: Environment, laid: Laid, watched: Watched, *, output: Path, log: Path) -> Row:
    """The row of a run, with its errors where it wrote a forecast of every item."""
    said = log.read_text().splitlines()
    errors: tuple[float | None, float | None] = (None, None)
    if watched.code is None:
        note = "ended at the limit"
    elif watched.code:
        note = "failed: " + next((line for line in reversed(said) if line.strip()), f"code {watched.code}")
    else:
        note = next((line.removeprefix("NOTE ") for line in said if line.startswith("NOTE ")), "")
        try:
            errors = laid.errors(output)
        except ValueError as error:
            note = f"failed: {error}"
    sql, mase = errors
    return Row(
        laid.folder.name,
        peer.name,
        installed.version,
        installed.megabytes,
        sql,
        mase,
        watched.seconds,
        watched.processor,
        watched.gigabytes,
        note,
    )


def place(cache: Path, *, task: str, peer: str) -> Path:
    """Where a run is kept."""
    return cache / "results" / task / f"{peer.replace(' ', '-').replace(',', '')}.json"


def rows_so_far(cache: Path, *, names: list[str]) -> list[list[str]]:
    """The rows of all that was run so far; what is missing says so."""
    rows = []
    for name in names:
        for peer in PEERS:
            kept = place(cache, task=name, peer=peer.name)
            missing = [name, peer.name, *[""] * 7, "not run"]
            rows.append(cells(Row(**json.loads(kept.read_text()))) if kept.exists() else missing)
    return rows


def counted(threads: int) -> str:
    """Threads in words."""
    return "1 thread" if threads == 1 else f"{threads} threads"


def cells(row: Row) -> list[str]:
    """A run as the table shows it."""
    errors = ["" if error is None else f"{error:.3f}" for error in (row.sql, row.mase)]
    took = [f"{row.seconds:.0f}", f"{row.processor:.0f}", f"{row.gigabytes:.2f}", f"{row.megabytes:.0f}"]
    return [row.task, row.peer, row.version, *errors, *took, row.note.replace("|", "/")]


if __name__ == "__main__":
    main()
