"""Codes of categories."""

import json

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings, strategies as st

from foresale.core.errors import ConfigError
from foresale.features.encode import MISSING, UNSEEN, CategoryEncoder

LABELS = st.one_of(st.none(), st.text(max_size=4))


def test_frequent_categories_come_first_and_ties_by_name() -> None:
    encoder = CategoryEncoder.fit(pl.Series(["b", "c", "a", "c", None, "b", "c"]))
    assert encoder.labels == ("c", "b", "a")
    assert encoder.size == 5


@settings(max_examples=40, deadline=None)
@given(train=st.lists(LABELS, max_size=20), later=st.lists(LABELS, max_size=20))
def test_known_ones_come_back_and_others_have_their_own_codes(train: list[str | None], later: list[str | None]) -> None:
    encoder = CategoryEncoder.fit(pl.Series(train, dtype=pl.String))
    series = pl.Series(later, dtype=pl.String)
    codes = encoder.encode(series)
    for label, code, back in zip(later, codes, encoder.decode(codes), strict=True):
        if label is None:
            assert code == MISSING
        elif label in train:
            assert back == label
        else:
            assert code == UNSEEN


@settings(max_examples=40, deadline=None)
@given(labels=st.lists(LABELS, max_size=20))
def test_json_and_back(labels: list[str | None]) -> None:
    encoder = CategoryEncoder.fit(pl.Series(labels, dtype=pl.String))
    assert CategoryEncoder.from_dict(json.loads(json.dumps(encoder.to_dict()))) == encoder


@pytest.mark.parametrize("values", [[1, 2, None], ["1", "2", None], [1.0, 2.0, None], [1.0, 2.0, float("nan")]])
def test_one_and_one_point_nought_are_one_category(values: list[object]) -> None:
    encoder = CategoryEncoder.fit(pl.Series([1, 1, 2]))
    assert encoder.encode(pl.Series(values)).tolist() == [2, 3, MISSING]


def test_columns_of_polars_own_kinds() -> None:
    values = pl.Series(["x", "y", "x"])
    for kind in (pl.Categorical(), pl.Enum(["x", "y"])):
        assert CategoryEncoder.fit(values.cast(kind)).encode(values).tolist() == [2, 3, 2]
    assert CategoryEncoder.fit(pl.Series([True, True, False])).labels == ("true", "false")


def test_rare_categories_may_be_left_out() -> None:
    encoder = CategoryEncoder.fit(pl.Series(["a", "a", "b", "c"]), most=2)
    assert encoder.encode(pl.Series(["a", "b", "c"])).tolist() == [2, 3, UNSEEN]


def test_nothing_known_at_all() -> None:
    encoder = CategoryEncoder.fit(pl.Series([None, None], dtype=pl.String))
    assert encoder.encode(pl.Series(["a", None])).tolist() == [UNSEEN, MISSING]


def test_wrong_states_and_codes_are_refused() -> None:
    with pytest.raises(ConfigError, match="format"):
        CategoryEncoder.from_dict({"format": 9, "labels": []})
    with pytest.raises(ConfigError, match="encoder"):
        CategoryEncoder.from_dict({"format": 1, "labels": [1]})
    with pytest.raises(ConfigError, match="differ"):
        CategoryEncoder(("a", "a"))
    with pytest.raises(ConfigError, match="from 0 to 2"):
        CategoryEncoder(("a",)).decode(np.array([3]))
    with pytest.raises(ConfigError, match="at least one"):
        CategoryEncoder.fit(pl.Series(["a"]), most=0)
