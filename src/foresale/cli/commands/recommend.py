"""`foresale recommend`: what each customer will want next, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from foresale.cli.command import spread
from foresale.cli.console import in_options, note, show, show_lines
from foresale.cli.options import Html, Lines, Quiet, Reading, columns_of, status_of
from foresale.cli.output import Output, Writing, check_folder, say_written
from foresale.cli.recommend_options import (
    Asking,
    Bought,
    Customers,
    Exclude,
    Forecast,
    Horizon,
    Keeping,
    Learning,
    Orders,
    Shelf,
    Top,
)
from foresale.cli.recommended import result_table
from foresale.cli.results import finish
from foresale.core.errors import ConfigError
from foresale.core.text import counted

if TYPE_CHECKING:
    import polars as pl

    from foresale.core.interactions import Interactions
    from foresale.recommending.evaluation import RecommendationEvaluation
    from foresale.recommending.recommender import Recommender
    from foresale.recommending.stock_limiter import StockLimiter

MOST_AT_ONCE: Final = 50_000
"""Customers whose lists stand in memory together, where they are only written: a million lines of twenty, 300 MB."""


@spread
def recommend(
    lines: Lines,
    asking: Asking,
    keeping: Keeping,
    shelf: Shelf,
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
    shelf.check(orders, lists=asking == Asking())
    writing.check(output, page=html, inputs=(orders, customers, exclude, keeping.forget, shelf.stock, shelf.terms))
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
        limiter = None if shelf.is_empty else _limiter(recommender, orders, lines, shelf, learning, top=top)
        lists = Wanted(ids, top, exclude_bought, () if exclude is None else _ids(exclude, "item"))
        many = len(recommender.orders.customers if ids is None else ids) > MOST_AT_ONCE
        if many and output is not None and html is None and limiter is None and asking.for_item is None:
            _in_parts(recommender, lists, writing, output, quiet=quiet)
            return
        found = _recommended(recommender, asking, lists, limiter)
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
    from foresale.recommending.evaluation import Judging
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


@dataclass(frozen=True)
class Wanted:
    """The lists that are asked for.

    Attributes:
        customers: ids; None for all.
        top: items for each.
        new: whether only what is new to a customer.
        without: ids of items that are left out.
    """

    customers: tuple[str, ...] | None
    top: int
    new: bool
    without: tuple[str, ...]


def _recommended(recommender: "Recommender", asking: Asking, lists: Wanted, limiter: "StockLimiter | None") -> Any:
    """Items for customers, or customers for an item."""
    from foresale.workflows.recommend import known_customers, recommend as run

    if asking.for_item is not None:
        known, _ = known_customers(recommender, lists.customers)
        return recommender.for_item(asking.for_item, customers=known, top=lists.top, exclude_bought=lists.new)
    return run(
        recommender,
        customers=lists.customers,
        top=lists.top,
        exclude_bought=lists.new,
        exclude=lists.without,
        limiter=limiter,
    )


def _in_parts(recommender: "Recommender", lists: Wanted, writing: Writing, output: Path, *, quiet: bool) -> None:
    """Write the lists of very many customers part by part, show the first, and say how many there are in all."""
    from foresale.workflows.recommend import recommend_in_parts

    parts = recommend_in_parts(
        recommender,
        size=MOST_AT_ONCE,
        customers=lists.customers,
        top=lists.top,
        exclude_bought=lists.new,
        exclude=lists.without,
    )
    customers = items = 0

    def written() -> Iterator["pl.DataFrame"]:
        nonlocal customers, items
        for found in parts:
            if not items:
                show(result_table(found))
                show_lines(found.notes)
            customers, items = customers + found.customers.n_unique(), items + len(found)
            yield found.to_frame()
            if not quiet:
                note(f"{counted(items, 'recommendation')} for {counted(customers, 'customer')} so far")

    writing.tables(written(), output)
    show_lines([f"{counted(items, 'recommendation')} for {counted(customers, 'customer')}."])
    say_written(output, quiet=quiet)


def _limiter(
    recommender: "Recommender", orders: str | None, lines: Lines, shelf: Shelf, learning: Learning, *, top: int
) -> "StockLimiter":
    """What lists keep to: stock and items by the files that were named."""
    from foresale.cli.read_options import read_panel
    from foresale.recommending.offers import ListLimits
    from foresale.workflows.free_stock import limiter_of

    limits = ListLimits(top=top, per_category=shelf.per_category, least_margin=shelf.min_margin, one_of=shelf.one_of)
    sales = None
    if orders is not None and (shelf.stock is not None or shelf.category is not None):
        sales = read_panel(orders, Reading(**vars(lines), items=shelf.terms), quiet=True)
    return limiter_of(
        recommender,
        sales,
        stock=shelf.stock,
        terms=shelf.terms,
        limits=limits,
        category=shelf.category,
        model=learning.forecast or "ets",
    )
