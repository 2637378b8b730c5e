"""The wish: a network that forecasts shops it has never seen."""

from pathlib import Path

from foresale.core.errors import ConfigError
from foresale.core.extras import needs_torch
from foresale.core.option_types import checked
from foresale.storage.weights import check_weights, save_weights
from foresale.training.pretrain.options import PretrainOptions
from foresale.training.progress import Watcher


@checked
def pretrain(
    options: PretrainOptions,
    *,
    output: str | Path,
    corpus: str | Path | None = None,
    device: str = "cpu",
    on_progress: Watcher | None = None,
) -> Path:
    """Pre-train a network on simulated series, and real ones where a corpus is given, and write its weights.

    A run that was stopped goes on when it is started again with the same output and settings.

    Args:
        options: what is trained, on what and for how long.
        output: the file of weights to write, ending in .safetensors.
        corpus: a Parquet file of real series, see `training.pretrain.corpus`.
        device: "cpu", or "cuda" where there is a GPU.
        on_progress: told about every step.

    Raises:
        ConfigError: another ending of the output.
        DataError: a corpus that cannot be read.
        MissingExtraError: torch is not installed.
        ModelError: something else stands in the output's place, or the checkpoint beside it is one of another run.
    """
    place = Path(output)
    if place.suffix != ".safetensors":
        raise ConfigError(f"the weights go to a file that ends in .safetensors, not {place.name}")
    check_weights(place)
    needs_torch("pre-training a network")
    from foresale.training.pretrain.corpus import load_corpus
    from foresale.training.pretrain.loop import pretrain as run

    series = None if corpus is None else load_corpus(Path(corpus), options.unit, length=options.length)
    checkpoint = place.with_suffix(".checkpoint")
    network = run(options, corpus=series, checkpoint=checkpoint, watch=on_progress, device=device)
    story = {
        "series_per_step": options.series,
        "windows_per_series": options.cuts,
        "minutes": options.minutes,
        "steps": options.steps,
        "real_share": options.real_share if series is not None else 0.0,
        "objectives": vars(options.objectives),
        "covariates": options.covariates,
        "seed": options.seed,
    }
    save_weights(network, place, unit=options.unit, story=story, encoding=options.encoding)
    return place
