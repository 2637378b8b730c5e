"""The items file: static columns joined to the items of a panel."""

from dataclasses import replace

import polars as pl

from foresale.core.columns import ITEM, NAME
from foresale.core.errors import DataError, Fault
from foresale.core.panel import Panel
from foresale.core.text import counted
from foresale.data.item_keys import find
from foresale.data.periods.covariates import whole
from foresale.data.periods.future import match_columns
from foresale.io.table import ROW, Table


def join_statics(panel: Panel, table: Table) -> Panel:
    """The panel with the columns of a table of items, by its key columns or by `item_id`.

    They are null where the table lacks an item. Columns that the panel has already are replaced.

    Raises:
        DataError: faulty rows, an item that stands twice with different values, or no item that the panel has.
    """
    if not table.keys:
        cure = "Name its item column as in the sales, or tell it with columns."
        raise DataError([Fault("no item column", 1, f"columns {table.frame.columns}", cure)], source="items file")
    columns = match_columns(table, panel.items)
    called = table.names.get("name")
    ours = [name for name in table.frame.columns if name not in {ROW, *table.keys, *panel.keys, ITEM, called}]
    own = [*table.keys, *ours, *([called] if called else [])]
    rows = table.frame.unique(own, keep="first", maintain_order=True)
    keys = rows.select(table.keys)
    twice = rows.filter(keys.is_duplicated())
    faults = list(table.faults)
    if twice.height:
        place = f"{table.place(twice[ROW][0])}: {'|'.join(str(part) for part in twice.select(table.keys).row(0))}"
        faults.append(
            Fault("items that stand twice with different values", twice.height, place, "Keep one row of each.")
        )
    if faults:
        raise DataError(faults, source="items file")
    found = find(rows.rename(dict(zip(table.keys, columns, strict=True))), panel.items, columns)
    if (found < 0).all():
        raise DataError([_strangers(panel, table, rows)], source="items file")
    position = pl.Series("position", found)
    position = position.set(position < 0, None)
    statics = [whole(rows[name])[position].alias(name) for name in ours]
    if called:
        statics.append(_names(panel, rows[called][position]))
    return replace(panel, items=panel.items.with_columns(statics), notes=(*panel.notes, *_notes(panel, rows, position)))


def _names(panel: Panel, told: pl.Series) -> pl.Series:
    """[N] what the items file calls the items, else what the sales do."""
    if NAME not in panel.items.columns:
        return told.alias(NAME)
    return told.zip_with(told.is_not_null(), panel.items[NAME]).alias(NAME)


def _strangers(panel: Panel, table: Table, rows: pl.DataFrame) -> Fault:
    first = "|".join(str(part) for part in rows.select(table.keys).row(0)) if rows.height else "no row"
    place = f"{table.place(rows[ROW][0])}: {first}" if rows.height else first
    cure = f"The sales have {panel.items[ITEM][0]}, …: write the ids as there, leading zeros and all."
    return Fault("no item of the items file is in the sales", rows.height, place, cure)


def _notes(panel: Panel, rows: pl.DataFrame, position: pl.Series) -> list[str]:
    notes = []
    lacking = int(position.null_count())
    if lacking:
        first = panel.items[ITEM].filter(position.is_null())[0]
        notes.append(f"{counted(lacking, 'item')} not in the items file (first: {first}): static columns unknown.")
    unknown = rows.height - position.drop_nulls().n_unique()
    if unknown:
        notes.append(f"{counted(unknown, 'item')} of the items file without sales: not used.")
    return notes
