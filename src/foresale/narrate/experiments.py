"""Planned tests of prices, and what they found, in sentences."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from foresale.core.money import in_currency, money
from foresale.core.text import counted, day, signed

if TYPE_CHECKING:
    from foresale.pricing.experiments.analyse import ExperimentResult
    from foresale.pricing.experiments.design import Experiment

_VERDICTS: Final = {
    "found": "Prices move demand: as much would hardly have come by chance.",
    "not found": "The test does not tell: what it found may be chance.",
    "unsound": "The test did not run as it was planned; what it found is no effect of prices.",
}


def experiment_sentences(found: "Experiment") -> tuple[str, ...]:
    """What to do, what it costs and tells, and then what was assumed."""
    return (*experiment_findings(found), *found.notes)


def experiment_findings(found: "Experiment") -> Iterator[str]:
    """What to do, and what it costs and tells."""
    rows = found.calendar
    sizes = [
        counted(rows[name].n_unique(), word)
        for name, word in (("product", "product"), ("place", "place"), ("timestamp", "period"))
    ]
    yield (
        f"Vary the prices of {sizes[0]} in {sizes[1]} over {sizes[2]} from {day(rows['timestamp'].min())}, as the "
        "calendar says."
    )
    low, high = (
        float((rows["price"] / rows["price_now"] - 1).filter(rows["arm"] == arm).mean() or 0.0)  # type: ignore[arg-type]
        for arm in ("cheap", "dear")
    )
    yield f"Cheap is {signed(low)} of today's price and dear {signed(high)}; a lot says which is which."
    yield (
        f"On past windows the interval of the elasticity was {found.replayed.width:.2f} wide "
        f"(asked for: {found.options.width:g})."
    )
    yield (
        f"It gives up {in_currency(money(found.cost), found.currency)} of profit where a price turns out to be "
        "wrong, gains elsewhere not counted."
    )


def result_sentences(found: "ExperimentResult") -> tuple[str, ...]:
    """What the test found, how sure that is, and then what was assumed."""
    return (*result_findings(found), *found.notes)


def result_findings(found: "ExperimentResult") -> Iterator[str]:
    """What the test found, and how sure that is."""
    yield _VERDICTS[found.verdict]
    yield (
        f"The elasticity is {found.elasticity:.2f} ({found.low:.2f} to {found.high:.2f}): a price cut by a tenth "
        f"sells {signed(0.9**found.elasticity - 1)} units."
    )
    yield f"If prices did nothing, other lots would have said as much in {100 * found.chance:.2g} of 100 tests."
    for row in found.checks.filter(~found.checks["passed"]).iter_rows(named=True):
        yield f"Not passed: {row['check']}, {row['meaning']}."
