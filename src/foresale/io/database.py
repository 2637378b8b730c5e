"""Rows of a database by a query, read in chunks and without writing."""

import re
from pathlib import Path
from typing import Any, Final

import polars as pl

from foresale.core.errors import ConfigError, DataError, Fault, MissingExtraError
from foresale.core.extras import optional_module
from foresale.io.frames import mixed_column
from foresale.io.source_table import SourceTable, refuse, unique_names

_CHUNK: Final = 100_000  # rows at a time


def read_database(url: str, *, query: str | None) -> SourceTable:
    """The rows that a query gives; the connection may only read.

    Raises:
        ConfigError: no query.
        MissingExtraError: SQLAlchemy, or the driver of this database, is not installed.
        DataError: what the database says, in its words, when it cannot answer.
    """
    if not query or not query.strip():
        raise ConfigError("a database needs a query: --query 'select sku, day, qty from sales'")
    sqlalchemy: Any = optional_module("sqlalchemy", purpose="reading from a database", extra="sql")
    try:
        address = _address(sqlalchemy, url)
        engine = sqlalchemy.create_engine(address)
    except ImportError as error:
        extra = "postgres" if url.startswith("postgres") else "sql"
        purpose = f"reading from {url.split(':')[0]} (there is no {error.name})"
        raise MissingExtraError(purpose=purpose, extra=extra) from error
    except sqlalchemy.exc.ArgumentError as error:
        raise ConfigError("not a database URL; write it as sqlite:///file.db or postgresql://user@host/base") from error
    shown = address.render_as_string(hide_password=True)
    try:
        return _fetched(sqlalchemy, engine, query, shown)
    except sqlalchemy.exc.SQLAlchemyError as error:
        reason = " ".join(str(getattr(error, "orig", None) or error).split())
        raise refuse(f"the database refused: {reason}", shown, "Correct the query or the URL.") from error
    finally:
        engine.dispose()


def _address(sqlalchemy: Any, url: str) -> Any:
    address = sqlalchemy.engine.make_url(url)
    backend = address.get_backend_name()
    if backend == "postgres":
        address = address.set(drivername="postgresql")
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    is_file = backend == "sqlite" and address.database and address.database != ":memory:"
    if is_file and not address.database.startswith("file:") and not Path(address.database).is_file():
        raise refuse("no such file", address.database, "A SQLite URL has three slashes: sqlite:///folder/file.db.")
    return address


def _fetched(sqlalchemy: Any, engine: Any, query: str, shown: str) -> SourceTable:
    statement = sqlalchemy.text(re.sub(r"(?<![:\w\\]):(?=\w)", r"\\:", query))  # no parameters: a colon is a colon
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection = connection.execution_options(postgresql_readonly=True)
        elif engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA query_only = ON")
        result = connection.execution_options(stream_results=True, yield_per=_CHUNK).execute(statement)
        if not result.returns_rows:
            raise DataError([Fault("a query without rows", 1, shown, "Write a query that selects rows.")])
        names, repeated, notes = unique_names(result.keys())
        chunks = [_chunk(rows, names) for rows in result.partitions()]
    frame = stacked(chunks) if chunks else pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    return SourceTable(frame, frame.height, notes=(f"Read from {shown}.", *notes), repeated=frozenset(repeated))


def _chunk(rows: Any, names: list[str]) -> pl.DataFrame:
    columns = zip(*rows, strict=True)
    return pl.DataFrame(
        [mixed_column(list(column))[0].alias(name) for name, column in zip(names, columns, strict=True)]
    )


def stacked(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """Frames with the same columns, one above the other; a column of several types becomes numbers or else text.

    >>> stacked([pl.DataFrame({"sku": [1]}), pl.DataFrame({"sku": ["a"]})])["sku"].to_list()
    ['1', 'a']
    """
    first = frames[0]
    targets: dict[str, pl.DataType] = {}
    for name in first.columns:
        kinds = {frame.schema[name] for frame in frames} - {pl.Null()}
        if len(kinds) > 1:
            targets[name] = _common(kinds)
        elif kinds and any(frame.schema[name] == pl.Null for frame in frames):
            targets[name] = next(iter(kinds))
    aligned = [
        frame.select(first.columns).with_columns(pl.col(n).cast(k) for n, k in targets.items()) for frame in frames
    ]
    return pl.concat(aligned, how="vertical", rechunk=False)


def _common(kinds: set[pl.DataType]) -> pl.DataType:
    if all(kind.is_integer() for kind in kinds):
        return pl.Int64()
    if all(kind.is_numeric() for kind in kinds):
        return pl.Float64()
    if all(kind == pl.Date or isinstance(kind, pl.Datetime) for kind in kinds):
        zones = {kind.time_zone if isinstance(kind, pl.Datetime) else None for kind in kinds}
        if len(zones) == 1:
            return pl.Datetime("us", zones.pop())
    return pl.String()
