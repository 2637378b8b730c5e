"""A run's state on disk: safetensors with a JSON header, replaced as a whole."""

import json
import math
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from foresale.core.errors import ModelError
from foresale.networks.files import write_arrays
from foresale.training.trainer import Trainer


def save_checkpoint(path: Path, state: Trainer[Any], *, seconds: float = 0.0) -> None:
    """Write the state and the time spent to a temporary file and rename it, so that a kill leaves a whole one."""
    tensors: dict[str, Tensor] = {}
    for prefix, weights in (
        ("network", state.module.state_dict()),
        ("average", state.average.state_dict()),
        ("best", state.best_weights),
    ):
        tensors |= {f"{prefix}/{name}": tensor.contiguous().clone() for name, tensor in weights.items()}
    for number, moments in state.optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer/{number}/{name}": torch.as_tensor(value).clone() for name, value in moments.items()}
    meta = {
        "step": state.step,
        "best": _finite(state.best),
        "smooth": _finite(state.smooth),
        "stale": state.stale,
        "losses": state.losses,
        "seconds": seconds,
    }
    write_arrays(
        {name: tensor.detach().cpu().numpy() for name, tensor in tensors.items()},
        path,
        header={"state": json.dumps(meta)},
    )


def load_checkpoint(path: Path, state: Trainer[Any]) -> float:
    """Fill a fresh state with a saved one, and give the seconds that were spent on it.

    Raises:
        ModelError: the file is no checkpoint, or one of another network.
    """
    try:
        with safe_open(path, framework="pt") as file:
            meta = json.loads(file.metadata()["state"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        state.module.load_state_dict(_under(tensors, "network/"))
        state.average.load_state_dict(_under(tensors, "average/"))
    except (OSError, KeyError, TypeError, ValueError, RuntimeError, SafetensorError) as error:
        raise ModelError(f"{path} is no checkpoint of this network ({error}). Delete it to start anew.") from error
    state.best_weights = _under(tensors, "best/")
    moments: dict[int, dict[str, Tensor]] = {}
    for name, tensor in _under(tensors, "optimizer/").items():
        number, key = name.split("/")
        moments.setdefault(int(number), {})[key] = tensor
    state.optimizer.load_state_dict(state.optimizer.state_dict() | {"state": moments})
    state.step, state.stale = meta["step"], meta["stale"]
    state.best = math.inf if meta["best"] is None else meta["best"]
    state.smooth = math.nan if meta.get("smooth") is None else meta["smooth"]
    state.losses = [(int(step), float(loss), float(value)) for step, loss, value in meta["losses"]]
    return float(meta["seconds"])


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _under(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
