"""The page of an explanation holds what it tells, in both languages."""

import pytest

from foresale.data.synthetic import ShopConfig, shop
from foresale.explanations import Explanation, explain
from foresale.explanations.change import changes
from foresale.explanations.lookalikes import lookalikes
from foresale.forecasting.naive import SeasonalNaive
from foresale.narrate.sentences import sentences
from foresale.pages.explanation import explanation_page


@pytest.fixture(scope="module")
def found() -> Explanation:
    panel = shop(items=3, periods=200, config=ShopConfig(future=14))
    return explain(panel, SeasonalNaive(), horizon=14)


def test_every_item_has_its_words_and_its_table(found: Explanation):
    page = explanation_page(found)
    for item in ("item-1", "item-2", "item-3"):
        assert f"Components of {item} over the horizon" in page
        assert sentences(found, item)[0].split(" (")[0] in page
    assert "All items" in page
    assert "http://" not in page.split("<body")[1].split("<script")[0]


def test_what_changed_and_look_alikes_are_drawn_where_they_are_given(found: Explanation):
    panel = shop(items=3, periods=200, config=ShopConfig(future=14))
    model = SeasonalNaive()
    page = explanation_page(
        found,
        change=changes(panel, model, horizon=14, since=3),
        lookalikes=lookalikes(panel, found.forecast, count=2),
        language="zh",
    )
    assert "旧预测与新预测" in page
    assert "过去最相似的时段" in page
    assert '<html lang="zh"' in page
