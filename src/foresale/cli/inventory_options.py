"""Options of stock and terms, and of what orders are to keep to."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from foresale.cli.options import Reading, columns_of, list_of

if TYPE_CHECKING:
    from foresale.inventory.defaults import Defaults
    from foresale.inventory.planning.options import PlanOptions
    from foresale.inventory.read import Sources

STOCKING: Final = "Stock and terms"
ORDERING: Final = "Ordering"

Suppliers = Annotated[
    str | None,
    typer.Option(metavar="FILE", rich_help_panel=STOCKING, help="Lead time and review period of each supplier."),
]
Deliveries = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        rich_help_panel=STOCKING,
        help="Past deliveries, from which lead times are learnt: supplier, day ordered, day received.",
    ),
]
TermsColumns = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=COLUMN",
        rich_help_panel=STOCKING,
        help="Which column of these files is what, where names do not say it: on_hand=Bestand; may be repeated.",
    ),
]
LeadTime = Annotated[
    float | None,
    typer.Option(metavar="DAYS", rich_help_panel=STOCKING, help="Lead time of items for which no file tells one."),
]
Review = Annotated[
    float, typer.Option(metavar="DAYS", rich_help_panel=STOCKING, help="Days between orders, where no file tells.")
]
Policy = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        rich_help_panel=ORDERING,
        help="How to order: base-stock, what the service needs; s-S, then at least an economic quantity; r-Q, "
        "multiples of it; newsvendor, what a lost sale and a leftover cost, whatever the service; min-max, "
        "reorder-point and normal, as textbooks do; or the name of an installed one.",
    ),
]
Measure = Annotated[
    Literal["fill", "cycle"],
    typer.Option(
        rich_help_panel=STOCKING,
        help="What service means: the share of demand met, or of order cycles without a stock-out.",
    ),
]


@dataclass(frozen=True)
class SalesReading(Reading):
    """How the sales are to be read; the items file is that of the terms."""

    items: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=STOCKING,
            help="Terms of the items, one row per item: supplier, lead time, minimum order, pack size, cost, price, "
            "shelf life, service, volume, end of season, elasticity.",
        ),
    ] = None


@dataclass(frozen=True)
class Stocking:
    """Where stock and terms stand, and what holds where they tell nothing."""

    stock: Annotated[
        str,
        typer.Option(
            metavar="FILE",
            rich_help_panel=STOCKING,
            help="What is in stock, one row per item: on hand, perhaps on order, backorders, and any term of --items.",
        ),
    ]
    suppliers: Suppliers = None
    deliveries: Deliveries = None
    on_order: Annotated[
        str | None,
        typer.Option(metavar="FILE", rich_help_panel=STOCKING, help="Open orders: item, quantity, day due."),
    ] = None
    terms_columns: TermsColumns = None
    lead_time: LeadTime = None
    review: Review = 7.0
    service: Annotated[
        float, typer.Option(rich_help_panel=STOCKING, help="Service to reach, where no file tells: 0.95 is 95 %.")
    ] = 0.95
    measure: Measure = "fill"

    @property
    def files(self) -> tuple[str | None, ...]:
        """What is read beside the sales and the items."""
        return self.stock, self.suppliers, self.deliveries, self.on_order

    def sources(self, items: str | None) -> "Sources":
        """The files."""
        from foresale.inventory.read import Sources

        columns = {name: found[0] for name, found in columns_of(self.terms_columns).items()}
        return Sources(self.stock, items, self.suppliers, self.on_order, self.deliveries, columns)

    def defaults(self) -> "Defaults":
        """What holds where they tell nothing."""
        from foresale.inventory.defaults import Defaults

        return Defaults(lead_days=self.lead_time, review_days=self.review, service=self.service, measure=self.measure)


@dataclass(frozen=True)
class Ordering:
    """What the orders are to keep to."""

    policy: Policy = "base-stock"
    budget: Annotated[
        float | None,
        typer.Option(min=0, metavar="MONEY", rich_help_panel=ORDERING, help="What today's orders may cost in all."),
    ] = None
    capacity: Annotated[
        float | None,
        typer.Option(
            min=0,
            metavar="ROOM",
            rich_help_panel=ORDERING,
            help="Room for stock, in the unit of the items' volume, or in units where no volume is told.",
        ),
    ] = None
    inbound: Annotated[
        float | None,
        typer.Option(
            min=0,
            metavar="ROOM",
            rich_help_panel=ORDERING,
            help="What can arrive in a week at most; before a peak, more is ordered earlier.",
        ),
    ] = None
    backorders: Annotated[
        bool, typer.Option("--backorders", rich_help_panel=ORDERING, help="Customers who find no stock wait.")
    ] = False
    accept: Annotated[
        list[str] | None,
        typer.Option(
            "--accept",
            metavar="IDS",
            rich_help_panel=ORDERING,
            help="Items whose order was checked and is right, a,b or repeated, or all: it is left out until then.",
        ),
    ] = None
    paths: Annotated[
        int, typer.Option(min=2, rich_help_panel=ORDERING, help="Sample paths of demand; more are finer and slower.")
    ] = 4_096

    def options(self, *, horizon: int | None, seed: int) -> "PlanOptions":
        """The same, as a plan takes it."""
        from foresale.inventory.planning.options import PlanOptions

        return PlanOptions(
            horizon=horizon,
            policy=self.policy,
            lost=not self.backorders,
            paths=self.paths,
            seed=seed,
            budget=self.budget,
            capacity=self.capacity,
            inbound=self.inbound,
            accept=list_of(self.accept),
        )
