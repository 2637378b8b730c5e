"""A whole trend: what is in it, what it does not say of short histories, and that the future changes nothing."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import ConfigError
from foresale.core.panel import Panel
from foresale.data.synthetic import ShopConfig, shop
from foresale.inspection.trend.find import find_trend
from foresale.inspection.trend.trend import TABLES, Trend
from foresale.narrate.sentences import sentences
from foresale.plotting.plot import plot

CALM = ShopConfig(growth=0, launches=0, stockouts=0, promotions=0, elasticity=0, intermittent=0)


@pytest.fixture(scope="module")
def panel() -> Panel:
    return shop(items=12, periods=900, seed=2, config=CALM)


@pytest.fixture(scope="module")
def found(panel: Panel) -> Trend:
    return find_trend(panel, by=["category"])


def test_the_peaks_of_the_shop_are_known_by_name_date_and_size(found: Trend) -> None:
    """The simulated shop sells 2.5 times as much on Double 11, and 1.7 times on the Monday after Thanksgiving."""
    peaks = {row["peak"]: row for row in found.of("peaks").iter_rows(named=True)}
    assert peaks["Double 11"]["low"] < 2.5 < peaks["Double 11"]["high"] * 1.1
    assert peaks["Double 11"]["sure"] == "sure"
    assert str(peaks["Double 11"]["top"])[5:10] == "11-11"
    assert 1.3 < peaks["Cyber Monday"]["rise"] < 2.2
    assert peaks["Saturdays"]["kind"] == "weekday"


def test_what_does_not_change_is_called_steady(found: Trend) -> None:
    assert found.growth["verdict"].value_counts(sort=True)["verdict"][0] == "steady"
    assert found.items.filter(pl.col("verdict").is_in(["rising", "falling"])).height <= 1


def test_every_table_has_its_groups_and_can_be_asked_for(found: Trend) -> None:
    for name in TABLES:
        table = found.to_frame(name)
        assert table.height or name in {"changepoints", "outlook"}
        if "group" in table.columns:
            assert set(table["group"]) <= set(found.groups)
    with pytest.raises(ConfigError, match="no table 'growths'"):
        found.to_frame("growths")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="no group 'tea'"):
        found.of("growth", "tea")
    with pytest.raises(ConfigError, match="no groups"):
        found.of("items")
    with pytest.raises(FrozenInstanceError):
        found.by = ()  # type: ignore[misc]


def test_the_picture_shows_sales_and_level(found: Trend) -> None:
    names = [trace.name for trace in plot(found, found.groups[1]).data]
    assert {"Sales", "Level"} <= set(names)


def test_a_short_history_says_what_it_cannot_say() -> None:
    short = find_trend(shop(items=3, periods=120, seed=1))
    assert short.growth.height == short.changepoints.height == short.outlook.height == 0
    said = " ".join(sentences(short))
    assert "cannot be told from a trend" in said
    assert "needs a year and a quarter" in said


def test_a_year_and_a_half_compares_a_quarter_only() -> None:
    found = find_trend(shop(items=3, periods=500, seed=1))
    assert found.growth["span"].unique().to_list() == ["last 13 weeks"]
    assert any("two years" in note for note in found.notes)


@pytest.mark.parametrize(("frequency", "periods"), [("W", 160), ("MS", 48), ("h", 400), ("Q", 16), ("D", 1)])
def test_every_grid(frequency: str, periods: int) -> None:
    found = find_trend(shop(items=3, periods=periods, frequency=frequency, seed=4), by=["category"])
    assert found.series["group"].n_unique() == len(found.groups)
    assert sentences(found)


def test_nothing_sold_and_nothing_known() -> None:
    panel = shop(items=2, periods=800, config=CALM)
    for value in (0.0, np.nan):
        found = find_trend(replace(panel, sales=np.full_like(panel.sales, value)))
        assert set(found.items["verdict"]) == {"unknown"}
        assert found.peaks.height == 0
        assert sentences(found)


def test_the_horizon_bounds_the_peaks_and_has_an_outlook(panel: Panel) -> None:
    last = panel.frequency.timestamps(np.array([int(panel.cutoffs.max()) + 200]))[0]
    found = find_trend(panel, horizon=200)
    assert found.peaks["to"].drop_nulls().max() <= last.item()
    assert found.outlook.height == 1
    with pytest.raises(ConfigError, match="at least one period"):
        find_trend(panel, horizon=0)


def test_what_comes_after_the_cutoff_changes_nothing(panel: Panel) -> None:
    whole = find_trend(panel.back(60))
    prices = {
        name: replace(c, values=np.where(panel.back(60).is_history, c.values, c.values * 9))
        for name, c in panel.covariates.items()
    }
    changed = find_trend(replace(panel.back(60), covariates=prices))
    for name in TABLES:
        assert whole.to_frame(name).equals(changed.to_frame(name))


def test_too_many_groups_are_refused() -> None:
    panel = shop(items=210, periods=20)
    items = panel.items.with_columns(pl.Series("code", [str(number) for number in range(210)]))
    with pytest.raises(ConfigError, match="code make 211 groups"):
        find_trend(replace(panel, items=items), by=["code"])
