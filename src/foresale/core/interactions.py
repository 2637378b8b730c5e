"""Who bought, looked at or wrote about what, and when: what recommendations learn from."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.arrays import Index, Values
from foresale.core.columns import ITEM, NAME
from foresale.core.errors import ConfigError
from foresale.core.text import counted, listed

KINDS: Final = ("order", "cart", "view", "review")
"""What a customer can do with an item, by how much it says of what he wants."""
InteractionKind = Literal["order", "cart", "view", "review"]

_FEW: Final = 20
DAY: Final = 86_400_000_000
"""Microseconds of a day."""


@dataclass(frozen=True, eq=False)
class Interactions:
    """Events of customers and items, in the order of time.

    Attributes:
        customers: [C] ids as text, sorted by their bytes.
        items: one row per item: `item_id`, its key columns, and `item_name` where one is known.
        customer: [n] position in `customers` of each event.
        item: [n] position in `items`.
        time: [n] microseconds after 1970-01-01 on the clock of the shop.
        quantity: [n] units, above 0.
        price: [n] money per unit, NaN where unknown.
        kind: [n] position in `KINDS`.
        notes: what was understood, in sentences for a person.
    """

    customers: pl.Series
    items: pl.DataFrame
    customer: npt.NDArray[np.int32]
    item: npt.NDArray[np.int32]
    time: npt.NDArray[np.int64]
    quantity: Values
    price: Values
    kind: npt.NDArray[np.int8]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        count = len(self.customer)
        for name in ("item", "time", "quantity", "price", "kind"):
            if len(getattr(self, name)) != count:
                raise ConfigError(f"{name} has {len(getattr(self, name)):,} values for {count:,} events")
        for what, places, there in (
            ("customer", self.customer, len(self.customers)),
            ("item", self.item, self.items.height),
        ):
            outside = places[(places < 0) | (places >= there)]
            if len(outside):
                raise ConfigError(f"an event names {what} {outside[0]} of {there:,}")
        if count and (np.diff(self.time) < 0).any():
            raise ConfigError("events are in the order of time")

    def __len__(self) -> int:
        return len(self.customer)

    def __repr__(self) -> str:
        who, what = counted(len(self.customers), "customer"), counted(self.items.height, "item")
        return f"<Interactions: {counted(len(self), 'event')} of {who} and {what}>"

    @property
    def day(self) -> Index:
        """[n] days after 1970-01-01."""
        return self.time // DAY

    def select(self, rows: npt.NDArray[np.bool_]) -> "Interactions":
        """Some of the events; customers and items keep their places."""
        return replace(
            self,
            customer=self.customer[rows],
            item=self.item[rows],
            time=self.time[rows],
            quantity=self.quantity[rows],
            price=self.price[rows],
            kind=self.kind[rows],
        )

    def before(self, time: int) -> "Interactions":
        """The events before a time, in microseconds after 1970-01-01."""
        end = int(np.searchsorted(self.time, time))
        return self.select(np.arange(len(self)) < end)

    def between(self, first: int, after: int) -> "Interactions":
        """The events from a time on, until before another."""
        return self.select((self.time >= first) & (self.time < after))

    def of_kind(self, kind: InteractionKind) -> "Interactions":
        """The events of one kind."""
        return self.select(self.kind == KINDS.index(kind))

    def joined(self, later: "Interactions") -> "Interactions":
        """These events and others; items keep their places, and new ones stand behind them.

        Raises:
            ConfigError: the others tell items by other columns.

        >>> from foresale.data.interactions import read_interactions
        >>> ann, bob = ({"customer": [name], "sku": [name[0]], "date": ["2024-03-01"]} for name in ("bob", "ann"))
        >>> both = read_interactions(pl.DataFrame(ann)).joined(read_interactions(pl.DataFrame(bob)))
        >>> both.customers.to_list(), both.items["sku"].to_list(), both.item.tolist(), both.customer.tolist()
        (['ann', 'bob'], ['b', 'a'], [0, 1], [1, 0])
        """
        items, places = _with_new_items(self.items, later.items)
        customers = pl.concat([self.customers, later.customers]).unique().sort()
        mine, theirs = (customers.search_sorted(each).to_numpy() for each in (self.customers, later.customers))
        time = np.concatenate([self.time, later.time])
        order = np.argsort(time, kind="stable")
        beside = {
            name: np.concatenate([getattr(self, name), getattr(later, name)])[order]
            for name in ("quantity", "price", "kind")
        }
        customer = np.concatenate([mine[self.customer], theirs[later.customer]])[order].astype(np.int32)
        item = np.concatenate([self.item, places[later.item]])[order].astype(np.int32)
        return Interactions(
            customers=customers, items=items, customer=customer, item=item, time=time[order], notes=self.notes, **beside
        )

    def forget(self, customers: Sequence[str], *, unknown: Literal["refuse", "ignore"] = "refuse") -> "Interactions":
        """Without anything of some customers, their ids included.

        Args:
            customers: their ids.
            unknown: what is done about a customer who is not there: a list of those to forget outlives them.

        Raises:
            ConfigError: a customer that is not there.

        >>> from foresale.data.interactions import read_interactions
        >>> lines = {"customer": ["ann", "bob"], "sku": ["tea", "mug"], "date": ["2024-03-01", "2024-03-02"]}
        >>> read_interactions(pl.DataFrame({**lines, "quantity": [1, 2]})).forget(["ann"]).customers.to_list()
        ['bob']
        """
        places = self.places_of(customers) if unknown == "refuse" else self.find_customers(customers)
        kept = np.ones(len(self.customers), np.bool_)
        kept[places[places >= 0]] = False
        place = np.cumsum(kept) - 1
        left = self.select(kept[self.customer])
        return replace(left, customers=self.customers.filter(kept), customer=place[left.customer].astype(np.int32))

    def hashed(self, key: bytes) -> "Interactions":
        """With keyed hashes in the place of the ids of customers (`customer_hash`): the same key, the same hashes.

        Raises:
            ConfigError: a key of fewer than 16 or more than 64 bytes.
        """
        hashes = pl.Series(self.customers.name, [customer_hash(name, key) for name in self.customers], pl.String)
        order = hashes.arg_sort().to_numpy()
        place = np.empty(len(order), np.int32)
        place[order] = np.arange(len(order), dtype=np.int32)
        return replace(self, customers=hashes.gather(order), customer=place[self.customer])

    def find_customers(self, customers: Sequence[str]) -> Index:
        """[k] positions of customers by their ids, -1 for those that are not there."""
        if not len(self.customers):
            return np.full(len(customers), -1)
        if len(customers) <= _FEW:  # whom to look up one by one is quicker than to make columns of
            return np.array([_find(self.customers, str(name)) for name in customers], np.int64)
        asked = pl.Series("customer", [str(name) for name in customers], pl.String)
        at = np.minimum(self.customers.search_sorted(asked).to_numpy(), len(self.customers) - 1).astype(np.int64)
        found: Index = np.where((self.customers.gather(at) == asked).to_numpy(), at, -1)
        return found

    def places_of(self, customers: Sequence[str]) -> Index:
        """[k] positions of customers by their ids.

        Raises:
            ConfigError: customers that are not there, the first of them by name.
        """
        found = self.find_customers(customers)
        unknown = [str(name) for name, place in zip(customers, found.tolist(), strict=True) if place < 0]
        if unknown:
            raise ConfigError(
                f"{len(unknown):,} of {len(customers):,} customers are not in the orders; the first: {unknown[0]!r}. "
                f"There are such as {', '.join(map(repr, self.customers.head(3).to_list()))}."
            )
        return found


def _find(names: pl.Series, name: str) -> int:
    """The position of a name among sorted ones, -1 where it is not there."""
    at = bisect_left(names, name)
    return at if at < len(names) and names[at] == name else -1


def customer_hash(customer: str, key: bytes) -> str:
    """A keyed hash (BLAKE2b, RFC 7693) that stands for a customer.

    Without the key nobody can tell whose it is, not even by hashing all ids there could be.

    Raises:
        ConfigError: a key of fewer than 16 or more than 64 bytes.

    >>> customer_hash("ann", b"a key of sixteen") == customer_hash("ann", b"the key of later")
    False
    """
    if not 16 <= len(key) <= 64:
        raise ConfigError(f"a key has 16 to 64 bytes, not {len(key)}")
    return blake2b(customer.encode(), digest_size=16, key=key).hexdigest()


def _with_new_items(items: pl.DataFrame, others: pl.DataFrame) -> tuple[pl.DataFrame, Index]:
    """Items with those of others behind them that are new, and where each of the others stands.

    Raises:
        ConfigError: other key columns.
    """
    one, two = ([name for name in each.columns if name != NAME] for each in (items, others))
    if one != two:
        raise ConfigError(
            f"the new events tell items by {listed(two[1:])}, the earlier ones by {listed(one[1:])}. "
            f"Name the same: columns={{'item': {one[1:]!r}}}."
        )
    places = text_places(others[ITEM].cast(pl.String), items[ITEM].cast(pl.String))
    fresh = others.filter(places < 0).cast({name: items.schema[name] for name in one})
    places = places.copy()
    places[places < 0] = items.height + np.arange(fresh.height)
    return pl.concat([items, fresh], how="diagonal"), places


def text_places(asked: pl.Series, known: pl.Series) -> Index:
    """[k] position of each text of a series in another, -1 where it is not there.

    >>> text_places(pl.Series(["b", "z"]), pl.Series(["a", "b"])).tolist()
    [1, -1]
    """
    table = pl.DataFrame({"key": known}).with_row_index("at")
    found = pl.DataFrame({"key": asked}).join(table, on="key", how="left", maintain_order="left")["at"]
    return np.asarray(found.cast(pl.Int64).fill_null(-1).to_numpy())


def item_places(interactions: Interactions, asked: Sequence[Any]) -> Index:
    """[k] positions of items by their ids, -1 where they never had an event."""
    return text_places(
        pl.Series([str(name) for name in asked], dtype=pl.String), interactions.items[ITEM].cast(pl.String)
    )
