"""The exports of shops and marketplaces: every unit and cent as the orders have it, by the one command of the docs."""

import re
import shlex
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from foresale.cli.app import app
from foresale.core.panel import Panel
from foresale.data.options import ReadOptions
from foresale.data.read import panel, read_with_report

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "benchmarks" / "exports"
sys.path.insert(0, str(FOLDER))
from platforms import PLATFORMS, Export, shopify  # noqa: E402
from shops import Line, order_lines  # noqa: E402

sys.path.remove(str(FOLDER))

PARTLY_UNDONE = ("woocommerce", "woocommerce advanced", "magento", "prestashop")
PAGES = {
    "amazon": "amazon orders",
    "ebay": "ebay",
    "etsy": "etsy",
    "jd": "jd",
    "magento": "magento",
    "prestashop": "prestashop",
    "shopify": "shopify",
    "shopware": "shopware",
    "taobao": "taobao",
    "woocommerce": "woocommerce",
}


def made(name: str, *, seed: int) -> Export:
    lines = order_lines(seed=seed)
    if name in PARTLY_UNDONE:
        lines = tuple(replace(line, undone=int(line.quantity > 2 and line.order % 5 == 0)) for line in lines)
    return PLATFORMS[name](lines)


def units_of(shop: Panel) -> dict[str, float]:
    ids = shop.items["item_id"].cast(pl.String).to_list()
    sums = np.add.reduceat(np.nan_to_num(shop.sales), shop.offsets[:-1])
    return {item: float(units) for item, units in zip(ids, sums, strict=True) if units}


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", PLATFORMS)
def test_exports_are_read_to_the_unit_and_the_cent(tmp_path: Path, name: str, seed: int):
    export = made(name, seed=seed)
    path = tmp_path / f"export{export.suffix}"
    path.write_bytes(export.data)
    shop, report = read_with_report(path, ReadOptions(**export.arguments))
    assert units_of(shop) == export.truth.units
    assert report.rows_read == export.truth.rows == report.rows_used + sum(fault.rows for fault in report.faults)
    if export.truth.cents is not None:
        assert round(float(np.nansum(shop.revenue)) * 100) == export.truth.cents


@pytest.mark.parametrize("page", PAGES)
def test_the_command_of_the_page_reads_the_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str):
    """The first command of the page, word for word, on a file of that shape; `clean` writes what it understood."""
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs" / "platforms" / f"{page}.md").read_text()
    words = shlex.split(re.findall(r"```sh\n(foresale inspect [^\n]*)\n", text)[0])
    export = made(PAGES[page], seed=7)
    Path(words[2]).write_bytes(export.data)
    result = CliRunner().invoke(app, ["clean", *words[2:], "--output", "clean.parquet"])
    assert result.exit_code == 0, result.output
    assert pl.read_parquet("clean.parquet")["sales"].sum() == sum(export.truth.units.values())


def test_every_platform_has_a_page_and_every_page_its_platform():
    pages = {page.stem for page in (ROOT / "docs" / "platforms").glob("*.md")} - {"index", "excel"}
    assert pages == set(PAGES)


def lines_of(**columns: object) -> pl.DataFrame:
    return pl.DataFrame(
        {"order_id": ["1", "1", "2"], "date": "2024-03-01", "qty": [3, 1, 2], "sku": ["a", "b", "a"]}
    ).with_columns(pl.Series(name, values) for name, values in columns.items())


@pytest.mark.parametrize(
    ("columns", "units"),
    [
        ({"status": ["paid"] * 3, "refund_status": ["", "", ""]}, 6),
        ({"order-status": ["Shipped"] * 3, "item-status": ["Shipped", "Cancelled", "Shipped"]}, 5),
        ({"status": ["complete", "canceled", "complete"], "state": ["closed", "canceled", "complete"]}, 2),
        ({"financial_status": ["paid"] * 3, "cancelled_at": [None, None, "2024-03-02"]}, 4),
        ({"订单状态": ["交易成功"] * 3, "退款状态": ["退款成功", "没有申请退款", "退款关闭"]}, 3),
        ({"status": ["paid"] * 3, "is_returned": ["no", "yes", "no"]}, 5),
    ],
)
def test_every_status_of_a_line_may_leave_it_out(columns: Mapping[str, object], units: int):
    assert panel(lines_of(**columns)).sales.sum() == units


def test_a_status_that_is_told_is_the_only_one():
    lines = lines_of(**{"order-status": ["Shipped"] * 3, "item-status": ["Shipped", "Cancelled", "Shipped"]})
    assert panel(lines, columns={"status": "order-status"}).sales.sum() == 6


def test_statuses_told_by_their_words_hold_in_the_column_that_has_them():
    lines = lines_of(**{"order-status": ["Shipped", "Shipped", "Pending"], "item-status": ["Shipped", "Cancelled", ""]})
    shop = panel(lines, status={"ignored": ["pending"], "counted": ["Cancelled"]})
    assert shop.sales.sum() == 4
    assert not [note for note in shop.notes if note.startswith("No line has the status")]


def test_numbers_of_statuses_are_told_with_their_sign():
    lines = lines_of(status=["-1", "1", "2"])
    assert panel(lines, status={"ignored": ["-1"]}).sales.sum() == 3


def test_a_moment_of_cancelling_that_is_of_lines_cancels_no_other_line():
    lines = lines_of(financial_status=["paid"] * 3, cancelled_at=["2024-03-02", None, None])
    lines = pl.concat(
        [lines, lines.with_columns(pl.Series("order_id", ["3", "3", "4"]), cancelled_at=pl.Series([None, "x1", None]))]
    )
    assert panel(lines).sales.sum() == 8


@pytest.mark.parametrize("name", ["qty_refunded", "item_refunded_qty", "qty_canceled", "product_quantity_refunded"])
def test_units_that_a_column_says_were_refunded_are_taken_out(name: str):
    lines = lines_of(**{name: [-1, 0, 2], "price": [2.0, 5.0, 1.0]})
    shop, report = read_with_report(lines)
    assert (shop.sales.sum(), float(shop.revenue.sum())) == (3, 9.0)
    assert report.lines is not None
    assert report.lines.select(pl.col("units").sum(), pl.col("money").sum()).row(0) == (6, 13.0)
    assert panel(lines, returns="ignore").sales.sum() == 6


def test_items_without_a_code_go_by_their_name_unless_the_code_was_asked_for():
    lines = lines_of(title=["Mug", "Vase", "Mug"]).with_columns(pl.Series("sku", ["a", None, "a"]))
    shop = panel(lines)
    assert shop.items["sku"].to_list() == ["Vase", "a"] or sorted(shop.items["sku"].to_list()) == ["Vase", "a"]
    assert "1 row without 'sku': the item goes by its 'title'." in shop.notes
    with pytest.raises(Exception, match="sku is empty: 1"):
        panel(lines, columns={"item": "sku"})


def test_a_row_for_a_whole_order_counts_nothing_twice_but_an_item_without_a_code_does_count():
    lines = lines_of().with_columns(pl.Series("sku", [None, "b", "a"]))
    shop, report = read_with_report(lines)
    assert shop.sales.sum() == 3
    assert [(fault.what, fault.rows) for fault in report.faults] == [
        ("rows of whole orders, whose items have rows of their own", 1)
    ]
    alone = lines_of().with_columns(pl.Series("sku", ["b", "b", None]))
    with pytest.raises(Exception, match="sku is empty: 1"):
        panel(alone)


def test_prices_of_whole_lines_are_told_from_those_of_units():
    lines = lines_of(**{"item-price": [6.0, 5.0, 4.0]})
    unit = panel(lines)
    whole = panel(lines.rename({"order_id": "amazon-order-id"}))
    assert (float(unit.revenue.sum()), float(whole.revenue.sum())) == (31.0, 15.0)


def test_a_line_that_names_no_line_of_the_file_as_its_parent_stays():
    lines = lines_of(item_id=[10, 11, 12], parent_item_id=[None, 10, 99])
    assert panel(lines).sales.sum() == 5


def test_orders_of_one_day_in_shopify(tmp_path: Path):
    """The smallest file there is still says what it is."""
    lines = tuple(Line(1001, line.at, line.customer, line.sku, line.name, 2, 500) for line in order_lines(seed=1)[:1])
    path = tmp_path / "orders.csv"
    path.write_bytes(shopify(lines).data)
    assert read_with_report(path)[0].sales.tolist() == [2.0]
