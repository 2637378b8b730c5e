"""Encodings of files that hold hardly any words."""

import pytest

from foresale.io.encoding import decode


@pytest.mark.parametrize(
    "text",
    [
        "sku,年,季度,qty\na,2024,1,3\n",
        "sku;qty\na;1\u202f234\nb;2\u202f500\n",
        "sku|date|qty\na|2024-01-01|3\n总计||3\n",
    ],
)
def test_a_few_words_in_a_table_of_numbers_tell_its_encoding(text: str) -> None:
    decoded = decode(text.encode("gb18030"))
    assert decoded.encoding == "GB18030"
    assert decoded.data.decode() == text


@pytest.mark.parametrize(
    ("encoding", "word"), [("cp1252", "Müller"), ("cp1250", "żółty"), ("cp1251", "карандаш"), ("cp932", "鉛筆の芯")]
)
def test_one_word_far_down_a_long_file_tells_its_encoding(encoding: str, word: str) -> None:
    text = "sku,date,qty\n" + "a-123,2024-01-01,3\n" * 6000 + f"{word},2024-01-01,3\n"
    assert decode(text.encode(encoding)).data.decode() == text
