"""Which level of an item its sales are told by: found out on the newest times, which the trees have not seen."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from foresale.core.arrays import Numbers
from foresale.core.frequency import Index
from foresale.forecasting.boosted.options import BoostedOptions
from foresale.forecasting.boosted.table import Table
from foresale.forecasting.boosted.trees import Rows, dataset, grown

_LIGHTEST: Final = 0.1  # beside the median weight
_HEAVIEST: Final = 10.0  # beside the median weight
_MOST_ROWS: Final = 15_000  # that the choice is made on
_ROUNDS: Final = 40  # of the trees that the choice is made with: quick ones, since only the better is sought
_RATE: Final = 0.15  # at which they learn
_OLDER: Final = 2 / 3


@dataclass(frozen=True)
class TrainingSet:
    """A table with what is to be told at each of its rows.

    Attributes:
        table: the features and the bases, all known.
        categories: the features that are codes.
        actual: [n] sales at the targets, in units.
        baseline: [n] the usual change of the row's item from period to period, by which errors count, in units.
        when: [n] grid position of the target.
    """

    table: Table
    categories: frozenset[str]
    actual: Numbers
    baseline: Numbers
    when: Index

    def take(self, rows: Index) -> "TrainingSet":
        """Some of the rows."""
        table = self.table
        bases = {name: base[rows] for name, base in table.bases.items()}
        some = replace(table, values=table.values[rows], bases=bases)
        return replace(self, table=some, actual=self.actual[rows], baseline=self.baseline[rows], when=self.when[rows])

    def rows(self, base: str) -> Rows:
        """What trees learn from: sales by a base, weighted so that errors count by the item's usual change."""
        size = self.table.bases[base]
        weight = size / self.baseline
        weight = np.clip(weight / np.median(weight), _LIGHTEST, _HEAVIEST)
        return Rows(self.table.names, self.categories, self.table.values, self.actual / size, weight, self.when)


def best_base(lesson: TrainingSet, options: BoostedOptions) -> str:
    """The base by which a few trees that learnt the older times tell the newer ones best; "level" where all is one."""
    generator = np.random.default_rng(options.seed)
    count = lesson.actual.size
    some = lesson.take(np.sort(generator.choice(count, min(_MOST_ROWS, count), replace=False)))
    older = some.when < np.quantile(some.when, _OLDER)
    if not older.any():
        return "level"
    learnt, asked = some.take(np.flatnonzero(older)), some.take(np.flatnonzero(~older))
    errors = {base: _error(learnt, asked, base, options) for base in some.table.bases}
    return min(errors, key=lambda base: errors[base])


def _error(learnt: TrainingSet, asked: TrainingSet, base: str, options: BoostedOptions) -> float:
    """Mean absolute error of a few trees, by the items' usual changes."""
    quick = replace(options, learning_rate=_RATE, rounds=_ROUNDS).sized(len(learnt.actual))
    rows = learnt.rows(base)
    trees = grown(dataset(rows, rows.target, quick), 0.5, quick)
    told = np.asarray(trees.predict(asked.table.values, num_threads=quick.threads)) * asked.table.bases[base]
    return float((np.abs(told - asked.actual) / asked.baseline).mean())
