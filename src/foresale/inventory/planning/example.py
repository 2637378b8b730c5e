"""A small set of rules for examples."""

from typing import Any

import numpy as np

from foresale.inventory.planning.rules import NEVER, Rules


def rules_of(count: int, **changed: Any) -> Rules:
    """Weekly reviews, single units, a fill rate of 95 %, and costs of one; any of them changed for all items.

    >>> rules_of(2, pack=6).pack.tolist()
    [6.0, 6.0]
    """
    usual: dict[str, Any] = {"review": 7, "pack": 1.0, "minimum": 0.0, "target": 0.95, "fill": True, "short": 1.0,
                             "over": 0.1, "waste": 1.0, "shelf": NEVER, "end": NEVER}  # fmt: skip
    arrays: dict[str, Any] = {name: np.full(count, changed.pop(name, value)) for name, value in usual.items()}
    for name in ("review", "shelf", "end"):
        arrays[name] = arrays[name].astype(np.int64)
    for name in ("pack", "minimum"):
        arrays[name] = arrays[name].astype(np.float64)
    return Rules(**arrays, **changed)
