"""Learning boosted trees from a panel."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from foresale.core.arrays import Numbers
from foresale.core.errors import ConfigError, Fault, TooShortError
from foresale.core.option_types import check_types
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster
from foresale.forecasting.boosted.forecaster import BoostedForecaster
from foresale.forecasting.boosted.options import BoostedOptions
from foresale.forecasting.boosted.rows import sampled
from foresale.forecasting.boosted.table import FeatureSpec
from foresale.forecasting.boosted.target_scaling import TrainingSet, best_base
from foresale.forecasting.boosted.trees import Trees, load
from foresale.forecasting.names import BOOSTED
from foresale.training.progress import Watcher

_FEWEST_ROWS: Final = 60_000
"""Rows that are learnt from at least, where the panel has them."""
_ROWS_PER_ITEM: Final = 30
"""More rows than these tell little new: they overlap."""


@dataclass(frozen=True)
class BoostedLearner:
    """Learns one model of boosted trees for all items and all steps of a horizon (LightGBM: Ke et al. 2017, NeurIPS).

    A row of what it learns from is an item seen from a cutoff, with a step ahead of it. The target is the sale there
    by a level of the item at the cutoff, so that items of every size teach each other and a trend is carried on; which
    level (of the newest sales, of the last few periods, of many) is found out on the newest times. Rows are weighted
    so that an error counts against the item's usual change from period to period. The median and a few quantiles of
    what lies around it are learnt with the pinball loss, those between are interpolated.

    Attributes:
        countries: whose public holidays and festivals the calendar holds.
        options: how the trees are grown.
        covariates: whether covariates and static columns are read.
        calendar: whether the calendar is read.
        watch: told about every tree.
    """

    countries: tuple[str, ...] = ()
    options: BoostedOptions = field(default_factory=BoostedOptions)
    covariates: bool = True
    calendar: bool = True
    watch: Watcher | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        check_types(self)

    @property
    def name(self) -> str:
        """How tables and pictures call it."""
        return BOOSTED

    def fit(self, panel: Panel, *, horizon: int) -> BoostedForecaster:
        """Trees for forecasts up to `horizon` periods ahead.

        Raises:
            ConfigError: a horizon shorter than one period.
            MissingExtraError: lightgbm is not installed.
            TooShortError: no item has two periods of known sales, or none ever sold anything.
        """
        recipe, lesson = self._lesson(panel, horizon)
        base = best_base(lesson, self.options)
        return BoostedForecaster(
            self.name, recipe, Trees.fit(lesson.rows(base), self.options, self.watch), base, horizon
        )

    def renew(self, fitted: Forecaster, panel: Panel, *, horizon: int) -> BoostedForecaster:
        """Trees of a middle that knows the newest sales; the base, and what lies around it, stay as they were learnt.

        Where the panel has other columns or labels by now, all is learnt anew.

        Raises:
            ConfigError, MissingExtraError, TooShortError: as in `fit`.
        """
        recipe, lesson = self._lesson(panel, horizon)
        if not (isinstance(fitted, BoostedForecaster) and fitted.recipe.exogenous.same_as(recipe.exogenous)):
            return self.fit(panel, horizon=horizon)
        trees = fitted.trees.renewed(lesson.rows(fitted.base), self.options, self.watch)
        return BoostedForecaster(self.name, recipe, trees, fitted.base, horizon)

    def _lesson(self, panel: Panel, horizon: int) -> tuple[FeatureSpec, TrainingSet]:
        """How the panel is read, and the rows to learn from."""
        if horizon < 1:
            raise ConfigError(f"a forecast has at least one step, not {horizon}")
        load()
        panel = panel.back(0)
        recipe = FeatureSpec.fit(panel, countries=self.countries, covariates=self.covariates, calendar=self.calendar)
        generator = np.random.default_rng(self.options.seed)
        items, seen, steps = sampled(
            panel, horizon=horizon, most=self._rows(panel), repeats=self.options.rows_per_target, generator=generator
        )
        table = recipe.table(panel, items, seen, steps)
        actual = panel.sales[panel.offsets[items] + seen + steps - 1].astype(np.float64)
        usable = np.flatnonzero(np.isfinite(table.bases["level"]))
        if not usable.size:
            cure = "Nothing can be learnt from items that never sold."
            raise TooShortError([Fault("items without sales to learn from", len(panel), "all items", cure)])
        when = panel.starts[items] + seen + steps - 1
        return recipe, TrainingSet(table, recipe.exogenous.categories, actual, _usual_change(panel)[items], when).take(
            usable
        )

    def _rows(self, panel: Panel) -> int:
        return min(self.options.most_rows, max(_FEWEST_ROWS, _ROWS_PER_ITEM * len(panel)))


def _usual_change(panel: Panel) -> Numbers:
    """[N] mean absolute change of each item's sales over a season of seven periods or fewer, at least a bit of them."""
    lag = panel.frequency.season if panel.frequency.season <= 7 else 1
    level, usual = panel.item_means(np.abs(panel.sales)), panel.seasonal_scale(season=lag)
    return np.maximum(np.where(np.isfinite(usual), usual, level), np.maximum(0.05 * np.nan_to_num(level), 1e-9))
