"""The order of what is proposed: trees that learnt from earlier times what customers came for next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from foresale.core.arrays import Flags, Index, Numbers
from foresale.core.errors import MissingExtraError
from foresale.core.extras import optional_module
from foresale.recommend.candidates import Candidates
from foresale.recommend.options import RecommendOptions

if TYPE_CHECKING:
    from lightgbm import Booster

_LEARNING_RATE = 0.05
_LEAVES = {False: 31, True: 15}  # of all, and of what is new to customers, which is seldom bought
_BINS = {"max_bin": 63, "verbosity": -1}  # a quarter of the usual: twice as fast, and no worse
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
        parts = [_part(lesson, new=new) for lesson in lessons]
        came = np.concatenate([part.came for part in parts]) if parts else np.zeros(0, np.bool_)
        if came.sum() < _FEWEST:
            return cls(new, None, "History is too short to learn an order from; that of the best source stands.")
        try:
            lightgbm = optional_module("lightgbm", purpose="a learnt order of recommendations", extra="trees")
        except MissingExtraError as error:
            return cls(new, None, f"The order is that of the best source: {error}")
        features = np.concatenate([part.proposed.features for part in parts])
        sizes = np.concatenate([part.proposed.sizes for part in parts])
        data = lightgbm.Dataset(features, came.astype(np.int32), group=sizes[sizes > 0], params=_BINS)
        settings = {
            "objective": "lambdarank",
            "learning_rate": _LEARNING_RATE,
            "num_leaves": _LEAVES[new],
            "min_data_in_leaf": 200,
            "feature_fraction": 0.5,
            "bagging_fraction": 0.8,
            "bagging_freq": 1,
            "lambdarank_truncation_level": _TRUNCATED,
            "verbosity": -1,
            "seed": options.seed,
            "deterministic": True,
            "force_row_wise": True,
        }
        return cls(new, lightgbm.train(settings, data, options.rounds))

    def scores(self, proposed: Candidates) -> Numbers:
        """[n] the higher, the sooner to recommend; comparable within a customer."""
        if self.trees is None:
            return proposed[_STANDS_IN[self.new]].astype(np.float64)
        return np.asarray(self.trees.predict(proposed.features))


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
