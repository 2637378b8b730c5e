"""The cheapest test of prices that tells an elasticity as surely as is asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

import numpy as np
import polars as pl

from foresale.core.arrays import Index, Numbers
from foresale.core.columns import TIMESTAMP
from foresale.core.errors import ConfigError
from foresale.core.named_tables import named_table
from foresale.core.text import counted, percent
from foresale.pricing.effects.cube import PRODUCT, PriceCube, row_of, said_size
from foresale.pricing.experiments.candidates import Candidate, Situation, arms, candidates
from foresale.pricing.experiments.options import ExperimentOptions, Kind
from foresale.pricing.experiments.replay import Replayed, replay
from foresale.pricing.experiments.units import at_one_price

_ROUNDS: Final = 3
"""Replays after which the width of the cheapest test is not asked for again."""
_FINER: Final = 0.98
"""A choice that is not 2 % narrower than a cheaper one is none."""
_KINDS: Final = {
    "stores": "Places whose sales went alike are pairs; for each product a lot says which of the two is dear.",
    "weeks": "Neighbouring blocks of periods are pairs; for each product and place a lot says which one is dear.",
}
Table = Literal["calendar", "choices"]


@dataclass(frozen=True, repr=False)
class Experiment:
    """A test of prices that is to be run.

    Attributes:
        kind: whether places are compared ("stores") or blocks of time ("weeks").
        options: what was asked for.
        calendar: one row per product, place and period: product, place, timestamp, price, arm (dear, cheap), price_now,
            pair (of cells, one of which is dear), counts (whether the period is analysed). The file that the analysis
            reads.
        choices: what else could be run, the cheapest first: one row per width that can be had: width, cost, products,
            places, periods, low, high (prices as shares of today's).
        replayed: what such a test says of past windows.
        cost: profit that is given up where a price turns out to be wrong, gains elsewhere not counted.
        notes: what was assumed.
        currency: of the prices.
    """

    kind: Kind
    options: ExperimentOptions
    calendar: pl.DataFrame = field(repr=False)
    choices: pl.DataFrame = field(repr=False)
    replayed: Replayed
    cost: float
    notes: tuple[str, ...] = ()
    currency: str = ""

    def __repr__(self) -> str:
        sizes = [
            counted(self.calendar[name].n_unique(), word)
            for name, word in ((PRODUCT, "product"), ("place", "place"), (TIMESTAMP, "period"))
        ]
        return f"<Experiment over {self.kind}: {', '.join(sizes)}, width {self.replayed.width:.2f}>"

    @property
    def reaches(self) -> bool:
        """Whether its intervals are as narrow as was asked for."""
        return bool(self.replayed.width <= self.options.width)

    def to_frame(self, what: Table = "calendar") -> pl.DataFrame:
        """One of the tables: calendar or choices.

        Raises:
            ConfigError: no such table.
        """
        return named_table(self, what, get_args(Table))


def design_experiment(
    cube: PriceCube,
    options: ExperimentOptions,
    *,
    price: Numbers,
    cost: Numbers,
    notes: Sequence[str] = (),
    currency: str = "",
) -> Experiment:
    """The cheapest test within the bounds whose intervals are as narrow as is asked for; else the narrowest.

    How wide intervals are is found by running the test on past windows of these sales.

    Args:
        cube: sales and prices.
        options: width and bounds.
        price: [P] prices today.
        cost: [P] what a unit costs.
        notes: what was assumed before.
        currency: of the prices.

    Raises:
        ConfigError: no such product, too short a history, or bounds within which nothing can be learnt.
    """
    situation = Situation(at_one_price(cube), price, cost, cube.frequency.year_lag, options.periods)
    able = list(candidates(situation, options, _products(cube, situation, options)))
    if not able:
        raise ConfigError(
            "no test can be planned: within these bounds there are too few places, products or periods "
            "to draw lots for, or the sales are too short to tell how much they vary"
        )
    chosen, said = _cheapest(situation, able, options)
    sign = np.random.default_rng(options.seed).integers(0, 2, chosen.layout.product.size) * 2 - 1
    calendar = _calendar(cube, chosen, sign, price)
    told = (*notes, f"Learnt from {said_size(cube)}.", *_notes(chosen, said, options))
    return Experiment(
        chosen.layout.kind, options, calendar, _choices(able, chosen, said), said, chosen.money, told, currency
    )


def _products(cube: PriceCube, situation: Situation, options: ExperimentOptions) -> Index:
    """Rows of the products that may take part: those that are named, or those that tell most for their money first."""
    if options.products:
        rows = [row_of(cube.products[PRODUCT], name) for name in options.products]
    else:
        sold = situation.recent.sum(axis=1)
        spread = np.nanstd(np.diff(np.log(np.nansum(situation.units, axis=1) + 0.5), axis=1), axis=1)
        money = sold * (situation.price - situation.cost)
        rows = [int(row) for row in np.argsort(spread**2 * money, kind="stable")]
    least = arms(options)[0]
    fit = [
        row
        for row in rows
        if situation.price[row] > 0
        and situation.recent[row].sum() > 0
        and np.diff(_rounded(situation.price[row], least)) > 0
    ]
    if not fit:
        raise ConfigError("no product sold of late at a price that could be changed within these bounds")
    return np.array(fit, np.int64)


def _cheapest(situation: Situation, able: list[Candidate], options: ExperimentOptions) -> tuple[Candidate, Replayed]:
    """The cheapest test that keeps the width on past windows; what they say of one corrects what is thought of all."""
    correction = 1.0
    tried: list[tuple[Candidate, Replayed]] = []
    for _ in range(_ROUNDS):
        narrow = [one for one in able if one.width * correction <= options.width]
        chosen = min(narrow, key=lambda one: one.money) if narrow else min(able, key=lambda one: one.width)
        said = replay(situation, chosen, level=options.level, elasticity=options.elasticity, seed=options.seed)
        tried.append((chosen, said))
        if not narrow or said.width <= options.width:
            break
        correction = 1.02 * said.width / chosen.width
    reach = [one for one in tried if one[1].width <= options.width]
    return min(reach, key=lambda one: one[0].money) if reach else min(tried, key=lambda one: one[1].width)


def _rounded(price: Numbers, shares: tuple[float, float]) -> Numbers:
    """[2, ...] the cheap and the dear price in whole cents, within the bounds.

    >>> _rounded(np.array([2.99]), (0.9, 1.1)).ravel().tolist()
    [2.7, 3.28]
    """
    cents = [np.round(100 * price * share, 6) for share in shares]
    return np.stack([np.ceil(cents[0]), np.floor(cents[1])]) / 100


def _calendar(cube: PriceCube, chosen: Candidate, sign: Index, price: Numbers) -> pl.DataFrame:
    """Every price of a test, in the order of products, places and periods."""
    layout, length = chosen.layout, chosen.layout.length
    row, cell, step = (
        own.ravel() for own in np.meshgrid(np.arange(sign.size), [0, 1], np.arange(length), indexing="ij")
    )
    dear = np.where(cell == 0, sign[row] > 0, sign[row] < 0)
    product, place = layout.product[row], layout.place[row, cell]
    period = cube.start + cube.sales.shape[-1] + layout.begin[row, cell] + step
    asked = _rounded(price[product], (chosen.low, chosen.high))
    frame = pl.DataFrame(
        {
            PRODUCT: cube.products[PRODUCT][product.tolist()],
            "place": np.array(cube.place_names, str)[place],
            TIMESTAMP: cube.frequency.timestamps(period),
            "price": np.where(dear, asked[1], asked[0]),
            "arm": np.where(dear, "dear", "cheap"),
            "price_now": price[product],
            "pair": layout.pair[row],
            "counts": step >= layout.washout,
        }
    )
    return frame.sort(PRODUCT, "place", TIMESTAMP, maintain_order=True)


def _choices(able: list[Candidate], chosen: Candidate, said: Replayed) -> pl.DataFrame:
    """Tests that no other beats in both cost and width, the cheapest first."""
    correction = said.width / chosen.width
    best, rows = float("inf"), []
    for one in sorted(able, key=lambda own: (own.money, own.width)):
        if one.width < _FINER * best:
            best = one.width
            layout = one.layout
            rows.append(
                (
                    one.width * correction,
                    one.money,
                    np.unique(layout.product).size,
                    np.unique(layout.place).size,
                    layout.periods,
                    one.low,
                    one.high,
                )
            )
    names = ["width", "cost", "products", "places", "periods", "low", "high"]
    return pl.DataFrame(rows, schema=names, orient="row")


def _notes(chosen: Candidate, said: Replayed, options: ExperimentOptions) -> list[str]:
    layout = chosen.layout
    notes = [_KINDS[layout.kind]]
    if layout.washout:
        notes.append(
            "What is sold right after a change of prices does not count "
            f"({counted(layout.washout, 'period')}): what was bought ahead is missing in it."
        )
    notes.append(
        f"In {said.times} runs on past windows it found an effect where there was none in "
        f"{percent(said.alarms)}, and its intervals of {percent(options.level)} held a planted one in "
        f"{percent(said.coverage)}."
    )
    if said.width > options.width:
        notes.append(
            f"No test within these bounds is as narrow as {options.width:g}: this is the narrowest. Longer "
            "tests, more places or larger steps would be narrower."
        )
    notes.append(
        "Assumed: customers do not go to the other place, or wait for the other block, because of a price; "
        "prices of all other products stay as they are."
    )
    return notes
