from dataclasses import replace

import numpy as np
import torch

from foresale.core.panel import Covariate, Panel
from foresale.data.synthetic import ShopConfig, shop
from foresale.forecasting.covariates import CovariateEffects
from foresale.training.inputs import InputSpec
from foresale.training.windows import Windows

HORIZON, PERIODS, ITEMS = 14, 300, 20


def promoted(*, late: int) -> Panel:
    """Sales that a promotion doubles, of items whose first `late` periods are unknown."""
    generator = np.random.default_rng(0)
    promotion = (generator.random((ITEMS, PERIODS)) < 0.2).astype(np.float32)
    sales = (50 * 2**promotion * generator.lognormal(0, 0.05, (ITEMS, PERIODS))).astype(np.float32)
    sales[:, :late] = np.nan
    made = shop(items=ITEMS, periods=PERIODS, config=ShopConfig(launches=0, stockouts=0.0))
    covariates = {"promotion": Covariate("promotion", "known", promotion.ravel())}
    return replace(made, sales=sales.ravel(), covariates=covariates)


def windows(panel: Panel, *, context: int) -> Windows:
    spec = replace(InputSpec.fit(panel, calendar=False), lags=(), statics=())
    return Windows(panel, spec, context=context, horizon=HORIZON)


def test_periods_before_there_were_sales_teach_nothing() -> None:
    panel = promoted(late=0)
    (near,), (far,) = (
        CovariateEffects.candidates(windows(panel, context=context), horizon=HORIZON) for context in (PERIODS, 900)
    )
    assert near.strength == far.strength
    assert torch.allclose(near.prior, far.prior, atol=1e-5)
    assert 0.5 < float(near.prior[0, 0]) < 0.8


def test_effects_of_late_items_are_those_they_have_with_earlier_ones_beside_them() -> None:
    early, late = promoted(late=0), promoted(late=200)
    effects = CovariateEffects.candidates(windows(early, context=PERIODS), horizon=HORIZON)[0]
    sales = np.where(np.arange(ITEMS).repeat(PERIODS) == 0, early.sales, late.sales)
    both = replace(late, sales=sales)
    every = np.arange(ITEMS)
    alone, beside = (
        effects.of(windows(panel, context=PERIODS).batch(every, panel.history - HORIZON))[1] for panel in (late, both)
    )
    assert torch.allclose(alone[1:], beside[1:], atol=1e-5)
    assert not torch.allclose(alone[0], beside[0], atol=1e-4)
