"""The wish: how good the forecasts would have been."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from foresale.core.errors import ConfigError
from foresale.core.forecast import Forecast
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster
from foresale.data.clean import CleanOptions
from foresale.evaluation.backtest import backtest
from foresale.evaluation.evaluation import Evaluation
from foresale.forecasting.naive import NAME as SEASONAL_NAIVE
from foresale.forecasting.pretrained import NAME as PRETRAINED
from foresale.training.options import TrainOptions
from foresale.training.progress import Watcher
from foresale.workflows.clean import FOR_LEARNING, clean
from foresale.workflows.given import check_panel
from foresale.workflows.models import is_trained_here, ready_forecaster, trained_forecaster


def evaluate(panel: Panel, *, horizon: int, windows: int = 3, models: Sequence[str | Path | Forecaster] = (PRETRAINED,),
             countries: Sequence[str] = (), options: TrainOptions | None = None,
             on_progress: Watcher | None = None) -> Evaluation:  # fmt: skip
    """A rolling-origin backtest of models against seasonal naive, which always takes part.

    At each cutoff the later sales are hidden, and only then is the panel cleaned and a network trained. What is
    measured against are the sales as they were, except where stock-outs are reported: nobody knows the demand there.

    Args:
        panel: as it was read.
        horizon: periods ahead at each cutoff.
        windows: how many cutoffs.
        models: model folders, forecasters, or names as in `forecast`.
        countries: whose public holidays and festivals count.
        options: settings of the trainings.
        on_progress: told about every step of them.

    Raises:
        ConfigError: no panel, an unknown model, country or setting, or two models of one name.
        DataError: the history is too short for one window.

    >>> from foresale.data.synthetic import shop
    >>> scores = evaluate(shop(items=3, periods=120), horizon=7, windows=2, models=["seasonal-naive"])
    >>> scores.to_frame()["model"].to_list()
    ['seasonal-naive']
    """
    check_panel(panel)
    contestants: dict[str, Forecaster | Callable[[Panel], Forecaster]] = {}
    contestant: Forecaster | Callable[[Panel], Forecaster]
    for model in models:
        if model == SEASONAL_NAIVE:
            continue
        if isinstance(model, str) and is_trained_here(model):
            name, contestant = model, _Training(model, horizon, tuple(countries), options, on_progress)
        else:
            ready = ready_forecaster(model, countries=countries, options=options)
            name, contestant = _name_of(model, ready), _Cleaning(ready, tuple(countries))
        if name in contestants:
            raise ConfigError(f"two models are called {name!r}, so that one would hide the other. Rename a folder.")
        contestants[name] = contestant
    measured, _ = clean(panel, options=CleanOptions(stockouts="reported", negatives="keep"), countries=countries)
    return backtest(measured, contestants, horizon=horizon, windows=windows)


def _name_of(model: str | Path | Forecaster, forecaster: Forecaster) -> str:
    """How tables call it: a model folder by the folder's name, all else by its own."""
    return Path(model).resolve().name if isinstance(model, str | Path) else forecaster.name


@dataclass(frozen=True)
class _Cleaning:
    """Cleans what it is given, which ends at the cutoff, and only then forecasts."""

    forecaster: Forecaster
    countries: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.forecaster.name

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        return self.forecaster.forecast(
            clean(panel, options=FOR_LEARNING, countries=self.countries)[0], horizon=horizon
        )


@dataclass(frozen=True)
class _Training:
    """Trains a network on the panel of a window, which ends at its cutoff."""

    model: str
    horizon: int
    countries: tuple[str, ...]
    options: TrainOptions | None
    watch: Watcher | None

    def __call__(self, panel: Panel) -> Forecaster:
        cleaned, _ = clean(panel, options=FOR_LEARNING, countries=self.countries)
        trained = trained_forecaster(cleaned, self.model, horizon=self.horizon, countries=self.countries,
                                     options=self.options, watch=self.watch)  # fmt: skip
        return _Cleaning(trained, self.countries)
