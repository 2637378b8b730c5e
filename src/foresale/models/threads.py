"""How many threads the networks compute on."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from foresale.core.cores import idle_cores, jobs_of
from foresale.core.errors import ConfigError


@contextmanager
def threads(jobs: int | None) -> Iterator[None]:
    """Within it networks compute on `jobs` threads, and after it on as many as before.

    With None they take the cores that are idle as it begins, no more threads than before: more threads than cores make
    everything slower.

    Raises:
        ConfigError: fewer than one.

    >>> with threads(1):
    ...     torch.get_num_threads()
    1
    """
    if jobs is not None and jobs < 1:
        raise ConfigError(f"at least 1 thread is needed, not {jobs}")
    before = torch.get_num_threads()
    torch.set_num_threads(min(before, idle_cores()) if jobs is None else jobs)
    try:
        with jobs_of(jobs):
            yield
    finally:
        torch.set_num_threads(before)
