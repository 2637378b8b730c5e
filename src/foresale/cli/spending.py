"""How much may be spent on a forecast: effort, time and threads."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

if TYPE_CHECKING:
    from foresale.workflows.auto import Budget

SPENDING: Final = "Spending time"


@dataclass(frozen=True)
class Spending:
    """What may be spent."""

    effort: Annotated[
        Literal["quick", "standard", "best"],
        typer.Option(
            rich_help_panel=SPENDING,
            help="Of auto. quick: pre-trained networks and statistics; standard: also boosted trees and networks tuned "
            "on the sales; best: also networks trained on nothing else.",
        ),
    ] = "standard"
    time_limit: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            rich_help_panel=SPENDING,
            help="Of auto: time for learning, such as 90s, 10m or 1h; what no longer fits in is left out and named.",
        ),
    ] = None
    jobs: Annotated[
        int | None,
        typer.Option(
            min=1, rich_help_panel=SPENDING, help="Threads to compute on; by itself as many as cores are idle."
        ),
    ] = None

    def budget(self) -> "Budget":
        """The same, as the ensemble takes it.

        Raises:
            ConfigError: a time limit that is no time.
        """
        from foresale.workflows.auto import Budget, seconds_of

        return Budget(self.effort, None if self.time_limit is None else seconds_of(self.time_limit), self.jobs)
