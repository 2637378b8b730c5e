"""How much may be spent on a forecast."""

from dataclasses import dataclass
from typing import Final, Literal

from foresale.core.errors import ConfigError
from foresale.core.option_types import check_types

Effort = Literal["quick", "standard", "best"]
EFFORTS: Final[tuple[Effort, ...]] = ("quick", "standard", "best")


@dataclass(frozen=True)
class Budget:
    """How much may be spent on a forecast.

    Attributes:
        effort: "quick" weighs the pre-trained networks with statistical methods, which takes seconds; "standard" also
            grows trees and tunes the networks on the sales, which takes minutes; "best" also trains networks of their
            own, which takes many.
        seconds: time for learning, at most; what no longer fits in is left out and named.
        jobs: threads to compute on, or None for as many as there are idle cores.

    Raises:
        ConfigError: an unknown effort, no time, or no thread.
    """

    effort: Effort = "standard"
    seconds: float | None = None
    jobs: int | None = None

    def __post_init__(self) -> None:
        check_types(self)
        if self.effort not in EFFORTS:
            raise ConfigError(f"unknown effort {self.effort!r}: choose {', '.join(EFFORTS)}.")
        if self.seconds is not None and not self.seconds > 0:
            raise ConfigError(f"the time limit must be positive, not {self.seconds} seconds")
        if self.jobs is not None and self.jobs < 1:
            raise ConfigError(f"at least 1 thread is needed, not {self.jobs}")


def seconds_of(text: str) -> float:
    """A time limit in seconds, from words such as 90s, 10m, 1.5h or 90.

    Raises:
        ConfigError: no number, an unknown unit, or no time at all.

    >>> seconds_of("10m"), seconds_of("90"), seconds_of("1.5h")
    (600.0, 90.0, 5400.0)
    """
    units = {"s": 1.0, "m": 60.0, "h": 3600.0}
    word = text.strip().lower()
    number, unit = (word[:-1], units[word[-1]]) if word[-1:] in units else (word, 1.0)
    try:
        seconds = float(number) * unit
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise ConfigError(f"a time limit is written as 90s, 10m or 1.5h, not {text!r}")
    return seconds
