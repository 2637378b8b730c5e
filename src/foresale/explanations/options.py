"""How a forecast is to be explained."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from foresale.core.errors import ConfigError
from foresale.core.option_types import check_types

Target = Literal["mean", "median"]
TARGETS: Final[tuple[Target, ...]] = ("mean", "median")


@dataclass(frozen=True)
class ExplainOptions:
    """What is explained, and how finely.

    Attributes:
        target: the mean of the forecast, or its median.
        countries: whose public holidays and festivals are told apart by name.
        groups: by name of a component, the known covariates that make it up; each other one is a component of its own.
        exact: covariate groups up to which every combination of them is forecast; above, permutations are drawn.
        permutations: how many are drawn, each of them forwards and backwards.
        history: periods before the cutoff that are decomposed too; by default four horizons, at least eight seasons.
        seed: of the permutations.
        since: periods after which a forecast was made before; `reasons` tells how it changed since then.
        attribution: whether `reasons` tells what networks and trees looked at.
        lookalikes: how many past windows `reasons` looks for that resemble what is coming.

    Raises:
        ConfigError: an unknown target, or numbers that cannot be.

    >>> ExplainOptions(target="median").exact
    8
    """

    target: Target = "mean"
    countries: tuple[str, ...] = ()
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    exact: int = 8
    permutations: int = 8
    history: int | None = None
    seed: int = 0
    since: int | None = None
    attribution: bool = False
    lookalikes: int = 0

    def __post_init__(self) -> None:
        check_types(self)
        if self.target not in TARGETS:
            raise ConfigError(f"unknown target {self.target!r}: choose {' or '.join(TARGETS)}")
        if not 0 <= self.exact <= 12:
            raise ConfigError(f"all combinations can be forecast of 0 to 12 groups, not of {self.exact}")
        if self.permutations < 1:
            raise ConfigError(f"at least one permutation is drawn, not {self.permutations}")
        if self.history is not None and self.history < 0:
            raise ConfigError(f"a history has no less than 0 periods, not {self.history}")
        if self.lookalikes < 0 or (self.since is not None and self.since < 1):
            raise ConfigError(f"periods since and look-alikes are not below 1 and 0: {self.since}, {self.lookalikes}")
        named = [column for columns in self.groups.values() for column in columns]
        if len(named) > len(set(named)):
            raise ConfigError("a covariate belongs to one group only")
