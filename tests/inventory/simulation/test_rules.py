"""Rules of thumb: what is understood, what is refused, and what they order."""

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency
from foresale.core.panel import Panel
from foresale.inventory.policies.terms import ReplenishmentTerms
from foresale.inventory.simulation.history import History
from foresale.inventory.simulation.rules import Rule, average_before


@pytest.mark.parametrize(
    ("text", "kind", "numbers"),
    [
        ("cover:28", "cover", (28, 28, 0, 0)),
        ("Cover: 14, 56", "cover", (14, 56, 0, 0)),
        ("minmax:10,40", "minmax", (0, 28, 10, 40)),
        ("average:28 + safety:7", "average", (7, 28, 0, 0)),
        ("average:90+safety:0", "average", (0, 90, 0, 0)),
    ],
)
def test_rules_that_people_write(text, kind, numbers):
    rule = Rule.parse(text)
    assert (rule.kind, (rule.days, rule.window, rule.least, rule.most)) == (kind, numbers)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cover",
        "cover:",
        "cover:-3",
        "cover:0",
        "cover:1.2.3",
        "cover:28;",
        "minmax:40,10",
        "minmax:10",
        "average:0+safety:7",
        "average:28",
        "average:28+safety:x",
        "cover:28+safety:7",
        "__import__('os')",
        "cover:1e9",
    ],
)
def test_what_is_no_rule_is_refused(text):
    with pytest.raises(ConfigError, match="rule"):
        Rule.parse(text)


def test_averages_are_of_the_days_before():
    sales = np.arange(6, dtype=np.float32)[None]
    assert average_before(sales, 3).tolist() == [[1, 2, 3]]


def test_levels_follow_the_average_and_the_time_to_cover():
    sales = np.tile(np.arange(1, 8, dtype=np.float32), 14)
    tea = Panel(
        Frequency("day"),
        pl.DataFrame({"item_id": ["tea"]}),
        starts=np.array([0]),
        offsets=np.array([0, 98]),
        history=np.array([98]),
        sales=sales,
    )
    history = History.of(tea, start=np.datetime64("1970-03-12"), periods=7)
    terms = ReplenishmentTerms.plain(1, lead=3, review=7)
    assert np.allclose(Rule.parse("cover:14,7").policy(history, terms).level, 4 * 14)
    assert np.allclose(Rule.parse("average:14+safety:5").policy(history, terms).level, 4 * (3 + 7 + 5))
