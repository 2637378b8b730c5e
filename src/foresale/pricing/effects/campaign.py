"""A one-off campaign as an event study: what was sold beside what others say would have been sold."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

import numpy as np
import polars as pl

from foresale.core.arrays import Flags, Numbers
from foresale.core.caller_time import told_day
from foresale.core.columns import TIMESTAMP
from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency
from foresale.core.named_tables import named_table
from foresale.core.option_types import check_types
from foresale.core.panel import Panel
from foresale.core.text import counted, percent
from foresale.pricing.effects.campaign_units import Treated, treated_and_donors
from foresale.pricing.effects.elasticities import wide_of
from foresale.pricing.effects.options import check_level
from foresale.pricing.effects.synthetic import Study, chosen_ridge

Table = Literal["periods", "donors", "checks"]
Verdict = Literal["found", "not found", "unknown"]
_LEAST_DONORS: Final = 3
_LEAST_PAST: Final = 8
"""Periods before a campaign, beside twice its length, below which weights are not learnt at all."""
_STRETCHES: Final = 12
"""Stretches of its length before a campaign that are learnt from, by itself: more than the ten that 90 % needs. Of two
years, sales of food in M5 that nothing happened to are 7 % off what is expected, of half a year 2 %."""
_SEASONS: Final = 8
"""Weeks of days, or days of hours, before a campaign from which on the treated one's own profile of them is known."""
_APART: Final = 0.05
"""Chance of so much difference right before a campaign below which the control had already come apart."""
_SPACE: Final = 30
"""Donors that are taken for the treated one, those that sell most."""


@dataclass(frozen=True)
class CampaignOptions:
    """How a campaign is judged.

    Attributes:
        before: periods before it that are learnt from, at most; by itself half a year, or twelve times its length where
            that is more, and no more than two years: over longer times, products and places drift apart.
        after: periods after it in which what was bought ahead may be missing; by itself as many as it lasted.
        level: how often intervals hold the truth.
        place: the key column that says where an item is sold; by itself the one called so.

    Raises:
        ConfigError: a value that cannot be.

    >>> CampaignOptions(level=2)
    Traceback (most recent call last):
    foresale.core.errors.ConfigError: level lies between 0.5 and 1, not 2
    """

    before: int | None = None
    after: int | None = None
    level: float = 0.9
    place: str | None = None

    def __post_init__(self) -> None:
        check_types(self)
        check_level(self.level)
        for name, least in (("before", 1), ("after", 0)):
            value = getattr(self, name)
            if value is not None and value < least:
                raise ConfigError(f"{name} is at least {least}, not {value}")


@dataclass(frozen=True)
class Lift:
    """What a stretch of periods sold beyond what was expected.

    Attributes:
        effect: share of the expected units, and the ends of its interval.
        low: the lower end; infinite ends are those that the past cannot tell.
        high: the upper end.
        chance: of one as far from 0 without a campaign.
        units: beyond those expected.
        units_low: the lower end.
        units_high: the upper end.
        money: revenue beyond that of the expected units at the price before; None where no prices are known.
    """

    effect: float
    low: float
    high: float
    chance: float
    units: float
    units_low: float
    units_high: float
    money: float | None


@dataclass(frozen=True, repr=False)
class CampaignEffect:
    """What a campaign did.

    Attributes:
        verdict: "found", "not found" (it may be chance), or "unknown" where a test speaks against the comparison.
        level: how often intervals hold the truth.
        during: what was sold beyond what was expected while it ran.
        after: the same of the periods after it, below 0 where sales were only bought ahead; None without such periods.
        periods: one row per period: timestamp, sales, expected, low, high, part (before, during, after).
        donors: one row per donor that counts: donor, weight.
        checks: one row per test: check, value, passed, meaning.
        notes: what was assumed.
        currency: of the money.
    """

    verdict: Verdict
    level: float
    during: Lift
    after: Lift | None
    periods: pl.DataFrame = field(repr=False)
    donors: pl.DataFrame = field(repr=False)
    checks: pl.DataFrame = field(repr=False)
    notes: tuple[str, ...] = ()
    currency: str = ""

    def __repr__(self) -> str:
        return f"<CampaignEffect {100 * self.during.effect:+.0f} %, {self.verdict}>"

    def to_frame(self, what: Table = "periods") -> pl.DataFrame:
        """One of the tables: periods, donors or checks.

        Raises:
            ConfigError: no such table.
        """
        return named_table(self, what, get_args(Table))


@dataclass(frozen=True)
class Parts:
    """Which periods of the treated one are which: [T] flags."""

    during: Flags
    after: Flags

    @property
    def before(self) -> Flags:
        """The others."""
        return ~self.during & ~self.after


def find_campaign(
    panel: Panel,
    *,
    start: str,
    end: str,
    items: Sequence[str] = (),
    in_places: Sequence[str] = (),
    options: CampaignOptions | None = None,
) -> CampaignEffect:
    """What a campaign did, by a synthetic control of all that had none.

    Args:
        panel: sales, stock-outs unknown.
        start: when the campaign began.
        end: the last day that it ran.
        items: products or item ids that had it; all of its places, where none are named.
        in_places: places that had it.
        options: how it is judged.

    Raises:
        ConfigError: no such item or place, nobody without the campaign, or no sales in it or before it.
    """
    options = options or CampaignOptions()
    own = treated_and_donors(panel, items=items, places=in_places, place=options.place)
    parts, own = _cut(own, panel.frequency, (_day(start), _day(end)), options)
    donors = own.donors
    ridge = chosen_ridge(own.treated[parts.before], donors[:, parts.before])
    study = _study(own, parts.during, ~parts.after, ridge)
    after = _study(own, parts.after, ~parts.during, ridge) if parts.after.any() else None
    checks = pl.DataFrame(
        _checks(own, parts, study, ridge, options.level), orient="row", schema=["check", "value", "passed", "meaning"]
    )
    during = _lift(own, parts.during, study, options.level)
    sound = bool(checks["passed"].all()) and np.isfinite([during.low, during.high]).all()
    verdict: Verdict = "unknown" if not sound else "found" if during.chance <= 1 - options.level else "not found"
    return CampaignEffect(
        verdict,
        options.level,
        during,
        None if after is None else _lift(own, parts.after, after, options.level),
        periods=_periods(own, parts, study, panel.frequency, options.level),
        donors=_weights(own, study),
        checks=checks,
        notes=_notes(own, parts, ridge),
        currency=panel.currency,
    )


def _day(text: str) -> np.datetime64:
    try:
        return told_day(text)
    except ValueError:
        raise ConfigError(f"a day is written as 2024-05-01, not {text!r}") from None


def _cut(
    own: Treated, frequency: Frequency, span: tuple[np.datetime64, np.datetime64], options: CampaignOptions
) -> tuple[Parts, Treated]:
    """The periods that count, and which of them are which."""
    first, last = (int(index) for index in frequency.index(np.array(span)) - own.start)
    if last < first:
        raise ConfigError(f"the campaign ends ({span[1]}) before it begins ({span[0]})")
    length = last - first + 1
    year = frequency.year_lag
    before = options.before or min(max(year // 2, _STRETCHES * length), 2 * year)
    after = length if options.after is None else options.after
    at = np.arange(own.sales.size)
    during, later = (at >= first) & (at <= last), (at > last) & (at <= last + after)
    keep = np.isfinite(own.treated) & (at >= first - before) & (during | later | (at < first))
    past, least = int((keep & (at < first)).sum()), 2 * length + _LEAST_PAST
    if not (keep & during).any() or past < least:
        raise ConfigError(
            f"a campaign of {counted(length, 'period')} needs sales in it and in {least} before; there "
            f"are {past} before"
        )
    parts, own = Parts(during[keep], later[keep]), own.only(keep)
    season = frequency.season
    return parts, own.seasoned(own.periods % season, parts.before) if past >= _SEASONS * season else own


def _study(own: Treated, asked: Flags, keep: Flags, ridge: float) -> Study:
    return Study(own.treated[keep], own.donors[:, keep], asked[keep], ridge)


def _lift(own: Treated, asked: Flags, study: Study, level: float) -> Lift:
    """Effects as shares, units and money: what was sold is the expected times the effect."""
    low, high = study.interval(level)
    sold = float(own.sales[asked].sum())

    def units(effect: float) -> float:
        return sold * -float(np.expm1(-effect)) if np.isfinite(effect) else float(effect)

    extra = units(study.effect)
    money = None
    if own.price is not None and np.isfinite(own.price[asked]).any():
        usual = float(np.nanmedian(own.price[~asked]))
        money = float(np.nansum(own.sales[asked] * own.price[asked])) - (sold - extra) * usual
    return Lift(
        float(np.expm1(study.effect)),
        float(np.expm1(low)),
        float(np.expm1(high)),
        study.chance(),
        extra,
        units(low),
        units(high),
        money,
    )


def _checks(own: Treated, parts: Parts, study: Study, ridge: float, level: float) -> list[tuple[str, float, bool, str]]:
    length, before = int(parts.during.sum()), int(parts.before.sum())
    stretches, least = before / length, 1 / (1 - level)
    found = [
        (
            "donors",
            float(len(own.names)),
            len(own.names) >= _LEAST_DONORS,
            f"{counted(len(own.names), 'donor')} without the campaign",
        ),
        (
            "history",
            stretches,
            stretches >= least,
            f"{stretches:.0f} stretches of its length before it; {least:.0f} are needed to say {percent(level)}",
        ),
        ("fit", study.fit, study.fit > 0, f"donors tell {percent(max(study.fit, 0.0))} of its course before"),
    ]
    last = np.zeros_like(parts.before)
    last[np.flatnonzero(parts.before)[-length:]] = True
    chance = _study(own, last, parts.before, ridge).chance()
    went = "sales went as expected" if chance >= _APART else "sales had come apart from the control"
    found.append(("before", chance, chance >= _APART, f"right before it, {went}"))
    ratios = _in_space(own, parts, ridge)
    rank = float((1 + (ratios >= abs(study.effect) / max(study.spread, 1e-9)).sum()) / (1 + ratios.size))
    beyond = round(rank * (1 + ratios.size)) - 1
    words = (
        f"of {counted(ratios.size, 'donor')} taken for the treated one, {beyond} moved as far from what was expected"
    )
    found.append(("in space", rank, True, words))
    return found


def _in_space(own: Treated, parts: Parts, ridge: float) -> Numbers:
    """Of donors taken for the treated one (which is no donor then), effect over spread (Abadie et al. 2010)."""
    keep = ~parts.after
    ratios = []
    for number in range(min(len(own.names), _SPACE) if len(own.names) > 1 else 0):
        others = np.delete(own.donors, number, axis=0)[:, keep]
        study = Study(own.donors[number, keep], others, parts.during[keep], ridge)
        ratios.append(abs(study.effect) / max(study.spread, 1e-9))
    return np.array(ratios)


def _periods(own: Treated, parts: Parts, study: Study, frequency: Frequency, level: float) -> pl.DataFrame:
    """Sales beside what was expected, with a band of single periods."""
    quiet = Study(own.treated, own.donors, ~parts.before, study.ridge)
    wide = wide_of(level) * quiet.spread
    part = np.where(parts.during, "during", np.where(parts.after, "after", "before"))
    return pl.DataFrame(
        {
            TIMESTAMP: frequency.timestamps(own.periods),
            "sales": own.sales,
            "expected": np.exp(quiet.expected),
            "low": np.exp(quiet.expected - wide),
            "high": np.exp(quiet.expected + wide),
            "part": part,
        }
    )


def _weights(own: Treated, study: Study) -> pl.DataFrame:
    frame = pl.DataFrame({"donor": list(own.names), "weight": study.weights})
    return frame.filter(pl.col("weight").abs() > 1e-3).sort("weight", descending=True)


def _notes(own: Treated, parts: Parts, ridge: float) -> tuple[str, ...]:
    how = "weights that sum to one"
    how += "" if not np.isfinite(ridge) else " and a ridge regression of what they leave"
    donors, learnt = counted(len(own.names), "donor"), counted(int(parts.before.sum()), "period")
    notes = [f"Compared: {own.what} with {donors} that had no campaign, by {how}, learnt from {learnt} before."]
    notes += own.notes
    notes.append(
        "Assumed: what moved the treated sales beside the campaign moved the donors as before, and donors did "
        "not gain or lose by it. What it took from other products is not counted."
    )
    if own.price is None:
        notes.append("No prices are known, so that nothing is said of money.")
    return tuple(notes)
