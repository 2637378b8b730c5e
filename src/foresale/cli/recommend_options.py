"""Options of `foresale recommend`."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from foresale.core.errors import ConfigError

if TYPE_CHECKING:
    from foresale.recommending.options import RecommendOptions

ASKING: Final = "Asking something else"
KEEPING: Final = "What was learnt, and privacy"
STOCK: Final = "Stock, and what lists keep to"

Orders = Annotated[
    str | None,
    typer.Argument(
        metavar="ORDERS",
        help="Order lines with a column of customers, or a log of events; with --model what is new since.",
    ),
]
Customers = Annotated[
    str | None,
    typer.Option(
        "--customers", metavar="IDS or FILE", help="Whom to recommend to: ann,bob or a file of ids; by itself all."
    ),
]
Top = Annotated[int, typer.Option("--top", min=1, help="How many items for each customer.")]
Bought = Annotated[
    bool, typer.Option("--exclude-bought", help="Recommend only what is new to a customer, not what he bought before.")
]
Exclude = Annotated[
    str | None, typer.Option("--exclude", metavar="IDS or FILE", help="Items that are not to be recommended.")
]
Horizon = Annotated[
    int | None,
    typer.Option("--horizon", min=1, metavar="DAYS", help="Days within which customers come for it; by itself 14."),
]

Forecast = Annotated[
    str,
    typer.Option(
        "--forecast",
        metavar="MODEL",
        help="What forecasts the customers of each item in the next weeks, as in `forecast`; none for nothing.",
    ),
]


@dataclass(frozen=True)
class Learning:
    """What is learnt.

    Attributes:
        horizon: days within which customers come; None for the usual ones.
        forecast: the model of the weeks to come, or None.
    """

    horizon: int | None
    forecast: str | None

    @property
    def options(self) -> "RecommendOptions":
        """Options of a recommender."""
        from foresale.recommending.options import RecommendOptions

        return RecommendOptions() if self.horizon is None else RecommendOptions(horizon=self.horizon)


@dataclass(frozen=True)
class Asking:
    """What is asked for instead of recommendations to customers; one of them at a time."""

    similar: Annotated[
        str | None,
        typer.Option(metavar="ITEMS", rich_help_panel=ASKING, help="Items like these: ids, or a file of them."),
    ] = None
    together: Annotated[
        str | None,
        typer.Option(metavar="ITEMS", rich_help_panel=ASKING, help="Items that are bought together with these."),
    ] = None
    for_item: Annotated[
        str | None,
        typer.Option(
            metavar="ITEM",
            rich_help_panel=ASKING,
            help="Whom to write to about an item, such as one with too much stock; --top says how many customers.",
        ),
    ] = None
    lapsing: Annotated[
        bool, typer.Option("--lapsing", rich_help_panel=ASKING, help="Which customers may not come again.")
    ] = False

    evaluate: Annotated[
        bool,
        typer.Option(
            "--evaluate",
            rich_help_panel=ASKING,
            help="How good recommendations would have been at four days of the past, each learnt from what was before.",
        ),
    ] = False

    def check(self) -> None:
        """Refuse two questions at once.

        Raises:
            ConfigError: more than one.
        """
        named = {"--similar": self.similar, "--together": self.together, "--for-item": self.for_item}
        flags = {"--lapsing": self.lapsing, "--evaluate": self.evaluate}
        asked = [name for name, value in named.items() if value is not None] + [name for name in flags if flags[name]]
        if len(asked) > 1:
            raise ConfigError(f"{' and '.join(asked)} ask for different things. Name one of them.")


@dataclass(frozen=True)
class Keeping:
    """What becomes of what was learnt, and of the customers in it."""

    model: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            rich_help_panel=KEEPING,
            help="Recommend by what was learnt and saved there; ORDERS, if any, are taken in without learning anew.",
        ),
    ] = None
    save: Annotated[
        Path | None, typer.Option(metavar="FOLDER", rich_help_panel=KEEPING, help="Keep what was learnt there.")
    ] = None
    forget: Annotated[
        str | None,
        typer.Option(
            metavar="IDS or FILE", rich_help_panel=KEEPING, help="Customers who are taken out before all else."
        ),
    ] = None
    hash_key_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=KEEPING,
            help="Replace ids of customers by hashes that only the holder of this file of 16 to 64 bytes can make.",
        ),
    ] = None


@dataclass(frozen=True)
class Shelf:
    """What is there to be recommended, and what a list keeps to."""

    stock: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=STOCK,
            help="What is in stock, as `plan` takes it: nothing is recommended that is forecast to be out, and nothing "
            "more often than it lasts.",
        ),
    ] = None
    terms: Annotated[
        str | None,
        typer.Option(
            "--items", metavar="FILE", rich_help_panel=STOCK, help="Items with their price, cost or category."
        ),
    ] = None
    min_margin: Annotated[
        float | None,
        typer.Option(rich_help_panel=STOCK, help="Money that a unit earns at the least; needs --stock and costs."),
    ] = None
    category: Annotated[
        str | None, typer.Option(metavar="COLUMN", rich_help_panel=STOCK, help="The column of --items with categories.")
    ] = None
    per_category: Annotated[
        int | None, typer.Option(min=1, rich_help_panel=STOCK, help="Items of one category on a list, at the most.")
    ] = None
    one_of: Annotated[
        float | None,
        typer.Option(
            min=0, max=1, rich_help_panel=STOCK, help="How alike names are from which on a list has one of them alone."
        ),
    ] = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return self == Shelf()

    def check(self, orders: str | None, *, lists: bool) -> None:
        """Refuse what lacks another option, or a file, and what keeps nothing where no lists are made.

        Raises:
            DataError: a file that is not there.
            ConfigError: stock without orders to forecast from, a margin without stock, a category without the other.
        """
        from foresale.io.sources import fetch

        if not (lists or self.is_empty):
            raise ConfigError("options of stock and lists hold for lists of customers alone: leave them out here.")
        if self.stock is not None and orders is None:
            raise ConfigError("--stock needs ORDERS beside it: demand until customers come is forecast from them.")
        if self.min_margin is not None and self.stock is None:
            raise ConfigError("--min-margin needs --stock FILE, with prices and costs there or in --items FILE.")
        if (self.per_category is None) != (self.category is None):
            raise ConfigError("--per-category N and --category COLUMN go together: name both.")
        if self.category is not None and self.terms is None:
            raise ConfigError("--category needs --items FILE, which holds the column.")
        for name in (self.stock, self.terms):
            if name is not None:
                fetch(name)  # a file that is not there is told before anything is learnt
