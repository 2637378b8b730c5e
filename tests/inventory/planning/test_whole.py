"""What is seen of all items does not depend on how they are parted, nor on whether some are looked at again."""

from dataclasses import fields

import numpy as np
import pytest

from foresale.core.threads import threads
from foresale.data.synthetic import shop
from foresale.forecasting.naive import SeasonalNaive
from foresale.inventory.planning import slices
from foresale.inventory.planning.lines import Outlook
from foresale.inventory.planning.options import PlanOptions, Seasons
from foresale.inventory.planning.slices import Frame
from foresale.inventory.planning.whole import whole_outlook
from foresale.inventory.read import Sources, read_inventory

ITEMS = 12


@pytest.fixture(scope="module")
def frame() -> Frame:
    forecast = SeasonalNaive().forecast(shop(items=ITEMS, periods=200), horizon=21)
    number = np.arange(ITEMS)
    terms = {
        "on_hand": 5.0 * number,
        "lead_time": 2 + number % 7,
        "lead_time_sd": 1.0 * (number % 2),
        "review_period": 3 + number % 5,
        "pack": 1 + number % 3,
        "unit_cost": 2.0,
        "price": 5.0,
    }
    inventory = read_inventory(forecast, Sources(forecast.items.select("item_id").with_columns(**terms)))
    return Frame.of(forecast, inventory, PlanOptions(paths=256), Seasons.none(ITEMS))


def same(one: Outlook, other: Outlook) -> None:
    for name in ("lines", "projected", "markdowns"):
        for part in fields(getattr(one, name)):
            seen, again = (getattr(getattr(outlook, name), part.name) for outlook in (one, other))
            np.testing.assert_array_equal(seen, again, err_msg=f"{name}.{part.name}")
    sorted_ = [np.lexsort((outlook.later.step, outlook.later.item)) for outlook in (one, other)]
    for part in fields(one.later):
        seen, again = (getattr(o.later, part.name)[order] for o, order in zip((one, other), sorted_, strict=True))
        np.testing.assert_array_equal(seen, again, err_msg=f"later.{part.name}")


def test_parts_and_threads_change_nothing(frame: Frame, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = whole_outlook(frame)
    assert whole.later.item.size > 0
    monkeypatch.setattr(slices, "_CELLS", 256 * 40)
    with threads(1):
        same(whole, whole_outlook(frame))
    with threads(3):
        same(whole, whole_outlook(frame))


def test_a_second_look_at_a_few_is_one_at_all(frame: Frame) -> None:
    before = whole_outlook(frame)
    units = np.where(np.arange(ITEMS) % 4 == 1, before.lines.units + 6, before.lines.units)
    again = whole_outlook(frame, units=units, before=before)
    same(again, whole_outlook(frame, units=units))
    assert (again.lines.units == units).all()
    assert whole_outlook(frame, units=before.lines.units, before=before) is before
