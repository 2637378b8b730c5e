"""The wish: how good the forecasts would have been."""

from collections.abc import Sequence
from pathlib import Path

from foresale.cleaning.clean import CleanOptions
from foresale.core.errors import ConfigError
from foresale.core.option_types import checked
from foresale.core.panel import Panel
from foresale.core.protocols import Learner
from foresale.core.threads import threads
from foresale.evaluation.backtest import backtest
from foresale.evaluation.evaluation import Evaluation
from foresale.forecasting.names import AUTO, SEASONAL_NAIVE
from foresale.training.options import TrainOptions
from foresale.training.progress import Watcher
from foresale.workflows.budget import Budget
from foresale.workflows.clean import FOR_LEARNING, clean
from foresale.workflows.model_config import Model, ModelConfig
from foresale.workflows.models import is_folder, learner
from foresale.workflows.sales import takes_sales


@takes_sales
@checked
def evaluate(
    panel: Panel,
    *,
    horizon: int,
    windows: int = 3,
    models: Sequence[Model | ModelConfig] = (AUTO,),
    refit: bool = True,
    countries: Sequence[str] = (),
    options: TrainOptions | None = None,
    budget: Budget | None = None,
    on_progress: Watcher | None = None,
) -> Evaluation:
    """A rolling-origin backtest of models against seasonal naive, which always takes part.

    At each cutoff the later sales are hidden, and only then is the panel cleaned and a model trained. What is
    measured against are the sales as they were, except where stock-outs are reported: nobody knows the demand there.

    A model that fails, or lacks an optional part, is left out: `Evaluation.failed` says why, and the others go on.

    Args:
        panel: sales as they were read: a panel, a path or a data frame.
        horizon: periods ahead at each cutoff.
        windows: how many cutoffs.
        models: model folders, forecasters, learners, names as in `forecast`, or configs of their own.
        refit: train anew at every cutoff, or once at the oldest one and then only forecast.
        countries: whose public holidays and festivals count.
        options: settings of the trainings.
        budget: what the ensemble "auto" may spend at each cutoff.
        on_progress: told about every step of them.

    Raises:
        ConfigError: no sales, an unknown model, country or setting, two models of one name, or settings beside a
            `ModelConfig`, which has its own.
        DataError: the history is too short for one window, or every model failed.

    >>> from foresale.data.synthetic import shop
    >>> scores = evaluate(shop(items=3, periods=120), horizon=7, windows=2, models=["seasonal-naive"])
    >>> scores.to_frame()["model"].to_list()
    ['seasonal-naive']
    """
    configs = [
        ModelConfig.of(model, countries=countries, options=options, budget=budget, on_progress=on_progress)
        for model in models
    ]
    countries = tuple(dict.fromkeys(code for config in configs for code in config.countries)) or tuple(countries)
    contestants: dict[str, Learner] = {}
    for config in configs:
        model, own = config.model, learner(config)
        if model == SEASONAL_NAIVE:
            continue
        name = Path(model).resolve().name if is_folder(model) else own.name
        if name in contestants:
            raise ConfigError(f"two models are called {name!r}, so that one would hide the other. Rename a folder.")
        contestants[name] = own
    with threads(max((config.budget.jobs or 0 for config in configs), default=0) or None):
        measured, _ = clean(panel, options=CleanOptions(stockouts="reported", negatives="keep"), countries=countries)
        return backtest(
            measured,
            contestants,
            horizon=horizon,
            windows=windows,
            refit=refit,
            prepare=lambda past: clean(past, options=FOR_LEARNING, countries=countries)[0],
        )
