import json
from dataclasses import asdict, replace

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import DataError
from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel
from foresale.features.inputs import CovariateInput, InputSpec, StaticInput

NAN = np.nan


def panel(**covariates: Covariate) -> Panel:
    return Panel(
        frequency=Frequency.parse("D"),
        items=pl.DataFrame({"item_id": ["a", "b"], "shop": ["x", "y"], "size": [1.0, 3.0]}),
        starts=np.array([19_000, 19_002]),
        offsets=np.array([0, 5, 8]),
        history=np.array([4, 2]),
        sales=np.array([1, 2, 3, 4, NAN, 5, 6, NAN], np.float32),
        covariates=covariates,
    )


def known(values: list[float], categories: tuple[str, ...] = ()) -> Covariate:
    return Covariate("c", "known", np.array(values, np.float32), categories)


def test_a_flag_is_one_channel() -> None:
    shop = panel(c=known([0, 1, 0, 1, 1, 0, 0, 1]))
    found = CovariateInput.fit(shop.covariates["c"], shop)
    assert found.channels == 1
    assert found.encode(shop)[:, 0].tolist() == [0, 1, 0, 1, 1, 0, 0, 1]


def test_a_number_is_seen_beside_its_item_and_beside_all() -> None:
    shop = panel(c=known([10, 12, 10, 12, 14, 100, 104, 108]))
    found = CovariateInput.fit(shop.covariates["c"], shop)
    channels = found.encode(shop)
    assert found.channels == channels.shape[1] == 2
    # item a: mean 11, spread 1; item b: mean 102, spread 2; 108 was never seen and counts as the largest seen, 104
    assert channels[:, 0].tolist() == [-1, 1, -1, 1, 3, -1, 1, 1]
    assert channels[7].tolist() == channels[6].tolist()
    assert channels[5, 1] > channels[0, 1]


def test_unknown_values_are_zero_and_marked() -> None:
    shop = panel(c=known([10, NAN, 10, 12, NAN, 100, 104, 108]))
    found = CovariateInput.fit(shop.covariates["c"], shop)
    channels = found.encode(shop)
    assert found.channels == 3
    assert channels[1].tolist() == [0, 0, 1]
    assert channels[4].tolist() == [0, 0, 1]


def test_labels_are_channels_and_unseen_ones_are_none() -> None:
    shop = panel(c=known([0, 1, 1, 1, 0, 0, 1, 0], ("no", "yes")))
    found = CovariateInput.fit(shop.covariates["c"], shop)
    assert found.labels == ("yes", "no")
    other = panel(c=known([0, 1, 2, 2, 0, 0, 1, 0], ("maybe", "no", "yes")))
    assert found.encode(other)[:4].tolist() == [[0, 0], [0, 1], [1, 0], [1, 0]]


def test_the_future_has_no_say_in_how_a_covariate_is_scaled() -> None:
    values = [10, 12, 10, 12, 14, 100, 104, 108]
    shop = panel(c=known(values))
    later = panel(c=known([*values[:4], 9e5, *values[5:7], 9e5]))
    assert CovariateInput.fit(shop.covariates["c"], shop) == CovariateInput.fit(later.covariates["c"], later)
    spec = InputSpec.fit(shop)
    before, after = spec.encode(shop, horizon=1).known, spec.encode(later, horizon=1).known
    assert np.array_equal(before[shop.is_history], after[shop.is_history])


def test_a_covariate_that_is_hardly_known_is_left_out() -> None:
    shop = panel(c=known([NAN, NAN, NAN, NAN, 14, 100, 104, 108]), d=replace(known([1.0] * 8), name="d"))
    assert [covariate.name for covariate in InputSpec.fit(shop).covariates] == ["d"]


def test_a_covariate_that_is_lacking_is_named() -> None:
    shop = panel(c=known([0, 1, 0, 1, 1, 0, 0, 1]))
    spec = InputSpec.fit(shop)
    with pytest.raises(DataError, match="known covariate 'c'"):
        spec.encode(panel(), horizon=1)
    past = panel(c=replace(shop.covariates["c"], role="past"))
    with pytest.raises(DataError, match="in the future file"):
        spec.encode(past, horizon=1)


def test_statics_become_codes_or_numbers() -> None:
    items = pl.DataFrame({"shop": ["x", "y", "y", None, "y"], "size": [1.0, 2.0, 3.0, None, 2.0], "same": [1] * 5})
    shop = StaticInput.fit(items["shop"])
    size = StaticInput.fit(items["size"])
    assert shop is not None
    assert size is not None
    assert StaticInput.fit(items["same"]) is None
    assert shop.encode(items).tolist() == [2, 1, 1, 0, 1]
    assert np.allclose(size.encode(items), np.array([-1, 0, 1, 0, 0]) / size.spread)
    assert shop.encode(pl.DataFrame({"shop": ["new", "x"]})).tolist() == [0, 2]
    assert shop.encode(pl.DataFrame({"other": [1]})).tolist() == [0]


def test_text_where_there_were_numbers_is_refused_not_guessed() -> None:
    flag, text = panel(c=known([0, 1, 0, 1, 1, 0, 0, 1])), panel(c=known([0, 1, 0, 1, 1, 0, 0, 1], ("no", "yes")))
    with pytest.raises(DataError, match="trained with numbers in the covariate 'c', the data have text"):
        InputSpec.fit(flag).encode(text, horizon=1)
    with pytest.raises(DataError, match="trained with text"):
        InputSpec.fit(text).encode(flag, horizon=1)
    size = StaticInput.fit(pl.Series("size", [1.0, 2.0]))
    assert size is not None
    with pytest.raises(DataError, match=r"'size' is no number.*2 \(first at big\)"):
        size.encode(pl.DataFrame({"size": ["big", "3", "small", None]}))


def test_codes_read_as_floats_are_the_same_codes() -> None:
    shop = StaticInput.fit(pl.Series("shop", [7, 7, 9]))
    assert shop is not None
    assert shop.encode(pl.DataFrame({"shop": [9.0, 7.0, None, 8.0]})).tolist() == [2, 1, 0, 0]


def test_a_covariate_of_which_nothing_is_known_is_left_out_and_named() -> None:
    empty = panel(c=known([NAN, NAN, NAN, NAN, 9.5, NAN, NAN, 9.5]))
    spec = InputSpec.fit(empty)
    assert spec.covariates == ()
    assert spec.unread(empty) == ("c",)


def test_a_column_that_is_an_id_is_left_out() -> None:
    assert StaticInput.fit(pl.Series("barcode", [str(number) for number in range(50)])) is None


def test_without_covariates_and_calendar_only_sales_are_left() -> None:
    shop = panel(c=known([0, 1, 0, 1, 1, 0, 0, 1]))
    inputs = InputSpec.fit(shop, covariates=False, calendar=False).encode(shop, horizon=1)
    widths = (inputs.known, inputs.past, inputs.calendar, inputs.codes, inputs.numbers)
    assert [part.shape[1] for part in widths] == [0, 0, 0, 0, 0]


def test_a_spec_is_plain_json() -> None:
    shop = panel(c=known([0, 1, 0, 1, 1, 0, 0, 1]))
    assert json.loads(json.dumps(asdict(InputSpec.fit(shop))))["covariates"][0]["name"] == "c"
