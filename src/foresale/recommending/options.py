"""How recommendations are made."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from foresale.core.errors import ConfigError
from foresale.core.option_types import check_types
from foresale.core.text import few

HALF_LIFE: Final = 180
"""Days in which a purchase comes to count half of what it did: of fading over 20 to 600 days the best on two shops."""
HALF_LIFE_LATELY: Final = 60
"""The same for what a customer is after just now."""
RECENT: Final = 90
"""Days whose baskets tell which items are bought by the same customers at this time of the year."""
FORTNIGHT: Final = 14
"""Days whose buyers, against the usual number of them, tell what rises."""
YEAR: Final = 365

GROUPS: Final[Mapping[str, frozenset[str]]] = {
    "habit": frozenset({"habit", "mixed", "habit 60", "habit 600", "times", "since", "interval", "due", "visits since",
                        "share of visits"}),
    "together": frozenset({"together", "together rising", "together coming", "together ahead"}),
    "lately": frozenset({"together lately", "lately rising", "lately rising a bit"}),
    "baskets": frozenset({"basket"}),
    "names": frozenset({"alike", "alike rising"}),
    "ease": frozenset({"ease"}),
    "rise": frozenset({"rise", "rise ever", "trend", "together rising", "lately rising", "lately rising a bit",
                       "alike rising", "buyers 7", "buyers 14"}),
    "season": frozenset({"season"}),
    "forecast": frozenset({"together coming", "together ahead", "ahead", "coming", "coming high", "expected",
                           "next week", "season begins", "highest week"}),
    "price": frozenset({"price", "cut", "price against usual"}),
    "age": frozenset({"age", "unsold"}),
}  # fmt: skip
"""By what they are told from, sources and features that can be left out together."""


@dataclass(frozen=True)
class RecommendOptions:
    """What is learnt from, and how much of it.

    Attributes:
        horizon: days over which purchases count as what a customer wanted.
        neighbours: items that are kept as bought together with an item.
        candidates: items that each source may propose to a customer.
        cutoffs: times in the past that the ranking learns from, a fortnight apart.
        most_customers: customers that each of these times is learnt from, at the most.
        most_items: items of one customer that tell which are bought together: the last he came to; resellers buy all.
        rounds: trees of a ranking.
        without: what the order is not learnt from, of `GROUPS`. By itself the forecast, since what rises now tells
            nearly all of it; with `without=()` it is learnt from too, for a shop whose seasons come at once. Reasons
            and limits by stock use the forecast all the same.
        seed: of the customers drawn, and of the trees.

    Raises:
        ConfigError: a setting that cannot be.

    >>> RecommendOptions(horizon=0)
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: horizon is at least 1, not 0
    """

    horizon: int = 14
    neighbours: int = 100
    candidates: int = 30
    cutoffs: int = 6
    most_customers: int = 400
    most_items: int = 500
    rounds: int = 100
    without: tuple[str, ...] = ("forecast",)
    seed: int = 0

    def __post_init__(self) -> None:
        check_types(self)
        for name in ("horizon", "neighbours", "candidates", "most_customers", "most_items", "rounds"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} is at least 1, not {getattr(self, name)}")
        if self.cutoffs < 0:
            raise ConfigError(f"cutoffs is 0 or more, not {self.cutoffs}")
        unknown = sorted(set(self.without) - set(GROUPS))
        if unknown:
            raise ConfigError(f"without has {few(unknown)}; there are {', '.join(GROUPS)}")

    @property
    def left_out(self) -> frozenset[str]:
        """Sources and features that are left out."""
        return frozenset().union(*(GROUPS[name] for name in self.without))
