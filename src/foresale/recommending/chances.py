"""How likely a customer comes for an item within the horizon: what stock, mail and plans count with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from foresale.core.arrays import Numbers, Values
from foresale.recommending.candidates import Candidates
from foresale.recommending.options import RecommendOptions
from foresale.recommending.profiles import Profiles
from foresale.recommending.ranking import Lesson, learnt
from foresale.recommending.rhythm import FEWEST_AGAIN, Rhythm

if TYPE_CHECKING:
    from lightgbm import Booster

_SETTINGS: Final = {"objective": "binary", "learning_rate": 0.1, "num_leaves": 15}
_ROUNDS: Final = 60
_UNTOLD: Final = 0.01
"""Chance that a customer who comes takes an item that is new to him, where nothing was learnt: about one of a hundred
items that are proposed."""


@dataclass(frozen=True, eq=False)
class Chances:
    """The chance that a customer comes at all, times the chance that he then takes an item.

    Attributes:
        trees: that tell the second from all features; None where there are none, and the share of his visits on which
            a customer took the item stands for it.
        rhythm: that tells the first; None where too few customers came again.
        lately: share of the customers who came within the last days, as many as the horizon has; stands for the first.
        days: the horizon.
    """

    trees: "Booster | None"
    rhythm: Rhythm | None
    lately: float
    days: int

    @classmethod
    def fit(cls, lessons: Sequence[Lesson], profiles: Profiles, *, options: RecommendOptions) -> "Chances":
        """What earlier times tell of customers who came, and the days of all customers of whether they come.

        Args:
            lessons: of earlier times.
            profiles: of all customers on the day.
            options: how it is learnt.
        """
        trees, _ = learnt(lessons, _SETTINGS, rounds=min(options.rounds, _ROUNDS), options=options)
        known = profiles.visits > 0
        again, recency, age = (days[known] for days in _seen(profiles))
        rhythm = Rhythm.of(again, recency, age) if (again > 0).sum() >= FEWEST_AGAIN else None
        lately = float((profiles.away[known] < options.horizon).mean()) if known.any() else 0.0
        return cls(trees, rhythm, lately, options.horizon)

    def comes(self, profiles: Profiles) -> Numbers:
        """[C] chance that each customer comes within the horizon."""
        again, recency, age = _seen(profiles)
        if self.rhythm is None:
            return np.where(profiles.visits > 0, self.lately, 0.0)
        alive = self.rhythm.alive(again, recency, age)
        return np.where(profiles.visits > 0, self.rhythm.comes(again, age, alive, days=self.days), 0.0)

    def takes(self, proposed: Candidates, features: Values) -> Numbers:
        """[k] chance that a customer who comes takes an item.

        Args:
            proposed: names the features.
            features: [k, F] of the pairs that are asked for.
        """
        if self.trees is not None and len(features):
            return np.asarray(self.trees.predict(features, num_threads=1))
        share = features[:, proposed.names.index("share of visits")].astype(np.float64)
        return np.where(share > 0, np.minimum(share, 1.0), _UNTOLD)


def _seen(profiles: Profiles) -> tuple[Numbers, Numbers, Numbers]:
    """[C] visits after the first, days from the first to the last, and days since the first; 0 of who never came."""
    again = np.maximum(profiles.visits - 1, 0)
    recency = np.nan_to_num(profiles.usual) * again
    away = np.where(profiles.visits > 0, profiles.away, 0.0)
    return again, recency, away + recency
