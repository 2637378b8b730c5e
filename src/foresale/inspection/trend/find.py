"""Finding the trend of a panel: every table of it, in one pass over the groups."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np
import polars as pl

from foresale.core.columns import SALES, TIMESTAMP
from foresale.core.errors import ConfigError
from foresale.core.panel import Panel
from foresale.core.text import few
from foresale.inspection.groups import label
from foresale.inspection.seasons import seasons_of, strength_of
from foresale.inspection.trend.calendar import YEARS, terms
from foresale.inspection.trend.changepoints import SCHEMA as TURNS, turns_table
from foresale.inspection.trend.fit import Fit, fit
from foresale.inspection.trend.gainers_losers import movers_table
from foresale.inspection.trend.growth import growth_table
from foresale.inspection.trend.peaks import Ahead, ahead, peaks_table
from foresale.inspection.trend.series import Groups, groups_of
from foresale.inspection.trend.trend import Trend

_MARGIN: Final = 1.645  # standard errors of a 90 % interval
MOST_GROUPS: Final = 200  # that a person can look at, and a page can hold
_ESTIMATED: Final = 0.05  # share of the periods of a group, from which on it is said
_COMPARABLE: Final = 1.26  # years: a year, and a quarter to compare


def find_trend(
    panel: Panel, *, by: Sequence[str] = (), horizon: int | None = None, countries: Sequence[str] = (), seed: int = 0
) -> Trend:
    """The trend of a panel, whose stock-outs are unknown demand already.

    Args:
        panel: cleaned.
        by: columns of the items whose values make groups; "category/store" combines two.
        horizon: periods ahead for which peaks and the outlook are told; a year where none is given.
        countries: whose festivals and holidays count.
        seed: of the draws that tell turning points from chance.

    Raises:
        ConfigError: no such column, more than 200 groups, a horizon below 1, an unknown country.

    >>> from foresale.data.synthetic import shop
    >>> found = find_trend(shop(items=6, periods=800), by=["category"])
    >>> found.growth["group"][0], found.seasons["season"].unique().sort().to_list()
    ('total', ['annual', 'weekly'])
    """
    groups = groups_of(panel, by)
    if len(groups.names) > MOST_GROUPS:
        raise ConfigError(f"{', '.join(by)} make {len(groups.names):,} groups; a trend shows {MOST_GROUPS} at most")
    periods = round(groups.frequency.per_year) if horizon is None else horizon
    if periods < 1:
        raise ConfigError(f"a horizon has at least one period, not {horizon}")
    columns = terms(groups.frequency, groups.first, groups.last, years=groups.years, countries=countries)
    fits = [fit(series, columns, per_year=groups.frequency.per_year) for series in groups.sales]
    coming = ahead(groups, periods=_on_grid(panel, groups, periods, horizon), countries=countries)
    long = groups.years >= YEARS
    growth = growth_table(panel, groups, fits, countries=countries)
    movers = movers_table(panel, groups, fits, countries=countries)
    return Trend(
        frequency=groups.frequency,
        by=tuple(by),
        groups=groups.names,
        series=_series(groups, fits),
        growth=growth,
        seasons=_seasons(groups),
        peaks=peaks_table(groups, fits, coming, countries=countries),
        changepoints=turns_table(groups, fits, seed=seed) if long else pl.DataFrame(schema=TURNS),
        items=movers,
        outlook=_outlook(groups, fits, coming),
        notes=tuple(_notes(groups, growth, movers)),
        currency=panel.currency,
    )


def _on_grid(panel: Panel, groups: Groups, periods: int, horizon: int | None) -> int:
    """A horizon in the periods of the groups: days, where the panel's are shorter."""
    if horizon is None or panel.frequency == groups.frequency:
        return periods
    return max(-(-periods // round(panel.frequency.per_year / groups.frequency.per_year)), 1)


def _series(groups: Groups, fits: Sequence[Fit]) -> pl.DataFrame:
    stamps = groups.frequency.timestamps(groups.positions)
    frames = []
    for group, own in enumerate(fits):
        margin = np.exp(_MARGIN * own.level_error)
        frames.append(
            pl.DataFrame(
                {
                    "group": [groups.names[group]] * stamps.size,
                    TIMESTAMP: stamps,
                    SALES: groups.sales[group],
                    "level": own.level,
                    "low": own.level / margin,
                    "high": own.level * margin,
                    "factor": own.factor,
                }
            )
        )
    return pl.concat(frames).with_columns(pl.selectors.float().fill_nan(None))


def _seasons(groups: Groups) -> pl.DataFrame:
    sales = groups.sales.astype(np.float32)
    frames = []
    for season in seasons_of(groups.frequency):
        found = strength_of(sales, season)
        frames.append(
            pl.DataFrame(
                {
                    "group": groups.names,
                    "season": season.name,
                    "periods": season.periods,
                    "strength": found.strength,
                    "found": found.found,
                }
            )
        )
    schema: dict[str, Any] = {
        "group": pl.String,
        "season": pl.String,
        "periods": pl.Int64,
        "strength": pl.Float64,
        "found": pl.Boolean,
    }
    place = pl.col("group").replace_strict({name: n for n, name in enumerate(groups.names)}, return_dtype=pl.Int64)
    made = pl.concat([pl.DataFrame(schema=schema), *(frame.cast(pl.Schema(schema)) for frame in frames)])
    return made.sort(place, maintain_order=True).with_columns(pl.col("strength").fill_nan(None))


def _outlook(groups: Groups, fits: Sequence[Fit], coming: Ahead) -> pl.DataFrame:
    """What the calendar's factor will be on average, against that of as many periods before the cutoff."""
    periods = min(coming.periods, groups.sales.shape[1])
    begin, end = groups.frequency.timestamps(coming.first + np.array([0, periods - 1])).tolist()
    able = groups.years >= YEARS and periods < groups.frequency.per_year * 0.9
    rows = []
    for name, own in zip(groups.names, fits, strict=True):
        before, after = own.factor[-periods:].mean(), own.factor_of(coming.columns)[:periods].mean()
        if able and own.level[-1] > 0:
            rows.append((name, begin, end, float(after / before - 1)))
    schema: dict[str, Any] = {
        "group": pl.String,
        "from": pl.Datetime("us"),
        "to": pl.Datetime("us"),
        "change": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _notes(groups: Groups, growth: pl.DataFrame, movers: pl.DataFrame) -> Iterator[str]:
    years = groups.years
    if years < YEARS:
        yield (
            f"With {years:.1f} years of history the time of the year cannot be told from a trend: that needs two. "
            "Turning points and the yearly season are left out, and the level still holds the season."
        )
    if not growth.height and years >= _COMPARABLE:
        yield "Too little was sold, or is known, to compare with the year before."
    elif not growth.height:
        yield "Growth against the year before needs a year and a quarter of history."
    elif growth["span"].n_unique() == 1:
        yield "Growth over a whole year needs two years of history: only the last quarter is compared."
    if groups.frequency.unit == "month":
        yield "By month, a festival that moves between months cannot be put beside itself: compare whole years."
    hasty = movers.filter(pl.col("against") == "lately, season in").height
    if hasty:
        yield (
            f"{hasty:,} items have no year behind them and were compared with the weeks just before, in which the "
            "time of the year is still in: what rises may be in season."
        )
    untested = movers.filter(pl.col("verdict") == "unknown").height
    if untested:
        yield f"{untested:,} of {movers.height:,} items are too new, too short or sold too little to be judged."
    rough = [name for name, share in zip(groups.names, groups.estimated, strict=True) if share > _ESTIMATED]
    if rough:
        yield (
            f"Where sales of some items are unknown, those of the group are estimated from the others: in more than "
            f"5 % of the periods of {few(map(label, rough))}."
        )
