"""What a planned test of prices is to keep to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from foresale.core.errors import ConfigError
from foresale.core.option_types import check_between, check_types
from foresale.pricing.effects.options import check_level
from foresale.pricing.effects.shrinkage import MIDDLE

Kind = Literal["stores", "weeks"]


@dataclass(frozen=True)
class ExperimentOptions:
    """What a test is to tell, and within which bounds.

    Attributes:
        width: of the interval of the elasticity, from one end to the other, that the test is to reach.
        level: how often intervals hold the truth.
        products: those whose elasticity is asked for; by itself those that tell most for their money.
        down: share below today's price that may be asked for.
        up: share above it.
        periods: how long the test may last.
        most_places: how many places may take part; None for all.
        washout: periods after a change of prices that do not count, since what was bought ahead is missing in them.
        compare: "stores" draws by lot which of two alike places is dear and which is cheap; "weeks" which of two
            neighbouring blocks of periods, in every place; by itself stores where there are eight or more.
        elasticity: what is expected; only the cost of the test depends on it.
        margin: share of the price that is earned, where nobody tells what a unit costs.
        place: the key column that says where an item is sold; by itself the one called so.
        seed: of the lots.

    Raises:
        ConfigError: a value that cannot be.

    >>> ExperimentOptions(width=0)
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: width is above 0, not 0
    """

    width: float = 1.0
    level: float = 0.9
    products: Sequence[str] = ()
    down: float = 0.2
    up: float = 0.1
    periods: int = 13
    most_places: int | None = None
    washout: int = 1
    compare: Literal["auto", "stores", "weeks"] = "auto"
    elasticity: float = MIDDLE
    margin: float = 0.4
    place: str | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        check_types(self)
        if not self.width > 0:
            raise ConfigError(f"width is above 0, not {self.width}")
        check_level(self.level)
        if not 0 <= self.down <= 0.9 or not 0 <= self.up <= 1 or self.down + self.up <= 0:
            raise ConfigError("down is a share from 0 to 0.9 and up one from 0 to 1, and one of them is above 0")
        if self.washout < 0 or self.periods <= self.washout:
            raise ConfigError(f"periods is above washout ({self.washout}), which is not negative: {self.periods}")
        if self.most_places is not None and self.most_places < 1:
            raise ConfigError(f"at least one place takes part, not {self.most_places}")
        if self.compare not in ("auto", "stores", "weeks"):
            raise ConfigError(f"compare is auto, stores or weeks, not {self.compare!r}")
        check_between(self, "margin")
