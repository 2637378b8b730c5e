from dataclasses import replace

import numpy as np
import pytest
import torch

from foresale.core.errors import ConfigError, DataError, ModelError, TooShortError
from foresale.core.forecast import LEVELS
from foresale.core.frequency import Frequency
from foresale.core.panel import Covariate, Panel
from foresale.data.synthetic import ShopConfig, shop
from foresale.forecasting.finetuned import FinetuneLearner
from foresale.forecasting.pretrained import PretrainedForecaster, Specialist
from foresale.models.network import NetworkModule
from foresale.networks.config import NetworkConfig
from foresale.networks.tuning import METHODS, Method, Tuning
from foresale.training.finetune.options import FinetuneOptions
from foresale.training.pretrain.options import LAGS, PATCH

HORIZON = 14
SMALL = FinetuneOptions(steps=6, batch=8, validate_every=3, validated=10, pool=40, precision="float32")


def start(members: int = 1) -> PretrainedForecaster:
    networks = []
    for seed in range(members):
        torch.manual_seed(seed)
        config = NetworkConfig("lstm", LEVELS, patch=PATCH["day"], width=16, lags=2, dropout=0.0)
        networks.append(NetworkModule(config).learnt())
    specialist = Specialist(tuple(networks), context=56, lags=LAGS["day"])
    return PretrainedForecaster({"day": specialist})


@pytest.fixture(scope="module")
def panel() -> Panel:
    return shop(items=12, periods=300, seed=8, config=ShopConfig(future=20, launches=0, stockouts=0.0))


def unlearnt(tuning: Tuning) -> Tuning:
    """What was learnt, with zeros for all that is added."""
    parts = {name: part * 0 for name, part in tuning.change.parts.items()}
    inputs = tuning.inputs
    if inputs is not None:
        inputs = replace(inputs, weights={name: weight * 0 for name, weight in inputs.weights.items()})
    return Tuning(replace(tuning.change, parts=parts), inputs)


@pytest.mark.parametrize("method", METHODS)
def test_where_nothing_is_learnt_the_forecast_is_that_of_the_start(panel: Panel, method: Method) -> None:
    zero = start(members=2)
    tuned = FinetuneLearner(zero, replace(SMALL, method=method, steps=1)).fit(panel, horizon=HORIZON)
    fresh = replace(tuned, tuned=tuple(replace(t, tuning=unlearnt(t.tuning)) for t in tuned.tuned))
    assert tuned.view.inputs is not None
    one, two = (model.forecast(panel, horizon=HORIZON) for model in (zero, fresh))
    assert np.array_equal(one.quantiles, two.quantiles)


@pytest.mark.parametrize("method", METHODS)
def test_it_is_never_worse_on_the_validation_windows_than_the_start(panel: Panel, method: Method) -> None:
    tuned = FinetuneLearner(start(), replace(SMALL, method=method, rate=0.3)).fit(panel, horizon=HORIZON)
    assert all(member.after <= member.before for member in tuned.tuned)


def test_the_same_seed_gives_the_same_forecast_and_the_network_it_began_with_stays(panel: Panel) -> None:
    zero = start()
    before = zero.forecast(panel, horizon=HORIZON).quantiles
    options = replace(SMALL, steps=12, method="full", rate=0.01)
    one, two = (FinetuneLearner(zero, options).fit(panel, horizon=HORIZON) for _ in range(2))
    assert one.tuned[0].share > 0
    first = one.forecast(panel, horizon=HORIZON).quantiles
    assert np.array_equal(first, two.forecast(panel, horizon=HORIZON).quantiles)
    assert not np.allclose(first, before)
    assert np.array_equal(zero.forecast(panel, horizon=HORIZON).quantiles, before)


def test_renewed_it_goes_on_from_where_it_was_for_fewer_steps(panel: Panel) -> None:
    learner = FinetuneLearner(start(), replace(SMALL, steps=30, rate=0.01))
    earlier = learner.fit(panel.back(HORIZON), horizon=HORIZON)
    assert earlier.tuned[0].share > 0

    renewed = learner.renew(earlier, panel, horizon=HORIZON)

    assert renewed.to_frame()["step"].max() <= 10
    assert renewed.tuned[0].after <= renewed.tuned[0].before
    assert np.isfinite(renewed.forecast(panel, horizon=HORIZON).quantiles).all()


def test_a_network_that_nothing_made_better_stays_as_it_came(panel: Panel) -> None:
    learner = FinetuneLearner(start(), replace(SMALL, steps=1))
    earlier = learner.fit(panel.back(HORIZON), horizon=HORIZON)
    untouched = replace(earlier, tuned=tuple(replace(t, share=0.0) for t in earlier.tuned))

    assert learner.renew(untouched, panel, horizon=HORIZON).tuned == untouched.tuned


def test_learning_leaves_the_global_randomness_alone(panel: Panel) -> None:
    zero = start()
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    FinetuneLearner(zero, SMALL).fit(panel, horizon=HORIZON)
    assert torch.equal(torch.rand(3), expected)


def test_the_future_moves_nothing(panel: Panel) -> None:
    past = panel.back(30)
    rows = panel.positions >= np.repeat(past.history, panel.lengths)
    sales = np.where(rows & panel.is_history, panel.sales * 9 + 7, panel.sales).astype(np.float32)
    changed = replace(panel, sales=sales).back(30)
    learner = FinetuneLearner(start(), replace(SMALL, rate=0.02))
    one, two = (learner.fit(p, horizon=HORIZON).forecast(p, horizon=HORIZON).quantiles for p in (past, changed))
    assert np.array_equal(one, two)


def test_it_forecasts_other_times_other_panels_and_odd_items(panel: Panel) -> None:
    tuned = FinetuneLearner(start(), SMALL).fit(panel.back(30), horizon=HORIZON)
    assert np.array_equal(tuned.forecast(panel, horizon=7).starts, panel.cutoffs + 1)
    assert "less sure" in " ".join(tuned.forecast(panel.back(60), horizon=20).notes)
    sales = panel.sales.copy()
    sales[panel.rows(2)] = np.nan
    odd = replace(panel, sales=sales, items=panel.items.drop("category"))
    assert list(tuned.forecast(odd, horizon=HORIZON).fallbacks) == [str(panel.items["item_id"][2])]


@pytest.mark.slow
def test_it_learns_what_zero_shot_cannot_know() -> None:
    """Every third item sells double on promotion, the others half: only its static column tells which."""
    generator = np.random.default_rng(0)
    items, periods = 60, 300
    made = shop(items=items, periods=periods, config=ShopConfig(launches=0, stockouts=0.0))
    kind = np.arange(items) % 3 == 0
    promotion = (generator.random((items, periods)) < 0.2).astype(np.float32)
    strength = np.where(kind, 2.0, 0.5)[:, None]
    sales = 50 * strength**promotion * generator.lognormal(0, 0.1, (items, periods))
    covariates = {"promotion": Covariate("promotion", "known", promotion.ravel())}
    frame = made.items.select("item_id").with_columns(kind=np.where(kind, "up", "down"))
    panel = replace(made, items=frame, sales=sales.astype(np.float32).ravel(), covariates=covariates).back(HORIZON)
    zero = start()
    options = FinetuneOptions(method="lora", steps=150, batch=32, rate=0.02, precision="float32")
    learner = FinetuneLearner(zero, options)
    actual = sales[:, -HORIZON:]
    errors = [
        np.abs(model.forecast(panel, horizon=HORIZON).median - actual).mean()
        for model in (zero, learner.fit(panel, horizon=HORIZON))
    ]
    assert errors[1] < 0.7 * errors[0]


def short_of_stock(periods: int = 200) -> tuple[Panel, np.ndarray]:
    """Demand of about 20 a day, of which on half of the days only 10 could be sold; and the demand."""
    generator = np.random.default_rng(0)
    made = shop(items=30, periods=periods, config=ShopConfig(launches=0, stockouts=0.0))
    demand = generator.poisson(20, (30, periods)).astype(np.float32)
    short = generator.random((30, periods)) < 0.5
    sales = np.where(short, np.minimum(demand, 10), demand)
    available = np.where(short, 0.5, 1.0).astype(np.float32)
    return replace(made, sales=sales.ravel(), available=available.ravel(), covariates={}).back(HORIZON), demand


@pytest.mark.slow
def test_censored_sales_do_not_pull_the_forecast_down() -> None:
    panel, demand = short_of_stock()
    options = FinetuneOptions("full", steps=120, batch=32, rate=5e-3, precision="float32", adapters=False, patience=9)
    hidden = replace(panel, sales=np.where(panel.available < 1, np.float32(np.nan), panel.sales))
    naive = FinetuneLearner(start(), options).fit(panel, horizon=HORIZON).forecast(panel, horizon=HORIZON)
    tuned = FinetuneLearner(start(), replace(options, censored=True)).fit(panel, horizon=HORIZON)
    assert demand.mean() - naive.median.mean() > 3
    assert abs(demand.mean() - tuned.forecast(hidden, horizon=HORIZON).median.mean()) < 1.5


def test_items_that_are_worth_nothing_teach_nothing(panel: Panel) -> None:
    """With the same seed, what items of no value sold can be anything."""
    worth = np.arange(len(panel)) % 2
    frame = panel.items.select("item_id").with_columns(worth=worth)
    plain = replace(panel, items=frame, covariates={})
    noise = np.random.default_rng(0).poisson(30, panel.sales.size).astype(np.float32)
    idle = np.repeat(worth == 0, panel.lengths) & panel.is_history
    other = replace(plain, sales=np.where(idle, noise, plain.sales))
    options = replace(SMALL, method="full", value="worth", adapters=False, steps=12, rate=0.01)
    zero = start()
    one, two = (FinetuneLearner(zero, options).fit(p, horizon=HORIZON) for p in (plain, other))
    assert one.tuned[0].share > 0
    items = np.flatnonzero(worth)
    first, second = (tuned.forecast(plain.select(items), horizon=HORIZON).quantiles for tuned in (one, two))
    assert np.allclose(first, second, rtol=0.02, atol=0.05)
    with pytest.raises(ConfigError, match="no column or covariate 'margin'"):
        FinetuneLearner(zero, replace(options, value="margin")).fit(plain, horizon=HORIZON)


def test_what_cannot_be_is_said(panel: Panel) -> None:
    learner = FinetuneLearner(start(), SMALL)
    with pytest.raises(ConfigError, match="at least one period"):
        learner.fit(panel, horizon=0)
    with pytest.raises(ModelError, match="no pre-trained network for periods of a week"):
        learner.fit(replace(panel, frequency=Frequency.parse("W")), horizon=HORIZON)
    with pytest.raises(TooShortError, match="shorter horizon"):
        learner.fit(panel.back(280), horizon=HORIZON)
    tuned = learner.fit(panel, horizon=HORIZON)
    with pytest.raises(ConfigError, match="at least one step"):
        tuned.forecast(panel, horizon=0)
    with pytest.raises(ModelError, match="fine-tuned on daily"):
        tuned.forecast(replace(panel, frequency=Frequency.parse("W")), horizon=HORIZON)
    with pytest.raises(DataError, match="known covariates end too early"):
        tuned.forecast(panel, horizon=21)
