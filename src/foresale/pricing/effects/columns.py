"""The columns that explain log sales of one product: its price, those of others, prices before, flags, the season."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from foresale.core.arrays import Index, Numbers
from foresale.pricing.effects.cube import PriceCube, carried, known_mean

RIVALS: Final = 12
"""Products of a category whose prices are told apart, those that sell most; of the others, the mean price counts."""
LAGS: Final = (1, 2)
"""Periods after a price in which it may still be felt: what was bought ahead is not bought then."""
_HARMONICS: Final = 2


@dataclass(frozen=True)
class Columns:
    """What explains log sales of a product.

    Attributes:
        names: [K] of the columns: "own", "rival:J" for product J, "others", "lag:L", a flag, or "control".
        values: [K, S, T].
        rest: products whose mean price the column "others" is.
    """

    names: tuple[str, ...]
    values: Numbers = field(repr=False)
    rest: Index = field(repr=False)

    def index(self, name: str) -> int | None:
        """Where a column stands, None where there is none."""
        return self.names.index(name) if name in self.names else None


def peers_of(cube: PriceCube) -> tuple[Index, ...]:
    """Of each product, the others of its category (of the shop where there is none), those that sell most first."""
    broad = cube.products[cube.groups[0]].to_list() if cube.groups else [""] * cube.products.height
    units = np.nansum(cube.sales, axis=(1, 2))
    order = np.argsort(-units, kind="stable")
    members: dict[str, list[int]] = {}
    for product in order:
        members.setdefault(broad[product], []).append(int(product))
    return tuple(np.array([j for j in members[broad[i]] if j != i], np.int64) for i in range(len(broad)))


def together(peers: Index) -> tuple[Index, Index]:
    """None told apart, the mean price of all: neither time nor an instrument tells rivals apart."""
    return peers[:0], peers


def filled(log_price: Numbers) -> Numbers:
    """[..., S, T] prices without holes: those of the period in other places, else the nearest before, else after."""
    whole = np.where(np.isfinite(log_price), log_price, known_mean(log_price, axis=-2, keepdims=True))
    for _ in range(2):
        whole = carried(whole)[..., ::-1]
    return np.nan_to_num(whole)


def shifted(values: Numbers, lag: int) -> Numbers:
    """[..., T] what was `lag` periods before (after, where it is negative); the ends hold on."""
    places = np.clip(np.arange(values.shape[-1]) - lag, 0, values.shape[-1] - 1)
    return values[..., places]


def columns_of(
    cube: PriceCube,
    product: int,
    peers: tuple[Index, Index],
    *,
    whole: Numbers,
    lags: tuple[int, ...] = LAGS,
    controls: Numbers | None = None,
) -> Columns:
    """The columns of one product.

    Args:
        cube: the sales and prices.
        product: which one.
        peers: the others of its category: those whose prices are told apart, and those whose mean price counts.
        whole: [P, S, T] `filled` log prices of all products.
        lags: of the own price; negative ones lie ahead.
        controls: [C, T] what else moves demand in the course of time.
    """
    names, values = ["own"], [whole[product]]
    rivals, rest = peers
    names += [f"rival:{j}" for j in rivals]
    values += list(whole[rivals])
    if rest.size:
        names.append("others")
        values.append(whole[rest].mean(axis=0))
    names += [f"lag:{lag}" for lag in lags]
    values += [shifted(whole[product], lag) for lag in lags]
    for name, flag in cube.flags.items():
        names.append(name)
        values.append(np.nan_to_num(flag[product]))
    if controls is not None:
        names += ["control"] * len(controls)
        values += [np.broadcast_to(control, whole[product].shape) for control in controls]
    return Columns(tuple(names), np.stack(values), rest)


def seasons(cube: PriceCube) -> Numbers:
    """[C, T] trend and time of the year, as far as the history is long enough to tell it.

    >>> from foresale.data.synthetic import shop
    >>> from foresale.pricing.effects.cube import price_cube
    >>> seasons(price_cube(shop(items=2, periods=800))).shape
    (5, 114)
    """
    length = cube.sales.shape[-1]
    time = np.linspace(-1, 1, length)
    year = cube.frequency.per_year
    found = [time]
    if length >= 1.25 * year:
        angle = 2 * np.pi * (cube.start + np.arange(length)) / year
        found += [wave(k * angle) for k in range(1, _HARMONICS + 1) for wave in (np.sin, np.cos)]
    return np.stack(found)
