"""What is said of events ahead."""

import numpy as np
import pytest

from foresale.core.panel import Panel
from foresale.forecasting.effects.layer import EffectOptions, Effects


def notes(panel: Panel, horizon: int, options: EffectOptions | None = None) -> str:
    return "\n".join(Effects.fit(panel, horizon=horizon, options=options).notes)


@pytest.fixture
def november(made: object, days: object) -> Panel:
    """Items that sell three times as much on Double 11 of three years, and as always on Black Friday."""
    stamps = days("2021-09-01", 1190)
    peak = np.array([(day.month, day.day) == (11, 11) for day in stamps.tolist()])
    sales = np.random.default_rng(0).poisson(80 * np.where(peak, 3, 1), (3, stamps.size))
    return made(sales, start="2021-09-01", future=45)


def test_what_is_believed_is_said_with_its_size_and_how_often_it_was_seen(november: Panel) -> None:
    said = notes(november, 45)
    assert "Events ahead that are in the forecast" in said
    believed = next(line for line in said.splitlines() if line.startswith("Events ahead"))
    assert "Double 11 × 3" in believed or "Double 11 × 2.9" in believed
    assert "seen 3 times" in believed
    assert "Black Friday" not in believed


def test_what_is_known_ahead_but_not_believed_is_named_with_the_reason(november: Panel) -> None:
    doubted = next(line for line in notes(november, 45).splitlines() if "stands out from chance" in line)
    assert "Black Friday (seen 3 times)" in doubted
    assert "Double 11" not in doubted


def test_a_feast_that_was_never_seen_is_named(made: object) -> None:
    panel = made(np.random.default_rng(0).poisson(30, (3, 120)), start="2023-08-20", future=30)
    said = notes(panel, 30)
    assert "Ahead, but never seen in the history" in said
    assert "Black Friday" in next(line for line in said.splitlines() if "never seen" in line)


def test_a_price_beyond_all_that_was_seen_is_told(made: object) -> None:
    rng = np.random.default_rng(0)
    price = rng.choice([8.0, 8.5, 9, 9.5, 10, 10.5, 11, 11.5, 12, 12.5, 13, 13.5, 14], (6, 200))
    sales = rng.poisson(40 * (price / 10) ** -2)
    price[:, -3:] = 30
    panel = made(sales, future=7, known={"price": price})
    assert "price lies beyond all that was seen (8 to 14) in 18 future periods" in notes(panel, 7)


def test_where_nothing_may_have_effects_nothing_is_said(november: Panel) -> None:
    assert notes(november, 45, EffectOptions(calendar=False, covariates=False)) == ""
