from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from foresale.cleaning.report import STOCKOUTS
from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel
from foresale.data.synthetic import ShopConfig, shop
from foresale.inspection.inspect import inspect
from foresale.narrate.sentences import sentences
from foresale.plotting.plot import plot

RNG = np.random.default_rng(0)


def panel_of(*series, covariates=None, frequency="D", start=19_723, **columns):
    """A panel of lists that all end together; 19,723 is 1 January 2024."""
    lengths = np.array([len(values) for values in series])
    return Panel(
        frequency=Frequency.parse(frequency),
        items=pl.DataFrame({"item_id": [f"i{number}" for number in range(len(series))], **columns}),
        starts=start + int(lengths.max()) - lengths,
        offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        history=lengths,
        sales=np.concatenate([np.asarray(values, float) for values in series]).astype(np.float32),
        covariates={
            name: Covariate(name, "known", values.astype(np.float32)) for name, values in (covariates or {}).items()
        },
    )


def poisson(level, periods=200, seed=0):
    return np.random.default_rng(seed).poisson(level, periods).astype(float)


def test_size_zeros_and_unknown_are_counted():
    found = inspect(panel_of([1, 0, np.nan, 0], [2, 2]))
    assert (found.items, found.rows) == (2, 6)
    assert found.zeros == pytest.approx(2 / 6)
    assert found.unknown == pytest.approx(1 / 6)
    assert [str(stamp.astype("datetime64[D]")) for stamp in found.span] == ["2024-01-01", "2024-01-04"]
    assert found.lengths["periods"].to_list() == [2, 2, 2, 4, 4]


def test_total_sales_add_up_and_stay_unknown_where_nothing_is_known():
    total = inspect(panel_of([1, np.nan, 3, 0], [5, 0])).total
    assert total["sales"].to_list() == [1, None, 8, 0]
    assert total["items"].to_list() == [1, 0, 2, 2]
    assert total["zeros"].to_list() == [0, 0, 0, 2]


def test_figures_are_in_the_order_of_the_panel_whatever_the_lengths():
    series = [
        poisson(level, periods, seed) for seed, (level, periods) in enumerate([(3, 90), (50, 20), (9, 300), (20, 60)])
    ]
    figures = inspect(panel_of(*series)).figures
    assert figures["item_id"].to_list() == ["i0", "i1", "i2", "i3"]
    assert figures["volume"].to_list() == [float(values.sum()) for values in series]
    assert figures["periods"].to_list() == [90, 20, 300, 60]


def test_revenue_decides_the_abc_where_there_is_a_price():
    dear, cheap = poisson(10, seed=1), poisson(100, seed=2)
    price = np.concatenate([np.full(200, 1000.0), np.full(200, 1.0)])
    by_price = inspect(panel_of(dear, cheap, covariates={"price": price}))
    assert by_price.value == "revenue"
    assert by_price.figures["abc"].to_list() == ["A", "C"]
    assert by_price.figures["revenue"][0] == pytest.approx(dear.sum() * 1000)
    assert inspect(panel_of(dear, cheap)).figures["abc"].to_list() == ["B", "A"]


def test_the_nine_classes_hold_every_item_and_all_of_the_value():
    table = inspect(shop(items=50, periods=300)).abc_xyz
    assert table.height == 9
    assert table["items"].sum() == 50
    assert table["share"].sum() == pytest.approx(1)
    assert table["revenue"].sum() == pytest.approx(1)


def test_variation_of_weekly_sales_does_not_count_the_weekdays():
    weekend_only = np.tile([0, 0, 0, 0, 0, 50, 50], 30)
    lumpy = np.where(RNG.random(210) < 0.02, 200.0, 0.0)
    figures = inspect(panel_of(weekend_only, lumpy)).figures
    assert figures["xyz"].to_list() == ["X", "Z"]
    assert figures["weekly_variation"][0] == pytest.approx(0, abs=1e-6)


def test_change_is_told_from_noise():
    up = np.concatenate([poisson(20, 100, 1), poisson(40, 100, 2)])
    down = np.concatenate([poisson(40, 100, 3), poisson(20, 100, 4)])
    change = inspect(panel_of(up, down, poisson(30, 200, 5))).figures["change"].to_list()
    assert change[0] == pytest.approx(1, abs=0.15)
    assert change[1] == pytest.approx(-0.5, abs=0.1)
    assert change[2] is None


def test_a_season_is_no_change_where_there_are_two_years():
    season = 30 + 20 * np.sin(2 * np.pi * np.arange(728) / 364)
    assert inspect(panel_of(RNG.poisson(season), poisson(30, 728))).figures["change"].to_list() == [None, None]


def test_launched_and_ended_items_are_named():
    ended = np.concatenate([poisson(20, 150), np.zeros(150)])
    found = inspect(panel_of(poisson(20, 300), poisson(20, 30, 1), ended))
    assert found.figures["launched"].to_list() == [False, True, False]
    assert found.figures["ended"].to_list() == [False, False, True]
    assert found.tables()["Launched or ended"]["recently"].to_list() == ["ended", "launched"]


def test_covariates_role_kind_gaps_and_correlation():
    on = (RNG.random(400) < 0.2).astype(float)
    noise = RNG.normal(size=400)
    noise[:40] = np.nan
    sales = RNG.poisson(20 * (1 + on))
    panel = panel_of(sales[:200], 50 * sales[200:], covariates={"promo": on, "noise": noise})
    labels = Covariate("colour", "past", on.astype(np.float32), ("no", "yes"))
    table = inspect(replace(panel, covariates={**panel.covariates, "colour": labels})).covariates
    rows = {row["covariate"]: row for row in table.iter_rows(named=True)}
    assert rows["promo"]["kind"] == "yes or no"
    assert rows["promo"]["role"] == "known ahead"
    assert rows["promo"]["correlation"] == pytest.approx(np.corrcoef(on, sales)[0, 1], abs=0.05)
    assert rows["noise"]["missing"] == pytest.approx(0.1)
    assert abs(rows["noise"]["correlation"]) < 0.15
    assert rows["colour"]["kind"] == "categorical"
    assert rows["colour"]["role"] == "past only"
    assert rows["colour"]["correlation"] == pytest.approx(rows["promo"]["correlation"], abs=0.05)


def test_static_columns_and_their_values():
    table = inspect(panel_of([1, 2], [3, 4], [5, 6], store=["a", "a", None], size=[1, 2, 3])).statics
    assert table.filter(column="store").select("role", "kind", "missing", "most_common").row(0) == (
        "static",
        "text",
        pytest.approx(1 / 3),
        "a",
    )
    assert table.filter(column="size")["values"][0] == 3
    assert table.filter(column="item_id")["role"][0] == "item key"


def test_events_are_measured_against_the_same_weekdays():
    week = np.array([100.0, 100, 100, 100, 200, 300, 150])
    sales = np.tile(week, 20)
    sales[60] *= 2.5  # a Friday
    panel = panel_of(sales, start=19_723)
    peaks = np.zeros(140, bool)
    peaks[60] = True
    found = inspect(panel, expected_peaks=peaks, events=[(19_723 + 60, "Sale"), (19_723 + 62, "Quiet day")])
    assert found.events.select("event", "times").rows() == [("Sale", 1)]
    assert found.events["effect"][0] == pytest.approx(2.5)
    assert found.total.filter(pl.col("event") == "Sale")["timestamp"].dt.date().to_list() == [
        pl.Series(["2024-03-01"]).str.to_date()[0]
    ]
    assert any("Sale (× 2.5)" in sentence for sentence in sentences(found))


def test_events_of_hourly_sales_are_measured_by_day_and_those_of_months_not_at_all():
    hours = np.tile(np.concatenate([np.zeros(12), np.full(12, 10.0)]), 60)
    hours[24 * 30 : 24 * 31] *= 3
    first = 19_723 * 24
    found = inspect(panel_of(hours, frequency="h", start=first), events=[(first + 24 * 30, "Sale")])
    assert found.events["effect"].to_list() == [pytest.approx(3)]
    months = inspect(panel_of(poisson(50, 40), frequency="MS", start=600), events=[(610, "Sale")])
    assert months.events.is_empty()


def test_stockouts_and_outliers_are_counted_and_drawn():
    sales = poisson(20, 200, 7)
    sales[60:66] = 0
    sales[120] = 900
    found = inspect(panel_of(poisson(20, 200, 8), sales))
    assert found.touched(STOCKOUTS) == 6
    assert found.stockouts.select("item_id", "periods").rows() == [("i1", 6)]
    assert found.outliers.select("item_id", "periods").rows() == [("i1", 1)]
    marked = found.samples.filter(pl.col("reason").is_not_null())
    assert marked["sales"].to_list() == [0.0] * 6 + [900.0]


def test_days_of_the_month_are_a_season_of_their_own():
    stamps = Frequency.parse("D").timestamps(19_723 + np.arange(730))
    day = (stamps.astype("datetime64[D]") - stamps.astype("datetime64[M]").astype("datetime64[D]")).astype(int)
    sales = RNG.poisson(np.where((day < 3) | (day > 24), 200, 100))
    season = inspect(panel_of(sales)).seasons.filter(pl.col("season").str.starts_with("monthly"))
    assert season["found"].to_list() == [True]
    assert season["strength"][0] > 0.6
    plain = inspect(panel_of(poisson(100, 730))).seasons.filter(pl.col("season").str.starts_with("monthly"))
    assert plain["found"].to_list() == [False]


@pytest.mark.parametrize("frequency", ["D", "W", "W-SUN", "MS", "QS", "h", "15min"])
def test_every_grid_and_odd_panels_can_be_inspected(frequency):
    for panel in (
        panel_of([3], frequency=frequency),
        panel_of([np.nan, np.nan], [0, 0, 0], frequency=frequency),
        panel_of(poisson(5, 130), [1, 0, 2, -4, 8, 9, 2], frequency=frequency),
    ):
        found = inspect(panel)
        assert found.to_frame().height == found.items == len(panel)
        assert all(table.height for table in found.tables().values())
        assert all(isinstance(sentence, str) and sentence.endswith(".") for sentence in sentences(found))


def test_nothing_is_changed_and_the_future_is_not_looked_at():
    panel = shop(items=6, periods=120, config=ShopConfig(future=14))
    found = inspect(panel)
    assert found.rows == int(panel.history.sum())
    short = shop(items=6, periods=120, config=ShopConfig(future=14))
    assert np.array_equal(panel.sales, short.sales, equal_nan=True)


def test_the_seasons_of_a_simulated_shop_are_found():
    found = inspect(shop(items=100, periods=1100, config=ShopConfig(intermittent=0, season=0.4, launches=0)))
    weekly, yearly = found.seasons.rows()[:2]
    assert weekly[3] is True
    assert weekly[4] > 0.95
    assert yearly[4] > 0.5


def test_the_picture_shows_all_sales_and_long_series_of_hours_by_day():
    found = inspect(shop(items=5, periods=400))
    sales = plot(found).data[0]
    assert len(sales.x) == found.total.height == 400
    assert np.allclose(np.asarray(sales.y, float), found.total["sales"].to_numpy())
    hours = plot(inspect(panel_of(RNG.poisson(5, 24 * 300), frequency="h", start=473_352)))
    assert len(hours.data[0].x) == 300
    assert hours.layout.yaxis.title.text == "units per day"
