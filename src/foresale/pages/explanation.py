"""The page of an explanation: what forecasts are made of, in words, pictures and tables."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from foresale.core.columns import ITEM
from foresale.core.labels import item_label
from foresale.explanations.attribution import Attribution
from foresale.explanations.change import Change
from foresale.explanations.explanation import Explanation
from foresale.explanations.lookalikes import Lookalikes
from foresale.narrate.explanation import change_sentences, explanation_sentences
from foresale.narrate.phrases import Language, Phrases, number
from foresale.pages.page import Details, Notes, Part, Picture, Section, Share, Table, page
from foresale.plotting.explanation import attribution_chart, change_chart, components_chart, lookalikes_chart

_PICTURED: Final = 12
_LISTED: Final = 1000
_TEXT: Final = {
    "en": {
        "title": "Why this forecast",
        "lead": "{first} to {last}, by {model}. Units of the forecast's {target}.",
        "items": "All items",
        "caption": "What each component comes to over the horizon, in units",
        "picture": "Sales and forecast of {item} with the components they are made of",
        "item": "Item",
        "total": "forecast",
        "parts": "Components of {item} over the horizon, in units",
        "component": "Component",
        "together": "All items together",
        "best": "Items that sell most",
        "units": "{item}: {total} units",
        "sum": "Sum, units",
        "share": "Share",
        "all": "What each component comes to for all items together",
        "week": "week from {day}",
        "notes": "Notes",
        "mean": "mean",
        "median": "median",
        "change": "The older and the newer forecast of {item}, and what moved it",
        "looked": "What {model} looked at for {item}, as a heat map of sources and periods",
        "alike": "Recent sales and forecast of {item} among the past windows most like them",
        "how": "Grey ground: level and trend. Bars above it add, bars below it take away. The dotted line is the "
        "forecast, the solid one what was sold.",
    },
    "zh": {
        "title": "预测的原因",
        "lead": "{first}至{last}，模型：{model}。单位为预测的{target}。",
        "items": "全部商品",
        "caption": "预测期内各组成部分的合计（件）",
        "picture": "{item} 的销量与预测及其组成",
        "item": "商品",
        "total": "预测",
        "parts": "{item} 预测期内的组成（件）",
        "component": "组成",
        "notes": "说明",
        "together": "全部商品合计",
        "best": "销量最高的商品",
        "units": "{item}：{total} 件",
        "sum": "合计（件）",
        "share": "占比",
        "all": "全部商品各组成部分的合计",
        "week": "{day} 起一周",
        "mean": "均值",
        "median": "中位数",
        "change": "{item} 的旧预测与新预测，以及变化的原因",
        "looked": "{model} 预测 {item} 时的依据（热力图）",
        "alike": "{item} 的近期销量与预测，以及过去最相似的时段",
        "how": "灰色部分为水平与趋势；其上的柱为增加，其下的柱为减少。虚线为预测，实线为已售销量。",
    },
}


def explanation_page(
    explanation: Explanation,
    *,
    change: Change | None = None,
    attributions: Sequence[Attribution] = (),
    lookalikes: Lookalikes | None = None,
    language: Language = "en",
) -> str:
    """An explanation as one HTML page, in English or Chinese: the items that sell most, then a table of all.

    Args:
        explanation: the components.
        change: how the forecast differs from an earlier one, where that is wanted.
        attributions: what networks and trees looked at; drawn for each item that is pictured.
        lookalikes: past windows that resemble what is coming; drawn likewise.
        language: "en" or "zh".

    Raises:
        ConfigError: an unknown language.
    """
    words, text, stamps = Phrases.of(language), _TEXT[language], explanation.forecast.timestamps
    first, last = (str(stamp.astype("datetime64[D]")) for stamp in (stamps.min(), stamps.max()))
    lead = text["lead"].format(
        first=first, last=last, model=explanation.forecast.model, target=text[explanation.target]
    )
    order = np.argsort(-explanation.values.sum(axis=1), kind="stable")
    folded: list[Part] = []
    for item in order[:_PICTURED].tolist():
        more = _more(explanation.forecast.items[ITEM][item], change, attributions, lookalikes, language)
        parts = [*_item(explanation, item, language, words), *more]
        label, total = item_label(explanation.forecast.items, item), number(explanation.values[item].sum())
        folded.append(Details(text["units"].format(item=label, total=total), parts, open=not folded))
    sections = [Section(text["best"], folded)]
    if len(order) > 1:
        sections.insert(0, Section(text["together"], [_together(explanation, words, text)]))
        sections.append(Section(text["items"], [_all(explanation, order[:_LISTED], words, text)]))
    if language == "en" and explanation.notes:
        sections.append(Section(text["notes"], [Notes(explanation.notes)]))
    return page(text["title"], sections, lead=lead, lang=language)


def _more(
    name: object,
    change: Change | None,
    attributions: Sequence[Attribution],
    lookalikes: Lookalikes | None,
    language: Language,
) -> Iterator[Part]:
    text = _TEXT[language]
    if change is not None:
        yield ("" if language == "zh" else " ").join(change_sentences(change, name, language=language))
        yield Picture(change_chart(change, name), text["change"].format(item=name))
    for attribution in attributions:
        yield Picture(attribution_chart(attribution, name), text["looked"].format(item=name, model=attribution.model))
    if lookalikes is not None:
        yield Picture(lookalikes_chart(lookalikes, name), text["alike"].format(item=name))


def _together(explanation: Explanation, words: Phrases, text: dict[str, str]) -> Table:
    """What each component comes to for all items, the largest first: what moves the shop as a whole."""
    sums = explanation.ahead.sum(axis=(0, 1))
    total = float(explanation.values.sum())
    kept = [place for place in np.argsort(-np.abs(sums), kind="stable").tolist() if round(float(sums[place]), 1)]
    rows: list[tuple[object, ...]] = (
        [
            (
                words.name(explanation.components[place].name),
                round(float(sums[place])),
                Share(float(sums[place]) / total),
            )
            for place in kept
        ]
        if total > 0
        else []
    )
    rows.append((text["total"], round(total), Share(1.0)))
    return Table((text["component"], text["sum"], text["share"]), rows, text["all"])


def _item(explanation: Explanation, item: int, language: Language, words: Phrases) -> list[Part]:
    text = _TEXT[language]
    name, label = explanation.forecast.items[ITEM][item], item_label(explanation.forecast.items, item)
    paragraph = ("" if language == "zh" else " ").join(explanation_sentences(explanation, name, language=language))
    picture = Picture(
        components_chart(explanation, name, language=language), text["picture"].format(item=label), text["how"]
    )
    return [paragraph, picture, _weeks(explanation, item, words, text)]


def _weeks(explanation: Explanation, item: int, words: Phrases, text: dict[str, str]) -> Table:
    """A row for each component, a column for each week of the horizon; for each period where these are longer."""
    stamps = explanation.forecast.timestamps[item].astype("datetime64[D]")
    days = stamps.astype(np.int64)
    weekly = explanation.forecast.frequency.unit in {"minute", "hour", "day"}
    spans, place = np.unique((days + 3) // 7 if weekly else days, return_inverse=True)
    form = text["week"] if weekly else "{day}"
    starts = [form.format(day=stamps[place == span].min()) for span in range(spans.size)]
    rows = []
    for at, part in enumerate(explanation.components):
        values = explanation.ahead[item, :, at]
        if np.abs(values).max(initial=0) > 0:
            sums = np.bincount(place, values, minlength=spans.size)
            rows.append((words.name(part.name), *(round(float(s), 2) for s in sums), round(float(values.sum()), 2)))
    whole = np.bincount(place, explanation.values[item], minlength=spans.size)
    rows.append((text["total"], *(round(float(s), 2) for s in whole), round(float(whole.sum()), 2)))
    caption = text["parts"].format(item=item_label(explanation.forecast.items, item))
    return Table([text["component"], *starts, text["sum"]], rows, caption, digits=1)


def _all(
    explanation: Explanation, order: np.ndarray[tuple[int], np.dtype[np.int64]], words: Phrases, text: dict[str, str]
) -> Table:
    sums = explanation.ahead.sum(axis=1)
    kept = [place for place in range(sums.shape[1]) if np.abs(sums[order, place]).max(initial=0) > 0]
    names = [words.name(explanation.components[place].name) for place in kept]
    rows = [
        (
            item_label(explanation.forecast.items, int(item)),
            *(float(sums[item, place]) for place in kept),
            float(explanation.values[item].sum()),
        )
        for item in order
    ]
    left = len(explanation.values) - len(order)
    caption = text["caption"] + (f" (+ {number(left)})" if left else "")
    return Table([text["item"], *names, text["total"]], rows, caption, digits=1)
