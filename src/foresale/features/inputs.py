"""How the rows of a panel become the channels of a network, fitted once and kept with the weights."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from foresale.calendar.features import calendar_features
from foresale.core.columns import ITEM
from foresale.core.errors import DataError, Fault
from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel, Role, Values
from foresale.features.covariate_spec import CovariateSpec
from foresale.features.encode import MISSING, CategoryEncoder

_MOST_LABELS = 12
"""Labels of a covariate that get a channel of their own, the most frequent ones."""
_MOST_CODES = 2000
"""Values of a static column, at most: one of more tells items apart and teaches nothing."""
_LONG = ("week", "month")
_SEASONS = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "month_sin",
    "month_cos",
    "year_",
    "hour_",
)


@dataclass(frozen=True)
class CovariateInput:
    """One covariate as channels: a flag, one channel per frequent label, or a number seen in two ways.

    A number is given relative to its item (how this price compares with the item's usual one) and to the panel (how it
    compares with everybody's), each bounded, and with a channel that tells where it is unknown.

    Attributes:
        name: the covariate.
        role: known ahead or past only.
        labels: the frequent labels of a categorical one.
        flag: whether it is 0 or 1 only.
        center: the panel's median of a number.
        spread: the panel's standard deviation of a number.
        low: the least number seen; what lies below it is read as it, since nothing was learnt there.
        high: the largest number seen.
        gaps: whether unknown values get a channel.
    """

    name: str
    role: Role
    labels: tuple[str, ...] = ()
    flag: bool = False
    center: float = 0.0
    spread: float = 1.0
    low: float | None = None
    high: float | None = None
    gaps: bool = False

    @classmethod
    def fit(cls, covariate: Covariate, panel: Panel) -> "CovariateInput | None":
        """The channels that suit a covariate's history; None where too little of it is known there to learn from."""
        spec = CovariateSpec.of(covariate, panel)
        if not spec.learnable:
            return None
        if spec.kind == "label":
            labels = tuple(covariate.categories[code] for code in spec.frequent(_MOST_LABELS))
            return cls(covariate.name, covariate.role, labels=labels)
        if spec.kind == "flag":
            return cls(covariate.name, covariate.role, flag=True, gaps=spec.gaps)
        return cls(
            covariate.name,
            covariate.role,
            center=float(np.median(spec.seen)),
            spread=float(spec.seen.std()) or 1.0,
            low=spec.low,
            high=spec.high,
            gaps=spec.gaps,
        )

    @property
    def channels(self) -> int:
        """How many channels it takes."""
        return len(self.labels) or (1 if self.flag else 2) + int(self.gaps)

    @property
    def numeric(self) -> list[bool]:
        """Of each channel, whether it is a number with a level of its own."""
        numbers = 0 if self.labels or self.flag else 2
        return [channel < numbers for channel in range(self.channels)]

    def encode(self, panel: Panel) -> Values:
        """[R, channels] float32, 0 where unknown.

        Raises:
            DataError: the panel lacks the covariate, knows it in the past only where it was known ahead, or has numbers
                where there was text, or text where there were numbers.
        """
        covariate = self._found(panel)
        values = covariate.values
        if self.labels:
            codes = np.array(
                [covariate.categories.index(label) if label in covariate.categories else -2 for label in self.labels],
                np.float32,
            )
            return np.asarray(values[:, None] == codes, np.float32)
        unknown = ~np.isfinite(values)
        parts = [values] if self.flag else self._numbers(panel)
        filled = [np.where(unknown, 0, part) for part in parts]
        if self.gaps:
            filled.append(unknown)
        return np.stack(filled, axis=1).astype(np.float32)

    def _numbers(self, panel: Panel) -> list[Values]:
        bounded = np.clip(panel.covariates[self.name].values, self.low, self.high)
        return [_relative(bounded, panel), np.arcsinh((bounded - self.center) / self.spread)]

    def _found(self, panel: Panel) -> Covariate:
        covariate = panel.covariates.get(self.name)
        if covariate is None or (self.role == "known" and covariate.role != "known"):
            cure = f"Pass a column {self.name!r}" + (" in the future file." if self.role == "known" else ".")
            what = f"the model was trained with the {self.role} covariate {self.name!r}, the data lack it"
            raise DataError([Fault(what, 1, "the columns of the data", cure)])
        if bool(self.labels) != bool(covariate.categories) and np.isfinite(covariate.values).any():
            then, now = ("text", "numbers") if self.labels else ("numbers", "text")
            what = f"the model was trained with {then} in the covariate {self.name!r}, the data have {now}"
            raise DataError([Fault(what, 1, f"the column {self.name!r}", f"Write it as {then} again, or train anew.")])
        return covariate


def _main_days_apart(calendar: Values) -> Values:
    """[T, 2 C] main days of festivals [T, C], where they are 1, and the rest: one need not sell as the other does."""
    main = calendar == 1
    return np.concatenate([main, np.where(main, 0, calendar)], axis=1).astype(np.float32)


def _relative(values: Values, panel: Panel) -> Values:
    """Standardised within each item over its history, bounded to ±4."""
    seen = panel.is_history & np.isfinite(values)
    count = np.maximum(panel.item_counts(seen), 1)
    mean = panel.item_sums(np.where(seen, values, 0)) / count
    centred = values - np.repeat(mean, panel.lengths)
    spread = np.sqrt(panel.item_sums(np.where(seen, centred, 0) ** 2) / count)
    spread = np.where(spread > 1e-9, spread, np.inf)
    return np.asarray(np.clip(centred / np.repeat(spread, panel.lengths), -4, 4), np.float32)


def unread(covariates: Iterable[CovariateInput], panel: Panel) -> tuple[str, ...]:
    """The covariates of a panel that are not among some that are read."""
    read = {covariate.name for covariate in covariates}
    return tuple(name for name in panel.covariates if name not in read)


@dataclass(frozen=True)
class StaticInput:
    """One static or key column as a code (0 = unseen or unknown) or as a number."""

    name: str
    labels: tuple[str, ...] = ()
    center: float = 0.0
    spread: float = 1.0

    @classmethod
    def fit(cls, column: pl.Series) -> "StaticInput | None":
        """Text and whole numbers that repeat become codes, other numbers numbers; what tells nothing is left out."""
        kinds = column.n_unique()
        if kinds < 2:
            return None
        if not column.dtype.is_float():
            if kinds > min(_MOST_CODES, 0.7 * len(column)):
                return None
            return cls(column.name, labels=CategoryEncoder.fit(column).labels)
        spread = column.std()
        center = column.mean()
        if not isinstance(spread, float) or not isinstance(center, float) or not spread > 0:
            return None
        return cls(column.name, center=center, spread=spread)

    def encode(self, items: pl.DataFrame) -> npt.NDArray[np.int64] | Values:
        """[N] codes, or [N] scaled numbers with unknown as 0.

        Raises:
            DataError: text that is no number where there were numbers.
        """
        column = items[self.name] if self.name in items.columns else pl.Series([None] * items.height, dtype=pl.String)
        if self.labels:
            return np.maximum(CategoryEncoder(self.labels).encode(column) - MISSING, 0)
        numbers = column.cast(pl.Float64, strict=False)
        strange = column.filter(numbers.is_null() & column.is_not_null())
        if strange.len():
            what = f"items whose {self.name!r} is no number, as it was when the model was trained"
            raise DataError([Fault(what, strange.len(), str(strange[0]), "Correct them, or train anew.")])
        scaled = np.clip((numbers.to_numpy() - self.center) / self.spread, -4, 4)
        bounded: Values = np.nan_to_num(scaled).astype(np.float32)
        return bounded


@dataclass(frozen=True)
class Inputs:
    """A panel as channels: what the windows are cut from.

    Attributes:
        known: [R, K] channels of the known covariates.
        past: [R, P] channels of the past covariates.
        calendar: [T, C] channels of the calendar, shared by all items.
        first: grid position of the calendar's first row.
        codes: [N, S] static codes.
        numbers: [N, M] static numbers.
    """

    known: Values
    past: Values
    calendar: Values
    first: int
    codes: npt.NDArray[np.int64]
    numbers: Values


@dataclass(frozen=True)
class InputSpec:
    """Which channels a network reads, and how they are made.

    Attributes:
        frequency: the grid the network was trained on.
        countries: whose public holidays and festivals the calendar holds.
        covariates: the covariates, known and past.
        statics: the static columns.
        lags: how many periods back the lagged sales lie.
        calendar: whether the calendar is read at all.
        events_only: of the calendar, only festivals, holidays and pay-days: the seasons are left to the network. The
            main days of a festival and the days around it are then told apart.
    """

    frequency: Frequency
    countries: tuple[str, ...]
    covariates: tuple[CovariateInput, ...]
    statics: tuple[StaticInput, ...]
    lags: tuple[int, ...]
    calendar: bool = True
    events_only: bool = False

    @classmethod
    def fit(
        cls, panel: Panel, *, countries: Sequence[str] = (), covariates: bool = True, calendar: bool = True
    ) -> "InputSpec":
        """The channels that suit the history of a panel; without covariates, static columns are left out too.

        A covariate that is unknown over most of the history is left out; `unread` names it.
        """
        chosen = panel.covariates if covariates else {}
        inputs = {name: CovariateInput.fit(covariate, panel) for name, covariate in chosen.items()}
        columns = [name for name in panel.items.columns if name != ITEM] if covariates else []
        statics = [StaticInput.fit(panel.items[name]) for name in columns]
        year = panel.frequency.year_lag
        return cls(
            frequency=panel.frequency,
            countries=tuple(countries),
            covariates=tuple(fitted for fitted in inputs.values() if fitted is not None),
            statics=tuple(static for static in statics if static is not None),
            lags=tuple(lag for lag in (year, 2 * year) if lag < int(panel.history.max())),
            calendar=calendar,
        )

    def numeric(self, role: Role) -> list[bool]:
        """Of each channel of a role, whether it is a number with a level of its own."""
        chosen = [covariate for covariate in self.covariates if covariate.role == role]
        return [is_number for covariate in chosen for is_number in covariate.numeric]

    def unread(self, panel: Panel) -> tuple[str, ...]:
        """The covariates of a panel that are not read."""
        return unread(self.covariates, panel)

    def lacking(self, panel: Panel) -> tuple[str, ...]:
        """The static columns that a panel does not have: all its items count as unknown there."""
        return tuple(static.name for static in self.statics if static.name not in panel.items.columns)

    def encode(self, panel: Panel, *, horizon: int) -> Inputs:
        """The channels of a panel over its history and `horizon` periods more.

        Raises:
            DataError: the panel lacks a covariate the network was trained with.
        """
        first = int(panel.starts.min())
        last = int(max(panel.cutoffs.max() + horizon, (panel.starts + panel.lengths).max()))
        calendar = np.zeros((last - first + 1, 0), np.float32)
        if self.calendar:
            features = calendar_features(self.frequency, first, last, countries=self.countries)
            kept = [not (self.events_only and name.startswith(_SEASONS)) for name in features.names]
            calendar = features.values[:, kept]
            if self.events_only and self.frequency.unit not in _LONG:
                calendar = _main_days_apart(calendar)
        codes = [static.encode(panel.items) for static in self.statics if static.labels]
        numbers = [static.encode(panel.items) for static in self.statics if not static.labels]
        count = len(panel)
        return Inputs(
            known=self._channels(panel, "known"),
            past=self._channels(panel, "past"),
            calendar=calendar,
            first=first,
            codes=np.stack(codes, axis=1).astype(np.int64) if codes else np.zeros((count, 0), np.int64),
            numbers=np.stack(numbers, axis=1).astype(np.float32) if numbers else np.zeros((count, 0), np.float32),
        )

    def _channels(self, panel: Panel, role: Role) -> Values:
        parts = [covariate.encode(panel) for covariate in self.covariates if covariate.role == role]
        rows = int(panel.offsets[-1])
        return np.concatenate(parts, axis=1) if parts else np.zeros((rows, 0), np.float32)

    def width(self, role: Role) -> int:
        """Channels of one role."""
        return sum(covariate.channels for covariate in self.covariates if covariate.role == role)
