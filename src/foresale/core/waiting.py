"""How threads of libraries wait for each other; it loads nothing that `import foresale` would have no other need of."""

import os
from collections.abc import MutableMapping
from typing import Final

_PASSIVE: Final = {"OMP_WAIT_POLICY": "PASSIVE", "KMP_BLOCKTIME": "0"}
"""Of GNU's and of Intel's and LLVM's OpenMP: a thread that waits for others sleeps, instead of spinning on a core."""


def wait_asleep(environment: MutableMapping[str, str] = os.environ) -> None:
    """Let threads of libraries that are loaded from now on sleep while they wait, unless somebody chose otherwise.

    Threads that spin at a barrier for one that has no core of its own take the core that it waits for: trees of one
    item took twenty times as long on two cores that others used too.

    >>> chosen = {"OMP_WAIT_POLICY": "ACTIVE"}
    >>> wait_asleep(chosen)
    >>> chosen
    {'OMP_WAIT_POLICY': 'ACTIVE', 'KMP_BLOCKTIME': '0'}
    """
    for name, value in _PASSIVE.items():
        environment.setdefault(name, value)
