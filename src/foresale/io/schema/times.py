"""Stamps of any kind become wall-clock times: dates in every common format, weeks, months, seconds since 1970."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.core.arrays import Index
from foresale.core.errors import ConfigError
from foresale.core.frequency import DAY, weekday_of
from foresale.io.schema.numbers import UNKNOWN

DateOrder = Literal["auto", "dmy", "mdy", "ymd"]
DATE_ORDERS: Final = ("auto", "dmy", "mdy", "ymd")

OFFSET: Final = "__offset"
"""Name of the column of offsets from UTC."""

_STAMP: Final = pl.Datetime("us")
_EARLIEST: Final = datetime(1900, 1, 1)
_FOUR_DIGITS: Final = 1000  # the first number of a year
_LATEST: Final = datetime(2201, 1, 1)
_NAME: Final = r"(?<name>[A-Za-zäéûç]{3})[a-zäéûç]*\.?"
_DATES: Final = (
    r"^(?<y>[0-9]{4})[-/. ](?<m>[0-9]{1,2})[-/. ](?<d>[0-9]{1,2})$",
    r"^(?<a>[0-9]{1,2})[-/. ](?<b>[0-9]{1,2})[-/. ](?<c>[0-9]{4}|[0-9]{2})$",
    r"^(?<y>[0-9]{4})(?<m>[0-9]{2})(?<d>[0-9]{2})$",
    r"^(?<y>[0-9]{4})[- ]?[Ww](?<w>[0-9]{1,2})(?:-?(?<d>[1-7]))?$",
    r"^(?<y>[0-9]{4})[-/.M](?<m>[0-9]{1,2})$",
    r"^(?<m>[0-9]{1,2})[-/.](?<y>[0-9]{4})$",
    r"^(?<y>[0-9]{4})(?<n>[0-9]{2})$",
    rf"^{_NAME}[ -](?<d>[0-9]{{1,2}})(?:st|nd|rd|th)?,?[ -]+(?<y>[0-9]{{4}}|[0-9]{{2}})$",
    rf"^(?<d>[0-9]{{1,2}})(?:st|nd|rd|th)?\.?[-/. ]*{_NAME}[-/., ]*(?<y>[0-9]{{4}}|[0-9]{{2}})$",
    rf"^{_NAME}[-/, ]+(?<y>[0-9]{{4}}|[0-9]{{2}})$",
    rf"^(?<y>[0-9]{{4}})[-/ ]{_NAME}(?:[-/ ](?<d>[0-9]{{1,2}}))?$",
    r"^(?<y>[0-9]{4})[- ]?[Qq](?<q>[1-4])$",
    r"^[Qq](?<q>[1-4])[-/ ]?(?<y>[0-9]{4})$",
    r"^(?<y>[0-9]{4})$",
)
_CLOCK: Final = (
    r"^(?<date>.+?)(?:(?:[Tt]|,?\s+)(?<hour>[0-9]{1,2}):(?<minute>[0-9]{2})(?::(?<second>[0-9]{2})(?:[.,](?<fraction>[0-9]{1,9}))?)?"
    r"\s*(?<half>[AaPp])?\.?[Mm]?\.?\s*(?<zone>[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?|[A-Z]{3,4}|[A-Z][A-Za-z]+/[A-Za-z_/]+)?)?$"
)
_EPOCH: Final = r"^(-?[0-9]{9,10}|[0-9]{13}|[0-9]{16}|1[0-9]{18})$"
_SERIAL: Final = r"^[0-9]{5}(\.[0-9]+)?$"
_MOST: Final = 0.5
"""Share of the cells that tell what numbers in the place of dates mean."""
_EPOCH_SERIAL: Final = 25_569
"""1970-01-01 as spreadsheets count days."""
_FIRST_SERIAL, _LAST_SERIAL = 32_874.0, 51_502.0
"""1990-01-01 and 2041-01-01: numbers in between that stand for dates are those of a spreadsheet."""
_MONTHS: Final = {
    "jan": 1,
    "feb": 2,
    "mar": 3,
    "apr": 4,
    "may": 5,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sep": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
    "mär": 3,
    "mai": 5,
    "okt": 10,
    "dez": 12,
    "ene": 1,
    "abr": 4,
    "ago": 8,
    "dic": 12,
    "fév": 2,
    "fev": 2,
    "avr": 4,
    "aoû": 8,
    "déc": 12,
    "set": 9,
    "out": 10,
    "gen": 1,
    "mag": 5,
    "giu": 6,
    "lug": 7,
    "ott": 10,
}
_PARTS: Final = ("y", "m", "d", "w", "n", "q", "a", "b", "c")


@dataclass(frozen=True)
class Times:
    """A column as wall-clock times.

    Attributes:
        values: Datetime("us") without a zone; null where nothing is written or it is no date.
        far: Boolean, where a date is written that lies before 1900 or after 2200.
        time_type: the caller's type of the column, to give stamps back in.
        notes: what was decided over the whole column, in sentences.
        offsets: String, called `__offset`, how far the clock of each row is from UTC, where rows differ; else None.
    """

    values: pl.Series
    far: pl.Series
    time_type: pl.DataType
    notes: tuple[str, ...] = ()
    offsets: pl.Series | None = None


def parse_times(column: pl.Series, *, date_order: DateOrder = "auto") -> Times:
    """Wall-clock times out of dates, stamps with or without a zone, whole numbers or text.

    A zone is kept in `time_type` and the clock of that zone is read. Text with offsets is read as the clock it shows.
    Whole numbers are read as 20240131, 202401 or as seconds to nanoseconds since 1970. The order of day and month is
    decided over the whole column.

    Raises:
        ConfigError: an unknown `date_order`.

    >>> parse_times(pl.Series(["31/12/2024", "01/02/2024"])).values.dt.date().cast(str).to_list()
    ['2024-12-31', '2024-02-01']
    >>> parse_times(pl.Series(["2024-W05", "2024年1月5日", "Jan 5, 2024"])).values.dt.date().cast(str).to_list()
    ['2024-01-29', '2024-01-05', '2024-01-05']
    """
    if date_order not in DATE_ORDERS:
        raise ConfigError(f"date_order is one of {', '.join(DATE_ORDERS)}, not {date_order!r}")
    kind = column.dtype
    if kind == pl.Date:
        return _within(column.cast(_STAMP), kind, ())
    if isinstance(kind, pl.Datetime):
        if not kind.time_zone:
            return _within(column.cast(_STAMP), kind, ())
        notes = (f"Stamps are read as the wall clock of {kind.time_zone}.",)
        times = _within(column.dt.replace_time_zone(None).cast(_STAMP), kind, notes)
        shift = column.dt.base_utc_offset() + column.dt.dst_offset()
        return replace(times, offsets=_several(shift.dt.total_minutes().cast(pl.String)))
    if kind.is_numeric():
        return _from_numbers(column, date_order)
    if kind not in (pl.String, pl.Categorical, pl.Enum):
        unread = pl.Series(column.name, [None] * len(column), dtype=_STAMP)
        return Times(unread, unread.is_not_null(), kind)
    return _from_text(column.cast(pl.String), date_order)


def _within(values: pl.Series, time_type: pl.DataType, notes: tuple[str, ...]) -> Times:
    far = ((values < _EARLIEST) | (values >= _LATEST)).fill_null(value=False)
    if far.any():
        values = values.set(far, None)
    return Times(values, far, time_type, notes)


def _from_numbers(column: pl.Series, date_order: DateOrder) -> Times:
    whole = column.cast(pl.Int64, strict=False)
    if column.dtype.is_float() or column.dtype.is_decimal():
        whole = whole.set((whole.cast(pl.Float64) != column.cast(pl.Float64)).fill_null(value=True), None)
    if _middle(whole) >= 1e8:
        return _since_1970(whole)
    if _are_serial(column.cast(pl.Float64)):
        return _of_spreadsheets(column.cast(pl.Float64))
    read = _from_dates(whole.cast(pl.String), date_order)
    return Times(read.values, read.far, pl.Date(), ("Whole numbers are read as dates.",))


def _since_1970(whole: pl.Series) -> Times:
    """Seconds to nanoseconds since 1970; which of them, the middle of the column tells."""
    names = ("seconds", "milliseconds", "microseconds", "nanoseconds")
    power = sum(_middle(whole) >= limit for limit in (1e11, 1e14, 1e17))
    steps = 10 ** (6 - 3 * power) if power < 3 else 1
    beyond = ((whole > 10**17 // steps) | (whole < -(10**17) // steps)).fill_null(value=False) & (power < 3)
    scaled = whole.set(beyond, None) * steps if power < 3 else whole // 1000
    times = _within(scaled.cast(_STAMP), _STAMP, (f"Whole numbers are read as {names[power]} since 1970, UTC.",))
    return Times(times.values, times.far | beyond, times.time_type, times.notes)


def _middle(whole: pl.Series) -> float:
    middle = whole.cast(pl.Float64).median()
    return middle if isinstance(middle, float) else 0.0


def _from_text(column: pl.Series, date_order: DateOrder) -> Times:
    plain = column.str.to_date("%Y-%m-%d", strict=False)
    first = plain.dt.year().min()
    if plain.null_count() == column.null_count() and isinstance(first, int) and first >= _FOUR_DIGITS:
        return _within(plain.cast(_STAMP), pl.String(), ())
    written = column.drop_nulls()
    if _mostly(written, _EPOCH):
        seconds = column.set(~column.str.contains(_EPOCH).fill_null(value=False), None).cast(pl.Int64)
        return replace(_since_1970(seconds), time_type=pl.String())
    if _mostly(written, _SERIAL):
        days = column.set(~column.str.contains(_SERIAL).fill_null(value=False), None).cast(pl.Float64)
        if _are_serial(days):
            return replace(_of_spreadsheets(days), time_type=pl.String())
    return _from_dates(column, date_order)


def _mostly(written: pl.Series, pattern: str) -> bool:
    """Whether most texts are numbers of a kind; the others are no dates."""
    return bool(written.len() and written.str.contains(pattern).mean() >= _MOST)  # type: ignore[operator]


def _are_serial(days: pl.Series) -> bool:
    low, high = days.min(), days.max()
    return isinstance(low, float) and isinstance(high, float) and low >= _FIRST_SERIAL and high <= _LAST_SERIAL


def _of_spreadsheets(days: pl.Series) -> Times:
    """Days since the end of 1899 and parts of them, as spreadsheets store dates."""
    seconds = (days * 86_400).round().cast(pl.Int64) - _EPOCH_SERIAL * 86_400
    stamps = (seconds * 1_000_000).cast(_STAMP)
    return _within(stamps, _STAMP, ("Numbers are read as the days since 1900 of a spreadsheet.",))


def _from_dates(column: pl.Series, date_order: DateOrder) -> Times:
    """Each different text is parsed once."""
    distinct = column.unique()
    read = _parsed(distinct, date_order)
    lookup = pl.DataFrame({"text": distinct, "stamp": read.values, "far": read.far})
    if read.offsets is not None:
        lookup = lookup.with_columns(read.offsets)
    joined = column.to_frame("text").join(lookup, on="text", how="left", nulls_equal=True, maintain_order="left")
    offsets = None if read.offsets is None else joined[OFFSET]
    return Times(joined["stamp"], joined["far"], pl.String(), read.notes, offsets)


def _several(offsets: pl.Series) -> pl.Series | None:
    return offsets.alias(OFFSET) if offsets.drop_nulls().n_unique() > 1 else None


def _parsed(text: pl.Series, date_order: DateOrder) -> Times:
    clean = (
        text.str.normalize("NFKC")
        .str.strip_chars()
        .str.replace(r"^([0-9]{4})\s*[年년]\s*([0-9]{1,2})\s*[月월]\s*(?:([0-9]{1,2})\s*[日일号])?\s*", "$1-$2-$3 ")
        .str.replace(r"^([0-9]{4}-[0-9]{1,2})- ", "$1")
        .str.replace(r"^([0-9]{8})[Tt ]?([0-9]{2})([0-9]{2})([0-9]{2})?", "$1 $2:$3:$4")
        .str.replace(r":([Zz]?)$", "$1")
        .str.replace(r"^(?i:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+", "")
        .str.strip_chars()
    )
    clean = clean.set(clean.is_in(UNKNOWN).fill_null(value=False), None)
    clock = clean.str.extract_groups(_CLOCK).struct.unnest()
    parts = _date_parts(clock["date"])
    order, notes = _order(parts, clock, date_order)
    days = _days(parts, order)
    moment, fits = _time_of_day(clock)
    stamps = np.where(fits & (days != _NO_DAY), days * DAY + moment, _NO_DAY)
    times = _within(pl.Series(stamps.view("datetime64[us]")), pl.String(), ())
    return replace(times, notes=(*notes, *_zone_notes(clock)), offsets=_several(_zones(clock)))


def _date_parts(dates: pl.Series) -> pl.DataFrame:
    """The numbers of every date by their meaning, null where there is none of it; one row per date."""
    rest = pl.DataFrame({"place": pl.int_range(dates.len(), eager=True), "date": dates.str.strip_chars(" ,")})
    found = []
    for pattern in _DATES:
        matches = rest["date"].str.contains(pattern).fill_null(value=False)
        if not matches.any():
            continue
        matched = rest.filter(matches)
        groups = matched["date"].str.extract_groups(pattern).struct.unnest()
        if "name" in groups.columns:
            number = groups["name"].str.to_lowercase().replace_strict(_MONTHS, default=None, return_dtype=pl.String)
            groups = groups.with_columns(number.alias("m")).drop("name")
        if "c" in groups.columns or "name" in pattern:
            year = "c" if "c" in groups.columns else "y"
            groups = groups.with_columns(
                pl.col(year).str.replace(r"^([0-6][0-9])$", "20$1").str.replace(r"^([0-9][0-9])$", "19$1")
            )
        found.append(pl.concat([matched.select("place"), groups.cast(pl.Int64)], how="horizontal"))
        rest = rest.filter(~matches)
        if rest.is_empty():
            break
    schema = {"place": pl.Int64, **dict.fromkeys(_PARTS, pl.Int64)}
    parts = pl.concat([pl.DataFrame(schema=schema), *found, rest.select("place")], how="diagonal")
    return parts.sort("place")


def _order(parts: pl.DataFrame, clock: pl.DataFrame, told: DateOrder) -> tuple[DateOrder, tuple[str, ...]]:
    """The order of day, month and year in dates such as 01/02/2024, and what to say about it."""
    first, second = parts["a"].drop_nulls(), parts["b"].drop_nulls()
    if told != "auto" or first.is_empty():
        return told, ()
    by_day, by_month = int((first > 12).sum()), int((second > 12).sum())
    if by_day or by_month:
        order: DateOrder = "dmy" if by_day >= by_month else "mdy"
        mixed = " though some fit only the other order" if by_day and by_month else ""
        return order, (f"Dates are read {_WORDS[order]}{mixed}.",)
    order = "mdy" if clock["half"].is_not_null().any() else "dmy"
    other = "dmy" if order == "mdy" else "mdy"
    if (first == second).all():
        return order, ()
    both = f"{_WORDS['dmy']} or {_WORDS['mdy']}"
    return order, (f"Dates fit {both}; they are read {_WORDS[order]} (else pass date_order={other!r}).",)


_WORDS: Final = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}
_NO_DAY: Final = np.iinfo(np.int64).min


def _days(parts: pl.DataFrame, order: DateOrder) -> Index:
    """[n] days since 1970-01-01; `_NO_DAY` where there is no such day."""
    year, month, day = ("c", "b", "a") if order != "mdy" else ("c", "a", "b")
    if order == "ymd":
        year, month, day = "a", "b", "c"
    columns = parts.with_columns(
        pl.coalesce("y", pl.when(pl.col(year) < 100).then(pl.col(year) + 2000).otherwise(pl.col(year))).alias("y"),
        pl.coalesce("m", pl.col(month)).alias("m"),
        pl.coalesce("d", pl.col(day) % (2000 if order == "ymd" else 10_000)).alias("d"),
    )
    if (columns["n"] > 12).any():  # 202453: weeks, not months
        columns = columns.with_columns(pl.coalesce("w", "n").alias("w"))
    columns = columns.with_columns(pl.coalesce("m", "n", (pl.col("q") - 1) * 3 + 1).alias("m"))
    numbers = {name: columns[name].fill_null(-1).to_numpy() for name in ("y", "m", "d", "w")}
    return np.where(numbers["w"] >= 0, _week_days(numbers), _calendar_days(numbers, columns))


def _calendar_days(numbers: dict[str, Index], columns: pl.DataFrame) -> Index:
    year = numbers["y"]
    month = columns["m"].fill_null(1).to_numpy()
    day = columns["d"].fill_null(1).to_numpy()
    months = ((np.clip(year, 0, 9999) - 1970) * 12 + np.clip(month, 1, 12) - 1).astype("datetime64[M]")
    first = months.astype("datetime64[D]").astype(np.int64)
    length = (months + 1).astype("datetime64[D]").astype(np.int64) - first
    fits = (year >= 0) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= length)
    return np.where(fits, first + day - 1, _NO_DAY)


def _week_days(numbers: dict[str, Index]) -> Index:
    """ISO weeks: week 1 holds January 4th; without a weekday, the Monday."""
    year, week, day = numbers["y"], numbers["w"], numbers["d"]
    fourth = (np.clip(year, 0, 9999) - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64) + 3
    monday = fourth - weekday_of(fourth) + (week - 1) * 7
    thursday_year = (monday + 3).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    fits = (week >= 1) & (week <= 53) & (thursday_year == year)
    return np.where(fits, monday + np.where(day > 0, day - 1, 0), _NO_DAY)


def _time_of_day(clock: pl.DataFrame) -> tuple[Index, npt.NDArray[np.bool_]]:
    """[n] microseconds after midnight, and whether there is such a time."""
    hour, minute, second = (clock[n].cast(pl.Int64).fill_null(0).to_numpy() for n in ("hour", "minute", "second"))
    fraction = clock["fraction"].str.pad_end(6, "0").str.slice(0, 6).cast(pl.Int64).fill_null(0).to_numpy()
    half = clock["half"].str.to_lowercase().fill_null("").to_numpy()
    fits = (hour < 24) & (minute < 60) & (second < 60) & ((half == "") | ((hour >= 1) & (hour <= 12)))
    hour = np.where(half == "", hour, hour % 12 + np.where(half == "p", 12, 0))
    return ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction, fits


def _zones(clock: pl.DataFrame) -> pl.Series:
    return clock["zone"].str.to_uppercase().replace({"Z": "UTC", "+00:00": "UTC", "+0000": "UTC", "GMT": "UTC"})


def _zone_notes(clock: pl.DataFrame) -> tuple[str, ...]:
    zones = _zones(clock)
    named = zones.drop_nulls().unique().sort().to_list()
    if not named:
        return ()
    if len(named) == 1 and not clock["hour"].is_not_null().sum() > zones.is_not_null().sum():
        return (f"Stamps are read as the wall clock of {named[0]}.",)
    return (f"Stamps carry several offsets ({', '.join(named[:4])}); each is read as the wall clock it shows.",)
