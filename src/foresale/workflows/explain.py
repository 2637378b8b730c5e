"""The wish: to know why so much is forecast."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from foresale.core.errors import TooShortError
from foresale.core.option_types import checked
from foresale.core.panel import Panel
from foresale.core.protocols import Forecaster
from foresale.core.threads import threads
from foresale.explanations.attribution import Attribution, attribute
from foresale.explanations.change import Change, changes
from foresale.explanations.decompose import explain as explain_with
from foresale.explanations.explanation import Explanation
from foresale.explanations.layered import remembering
from foresale.explanations.lookalikes import Lookalikes, lookalikes
from foresale.explanations.options import ExplainOptions
from foresale.forecasting.naive import SeasonalNaive
from foresale.forecasting.names import AUTO
from foresale.training.options import TrainOptions
from foresale.training.progress import Watcher
from foresale.workflows.budget import Budget
from foresale.workflows.learning import prepared
from foresale.workflows.model_config import Model, ModelConfig
from foresale.workflows.sales import takes_sales


@dataclass(frozen=True)
class Reasons:
    """Everything that is told of a forecast; what was not wanted is empty.

    Attributes:
        explanation: the components.
        change: how it differs from an earlier forecast.
        attributions: what each network and all trees looked at.
        lookalikes: past windows that resemble what is coming.
    """

    explanation: Explanation
    change: Change | None = None
    attributions: tuple[Attribution, ...] = ()
    lookalikes: Lookalikes | None = None


@takes_sales
@checked
def explain(
    panel: Panel,
    *,
    horizon: int,
    model: Model | ModelConfig = AUTO,
    items: Sequence[object] | None = None,
    countries: Sequence[str] = (),
    how: ExplainOptions | None = None,
    options: TrainOptions | None = None,
    budget: Budget | None = None,
    on_progress: Watcher | None = None,
) -> Explanation:
    """The forecast of `workflows.forecast` in components that add up to it.

    Args:
        panel: sales as they were read: a panel, a path or a data frame.
        horizon: periods ahead.
        model: as in `forecast`.
        items: ids of those to explain; all by default.
        countries: whose public holidays and festivals count.
        how: what is explained, and how finely; its countries are those above, where it has none.
        options: settings of a network's training; its covariates, calendar and seed count for every model.
        budget: what may be spent, as in `forecast`.
        on_progress: told about every step.

    Raises:
        ConfigError: no sales, an unknown model, item, country or setting.
        DataError: covariates lack over the horizon.
        ModelError: a model folder that cannot be read or does not fit the panel.
        MissingExtraError: a model whose optional part is not installed.

    >>> from foresale.data.synthetic import ShopConfig, shop
    >>> garden = shop(items=3, periods=400, config=ShopConfig(future=14))
    >>> from foresale.narrate.sentences import sentences
    >>> print(sentences(explain(garden, horizon=14, model="seasonal-naive"))[0])
    item-1: ... units are expected from 2024-02-05 to 2024-02-18 (14 days), ...
    """
    found = reasons(
        panel,
        horizon=horizon,
        model=model,
        items=items,
        countries=countries,
        how=how,
        options=options,
        budget=budget,
        on_progress=on_progress,
    )
    return found.explanation


@takes_sales
@checked
def reasons(
    panel: Panel,
    *,
    horizon: int,
    model: Model | ModelConfig = AUTO,
    items: Sequence[object] | None = None,
    countries: Sequence[str] = (),
    how: ExplainOptions | None = None,
    options: TrainOptions | None = None,
    budget: Budget | None = None,
    on_progress: Watcher | None = None,
) -> Reasons:
    """The same as `explain`, with all else that is wanted, by a model that is learnt once.

    Raises:
        ConfigError, DataError, ModelError: as in `explain`; an earlier forecast of before the first sales.
        MissingExtraError: also where attribution is wanted and captum is not installed.
    """
    how = how or ExplainOptions()
    config = ModelConfig.of(model, countries=countries, options=options, budget=budget, on_progress=on_progress)
    how = replace(how, countries=how.countries or config.countries)
    chosen, cleaned, _ = prepared(panel, config, horizon=horizon)
    with threads(config.budget.jobs):
        try:
            forecaster = chosen.fit(cleaned, horizon=horizon + (how.since or 0))
            return _told(cleaned, forecaster, horizon, items, how)
        except TooShortError as error:
            found = _told(cleaned, SeasonalNaive(), horizon, items, how)
            notes = (str(error), "The items are too short to train on; explained is their seasonal naive forecast.")
            return replace(found, explanation=replace(found.explanation, notes=(*found.explanation.notes, *notes)))


def _told(
    panel: Panel, forecaster: Forecaster, horizon: int, items: Sequence[object] | None, how: ExplainOptions
) -> Reasons:
    forecaster = remembering(forecaster, panel, horizon=horizon)
    forecast = forecaster.forecast(panel, horizon=horizon)
    explanation = explain_with(panel, forecaster, horizon=horizon, items=items, options=how, forecast=forecast)
    change = attributions = alike = None
    if how.since:
        change = changes(panel, forecaster, horizon=horizon, since=how.since, items=items)
    if how.attribution:
        attributions = attribute(panel, forecaster, horizon=horizon, items=items)
    if how.lookalikes:
        alike = lookalikes(panel, forecast, items=items, count=how.lookalikes)
    return Reasons(explanation, change, attributions or (), alike)
