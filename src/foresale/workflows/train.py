"""The wish: a network of the shop's own."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from foresale.core.extras import needs_torch
from foresale.core.option_types import checked
from foresale.core.panel import Panel
from foresale.core.threads import threads
from foresale.forecasting.effects.forecaster import EffectsForecaster, EffectsLearner
from foresale.forecasting.effects.layer import EffectOptions
from foresale.forecasting.neural import NetworkLearner
from foresale.storage.folder import save
from foresale.training.options import TrainOptions, network_kind
from foresale.training.progress import Watcher
from foresale.workflows.clean import FOR_LEARNING, clean
from foresale.workflows.models import TRAINED
from foresale.workflows.sales import takes_sales
from foresale.workflows.validate import check_ahead


@takes_sales
@checked
def train(
    panel: Panel,
    *,
    horizon: int,
    model: str = TRAINED,
    countries: Sequence[str] = (),
    options: TrainOptions | None = None,
    output: str | Path | None = None,
    on_progress: Watcher | None = None,
) -> EffectsForecaster:
    """Train an LSTM or a Transformer on the history of a panel, after stock-outs became unknown demand.

    It learns sales without the effects of events, which the layer around it puts back.

    With an `output` folder the model is kept there, and a training that was cut short goes on when it is started again
    with the same data and settings.

    Args:
        panel: sales as they were read: a panel, a path or a data frame.
        horizon: periods ahead to learn.
        model: "lstm" or "transformer".
        countries: whose public holidays and festivals the calendar holds, as ISO codes.
        options: steps, size and seed of the training.
        output: the model folder to write.
        on_progress: told about every step.

    Raises:
        ConfigError: no sales, an unknown model, country or setting.
        DataError: no item is long enough to learn from.
        MissingExtraError: torch is not installed.
        ModelError: the output folder is in use for something else.

    >>> from foresale.data.synthetic import shop
    >>> week_ago = shop(items=4, periods=300).back(7)
    >>> trained = train(week_ago, horizon=7, options=TrainOptions(steps=2, width=16))
    >>> trained.forecast(week_ago, horizon=7).quantiles.shape
    (4, 7, 21)
    """
    check_ahead(panel, horizon)
    kind = network_kind(model)
    needs_torch("training a network")
    cleaned, _ = clean(panel, options=FOR_LEARNING, countries=countries)
    work = None if output is None else Path(output).with_name(Path(output).name + ".training")
    chosen = options or TrainOptions()
    network = NetworkLearner(kind, chosen, tuple(countries), on_progress, work)
    effects = EffectOptions(tuple(countries), chosen.calendar, chosen.covariates)
    with threads(None):
        trained = EffectsLearner(network, effects).fit(cleaned, horizon=horizon)
    if output is not None and work is not None:
        save(trained, Path(output))
        shutil.rmtree(work, ignore_errors=True)
    return trained
