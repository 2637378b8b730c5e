"""What a piece of work costs: seconds on the clock, and memory at its peak."""

import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

_STATUS: Final = Path("/proc/self/statm")
_SECONDS_BETWEEN_LOOKS: Final = 0.02  # at the memory: short beside any training, dear beside none


@dataclass(frozen=True)
class Cost:
    """What a piece of work cost.

    Attributes:
        seconds: on the clock, from its begin to its end.
        peak: bytes of memory that the whole process held at most while it ran: its resident set, with the data and
            every library loaded so far, without child processes. NaN where the system does not tell (only Linux does).
        added: how far that peak lay above what the process held when the work began. Memory that an earlier work left
            behind and this one used again is not in it.
    """

    seconds: float = 0.0
    peak: float = float("nan")
    added: float = float("nan")


class Meter:
    """Measures the work inside a `with`: a thread looks at the resident set every 20 ms.

    A peak that comes and goes between two looks is missed. Peaks of the process as the system keeps them cannot tell
    one work from the one before.

    >>> with Meter() as meter:
    ...     zeros = bytes(50_000_000)
    >>> meter.cost.seconds >= 0
    True
    """

    def __enter__(self) -> Self:
        self._before = self._peak = resident()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True, name="memory meter")
        self._began = time.perf_counter()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._seconds = time.perf_counter() - self._began
        self._peak = max(self._peak, resident())
        self._over.set()
        self._thread.join()

    @property
    def cost(self) -> Cost:
        """What it cost, once the work is done."""
        return Cost(self._seconds, self._peak, self._peak - self._before)

    def _watch(self) -> None:
        while not self._over.wait(_SECONDS_BETWEEN_LOOKS):
            self._peak = max(self._peak, resident())


def resident() -> float:
    """Bytes of memory that this process holds now; NaN where the system does not tell."""
    try:
        return float(_STATUS.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return float("nan")
