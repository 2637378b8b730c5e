"""The words of explanations, in English and Chinese."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from foresale.core.errors import ConfigError
from foresale.core.frequency import Frequency

Language = Literal["en", "zh"]
LANGUAGES: Final = ("en", "zh")

_COMPONENTS: Final[Mapping[str, str]] = {
    "level": "平均水平",
    "trend": "趋势",
    "daily": "一天内的规律",
    "weekly": "一周内的规律",
    "annual": "一年内的季节",
    "promotion": "促销",
    "promo": "促销",
    "onpromotion": "促销",
    "price": "价格",
    "discount": "折扣",
    "holiday": "节假日",
    "remainder": "其余",
    "New Year": "元旦",
    "Spring Festival": "春节",
    "Lantern Festival": "元宵节",
    "Valentine's Day": "情人节",
    "Women's Day": "妇女节",
    "White Day": "白色情人节",
    "Easter": "复活节",
    "Labour Day": "劳动节",
    "Mother's Day": "母亲节",
    "Dragon Boat Festival": "端午节",
    "Father's Day": "父亲节",
    "Qixi": "七夕",
    "Mid-Autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Halloween": "万圣节",
    "Double 11": "双十一",
    "Thanksgiving": "感恩节",
    "Black Friday": "黑色星期五",
    "Cyber Monday": "网络星期一",
    "Double 12": "双十二",
    "Christmas": "圣诞节",
    "After-Christmas sales": "圣诞后促销",
    "Prime Day": "Prime 会员日",
    "double day": "双日大促",
    "days of the month": "每月固定日",
    "dates of its own": "每年固有日",
}
_WEEKDAYS: Final = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
}
_UNITS: Final = {"minute": "分钟", "hour": "小时", "day": "天", "week": "周", "month": "个月"}
_ENGLISH: Final = {
    "expected": "{item}: {total} units are expected from {first} to {last} ({count} {unit}), {mean} a period",
    "against": ", {change} against the {count} before ({past})",
    "end": ".",
    "level": "Selling as it has lately makes {level} of them{trend}.",
    "trend_up": "; the trend adds {value}",
    "trend_down": "; the trend takes away {value}",
    "reasons": "What moves it: {reasons}.",
    "adds": "{name} {value}",
    "around": " (most on {when}: {most})",
    "between": "; ",
    "week": "Within the week, {best} is the best day ({high} on the average) and {worst} the weakest ({low}).",
    "year": "The time of the year makes {value} ({share}).",
    "missed": "By what it did before, {name} would add some {value}; this forecast reckons with {said}.",
    "unread": "The model gives no weight to {names}.",
    "baseline": "All that is known ahead is as usual and adds nothing: {names}.",
    "rest": "{value}, all in all, is told by none of these ({share} of the forecast, day by day).",
    "sum": "Together that is the forecast.",
    "and": ", ",
    "old": "{item}: the forecast for {first} to {last} went from {old} to {new} units ({change}).",
    "why": "Of the change: {reasons}.",
    "stable": "Day by day it moved by {churn} of its size.",
    "same": "Nothing of note changed.",
    "new sales": "new sales",
    "changed plan": "changed plan",
    "other model": "other model",
}
_CHINESE: Final = {
    "expected": "{item}：预计{first}至{last}（{count}{unit}）共售出{total}件，平均每期{mean}件",
    "against": "，与之前{count}{unit}的{past}件相比{change}",
    "end": "。",
    "level": "按近期水平可售{level}件{trend}。",
    "trend_up": "，趋势再增加{value}件",
    "trend_down": "，趋势减少{value}件",
    "reasons": "影响因素：{reasons}。",
    "adds": "{name}{value}件",
    "around": "（{when}最明显：{most}件）",
    "between": "；",
    "week": "一周之内，{best}销量最高（比平均{high}），{worst}最低（{low}）。",
    "year": "一年中的季节影响为{value}件（{share}）。",
    "missed": "按以往的影响，{name}约可带来{value}件，而本预测只计入{said}件。",
    "unread": "模型未采用：{names}。",
    "baseline": "预先已知的因素均与平时一样，没有影响：{names}。",
    "rest": "另有{value}件不属于上述任何因素（逐期合计占预测的{share}）。",
    "sum": "以上各项之和即为预测。",
    "and": "、",
    "old": "{item}：{first}至{last}的预测由{old}件变为{new}件（{change}）。",
    "why": "变化的原因：{reasons}。",
    "stable": "逐期变动占预测的{churn}。",
    "same": "没有值得一提的变化。",
    "new sales": "新的销售数据",
    "changed plan": "计划变更",
    "other model": "更换模型",
}


@dataclass(frozen=True)
class Phrases:
    """One language.

    Attributes:
        language: "en" or "zh".
        table: sentences with places for numbers and names.
    """

    language: str
    table: Mapping[str, str]

    @classmethod
    def of(cls, language: str) -> "Phrases":
        """The phrases of a language.

        Raises:
            ConfigError: neither English nor Chinese.

        >>> Phrases.of("zh").name("Double 11")
        '双十一'
        """
        if language not in LANGUAGES:
            raise ConfigError(f"explanations are in {' or '.join(LANGUAGES)}, not in {language!r}")
        return cls(language, _ENGLISH if language == "en" else _CHINESE)

    def say(self, key: str, **values: object) -> str:
        """A phrase with its places filled."""
        return self.table[key].format(**values)

    def name(self, component: str) -> str:
        """What a component is called."""
        return component if self.language == "en" else _COMPONENTS.get(component, component)

    def weekday(self, number: int) -> str:
        """Of 0 for Monday to 6."""
        return _WEEKDAYS[self.language][number]

    def unit(self, frequency: Frequency, count: int) -> str:
        """The word for so many periods.

        >>> Phrases.of("en").unit(Frequency("day"), 28), Phrases.of("en").unit(Frequency("minute", 15), 1)
        ('days', 'period')
        """
        if self.language == "zh":
            return _UNITS[frequency.unit] if frequency.count == 1 else "期"
        word = frequency.unit if frequency.count == 1 else "period"
        return word if count == 1 else f"{word}s"


def number(value: float, *, sign: bool = False) -> str:
    """Units with the digits they need.

    >>> number(1234.5), number(12.34), number(0.0123), number(12.34, sign=True), number(-0.0, sign=True)
    ('1,234', '12.3', '0.01', '+12.3', '±0')
    """
    size = abs(value)
    digits = 0 if size >= 100 else 1 if size >= 1 else 2
    text = f"{size:,.{digits}f}"
    if not float(text.replace(",", "")):
        return "±0" if sign else "0"
    mark = "−" if value < 0 else "+" if sign else ""
    return mark + text


def percent(share: float, *, sign: bool = False) -> str:
    """A share in whole per cent.

    >>> percent(0.184, sign=True), percent(-0.5, sign=True), percent(0.004)
    ('+18 %', '−50 %', '0.4 %')
    """
    size = abs(100 * share)
    text = f"{size:,.0f}" if size >= 1 or not round(size, 1) else f"{size:.1f}"
    mark = "" if text == "0" else "−" if share < 0 else "+" if sign else ""
    return f"{mark}{text} %"
