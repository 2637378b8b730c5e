"""Effects of slots: what times and items say of them."""

import numpy as np
import pytest

from foresale.forecasting.effects.cells import Cells, Sums, column_effects, shock_of
from foresale.forecasting.effects.clocks import Clock, Kind
from foresale.forecasting.effects.slotted import common_effects


def clock_of(slots: np.ndarray, *, kind: Kind = "feast", prior: float = 0.5) -> Clock:
    """A clock of one slot, each of whose columns is another time."""
    times = np.maximum(np.cumsum(slots == 0) - 1, 0).astype(np.int32)
    return Clock("it", kind, slots.astype(np.int32), times, np.array([prior]), ("the day",))


def cells(
    effect: np.ndarray | float,
    *,
    items: int = 1,
    periods: int = 400,
    every: int = 100,
    level: float = 60.0,
    seed: int = 0,
) -> tuple[Cells, Clock]:
    """Items that sell by a factor more on every hundredth day."""
    slots = np.where(np.arange(periods) % every == every // 2, 0, -1)
    factor = np.where(slots == 0, np.exp(np.broadcast_to(effect, (items,)))[:, None], 1.0)
    sales = np.random.default_rng(seed).poisson(level * factor).astype(float)
    return Cells(sales, np.full(sales.shape, level), np.ones(items)), clock_of(slots)


def test_an_effect_is_found_with_the_number_of_times_it_was_seen() -> None:
    seen, clock = cells(np.log(2))
    found = common_effects(clock, seen)
    assert np.exp(found.common.mean[0]) == pytest.approx(2, rel=0.15)
    assert found.times.tolist() == [4]
    assert found.common.probability[0] > 0.95


def test_as_many_items_as_there_may_be_a_festival_seen_once_is_seen_once() -> None:
    """What the day itself was like is common to all items: a thousand of them make it no surer than τ allows."""
    few, clock = cells(np.log(1.1), items=2, periods=100)
    many, _ = cells(np.log(1.1), items=1000, periods=100)
    one, other = (common_effects(clock, each) for each in (few, many))
    assert other.times.tolist() == [1]
    assert other.common.probability[0] < 0.7
    assert other.common.variance[0] > 0.02**2
    clear, _ = cells(np.log(2), items=1000, periods=100)
    assert common_effects(clock, clear).common.probability[0] > 0.95
    assert one.common.probability[0] < 0.7


@pytest.mark.parametrize("times", [1, 2])
def test_what_no_calendar_names_must_have_been_seen_twice(times: int) -> None:
    seen, clock = cells(np.log(3), periods=100 * times)
    own = Clock("date", "date", clock.slots, clock.times, np.array([0.01]), ("day",))
    found = common_effects(own, seen).common
    assert (found.mean[0] > 0.9) == (times == 2)


def test_what_no_calendar_names_must_have_been_alike_each_time() -> None:
    seen, clock = cells(0.0, periods=200)
    seen.sales[0, 50] = 400
    own = Clock("date", "date", clock.slots, clock.times, np.array([0.01]), ("day",))
    assert common_effects(own, seen).common.mean[0] == 0
    assert common_effects(clock, seen).common.mean[0] != 0


def test_items_are_drawn_to_what_all_items_say_the_more_the_less_they_sell() -> None:
    effects = np.where(np.arange(60) % 2 == 0, np.log(2.5), np.log(1.5))
    loud, clock = cells(effects, items=60, level=400)
    quiet, _ = cells(effects, items=60, level=0.5)
    spreads = []
    for each in (loud, quiet):
        found = common_effects(clock, each)
        own = found.of_items(clock, each)
        spreads.append(own.mean[::2].mean() - own.mean[1::2].mean())
        assert own.mean.mean() == pytest.approx(np.mean(effects), abs=0.25)
    assert spreads[0] == pytest.approx(np.log(2.5 / 1.5), abs=0.08)
    assert spreads[1] < 0.6 * spreads[0]


def test_an_item_of_its_own_keeps_an_effect_that_no_other_has() -> None:
    effects = np.zeros(40)
    effects[7] = np.log(3)
    seen, clock = cells(effects, items=40)
    own = common_effects(clock, seen).of_items(clock, seen).mean[:, 0]
    assert own[7] == pytest.approx(np.log(3), abs=0.15)
    assert np.abs(np.delete(own, 7)).max() < 0.15


def test_days_of_all_items_together() -> None:
    rng = np.random.default_rng(0)
    swing = np.exp(rng.normal(0, 0.2, 300))
    sales = rng.poisson(50 * swing, (40, 300)).astype(float)
    seen = Cells(sales, np.full(sales.shape, 50.0), np.ones(40))
    assert shock_of(seen, np.ones(sales.shape, bool)) == pytest.approx(0.2, rel=0.2)
    estimate, variance = column_effects(seen, 0.1, np.arange(300))
    assert estimate == pytest.approx(np.log(swing), abs=5 * np.sqrt(1 / (40 * 50 * swing.min())))
    assert (variance > 0).all()
    calm = Cells(rng.poisson(50, (40, 300)).astype(float), seen.expected, np.ones(40))
    assert shock_of(calm, np.ones(sales.shape, bool)) < 0.03


def test_days_on_which_nothing_is_known_tell_nothing() -> None:
    seen, clock = cells(np.log(2))
    seen.sales[:, clock.slots == 0] = np.nan
    found = common_effects(clock, seen).common
    assert (found.mean[0], found.variance[0], found.probability[0]) == (0, 0, 0)
    estimate, variance = column_effects(seen, 0.1, np.arange(400))
    assert np.isinf(variance[clock.slots == 0]).all()
    assert (estimate[clock.slots == 0] == 0).all()


def test_what_returns_took_back_tells_nothing() -> None:
    """Less than nothing was sold in one time: it has no logarithm, and counts as not seen."""
    one = np.array([[-5.0, 8.0]])
    estimate, variance = Sums(one, np.full((1, 2), 4.0), np.full((1, 2), 4.0), np.zeros((1, 2))).estimate()
    assert np.isinf(variance[0, 0])
    assert estimate[0, 0] == 0
    assert np.isfinite(variance[0, 1])


def test_an_item_has_a_date_of_its_own_that_no_calendar_and_no_other_item_has() -> None:
    """Three times, alike each time; in slots in which it is hardly likely nothing is said, not a little."""
    periods, items = 1095, 40
    slots = np.arange(periods) % 365
    clock = Clock(
        "date",
        "date",
        slots.astype(np.int32),
        (np.arange(periods) // 365).astype(np.int32),
        np.full(365, 0.002),
        tuple(map(str, range(365))),
    )
    sales = np.random.default_rng(0).poisson(50, (items, periods)).astype(float)
    sales[7, slots == 100] *= 3
    seen = Cells(sales, np.full(sales.shape, 50.0), np.ones(items))
    own = common_effects(clock, seen).of_items(clock, seen)
    assert own.mean[7, 100] == pytest.approx(np.log(3), rel=0.2)
    assert np.count_nonzero(own.mean) < 5
