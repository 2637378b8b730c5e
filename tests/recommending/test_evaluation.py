"""Recommendations at days of the past, judged by what came."""

from dataclasses import replace

import numpy as np
import pytest

from foresale.core.errors import ConfigError, DataError
from foresale.core.interactions import Interactions
from foresale.recommending.evaluation import HABIT, LEARNT, POPULAR, Judging, cutoffs_of, evaluated
from foresale.recommending.options import RecommendOptions
from foresale.recommending.split import Split


@pytest.fixture(scope="module")
def judging(options: RecommendOptions) -> Judging:
    return Judging(cutoffs=2, top=5, options=options)


def test_cutoffs_are_a_horizon_apart_and_end_before_the_last(orders: Interactions, judging: Judging) -> None:
    after = int(orders.day[-1]) + 1
    assert cutoffs_of(orders, judging) == (after - 28, after - 14)


def test_a_split_keeps_past_and_future_apart(orders: Interactions) -> None:
    split = Split(orders, int(orders.day[-1]) - 20, 14)
    assert split.past.day.max() < split.day <= split.coming.day.min()
    assert split.coming.day.max() < split.day + 14
    for place, customer in enumerate(split.who.tolist()):
        bought = set(split.past.item[split.past.customer == customer].tolist())
        came = set(split.coming.item[split.coming.customer == customer].tolist())
        assert set(split.wants(14, new=False)[place].tolist()) == came
        assert set(split.wants(14, new=True)[place].tolist()) == came - bought


def test_what_is_learnt_beats_what_everybody_buys(orders: Interactions, judging: Judging) -> None:
    table = evaluated(orders, judging).table
    assert set(table["by"].to_list()) == {LEARNT, HABIT, POPULAR}
    everybody = table.filter((table["purchases"] == "all") & (table["customers"] == "all"))
    ndcg = dict(zip(everybody["by"].to_list(), everybody["ndcg"].to_list(), strict=True))
    assert ndcg[LEARNT] > 1.3 * ndcg[POPULAR]
    assert (table["ndcg_low"] <= table["ndcg"]).all()
    assert (table["ndcg"] <= table["ndcg_high"]).all()
    by_kind = table.filter((table["by"] == LEARNT) & (table["purchases"] == "all"))
    assert by_kind.filter(by_kind["customers"] != "all")["count"].sum() == by_kind["count"][0]


def test_later_orders_do_not_move_an_earlier_cutoff(orders: Interactions, judging: Judging) -> None:
    day = int(orders.day[-1]) - 27
    split = Split(orders, day, 14)
    shorter = Split(orders.select(orders.day < day + 14), day, 14)
    np.testing.assert_array_equal(split.who, shorter.who)
    assert len(split.past) == len(shorter.past)


def test_too_short_a_history_is_refused(orders: Interactions, judging: Judging) -> None:
    with pytest.raises(DataError, match="no time in the past"):
        evaluated(orders.select(orders.day < int(orders.day[0]) + 20), judging)
    with pytest.raises(ConfigError, match="cutoffs is at least 1"):
        Judging(cutoffs=0)


def test_a_shop_of_fewer_items_than_places(orders: Interactions, judging: Judging) -> None:
    table = evaluated(orders, replace(judging, top=200)).table
    assert table["different_items"].max() == orders.items.height
    assert table["recall"].drop_nulls().max() <= 1
