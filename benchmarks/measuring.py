"""What every benchmark needs: a child process with its time and peak memory, and a table that names its origin."""

import json
import os
import platform
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
_SIMULATE = """
import sys
from foresale.data.synthetic import ShopConfig, shop
panel = shop(items=int(sys.argv[1]), periods=int(sys.argv[2]), config=ShopConfig(launches=0))
panel.to_frame().select("item_id", "timestamp", "sales").write_parquet(sys.argv[3])
"""
_FREE = 0.8
"""Share of the time for which a core at least has to work for a run, for its time to say something."""
AS_INSTALLED = {"PYTHONDONTWRITEBYTECODE": ""}
"""Modules are compiled once, as those of an installed package are."""


@dataclass(frozen=True)
class Run:
    """One run of a command.

    Attributes:
        seconds: of wall clock.
        gigabytes: the peak of its resident memory (10⁹ bytes).
        output: what it printed.
        busy: seconds that cores worked for it, all of them together.
        finished: whether it came to its end within the limit, without an error.
    """

    seconds: float
    gigabytes: float
    output: str
    busy: float = 0.0
    finished: bool = True


def kept(path: Path) -> Iterator[dict[str, Any]]:
    """What was measured before: the lines of JSON of a file, none where there is no file yet."""
    if path.exists():
        yield from (json.loads(line) for line in path.read_text().splitlines())


def forget(path: Path, unwanted: Callable[[dict[str, Any]], bool]) -> None:
    """Take lines out of what was measured before, so that they are measured again."""
    lines = [json.dumps(line) for line in kept(path) if not unwanted(line)]
    path.write_text("".join(f"{line}\n" for line in lines))


def run(command: Sequence[str], *, environment: Mapping[str, str] | None = None, limit: float | None = None) -> Run:
    """Run a command to its end, with its stderr shown as it goes.

    Args:
        command: what is run.
        environment: variables that are set besides.
        limit: seconds after which it is ended; one with a limit may also fail.

    Raises:
        SystemExit: a command without a limit failed.
    """
    words = ["python", *command[1:]]
    print("$", " ".join("…" if "\n" in word else word for word in words), file=sys.stderr)
    start = time.perf_counter()
    child = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=os.environ | AS_INSTALLED | dict(environment or {})
    )
    assert child.stdout is not None
    timer = threading.Timer(limit or threading.TIMEOUT_MAX, child.kill)
    timer.daemon = True
    timer.start()
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    timer.cancel()
    seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode and limit is None:
        print(output)
        raise SystemExit(f"{command[0]} failed with exit code {child.returncode}")
    kilobyte = 1 if sys.platform == "darwin" else 1024
    busy = usage.ru_utime + usage.ru_stime
    return Run(seconds, usage.ru_maxrss * kilobyte / 1e9, output, busy, child.returncode == 0)


def foresale(*arguments: object) -> list[str]:
    """The command line of this environment's foresale."""
    return [sys.executable, "-m", "foresale", *(str(argument) for argument in arguments)]


def python(code: str, *arguments: object) -> list[str]:
    """A command that runs some Python."""
    return [sys.executable, "-c", code, *(str(argument) for argument in arguments)]


def simulate(items: int, days: int, sales: Path) -> None:
    """Write the daily sales of a simulated shop, in a process of its own, so that its memory is not measured."""
    run(python(_SIMULATE, items, days, sales))


def commit() -> str:
    """The commit that is measured, and whether the tree differs from it."""

    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()

    changed = " with changes" if git("status", "--porcelain", "--untracked-files=no", "--", "src") else ""
    return (git("rev-parse", "--short", "HEAD") or "no commit") + changed


def machine() -> str:
    """Cores, memory and processor."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return f"{os.cpu_count()} cores, {memory:.0f} GB, {_processor()}, Python {platform.python_version()}"


def _processor() -> str:
    listing = Path("/proc/cpuinfo")
    if listing.exists():
        for line in listing.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def report(name: str, *, title: str, data: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print the table and keep it in results/."""
    lines = [f"# {title}", "", f"Commit {commit()}; {machine()}. Data: {data}.", ""]
    lines += ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    text = "\n".join(lines) + "\n"
    print(text)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.md").write_text(text)


def verdict(measured: float, limit: float, unit: str) -> str:
    """The measured value beside its limit.

    >>> verdict(12.34, 30, "s")
    '12.3 s (limit 30 s: kept)'
    """
    return f"{measured:.3g} {unit} (limit {limit:g} {unit}: {'kept' if measured < limit else 'BROKEN'})"


def timed(seconds: float, busy: float, limit: float) -> str:
    """The time beside its limit, which is not judged where others had the cores for most of it.

    >>> timed(12.34, 12.0, 30)
    '12.3 s (limit 30 s: kept)'
    >>> timed(200, 40, 30)
    '200 s (40 s of work; not judged: cores were not free)'
    """
    if busy > _FREE * seconds:
        return verdict(seconds, limit, "s")
    return f"{seconds:.0f} s ({busy:.0f} s of work; not judged: cores were not free)"
