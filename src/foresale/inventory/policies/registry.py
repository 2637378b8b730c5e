"""Policies by name: those of the package, and those that others install (entry points `foresale.policies`)."""

from collections.abc import Mapping
from typing import Final

from foresale.core.entry_points import load_point, names_in
from foresale.core.errors import ConfigError
from foresale.inventory.policies.situation import Policy
from foresale.inventory.policies.standard import AtLeastEconomic, BaseStock, EconomicLots, Newsvendor
from foresale.inventory.policies.textbook import NormalBaseStock, PowerMinMax, ReorderPoint

BASE_STOCK: Final = "base-stock"
NEWSVENDOR: Final = "newsvendor"
GROUP: Final = "foresale.policies"
"""The group of entry points in which an installed package names its policies."""
_OWN: Final[Mapping[str, Policy]] = {
    BASE_STOCK: BaseStock(),
    "s-S": AtLeastEconomic(),
    "r-Q": EconomicLots(),
    NEWSVENDOR: Newsvendor(),
    "min-max": PowerMinMax(),
    "reorder-point": ReorderPoint(),
    "normal": NormalBaseStock(),
}
NAMES: Final = tuple(_OWN)
"""The policies of the package."""
_BY_COST: Final = (Newsvendor, PowerMinMax)


def without_service(policy: str | Policy) -> bool:
    """Whether a policy goes by what things cost, whatever the service; one of your own says so as `without_service`.

    >>> without_service("newsvendor"), without_service(AtLeastEconomic())
    (True, False)
    """
    own = policy_named(policy)
    return isinstance(own, _BY_COST) or bool(getattr(own, "without_service", False))


def policy_named(policy: str | Policy) -> Policy:
    """The policy that a name means; a policy is one already.

    A package names its own by an entry point: `[project.entry-points."foresale.policies"] mine = "package:Mine"`, which
    is a policy, or a class that is called without arguments.

    Raises:
        ConfigError: no such name, or what stands behind it is no policy.

    >>> policy_named("base-stock")
    BaseStock()
    >>> policy_named("two-bin")
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: unknown policy 'two-bin': choose base-stock, s-S, r-Q, newsvendor, ...
    """
    if not isinstance(policy, str):
        if not isinstance(policy, Policy) or isinstance(policy, type):
            raise ConfigError(f"a policy has a method wanted(now); this is {policy!r}")
        return policy
    if policy in _OWN:
        return _OWN[policy]
    installed = names_in(GROUP)
    if policy not in installed:
        names = ", ".join((*NAMES, *sorted(set(installed) - set(NAMES))))
        raise ConfigError(f"unknown policy {policy!r}: choose {names}")
    loaded = load_point(GROUP, policy)
    found = loaded() if isinstance(loaded, type) else loaded
    return policy_named(found)
