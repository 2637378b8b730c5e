"""What a person may say of how effects of prices are found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from foresale.core.errors import ConfigError
from foresale.core.option_types import check_types

Design = Literal["between-places", "instrument", "over-time"]
DESIGNS: Final[tuple[Design, ...]] = get_args(Design)


def check_level(level: float) -> None:
    """See that intervals can hold the truth so often.

    Raises:
        ConfigError: they cannot.
    """
    if not 0.5 <= level < 1:
        raise ConfigError(f"level lies between 0.5 and 1, not {level}")


@dataclass(frozen=True)
class ElasticityOptions:
    """How effects of prices are found.

    Attributes:
        place: the key column that says where an item is sold (store, region, channel); by itself the one that is called
            so. Everything else of the key is the product.
        groups: columns of the items within which effects are alike, the broadest first; by itself `category` and
            `brand`, where they are there.
        cost: a covariate that moves prices and demand only through them (what a unit costs, the price in another
            market): an instrument.
        design: how effects are told from the season's: by itself what the data identify.
        level: how often intervals hold the truth.
        seed: of the trees and the placebo tests.

    Raises:
        ConfigError: an unknown design, or a level that is no share.

    >>> ElasticityOptions(level=90)
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: level lies between 0.5 and 1, not 90
    """

    place: str | None = None
    groups: Sequence[str] = ()
    cost: str | None = None
    design: Literal["auto", "between-places", "instrument", "over-time"] = "auto"
    level: float = 0.9
    seed: int = 0

    def __post_init__(self) -> None:
        check_types(self)
        check_level(self.level)
        if self.design not in ("auto", *DESIGNS):
            raise ConfigError(f"design is auto, {', '.join(DESIGNS)}, not {self.design!r}")
