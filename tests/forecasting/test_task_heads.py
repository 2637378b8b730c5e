from dataclasses import replace

import numpy as np
import pytest
import torch

from foresale.core.errors import ConfigError, ModelError
from foresale.core.forecast import LEVELS
from foresale.core.frequency import Frequency
from foresale.core.panel import Panel
from foresale.data.synthetic import ShopConfig, shop
from foresale.forecasting.pretrained import PretrainedForecaster, Specialist
from foresale.forecasting.task_heads import TaskLearner
from foresale.models.network import Network, NetworkConfig
from foresale.models.tasks import Task
from foresale.training.finetune.options import FinetuneOptions
from foresale.training.pretrain.options import LAGS, PATCH

HORIZON = 14
OPTIONS = FinetuneOptions("head", steps=150, batch=32, pool=500, validated=100, rate=0.02, precision="float32")
TASKS = [Task("total"), Task("blocks", block=7), Task("sale"), Task("peak"), Task("mean"),
         Task("mean", loss="tweedie"), Task("mean", loss="negative-binomial")]  # fmt: skip


def start() -> PretrainedForecaster:
    torch.manual_seed(0)
    network = Network(NetworkConfig("lstm", LEVELS, patch=PATCH["day"], width=16, lags=2, dropout=0.0)).eval()
    return PretrainedForecaster({"day": Specialist((network,), context=56, lags=LAGS["day"])})


def panel(items: int = 40, periods: int = 200) -> tuple[Panel, np.ndarray]:
    """Counts that are mostly zero but on Saturdays of a weekly rhythm, the levels differing; and the last two weeks."""
    generator = np.random.default_rng(0)
    made = shop(items=items, periods=periods, config=ShopConfig(launches=0, stockouts=0.0))
    rhythm = np.where(np.arange(periods) % 7 == 5, 4.0, 0.4)
    sales = generator.poisson(np.linspace(0.5, 3, items)[:, None] * rhythm).astype(np.float32)
    return replace(made, sales=sales.ravel(), covariates={}).back(HORIZON), sales[:, -HORIZON:]


@pytest.mark.parametrize("task", TASKS, ids=lambda task: f"{task.target}-{task.loss}")
def test_each_task_learns_what_an_untaught_network_does_not_know(task: Task) -> None:
    sales, actual = panel()
    options = replace(OPTIONS, steps=400, rate=0.05, patience=20) if task.target == "sale" else OPTIONS
    found = TaskLearner(start(), task, options).fit(sales, horizon=HORIZON)
    assert found.heads[0].after < 0.95 * found.heads[0].before
    answer = found.answer(sales)
    assert answer.shape == (40, *task.outputs(horizon=HORIZON, levels=21))
    assert np.isfinite(answer).all()
    assert (answer >= 0).all()
    saturdays = np.flatnonzero(actual.mean(axis=0) > 3)
    others = np.setdiff1d(np.arange(HORIZON), saturdays)
    if task.target in {"sale", "peak", "mean"}:
        assert answer[:, saturdays].mean() > 1.25 * answer[:, others].mean()
    else:
        blocks = actual.reshape(40, answer.shape[1], -1).sum(axis=2)
        below = (blocks[..., None] <= answer).mean(axis=(0, 1))
        assert abs(below[10] - 0.5) < 0.3
        assert below[-2] > below[2]
        assert (np.diff(answer, axis=2) >= 0).all()


def test_an_answer_as_a_table() -> None:
    sales, _ = panel(items=3)
    options = replace(OPTIONS, steps=1)
    chances = TaskLearner(start(), Task("sale"), options).fit(sales, horizon=7)
    frame = chances.to_frame(sales)
    assert frame.columns == ["item_id", "period", "sale"]
    assert np.array_equal(frame["sale"].to_numpy(), chances.answer(sales).ravel())
    weeks = TaskLearner(start(), Task("blocks"), options).fit(sales, horizon=14).to_frame(sales)
    assert weeks.shape == (6, 23)
    assert weeks["item_id"].n_unique() == 3


def test_the_chances_of_the_peak_add_up_to_one() -> None:
    sales, _ = panel(items=6)
    answer = TaskLearner(start(), Task("peak"), replace(OPTIONS, steps=5)).fit(sales, horizon=HORIZON).answer(sales)
    assert np.allclose(answer.sum(axis=1), 1, atol=1e-5)


def test_the_backbone_stays_as_it_is_and_an_untaught_total_is_the_sum_of_the_quantiles() -> None:
    sales, _ = panel(items=6)
    zero = start()
    raw = zero.forecast(sales, horizon=HORIZON).quantiles
    options = replace(OPTIONS, steps=1, rate=1e-12)
    answer = TaskLearner(zero, Task("total"), options).fit(sales, horizon=HORIZON).answer(sales)
    assert np.array_equal(zero.forecast(sales, horizon=HORIZON).quantiles, raw)
    clear = (raw > 0).all(axis=(1, 2))
    assert np.allclose(answer[clear, 0], raw[clear].sum(axis=1), rtol=1e-3)


def test_the_future_moves_nothing() -> None:
    sales, _ = panel(items=6)
    rows = sales.positions >= np.repeat(sales.back(30).history, sales.lengths)
    changed = replace(sales, sales=np.where(rows & sales.is_history, sales.sales * 9 + 7, sales.sales))
    learner = TaskLearner(start(), Task("mean"), replace(OPTIONS, steps=5))
    one, two = (learner.fit(p, horizon=7).answer(p) for p in (sales.back(30), changed.back(30)))
    assert np.array_equal(one, two)


def test_what_cannot_be_is_said() -> None:
    sales, _ = panel(items=4)
    with pytest.raises(ConfigError, match="unknown target"):
        Task("median")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="unknown loss"):
        Task("mean", loss="poisson")  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match="at least one period, not 0"):
        Task("blocks", block=0)
    learner = TaskLearner(start(), Task("blocks", block=5), replace(OPTIONS, steps=1))
    with pytest.raises(ConfigError, match="not whole blocks"):
        learner.fit(sales, horizon=HORIZON)
    with pytest.raises(ConfigError, match="at least one period"):
        learner.fit(sales, horizon=0)
    taught = learner.fit(sales, horizon=10)
    with pytest.raises(ModelError, match="taught on daily"):
        taught.answer(replace(sales, frequency=Frequency.parse("W")))
