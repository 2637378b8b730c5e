"""`foresale recommend`: what each customer will want next, and why."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from foresale.cli.command import spread
from foresale.cli.console import in_options, note, show
from foresale.cli.options import Html, Lines, Quiet, columns_of, status_of
from foresale.cli.output import Output, Writing, check_folder
from foresale.cli.recommended import result_table
from foresale.cli.results import finish
from foresale.core.errors import ConfigError
from foresale.core.text import counted

if TYPE_CHECKING:
    from foresale.core.interactions import Interactions
    from foresale.recommend.evaluation import RecommendationEvaluation
    from foresale.recommend.options import RecommendOptions
    from foresale.recommend.recommender import Recommender

_ASKING: Final = "Asking something else"
_KEEPING: Final = "What was learnt, and privacy"

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
        from foresale.recommend.options import RecommendOptions

        return RecommendOptions() if self.horizon is None else RecommendOptions(horizon=self.horizon)


@dataclass(frozen=True)
class Asking:
    """What is asked for instead of recommendations to customers; one of them at a time."""

    similar: Annotated[
        str | None,
        typer.Option(metavar="ITEMS", rich_help_panel=_ASKING, help="Items like these: ids, or a file of them."),
    ] = None
    together: Annotated[
        str | None,
        typer.Option(metavar="ITEMS", rich_help_panel=_ASKING, help="Items that are bought together with these."),
    ] = None
    for_item: Annotated[
        str | None,
        typer.Option(
            metavar="ITEM",
            rich_help_panel=_ASKING,
            help="Whom to write to about an item, such as one with too much stock; --top says how many customers.",
        ),
    ] = None
    lapsing: Annotated[
        bool, typer.Option("--lapsing", rich_help_panel=_ASKING, help="Which customers may not come again.")
    ] = False

    evaluate: Annotated[
        bool,
        typer.Option(
            "--evaluate",
            rich_help_panel=_ASKING,
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
            rich_help_panel=_KEEPING,
            help="Recommend by what was learnt and saved there; ORDERS, if any, are taken in without learning anew.",
        ),
    ] = None
    save: Annotated[
        Path | None, typer.Option(metavar="FOLDER", rich_help_panel=_KEEPING, help="Keep what was learnt there.")
    ] = None
    forget: Annotated[
        str | None,
        typer.Option(
            metavar="IDS or FILE", rich_help_panel=_KEEPING, help="Customers who are taken out before all else."
        ),
    ] = None
    hash_key_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=_KEEPING,
            help="Replace ids of customers by hashes that only the holder of this file of 16 to 64 bytes can make.",
        ),
    ] = None


@spread
def recommend(
    lines: Lines,
    asking: Asking,
    keeping: Keeping,
    writing: Writing,
    orders: Orders = None,
    customers: Customers = None,
    top: Top = 20,
    exclude_bought: Bought = False,
    exclude: Exclude = None,
    horizon: Horizon = None,
    forecast: Forecast = "ets",
    output: Output = None,
    html: Html = None,
    quiet: Quiet = False,
) -> None:
    """Recommend to each customer what he will want next, with a reason for each."""
    asking.check()
    writing.check(output, page=html, inputs=(orders, customers, exclude, keeping.forget))
    learning = Learning(horizon, None if forecast == "none" else forecast)
    if asking.evaluate:
        judged = _judged(orders, lines, keeping, learning, top=top, quiet=quiet)
        show(result_table(judged))
        finish(judged, judged.to_frame(), writing, output=output, html=html, quiet=quiet)
        return
    recommender = _recommender(orders, lines, keeping, learning, quiet=quiet)
    if asking.similar is not None or asking.together is not None or asking.lapsing:
        found = _answer(recommender, asking, top=top)
    else:
        ids = None if customers is None else _hashed(_ids(customers, "customer"), keeping)
        found = _recommended(recommender, asking, ids, top=top, exclude_bought=exclude_bought, exclude=exclude)
    show(result_table(found))
    finish(found, found.to_frame(), writing, output=output, html=html, quiet=quiet)


def _recommender(
    orders: str | None, lines: Lines, keeping: Keeping, learning: Learning, *, quiet: bool
) -> "Recommender":
    """A recommender that learns now, or one that was saved, with what is new since; kept where asked."""
    if keeping.save is not None:
        from foresale.storage.folder import check_place

        check_place(keeping.save)
        check_folder(keeping.save.parent, name=keeping.save)
    events = None if orders is None else _read(orders, lines, keeping, quiet=quiet)
    found = _learnt(events, learning, quiet=quiet) if keeping.model is None else _loaded(events, keeping, learning)
    if keeping.save is not None:
        from foresale.storage.recommenders import save_recommender

        save_recommender(found, keeping.save)
        if not quiet:
            note(f"Wrote {keeping.save}. To recommend by it: foresale recommend --model {keeping.save}")
    return found


def _learnt(events: "Interactions | None", learning: Learning, *, quiet: bool) -> "Recommender":
    from foresale.workflows.recommend import recommender_of

    if events is None:
        raise ConfigError("there are no orders to learn from: name a file of them, or --model FOLDER")
    if not quiet:
        note(f"Learning from {counted(len(events), 'event')} of {counted(len(events.customers), 'customer')} …")
    return recommender_of(events, options=learning.options, forecast=learning.forecast)


def _judged(
    orders: str | None, lines: Lines, keeping: Keeping, learning: Learning, *, top: int, quiet: bool
) -> "RecommendationEvaluation":
    """How good recommendations would have been."""
    from foresale.recommend.evaluation import Judging
    from foresale.workflows.recommend import evaluate_recommendations

    if orders is None:
        raise ConfigError("there are no orders to judge by: name a file of them")
    events = _read(orders, lines, keeping, quiet=quiet)

    def said(place: int, count: int) -> None:
        if not quiet:
            note(f"Learning and judging, {place + 1} of {count} …")

    judging = Judging(top=top, options=learning.options)
    return evaluate_recommendations(events, judging=judging, forecast=learning.forecast, on_cutoff=said)


def _loaded(events: "Interactions | None", keeping: Keeping, learning: Learning) -> "Recommender":
    from foresale.storage.recommenders import load_recommender

    if learning.horizon is not None:
        raise ConfigError("--horizon is for learning, and --model has learnt already. Leave one of them out.")
    assert keeping.model is not None
    found = load_recommender(keeping.model)
    if keeping.forget is not None:
        found = found.forget(_hashed(_ids(keeping.forget, "customer"), keeping), unknown="ignore")
    return found if events is None else found.update(events)


def _read(orders: str, lines: Lines, keeping: Keeping, *, quiet: bool) -> "Interactions":
    """The events, without those who are to be forgotten, hashed where a key is given."""
    from foresale.data.interactions import read_interactions

    events = read_interactions(
        orders,
        query=lines.query,
        sheet=lines.sheet,
        columns=columns_of(lines.columns) or None,
        status=status_of(lines.status),
        returns=lines.returns,
        not_goods=lines.not_goods,
        currency=lines.currency,
        bad_rows=lines.bad_rows,
        far_dates=lines.far_dates,
        date_order=lines.date_order,
    )
    if not quiet:
        for sentence in events.notes:
            note(in_options(sentence))
    if keeping.forget is not None:
        events = events.forget(_ids(keeping.forget, "customer"), unknown="ignore")
    return events if keeping.hash_key_file is None else events.hashed(keeping.hash_key_file.read_bytes())


def _ids(told: str, role: str) -> tuple[str, ...]:
    from foresale.io.id_lists import read_ids

    return read_ids(told, role=role)


def _hashed(customers: tuple[str, ...], keeping: Keeping) -> tuple[str, ...]:
    """Ids of customers, hashed where the orders are."""
    from foresale.core.interactions import customer_hash

    if keeping.hash_key_file is None:
        return customers
    key = keeping.hash_key_file.read_bytes()
    return tuple(customer_hash(name, key) for name in customers)


def _answer(recommender: "Recommender", asking: Asking, *, top: int) -> Any:
    """What was asked for that is of no customers in particular."""
    if asking.lapsing:
        return recommender.lapsing()
    if asking.similar is not None:
        return recommender.similar(_ids(asking.similar, "item"), top=top)
    return recommender.bought_together(_ids(asking.together or "", "item"), top=top)


def _recommended(
    recommender: "Recommender",
    asking: Asking,
    customers: tuple[str, ...] | None,
    *,
    top: int,
    exclude_bought: bool,
    exclude: str | None,
) -> Any:
    """Items for customers, or customers for an item."""
    from foresale.workflows.recommend import known_customers, recommend as run

    if asking.for_item is not None:
        known, _ = known_customers(recommender, customers)
        return recommender.for_item(asking.for_item, customers=known, top=top, exclude_bought=exclude_bought)
    without = () if exclude is None else _ids(exclude, "item")
    return run(recommender, customers=customers, top=top, exclude_bought=exclude_bought, exclude=without)
