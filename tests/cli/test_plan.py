"""`foresale plan` as a person would call it."""

from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from foresale.cli.app import app


@pytest.fixture
def stocked(shop_files: Path) -> Path:
    items = pl.read_csv("sales.csv")["sku"].unique(maintain_order=True)
    pl.DataFrame({"sku": items, "on_hand": [0, 10, 20, 40, 80, 5000]}).write_csv("stock.csv")
    pl.DataFrame(
        {"sku": items, "vendor": ["Ming", "Lipton"] * 3, "cost": "€ 2,00", "price": "€ 5,00", "pack": 6}
    ).write_csv("terms.csv", separator=";")
    pl.DataFrame({"supplier": ["Ming", "Lipton"], "lead time": ["2 weeks", "5 d"]}).write_csv("suppliers.csv")
    return shop_files


def run(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(app, ["plan", *map(str, arguments)])
    assert result.exit_code == code, f"{result.output}\n{result.exception!r}"
    return result


FILES = ("--stock", "stock.csv", "--items", "terms.csv", "--suppliers", "suppliers.csv")
NAIVE = ("--model", "seasonal-naive", "--horizon", "14")


def test_orders_as_files(stocked: Path):
    result = run("sales.csv", *FILES, *NAIVE, "--output", "plan.csv", "--next", "next.parquet", "--projection", "p.csv")
    orders = pl.read_csv("plan.csv")
    assert orders.columns[:5] == ["item_id", "sku", "order", "packs", "to_check"]
    assert orders.height == 6
    assert (orders["order"] % 6 == 0).all()
    assert orders["reason"].null_count() == 0
    assert orders["exception"].is_not_null().sum() == orders["exception"].head(orders["exception"].count()).count()
    assert pl.read_parquet("next.parquet").columns[:4] == ["item_id", "sku", "order_on", "arrives"]
    projected = pl.read_csv("p.csv")
    assert projected.columns[:4] == ["item_id", "sku", "timestamp", "stock"]
    assert projected.height == 6 * 14
    assert (projected["low"] <= projected["high"]).all()
    assert "Wrote plan.csv." in result.stderr
    assert "orders to 2 suppliers for" in result.stderr
    assert result.stdout == ""


def test_the_terminal_shows_exceptions_first(stocked: Path):
    result = run("sales.csv", *FILES, *NAIVE, "--quiet")
    assert result.stderr == ""
    lines = result.stdout.splitlines()
    assert lines[0].startswith("Orders of 2023-07-20: 6 items, 14 periods ahead")
    assert any("excess" in line for line in lines[3:6])
    assert "By supplier and day of arrival" in result.stdout
    assert "Lipton    2023-07-25" in result.stdout


def test_a_finished_forecast_gives_the_same_orders(stocked: Path):
    forecast = ("forecast", "sales.csv", "--model", "seasonal-naive", "--horizon", "28", "--output", "f.parquet", "-q")
    assert CliRunner().invoke(app, forecast).exit_code == 0
    run("--forecast", "f.parquet", *FILES, "--horizon", "14", "--output", "finished.csv")
    run("sales.csv", "--forecast", "f.parquet", *FILES, "--horizon", "14", "--output", "both.csv", "--html", "p.html")
    assert pl.read_csv("finished.csv").equals(pl.read_csv("both.csv"))
    assert Path("p.html").read_text().lower().startswith("<!doctype html>")
    fresh = run("sales.csv", *FILES, *NAIVE, "--output", "fresh.csv")
    assert fresh.exit_code == 0
    assert pl.read_csv("fresh.csv")["arrives"].equals(pl.read_csv("finished.csv")["arrives"])


def test_a_budget_is_kept(stocked: Path):
    result = run("sales.csv", *FILES, *NAIVE, "--budget", "100", "--output", "o.csv")
    assert pl.read_csv("o.csv")["cost"].sum() <= 100
    assert "One more of budget would bring" in result.stderr


def test_room_is_kept(stocked: Path):
    run("sales.csv", *FILES, *NAIVE, "--capacity", "5300", "--output", "tight.csv")
    run("sales.csv", *FILES, *NAIVE, "--output", "plain.csv")
    tight, plain = (pl.read_csv(name)["order"].sum() for name in ("tight.csv", "plain.csv"))
    assert tight < plain
    result = run("sales.csv", *FILES, *NAIVE, "--inbound", "50", "--output", "slow.csv")
    assert "More is needed than can arrive" in result.stderr


def test_every_fault_of_every_file_at_once(stocked: Path):
    Path("sales.csv").write_text(Path("sales.csv").read_text() + "item-1,someday,3,,,\n")
    Path("stock.csv").write_text("sku,on_hand,pack,moq\nitem-1,-4,12,5\nitem-2,5,6,\nitem-2,7,6,\n")
    Path("terms.csv").write_text("sku;vendor;cost;price\nitem-1;Ning;€ 2,00;$ 5.00\nitem-2;Ming;two;5\n")
    Path("suppliers.csv").write_text("supplier,lead time\nMing,0\nLipton,\n")
    result = run("sales.csv", *FILES, *NAIVE, code=2)
    for words in (
        "sales: ",
        "is no date",
        "on_hand must not be negative",
        "Give 0",
        "stand twice",
        "cost is no number",
        "lead time must be above zero",
        "unknown supplier",
        "Did you mean 'ming'",
    ):
        assert words in result.stderr, words
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--stock", "stock.csv"), "needs sales to forecast, or a finished forecast"),
        (("sales.csv", "--stock", "nothing.csv", *NAIVE), "nothing.csv"),
        (("sales.csv", "--stock", "stock.csv", *NAIVE), "without a lead time"),
        (("sales.csv", *FILES, *NAIVE, "--service", "95"), "service lies between 0 and 1"),
        (("sales.csv", *FILES, "--model", "oracle"), "unknown model"),
        (("sales.csv", *FILES, *NAIVE, "--output", "o.xlsx"), "must end in"),
        (("--forecast", "sales.csv", *FILES), "quantile levels"),
    ],
)
def test_what_is_wrong_is_said(arguments: tuple[str, ...], words: str, stocked: Path):
    result = run(*arguments, code=2)
    assert words in result.stderr
    assert "Traceback" not in result.output


def test_what_recommendations_add_is_ordered_too(stocked: Path):
    told = pl.read_csv("terms.csv", separator=";")["sku"][1]  # of the supplier who takes five days
    sent = {"customer": [f"c{number}" for number in range(50)], "sku": told, "place": 1, "chance": 0.5, "units": 20.0}
    pl.DataFrame(sent).write_csv("sent.csv")
    run("sales.csv", *FILES, *NAIVE, "--output", "plain.csv")
    result = run("sales.csv", *FILES, *NAIVE, "--recommendations", "sent.csv", "--lift", 0.2, "--output", "more.csv")
    plain, more = (pl.read_csv(name).sort("sku") for name in ("plain.csv", "more.csv"))
    known = pl.col("sku") == told
    assert more.filter(known)["order"].sum() >= plain.filter(known)["order"].sum() + 12
    assert more.filter(~known)["order"].equals(plain.filter(~known)["order"])
    assert "50 recommendations add 100.0 units" in result.stderr
    assert "20 % of their chances" in result.stderr


def test_a_lift_of_nothing_and_recommendations_without_chances_are_refused(stocked: Path):
    assert "--recommendations FILE" in run("sales.csv", *FILES, *NAIVE, "--lift", 0.2, code=2).stderr
    pl.DataFrame({"sku": ["a"]}).write_csv("sent.csv")
    refused = run("sales.csv", *FILES, *NAIVE, "--recommendations", "sent.csv", code=2)
    assert "no column chance" in refused.stderr
