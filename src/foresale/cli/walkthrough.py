"""A first look, told step by step: order lines, a forecast beside what then happened, why so much, what to order."""

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from foresale.cli.console import show, show_lines, width
from foresale.cli.progress import progress

if TYPE_CHECKING:
    from foresale.core.panel import Panel
    from foresale.data.demo_files import DemoFiles
    from foresale.evaluation.hindsight import Hindsight
    from foresale.explanations.explanation import Explanation
    from foresale.inventory.planning.plan import Plan
    from foresale.workflows.model_config import ModelConfig

MODEL: Final = "pretrained"
"""It needs no learning, so that a first look takes seconds."""
BASELINE: Final = "repeating the last week"
_EXPLAINED: Final = 2
_SAID: Final = 3
"""Sentences on an item: what is expected, its level, and what moves it; the page has all."""
_PLANNED: Final = 14
"""Days that the plan looks ahead."""
_ORDERS: Final = 6
"""Lines of the plan that are shown."""


def tell(files: "DemoFiles", *, horizon: int, page: Path) -> None:
    """Forecast, look back, explain and plan, saying each command that does the same, and write one page of it all.

    Args:
        files: what a shop has, and what then happened.
        horizon: days to forecast.
        page: where the page is written.
    """
    from foresale.pages.demo import demo_page
    from foresale.pages.page import write_page

    story = _Story(files, horizon)
    show(f"Of {files.about}.")
    panel = story.read()
    hindsight, happened = story.forecast(panel)
    explanation = story.explain(panel, hindsight)
    plan = story.plan(panel)
    html = demo_page(
        hindsight,
        explanation,
        plan,
        history=panel,
        happened=happened,
        countries=(files.country,),
        baseline=BASELINE,
        about=files.about,
    )
    show(f"\nAll of it on one page, to open in a browser: {write_page(page, html)}")


@dataclass(frozen=True)
class _Story:
    files: "DemoFiles"
    horizon: int

    @property
    def _model(self) -> "ModelConfig":
        from foresale.workflows.model_config import ModelConfig

        return ModelConfig(MODEL, countries=(self.files.country,))

    def _step(self, text: str, verb: str, *options: object) -> None:
        """What comes next, and the command that does the same."""
        known = ("--known", ",".join(self.files.known)) if self.files.known else ()
        words = ["foresale", verb, self.files.orders, "--items", self.files.items, *known, *options]
        show(f"\n── {text}\n")
        show_lines([f"$ {shlex.join(map(str, words))}", ""])

    def _ahead(self, horizon: int) -> tuple[object, ...]:
        files = self.files
        return ("--horizon", horizon, "--future", files.planned, "--model", MODEL, "--country", files.country)

    def read(self) -> "Panel":
        from foresale.data.read import read

        files = self.files
        self._step("What is in the order lines", "inspect")
        panel = read(files.orders, items=files.items, future=files.planned, known=files.known)
        show_lines(f"  {sentence}" for sentence in panel.notes)
        return panel

    def forecast(self, panel: "Panel") -> "tuple[Hindsight, Panel]":
        """The forecast, beside what happened afterwards."""
        from foresale.cli.tables import plain_table
        from foresale.data.read import read
        from foresale.evaluation.hindsight import Hindsight
        from foresale.forecasting.naive import SeasonalNaive
        from foresale.narrate.hindsight import hindsight_sentences
        from foresale.pages.demo import weeks_table
        from foresale.workflows.forecast import forecast

        self._step("What will be sold, and what then was", "forecast", *self._ahead(self.horizon))
        with progress(quiet=True):
            made = forecast(panel, horizon=self.horizon, model=self._model)
        happened = read(self.files.happened, known=self.files.known)
        hindsight = Hindsight.of(made, happened, baseline=SeasonalNaive().forecast(panel, horizon=self.horizon))
        weeks = weeks_table(hindsight, (self.files.country,))
        table = plain_table(weeks.caption, names=tuple(weeks.columns[:2]), numbers=tuple(weeks.columns[2:]))
        for row in weeks.rows:
            table.add_row(*(f"{cell:,}" if isinstance(cell, int) else str(cell or "–") for cell in row))
        show(table)
        show_lines(f"  {sentence}" for sentence in hindsight_sentences(hindsight, baseline=BASELINE))
        show_lines(f"  {note}" for note in made.notes if note not in panel.notes)
        return hindsight, happened

    def explain(self, panel: "Panel", hindsight: "Hindsight") -> "Explanation":
        from foresale.cli.explained import explained_table
        from foresale.narrate.explanation import explanation_sentences
        from foresale.workflows.explain import explain

        items = _most_sold(hindsight)
        self._step("Why so much", "explain", *self._ahead(self.horizon), "--item", ",".join(map(str, items)))
        explanation = explain(panel, horizon=self.horizon, model=self._model, items=items)
        for item in items:
            show(explained_table(explanation, item, language="en"))
            show_lines(f"  {sentence}" for sentence in explanation_sentences(explanation, item)[:_SAID])
        return explanation

    def plan(self, panel: "Panel") -> "Plan":
        from foresale.cli.plans import WIDE, lines_table
        from foresale.narrate.plan import plan_sentences
        from foresale.workflows.plan import plan

        files = self.files
        self._step("What to order", "plan", "--stock", files.stock, *self._ahead(_PLANNED))
        made = plan(panel, stock=files.stock, terms=files.items, horizon=_PLANNED, model=self._model)
        show_lines(f"  {sentence}" for sentence in plan_sentences(made))
        show(lines_table(made, width=min(width(), WIDE - 1), shown=_ORDERS))
        return made


def _most_sold(hindsight: "Hindsight") -> list[object]:
    """The ids of the items of which most is forecast."""
    from foresale.core.columns import ITEM

    order = (-hindsight.forecast.mean.sum(axis=1)).argsort(kind="stable")[:_EXPLAINED]
    return list(hindsight.forecast.items[ITEM][order.tolist()])
