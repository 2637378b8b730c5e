"""Cuts in time hide what came later, and only that."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, strategies as st

from foresale.backtesting.split import RollingOrigin, split_by_date, split_by_periods, until
from foresale.core.errors import ConfigError, DataError
from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel

FIRST_DAY = 19723  # 2024-01-01


def shop(lengths: list[int], *, starts: list[int] | None = None, future: int = 0) -> Panel:
    """Items whose sales are 0, 1, 2, … with one known and one past covariate."""
    rows = np.array(lengths) + future
    offsets = np.concatenate([[0], np.cumsum(rows)])
    sales = np.concatenate([[*range(length), *[np.nan] * future] for length in lengths]).astype(np.float32)
    price = np.arange(offsets[-1], dtype=np.float32)
    views = np.where(np.isnan(sales), np.nan, 1).astype(np.float32)
    return Panel(
        Frequency("day"),
        pl.DataFrame({"item_id": [f"i{number}" for number in range(len(lengths))]}),
        starts=FIRST_DAY + np.array(starts or [0] * len(lengths)),
        offsets=offsets,
        history=np.array(lengths),
        sales=sales,
        covariates={"price": Covariate("price", "known", price), "views": Covariate("views", "past", views)},
    )


def test_windows_go_from_the_oldest_to_the_newest_and_do_not_overlap() -> None:
    windows = list(RollingOrigin(7, windows=3).split(shop([60])))
    assert [int(w.panel.history[0]) for w in windows] == [39, 46, 53]
    assert [w.actual[0].tolist() for w in windows] == [list(range(s, s + 7)) for s in (39, 46, 53)]
    assert str(windows[-1].cutoff)[:10] == "2024-02-22"


def test_a_window_hides_later_sales_and_past_covariates_and_keeps_known_ones() -> None:
    panel = shop([40, 40], future=5)
    for window in RollingOrigin(5, windows=2).split(panel):
        later = ~window.panel.is_history
        assert np.isnan(window.panel.sales[later]).all()
        assert np.isnan(window.panel.covariates["views"].values[later]).all()
        assert (window.panel.covariates["price"].values == panel.covariates["price"].values).all()
        assert np.isfinite(window.actual).all()


def test_items_are_cut_at_the_same_moment_even_if_they_end_at_different_ones() -> None:
    panel = shop([60, 50, 20], starts=[0, 0, 35])
    (window,) = RollingOrigin(7, windows=1).split(panel)
    assert (window.panel.cutoffs <= FIRST_DAY + 52).all()
    assert window.panel.history.tolist() == [53, 50, 18]
    assert np.isfinite(window.actual).sum(axis=1).tolist() == [7, 0, 2]
    (own,) = RollingOrigin(7, windows=1, align="item").split(panel)
    assert own.panel.history.tolist() == [53, 43, 13]
    assert np.isfinite(own.actual).all()


def test_items_that_begin_after_the_cutoff_are_left_out_and_positions_say_which() -> None:
    (window,) = RollingOrigin(7, windows=1).split(shop([5, 60], starts=[55, 0]))
    assert window.positions.tolist() == [1]
    assert window.actual.shape == (1, 7)


def test_a_short_history_gives_fewer_windows_and_a_shorter_one_an_error_with_the_cure() -> None:
    assert RollingOrigin(10, windows=5).possible(shop([40])) == 3
    with pytest.raises(DataError, match=r"needs 18 periods.*shorter"):
        list(RollingOrigin(10).split(shop([17, 3])))
    assert len(list(RollingOrigin(10).split(shop([18, 3])))) == 1


@pytest.mark.parametrize("wrong", [{"horizon": 0}, {"horizon": 3, "windows": 0}, {"horizon": 3, "step": 0}])
def test_settings_that_cannot_be_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match="at least 1"):
        RollingOrigin(**wrong)


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 30)), min_size=1, max_size=5), st.integers(0, 70))
def test_until_keeps_exactly_what_was_known_by_then(items, day) -> None:
    panel = shop([length for length, _ in items], starts=[start for _, start in items])
    moment = np.datetime64("2024-01-01") + day
    before = panel.to_frame().filter(pl.col("timestamp") <= moment)
    if before.is_empty():
        with pytest.raises(DataError, match="without history"):
            until(panel, moment)
    else:
        assert until(panel, moment).to_frame().drop("views", "price").equals(before.drop("views", "price"))


def test_split_by_periods_and_by_date_agree() -> None:
    panel = shop([30, 25], starts=[0, 5])
    parts = split_by_periods(panel, validation=5, test=10)
    same = split_by_date(panel, train_until="2024-01-15", validation_until="2024-01-20")
    for name, days in (("train", 15), ("validation", 20), ("test", 30)):
        assert getattr(parts, name).history.tolist() == [days, days - 5]
        assert getattr(same, name).history.tolist() == [days, days - 5]


def test_splits_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ConfigError, match="before"):
        split_by_date(shop([30]), train_until="2024-01-20", validation_until="2024-01-15")
    with pytest.raises(ConfigError, match="at least one period"):
        split_by_periods(shop([30]), validation=0, test=5)
