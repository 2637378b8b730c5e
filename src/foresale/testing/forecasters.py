"""What every forecaster has to keep to, as a check for those of other packages; ours pass it too."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.errors import ModelError
from foresale.core.forecast import LEVELS, Forecast
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster, Learner
from foresale.data.synthetic import ShopConfig, shop
from foresale.forecasting.fitted import as_learner
from foresale.storage.folder import load, save
from foresale.workflows.model_config import ModelConfig
from foresale.workflows.models import learner

_PERIODS: Final = 150  # of a shop: a few seasons of days
_CLOSE: Final = 1e-3
"""How far apart, as a share, forecasts may lie that are the same but for the order in which numbers are added."""


def check_forecaster(
    model: str | Forecaster | Learner | ModelConfig,
    *,
    panel: Panel | None = None,
    horizon: int = 7,
    local: bool = False,
) -> None:
    """Hold a forecaster to its laws; it is silent where all are kept.

    1. It answers for every item in the panel's order, from the period after each cutoff, with the 21 levels.
    2. Quantiles rise with their level; nothing is negative, nothing is unknown.
    3. The same panel and the same settings give the same numbers, to the bit.
    4. Sales after the cutoff touch nothing.
    5. The order of the items does not matter to a fitted forecaster.
    6. A fitted forecaster answers for the panel as it was earlier, and for other horizons up to its own.
    7. Saved and loaded, it says the same to the bit (`foresale.storable` lets classes of other packages be saved).
    8. Where that is promised (`local`), an item's forecast does not hang on the other items.

    Args:
        model: a learner, a forecaster, the name of a model, or a config of one.
        panel: sales to try it on, with known covariates over the horizon; by default a small simulated shop.
        horizon: periods ahead.
        local: whether each item is promised to be forecast from its own sales alone.

    Raises:
        AssertionError: the first law that is broken, and how.
        ForesaleError: what the forecaster raises.

    >>> check_forecaster("seasonal-naive")
    """
    tried = panel or shop(items=5, periods=_PERIODS, seed=7, config=ShopConfig(future=horizon, launches=0.2))
    laws = _Laws(_learner(model), tried, horizon, local)
    for law in laws.all():
        law()


def _learner(model: str | Forecaster | Learner | ModelConfig) -> Learner:
    if isinstance(model, str | ModelConfig):
        return learner(ModelConfig.of(model))
    return as_learner(model)


@dataclass
class _Laws:
    learner: Learner
    panel: Panel
    horizon: int
    local: bool

    def __post_init__(self) -> None:
        self.fitted = self.learner.fit(self.panel, horizon=self.horizon)
        self.forecast = self.fitted.forecast(self.panel, horizon=self.horizon)

    def all(self) -> Iterator[Callable[[], None]]:
        yield from (self.shapes, self.values, self.repeats, self.hidden, self.order, self.times, self.kept)
        if self.local:
            yield self.alone

    def shapes(self) -> None:
        shape = (len(self.panel), self.horizon, len(LEVELS))
        found = self.forecast
        _law(isinstance(found, Forecast), f"a forecast is a Forecast, not a {type(found).__name__}")
        _law(found.levels == LEVELS, f"the levels are the 21 of foresale.LEVELS, not {found.levels}")
        _law(found.quantiles.shape == shape, f"quantiles are {shape}, not {found.quantiles.shape}")
        _law(found.mean.shape == shape[:2], f"means are {shape[:2]}, not {found.mean.shape}")
        _law(found.items.equals(self.panel.named_items), "items are those of the panel, in its order")
        _law(np.array_equal(found.starts, self.panel.cutoffs + 1), "a forecast starts after each item's cutoff")
        _law(bool(found.model) and bool(self.learner.name), "a forecaster and a forecast have a name")

    def values(self) -> None:
        quantiles, mean = self.forecast.quantiles, self.forecast.mean
        _law(bool(np.isfinite(quantiles).all() and np.isfinite(mean).all()), "every number is known and finite")
        _law(bool((quantiles >= 0).all() and (mean >= 0).all()), "nothing is negative")
        _law(bool((np.diff(quantiles, axis=2) >= 0).all()), "quantiles do not cross")

    def repeats(self) -> None:
        again = self.learner.fit(self.panel, horizon=self.horizon).forecast(self.panel, horizon=self.horizon)
        _same(self.forecast, again, "fitted twice to the same panel, it forecasts the same")

    def hidden(self) -> None:
        """Two panels that differ after the cutoffs only, as a backtest takes them back."""
        wild = replace(self.panel, sales=np.where(self._newest, np.float32(12_345), self.panel.sales))
        one, two = (
            self.learner.fit(past, horizon=self.horizon).forecast(past, horizon=self.horizon)
            for past in (self.panel.back(self.horizon), wild.back(self.horizon))
        )
        _same(one, two, "what is sold after the cutoff changes nothing")

    @property
    def _newest(self) -> npt.NDArray[np.bool_]:
        """[R] the last horizon of each history."""
        return self.panel.is_history & self.panel.since(self.panel.history - self.horizon)

    def order(self) -> None:
        turned = np.arange(len(self.panel))[::-1]
        found = self.fitted.forecast(self.panel.select(turned), horizon=self.horizon)
        _alike(self.forecast.quantiles[turned], found.quantiles, "the order of the items does not matter")

    def times(self) -> None:
        past = self.panel.back(self.horizon)
        earlier = self.fitted.forecast(past, horizon=self.horizon)
        _law(
            np.array_equal(earlier.starts, past.cutoffs + 1),
            "it forecasts from the sales it is given",
        )
        short = self.fitted.forecast(self.panel, horizon=1)
        _law(short.horizon == 1, "a fitted forecaster answers for shorter horizons too")

    def kept(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            try:
                save(self.fitted, Path(folder, "model"))
            except ModelError as error:
                raise AssertionError(f"a fitted forecaster can be saved: {error}") from error
            loaded = load(Path(folder, "model"))
        _same(
            self.forecast, loaded.forecast(self.panel, horizon=self.horizon), "saved and loaded, it forecasts the same"
        )

    def alone(self) -> None:
        some = self.panel.select(np.arange(len(self.panel) - 1))
        found = self.learner.fit(some, horizon=self.horizon).forecast(some, horizon=self.horizon)
        _alike(self.forecast.quantiles[:-1], found.quantiles, "an item more changes nothing for the others")


def _law(kept: bool, law: str) -> None:
    if not kept:
        raise AssertionError(f"{law}.")


def _same(one: Forecast, two: Forecast, law: str) -> None:
    apart = np.abs(one.quantiles - two.quantiles).max() if one.quantiles.shape == two.quantiles.shape else np.nan
    same = np.array_equal(one.quantiles, two.quantiles) and np.array_equal(one.mean, two.mean)
    _law(same, f"{law}: quantiles lie {apart} apart")


def _alike(one: npt.NDArray[np.float32], two: npt.NDArray[np.float32], law: str) -> None:
    scale = np.maximum(np.abs(one), 1)
    worst = float((np.abs(one - two) / scale).max())
    _law(worst <= _CLOSE, f"{law}: quantiles lie {worst:.2g} of themselves apart")
