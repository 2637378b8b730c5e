"""Stock and terms out of files: what is understood, what is assumed, and what is refused."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import ConfigError, DataError
from foresale.core.forecast import Forecast
from foresale.core.frequency import Frequency
from foresale.inventory.defaults import Defaults
from foresale.inventory.read import Sources, read_inventory

ITEMS = ("cup", "pot", "tea")


def forecast_of(items=ITEMS, *, frequency="D", keys=None, mean=None, horizon=28):
    frame = pl.DataFrame({"item_id": list(items), **(keys or {})})
    rates = np.ones((len(items), horizon), np.float32) * (1 if mean is None else np.array(mean, np.float32)[:, None])
    quantiles = np.repeat(rates[:, :, None], 21, axis=2)
    grid = Frequency.parse(frequency)
    return Forecast(frame, grid, grid.index(np.full(len(items), "2026-11-25", "datetime64[D]")), quantiles, rates)


def csv(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_out_of_files(tmp_path):
    stock = csv(tmp_path, "stock.csv", "SKU;On Hand;Backorders\ntea;1.200;0\npot;30;2\ncup;0;\n")
    items = csv(
        tmp_path,
        "items.csv",
        "sku;Vendor;MOQ;Case Pack;Unit cost (EUR);Selling price;Holding cost;Shelf life (weeks);Fill rate;cbm\n"
        "tea;Lipton;10;12;€ 2,50;4,00;25 %;52;98 %;0,001\n"
        "pot;Ming;0;1;€ 1.234,50;2.000,00;20 %;;95 %;0,01\n"
        "cup;ming ;6;6;€ 3,00;5,00;25 %;;95 %;\n",
    )
    suppliers = csv(tmp_path, "suppliers.csv", "supplier,lead time (weeks),review period\nLipton,2,7\nMing,8,28\n")
    orders = csv(tmp_path, "orders.csv", "sku,quantity,ETA\npot,10,2026-11-27\npot,5,\nghost,3,2026-12-01\n")
    shop = read_inventory(forecast_of(), Sources(stock, items, suppliers, orders))
    terms, shelves = shop.terms, shop.stock
    assert shelves.on_hand.tolist() == [0, 30, 1200]
    assert shelves.owed.tolist() == [0, 2, 0]
    assert shelves.on_order.tolist() == [0, 15, 0]
    assert shelves.position.tolist() == [0, 43, 1200]
    assert terms.cost.tolist() == [3.0, 1234.5, 2.5]
    assert terms.short.tolist() == [2.0, 765.5, 1.5]
    assert terms.minimum.tolist() == [6, 0, 12]
    assert terms.lead.mean.tolist() == [56, 56, 14]
    assert terms.review_days.tolist() == [28, 28, 7]
    assert [name.casefold() for name in terms.suppliers] == ["ming", "lipton"]
    assert terms.supplier[0] == terms.supplier[1] != terms.supplier[2]
    assert terms.holding.tolist() == [0.25, 0.2, 0.25]
    assert terms.shelf_days.tolist() == [np.inf, np.inf, 364]
    assert terms.target.tolist() == [0.95, 0.95, 0.98]
    assert terms.fill.all()
    np.testing.assert_array_equal(terms.volume, [np.nan, 0.01, 0.001])
    notes = "\n".join(shop.notes)
    assert "Minimum orders are raised to whole packs for 1 item (tea: 10 becomes 12)." in notes
    assert "ghost" in notes
    assert "signs of money are left out: €" in notes


def test_arrivals_of_open_orders():
    stock = pl.DataFrame(
        {
            "sku": ["tea", "pot", "cup"],
            "stock": [1, 1, 1],
            "on_order": [5, 6, 7],
            "due": [date(2026, 11, 20), date(2026, 11, 27), None],
        }
    )
    forecast = forecast_of(horizon=4)
    shop = read_inventory(forecast, Sources(stock), defaults=Defaults(lead_days=3))
    arrivals = shop.stock.arrivals(forecast, lead=np.array([3, 3, 3]))
    assert arrivals.tolist() == [[0, 0, 0, 7], [0, 0, 6, 0], [5, 0, 0, 0]]


def test_arrivals_within_a_week_count_from_the_next():
    stock = pl.DataFrame({"sku": ["tea"], "stock": [1], "on_order": [5], "due": [date(2026, 12, 2)]})
    forecast = forecast_of(("tea",), frequency="W", horizon=4)
    shop = read_inventory(forecast, Sources(stock), defaults=Defaults(lead_days=3))
    assert shop.stock.arrivals(forecast, lead=np.array([1])).tolist() == [[0, 0, 5, 0]]


def test_chinese_columns_and_parquet(tmp_path):
    path = tmp_path / "stock.parquet"
    pl.DataFrame(
        {
            "商品编码": ["tea", "pot", "cup"],
            "库存数量": [3, 4, 5],
            "提前期": ["7天", "2周", "1个月"],
            "装箱数": [6, 1, 1],
            "最小起订量": [12, 1, 1],
            "进价": ["￥12", "3元", "4"],
            "售价": [20, 5, 6],
            "供应商": ["甲", "乙", "乙"],
            "目标服务水平": ["98%", "95%", "0.9"],
        }
    ).write_parquet(path)
    terms = read_inventory(forecast_of(), Sources(path)).terms
    np.testing.assert_allclose(terms.lead.mean, [30.436875, 14, 7])
    assert terms.cost.tolist() == [4, 3, 12]
    np.testing.assert_allclose(terms.target, [0.9, 0.95, 0.98])
    assert terms.minimum.tolist() == [1, 1, 12]


def test_all_faults_at_once(tmp_path):
    stock = csv(tmp_path, "stock.csv", "sku,stock,on_order,due\ntea,-3,1,soon\npot,4,0,\npot,5,0,\ncup,many,,\n")
    items = csv(
        tmp_path,
        "items.csv",
        "sku,supplier,lead_time,moq,pack,cost,service_level,shelf_life\n"
        "tea,Lipton,0,5,0,$ 12,1.5,\npot,Mign,,5,12,€ 3,0.9,-1\ncup,Ming,,5,12,free,0.9,\n",
    )
    suppliers = csv(tmp_path, "suppliers.csv", "supplier,lead_time\nLipton,7\nMing,-2\nMing,3\n")
    deliveries = csv(tmp_path, "deliveries.csv", "supplier,ordered,received\nMing,2026-03-05,2026-03-01\n")
    with pytest.raises(DataError) as caught:
        read_inventory(forecast_of(), Sources(stock, items, suppliers, deliveries=deliveries))
    told = {fault.what: fault for fault in caught.value.faults}
    assert set(told) == {
        "stock file: stock must not be negative",
        "stock file: stock is no number",
        "stock file: due is no date",
        "stock file: items that stand twice with different values",
        "items file: lead_time must be above zero",
        "items file: pack must be above zero",
        "items file: cost is no number",
        "items file: cost is in several currencies",
        "items file: service_level must be below 100 %",
        "items file: shelf_life must be above zero",
        "suppliers file: lead_time must be above zero",
        "suppliers file: suppliers that stand twice",
        "deliveries file: received before it was ordered",
        "items of an unknown supplier",
        "items without a lead time",
    }
    assert told["stock file: stock must not be negative"].place == "row 1: '-3'"
    assert "backorders" in told["stock file: stock must not be negative"].cure
    assert told["stock file: items that stand twice with different values"].place == "row 2: 'pot'"
    assert told["items of an unknown supplier"].place == "item pot: 'Mign'"
    assert "Did you mean 'ming'?" in told["items of an unknown supplier"].cure
    assert all(fault.cure and fault.count for fault in told.values())


def test_no_guess_of_lead_times_unless_told():
    stock = pl.DataFrame({"sku": list(ITEMS), "stock": [1, 2, 3]})
    with pytest.raises(DataError, match="items without a lead time: 3"):
        read_inventory(forecast_of(), Sources(stock))
    shop = read_inventory(forecast_of(), Sources(stock), defaults=Defaults(lead_days=14))
    assert shop.terms.lead.mean.tolist() == [14, 14, 14]
    assert "Not told, so assumed: lead time 14 days for all items." in shop.notes


def test_items_on_one_side_only_are_named():
    stock = pl.DataFrame({"sku": ["tea", "mug", "jar"], "stock": [1, 2, 3]})
    shop = read_inventory(forecast_of(), Sources(stock), defaults=Defaults(lead_days=14))
    assert shop.without_stock == ("cup", "pot")
    assert shop.without_sales == ("mug", "jar")
    assert shop.stock.on_hand.tolist() == [0, 0, 1]
    assert any("lacks 2 items with sales" in note and "cup, pot" in note for note in shop.notes)
    assert any("2 items without sales" in note and "mug, jar" in note for note in shop.notes)


def test_lead_times_learnt_from_deliveries():
    stock = pl.DataFrame(
        {"sku": list(ITEMS), "stock": [1, 2, 3], "supplier": ["Ming", "Ming", "Lipton"], "lead_time": [30, 30, 9]}
    )
    days = [5, 6, 7, 8, 14]
    past = pl.DataFrame(
        {
            "Vendor": ["MING"] * 5,
            "PO date": [date(2026, 3, 1)] * 5,
            "Received": [date(2026, 3, 1 + day) for day in days],
        }
    )
    terms = read_inventory(forecast_of(), Sources(stock, deliveries=past)).terms
    assert terms.lead.mean.tolist() == [8, 8, 9]
    drawn = terms.lead.days(count=1000, seed=1)
    assert sorted(set(drawn[:, 0])) == days
    np.testing.assert_allclose(drawn[:, 0].mean(), 8, atol=0.01)
    np.testing.assert_array_equal(drawn[:, 0], drawn[:, 1])
    assert set(drawn[:, 2]) == {9}


def test_terms_by_product_for_items_of_several_shops():
    keys = {"shop": ["n", "n", "s"], "sku": [1, 2, 1]}
    forecast = forecast_of(("n|1", "n|2", "s|1"), keys=keys)
    stock = pl.DataFrame({"shop": ["s", "n", "n"], "sku": [1, 2, 1], "stock": [7, 8, 9]})
    items = pl.DataFrame({"article": ["1", "2"], "lead_time": [3, 4], "pack": [6, 1]})
    shop = read_inventory(forecast, Sources(stock, items))
    assert shop.stock.on_hand.tolist() == [9, 8, 7]
    assert shop.terms.lead.mean.tolist() == [3, 4, 3]
    with pytest.raises(DataError, match="no column of shop"):
        read_inventory(forecast, Sources(stock.drop("shop").unique("sku"), items))


def test_targets_by_class():
    stock = pl.DataFrame({"sku": list(ITEMS), "stock": [1, 2, 3], "class": [None, "b", None]})
    defaults = Defaults(lead_days=3, service={"A": 0.98, "B": 0.95, "C": 0.9}, measure="cycle")
    terms = read_inventory(forecast_of(mean=[100, 3, 1]), Sources(stock), defaults=defaults).terms
    assert terms.target.tolist() == [0.98, 0.95, 0.9]
    assert not terms.fill.any()


def test_selling_below_cost_is_said():
    stock = pl.DataFrame({"sku": list(ITEMS), "stock": [1, 2, 3], "cost": [3.0, 1, 1], "price": [2.0, 2, 2]})
    shop = read_inventory(forecast_of(), Sources(stock), defaults=Defaults(lead_days=3))
    assert shop.terms.short.tolist() == [0.02, 1, 1]
    assert any("not above the cost for 1 item (first: cup)" in note for note in shop.notes)


def test_own_names_of_columns():
    stock = pl.DataFrame({"sku": list(ITEMS), "stock": [0, 0, 0], "Bestand Lager 2": [1, 2, 3]})
    sources = Sources(stock, columns={"on_hand": "Bestand Lager 2"})
    assert read_inventory(forecast_of(), sources, defaults=Defaults(lead_days=3)).stock.on_hand.tolist() == [1, 2, 3]
    with pytest.raises(DataError, match="no column 'Lager' for on_hand"):
        read_inventory(forecast_of(), Sources(stock, columns={"on_hand": "Lager"}), defaults=Defaults(lead_days=3))


def test_selected_items_keep_their_own():
    stock = pl.DataFrame({"sku": list(ITEMS), "stock": [1, 2, 3], "on_order": [5, 0, 7], "lead_time": [3, 4, 5]})
    shop = read_inventory(forecast_of(), Sources(stock))
    part = shop.select(np.array([2, 0]))
    assert part.items["item_id"].to_list() == ["tea", "cup"]
    assert part.stock.on_hand.tolist() == [3, 1]
    assert part.stock.on_order.tolist() == [7, 5]
    assert part.terms.lead.mean.tolist() == [5, 3]


def test_settings_that_cannot_be():
    with pytest.raises(ConfigError, match="A, B and C"):
        Defaults(service={"A": 0.9})
    with pytest.raises(ConfigError, match="lead_days"):
        Defaults(lead_days=0)


def test_files_that_say_nothing(tmp_path):
    defaults = Defaults(lead_days=3)
    for source, what in (
        (csv(tmp_path, "empty.csv", "sku,stock\n"), "stock file: no rows"),
        (tmp_path / "none.csv", "stock file: no such file"),
        (pl.DataFrame({"sku": ["tea"], "height": [3]}), "no column of stock on hand"),
        (pl.DataFrame({"height": [3], "stock": [3]}), "no item column recognised"),
        (pl.DataFrame({"sku": ["T-1", "T-2"], "stock": [3, 4]}), "none of its items has sales: 2"),
    ):
        with pytest.raises(DataError, match=what):
            read_inventory(forecast_of(), Sources(source), defaults=defaults)


def test_faults_of_several_files_come_together(tmp_path):
    sources = Sources(
        tmp_path / "none.csv",
        items=pl.DataFrame({"sku": ["tea"], "pack": [-1]}),
        orders=pl.DataFrame({"sku": ["tea"], "due": ["2026-12-01"]}),
    )
    with pytest.raises(DataError) as caught:
        read_inventory(forecast_of(), sources)
    told = " ".join(fault.what for fault in caught.value.faults)
    assert "no such file" in told
    assert "pack must be above zero" in told
    assert "without a lead time" in told


def test_the_item_column_can_be_told():
    stock = pl.DataFrame({"sku": [1, 2, 3], "our code": list(ITEMS), "stock": [1, 2, 3]})
    sources = Sources(stock, columns={"item": "our code"})
    assert read_inventory(forecast_of(), sources, defaults=Defaults(lead_days=3)).stock.on_hand.tolist() == [1, 2, 3]


def test_rows_that_are_the_same_count_once():
    stock = pl.DataFrame({"sku": ["tea", "tea", "pot", "cup"], "stock": [1, 1, 2, 3]})
    shop = read_inventory(forecast_of(), Sources(stock), defaults=Defaults(lead_days=3))
    assert shop.stock.on_hand.tolist() == [3, 2, 1]
    assert "stock file: 2 rows stand twice and count once." in shop.notes


@pytest.mark.parametrize(
    ("name", "told", "share"),
    [
        ("Holding cost (share of the cost a year)", "10.4", 10.4),
        ("Holding cost (share of the cost a year)", "1040 %", 10.4),
        ("Holding cost (%)", "10.4", 0.104),
        ("holding_cost", "10.4 %", 0.104),
        ("holding_cost", "0.25", 0.25),
    ],
)
def test_a_holding_cost_is_percent_where_that_is_told(tmp_path, name, told, share):
    stock = csv(tmp_path, "stock.csv", f'sku,on_hand,"{name}"\ntea,3,{told}\npot,3,{told}\ncup,3,{told}\n')
    shop = read_inventory(forecast_of(), Sources(stock), defaults=Defaults(lead_days=3))
    assert shop.terms.holding.tolist() == pytest.approx([share] * 3)


def test_a_holding_cost_that_may_be_percent_or_not_is_asked(tmp_path):
    stock = csv(tmp_path, "stock.csv", "sku,on_hand,holding_cost\ntea,3,10.4\npot,3,0.2\ncup,3,10.4\n")
    with pytest.raises(DataError, match=r"above 1 may be percent or a share: 2 \(first at row 1: .10\.4.\)"):
        read_inventory(forecast_of(), Sources(stock), defaults=Defaults(lead_days=3))
