"""The wish: what will be sold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from foresale.core.errors import TooShortError
from foresale.core.forecast import Forecast
from foresale.core.option_types import checked
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster
from foresale.core.threads import threads
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.names import AUTO
from foresale.narrate.cleaning import cleaning_sentences
from foresale.training.options import TrainOptions
from foresale.training.progress import Watcher
from foresale.workflows.budget import Budget
from foresale.workflows.learning import all_naive, prepared
from foresale.workflows.model_config import Model, ModelConfig
from foresale.workflows.sales import answers_frames


@answers_frames
@checked
def forecast(
    panel: Panel,
    *,
    horizon: int,
    model: Model | ModelConfig = AUTO,
    countries: Sequence[str] = (),
    options: TrainOptions | None = None,
    budget: Budget | None = None,
    analogues: Mapping[str, Sequence[str]] | None = None,
    on_progress: Watcher | None = None,
) -> Forecast:
    """Quantiles of the sales of every item over the periods after its cutoff.

    Stock-outs become unknown demand first, so that an empty shelf is not forecast as no demand. Items that were never
    sold are forecast like items like them. Where no item is long enough to learn from, all are forecast by seasonal
    naive, and named as fallbacks.

    Args:
        panel: sales: a panel; a path; or a data frame, which is answered with a frame of the same library and of the
            caller's column names and types (see `workflows.sales`).
        horizon: periods ahead.
        model: "auto", the ensemble of all that the budget allows; "pretrained", which needs no learning; the name of
            any other model, which is learnt from the panel first; a model folder; a forecaster or a learner; or all of
            the settings as a `ModelConfig`.
        countries: whose public holidays and festivals count; a model folder has its own.
        options: settings of a network's training; its covariates, calendar and seed count for every model.
        budget: what may be spent: effort and time of "auto", threads of all.
        analogues: by the id of an item that was never sold, the ids of the items to forecast it like.
        on_progress: told about every step.

    Raises:
        ConfigError: no panel, an unknown model, country or setting.
        DataError: covariates lack over the horizon.
        ModelError: a model folder that cannot be read or does not fit the panel.
        MissingExtraError: a model whose optional part is not installed.

    >>> from foresale.data.synthetic import shop
    >>> forecast(shop(items=3, periods=120), horizon=14, model="seasonal-naive").to_frame().shape
    (42, 24)
    """
    config = ModelConfig.of(
        model, countries=countries, options=options, budget=budget, analogues=analogues, on_progress=on_progress
    )
    return forecast_made(panel, config, horizon=horizon).forecast


@dataclass(frozen=True)
class Made:
    """A forecast and how it was made.

    Attributes:
        forecast: of the panel.
        panel: without stock-outs, as the forecaster saw it.
        forecaster: that made it.
    """

    forecast: Forecast
    panel: Panel = field(repr=False)
    forecaster: Forecaster


def forecast_made(panel: Panel, config: ModelConfig, *, horizon: int, remember: bool = False) -> Made:
    """The same as `forecast`, and what made it.

    Args:
        panel: as it was read.
        config: the model.
        horizon: periods ahead.
        remember: whether the forecaster keeps the effects of events on this panel, for those who ask it for them.

    Raises:
        ConfigError, DataError, ModelError, MissingExtraError: as in `forecast`.
    """
    chosen, cleaned, report = prepared(panel, config, horizon=horizon)
    said = cleaning_sentences(report)
    forecaster: Forecaster
    with threads(config.budget.jobs):
        try:
            forecaster = chosen.fit(cleaned, horizon=horizon)
            if remember:
                forecaster = _remembering(forecaster, cleaned, horizon=horizon)
            found = forecaster.forecast(cleaned, horizon=horizon)
        except TooShortError as error:
            forecaster = SeasonalNaive()
            found = all_naive(cleaned, horizon=horizon, reason=str(error))
    return Made(replace(found, notes=tuple(dict.fromkeys((*found.notes, *said)))), cleaned, forecaster)


def _remembering(forecaster: Forecaster, panel: Panel, *, horizon: int) -> Forecaster:
    from foresale.explanations.layered import remembering

    return remembering(forecaster, panel, horizon=horizon)
