"""What a long run tells whoever watches."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """Where a run stands.

    Attributes:
        stage: what is being done, in words.
        step: steps done.
        steps: steps planned.
        loss: training loss, smoothed; None where nothing is trained just now.
        validation: best validation loss so far, None before the first.
        seconds: time spent.
        seconds_left: time left if every planned step is taken; None where nobody knows.
    """

    stage: str
    step: int
    steps: int
    loss: float | None
    validation: float | None
    seconds: float
    seconds_left: float | None


Watcher = Callable[[Progress], None]
