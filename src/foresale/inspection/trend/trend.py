"""A trend: where the demand of a shop and its groups goes, as tables, sentences and pictures."""

from dataclasses import dataclass, field
from typing import Final, Literal

import polars as pl

from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency
from foresale.core.hierarchy import TOTAL
from foresale.core.named_tables import named_table
from foresale.core.text import counted

Table = Literal["series", "growth", "seasons", "peaks", "changepoints", "items", "outlook"]
TABLES: Final[tuple[Table, ...]] = ("series", "growth", "seasons", "peaks", "changepoints", "items", "outlook")


@dataclass(frozen=True)
class Trend:
    """The trend of all items together, of groups, and of single items.

    Attributes:
        frequency: the grid on which groups were looked at: that of the panel, or days where its periods are shorter.
        by: the columns that make the groups.
        groups: their names, the total first.
        series: one row per group and period: group, timestamp, sales, level (of a usual period; season and calendar
            taken out) with low and high (90 %), and factor (of season and calendar).
        growth: against the year before; see `growth.growth_table`.
        seasons: one row per group and season: group, season, periods, strength (0 to 1) and found.
        peaks: when demand will rise; see `peaks.peaks_table`.
        changepoints: turning points of the level; see `changepoints.turns_table`.
        items: who rises and falls; see `gainers_losers.movers_table`.
        outlook: what season and calendar alone will do: group, from, to, change (against as many periods before).
        notes: what cannot be said, and why; what was assumed.
        currency: of what is at stake, "" where nobody tells.
    """

    frequency: Frequency
    by: tuple[str, ...]
    groups: tuple[str, ...]
    series: pl.DataFrame = field(repr=False)
    growth: pl.DataFrame = field(repr=False)
    seasons: pl.DataFrame = field(repr=False)
    peaks: pl.DataFrame = field(repr=False)
    changepoints: pl.DataFrame = field(repr=False)
    items: pl.DataFrame = field(repr=False)
    outlook: pl.DataFrame = field(repr=False)
    notes: tuple[str, ...] = ()
    currency: str = ""

    def __repr__(self) -> str:
        return f"<Trend of {counted(len(self.groups), 'group')}, {self.frequency.name}>"

    def to_frame(self, what: Table = "growth") -> pl.DataFrame:
        """One of the tables: series, growth, seasons, peaks, changepoints, items or outlook.

        Raises:
            ConfigError: no such table.
        """
        return named_table(self, what, TABLES)

    def of(self, what: Table, group: str = TOTAL) -> pl.DataFrame:
        """The rows of one group in one of the tables that have groups.

        Raises:
            ConfigError: no such table or group.
        """
        if group not in self.groups:
            raise ConfigError(f"no group {group!r}; the first are {', '.join(self.groups[:5])}")
        table = self.to_frame(what)
        if "group" not in table.columns:
            raise ConfigError(f"the table {what!r} has no groups")
        return table.filter(pl.col("group") == group).drop("group")
