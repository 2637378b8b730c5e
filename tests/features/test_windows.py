from dataclasses import fields, replace

import numpy as np
import pytest

from foresale.core.panel import Covariate, Panel
from foresale.data.synthetic import ShopConfig, shop
from foresale.features.inputs import InputSpec
from foresale.features.windows import Windows

CONTEXT, HORIZON = 28, 7


@pytest.fixture(scope="module")
def panel() -> Panel:
    made = shop(items=5, periods=420, seed=2, config=ShopConfig(launches=0))
    views = np.random.default_rng(0).normal(size=made.sales.size).astype(np.float32)
    return replace(made, covariates={**made.covariates, "views": Covariate("views", "past", views)})


def cut(panel: Panel) -> Windows:
    return Windows(panel, InputSpec.fit(panel), context=CONTEXT, horizon=HORIZON)


def test_windows_hold_what_a_loop_would_take(panel: Panel) -> None:
    windows = cut(panel)
    items, positions = np.array([0, 2, 4, 1]), np.array([30, 400, 5, 1])
    batch = windows.batch(items, positions)
    actual, known = windows.actual(items, positions)
    for row, (item, position) in enumerate(zip(items, positions, strict=True)):
        sales = panel.sales[panel.offsets[item] : panel.offsets[item + 1]]
        for step in range(CONTEXT):
            place = position - CONTEXT + step
            inside = place >= 0 and np.isfinite(sales[place])
            assert bool(batch.observed[row, step]) == inside
            assert batch.values[row, step].item() == (sales[place] if inside else 0)
        for step in range(HORIZON):
            place = position + step
            inside = place < len(sales) and np.isfinite(sales[place])
            assert bool(known[row, step]) == inside
            assert actual[row, step].item() == (sales[place] if inside else 0)


def test_lags_are_a_year_back_and_never_past_the_position(panel: Panel) -> None:
    windows = cut(panel)
    batch = windows.batch(np.array([3]), np.array([400]))
    sales = panel.sales[panel.offsets[3] : panel.offsets[4]]
    assert windows.spec.lags == (364,)
    for step in range(CONTEXT + HORIZON):
        place = 400 - CONTEXT + step - 364
        inside = place >= 0 and np.isfinite(sales[place])
        assert bool(batch.lags_observed[0, step, 0]) == inside
        assert batch.lags[0, step, 0].item() == (sales[place] if inside else 0)


def test_nothing_after_the_position_moves_a_window(panel: Panel) -> None:
    position = 380
    later = panel.positions >= position
    changed = {
        "views": replace(panel.covariates["views"], values=np.where(later, 1e6, panel.covariates["views"].values))
    }
    spec = InputSpec.fit(panel)
    other = replace(
        panel,
        sales=np.where(later & panel.is_history, panel.sales * 50 + 9, panel.sales).astype(np.float32),
        covariates={
            **panel.covariates,
            **{name: replace(c, values=c.values.astype(np.float32)) for name, c in changed.items()},
        },
    )
    # the scale of `views` within its item is taken over its history, so the histories are cut at the position first
    before, after = (replace(p, history=np.minimum(p.history, position)) for p in (panel, other))
    items, positions = np.arange(5), np.full(5, position)
    one = Windows(before, spec, context=CONTEXT, horizon=HORIZON).batch(items, positions)
    two = Windows(after, spec, context=CONTEXT, horizon=HORIZON).batch(items, positions)
    for field in fields(one):
        assert np.array_equal(getattr(one, field.name), getattr(two, field.name)), field.name


def test_known_covariates_reach_over_the_horizon(panel: Panel) -> None:
    windows = cut(panel)
    promotion = panel.covariates["promotion"].values
    batch = windows.batch(np.array([1]), np.array([100]))
    rows = slice(int(panel.offsets[1]) + 100 - CONTEXT, int(panel.offsets[1]) + 100 + HORIZON)
    names = [covariate.name for covariate in windows.spec.covariates if covariate.role == "known"]
    channel = sum(c.channels for c in windows.spec.covariates[: names.index("promotion")] if c.role == "known")
    assert batch.known[0, :, channel].tolist() == promotion[rows].tolist()


def test_numbers_are_told_against_their_mean_over_the_context(panel: Panel) -> None:
    price = panel.covariates["price"]
    dearer = replace(panel, covariates={**panel.covariates, "price": replace(price, values=price.values + 3)})
    spec = replace(
        InputSpec.fit(panel),
        covariates=tuple(
            replace(c, low=None, high=None) for c in InputSpec.fit(panel).covariates if c.name in {"price", "views"}
        ),
    )
    items, positions = np.arange(5), np.full(5, 200)
    windows = Windows(panel, spec, context=CONTEXT, horizon=HORIZON)
    batch = windows.batch(items, positions)
    assert np.allclose(batch.past.mean(axis=1), 0, atol=1e-5)
    relative = 0 if spec.covariates[0].role == "known" else 1
    other = Windows(dearer, spec, context=CONTEXT, horizon=HORIZON).batch(items, positions)
    assert np.allclose(batch.known[..., relative], other.known[..., relative], atol=1e-3)
