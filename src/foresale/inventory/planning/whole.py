"""What is seen of all items of a plan, worked out some at a time, and anew for those whose orders change."""

from dataclasses import fields, replace
from typing import Any

import numpy as np

from foresale.core.threads import results
from foresale.inventory.numeric import Counts, Numbers
from foresale.inventory.planning.decided import Decision
from foresale.inventory.planning.lines import Lines, Outlook, Projection, outlook
from foresale.inventory.planning.slices import Frame
from foresale.inventory.planning.stock_projection import LaterOrders
from foresale.pricing.markdowns.single import Markdowns


def whole_outlook(
    frame: Frame,
    *,
    units: Numbers | None = None,
    before: Outlook | None = None,
    decision: Decision | None = None,
) -> Outlook:
    """What is seen of all items.

    Args:
        frame: what the plan looks at.
        units: [N] what is ordered of each; by default what the policy asks for.
        before: what was seen with other units: only items of which another number is ordered now are looked at again.
        decision: what is ordered, where that is decided already (`within_limits`): only where it leads is looked at.
    """
    changed = None if before is None or units is None else np.flatnonzero(units != before.lines.units)
    if before is not None and (changed is None or not changed.size):
        return before

    parts = frame.parts(changed)
    seen = list(
        zip(parts, results(lambda items: outlook(frame, items, units=units, decision=decision), parts), strict=True)
    )
    later = [replace(part.later, item=items[part.later.item]) for items, part in seen]
    if before is not None and changed is not None:
        again = np.zeros(len(frame.inventory), np.bool_)
        again[changed] = True
        seen = [(np.arange(again.size), before), *seen]
        later = [before.later.without(again), *later]
    return Outlook(
        gathered(Lines, [(items, part.lines) for items, part in seen]),
        gathered(Projection, [(items, part.projected) for items, part in seen]),
        gathered(Markdowns, [(items, part.markdowns) for items, part in seen]),
        LaterOrders.joined(later),
    )


def gathered(kind: type[Any], parts: list[tuple[Counts, Any]]) -> Any:
    """Lines, decisions or projections of several slices in the order of the items; the last told of an item counts."""
    whole, count = {}, 1 + max(int(items.max()) for items, _ in parts)
    for field in fields(kind):
        first = getattr(parts[0][1], field.name)
        values = np.empty((count, *first.shape[1:]), first.dtype)
        for items, part in parts:
            values[items] = getattr(part, field.name)
        whole[field.name] = values
    return kind(**whole)
