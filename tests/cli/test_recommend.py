"""`foresale recommend`, as a person would call it."""

import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner, Result

from foresale.cli.app import app
from foresale.core.interactions import customer_hash
from foresale.storage.recommenders import load_recommender


def run(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(app, ["recommend", *(str(argument) for argument in arguments)])
    assert result.exit_code == code, f"{result.output}\n{result.exception!r}"
    return result


@pytest.fixture
def orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shop of 40 customers who come for two of their four items every week or two; tea and a cup in one basket."""
    draw = np.random.default_rng(0)
    rows = []
    for customer in range(40):
        taste, day = draw.permutation(15)[:4], int(draw.integers(0, 20))
        while day < 120:
            stamp = date(2024, 1, 1) + timedelta(days=day)
            goods = [(f"i{item:02}", f"Jam number {item}", 5.0) for item in draw.choice(taste, 2, replace=False)]
            goods += [("tea", "Tea", 3.0), ("cup", "Cup", 3.0)] if day % 3 else []
            rows += [(f"c{customer:02}", sku, name, stamp, 1, price) for sku, name, price in goods]
            day += int(draw.integers(5, 15))
    columns = ["customer", "sku", "item_name", "date", "quantity", "price"]
    pl.DataFrame(rows, schema=columns, orient="row").write_csv(tmp_path / "orders.csv")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_lists_for_all_customers(orders: Path) -> None:
    result = run("orders.csv", "--top", 3, "--output", "lists.csv", "--html", "lists.html")
    lists = pl.read_csv("lists.csv")
    assert lists.columns == ["customer", "place", "sku", "item_name", "score", "chance", "reason"]
    assert lists["customer"].to_list() == [f"c{number:02}" for number in range(40) for _ in range(3)]
    assert lists["place"].to_list() == [1, 2, 3] * 40
    assert lists["chance"].is_between(0, 1).all()
    assert "120 recommendations for 40 customers on 2024-" in result.stdout
    assert "<h1>Recommendations</h1>" in Path("lists.html").read_text()


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_lists_of_very_many_are_written_part_by_part(
    ending: str, orders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("orders.csv", "--top", 2, "--save", "model", "--exclude", "pot", "--output", f"whole{ending}")
    monkeypatch.setattr(sys.modules["foresale.cli.commands.recommend"], "MOST_AT_ONCE", 7)
    result = run("--model", "model", "--top", 2, "--exclude", "pot", "--output", f"parts{ending}")
    whole, parts = (read_table(Path(f"{name}{ending}")) for name in ("whole", "parts"))
    assert parts.equals(whole)
    assert "80 recommendations for 40 customers." in result.stdout
    assert result.stdout.count("never ordered: pot") == 1
    assert sorted(path.name for path in orders.iterdir() if path.name.startswith(".")) == []
    run("--model", "model", "--top", 2, "--output", f"parts{ending}")  # is ours, and may be replaced


def read_table(path: Path) -> pl.DataFrame:
    return pl.read_csv(path) if path.suffix == ".csv" else pl.read_parquet(path)


def test_some_customers_and_one_who_is_not_there(orders: Path) -> None:
    Path("who.txt").write_text("c07\nzoe\nc01\n")
    result = run("orders.csv", "--top", 2, "--customers", "who.txt", "--output", "lists.parquet", "--exclude-bought")
    lists = pl.read_parquet("lists.parquet")
    assert lists["customer"].unique(maintain_order=True).to_list() == ["c07", "c01"]
    bought = pl.read_csv("orders.csv").select("customer", "sku").unique()
    assert lists.join(bought, on=["customer", "sku"]).height == 0
    assert "1 customer without an order left out: zoe." in result.stdout


def test_nobody_who_is_there_is_refused(orders: Path) -> None:
    result = run("orders.csv", "--customers", "zoe", code=2)
    assert "1 of 1 customers are not in the orders; the first: 'zoe'" in result.stderr.replace("\n", " ")


def test_items_that_are_left_out(orders: Path) -> None:
    result = run("orders.csv", "--top", 20, "--exclude", "tea,pot", "--output", "lists.csv")
    assert "tea" not in pl.read_csv("lists.csv")["sku"].to_list()
    assert "1 item to leave out never ordered: pot" in result.stdout


def test_what_goes_with_an_item(orders: Path) -> None:
    result = run("orders.csv", "--together", "tea", "--top", 1, "--output", "with.csv")
    assert pl.read_csv("with.csv").select("of", "sku").rows() == [("tea", "cup")]
    assert "of the baskets with it" in result.stdout
    run("orders.csv", "--similar", "i01", "--top", 3, "--output", "like.csv", "--html", "like.html")
    assert set(pl.read_csv("like.csv")["reason"].str.head(12)) == {"called alike"}
    assert "<h1>Similar items</h1>" in Path("like.html").read_text()


def test_whom_an_item_suits(orders: Path) -> None:
    result = run("orders.csv", "--for-item", "i03", "--top", 4, "--output", "who.csv", "--html", "who.html")
    who = pl.read_csv("who.csv")
    assert who.height == 4
    assert who["chance"].is_sorted(descending=True)
    assert "i03 Jam number 3 suits 4 customers" in result.stdout
    assert "Whom to write to about i03" in Path("who.html").read_text()
    assert "there is no item 'pot'" in run("orders.csv", "--for-item", "pot", code=2).stderr


def test_who_may_not_come_again(orders: Path) -> None:
    result = run("orders.csv", "--lapsing", "--output", "who.csv", "--html", "who.html")
    assert pl.read_csv("who.csv")["alive"].is_between(0, 1).all()
    assert "who came again" in result.stdout
    assert "may not come again" in Path("who.html").read_text()


def test_what_was_learnt_is_kept_and_goes_on(orders: Path) -> None:
    run("orders.csv", "--top", 2, "--save", "model", "--output", "one.csv")
    run("--model", "model", "--top", 2, "--output", "two.csv")
    assert Path("one.csv").read_bytes() == Path("two.csv").read_bytes()
    Path("today.csv").write_text("customer,sku,item_name,date,quantity,price\nnew,tea,Tea,2024-06-01,1,3.0\n")
    run("today.csv", "--model", "model", "--customers", "new", "--top", 1, "--save", "later", "--output", "new.csv")
    assert pl.read_csv("new.csv").select("customer", "sku").rows() == [("new", "tea")]
    run("--model", "later", "--customers", "new", "--top", 1, "--output", "again.csv")
    assert Path("new.csv").read_bytes() == Path("again.csv").read_bytes()


def test_privacy(orders: Path) -> None:
    key = bytes(range(32))
    Path("key").write_bytes(key)
    run("orders.csv", "--hash-key-file", "key", "--forget", "c02", "--save", "model", "--output", "lists.csv")
    told = set(pl.read_csv("lists.csv")["customer"])
    assert told == {customer_hash(f"c{number:02}", key) for number in range(40) if number != 2}
    assert set(load_recommender(Path("model")).orders.customers) == told
    run("--model", "model", "--hash-key-file", "key", "--forget", "c03,c02", "--output", "left.csv")
    assert told - set(pl.read_csv("left.csv")["customer"]) == {customer_hash("c03", key)}
    run("--model", "model", "--hash-key-file", "key", "--customers", "c05", "--output", "one.csv")
    assert set(pl.read_csv("one.csv")["customer"]) == {customer_hash("c05", key)}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "no orders to learn from: name a file of them, or --model FOLDER"),
        (["orders.csv", "--similar", "tea", "--lapsing"], "--similar and --lapsing ask for different things"),
        (["orders.csv", "--model", "nowhere"], "nowhere is no model folder"),
        (["bare.csv"], "no customer column recognised: 1"),
        (["empty.csv"], "empty.csv"),
        (["orders.csv", "--hash-key-file", "short"], "a key has 16 to 64 bytes, not 3"),
        (["orders.csv", "--customers", "c01", "--output", "orders.csv"], "it is read by this command"),
    ],
)
def test_what_cannot_be_is_refused_in_words(arguments: list[str], said: str, orders: Path) -> None:
    Path("bare.csv").write_text("sku,date,quantity\ntea,2024-03-01,1\n")
    Path("empty.csv").write_text("customer,sku,date,quantity\n")
    Path("short").write_bytes(b"abc")
    assert said in run(*arguments, code=2).stderr.replace("\n", " ")


def test_a_model_has_learnt_its_horizon(orders: Path) -> None:
    run("orders.csv", "--horizon", 7, "--save", "model")
    assert "--horizon is for learning" in run("--model", "model", "--horizon", 7, code=2).stderr


def test_a_place_that_holds_something_else_is_refused_before_anything_is_learnt(orders: Path) -> None:
    assert "the folder that you work in" in run("orders.csv", "--save", ".", code=2).stderr.replace("\n", " ")


@pytest.mark.parametrize(
    ("rows", "new"),
    [
        (["ann,tea,2024-03-01"], "Nothing to recommend."),
        (["ann,tea,2024-03-01", "ann,cup,2024-03-02"], "Nothing to recommend."),
        (["ann,tea,2024-03-01", "bob,tea,2024-03-02"], "Nothing to recommend."),
        (["ann,tea,2024-03-01", "bob,cup,2024-03-02"], "2 recommendations for 2 customers"),
    ],
    ids=["one line", "one customer", "one item", "two days"],
)
def test_little_is_enough(rows: list[str], new: str, orders: Path) -> None:
    Path("small.csv").write_text("\n".join(["customer,sku,date", *rows, ""]))
    assert "History is too short to learn an order from" in run("small.csv", "--top", 20).stdout
    assert new in run("small.csv", "--exclude-bought").stdout


def test_lists_keep_to_stock_and_categories(orders: Path) -> None:
    ids = [*(f"i{number:02}" for number in range(15)), "tea", "cup"]
    stock = pl.DataFrame({"sku": ids, "on_hand": [0 if sku == "tea" else 500 for sku in ids]})
    stock.write_csv("stock.csv")
    pl.DataFrame({"sku": ids, "family": [sku if sku in {"tea", "cup"} else "jam" for sku in ids]}).write_csv(
        "items.csv"
    )
    run("orders.csv", "--top", 4, "--stock", "stock.csv", "--output", "lists.csv")
    lists = pl.read_csv("lists.csv")
    assert "tea" not in lists["sku"]
    assert lists.filter(pl.col("sku") == "cup").height > 0
    run(
        "orders.csv",
        "--top",
        4,
        "--items",
        "items.csv",
        "--category",
        "family",
        "--per-category",
        1,
        "--output",
        "one.csv",
    )
    one = pl.read_csv("one.csv")
    jams = one.filter(pl.col("sku").str.starts_with("i")).group_by("customer").len()
    assert jams["len"].max() == 1


def test_options_of_stock_that_lack_another_are_refused(orders: Path) -> None:
    assert "--per-category N and --category COLUMN go together" in run("orders.csv", "--per-category", 2, code=2).output
    assert "--min-margin needs --stock" in run("orders.csv", "--min-margin", 2, code=2).output
    assert "hold for lists of customers" in run("orders.csv", "--lapsing", "--one-of", 0.9, code=2).output
    missing = run("orders.csv", "--stock", "nowhere.csv", code=2).output
    assert "no such file" in missing
    assert "Learning from" not in missing


def test_recommendations_are_judged(orders: Path) -> None:
    result = run("orders.csv", "--evaluate", "--top", 5, "--forecast", "none", "--output", "judged.csv")
    judged = pl.read_csv("judged.csv")
    assert {"foresale", "what most bought in four weeks"} <= set(judged["by"])
    assert judged["ndcg"].drop_nulls().is_between(0, 1).all()
    assert "All purchases: NDCG " in result.stdout
