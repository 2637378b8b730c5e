"""Options of the commands that learn what prices do."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from foresale.cli.options import list_of

if TYPE_CHECKING:
    from foresale.pricing.effects.options import ElasticityOptions

LEARNING: Final = "Effects of prices"


@dataclass(frozen=True)
class Learning:
    """How effects of prices are found; the same on every command."""

    place: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN",
            rich_help_panel=LEARNING,
            help="The key column that says where an item is sold; by itself the one called store, region, channel, …",
        ),
    ] = None
    group: Annotated[
        list[str] | None,
        typer.Option(
            "--group",
            metavar="COLUMNS",
            rich_help_panel=LEARNING,
            help="Columns of --items within which effects are alike, the broadest first; by itself category,brand.",
        ),
    ] = None
    instrument: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN",
            rich_help_panel=LEARNING,
            help="A column that moves prices, and demand through them alone: what a unit costs.",
        ),
    ] = None
    design: Annotated[
        Literal["auto", "between-places", "instrument", "over-time"],
        typer.Option(rich_help_panel=LEARNING, help="How effects are told from the season's; else what the data bear."),
    ] = "auto"
    level: Annotated[
        float, typer.Option(min=0.5, max=0.999, rich_help_panel=LEARNING, help="How often intervals hold the truth.")
    ] = 0.9
    seed: Annotated[
        int, typer.Option(min=0, rich_help_panel=LEARNING, help="The same seed gives the same effects.")
    ] = 0

    def options(self) -> "ElasticityOptions":
        """As Python knows them."""
        from foresale.pricing.effects.options import ElasticityOptions

        return ElasticityOptions(self.place, list_of(self.group), self.instrument, self.design, self.level, self.seed)
