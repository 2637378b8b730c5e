"""What would be forecast if there were no promotion, or the usual price: the effects of covariates known ahead.

A forecaster is asked again about the same items with the same history, only the future of their covariates changed:
what it has learnt, and what it reads off the whole panel, stay the same, so that all that differs is their doing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from foresale.core.arrays import Numbers
from foresale.core.forecast import Forecast
from foresale.core.frequency import Index
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster
from foresale.explanations.groups import Group, acting, baseline, groups_of, switched
from foresale.explanations.options import ExplainOptions, Target
from foresale.explanations.shapley import Plan, plan


@dataclass(frozen=True)
class Effects:
    """What the covariates known ahead add to a forecast.

    Attributes:
        groups: the G groups.
        values: [N, G, H] in units per period; 0 where a group is as usual.
        acted: [N, G] whether a group differs from what is usual.
        asked: how many more forecasts of the panel were made.
    """

    groups: tuple[Group, ...]
    values: Numbers
    acted: npt.NDArray[np.bool_]
    asked: int

    @property
    def read(self) -> dict[str, bool]:
        """By name of the groups that differ anywhere from what is usual, whether a forecast is moved by them."""
        moved = (self.values != 0).any(axis=(0, 2))
        acted = np.flatnonzero(self.acted.any(axis=0))
        return {self.groups[place].name: bool(moved[place]) for place in acted.tolist()}


def central(forecast: Forecast, target: Target) -> Numbers:
    """[N, H] what is explained of a forecast, in units per period."""
    return np.asarray(forecast.mean if target == "mean" else forecast.median, np.float64)


def effects_of(
    panel: Panel, forecaster: Forecaster, forecast: Forecast, *, items: Index, options: ExplainOptions
) -> Effects:
    """The Shapley shares of the covariate groups in a forecast, against what is usual for each item.

    Only combinations that differ for an item are asked for, all items at once.

    Args:
        panel: what was forecast.
        forecaster: who did.
        forecast: what it said.
        items: [n] positions of those to be explained.
        options: the groups, and how many of them are combined exactly.

    Raises:
        ConfigError: groups that cannot be.
        ForesaleError: what the forecaster raises.
    """
    groups = groups_of(panel, options.groups)
    base = {name: baseline(panel.covariates[name], panel) for group in groups for name in group.covariates}
    acted = np.zeros((len(panel), len(groups)), bool)
    for place, group in enumerate(groups):
        acted[items, place] = acting(panel, group, base, horizon=forecast.horizon)[items]
    queue = _Queue.of(acted, options)
    whole = central(forecast, options.target)
    answers = np.zeros((queue.most, *whole.shape))
    for turn in range(queue.most):
        asked = switched(panel, groups, queue.at(turn, acted), base)
        answers[turn] = central(forecaster.forecast(asked, horizon=forecast.horizon), options.target)
    values = np.zeros((len(panel), len(groups), forecast.horizon))
    for chosen, present, planned in queue.parts:
        known = np.concatenate([answers[: len(planned.coalitions) - 1, chosen], whole[None, chosen]])
        values[np.ix_(chosen, present)] = np.moveaxis(planned.shares(known), 0, 1)
    return Effects(groups, values[items], acted[items], queue.most)


@dataclass(frozen=True)
class _Queue:
    """By pattern of what acts: the items, the places of the groups that act, and the plan of their combinations."""

    parts: Sequence[tuple[Index, Index, Plan]]

    @classmethod
    def of(cls, acted: npt.NDArray[np.bool_], options: ExplainOptions) -> "_Queue":
        return cls(list(_parts(acted, options)))

    @property
    def most(self) -> int:
        """Forecasts of the panel that are needed; the combination with everything is known already."""
        return max((len(planned.coalitions) - 1 for *_, planned in self.parts), default=0)

    def at(self, turn: int, acted: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """[N, G] what is there in one turn: the next combination of each item, everything where none is left."""
        there = np.ones_like(acted)
        for chosen, present, planned in self.parts:
            if turn < len(planned.coalitions) - 1:
                there[np.ix_(chosen, present)] = planned.coalitions[turn]
        return there


def _parts(acted: npt.NDArray[np.bool_], options: ExplainOptions) -> Iterator[tuple[Index, Index, Plan]]:
    patterns, inverse = np.unique(acted, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        present = np.flatnonzero(pattern)
        if present.size:
            planned = plan(present.size, exact=options.exact, permutations=options.permutations, seed=options.seed)
            yield np.flatnonzero(inverse.ravel() == number), present, planned
