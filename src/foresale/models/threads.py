"""How many threads networks learn on."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from foresale.core.cores import workers


@contextmanager
def learning_threads() -> Iterator[None]:
    """Within it networks learn on as many threads as may work, no more than before, and after it on as many as before.

    More threads than cores make everything slower.

    >>> from foresale.core.threads import threads
    >>> with threads(1), learning_threads():
    ...     torch.get_num_threads()
    1
    """
    before = torch.get_num_threads()
    torch.set_num_threads(min(before, workers()))
    try:
        yield
    finally:
        torch.set_num_threads(before)
