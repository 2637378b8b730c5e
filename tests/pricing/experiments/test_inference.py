"""What lots say of a test: as often wrong as they say, and no oftener."""

import numpy as np
import pytest

from foresale.pricing.experiments.inference import Drawn

TRUTH = -2.0


def drawn(draw: np.random.Generator, count: int = 12, *, truth: float = TRUTH, step: float = 0.3) -> Drawn:
    """Pairs whose noise has thick ends and differs from pair to pair, half of it known before."""
    before = draw.normal(size=count)
    noise = 0.3 * before + 0.1 * draw.standard_t(4, size=count) * draw.uniform(0.5, 2, size=count)
    sign = draw.integers(0, 2, count) * 2.0 - 1.0
    price = sign * step
    return Drawn(sign, truth * price + noise, price, before[None], np.arange(count))


def test_intervals_hold_the_truth_as_often_as_they_say():
    draw = np.random.default_rng(0)
    ends = [drawn(draw).interval(0.9) for _ in range(300)]
    held = np.mean([low <= TRUTH <= high for low, high in ends])
    assert 0.85 <= held <= 0.95
    assert np.isfinite(ends).all()


def test_prices_that_do_nothing_are_found_to_do_something_as_rarely_as_said():
    draw = np.random.default_rng(1)
    alarms = np.mean([drawn(draw, truth=0.0).chance() <= 0.1 for _ in range(300)])
    assert 0.05 <= alarms <= 0.15


def test_what_was_known_before_makes_intervals_narrow():
    draw = np.random.default_rng(2)
    found = drawn(draw, 40)
    blind = Drawn(found.sign, found.sales, found.price, np.zeros((0, 40)), found.pair)
    (low, high), (from_, to) = found.interval(0.9), blind.interval(0.9)
    assert high - low < 0.7 * (to - from_)
    assert found.estimate == pytest.approx(TRUTH, abs=4 * found.error)


def test_an_interval_holds_its_estimate_and_grows_with_its_level():
    found = drawn(np.random.default_rng(3))
    narrow, wide = found.interval(0.5), found.interval(0.95)
    assert wide[0] < narrow[0] < found.estimate < narrow[1] < wide[1]
    assert found.chance(found.estimate) == 1.0


def test_too_few_lots_rule_nothing_out():
    assert drawn(np.random.default_rng(4), 3).interval(0.9) == (-np.inf, np.inf)


def test_prices_that_were_charged_count_not_those_that_were_planned():
    draw = np.random.default_rng(5)
    sign = draw.integers(0, 2, 200) * 2.0 - 1.0
    price = np.where(draw.random(200) < 0.6, sign * 0.3, 0.0)
    found = Drawn(sign, TRUTH * price + 0.1 * draw.normal(size=200), price, np.zeros((0, 200)), np.arange(200))
    assert found.estimate == pytest.approx(TRUTH, abs=0.2)
