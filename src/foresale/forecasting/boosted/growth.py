"""How far the growing of trees has come, told to whoever watches."""

from time import monotonic
from typing import Any, Final

from foresale.training.progress import Progress, Watcher

STAGE: Final = "growing trees"


class Growth:
    """Counts trees as they grow, and tells a watcher of each.

    >>> seen = []
    >>> growth = Growth(seen.append, planned=2)
    >>> growth(None), growth(None)
    (None, None)
    >>> [(progress.step, progress.steps) for progress in seen]
    [(1, 2), (2, 2)]
    """

    def __init__(self, watch: Watcher | None, *, planned: int) -> None:
        self._watch = watch
        self._planned = planned
        self._grown = 0
        self._began = monotonic()

    def __call__(self, environment: Any) -> None:  # noqa: ARG002
        """What lightgbm calls after each tree, with an environment that is not needed here."""
        self._grown += 1
        if self._watch is not None:
            spent = monotonic() - self._began
            left = spent * (self._planned - self._grown) / self._grown
            self._watch(Progress(STAGE, self._grown, self._planned, None, None, spent, left))
