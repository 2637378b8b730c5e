"""No feature sees the future: changing what comes later moves nothing before."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foresale.core.panel import Panel, Values
from foresale.features.lags import lag_features
from foresale.features.prices import PriceConfig, price_features
from foresale.features.scale import scale

LENGTHS = st.lists(st.integers(1, 40), min_size=1, max_size=5)


def _with_future_changed(panel: Panel, seed: int) -> Panel:
    """The panel with other sales and past covariates after every cutoff, as a careless caller might leave them."""
    random = np.random.default_rng(seed)

    def changed(values: Values) -> Values:
        other = values.copy()
        other[~panel.is_history] = random.uniform(-1e6, 1e6, int((~panel.is_history).sum()))
        return other

    covariates = {
        name: covariate if covariate.role == "known" else replace(covariate, values=changed(covariate.values))
        for name, covariate in panel.covariates.items()
    }
    return replace(panel, sales=changed(panel.sales), covariates=covariates)


def _same(before: dict[str, Values], after: dict[str, Values], rows: np.ndarray | slice) -> None:
    assert before.keys() == after.keys()
    for name in before:
        np.testing.assert_array_equal(before[name][rows], after[name][rows], err_msg=name)


@settings(max_examples=30, deadline=None)
@given(lengths=LENGTHS, seed=st.integers(0, 1000), horizon=st.integers(1, 4))
def test_nothing_in_history_or_horizon_moves(make_panel, lengths: list[int], seed: int, horizon: int) -> None:  # type: ignore[no-untyped-def]
    panel = make_panel(lengths, seed=seed, future=horizon)
    other = _with_future_changed(panel, seed)
    options = {"lags": [horizon, horizon + 6], "windows": [2, 7], "horizon_gap": horizon}
    everywhere = slice(None)
    _same(lag_features(panel, **options), lag_features(other, **options), everywhere)
    config = PriceConfig(window=7, horizon_gap=horizon, category="shelf")
    _same(price_features(panel, config), price_features(other, config), everywhere)
    for kind in ("standard", "minmax", "robust", "arcsinh"):
        for per_item in (True, False):
            (scaled, state), (changed, moved) = (
                scale(one.sales, one, kind=kind, per_item=per_item) for one in (panel, other)
            )
            assert state.to_dict() == moved.to_dict()
            np.testing.assert_array_equal(scaled[panel.is_history], changed[panel.is_history])


@pytest.mark.parametrize("gap", [1, 3, 14])
@settings(max_examples=20, deadline=None)
@given(lengths=LENGTHS, seed=st.integers(0, 1000), share=st.floats(0, 1))
def test_a_row_sees_only_what_is_older_than_the_gap(
    make_panel, gap: int, lengths: list[int], seed: int, share: float
) -> None:  # type: ignore[no-untyped-def]
    panel = make_panel(lengths, seed=seed)
    late = panel.positions >= np.repeat((share * panel.lengths).astype(np.int64), panel.lengths)
    sales = np.where(late & panel.is_history, panel.sales * 3 + 1, panel.sales).astype(np.float32)
    deals = panel.covariates["deal_seen"]
    turned = np.where(late & panel.is_history, 1 - deals.values, deals.values).astype(np.float32)
    other = replace(
        panel, sales=sales, covariates=dict(panel.covariates) | {"deal_seen": replace(deals, values=turned)}
    )
    first = np.repeat((share * panel.lengths).astype(np.int64), panel.lengths)
    early = panel.positions < first + gap
    options = {"lags": [gap], "windows": [3], "horizon_gap": gap}
    _same(lag_features(panel, **options), lag_features(other, **options), early)
    config = PriceConfig(window=5, horizon_gap=gap)
    _same(price_features(panel, config), price_features(other, config), early)


def test_the_test_would_notice_a_leak(make_panel) -> None:  # type: ignore[no-untyped-def]
    panel = make_panel([30], future=3)
    other = _with_future_changed(panel, 1)
    near = {"lags": [1], "windows": [2], "horizon_gap": 1}
    with pytest.raises(AssertionError):
        _same(lag_features(panel, **near), lag_features(other, **near), slice(None))


def test_known_prices_do_not_look_ahead_either(make_panel) -> None:  # type: ignore[no-untyped-def]
    panel = make_panel([50, 20])
    price = panel.covariates["sell_price"]
    late = panel.positions >= 15
    other = replace(
        panel,
        covariates=dict(panel.covariates)
        | {"sell_price": replace(price, values=np.where(late, price.values + 1, price.values).astype(np.float32))},
    )
    config = PriceConfig(window=5, category="shelf")
    names = [name for name in price_features(panel, config) if name.startswith("sell_price")]
    before, after = ({name: price_features(one, config)[name] for name in names} for one in (panel, other))
    late_somewhere = np.repeat(panel.starts, panel.lengths) + panel.positions >= panel.starts.min() + 15
    _same(before, after, ~late & ~late_somewhere)
