"""From a panel to trained networks: choose the inputs, plan the windows, run the loop for every member."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from foresale.core.forecast import LEVELS
from foresale.core.panel import Panel
from foresale.features.inputs import InputSpec
from foresale.features.windows import Windows
from foresale.models.network import NetworkModule
from foresale.models.threads import learning_threads
from foresale.networks.config import BackboneName, NetworkConfig
from foresale.networks.network import Network
from foresale.training.loop import fit
from foresale.training.options import TrainOptions
from foresale.training.progress import Watcher
from foresale.training.sampling import Sampling

_STEPS: Final = 500
"""Gradient steps for a small panel."""
_MOST_STEPS: Final = 900
"""Gradient steps for a large one, which holds more to learn."""
_ROWS_FOR_MORE: Final = 1_000_000
"""Rows of history from which on a panel is large."""


class Trained(NamedTuple):
    """What a training leaves.

    Attributes:
        networks: one for each member.
        windows: the windows they were trained on.
        losses: (member, step, training loss, validation loss) at every validation.
    """

    networks: tuple[Network, ...]
    windows: Windows
    losses: tuple[tuple[int, int, float, float], ...]


def train_networks(
    panel: Panel,
    *,
    backbone: BackboneName,
    horizon: int,
    countries: Sequence[str] = (),
    options: TrainOptions | None = None,
    watch: Watcher | None = None,
    checkpoints: Path | None = None,
) -> Trained:
    """Networks trained on the history of a panel.

    Args:
        panel: the sales; nothing after a cutoff is learnt from.
        backbone: the backbone.
        horizon: periods ahead to learn.
        countries: whose holidays the calendar holds.
        options: the settings.
        watch: told about every step.
        checkpoints: a folder where the state is kept, so that a killed run goes on.

    Raises:
        DataError: no item is long enough to learn from.
    """
    chosen = options or TrainOptions()
    spec = InputSpec.fit(panel, countries=countries, covariates=chosen.covariates, calendar=chosen.calendar)
    context = chosen.context_of(panel.frequency, int(panel.history.max()))
    windows = Windows(panel, spec, context=context, horizon=horizon)
    networks: list[Network] = []
    losses: list[tuple[int, int, float, float]] = []
    for member in range(chosen.members):
        own = replace(chosen, seed=chosen.seed + 1000 * member)
        sampling = Sampling.plan(panel, context=context, horizon=horizon, holdout=own.holdout, seed=own.seed)
        network = _fresh(windows, backbone=backbone, options=own)
        stage = "training" if chosen.members == 1 else f"training {member + 1} of {chosen.members}"
        path = checkpoints / f"{_fingerprint(windows, network, own)}.safetensors" if checkpoints else None
        with learning_threads():
            state = fit(
                network,
                windows,
                sampling,
                own,
                steps=own.steps or steps_for(panel),
                stage=stage,
                watch=watch,
                checkpoint=path,
            )
        networks.append(network.learnt())
        losses += [(member, *entry) for entry in state.losses]
    return Trained(tuple(networks), windows, tuple(losses))


def steps_for(panel: Panel) -> int:
    """Gradient steps that suit the size of a panel: more rows hold more to learn."""
    rows = int(panel.history.sum())
    return round(_STEPS + (_MOST_STEPS - _STEPS) * min(rows / _ROWS_FOR_MORE, 1.0))


def _fresh(windows: Windows, *, backbone: BackboneName, options: TrainOptions) -> NetworkModule:
    """An untrained network that fits the windows, from the seed alone."""
    categories = tuple(len(static.labels) + 1 for static in windows.spec.statics if static.labels)
    config = NetworkConfig(
        backbone=backbone,
        levels=LEVELS,
        patch=options.patch_of(windows.panel.frequency),
        width=options.width,
        layers=options.layers,
        dropout=options.dropout,
        categories=categories,
        **windows.channels,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(options.seed)
        return NetworkModule(config)


def _fingerprint(windows: Windows, network: NetworkModule, options: TrainOptions) -> str:
    """What a checkpoint belongs to: the data, the inputs, the network and the settings, as one short name.

    Two sets of data may have inputs of the same kind, such as promotions on other days, so the values count too.
    """
    panel = windows.panel
    parts = json.dumps([asdict(windows.spec), asdict(network.config), asdict(options), windows.horizon], sort_keys=True)
    digest = hashlib.sha256(parts.encode())
    covariates = [panel.covariates[covariate.name].values for covariate in windows.spec.covariates]
    statics = panel.items.select(static.name for static in windows.spec.statics)
    arrays: list[npt.NDArray[Any]] = [panel.sales, panel.history, panel.starts, *covariates]
    arrays.append(statics.hash_rows().to_numpy())
    for array in arrays:
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()[:16]
