"""Rules of thumb that shops order by, written in a few words: cover:28, minmax:10,40, average:28+safety:7."""

import re
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from foresale.core.errors import ConfigError
from foresale.core.panel import Values
from foresale.inventory.policies.levels import MinMax, UpTo
from foresale.inventory.policies.terms import ReplenishmentTerms
from foresale.inventory.simulation.history import History

WINDOW: Final = 28.0
"""Days of sales that an average is of, where the rule tells none."""
_FORMS: Final = {
    "cover": re.compile(r"cover:(?P<days>[\d.]+)(?:,(?P<window>[\d.]+))?"),
    "minmax": re.compile(r"minmax:(?P<least>[\d.]+),(?P<most>[\d.]+)"),
    "average": re.compile(r"average:(?P<window>[\d.]+)\+safety:(?P<days>[\d.]+)"),
}
_HELP: Final = (
    "cover:28 (order up to 28 days of average sales), cover:28,90 (of the sales of 90 days), minmax:10,40 (at 10 units "
    "or fewer, order up to 40), or average:28+safety:7 (the average of 28 days, for lead time, review and 7 days more)"
)


@dataclass(frozen=True)
class Rule:
    """A rule of thumb.

    Attributes:
        text: as it was written.
        kind: "cover", order up to so many days of average sales; "minmax", order up to `most` units at `least` or
            fewer; "average", order up to the average of lead time, review and so many days more.
        days: days of cover, or of safety.
        window: days of sales that the average is of.
        least: units at or below which is ordered.
        most: units to order up to.
    """

    text: str
    kind: Literal["cover", "minmax", "average"]
    days: float = 0.0
    window: float = WINDOW
    least: float = 0.0
    most: float = 0.0

    @classmethod
    def parse(cls, text: str) -> "Rule":
        """The rule that a text tells.

        Raises:
            ConfigError: no rule of a known form, or numbers that cannot be.

        >>> Rule.parse("average:28+safety:7")
        Rule(text='average:28+safety:7', kind='average', days=7.0, window=28.0, least=0.0, most=0.0)
        >>> Rule.parse("four weeks")
        Traceback (most recent call last):
        foresale.core.errors.ConfigError: unknown rule 'four weeks': write cover:28 (order up to 28 days ...
        """
        plain = text.strip().lower().replace(" ", "")
        for kind, form in _FORMS.items():
            match = form.fullmatch(plain)
            if match is None:
                continue
            try:
                numbers = {name: float(value) for name, value in match.groupdict().items() if value is not None}
            except ValueError:
                break
            rule = cls(plain, kind, **numbers)  # type: ignore[arg-type]
            if rule.window <= 0 or rule.most < rule.least or (kind == "cover" and rule.days <= 0):
                raise ConfigError(f"rule {text!r} cannot be: days are above zero, and the most is not below the least")
            return rule
        raise ConfigError(f"unknown rule {text!r}: write {_HELP}")

    def policy(self, history: History, terms: ReplenishmentTerms) -> UpTo | MinMax:
        """What orders as the rule says: averages are of the sales recorded before each period, whatever came later.

        Of what spoils before the next order comes, the lead time is not covered, nor does old stock count.
        """
        count, days = len(history.panel), 365.2425 / history.panel.frequency.per_year
        if self.kind == "minmax":
            return MinMax(np.full(count, self.least), np.full(count, self.most))
        window = max(round(self.window / days), 1)
        average = average_before(history.sold_before(window), window)
        cover = np.full(count, self.days / days)
        if self.kind == "average":
            lead = np.rint(terms.lead.mean(axis=0)) - terms.passing
            cover = cover + lead + np.minimum(terms.review, terms.shelf)
        return UpTo((average * cover[:, None]).T, lasting=True)


def average_before(sales: Values, window: int) -> Values:
    """[N, T] mean of the known sales [N, window + T] of the periods before each; 0 where none is known.

    >>> average_before(np.array([[4.0, np.nan, 6.0, 8.0]], np.float32), 2).tolist()
    [[4.0, 6.0]]
    """
    known = ~np.isnan(sales)
    sums, counts = (
        np.concatenate([np.zeros((len(sales), 1)), np.cumsum(part, axis=1, dtype=np.float64)], axis=1)
        for part in (np.nan_to_num(sales), known)
    )
    periods = sales.shape[1] - window
    total, count = (part[:, window : window + periods] - part[:, :periods] for part in (sums, counts))
    return np.asarray(total / np.maximum(count, 1), np.float32)
