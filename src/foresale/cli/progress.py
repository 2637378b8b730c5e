"""How far a long work has come: a bar on a terminal, a line now and then elsewhere."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final

from foresale.cli.console import errors, note

if TYPE_CHECKING:
    from rich.progress import Progress as Bars, TaskID

    from foresale.training.progress import Progress, Watcher

SECONDS_BETWEEN_LINES: Final = 15.0  # in a log: four lines a minute


@contextmanager
def progress(*, quiet: bool) -> Iterator["Watcher | None"]:
    """Something to tell the progress of a training to, or nothing where quiet is wanted."""
    if quiet:
        yield None
    elif sys.stderr.isatty() or os.environ.get("FORCE_COLOR"):
        with ExitStack() as until_done:
            yield _on_bars(until_done)
    else:
        yield _in_lines()


def in_words(seen: "Progress") -> str:
    """The loss and the time left.

    >>> from types import SimpleNamespace
    >>> in_words(SimpleNamespace(loss=0.3127, validation=None, seconds_left=75.0))
    'loss 0.313, 1:15 left'
    """
    parts = [
        f"{name} {value:.3f}"
        for name, value in (("loss", seen.loss), ("validation", seen.validation))
        if value is not None
    ]
    left = duration(seen.seconds) + " so far" if seen.seconds_left is None else duration(seen.seconds_left) + " left"
    return ", ".join([*parts, left])


def duration(seconds: float) -> str:
    """Seconds as people read them.

    >>> duration(75), duration(3675)
    ('1:15', '1:01:15')
    """
    minutes, rest = divmod(max(round(seconds), 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _bars() -> "Bars":
    from rich.progress import BarColumn, MofNCompleteColumn, Progress as Bars, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[words]}"))
    return Bars(*columns, console=errors())


def _on_bars(until_done: ExitStack) -> "Watcher":
    """Bars that begin with the first that is told, since most forecasts have nothing to tell."""
    begun: list[Bars] = []
    tasks: dict[str, TaskID] = {}

    def listen(seen: "Progress") -> None:
        if not begun:
            begun.append(until_done.enter_context(_bars()))
        (bars,) = begun
        if seen.stage not in tasks:
            tasks[seen.stage] = bars.add_task(seen.stage, total=seen.steps, words="")
        bars.update(tasks[seen.stage], completed=seen.step, total=seen.steps, words=in_words(seen))

    return listen


def _in_lines() -> "Watcher":
    said = float("-inf")
    stage, step = "", 0

    def listen(seen: "Progress") -> None:
        nonlocal said, stage, step
        is_new = seen.stage != stage or seen.step < step
        stage, step = seen.stage, seen.step
        if is_new or seen.step >= seen.steps or time.monotonic() - said >= SECONDS_BETWEEN_LINES:
            said = time.monotonic()
            note(f"{seen.stage}: step {seen.step:,} of {seen.steps:,}, {in_words(seen)}")

    return listen
