"""In what a text file is written: how often the guess is right, ours and that of charset-normalizer.

    python benchmarks/encodings.py

Tables in the encodings that spreadsheets of a language write, with few rows and many: of goods, with names of columns
in the language or in English and dates of the language or ISO; and of holidays, whose names are those of the package
`holidays`, so that nobody who wrote the guess chose them. A guess is right where the text comes out as it was written,
whatever the encoding is called.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

import holidays
from measuring import report

from foresale.io.encoding import decode
from foresale.io.letters import ENCODINGS

ROWS: Final = (2, 5, 20, 200)
TABLES: Final = 6
"""Tables of each language, size and kind."""


@dataclass(frozen=True)
class Language:
    """What tables are made of: encodings of spreadsheets, names of columns, a form of dates, and goods."""

    encodings: tuple[str, ...]
    columns: str
    date: str
    goods: str


LANGUAGES: Final = {
    "Chinese": Language(
        ("gb18030",),
        "商品编码,日期,销量",
        "2024年{}月{}日",
        "红色连衣裙 蓝色牛仔裤 纯棉毛巾 保温杯 儿童书包 无线耳机 洗衣液 绿茶 运动鞋 手机壳 雨伞",
    ),
    "Chinese, traditional": Language(
        ("big5",),
        "商品編號,日期,銷量",
        "2024年{}月{}日",
        "紅色連衣裙 藍色牛仔褲 純棉毛巾 保溫杯 兒童書包 無線耳機 洗衣精 綠茶 運動鞋 雨傘",
    ),
    "Japanese": Language(
        ("cp932", "euc_jp"),
        "商品コード,日付,販売数",
        "2024年{}月{}日",
        "鉛筆 消しゴム 赤いワンピース ノート 水筒 子供用リュック イヤホン 洗剤 緑茶 傘 醤油",
    ),
    "Korean": Language(
        ("cp949",),
        "상품코드,날짜,수량",
        "2024년{}월{}일",
        "연필 지우개 빨간원피스 청바지 수건 보온병 어린이가방 무선이어폰 세탁세제 녹차 운동화 우산",
    ),
    "German": Language(
        ("cp1252",),
        "Artikel,Datum,Verkäufe",
        "{1:0>2}.{0:0>2}.2024",
        "Tür Gürtel für Männer Müsli Spülmittel Käse Öl Süßigkeiten Bücher Weißwein Rührgerät",
    ),
    "French": Language(
        ("cp1252",),
        "Référence,Date,Quantité",
        "{1:0>2}/{0:0>2}/2024",
        "café crème pâte à modeler thé glacé gâteau œufs forêt noire château pêche brûlée île",
    ),
    "Spanish": Language(
        ("cp1252",),
        "Artículo,Fecha,Cantidad",
        "{1:0>2}/{0:0>2}/2024",
        "jamón piña azúcar niño cigüeña café lápiz pañuelo camión ratón música teléfono",
    ),
    "Polish": Language(
        ("cp1250",),
        "Artykuł,Data,Ilość",
        "{1:0>2}.{0:0>2}.2024",
        "żółty ręcznik mąka książka łyżka sól ciąża źródło miód śliwka grzyby gęś",
    ),
    "Czech": Language(
        ("cp1250",),
        "Zboží,Datum,Množství",
        "{1:0>2}.{0:0>2}.2024",
        "žlutý ručník mouka kniha lžíce sůl káva čaj řepa švestka houby židle",
    ),
    "Hungarian": Language(
        ("cp1250",),
        "Cikkszám,Dátum,Mennyiség",
        "2024.{0:0>2}.{1:0>2}.",
        "törülköző liszt könyv kanál só kávé tea répa szőlő gomba szék gyümölcs tűző",
    ),
    "Russian": Language(
        ("cp1251", "koi8_r"),
        "артикул,дата,количество",
        "{1:0>2}.{0:0>2}.2024",
        "карандаш ластик платье джинсы полотенце термос рюкзак наушники порошок чай кроссовки зонт",
    ),
    "Greek": Language(
        ("cp1253",),
        "Κωδικός,Ημερομηνία,Ποσότητα",
        "{1:0>2}/{0:0>2}/2024",
        "μολύβι γόμα φόρεμα παντελόνι πετσέτα θερμός σακίδιο ακουστικά τσάι παπούτσια ομπρέλα",
    ),
    "Turkish": Language(
        ("cp1254",),
        "Ürün,Tarih,Miktar",
        "{1:0>2}.{0:0>2}.2024",
        "kırmızı elbise ağaç şeker çay ayakkabı şemsiye gömlek çanta kâğıt yağ üzüm ığdır",
    ),
    "Hebrew": Language(
        ("cp1255",),
        "מוצר,תאריך,כמות",
        "{1:0>2}/{0:0>2}/2024",
        "עיפרון מחק שמלה מכנסיים מגבת תרמוס תיק אוזניות אבקה תה נעליים מטרייה",
    ),
    "Arabic": Language(
        ("cp1256",),
        "المنتج,التاريخ,الكمية",
        "{1:0>2}/{0:0>2}/2024",
        "قلم ممحاة فستان بنطلون منشفة ترمس حقيبة سماعات مسحوق شاي حذاء مظلة",
    ),
    "Thai": Language(
        ("cp874",),
        "สินค้า,วันที่,จำนวน",
        "{1:0>2}/{0:0>2}/2024",
        "ดินสอ ยางลบ ชุดเดรส กางเกง ผ้าขนหนู กระติก กระเป๋า หูฟัง ผงซักฟอก ชา รองเท้า ร่ม",
    ),
}


@dataclass(frozen=True)
class Case:
    """A table as text and as bytes."""

    language: str
    encoding: str
    text: str
    data: bytes


def cases() -> Iterator[Case]:
    """All tables, the same ones every time."""
    random = Random(0)
    for name, language in LANGUAGES.items():
        for encoding in language.encodings:
            for rows in ROWS:
                for own_columns in (True, False):
                    for own_dates in (True, False):
                        for _ in range(TABLES):
                            text = table(language, rows, own_columns, own_dates, random)
                            yield Case(name, encoding, text, text.encode(encoding))


def table(language: Language, rows: int, own_columns: bool, own_dates: bool, random: Random) -> str:
    """A table of sales in one language."""
    goods = language.goods.split()
    lines = [language.columns if own_columns else "sku,date,qty"]
    for _ in range(rows):
        name = " ".join(random.sample(goods, random.choice((1, 2))))
        month, day = random.randint(1, 12), random.randint(1, 28)
        date = language.date.format(month, day) if own_dates else f"2024-{month:02}-{day:02}"
        lines.append(f"{name},{date},{random.randint(1, 40)}")
    return "\n".join(lines) + "\n"


OTHERS: Final = {
    "zh_CN": ("CN", "gb18030"),
    "zh_TW": ("TW", "big5"),
    "ja": ("JP", "cp932"),
    "ko": ("KR", "cp949"),
    "de": ("DE", "cp1252"),
    "fr": ("FR", "cp1252"),
    "es": ("ES", "cp1252"),
    "pt_PT": ("PT", "cp1252"),
    "sv": ("SE", "cp1252"),
    "da": ("DK", "cp1252"),
    "fi": ("FI", "cp1252"),
    "is": ("IS", "cp1252"),
    "pl": ("PL", "cp1250"),
    "cs": ("CZ", "cp1250"),
    "sk": ("SK", "cp1250"),
    "hu": ("HU", "cp1250"),
    "hr": ("HR", "cp1250"),
    "ru": ("RU", "cp1251"),
    "uk": ("UA", "cp1251"),
    "bg": ("BG", "cp1251"),
    "el": ("GR", "cp1253"),
    "tr": ("TR", "cp1254"),
    "he": ("IL", "cp1255"),
    "th": ("TH", "cp874"),
    "lv": ("LV", "cp1257"),
    "lt": ("LT", "cp1257"),
    "et": ("EE", "cp1257"),
}
"""Languages of the package `holidays`: a country, and the encoding of its spreadsheets."""


def holiday_cases() -> Iterator[Case]:
    """Tables of names of holidays."""
    random = Random(1)
    for language, (country, encoding) in OTHERS.items():
        days = holidays.country_holidays(country, years=range(2015, 2026), language=language)
        names = sorted({name for each in days.values() for name in each.split("; ")})
        for rows in ROWS:
            for _ in range(4 * TABLES):
                lines = [
                    f"{random.choice(names)},2024-{random.randint(1, 12):02}-01,{random.randint(1, 40)}"
                    for _ in range(rows)
                ]
                text = "\n".join(["sku,date,qty", *lines]) + "\n"
                try:
                    data = text.encode(encoding)
                except UnicodeEncodeError:
                    continue
                if not data.isascii():
                    yield Case(f"holidays, {language}", encoding, text, data)


def by_library(data: bytes, *, candidates: Sequence[str] | None) -> str:
    """The text by charset-normalizer alone."""
    from charset_normalizer import from_bytes

    try:
        data.decode()
    except UnicodeDecodeError:
        best = from_bytes(data, cp_isolation=list(candidates) if candidates else None).best()
        return data.decode("latin_1") if best is None else str(best)
    return data.decode()


GUESSES: Final[dict[str, Callable[[bytes], str]]] = {
    "charset-normalizer": lambda data: by_library(data, candidates=None),
    "the same, told our encodings": lambda data: by_library(data, candidates=ENCODINGS),
    "ours": lambda data: decode(data).data.decode(),
}


def main() -> None:
    """Count right guesses and write the table."""
    every = [*cases(), *holiday_cases()]
    right = {name: [guess(case.data) == case.text for case in every] for name, guess in GUESSES.items()}
    groups = {name: [case.language == name for case in every] for name in dict.fromkeys(c.language for c in every)}
    groups["all"] = [True] * len(every)
    rows = []
    for language, mine in groups.items():
        count = sum(mine)
        shares = [sum(hit for hit, own in zip(hits, mine, strict=True) if own) / count for hits in right.values()]
        rows.append((language, f"{count:,}", *(f"{100 * share:.1f} %" for share in shares)))
    report(
        "encodings",
        title="Share of text files whose encoding is guessed right",
        data="made up, in the script",
        columns=("language", "tables", *GUESSES),
        rows=rows,
    )


if __name__ == "__main__":
    main()
