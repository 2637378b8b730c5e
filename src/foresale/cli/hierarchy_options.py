"""The options of a hierarchy: forecasts of items, groups and the total that add up."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from foresale.cli.options import list_of
from foresale.core.errors import ConfigError

ADDING_UP: Final = "Adding up"


@dataclass(frozen=True)
class AddingUp:
    """By what forecasts add up, and how they are made to."""

    by: Annotated[
        list[str] | None,
        typer.Option(
            "--hierarchy",
            metavar="COLUMNS",
            rich_help_panel=ADDING_UP,
            help="Item columns whose groups are forecast too, so that all add up: category,region or category/region.",
        ),
    ] = None
    method: Annotated[
        Literal["mint", "wls-variance", "wls-structure", "top-down", "bottom-up"],
        typer.Option(
            "--reconcile",
            rich_help_panel=ADDING_UP,
            help="How: mint weighs all by their past errors; bottom-up leaves the items as they are.",
        ),
    ] = "mint"
    groups: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=ADDING_UP,
            help="Write items, groups and the total, one below the other, to a .parquet or .csv file.",
        ),
    ] = None

    @property
    def levels(self) -> tuple[str, ...]:
        """The columns of the hierarchy, none where nothing is to add up."""
        return list_of(self.by)

    def check(self) -> None:
        """Refuse what cannot be before anything is read.

        Raises:
            ConfigError: a file for groups without a hierarchy.
        """
        if self.groups is not None and not self.levels:
            raise ConfigError("--groups writes the groups of a hierarchy: name its columns with --hierarchy.")
