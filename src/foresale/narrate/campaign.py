"""What a campaign did, in sentences."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from foresale.core.money import in_currency, money
from foresale.core.text import counted, day, signed, units

if TYPE_CHECKING:
    from foresale.pricing.effects.campaign import CampaignEffect, Lift

_VERDICTS: Final = {
    "found": "The campaign moved sales: as much hardly comes by chance.",
    "not found": "What was sold in the campaign may be chance.",
    "unknown": "What the campaign did cannot be known by this comparison; the numbers below are no effect of it.",
}


def campaign_sentences(found: "CampaignEffect") -> tuple[str, ...]:
    """What the campaign did, how sure that is, and then what was assumed."""
    return (*campaign_findings(found), *found.notes)


def campaign_findings(found: "CampaignEffect") -> Iterator[str]:
    """What the campaign did, and how sure that is."""
    yield _VERDICTS[found.verdict]
    stamps = found.periods.filter(found.periods["part"] == "during")["timestamp"]
    span = f"{day(stamps.min())} to {day(stamps.max())}"
    yield f"{span} ({counted(stamps.len(), 'period')}): {_lift(found.during)}."
    if found.during.money is not None:
        yield f"Revenue beyond that of the expected units at their price before: {_money(found.during.money, found)}."
    yield f"Without a campaign, other stretches of that length were as far off in {100 * found.during.chance:.2g} %."
    if found.after is not None:
        words = "what was bought ahead is missing" if found.after.high < 0 else "nothing is surely missing"
        yield f"After it, {words}: {_lift(found.after)}."
    for row in found.checks.filter(~found.checks["passed"]).iter_rows(named=True):
        yield f"Not passed: {row['check']}, {row['meaning']}."


def _lift(lift: "Lift") -> str:
    low, high = (signed(end) if np.isfinite(end) else "unknown" for end in (lift.low, lift.high))
    sign = "+" if lift.units > 0 else ""
    return f"{signed(lift.effect)} ({low} to {high}), {sign}{units(lift.units)} units"


def _money(value: float, found: "CampaignEffect") -> str:
    amount = f"{value:,.0f}" if value < 0 else f"+{money(value)}"
    return in_currency(amount, found.currency)
