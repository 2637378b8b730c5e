"""The pages of a planned test of prices and of what it found."""

from typing import Final

from foresale.narrate.experiments import experiment_findings, result_findings
from foresale.pages.page import Notes, Part, Picture, Section, Table, page
from foresale.plotting.experiments import choices_chart, experiment_chart, result_chart
from foresale.pricing.experiments.analyse import ExperimentResult
from foresale.pricing.experiments.design import Experiment

_LISTED: Final = 500


def experiment_page(found: Experiment) -> str:
    """A planned test as one HTML page."""
    calendar: list[Part] = [
        Picture(experiment_chart(found), "Which price is asked for, where and when"),
        Table.of(found.calendar.head(_LISTED), caption="Calendar"),
    ]
    choices: list[Part] = [
        Picture(choices_chart(found), "Width of the interval and cost of the tests that could be run"),
        Table.of(found.choices.head(_LISTED), caption="Tests that no other beats in both"),
    ]
    return page(
        "Test of prices",
        [
            Section("At a glance", [Notes(list(experiment_findings(found)))]),
            Section("Calendar", calendar),
            Section("What else could be run", choices),
            Section("Assumed", [Notes(found.notes)]),
        ],
        lead=f"{found.calendar['product'].n_unique():,} products",
    )


def result_page(found: ExperimentResult) -> str:
    """What a test found as one HTML page."""
    parts: list[Part] = [
        Picture(result_chart(found), "Elasticities with their intervals"),
        Table.of(found.products.head(_LISTED), caption="Products"),
    ]
    checks: list[Part] = [
        Table.of(found.checks, caption="Tests of the test", digits=3),
        Table.of(found.contrasts.head(_LISTED), caption="Contrasts of a dear and a cheap cell"),
    ]
    return page(
        "Test of prices",
        [
            Section("At a glance", [Notes(list(result_findings(found)))]),
            Section("Elasticities", parts),
            Section("How far it can be trusted", checks),
            Section("Assumed", [Notes(found.notes)]),
        ],
        lead=f"{found.products.height:,} products",
    )
