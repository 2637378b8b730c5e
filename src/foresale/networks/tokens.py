"""How a batch is laid out in tokens: the one place that knows the order of the channels."""

from typing import Any

from foresale.networks.arrays import namespace, zeros
from foresale.networks.batch import Batch
from foresale.networks.scaling import InstanceScale


def steps_of(batch: Batch[Any], scale: InstanceScale[Any], *, patch: int) -> Any:
    """[B, T × patch, C] the channels of every period of T tokens, zeros where a period is padding.

    The context is padded on the left and the horizon on the right to whole tokens. Channels are: the scaled sales
    (hidden over the horizon), whether they are known, whether the period lies ahead, the scaled lags, whether each is
    known, the covariates known ahead, those of the past, and a 1 for each of these where they are past.
    """
    context, horizon = batch.context, batch.horizon
    left = -context % patch
    past, every = slice(left, left + context), slice(left, left + context + horizon)
    lags, known, extra = (part.shape[2] for part in (batch.lags, batch.known, batch.past))
    steps = zeros(
        (len(batch), left + context + horizon + -horizon % patch, 3 + 2 * lags + known + 2 * extra), like=batch.values
    )
    steps[:, past, 0] = scale.apply(batch.values) * batch.observed
    steps[:, past, 1] = batch.observed
    steps[:, past.stop : every.stop, 2] = 1
    first = 3
    for part in (scale.apply(batch.lags) * batch.lags_observed, batch.lags_observed, batch.known):
        steps[:, every, first : first + part.shape[2]] = part
        first += part.shape[2]
    steps[:, past, first : first + extra] = batch.past
    steps[:, past, first + extra :] = 1
    return steps


def real_tokens(batch: Batch[Any], *, patch: int) -> Any:
    """[B, T] bool, which tokens are no padding: those of the horizon, and those in which any sales are known."""
    context = batch.context
    left, ahead = -context % patch, -(-batch.horizon // patch)
    known = zeros((len(batch), left + context), like=batch.observed)
    known[:, left:] = batch.observed
    for lag in range(batch.lags.shape[2]):
        known[:, left:] |= batch.lags_observed[:, :context, lag]
    past = known.reshape((len(batch), -1, patch)).any(axis=-1)
    future = zeros((len(batch), ahead), like=batch.observed) == 0
    return namespace(past).concatenate([past, future], axis=1)


def static_of(batch: Batch[Any], scale: InstanceScale[Any], vectors: list[Any]) -> Any:
    """[B, S] what is known of whole windows: vectors of their categories, their numbers, their spread and level."""
    library = namespace(batch.values)
    spread = library.log1p(scale.scale)
    level = library.log1p(abs(scale.location)) - spread
    return library.concatenate([*vectors, spread / 10, level / 5], axis=-1)


def leading_padding(real: Any) -> int:
    """How many tokens all windows begin with that are padding in every one of them; `real` is [B, T] bool.

    >>> import numpy as np
    >>> leading_padding(np.array([[False, False, True], [False, True, True]]))
    1
    """
    return int(namespace(real).asarray(real.any(axis=0), dtype=namespace(real).uint8).argmax())
