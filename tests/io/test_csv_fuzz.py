"""Whatever bytes come in: every row is read right or reported, or the file is refused in words."""

import csv
import io

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from foresale.core.errors import DataError
from foresale.io.delimited import find_separator, is_regular, read_delimited
from foresale.io.table import Table, load

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SEPARATORS = st.sampled_from([",", ";", "\t", "|"])
CELLS = st.text(
    st.one_of(st.sampled_from(list(" ab1,;\t|\"'\n.-é商")), st.characters(exclude_categories=["Cs", "Cc"])), max_size=8
)
PLAIN = (
    b"sku,date,qty,price\nA1,2024-01-01,3,1.50\nA1,2024-01-02,,1.50\nB2,2024-01-01,7,2.00\n"
    b'"B,2",2024-01-02,1,"2,000.00"\n"C\nD",2024-01-03,2,9\n'
)


@st.composite
def written_tables(draw):
    """Rows as text, and the same rows as some program would write them."""
    width = draw(st.integers(2, 5))
    rows = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=8))
    separator = draw(SEPARATORS)
    out = io.StringIO(newline="")
    writer = csv.writer(
        out,
        delimiter=separator,
        quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        lineterminator=draw(st.sampled_from(["\n", "\r\n"])),
    )
    writer.writerow([f"column {number}" for number in range(width)])
    writer.writerows(rows)
    return rows, separator, out.getvalue()


def oracle(text, separator):
    """What Python's own parser reads; the empty rows are no rows, and an empty field is unknown."""
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))[1:]
    return [tuple(value.lstrip(" ") or None for value in row) for row in rows if any(row)]


def as_read(frame: pl.DataFrame):
    return [tuple(value.lstrip(" ") or None if value else value for value in row) for row in frame.rows()]


@QUICK
@given(written_tables(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_well_formed_files_are_read_as_the_oracle_reads_them(written, encoding):
    _, separator, text = written
    expected = oracle(text, separator)
    if not expected:
        return
    raw = read_delimited(f"sep={separator}\n{text}".encode(encoding), name="fuzz.csv")
    assert raw.faults == ()
    assert as_read(raw.frame) == expected
    assert raw.rows_read == len(expected)


@QUICK
@given(written_tables())
def test_the_quick_look_calls_regular_only_what_every_parser_reads_alike(written):
    rows, separator, text = written
    body = text.split("\n", 1)[1].rstrip("\r\n").encode()
    if is_regular(body, separator, len(rows[0])):
        fast = pl.read_csv(body, separator=separator, has_header=False, infer_schema=False)
        assert [tuple(v or None for v in row) for row in fast.rows()] == [
            tuple(value or None for value in row)
            for row in csv.reader(io.StringIO(body.decode(), newline=""), delimiter=separator, strict=True)
        ]


@pytest.mark.parametrize("block", [1, 2, 3, 7, 1000])
def test_the_quick_look_does_not_depend_on_its_blocks(block, monkeypatch):
    monkeypatch.setattr("foresale.io.delimited._BLOCK", block)
    assert is_regular(b'1,"a\n""b,",2\n3,4,5', ",", 3)
    assert not is_regular(b'1,"a\n"b,",2\n3,4,5', ",", 3)
    assert not is_regular(b"1,2\n3,4,5", ",", 3)
    assert not is_regular("\ufeff1,2,3".encode(), ",", 3)
    assert not is_regular(b"1,2,3\n4,5", ",", 3)
    assert not is_regular(b'1,2,3\n4,"5,6', ",", 3)


def loaded(tmp_path_factory, data: bytes) -> Table | None:
    path = tmp_path_factory.getbasetemp() / "fuzz.csv"
    path.write_bytes(data)
    try:
        return load(path)
    except DataError:
        return None


def assert_accounted(table: Table | None) -> None:
    if table is not None:
        assert table.rows_read == table.frame.height + sum(fault.rows for fault in table.faults)
        assert table.frame["__row"].is_sorted()
        assert table.frame["__row"].n_unique() == table.frame.height
        assert table.frame["timestamp"].null_count() == 0


@QUICK
@given(data=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path_factory, data):
    assert_accounted(loaded(tmp_path_factory, data))


@QUICK
@given(data=st.binary(max_size=200), encoding=st.sampled_from(["utf-8", "utf-16", "gb18030", "cp1252", "utf-32"]))
def test_any_rows_below_a_good_header_are_read_or_reported(tmp_path_factory, data, encoding):
    assert_accounted(loaded(tmp_path_factory, "sku,date,qty\n".encode(encoding) + data))


@st.composite
def mutated_files(draw):
    data = bytearray(PLAIN)
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(data) - 1))
        piece = draw(
            st.sampled_from([b'"', b",", b"\n", b"\r", b"\0", b"\xff", b";", b'""', b" ", b"inf", b"\xe9", b",,"])
        )
        action = draw(st.sampled_from(["insert", "replace", "cut"]))
        if action == "insert":
            data[place:place] = piece
        elif action == "replace":
            data[place : place + len(piece)] = piece
        else:
            del data[place : place + draw(st.integers(1, 5))]
    return bytes(data)


@QUICK
@given(data=mutated_files())
def test_damaged_files_are_read_or_refused(tmp_path_factory, data):
    assert_accounted(loaded(tmp_path_factory, data))


@QUICK
@given(bad=st.lists(st.integers(0, 29), max_size=5, unique=True), kind=st.sampled_from(["short", "long", "open quote"]))
def test_bad_lines_cost_themselves_and_no_other(tmp_path_factory, bad, kind):
    broken = {"short": "A,2024-01-01", "long": "A,2024-01-01,1,2", "open quote": 'A,"2024-01-01,1'}[kind]
    lines = [broken if row in bad else f"A,2024-01-{row + 1:02d},{row}" for row in range(30)]
    table = loaded(tmp_path_factory, ("sku,date,qty\n" + "\n".join(lines) + "\n").encode())
    assert_accounted(table)
    assert table is not None
    assert table.rows_read == 30
    assert table.frame["__row"].to_list() == [row + 1 for row in range(30) if row not in bad]
    assert table.frame["sales"].to_list() == [float(row) for row in range(30) if row not in bad]


@QUICK
@given(
    rows=st.lists(st.tuples(st.integers(0, 999), st.floats(-1e6, 1e6)), min_size=2, max_size=20),
    style=st.sampled_from([("en", ","), ("de", ";"), ("fr", "\t"), ("ch", ";")]),
)
def test_numbers_come_back_from_every_way_of_writing_them(tmp_path_factory, rows, style):
    language, separator = style
    marks = {"en": (",", "."), "de": (".", ","), "fr": ("\u202f", ","), "ch": ("’", ".")}[language]

    def write(value: float) -> str:
        text = f"{value:,.2f}".replace(",", "T").replace(".", "D")
        return text.replace("T", marks[0]).replace("D", marks[1])

    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator)
    writer.writerow(["sku", "date", "qty"])
    writer.writerows([f"S{item}", "2024-01-31", write(value)] for item, value in rows)
    table = loaded(tmp_path_factory, out.getvalue().encode())
    assert table is not None
    assert table.frame["sales"].to_list() == pytest.approx([round(value, 2) for _, value in rows], abs=0.0051)


def test_the_separator_is_the_one_that_fits_the_header():
    assert find_separator(b"a,b\n1;2,3;4\n") == ","
    assert find_separator(b"a;b\n1,5;2,5\n") == ";"
    assert find_separator(b"a\tb\n1,5\t2,5\n") == "\t"
    assert find_separator(b"alone\n1\n") == ","
