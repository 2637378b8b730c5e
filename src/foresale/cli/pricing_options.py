"""Options of the commands that learn what prices do."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from foresale.cli.options import list_of
from foresale.core.errors import ConfigError

if TYPE_CHECKING:
    from foresale.pricing.effects.options import ElasticityOptions
    from foresale.pricing.markdowns.options import MarkdownOptions
    from foresale.pricing.promotions.options import PromotionOptions

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


CHOOSING: Final = "Choosing prices"


@dataclass(frozen=True)
class Choosing:
    """What chosen prices are to keep to; the same of promotions and of regular prices."""

    periods: Annotated[
        int, typer.Option("--horizon", min=1, rich_help_panel=CHOOSING, help="Periods ahead: weeks, of daily sales.")
    ] = 13
    ending: Annotated[
        float | None,
        typer.Option(
            min=0.01, max=0.99, rich_help_panel=CHOOSING, help="What prices end in: 0.99; else they are as they come."
        ),
    ] = None
    least_margin: Annotated[
        float,
        typer.Option(min=0, max=1, rich_help_panel=CHOOSING, help="Share of the price that every unit has to earn."),
    ] = 0.0
    margin: Annotated[
        float,
        typer.Option(
            min=0.01,
            max=0.99,
            rich_help_panel=CHOOSING,
            help="Share of the price that is earned, where no column `cost` of --items tells.",
        ),
    ] = 0.4
    unknown: Annotated[
        Literal["refuse", "plan"],
        typer.Option(rich_help_panel=CHOOSING, help="When effects cannot be known: refuse, or plan all the same."),
    ] = "refuse"


CLEARING: Final = "Mark-downs at the end of a season"


@dataclass(frozen=True)
class Clearing:
    """What is left, and how prices may fall."""

    stock: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            rich_help_panel=CLEARING,
            help="What is left, with columns such as season_end and salvage_value where they differ by item: plans "
            "mark-downs instead of regular prices.",
        ),
    ] = None
    end: Annotated[
        str | None,
        typer.Option(
            metavar="DAY", rich_help_panel=CLEARING, help="The last day of sale, where --stock has none: 2026-01-31."
        ),
    ] = None
    steps: Annotated[int, typer.Option(min=1, rich_help_panel=CLEARING, help="Mark-downs of one product at most.")] = 3
    least_step: Annotated[
        float, typer.Option(min=0, max=0.9, rich_help_panel=CLEARING, help="Share off the price before, at least.")
    ] = 0.05
    most_step: Annotated[
        float, typer.Option(min=0, max=0.9, rich_help_panel=CLEARING, help="Share off the price before, at most.")
    ] = 0.5
    salvage: Annotated[
        float, typer.Option(min=0, rich_help_panel=CLEARING, help="Money that a unit left at the end still brings.")
    ] = 0.0

    @property
    def asked(self) -> bool:
        """Whether mark-downs are to be planned.

        Raises:
            ConfigError: an end of what is not told.
        """
        if self.stock is None and self.end is not None:
            raise ConfigError("--end needs --stock, the file of what is left")
        return self.stock is not None

    def options(self, *, ending: float | None, risk: float) -> "MarkdownOptions":
        """As Python knows them."""
        from foresale.pricing.markdowns.options import MarkdownOptions

        return MarkdownOptions(
            steps=self.steps,
            least_step=self.least_step,
            most_step=self.most_step,
            ending=ending,
            salvage=self.salvage,
            risk=risk,
        )


RULES: Final = "Rules of promotions"


@dataclass(frozen=True)
class Rules:
    """What a plan of promotions is to keep to."""

    depth: Annotated[
        list[str] | None,
        typer.Option(
            "--depth", metavar="SHARES", rich_help_panel=RULES, help="Price cuts to try; by itself 0.1,0.2,0.3."
        ),
    ] = None
    slots: Annotated[
        int | None, typer.Option(min=0, rich_help_panel=RULES, help="Promotions in one period at most.")
    ] = None
    budget: Annotated[
        float | None,
        typer.Option(min=0, rich_help_panel=RULES, help="Money that all may cost: price cuts × units, and displays."),
    ] = None
    display_cost: Annotated[
        float, typer.Option(min=0, rich_help_panel=RULES, help="Money that one promotion costs to show.")
    ] = 0.0
    gap: Annotated[
        int, typer.Option(min=0, rich_help_panel=RULES, help="Periods between two promotions of a product at least.")
    ] = 3
    most: Annotated[
        int | None, typer.Option(min=0, rich_help_panel=RULES, help="Promotions of one product at most.")
    ] = None
    least_total_margin: Annotated[
        float | None,
        typer.Option(min=0, max=1, rich_help_panel=RULES, help="Share of all revenue that is to be earned in all."),
    ] = None
    funding: Annotated[
        float, typer.Option(min=0, max=1, rich_help_panel=RULES, help="Share of each price cut that suppliers pay.")
    ] = 0.0
    festival: Annotated[
        list[str] | None,
        typer.Option(
            "--festival",
            metavar="PERIOD",
            rich_help_panel=RULES,
            help="A period (0 is the first), or a day in it, that needs promotions; may be repeated.",
        ),
    ] = None
    festival_promotions: Annotated[
        int, typer.Option(min=0, rich_help_panel=RULES, help="How many products at least then.")
    ] = 1
    no_promotion: Annotated[
        list[str] | None,
        typer.Option(
            "--no-promotion",
            metavar="PERIOD",
            rich_help_panel=RULES,
            help="A period, or a day in it, without any promotion; may be repeated.",
        ),
    ] = None
    caution: Annotated[
        float,
        typer.Option(min=0, rich_help_panel=RULES, help="Standard errors by which effects are taken weaker."),
    ] = 0.5
    new_baskets: Annotated[
        float,
        typer.Option(
            min=0, max=1, rich_help_panel=RULES, help="Share of extra --baskets that would not have come anyway."
        ),
    ] = 0.5

    def options(self, choosing: Choosing) -> "PromotionOptions":
        """As Python knows them.

        Raises:
            ConfigError: a depth that is no share.
        """
        from foresale.pricing.promotions.options import DEPTHS, PromotionOptions

        try:
            depths = tuple(float(word) for word in list_of(self.depth)) or DEPTHS
        except ValueError as error:
            raise ConfigError(f"--depth takes shares off the price, such as 0.1,0.2: {error}") from None
        return PromotionOptions(
            periods=choosing.periods,
            depths=depths,
            ending=choosing.ending,
            slots=self.slots,
            budget=self.budget,
            display_cost=self.display_cost,
            gap=self.gap,
            most=self.most,
            least_margin=choosing.least_margin,
            least_total_margin=self.least_total_margin,
            funding=self.funding,
            festivals=_periods(self.festival),
            festival_promotions=self.festival_promotions,
            quiet=_periods(self.no_promotion),
            caution=self.caution,
            new_baskets=self.new_baskets,
            margin=choosing.margin,
        )


def _periods(told: list[str] | None) -> tuple[int | str, ...]:
    """Numbers of periods, and days."""
    return tuple(int(period) if period.isdigit() else period for period in told or ())
