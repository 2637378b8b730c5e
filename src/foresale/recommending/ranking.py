"""The order of what is proposed: trees that learnt from earlier times what customers came for next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from foresale.core.arrays import Flags, Index, Numbers
from foresale.core.errors import MissingExtraError
from foresale.core.extras import optional_module
from foresale.recommending.candidates import Candidates
from foresale.recommending.options import RecommendOptions

if TYPE_CHECKING:
    from lightgbm import Booster

_LEARNING_RATE = 0.05
_LEAVES = {False: 31, True: 15}  # of all, and of what is new to customers, which is seldom bought
_BINS = {"max_bin": 63, "bin_construct_sample_cnt": 50_000, "verbosity": -1}
"""Bins of a feature, a quarter of the usual: twice as fast, and no worse."""
_COMMON: Final = {
    "min_data_in_leaf": 200,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "verbosity": -1,
    "deterministic": True,
    "force_row_wise": True,
}
_TRUNCATED = 20  # places of a list that the loss looks at
_FEWEST = 50
"""Purchases among what was proposed, below which nothing is learnt."""
_STANDS_IN = {False: "mixed", True: "lately rising"}
"""The sources whose order stands where no trees are."""


@dataclass(frozen=True, eq=False)
class Lesson:
    """What was proposed at an earlier time, and what customers then came for.

    Attributes:
        proposed: the pairs.
        came: [n] whether the customer bought the item within the horizon.
    """

    proposed: Candidates
    came: Flags


@dataclass(frozen=True, eq=False)
class Ranking:
    """LambdaMART (Burges 2010, MSR-TR-2010-82) over what the sources say, or, without trees, the best source.

    Attributes:
        new: whether it orders only what is new to the customers.
        trees: None where there are none.
        why: why there are none, in a sentence; else "".
    """

    new: bool
    trees: "Booster | None"
    why: str = ""

    @classmethod
    def fit(cls, lessons: Sequence[Lesson], *, new: bool, options: RecommendOptions) -> "Ranking":
        """Trees that put what customers came for first."""
        settings = {
            "objective": "lambdarank",
            "learning_rate": _LEARNING_RATE,
            "num_leaves": _LEAVES[new],
            "lambdarank_truncation_level": _TRUNCATED,
        }
        parts = [_part(lesson, new=new) for lesson in lessons]
        trees, why = learnt(parts, settings, rounds=options.rounds, options=options)
        return cls(new, trees, why)

    def scores(self, proposed: Candidates) -> Numbers:
        """[n] the higher, the sooner to recommend; comparable within a customer."""
        if self.trees is None:
            return proposed[_STANDS_IN[self.new]].astype(np.float64)
        return np.asarray(self.trees.predict(proposed.features, num_threads=1))


def learnt(
    lessons: Sequence[Lesson], settings: Mapping[str, object], *, rounds: int, options: RecommendOptions
) -> tuple["Booster | None", str]:
    """Trees over all features of the lessons, or None and why there are none.

    Args:
        lessons: of earlier times.
        settings: of lightgbm: the objective and what belongs to it.
        rounds: trees.
        options: which features are left out, and the seed of the rows and features drawn.
    """
    came = np.concatenate([lesson.came for lesson in lessons]) if lessons else np.zeros(0, np.bool_)
    if came.sum() < _FEWEST:
        return None, "History is too short to learn an order from; that of the best source stands."
    try:
        lightgbm = optional_module("lightgbm", purpose="a learnt order of recommendations", extra="trees")
    except MissingExtraError as error:
        return None, f"The order is that of the best source: {error}"
    features = np.concatenate([lesson.proposed.features for lesson in lessons])
    told_by = [name.partition(":")[0] for name in lessons[0].proposed.names]
    features[:, [source in options.left_out for source in told_by]] = np.nan
    sizes = np.concatenate([lesson.proposed.sizes for lesson in lessons])
    data = lightgbm.Dataset(features, came.astype(np.int32), group=sizes[sizes > 0], params=_BINS)
    return lightgbm.train({**_COMMON, **settings, "seed": options.seed}, data, rounds), ""


def _part(lesson: Lesson, *, new: bool) -> Lesson:
    """The pairs that a ranking looks at."""
    if not new:
        return lesson
    rows = ~lesson.proposed.bought
    return Lesson(lesson.proposed.take(rows), lesson.came[rows])


def first_places(proposed: Candidates, scores: Numbers, rows: Flags, *, top: int) -> Index:
    """[k] the pairs that are recommended: of each customer those with the highest scores, the first of them first.

    Equal scores go by the number of buyers lately, then by the place of the item.
    """
    left = np.flatnonzero(rows)
    order = np.lexsort((proposed.item[left], -proposed["buyers 28"][left], -scores[left], proposed.customer[left]))
    left = left[order]
    customer = proposed.customer[left]
    place = np.arange(len(left)) - np.searchsorted(customer, customer)
    return left[place < top]
