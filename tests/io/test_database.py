"""Databases: SQLite, and a PostgreSQL server that the test starts."""

import os
import pwd
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from foresale.core.errors import ConfigError, DataError, MissingExtraError
from foresale.io.database import read_database
from foresale.io.table import load

QUERY = "select sku, day, qty from sales order by sku, day"


@pytest.fixture
def shop(tmp_path):
    path = tmp_path / "shop.db"
    connection = sqlite3.connect(path)
    connection.execute("create table sales (sku, day text, qty)")
    rows = [("A", "2024-01-01", 3), ("A", "2024-01-02", None), ("B", "2024-01-01", 1.5), (7, "2024-01-01", "many")]
    connection.executemany("insert into sales values (?, ?, ?)", rows)
    connection.commit()
    connection.close()
    return f"sqlite:///{path}"


def test_rows_of_a_sqlite_file(shop):
    table = load(shop, query=QUERY)
    assert table.rows_read == 4
    assert table.frame["sku"].to_list() == ["A", "A", "B"]
    assert table.frame["sales"].to_list() == [3, None, 1.5]
    assert [(fault.what, fault.place) for fault in table.faults] == [("qty is no number", "row 1: 'many'")]


def test_chunks_of_different_types_become_one_column(shop, monkeypatch):
    monkeypatch.setattr("foresale.io.database._CHUNK", 1)
    assert load(shop, query=QUERY).frame["sku"].to_list() == ["A", "A", "B"]
    assert read_database(shop, query=QUERY).frame["sku"].to_list() == ["7", "A", "A", "B"]


def test_a_colon_in_a_query_is_a_colon(shop):
    assert load(
        shop, query=f"{QUERY.replace('order', 'where day > :x or 1 order').replace(':x', chr(39) + ':x' + chr(39))}"
    )


def test_the_database_is_not_written_to(shop):
    with pytest.raises(DataError, match="readonly"):
        load(shop, query="insert into sales values ('C', '2024-01-01', 1) returning sku, day, qty")
    assert load(shop, query=QUERY).rows_read == 4


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("select * from nowhere", "no such table: nowhere"),
        ("select sku from", "syntax error|incomplete input"),
        ("select sku, day, qty from sales where 0", "no rows"),
        ("pragma user_version = 3", "without rows|readonly|no timestamp"),
    ],
)
def test_queries_that_cannot_be_answered(shop, query, message):
    with pytest.raises(DataError, match=message):
        load(shop, query=query)


def test_urls_that_lead_nowhere(tmp_path):
    with pytest.raises(DataError, match="no such file"):
        load(f"sqlite:///{tmp_path}/other.db", query=QUERY)
    assert not (tmp_path / "other.db").exists()
    with pytest.raises(ConfigError, match="needs a query"):
        load("sqlite:///shop.db")
    with pytest.raises(ConfigError, match="not a database URL"):
        load("nosuch://host/base", query=QUERY)
    with pytest.raises(MissingExtraError, match="foresale"):
        load("mysql+pymysql://host/base", query=QUERY)


def test_a_server_that_does_not_answer_and_a_password_that_is_not_shown():
    with pytest.raises(DataError) as caught:
        load("postgresql://me:secret@127.0.0.1:1/base", query=QUERY)
    assert "secret" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if found or on_path:
        return (found[-1] if found else Path(on_path)).parent
    if os.environ.get("CI"):
        pytest.fail("PostgreSQL is not installed: apt-get install postgresql")
    pytest.skip("PostgreSQL is not installed: apt-get install postgresql")


def _as_server_user(command: list[str]) -> list[str]:
    """The server refuses to run as root; then the user that its package made runs it."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


def _run(command: list[str], **settings) -> None:
    done = subprocess.run(_as_server_user(command), capture_output=True, text=True, cwd="/", **settings)
    assert done.returncode == 0, done.stdout + done.stderr


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def postgres():
    binaries = _binaries()
    folder = Path(tempfile.mkdtemp(prefix="foresale-postgres-", dir="/tmp"))
    if os.geteuid() == 0:
        os.chown(folder, *pwd.getpwnam("postgres")[2:4])
    data, port = folder / "data", _free_port()
    server = None
    try:
        _run([str(binaries / "initdb"), "-D", str(data), "-U", "shop", "-A", "trust", "-E", "UTF8", "--no-sync"])
        command = [
            str(binaries / "postgres"),
            "-D",
            str(data),
            "-h",
            "127.0.0.1",
            "-p",
            str(port),
            "-k",
            str(folder),
            "-c",
            "fsync=off",
        ]
        with (folder / "log").open("w") as log:
            server = subprocess.Popen(_as_server_user(command), stdout=log, stderr=log, cwd="/")
        for _ in range(100):
            ready = [str(binaries / "pg_isready"), "-h", "127.0.0.1", "-p", str(port)]
            if subprocess.run(ready, capture_output=True).returncode == 0:
                break
            assert server.poll() is None, (folder / "log").read_text()
            time.sleep(0.1)
        yield f"postgresql://shop@127.0.0.1:{port}/postgres"
    finally:
        if server is not None:
            subprocess.run(
                _as_server_user([str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"]),
                capture_output=True,
                cwd="/",
            )
            server.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def filled(postgres):
    import psycopg

    with psycopg.connect(postgres) as connection:
        connection.execute(
            "create table sales (商品 text, at timestamptz, day date, qty numeric(10, 2), price real, gift boolean, "
            "code int, note jsonb)"
        )
        connection.execute(
            "insert into sales select 'P' || i % 7, '2024-03-30 23:30:00+01'::timestamptz + i * interval '1 hour', "
            "date '2024-01-01' + i / 7, i % 5 + 0.5, 9.99, i % 2 = 0, i, '{}' from generate_series(0, 249999) i"
        )
        connection.execute("update sales set qty = null where code = 3")
        connection.execute("update sales set qty = 'NaN' where code = 4")
    return postgres


@pytest.mark.slow
def test_rows_of_a_postgres_server(filled):
    table = load(
        filled, query="select 商品, day, qty, price, gift from sales where code < 7 and 商品 like 'P%' order by code"
    )
    assert table.keys == ("商品",)
    assert table.time_type == pl.Date
    assert table.frame["sales"].to_list() == [0.5, 1.5, 2.5, None, None, 0.5, 1.5]
    assert table.frame["price"].to_list() == pytest.approx([9.99] * 7)
    assert table.frame["gift"].to_list() == [True, False] * 3 + [True]
    assert table.faults == ()


@pytest.mark.slow
def test_every_chunk_of_a_large_answer_arrives(filled):
    table = load(filled, query="select 商品, day, qty, code from sales order by code")
    assert table.rows_read == 250_000
    assert table.frame["code"].to_list() == list(range(250_000))


@pytest.mark.slow
def test_stamps_show_the_clock_of_the_session(filled):
    url = f"{filled}?options=-c%20timezone%3DEurope/Berlin"
    table = load(url, query="select 商品, at, qty from sales where code < 3 order by code", columns={"timestamp": "at"})
    expected = [datetime(2024, 3, 30, 23, 30), datetime(2024, 3, 31, 0, 30), datetime(2024, 3, 31, 1, 30)]
    assert table.frame["timestamp"].to_list() == expected
    assert table.time_type == pl.Datetime("us", "Europe/Berlin")


@pytest.mark.slow
def test_a_postgres_table_is_not_written_to_and_errors_are_its_own_words(filled):
    with pytest.raises(DataError, match="read-only transaction"):
        load(filled, query="select 商品, day, qty from sales for update")
    with pytest.raises(DataError, match='relation "nothing" does not exist'):
        load(filled, query="select * from nothing")
    assert load(filled, query="select 商品, day, qty from sales").rows_read == 250_000
