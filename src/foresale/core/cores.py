"""How many threads to compute on: by the cores that are really there, and those that are idle now."""

import math
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import chain, islice
from pathlib import Path
from typing import Final, TypeVar

_PROCESS: Final = Path("/proc")
_GROUPS: Final = Path("/sys/fs/cgroup")
_LOOKS: Final = 5  # at how busy the cores are
_BETWEEN_LOOKS: Final = 0.004
"""Seconds: what runs changes within milliseconds, so that one look is chance."""
_COUNTS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "POLARS_MAX_THREADS")

Part = TypeVar("Part")
Result = TypeVar("Result")

_LOOK_EVERY: Final = 1.0
"""Seconds for which idle cores count as they were seen: a look at them takes longer than many a part of the work."""


class _Jobs:
    """Threads that a user has asked for, or the idle cores as they were seen last, and until when that holds.

    No dataclass, since these are what `import foresale` would load besides.
    """

    def __init__(self, asked: int | None) -> None:
        self.asked, self.idle, self.until = asked, 1, -math.inf


_JOBS: Final = ContextVar[_Jobs | None]("_JOBS", default=None)
"""How many threads whoever works now may take."""
_USUAL: Final = _Jobs(None)
"""The same where nobody said so: as many as cores are idle, who are looked at once in a while."""


@contextmanager
def jobs_of(jobs: int | None) -> Iterator[None]:
    """Within it, work in threads of our own takes so many; with None as many as cores are idle.

    >>> with jobs_of(3):
    ...     workers()
    3
    """
    token = _JOBS.set(_Jobs(jobs))
    try:
        yield
    finally:
        _JOBS.reset(token)


def workers() -> int:
    """How many threads of our own work that is told apart may be shared by: as asked for, else the idle cores."""
    jobs = _JOBS.get() or _USUAL
    if jobs.asked is not None:
        return jobs.asked
    if time.monotonic() >= jobs.until:
        jobs.idle, jobs.until = idle_cores(), time.monotonic() + _LOOK_EVERY
    return jobs.idle


def in_threads(function: Callable[[Part], Result], parts: Iterable[Part]) -> Iterator[Result]:
    """The results of a function for some parts, in their order, worked out on as many threads as there are workers.

    NumPy lets go of the interpreter while it computes on an array, so that threads share the work. Only a few parts are
    under way at a time, so that memory stays bounded however many there are.

    >>> list(in_threads(lambda part: part * 2, range(5)))
    [0, 2, 4, 6, 8]
    """
    left = iter(parts)
    begin = list(islice(left, 2))
    count = workers() if len(begin) > 1 else 1
    left = chain(begin, left)
    if count == 1:
        yield from map(function, left)
        return
    from concurrent.futures import Future, ThreadPoolExecutor

    with ThreadPoolExecutor(count) as pool:
        waiting = deque[Future[Result]](pool.submit(function, part) for part in islice(left, count + 1))
        try:
            while waiting:
                found = waiting.popleft().result()
                waiting.extend(pool.submit(function, part) for part in islice(left, 1))
                yield found
        finally:
            for future in waiting:
                future.cancel()


def share_cores(environment: MutableMapping[str, str] = os.environ) -> None:
    """Let libraries that are loaded from now on start no more threads than there are cores for this process.

    Most of them count the cores of the machine, also in a container that has a share of them. Counts that somebody
    chose stay.
    """
    found = cores(environment)
    if found < (os.cpu_count() or 1):
        for name in _COUNTS:
            environment.setdefault(name, str(found))


def cores(environment: Mapping[str, str] = os.environ) -> int:
    """Cores that this process may use: by its affinity, its quota, and `OMP_NUM_THREADS` where somebody set it.

    >>> cores({"OMP_NUM_THREADS": "1"})
    1
    """
    chosen = environment.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    counts = [os.cpu_count() or 1, quota()]
    if hasattr(os, "sched_getaffinity"):
        counts.append(len(os.sched_getaffinity(0)))
    if chosen.isdigit() and int(chosen) > 0:
        counts.append(int(chosen))
    return max(min(count for count in counts if count is not None), 1)


def idle_cores() -> int:
    """Cores that this process may use and that nobody else uses just now, at least one.

    Threads that work in step are as slow as the slowest of them, which is the one without a core of its own.
    """
    mine = cores()
    if mine == 1:
        return 1
    busy = _busy()
    free = (os.cpu_count() or mine) - busy
    return max(min(mine, free), 1)


def quota(process: Path = _PROCESS, groups: Path = _GROUPS) -> int | None:
    """Whole cores that the control groups of this process grant it, rounded up; None without a limit.

    Read are `cpu.max` of version 2 and `cpu.cfs_quota_us` with `cpu.cfs_period_us` of version 1, of the group and of
    all above it, as the kernel's documentation of cgroups tells.
    """
    limits = [limit for place in _places(process, groups) if (limit := _limit(place)) is not None]
    return max(math.ceil(min(limits) - 1e-9), 1) if limits else None


def _places(process: Path, groups: Path) -> list[Path]:
    """The folders of the groups that may limit this process; in a container its own group is often the root."""
    roots = {"": groups, "cpu": groups / "cpu", "cpu,cpuacct": groups / "cpu,cpuacct", "cpuacct,cpu": groups / "cpu"}
    found = list(roots.values())
    for line in _text(process / "self" / "cgroup").splitlines():
        _, controllers, path = line.split(":", maxsplit=2)
        if controllers not in roots:
            continue
        inner = path.strip("/").split("/") if path.strip("/") else []
        found += [roots[controllers].joinpath(*inner[:depth]) for depth in range(1, len(inner) + 1)]
    return found


def _limit(place: Path) -> float | None:
    """Cores that one group grants, or None."""
    words = _text(place / "cpu.max").split() or [
        _text(place / f"cpu.cfs_{name}_us").strip() for name in ("quota", "period")
    ]
    if len(words) != 2 or not all(word.isdigit() for word in words) or not int(words[1]):
        return None
    return int(words[0]) / int(words[1])


def _busy() -> int:
    """Threads of others that run or wait for a core: the median of a few looks; elsewhere the mean of a minute."""
    looks = []
    for look in range(_LOOKS):
        if look:
            time.sleep(_BETWEEN_LOOKS)
        running = _text(_PROCESS / "loadavg").split()[3:4]
        if not running:
            return int(os.getloadavg()[0]) if hasattr(os, "getloadavg") else 0
        looks.append(max(int(running[0].partition("/")[0]) - 1, 0))
    return sorted(looks)[_LOOKS // 2]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
