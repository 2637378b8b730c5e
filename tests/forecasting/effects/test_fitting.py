"""Effects and baseline in turn."""

import numpy as np
import pytest

from foresale.core.cores import jobs_of
from foresale.data.synthetic import ShopConfig, shop
from foresale.forecasting.effects import layer
from foresale.forecasting.effects.clocks import feast_clocks, year_clocks
from foresale.forecasting.effects.fitting import fit_common, fit_items
from foresale.forecasting.effects.grid import Grid
from foresale.forecasting.effects.layer import EffectOptions, Effects
from foresale.forecasting.effects.sheet import Rhythm, Sheet


@pytest.mark.parametrize(
    ("frequency", "rhythm"),
    [
        ("D", Rhythm(7, 28, block=7)),
        ("h", Rhythm(7, 28, block=7)),
        ("2D", Rhythm(1, 14, block=3)),
        ("W", Rhythm(1, 8, 3)),
        ("MS", Rhythm(12, 6, 3)),
    ],
)
def test_the_season_of_the_columns(frequency: str, rhythm: Rhythm, made: object) -> None:
    assert Rhythm.of(Grid.of(made(np.ones((1, 100)), frequency=frequency), horizon=7)) == rhythm


def test_terms_are_put_replaced_and_taken_out() -> None:
    sheet = Sheet.empty(np.full((2, 10), 20.0), 12)
    sheet.refit(Rhythm(1, 4))
    columns = np.array([3, 4, 11])
    first, second = np.full((2, 3), 0.5), np.full((2, 3), 0.2)
    sheet.put(0, columns, first, 0.01 * first, np.ones((2, 3)))
    sheet.put(1, np.array([4]), np.full((2, 1), 0.3), np.full((2, 1), 0.02), np.ones((2, 1)))
    assert sheet.total[0].tolist() == pytest.approx([0, 0, 0, 0.5, 0.8, 0, 0, 0, 0, 0, 0, 0.5])
    assert sheet.variance()[0, 4] == pytest.approx(0.025)
    assert sheet.cells.expected[0] == pytest.approx(20 * np.exp(sheet.total[0, :10]))
    sheet.clear(0)
    assert sheet.cells.expected[0] == pytest.approx(20 * np.exp([0, 0, 0, 0, 0.3, 0, 0, 0, 0, 0]))
    sheet.put(0, columns, second, second, np.ones((2, 3)))
    assert sheet.total[0, 3] == pytest.approx(0.2)
    sheet.clear(0)
    sheet.clear(1)
    assert sheet.total == pytest.approx(np.zeros((2, 12)), abs=1e-12)


def test_what_is_rare_and_sure_is_hidden_from_the_baseline_and_what_is_frequent_is_not() -> None:
    sheet = Sheet.empty(np.full((1, 100), 20.0), 100)
    rare, frequent = np.arange(0, 10), np.arange(20, 60)
    for number, columns in enumerate((rare, frequent)):
        each = np.ones((1, columns.size))
        sheet.put(number, columns, each, each, each)
    unsure = np.ones((1, 5))
    sheet.put(2, np.arange(80, 85), unsure, unsure, 0.2 * unsure)
    sheet.hide()
    assert sheet.hidden is not None
    assert np.flatnonzero(sheet.hidden[0]).tolist() == rare.tolist()


def test_items_have_the_same_effects_whether_they_were_asked_first_or_not(made: object, days: object) -> None:
    """What is believed for all, applied to an item, is about what was found while it was learnt."""
    stamps = days("2021-01-01", 1150)
    peak = np.array([(day.month, day.day) in {(11, 11), (12, 24)} for day in stamps.tolist()])
    sales = np.random.default_rng(0).poisson(40 * np.where(peak, 2.5, 1), (6, stamps.size))
    grid = Grid.of(made(sales, start="2021-01-01", future=30), horizon=30)
    rhythm = Rhythm.of(grid)
    sources = [*feast_clocks(grid.frequency, grid.positions), *year_clocks(grid.frequency, grid.positions)]
    terms, learnt = fit_common(grid, np.arange(6), sources, rhythm)
    asked = fit_items(grid, np.arange(6), terms, rhythm)
    assert asked.total[:, peak] == pytest.approx(learnt.total[:, peak], abs=0.05)
    assert np.abs(asked.total - learnt.total).mean() < 0.005
    assert [term.name for term in terms][:2] == [source.name for source in sources][:2]
    evidence = {term.name: term.evidence for term in terms}
    assert evidence["Double 11"] > 5
    assert evidence["Black Friday"] < 1


def test_an_item_whose_few_sales_dates_explain_keeps_the_noise_of_its_changes() -> None:
    """Else it would outweigh all other items: a noise of nothing is a weight without end."""
    sales = np.zeros((2, 400))
    sales[:, 50::90] = 3.0
    sheet = Sheet.empty(sales, 400)
    sheet.refit(Rhythm(7, 28))
    before = sheet.noise.copy()
    felt = np.flatnonzero(sales[0])
    sheet.put(0, felt, np.full((2, felt.size), 9.0), np.zeros((2, felt.size)), np.ones((2, felt.size)))
    sheet.hide()
    sheet.refit(Rhythm(7, 28))
    assert (sheet.noise > 0.1 * before).all()
    assert (sheet.noise < before).all()


def test_a_large_panel_of_sparse_items_has_no_effects_beyond_reason() -> None:
    """A few of the items sell on single days only; prices move a little."""
    panel = shop(items=240, periods=1100, seed=3, config=ShopConfig(intermittent=0.5))
    effects = Effects.fit(panel, horizon=28, options=EffectOptions())
    assert np.abs(effects.past).max() < 4
    assert np.abs(effects.ahead).max() < 4


@pytest.mark.parametrize("jobs", [1, 3])
def test_items_told_a_few_at_a_time_are_the_same_on_any_number_of_threads(
    jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layer, "CELLS", 4_000)
    monkeypatch.setattr(layer, "CHUNK", 4_000)
    panel = shop(items=30, periods=500, seed=1)
    with jobs_of(jobs):
        found = Effects.fit(panel, horizon=14, options=EffectOptions())
    with jobs_of(2):
        again = Effects.fit(panel, horizon=14, options=EffectOptions())
    assert np.abs(found.past).max() > 0
    np.testing.assert_array_equal(found.past, again.past)
    np.testing.assert_array_equal(found.ahead, again.ahead)
