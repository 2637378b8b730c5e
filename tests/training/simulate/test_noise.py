import pytest
import torch

KINDS = {"poisson": 0, "negative binomial": 1, "lognormal": 2, "gamma": 3, "normal": 4, "student": 5}


def of_kind(name: str) -> tuple[float, ...]:
    return tuple(float(number == KINDS[name]) for number in range(6))


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_keeps_the_mean(only, name):
    values = only(observations=of_kind(name), dispersion=(0.2, 0.2), length=1000).values
    assert float(values.mean()) == pytest.approx(100, rel=0.02)
    assert values.std(dim=1).min() > 5


def test_counts_are_whole_and_as_dispersed_as_they_say(only):
    poisson = only(observations=of_kind("poisson"), length=1000).values
    assert torch.equal(poisson, poisson.round())
    assert float(poisson.var(dim=1).mean()) == pytest.approx(100, rel=0.05)
    binomial = only(observations=of_kind("negative binomial"), dispersion=(0.3, 0.3), length=1000).values
    assert torch.equal(binomial, binomial.round())
    assert float(binomial.var(dim=1).mean()) == pytest.approx(100 + 900, rel=0.1)


def test_student_tails_are_heavier_than_normal_ones(only):
    def kurtosis(name: str) -> float:
        values = only(observations=of_kind(name), dispersion=(0.1, 0.1), length=1000).values
        centred = values - values.mean(dim=1, keepdim=True)
        return float((centred.pow(4).mean(dim=1) / centred.square().mean(dim=1).square()).median())

    assert kurtosis("normal") < 3.5
    assert kurtosis("student") > 4.5


def test_whole_and_packs_round(only):
    whole = only(observations=of_kind("gamma"), whole=1.0).values
    assert torch.equal(whole, whole.round())
    packed = only(observations=of_kind("gamma"), packs=1.0).values
    sizes = torch.tensor([2.0, 4.0, 6.0, 10.0, 12.0, 24.0])
    fits = (packed[..., None].remainder(sizes) == 0).all(dim=1).any(dim=1)
    assert fits.all()


def test_rounding_leaves_the_slowest_as_they_are(only):
    slow = only(observations=of_kind("gamma"), whole=1.0, packs=1.0, level_median=0.3).values
    assert (slow.mean(dim=1) > 0.2).all()


def test_correlated_noise_is_not_expected(only):
    series = only(correlated=1.0, correlated_size=(0.2, 0.2))
    assert (series.expected == 100).all()
    log = series.values.log() - series.values.log().mean(dim=1, keepdim=True)
    assert float(log.std(dim=1).mean()) == pytest.approx(0.2, abs=0.03)
    memory = (log[:, 1:] * log[:, :-1]).mean(dim=1) / log.square().mean(dim=1)
    assert (memory > 0.2).float().mean() > 0.3


def test_regimes_are_wild_at_times(only):
    def unrest(regimes: float) -> torch.Tensor:
        values = only(observations=of_kind("normal"), dispersion=(0.1, 0.1), regimes=regimes, length=800).values
        spread = values.reshape(100, 8, 100).std(dim=2)
        return (spread.max(dim=1).values / spread.min(dim=1).values).median()

    assert unrest(1.0) > 1.3 * unrest(0.0)


def test_capacities_are_reached_and_never_passed(only):
    values = only(observations=of_kind("gamma"), dispersion=(0.8, 0.8), capped=1.0).values
    top = values.max(dim=1, keepdim=True).values
    assert ((top > 99) & (top <= 250)).all()
    assert ((values == top).sum(dim=1) > 1).float().mean() > 0.8


def test_outliers_are_few_and_far(only):
    far = only(outliers=1.0, length=1000).values > 190
    assert 0.001 < far.float().mean() < 0.02


def test_intermittent_series_sell_as_often_as_configured(only):
    series = only(intermittent=1.0, intermittent_rate=(0.2, 0.2), length=1000, count=400)
    active = (series.values != 0).float().mean(dim=1)
    assert float(active.median()) == pytest.approx(0.2, abs=0.03)
    assert float(series.values.mean()) == pytest.approx(float(series.expected.mean()), rel=0.06)
    together = ((series.values[:, 1:] != 0) & (series.values[:, :-1] != 0)).float().mean(dim=1)
    assert (together > 0.08).float().mean() > 0.2


def test_the_share_of_intermittent_series_is_as_configured(only):
    values = only(intermittent=0.3, intermittent_rate=(0.1, 0.5), count=1000).values
    assert float((values == 0).any(dim=1).float().mean()) == pytest.approx(0.3, abs=0.05)
