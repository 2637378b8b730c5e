import pytest
import torch

from foresale.networks.covariate_encoding import CovariateEncoding
from foresale.training.pretrain.options import CONTEXT, HORIZONS, LAGS, Objectives, PretrainOptions
from foresale.training.pretrain.windowing import cut

OPTIONS = PretrainOptions(unit="month", steps=1, cuts=2)
LENGTH = OPTIONS.length + 20


def numbered(count: int = 40) -> torch.Tensor:
    """Series whose values tell the period."""
    return torch.arange(1.0, LENGTH + 1).repeat(count, 1)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("seed", range(5))
def test_what_follows_comes_right_after_the_context(seed: int) -> None:
    task = cut(numbered(), OPTIONS, generator=generator(seed))
    low, high = HORIZONS["month"]
    assert low <= task.batch.horizon <= high
    assert task.batch.context == CONTEXT["month"]
    last = task.context.max(dim=1).values
    assert torch.equal(task.actual, last[:, None] + torch.arange(1.0, task.batch.horizon + 1))
    assert bool(task.known.all())


@pytest.mark.parametrize("seed", range(5))
def test_nothing_hidden_or_to_come_is_shown(seed: int) -> None:
    task = cut(numbered(), OPTIONS, generator=generator(seed))
    batch, last = task.batch, task.context.max(dim=1).values
    assert bool(task.hidden.any())
    assert not bool((batch.observed & task.hidden).any())
    assert bool((batch.values[~batch.observed] == 0).all())
    for row in range(len(last)):
        secret = set(task.context[row][task.hidden[row]].tolist()) | set(task.actual[row].tolist())
        shown = batch.lags[row][batch.lags_observed[row]]
        assert not secret & set(shown.tolist())
        assert bool((shown <= last[row]).all())


def test_lags_lie_where_they_should() -> None:
    task = cut(numbered(), OPTIONS, generator=generator(1))
    period = torch.cat([task.context, task.actual], dim=1)
    for channel, lag in enumerate(LAGS["month"]):
        seen = task.batch.lags_observed[..., channel] & (period > 0)
        assert torch.equal(task.batch.lags[..., channel][seen], period[seen] - lag)


def test_some_histories_are_short_and_none_is_empty() -> None:
    task = cut(numbered(200), OPTIONS, generator=generator(2))
    seen = task.batch.observed.sum(dim=1)
    assert int(seen.min()) >= 1
    assert 0.3 < float((seen > 0.7 * CONTEXT["month"]).float().mean()) < 0.9


def test_unknown_values_stay_unknown() -> None:
    series = numbered()
    series[:, ::3] = torch.nan
    series[0] = torch.nan
    task = cut(series, OPTIONS, generator=generator(3))
    assert len(task.actual) == 2 * 39
    assert bool(torch.isfinite(task.actual).all())
    assert 0.5 < float(task.known.float().mean()) < 0.75


def test_without_hidden_spans_none_is_hidden() -> None:
    options = PretrainOptions(unit="month", steps=1, objectives=Objectives(spans=0))
    assert not bool(cut(numbered(), options, generator=generator()).hidden.any())


def test_a_flipped_batch_is_its_mirror() -> None:
    batch = cut(numbered(), OPTIONS, generator=generator()).batch
    turned = CovariateEncoding().turned(batch)
    assert torch.equal(turned.values, -batch.values)
    assert torch.equal(CovariateEncoding().turned(turned).lags, batch.lags)
