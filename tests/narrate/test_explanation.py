"""Sentences say what the numbers say, in two languages, and nothing else."""

import re

import numpy as np
import pytest

from foresale.core.labels import item_index
from foresale.data.synthetic import ShopConfig, shop
from foresale.explanations import Explanation, explain
from foresale.forecasting.naive import SeasonalNaive
from foresale.narrate.phrases import _CHINESE, _ENGLISH, Phrases, number
from foresale.narrate.sentences import sentences
from foresale.plotting.plot import plot

HORIZON = 14


@pytest.fixture(scope="module")
def explained() -> Explanation:
    panel = shop(items=3, periods=600, seed=4, config=ShopConfig(future=HORIZON, launches=0, promotions=0.3))
    return explain(panel, SeasonalNaive(), horizon=HORIZON)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_first_sentence_holds_the_total_and_the_days(explained: Explanation, language: str):
    for item in explained.forecast.items["item_id"]:
        first = sentences(explained, item, language=language)[0]
        place = item_index(explained.forecast.items, item)
        assert number(explained.values[place].sum()) in first
        assert str(explained.forecast.timestamps[place, 0].astype("datetime64[D]")) in first
        assert str(item) in first


def test_every_number_of_the_level_sentence_is_a_sum_of_the_components(explained: Explanation):
    told = sentences(explained, "item-1")[1]
    level, trend = (explained.ahead[0, :, place].sum() for place in (0, 1))
    found = re.findall(r"[\d,]+\.?\d*", told)
    assert found[0] == number(level)
    if len(found) > 1:
        assert found[1].rstrip(".") == number(abs(trend))


def test_a_model_that_reads_no_covariates_is_told_so(explained: Explanation):
    assert explained.read == {"price": False, "promotion": False}
    assert "The model gives no weight to price, promotion." in sentences(explained, "item-1")
    assert "模型未采用：价格、促销。" in sentences(explained, "item-1", language="zh")


def test_both_languages_have_the_same_phrases_with_the_same_places():
    assert _ENGLISH.keys() == _CHINESE.keys()
    for key in _ENGLISH:
        places = [set(re.findall(r"{(\w+)}", table[key])) for table in (_ENGLISH, _CHINESE)]
        assert places[0] - {"unit", "mean"} <= places[1] | {"count"}, key
        assert places[1] - {"unit"} <= places[0] | {"unit"}, key


def test_a_picture_passes_through_the_cutoff_and_stacks_what_adds(explained: Explanation):
    figure = plot(explained, "item-2")
    names = [trace.name for trace in figure.data]
    assert names[0] == "level and trend"
    assert names[-2:] == ["Sales", "Forecast"]
    shown = 2 * HORIZON
    bars = [trace for trace in figure.data if trace.type == "bar"]
    assert all(len(trace.y) == shown + HORIZON for trace in bars)
    stacked = np.asarray(figure.data[0].y) + sum(np.nan_to_num(np.asarray(trace.y, float)) for trace in bars)
    whole = np.concatenate([explained.sales[1][-shown:], explained.values[1]])
    known = np.isfinite(whole)
    assert stacked[known] == pytest.approx(whole[known], abs=1e-6)
    assert Phrases.of("zh").name("weekly") in [trace.name for trace in plot(explained, "item-2", language="zh").data]
