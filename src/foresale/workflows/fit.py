"""The wish: a model that has learnt, to forecast with again and again."""

from collections.abc import Mapping, Sequence

from foresale.core.option_types import checked
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster
from foresale.core.threads import threads
from foresale.forecasting.names import AUTO
from foresale.training.options import TrainOptions
from foresale.training.progress import Watcher
from foresale.workflows.budget import Budget
from foresale.workflows.learning import prepared
from foresale.workflows.model_config import Model, ModelConfig
from foresale.workflows.sales import takes_sales


@takes_sales
@checked
def fit(
    panel: Panel,
    *,
    horizon: int,
    model: Model | ModelConfig = AUTO,
    countries: Sequence[str] = (),
    options: TrainOptions | None = None,
    budget: Budget | None = None,
    analogues: Mapping[str, Sequence[str]] | None = None,
    on_progress: Watcher | None = None,
) -> Forecaster:
    """A model that has learnt from sales, for `foresale.forecast(..., model=fitted)` and `foresale.save`.

    `forecast` with the name of a model is this and one forecast. A fitted model forecasts from the newest sales it is
    given; what it learnt stays as it was.

    Args:
        panel: sales as they were read: a panel, a path or a data frame.
        horizon: periods ahead to learn.
        model: as in `forecast`.
        countries: as in `forecast`.
        options: as in `forecast`.
        budget: as in `forecast`.
        analogues: as in `forecast`.
        on_progress: told about every step.

    Raises:
        ConfigError: no sales, an unknown model, country or setting.
        TooShortError: no item is long enough to learn from.
        MissingExtraError: a model whose optional part is not installed.

    >>> from foresale.data.synthetic import shop
    >>> fitted = fit(shop(items=3, periods=120), horizon=14, model="ets")
    >>> fitted.name
    'ets'
    """
    config = ModelConfig.of(
        model, countries=countries, options=options, budget=budget, analogues=analogues, on_progress=on_progress
    )
    chosen, cleaned, _ = prepared(panel, config, horizon=horizon)
    with threads(config.budget.jobs):
        return chosen.fit(cleaned, horizon=horizon)
