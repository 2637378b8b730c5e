"""When items end and how their demand answers to price, out of the files that tell their terms."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import polars as pl

from foresale.core.errors import DataError, Fault
from foresale.data.item_keys import find
from foresale.inventory.names import Field
from foresale.inventory.planning.options import Seasons
from foresale.inventory.read import Sources
from foresale.inventory.sheet import Sheet, read_sheet

SEASON: Final[Mapping[str, Field]] = {
    "end": Field(
        "date",
        (
            "season_end",
            "end_of_season",
            "end_of_life",
            "eol",
            "eol_date",
            "last_sale_day",
            "last_day_of_sale",
            "discontinued",
            "discontinued_on",
            "discontinue_date",
            "phase_out",
            "phase_out_date",
            "sell_until",
            "end_date",
            "下架日期",
            "停售日期",
            "季末日期",
            "清仓日期",
            "販売終了日",
            "판매종료일",
            "auslauf",
            "auslaufdatum",
            "saisonende",
            "fin_de_temporada",
            "fin_de_saison",
            "fin_de_vie",
        ),
    ),
    "elasticity": Field(
        "units",
        (
            "elasticity",
            "price_elasticity",
            "demand_elasticity",
            "价格弹性",
            "弹性",
            "価格弾力性",
            "preiselastizitaet",
            "preiselastizität",
            "elasticidad",
            "elasticite",
            "élasticité",
        ),
    ),
}
"""Columns that an items file, or the stock file, may have beside their terms."""
_LEAST: Final = 1e-9
"""Elasticity of demand that does not answer to price at all."""


def read_seasons(items: pl.DataFrame, sources: Sources) -> Seasons:
    """Ends and elasticities of items, in their order, from the items file or else the stock file.

    An elasticity may be written with its sign (-2) or without (2).

    Raises:
        DataError: dates or numbers that cannot be read, all of them named.

    >>> import polars as pl
    >>> told = pl.DataFrame({"sku": ["tea", "pot"], "stock": [3, 4], "season end": ["2026-12-24", None]})
    >>> read_seasons(pl.DataFrame({"item_id": ["pot", "tea"]}), Sources(told)).end.astype(str).tolist()
    ['NaT', '2026-12-24']
    """
    found = Seasons.none(items.height)
    end, elasticity, faults = found.end, found.elasticity, []
    for source, name in ((sources.items, "items file"), (sources.stock, "stock file")):
        sheet = _sheet(source, name, items, sources.columns)
        if sheet is None:
            continue
        faults += _own(sheet)
        rows = find(sheet.frame, items, sheet.keys)
        end = np.where(np.isnat(end), _column(sheet, "end", rows, np.datetime64("NaT", "D")), end)
        elasticity = np.where(np.isnan(elasticity), _column(sheet, "elasticity", rows, np.nan), elasticity)
    if faults:
        raise DataError(faults)
    return Seasons(end, np.maximum(np.abs(elasticity), _LEAST))


def _sheet(source: Any, name: str, items: pl.DataFrame, columns: Mapping[str, str]) -> Sheet | None:
    """The file, where it has a column of seasons; what else is wrong with it is told where the terms are read."""
    if source is None:
        return None
    told = {part: column for part, column in columns.items() if part in SEASON}
    try:
        sheet = read_sheet(source, SEASON, name=name, items=items, columns=told)
    except DataError:
        return None
    return sheet if sheet.columns else None


def _own(sheet: Sheet) -> list[Fault]:
    starts = tuple(f"{sheet.source}: {column} " for column in sheet.columns.values())
    return [fault for fault in sheet.faults if fault.what.startswith(starts)]


def _column(sheet: Sheet, part: str, rows: Any, unknown: Any) -> Any:
    """[N] the values of a field, or what stands for unknown."""
    if part not in sheet.frame.columns:
        return np.full(rows.size, unknown)
    column = sheet.frame[part]
    values = (
        column.to_numpy().astype("datetime64[D]")
        if part == "end"
        else column.cast(pl.Float64).fill_null(np.nan).to_numpy()
    )
    return np.where(rows >= 0, values[rows], unknown)
