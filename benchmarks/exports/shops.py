"""Order lines of a made-up shop, with what is known of each: the truth that exports are measured against."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final, Literal

Fate = Literal["sold", "cancelled", "refunded", "unpaid"]

FATES: Final[tuple[Fate, ...]] = ("sold", "cancelled", "refunded", "unpaid")
NAMES: Final = ("Mug, speckled", 'Lamp 12" brass', "Blanket", "Tea tin", "Vase; blue", "Basket", "Candle", "Tray")
"""What the goods are called: commas, quotes and semicolons as shops write them."""


@dataclass(frozen=True)
class Line:
    """One line of an order.

    Attributes:
        order: number of the order.
        at: moment of the order, on the shop's clock.
        customer: who ordered.
        sku: the item.
        name: what it is called.
        quantity: units ordered.
        cents: price of a unit, in hundredths.
        fate: what became of the order.
        undone: units of the line that were refunded, in an order that is a sale all the same.
    """

    order: int
    at: datetime
    customer: str
    sku: str
    name: str
    quantity: int
    cents: int
    fate: Fate = "sold"
    undone: int = 0

    @property
    def price(self) -> str:
        """Price of a unit, with two decimals."""
        return money(self.cents)

    @property
    def total(self) -> str:
        """Price of the line, with two decimals."""
        return money(self.cents * self.quantity)


def money(cents: int) -> str:
    """Hundredths as an amount.

    >>> money(1050)
    '10.50'
    """
    return f"{cents // 100}.{cents % 100:02d}"


def order_lines(*, seed: int, orders: int = 60, items: int = 4, days: int = 40) -> tuple[Line, ...]:
    """Orders of one to three different items each, most of them sold; no two shops of different seeds are alike."""
    dice = Random(seed)
    start = datetime(2024, 1, 15) + timedelta(days=dice.randrange(200))
    skus = [f"{dice.choice('ABCK')}-{number:03d}" for number in dice.sample(range(1000), items)]
    lines: list[Line] = []
    moments = sorted(dice.randrange(days * 24 * 60) for _ in range(orders - 1))
    for number, minutes in enumerate([*moments, days * 24 * 60 - 1], 1001):
        fate = dice.choices(FATES, weights=(80, 8, 7, 5))[0]
        customer = f"customer{dice.randrange(orders)}"
        chosen = sorted(dice.sample(range(items), dice.choice((1, 1, 1, 2, 3))))
        at = start + timedelta(minutes=minutes)
        lines += [
            Line(
                number,
                at,
                customer,
                skus[item],
                NAMES[item % len(NAMES)],
                dice.choice((1, 1, 2, 3, 12)),
                250 + 199 * item,
                fate,
            )
            for item in chosen
        ]
    return tuple(lines)


@dataclass(frozen=True)
class Truth:
    """What a right reading of an export comes to.

    Attributes:
        units: by item, the units sold.
        cents: the money of all units sold, in hundredths; None where the export tells no price.
        rows: rows of the export, lines that are no sale among them.
    """

    units: dict[str, int]
    cents: int | None
    rows: int


def truth_of(lines: Sequence[Line], *, rows: int | None = None, by_name: bool = False) -> Truth:
    """The units and the money of lines that were sold; items without a sale are none."""
    units: dict[str, int] = {}
    for line in lines:
        if line.fate == "sold" and line.quantity > line.undone:
            item = line.name if by_name else line.sku
            units[item] = units.get(item, 0) + line.quantity - line.undone
    cents = sum(line.cents * (line.quantity - line.undone) for line in lines if line.fate == "sold")
    return Truth(units, cents, len(lines) if rows is None else rows)
