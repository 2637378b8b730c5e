"""The wish: the pre-trained networks, taught by the shop's own sales."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from foresale.core.extras import needs_torch
from foresale.core.option_types import checked
from foresale.core.panel import Panel
from foresale.core.threads import threads
from foresale.forecasting.effects.forecaster import EffectsForecaster, EffectsLearner
from foresale.forecasting.effects.layer import EffectOptions
from foresale.forecasting.finetuned import FinetunedForecaster, FinetuneLearner
from foresale.storage.adapters import ENDING, save_adapter
from foresale.storage.folder import save
from foresale.storage.weights import pretrained
from foresale.training.finetune.options import FinetuneOptions
from foresale.training.progress import Watcher
from foresale.workflows.clean import FOR_LEARNING, clean
from foresale.workflows.sales import takes_sales
from foresale.workflows.validate import check_ahead


@takes_sales
@checked
def finetune(
    panel: Panel,
    *,
    horizon: int,
    options: FinetuneOptions | None = None,
    countries: Sequence[str] = (),
    output: str | Path | None = None,
    on_progress: Watcher | None = None,
) -> EffectsForecaster:
    """Fine-tune the networks of the package on the history of a panel.

    Stock-outs become unknown demand first or, with the option `censored`, the least that would have been sold. The
    newest horizons before the cutoff tell how much of what was learnt is kept; where nothing makes them better, the
    networks forecast as they came.

    Args:
        panel: sales as they were read: a panel, a path or a data frame.
        horizon: periods ahead to learn.
        options: what learns, and for how long.
        countries: whose public holidays and festivals count, as ISO codes.
        output: where it goes: a file that ends in .safetensors for what was learnt alone, or a model folder.
        on_progress: told about every step.

    Raises:
        ConfigError: no sales, or an unknown country or setting.
        MissingExtraError: torch is not installed.
        ModelError: no network for such periods, or the output is in use for something else.
        TooShortError: no item is long enough to learn from.

    >>> from foresale.data.synthetic import shop
    >>> week_ago = shop(items=3, periods=120).back(7)
    >>> tuned = finetune(week_ago, horizon=7, options=FinetuneOptions("head", steps=1, batch=4, pool=20))
    >>> tuned.forecast(week_ago, horizon=7).quantiles.shape
    (3, 7, 21)
    """
    check_ahead(panel, horizon)
    needs_torch("fine-tuning a network")
    chosen = options or FinetuneOptions()
    cleaning = replace(FOR_LEARNING, stockouts="keep") if chosen.censored else FOR_LEARNING
    cleaned, _ = clean(panel, options=cleaning, countries=countries)
    effects = EffectOptions(tuple(countries))
    learner = EffectsLearner(FinetuneLearner(pretrained(), chosen, effects, on_progress), effects)
    with threads(None):
        tuned = learner.fit(cleaned, horizon=horizon)
    if output is not None:
        place = Path(output)
        if place.suffix == ENDING:
            assert isinstance(tuned.forecaster, FinetunedForecaster)
            save_adapter(tuned.forecaster, place, effects=tuned.options)
        else:
            save(tuned, place)
    return tuned
