"""`foresale promote` and `foresale price` on a shop whose prices differ between stores, as a person would call them."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner, Result

from foresale.cli.app import app


def run(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert result.exit_code == code, f"{result.output}\n{result.exception!r}"
    return result


@pytest.fixture
def stores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Weekly sales of two products in 12 stores, with their costs beside them and their stock."""
    draw = np.random.default_rng(0)
    weeks = np.arange("2022-01-03", "2024-01-01", 7, "datetime64[D]")
    log_price = 0.1 * draw.normal(size=(2, 12, weeks.size))
    sales = draw.poisson(np.exp(3.5 + np.array([-4.0, -1.8])[:, None, None] * log_price))
    frame = pl.DataFrame(
        {
            "sku": np.repeat(["tea", "pot"], 12 * weeks.size),
            "store": np.tile(np.repeat(np.arange(12), weeks.size), 2),
            "week": np.tile(weeks, 24),
            "units": sales.ravel(),
            "price": (10 * np.exp(log_price)).ravel().round(2),
        }
    )
    frame.write_csv(tmp_path / "sales.csv")
    pl.DataFrame({"sku": ["tea", "pot"], "cost": [6.5, 6.5]}).write_csv(tmp_path / "items.csv")
    stock = frame.select("sku", "store").unique(maintain_order=True)
    stock.with_columns(on_hand=pl.when(sku="tea").then(0).otherwise(900)).write_csv(tmp_path / "stock.csv")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_calendar_of_promotions(stores: Path) -> None:
    result = run(
        "promote",
        "sales.csv",
        "--items",
        "items.csv",
        "--model",
        "seasonal-naive",
        "--horizon",
        8,
        "--ending",
        0.99,
        "--slots",
        1,
        "--html",
        "plan.html",
        "--output",
        "plan.csv",
    )
    plan = pl.read_csv("plan.csv")
    assert plan["product"].unique().to_list() == ["tea"]
    assert plan.height == 2
    assert (plan["price"] % 1).round(2).unique().to_list() == [0.99]
    assert "the best there is" in result.stdout.replace("\n", " ")
    assert "<h1>Plan of promotions</h1>" in Path("plan.html").read_text()


def test_what_is_out_of_stock_is_not_promoted(stores: Path) -> None:
    run(
        "promote",
        "sales.csv",
        "--items",
        "items.csv",
        "--model",
        "seasonal-naive",
        "--horizon",
        4,
        "--stock",
        "stock.csv",
        "--lead-time",
        60,
        "--output",
        "plan.csv",
    )
    assert "tea" not in pl.read_csv("plan.csv")["product"].to_list()


def test_prices_go_where_the_elasticity_says(stores: Path) -> None:
    result = run(
        "price",
        "sales.csv",
        "--items",
        "items.csv",
        "--model",
        "seasonal-naive",
        "--output",
        "prices.csv",
        "--html",
        "prices.html",
    )
    prices = dict(pl.read_csv("prices.csv").select("product", "change").iter_rows())
    assert prices["tea"] < -0.05
    assert prices["pot"] > 0.05
    assert "at worst" in result.stdout
    assert "<h1>Prices</h1>" in Path("prices.html").read_text()


def test_what_is_left_at_the_end_of_a_season_is_marked_down_in_steps(stores: Path) -> None:
    left = pl.read_csv("stock.csv").select("sku", "store", on_hand=pl.lit(1500))
    left.with_columns(salvage_value=pl.lit(1.0)).write_csv("left.csv")
    result = run(
        "price",
        "sales.csv",
        "--model",
        "seasonal-naive",
        "--stock",
        "left.csv",
        "--end",
        "2024-03-03",
        "--ending",
        0.99,
        "--steps",
        2,
        "--output",
        "down.csv",
        "--html",
        "down.html",
    )
    steps = pl.read_csv("down.csv")
    tea = steps.filter(pl.col("product") == "tea")
    assert tea["depth"].max() > 0.1
    assert (tea.filter(pl.col("depth") > 0)["price"] % 1).round(2).unique().to_list() == [0.99]
    assert steps.group_by("product").agg((pl.col("depth") > 0).sum())["depth"].max() <= 2
    said = result.stdout.replace("\n", " ")
    assert "At regular prices" in said
    assert "of the stock is sold" in said
    assert "<h1>Mark-downs</h1>" in Path("down.html").read_text()
    asked = ("price", "sales.csv", "--model", "seasonal-naive")
    assert "--end needs --stock" in run(*asked, "--end", "2024-03-03", code=2).stderr
    for end, wrong in (("soon", "a day such as"), ("2023-03-03", "the season ended"), (None, "pass --end")):
        told = () if end is None else ("--end", end)
        assert wrong in run(*asked, "--stock", "left.csv", *told, code=2).stderr.replace("\n", " ")


def test_depths_and_lines_are_read(stores: Path) -> None:
    asked = ("promote", "sales.csv", "--model", "seasonal-naive")
    assert "--depth takes shares" in run(*asked, "--depth", "deep", code=2).stderr
    assert "is no product" in run(*asked, "--line", "set=tea,cup", code=2).stderr


def test_what_would_be_sold_at_another_price(stores: Path) -> None:
    result = run(
        "what-if",
        "sales.csv",
        "--change",
        "tea=-10%",
        "--horizon",
        4,
        "--model",
        "seasonal-naive",
        "--output",
        "if.csv",
        "--html",
        "if.html",
    )
    rows = pl.read_csv("if.csv").group_by("product").agg(pl.col("units_now", "by_effects").sum())
    factor = dict((rows.select("product", pl.col("by_effects") / pl.col("units_now"))).iter_rows())
    assert factor["tea"] == pytest.approx(0.9**-4, rel=0.1)
    assert factor["pot"] == pytest.approx(1, abs=0.05)
    assert "units become" in result.stdout.replace("\n", " ")
    assert "<h1>What if</h1>" in Path("if.html").read_text()


def test_a_campaign_is_told(stores: Path) -> None:
    result = run(
        "campaign",
        "sales.csv",
        "--item",
        "tea",
        "--in",
        "3",
        "--from",
        "2023-09-04",
        "--to",
        "2023-09-17",
        "--html",
        "campaign.html",
        "--table",
        "checks",
        "--output",
        "checks.csv",
    )
    assert "2023-09-04 to 2023-09-11 (2 periods)" in result.stdout.replace("\n", " ")
    assert "had no campaign" in result.stdout.replace("\n", " ")
    assert set(pl.read_csv("checks.csv")["check"]) == {"donors", "history", "fit", "before", "in space"}
    assert "<h1>Campaign</h1>" in Path("campaign.html").read_text()


def test_a_test_of_prices_is_planned_and_told(stores: Path) -> None:
    result = run(
        "experiment",
        "sales.csv",
        "--items",
        "items.csv",
        "--width",
        2,
        "--horizon",
        6,
        "--output",
        "design.csv",
        "--html",
        "design.html",
    )
    assert "Tests that could be run" in result.stdout
    assert "as the calendar says" in result.stdout.replace("\n", " ")
    calendar = pl.read_csv("design.csv", try_parse_dates=True)
    assert calendar.columns == ["product", "place", "timestamp", "price", "arm", "price_now", "pair", "counts"]
    assert "<h1>Test of prices</h1>" in Path("design.html").read_text()
    later = calendar.select(
        "price",
        sku="product",
        store=pl.col("place").cast(pl.String),
        week=pl.col("timestamp").dt.date().cast(pl.String),
        units=(30 * (pl.col("price") / pl.col("price_now")) ** -3).round().cast(pl.Int64),
    )
    sold = pl.read_csv("sales.csv").with_columns(pl.col("sku", "store", "week").cast(pl.String))
    pl.concat([sold, later.select(sold.columns)]).write_csv("later.csv")
    result = run("experiment", "later.csv", "--ran", "design.csv", "--output", "found.csv", "--html", "found.html")
    assert pl.read_csv("found.csv")["elasticity"].to_list() == pytest.approx([-3, -3], abs=0.4)
    assert "Elasticities by the test: found" in result.stdout
    assert "<h1>Test of prices</h1>" in Path("found.html").read_text()


def test_what_a_plan_of_promotions_would_sell(stores: Path) -> None:
    """What promote wrote is taken as it is, and the promotion lies in its periods alone."""
    told = ("sales.csv", "--items", "items.csv", "--model", "seasonal-naive", "--horizon", 6)
    run("promote", *told, "--output", "plan.csv")
    result = run("what-if", *told, "--plan", "plan.csv", "--output", "if.csv")
    rows, plan = pl.read_csv("if.csv"), pl.read_csv("plan.csv")
    moved = rows.filter((pl.col("price") - pl.col("price_now")).abs() > 0.005)
    keys = [
        moved.select("product", pl.col("timestamp").str.head(10)).rows(),
        plan.select("product", pl.col("timestamp").str.head(10)).rows(),
    ]
    assert sorted(keys[0]) == sorted(keys[1]) != []
    assert (moved["own_price"] > 0).all()
    said = result.stdout.replace("\n", " ")
    assert "What demand is made of" in said
    assert "Changed as told: price in" in said
    assert "nothing is changed" in run("what-if", "sales.csv", code=2).stderr.replace("\n", " ")


def test_what_baskets_bring_along_counts(stores: Path) -> None:
    """Every tea is bought with three units of what is no product of the sales."""
    sales = pl.read_csv("sales.csv").filter(pl.col("units") > 0)
    tea = sales.filter(sku="tea").with_columns(order_id=pl.concat_str("sku", "store", "week"))
    beside = tea.with_columns(sku=pl.lit("milk"), units=3 * pl.col("units"), price=pl.lit(2.0))
    pl.concat([tea, beside]).write_csv("orders.csv")
    told = ("promote", "sales.csv", "--items", "items.csv", "--model", "seasonal-naive", "--horizon", 4)
    plain = run(*told, "--output", "plain.csv")
    run(*told, "--baskets", "orders.csv", "--new-baskets", 1, "--caution", 0, "--output", "along.csv")
    assert "Halo on the basket is not counted" in plain.stdout.replace("\n", " ")
    assert pl.read_csv("plain.csv")["halo"].to_list() == [0.0] * pl.read_csv("plain.csv").height
    tea = pl.read_csv("along.csv").filter(product="tea")
    share = 0.35  # the margin of both
    assert (tea["halo"] / tea["extra"]).to_list() == pytest.approx([6 * share] * tea.height, rel=0.15)
