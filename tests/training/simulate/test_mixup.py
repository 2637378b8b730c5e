import pytest
import torch
from hypothesis import given, strategies as st

from foresale.core.errors import ConfigError
from foresale.training.simulate import MixOptions, draw_mixes, mix


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@given(st.integers(0, 1000))
def test_a_mix_lies_between_its_scaled_parts(seed):
    generator = seeded(seed)
    parts = torch.rand(6, 3, 20, generator=generator) * torch.logspace(-1, 3, 3)[:, None] + 0.01
    weights = torch.rand(6, 3, generator=generator) + 0.01
    weights = weights / weights.sum(dim=1, keepdim=True)
    levels = parts.mean(dim=2)
    scaled = parts / levels[..., None]
    mixed = mix(parts, weights) / levels.gather(1, weights.argmax(dim=1, keepdim=True))
    assert (mixed <= scaled.max(dim=1).values + 1e-4).all()
    assert (mixed >= scaled.min(dim=1).values - 1e-4).all()


def test_one_part_stays_as_it_is_and_zeros_stay_zeros():
    parts = torch.tensor([[[1.0, torch.nan, 5.0], [torch.nan, 7.0, 7.0]], [[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]]])
    mixed = mix(parts, torch.tensor([[1.0, 0.0], [1.0, 0.0]]))
    assert mixed[0].nan_to_num(-1).tolist() == [1, -1, 5]
    assert mixed[1].tolist() == [0, 0, 0]


def test_unknown_anywhere_is_unknown():
    parts = torch.ones(1, 2, 4)
    parts[0, 0, 1] = parts[0, 1, 2] = torch.nan
    assert mix(parts, torch.tensor([[0.5, 0.5]])).isnan().tolist() == [[False, True, True, False]]


def test_mixes_are_many_and_seeded():
    pool = torch.rand(5, 40, generator=seeded()) + 0.5
    first = draw_mixes(pool, 300, generator=seeded(1))
    assert first.shape == (300, 40)
    assert first.unique(dim=0).shape[0] > 190
    assert torch.equal(first, draw_mixes(pool, 300, generator=seeded(1)))
    assert not torch.equal(first, draw_mixes(pool, 300, generator=seeded(2)))


def test_alone_with_no_option_a_series_is_itself():
    pool = torch.rand(4, 30, generator=seeded())
    drawn = draw_mixes(pool, 20, generator=seeded(1), options=MixOptions(most=1))
    assert (torch.cdist(drawn, pool).min(dim=1).values < 1e-4).all()


def test_shifts_are_whole_seasons():
    pool = torch.arange(28.0).repeat(3, 1) + 1
    drawn = draw_mixes(pool, 50, generator=seeded(1), options=MixOptions(most=1, seasons=2, season=7))
    assert drawn.shape == (50, 14)
    assert {round(float(first)) for first in drawn[:, 0]} == {1, 8, 15}


def test_amplitude_and_noise_keep_the_level_on_average():
    pool = torch.ones(2, 500)
    drawn = draw_mixes(pool, 400, generator=seeded(1), options=MixOptions(amplitude=0.5, noise=0.3))
    assert float(drawn.mean(dim=1).log().std()) == pytest.approx(0.5, abs=0.07)
    spread = drawn.std(dim=1) / drawn.mean(dim=1)
    assert 0.1 < spread.median() < 0.2
    assert spread.max() < 0.4


def test_impossible_options_are_refused():
    for wrong in ({"most": 0}, {"season": 0}, {"noise": -1.0}, {"concentration": 0.0}):
        with pytest.raises(ConfigError):
            MixOptions(**wrong)
    with pytest.raises(ConfigError, match="cannot shift"):
        draw_mixes(torch.ones(2, 10), 3, generator=seeded(), options=MixOptions(seasons=2, season=7))
