"""Tables of all kinds that people have, made by seed, each with what a right reading of it comes to."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from random import Random
from typing import Any, Final

import polars as pl
from forms import ENCODINGS, Form, date_words, form_of, text_of
from platforms import PLATFORMS
from shops import Line, order_lines

HEADERS: Final = (
    ("sku", "date", "qty", "price"),
    ("Artikelnummer", "Datum", "Menge", "Preis"),
    ("référence", "date", "quantité", "prix"),
    ("商品编码", "日期", "销量", "单价"),
    ("商品コード", "日付", "販売数", "単価"),
    ("상품코드", "날짜", "수량", "단가"),
    ("артикул", "дата", "количество", "цена"),
    ("StockCode", "InvoiceDate", "Quantity", "UnitPrice"),
    ("producto", "fecha", "cantidad", "precio"),
    ("product id", "order_date", "units sold", "sale price"),
)
ODD_NAMES: Final = (
    "len",
    "__code",
    "__index",
    "__row",
    "count",
    "literal",
    "sales_2",
    "",
    "name ",
    "values",
    "日",
)
UNDONE: Final = (
    "cancelled",
    "Storniert",
    "Remboursé",
    "Anulado",
    "交易关闭",
    "キャンセル",
    "환불",
    "wc-failed",
    "voided",
    "Возврат",
    "İptal edildi",
    "on-hold",
    "等待付款",
    "Fehlgeschlagen",
    "Devuelto",
    "Geannuleerd",
    "Anulowane",
)
DONE: Final = (
    "completed",
    "Versandt",
    "payée",
    "Entregado",
    "交易成功",
    "発送済み",
    "배송완료",
    "wc-processing",
    "paid",
    "Выполнен",
    "shipped",
    "bezahlt",
    "partially_refunded",
    "部分退款",
)
NOT_GOODS: Final = (
    ("POST", "POSTAGE"),
    ("DOT", "DOTCOM POSTAGE"),
    ("M", "Manual"),
    ("BANK", "Bank Charges"),
    ("GIFT", "Gift Card"),
    ("VK", "Versandkosten"),
    ("FDP", "Frais de port"),
    ("YF", "运费"),
)


@dataclass(frozen=True)
class Case:
    """One input.

    Attributes:
        kind: what is tried.
        source: bytes of a file, or a frame.
        suffix: how the name of the file ends.
        options: of `read`.
        units: of all sales, None where nobody knows them.
        cents: money of all sales in hundredths, None where nobody knows it.
        rows: rows of the source, None where nobody knows them.
        may_refuse: whether it is right to refuse the source in words.
        must_refuse: whether it is wrong to read it.
    """

    kind: str
    source: Any
    suffix: str = ".csv"
    options: Mapping[str, Any] = field(default_factory=dict)
    units: float | None = None
    cents: int | None = None
    rows: int | None = None
    may_refuse: bool = False
    must_refuse: bool = False


Table = tuple[Sequence[str], list[list[Any]]]


def export(dice: Random) -> Case:
    """A platform's export."""
    name = dice.choice(list(PLATFORMS))
    lines = order_lines(seed=dice.randrange(10**9), orders=dice.randrange(20, 60), items=dice.randrange(3, 7))
    if name in ("woocommerce", "woocommerce advanced", "magento", "prestashop"):
        lines = tuple(replace(line, undone=int(line.quantity > 2 and dice.random() < 0.2)) for line in lines)
    made = PLATFORMS[name](lines)
    truth = made.truth
    return Case(name, made.data, made.suffix, made.arguments, sum(truth.units.values()), truth.cents, truth.rows)


def days_of(dice: Random, kind: str, count: int) -> list[date]:
    """The first days of so many periods of a kind."""
    start = date(2021, 1, 1) + timedelta(days=dice.randrange(700))
    if kind == "day":
        return [start + timedelta(days=at) for at in range(count)]
    if kind == "week":
        return [start + timedelta(weeks=at) for at in range(count)]
    months = [
        date(start.year + (start.month + at) // 12, (start.month + at) % 12 + 1, 1) for at in range(-1, 3 * count)
    ]
    if kind == "month":
        return months[:count]
    if kind == "quarter":
        return [day for day in months if day.month % 3 == 1][:count]
    if kind == "first Monday":
        return [day + timedelta(days=-day.weekday() % 7) for day in months[:count]]
    if kind == "business month end":
        ends = [(day + timedelta(days=32)).replace(day=1) - timedelta(days=1) for day in months[:count]]
        return [day - timedelta(days=max(day.weekday() - 4, 0)) for day in ends]
    weeks = [4, 5, 4] * count
    begin = date(2021, 1, 31)
    return [begin + timedelta(weeks=sum(weeks[:at])) for at in range(count)]


PERIODS: Final = ("day", "day", "day", "week", "month", "quarter", "first Monday", "business month end", "4-5-4")


def totals(dice: Random) -> Case:
    """Rows of items and periods in any form of text, with what people leave in such tables."""
    kind = dice.choice(PERIODS)
    count = dice.randrange(8, 40)
    days = days_of(dice, kind, count)
    items = dice.sample(
        ["A1", "b-2", "C 3", "007", "8", "é9", "商10", "x|y", "=1+1", "12345678901234567890"], dice.randrange(1, 5)
    )
    header, form = dice.choice(HEADERS)[:3], form_of(dice)
    values = {(item, day): dice.randrange(0, 2000) for item in items for day in days}
    rows = [[item, day, units] for (item, day), units in values.items()]
    dice.shuffle(rows)
    rows.sort(key=lambda row: row[1]) if dice.random() < 0.5 else None
    case = Case(f"totals by {kind}", b"", units=sum(values.values()), rows=len(rows))
    table: Table = (header, rows)
    for change in dice.sample(CHANGES, dice.choice((0, 1, 1, 2))):
        table, case = change(dice, table, case)
    return finished(dice, table, case, form)


def finished(dice: Random, table: Table, case: Case, form: Form) -> Case:
    """The case with its table written in a form."""
    header, rows = table
    style = date_words(dice, [row[1] for row in rows if isinstance(row[1], date)], form)
    written = [[style(cell) if isinstance(cell, date) else cell for cell in row] for row in rows]
    encoded = text_of(dice, header, written, form)
    return replace(case, source=encoded, kind=f"{case.kind}, {form.encoding} {form.separator!r}")


def odd_column(dice: Random, table: Table, case: Case) -> tuple[Table, Case]:
    """A column beside the others with a name that code may use itself."""
    header, rows = table
    name = dice.choice(ODD_NAMES)
    return ([*header, name], [[*row, dice.randrange(9)] for row in rows]), replace(
        case, kind=f"{case.kind}, column {name!r}"
    )


def repeated_column(_dice: Random, table: Table, case: Case) -> tuple[Table, Case]:
    """Two columns of one name beside the others."""
    header, rows = table
    return ([*header, "note", "note"], [[*row, "x", "y"] for row in rows]), replace(
        case, kind=f"{case.kind}, column twice"
    )


def sum_rows(dice: Random, table: Table, case: Case) -> tuple[Table, Case]:
    """A row for each period that is the sum of the items."""
    header, rows = table
    if (
        len({row[0] for row in rows}) < 2
        or not case.units
        or any(row[2] is None or isinstance(row[2], str) for row in rows)
    ):
        return table, case
    sums: dict[date, int] = {}
    for row in rows:
        sums[row[1]] = sums.get(row[1], 0) + row[2]
    word = dice.choice(("Grand Total", "Summe", "合计", "Total général", "Итого"))
    more = [[word, day, units, *rows[0][3:]] for day, units in sums.items()]
    return (header, rows + more), replace(case, kind=f"{case.kind}, sums", rows=len(rows) + len(more))


def undated_total(dice: Random, table: Table, case: Case) -> tuple[Table, Case]:
    """A last row with the sum of all and no date."""
    header, rows = table
    row = [dice.choice(("Total", "Gesamt", "合计")), None, case.units, *[None] * (len(header) - 3)]
    return (header, [*rows, row]), replace(case, kind=f"{case.kind}, undated total", rows=len(rows) + 1)


def far_row(dice: Random, table: Table, case: Case) -> tuple[Table, Case]:
    """A row decades after or before all others."""
    header, rows = table
    if len(rows) < 60 or "day" not in case.kind:
        return table, case
    day = dice.choice((date(2190, 5, 6), date(1950, 5, 6), date(2055, 5, 6)))
    rows = [*rows, [rows[0][0], day, 7, *rows[0][3:]]]
    return (header, rows), replace(case, kind=f"{case.kind}, far date", rows=len(rows))


def impossible_date(dice: Random, table: Table, case: Case) -> tuple[Table, Case]:
    """A row with a date that is none; such rows are dropped on request."""
    header, rows = table
    rows = [*rows, [rows[0][0], dice.choice(("0000-01-01", "soon", "2024-02-31", "99999-01-01")), 7, *rows[0][3:]]]
    options = {**case.options, "bad_rows": "drop"}
    return (header, rows), replace(case, kind=f"{case.kind}, no date", rows=len(rows), options=options)


def unknown_sales(dice: Random, table: Table, case: Case) -> tuple[Table, Case]:
    """Rows whose sales nobody knows."""
    header, rows = table
    rows = [list(row) for row in rows]
    place = dice.randrange(len(rows))
    known = rows[place][2]
    if not isinstance(known, int) or len(rows) < 12 or "sums" in case.kind:
        return table, case
    rows[place][2] = dice.choice(("", "NaN", "null", "N/A"))
    return (header, rows), replace(case, kind=f"{case.kind}, unknown sales", units=(case.units or 0) - known)


CHANGES: Final = (odd_column, repeated_column, sum_rows, undated_total, far_row, impossible_date, unknown_sales)


def date_columns(dice: Random) -> Case:
    """A year with months and days, weeks or quarters in columns of their own."""
    way = dice.choice(("day", "week", "quarter", "month"))
    count = dice.randrange(6, 30)
    values = [dice.randrange(1, 500) for _ in range(count)]
    if way == "week":
        days = [date(2021, 1, 4) + timedelta(weeks=at + dice.randrange(1)) for at in range(count)]
        header = dice.choice((("year", "week"), ("Jahr", "KW"), ("année", "semaine")))
        parts = [[str(day.isocalendar().year), day.isocalendar().week] for day in days]
    else:
        days = days_of(dice, way, count)
        header = {"day": ("Year", "Month", "Day"), "quarter": ("年", "季度"), "month": ("Jahr", "Monat")}[way]
        parts = [
            {
                "day": [str(day.year), day.month, day.day],
                "quarter": [str(day.year), (day.month + 2) // 3],
                "month": [str(day.year), day.month],
            }[way]
            for day in days
        ]
    form = form_of(dice)
    rows = [["a", *part, units] for part, units in zip(parts, values, strict=True)]
    return Case(
        f"date in columns: {way}", text_of(dice, ["sku", *header, "qty"], rows, form), units=sum(values), rows=count
    )


def numbered(dice: Random) -> Case:
    """Weeks, days or months by their number."""
    first, count = dice.randrange(0, 300), dice.randrange(6, 40)
    words = dice.choice(("{}", "W{}", "week {}", "{}.0" if dice.random() < 0.3 else "{}"))
    rows = [[item, words.format(first + at), dice.randrange(1, 90)] for item in "ab" for at in range(count)]
    frequency = dice.choice((None, "W", "D", "MS"))
    form = form_of(dice, separator=",", decimal=".")
    return Case(
        "numbered periods",
        text_of(dice, ["sku", "week", "qty"], rows, form),
        rows=len(rows),
        options={"start": dice.choice(("2022-01-03", "2022-W01")), "frequency": frequency},
        units=sum(row[2] for row in rows),
    )


def clock_change(dice: Random) -> Case:
    """Hours with their offsets over the night in which clocks go back, or forward."""
    autumn = dice.random() < 0.5
    change = datetime(2024, 10, 27, 1, tzinfo=UTC) if autumn else datetime(2024, 3, 31, 1, tzinfo=UTC)
    rows = []
    for hour in range(-40, 40):
        moment = change + timedelta(hours=hour)
        summer = (hour < 0) == autumn
        local = moment.astimezone(timezone(timedelta(hours=2 if summer else 1)))
        rows.append(["a", local.isoformat(), dice.randrange(1, 50)])
    form = form_of(dice, separator=",", decimal=".")
    return Case("clocks", text_of(dice, ["sku", "time", "qty"], rows, form), units=sum(row[2] for row in rows), rows=80)


def orders(dice: Random) -> Case:
    """Order lines with statuses of all languages, returns that undo known sales, what is no goods, free units."""
    lines = [line for line in order_lines(seed=dice.randrange(10**9), orders=50) if line.fate == "sold"]
    header = ["order_id", "customer_id", "sku", "description", "date", "quantity", "price", "order status"]
    rows, units, cents = [], 0, 0
    by_status, by_return = dice.random() < 0.6, dice.random() < 0.5
    for line in lines:
        undone = by_status and dice.random() < 0.15
        status = dice.choice(UNDONE if undone else DONE) if by_status else "paid"
        rows.append([line.order, line.customer, line.sku, line.name, line.at.date(), line.quantity, line.price, status])
        if undone:
            continue
        back = dice.choice((line.quantity, 1)) if by_return and dice.random() < 0.1 else 0
        if back:
            day = max(line.at, lines[-1].at).date()
            rows.append([f"R{line.order}", line.customer, line.sku, line.name, day, -back, line.price, "paid"])
        units, cents = units + line.quantity - back, cents + (line.quantity - back) * line.cents
    if dice.random() < 0.5:
        code, text = dice.choice(NOT_GOODS)
        rows.append([lines[-1].order, lines[-1].customer, code, text, lines[-1].at.date(), 1, "4.95", "paid"])
    if dice.random() < 0.3:
        rows.append(["ADJ1", "", lines[-1].sku, lines[-1].name, lines[-1].at.date(), 5, "0.00", "paid"])
    if not by_status:
        header, rows = header[:-1], [row[:-1] for row in rows]
    form = form_of(dice, decimal=".")
    case = Case(
        "orders" + ", statuses" * by_status + ", returns" * by_return, b"", units=units, cents=cents, rows=len(rows)
    )
    style = date_words(dice, [row[4] for row in rows], form)
    rows = [[style(cell) if isinstance(cell, date) else cell for cell in row] for row in rows]
    return replace(case, source=text_of(dice, header, rows, form))


def currencies(dice: Random) -> Case:
    """Prices with signs of one currency, whose money is known, or of several, which have no mean."""
    lines = [line for line in order_lines(seed=dice.randrange(10**9)) if line.fate == "sold"]
    sign = dice.choice(("€", "$", "£", "¥", "₹", "US$", "MX$"))
    several = dice.random() < 0.4
    rows = [
        [
            line.order,
            line.sku,
            line.at.date().isoformat(),
            line.quantity,
            f"{dice.choice(('€', '$')) if several else sign}{line.price}",
        ]
        for line in lines
    ]
    form = form_of(dice, decimal=".")
    return Case(
        "several currencies" if several else "one currency",
        text_of(dice, ["order_id", "sku", "date", "qty", "price"], rows, form),
        units=sum(line.quantity for line in lines),
        cents=None if several else sum(line.quantity * line.cents for line in lines),
        rows=len(rows),
    )


KINDS: Final[Mapping[str, Callable[[int], pl.Series]]] = {
    "Duration": lambda size: pl.Series([timedelta(hours=at) for at in range(size)]),
    "List": lambda size: pl.Series([[at, 1] for at in range(size)]),
    "Struct": lambda size: pl.Series([{"a": at} for at in range(size)]),
    "Binary": lambda size: pl.Series([f"b{at % 3}".encode() for at in range(size)]),
    "Int128": lambda size: pl.Series([10**25 + at % 3 for at in range(size)], dtype=pl.Int128),
    "Decimal": lambda size: pl.Series([Decimal(at % 3) / 4 for at in range(size)]),
    "Categorical": lambda size: pl.Series([f"c{at % 3}" for at in range(size)], dtype=pl.Categorical),
    "Time": lambda size: pl.Series([datetime(2024, 1, 1, at % 24).time() for at in range(size)]),
    "Null": lambda size: pl.Series([None] * size),
    "Boolean": lambda size: pl.Series([at % 2 == 0 for at in range(size)]),
    "Float32": lambda size: pl.Series([at % 3 + 0.5 for at in range(size)], dtype=pl.Float32),
    "UInt8": lambda size: pl.Series([at % 3 for at in range(size)], dtype=pl.UInt8),
    "Datetime": lambda size: pl.Series([datetime(2024, 1, 1)] * size),
}
NO_SALES: Final = ("Duration", "List", "Struct", "Binary", "Datetime", "Time", "Categorical")
NO_IDS: Final = ("Duration", "List", "Struct")


def typed(dice: Random) -> Case:
    """A frame or Parquet file with a column of any type beside the sales, or as the sales or the item."""
    count = dice.randrange(10, 40)
    frame = pl.DataFrame(
        {
            "sku": "a",
            "day": [date(2024, 1, 1) + timedelta(days=at) for at in range(count)],
            "qty": [dice.randrange(100) for _ in range(count)],
        }
    )
    kind = dice.choice(list(KINDS))
    column, units = KINDS[kind](count), float(frame["qty"].sum())
    place = dice.choice(("beside", "beside", "sales", "item"))
    case = Case(f"{kind} {place}", None, units=units, rows=count)
    if place == "beside":
        frame = frame.with_columns(column.alias("extra"))
    elif place == "sales":
        frame = frame.with_columns(column.alias("qty"))
        wrong = kind in NO_SALES
        known = None if wrong or kind in ("Null", "Int128") else float(column.cast(pl.Float64).sum())
        case = replace(case, units=known, must_refuse=wrong, may_refuse=True)
    else:
        frame = frame.with_columns(column.alias("sku"))
        case = replace(case, may_refuse=kind in (*NO_IDS, "Null"), must_refuse=kind in NO_IDS)
    if dice.random() < 0.5 and kind != "Int128":
        out = io.BytesIO()
        frame.write_parquet(out)
        return replace(case, source=out.getvalue(), suffix=".parquet")
    return replace(case, source=frame)


def damaged(dice: Random) -> Case:
    """Any of the files, with bytes changed, taken out or put in: whatever is read of it has to be accounted for."""
    made = dice.choice((export, totals, orders, date_columns))(dice)
    data = bytearray(made.source)
    for _ in range(dice.randrange(1, 8)):
        place = dice.randrange(len(data))
        piece = dice.choice(
            (b'"', b",", b"\n", b"\r", b"\0", b"\xff", b";", b"\t", b"-", b"9" * 25, b"inf", "\ufeff".encode())
        )
        action = dice.choice(("insert", "replace", "cut", "end"))
        if action == "insert":
            data[place:place] = piece
        elif action == "replace":
            data[place : place + len(piece)] = piece
        elif action == "cut":
            del data[place : place + dice.randrange(1, 9)]
        else:
            del data[max(place, len(data) // 2) :]
    return Case(
        f"damaged {made.kind}",
        bytes(data),
        made.suffix,
        {**made.options, "bad_rows": dice.choice(("drop", "error"))},
        may_refuse=True,
    )


MAKERS: Final = (
    export,
    export,
    totals,
    totals,
    totals,
    date_columns,
    numbered,
    clock_change,
    orders,
    orders,
    currencies,
    typed,
    damaged,
    damaged,
)


def case_of(seed: int) -> Case:
    """The case of a seed."""
    dice = Random(seed)
    return dice.choice(MAKERS)(dice)


__all__ = ["ENCODINGS", "MAKERS", "Case", "Line", "case_of"]
