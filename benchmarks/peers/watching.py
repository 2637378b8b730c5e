"""A child process and all of its children, watched: seconds, processor seconds, peak memory, and an end at a limit."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

PACE = 0.25
"""Seconds between two looks."""


@dataclass(frozen=True)
class Watched:
    """What a command took.

    Attributes:
        seconds: of wall clock.
        processor: seconds of processor, of the command and its children together.
        gigabytes: peak memory, 10⁹ bytes, of all of them together; pages they share count once.
        code: the exit status, or None where it was ended at the limit.
    """

    seconds: float
    processor: float
    gigabytes: float
    code: int | None


def watch(command: Sequence[str], *, settings: Mapping[str, str], limit: float, log: Path) -> Watched:
    """Run a command until its end or the limit in seconds, with all that it says in a file.

    Args:
        command: the program and its arguments.
        settings: environment variables beside those of this process.
        limit: seconds after which it is ended with its children.
        log: where its output goes.
    """
    with log.open("w") as told:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=told, stderr=subprocess.STDOUT, env={**os.environ, **settings})
        family = Family(psutil.Process(child.pid))
        ended = False
        while not (done := os.wait4(child.pid, os.WNOHANG))[0]:
            family.look()
            if time.perf_counter() - start > limit:
                family.end()
                ended = True
                done = os.wait4(child.pid, 0)
                break
            time.sleep(PACE)
        seconds = time.perf_counter() - start
    _, status, usage = done
    child.returncode = os.waitstatus_to_exitcode(status)
    kilobyte = 1 if sys.platform == "darwin" else 1024
    return Watched(
        seconds,
        max(usage.ru_utime + usage.ru_stime, sum(family.processor.values())),
        max(usage.ru_maxrss * kilobyte, family.peak) / 1e9,
        None if ended else child.returncode,
    )


class Family:
    """A process and its descendants: their peak memory in bytes and their seconds of processor, as far as seen."""

    def __init__(self, head: psutil.Process) -> None:
        self.head = head
        self.peak = 0
        self.processor: dict[int, float] = {}

    def look(self) -> None:
        """Take note of all that live now."""
        held = 0
        for process in self._members():
            try:
                held += _own_memory(process)
                times = process.cpu_times()
            except psutil.Error:
                continue
            self.processor[process.pid] = times.user + times.system
        self.peak = max(self.peak, held)

    def end(self) -> None:
        """Kill all of them."""
        for process in reversed(self._members()):
            try:
                process.kill()
            except psutil.Error:
                continue

    def _members(self) -> list[psutil.Process]:
        try:
            return [self.head, *self.head.children(recursive=True)]
        except psutil.Error:
            return []


def _own_memory(process: psutil.Process) -> int:
    """Bytes of a process, with its share of pages that several hold, where the system tells."""
    memory = process.memory_full_info()
    return int(getattr(memory, "pss", memory.rss))
