"""Orders are decided once: the first order of a replay is the order of the plan that would be made that day."""

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from hypothesis import Phase, given, settings, strategies as st

from foresale.core.forecast import Forecast
from foresale.core.frequency import Frequency
from foresale.core.panel import Panel
from foresale.inventory.numeric import Numbers
from foresale.inventory.planning.options import PlanOptions
from foresale.inventory.policies.registry import NAMES, policy_named
from foresale.inventory.policies.situation import Policy, Situation
from foresale.workflows.plan import plan
from foresale.workflows.simulate import SimulateOptions, simulate

ITEMS = 4
BEFORE, AFTER = 60, 40
TODAY = np.datetime64("2026-03-02", "D")


@dataclass(frozen=True)
class Fixed:
    """Forecasts that were drawn before, however far ahead they are asked for."""

    quantiles: np.ndarray
    name: str = "fixed"

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        return Forecast.of(panel, self.quantiles[:, :horizon], model=self.name)


@dataclass(frozen=True)
class Spy:
    """A policy whose first orders are written down."""

    policy: Policy
    seen: list[Numbers] = field(default_factory=list)

    def wanted(self, now: Situation) -> Numbers:
        wanted = self.policy.wanted(now)
        if now.step == 0 and now.followed:
            self.seen.append(now.in_packs(now.wanted_by(self.policy))[:, 0])
        return wanted


def sales(rng: np.random.Generator, frequency: Frequency, periods: int) -> Panel:
    length = BEFORE + periods
    start = int(frequency.index(np.array([TODAY]))[0]) - BEFORE
    frame = pl.DataFrame({"item_id": [f"i{number}" for number in range(ITEMS)]})
    return Panel(
        frequency,
        frame,
        np.full(ITEMS, start),
        np.arange(ITEMS + 1) * length,
        np.full(ITEMS, length),
        rng.gamma(2, 2, ITEMS * length).astype(np.float32) + np.float32(0.01),
    )


def stock_and_terms(rng: np.random.Generator, unit: int) -> pl.DataFrame:
    """Stock, open orders and terms, all drawn; times in periods of so many days."""
    some = lambda values: pl.Series(rng.choice(values, ITEMS))  # noqa: E731
    ends = [None, *(str(TODAY + unit * int(rng.integers(1, 25))) for _ in range(ITEMS - 1))]
    return pl.DataFrame(
        {
            "item_id": [f"i{number}" for number in range(ITEMS)],
            "on_hand": some([0.0, 7.0, 30.0, 200.0]),
            "on_order": some([0.0, 12.0]),
            "due": [str(TODAY + unit * int(rng.integers(0, 9))) for _ in range(ITEMS)],
            "backorders": some([0.0, 0.0, 9.0]),
            "lead_time": some([1.0, 3.0, 6.0]) * unit,
            "lead_time_sd": some([0.0, 0.0, 2.0]) * unit,
            "review_period": some([1.0, 4.0, 7.0]) * unit,
            "shelf_life": pl.Series([None, *(unit * float(rng.choice([1, 2, 4, 9])) for _ in range(ITEMS - 1))]),
            "pack": some([1.0, 6.0, 0.5]),
            "moq": some([0.0, 24.0]),
            "cost": rng.uniform(1, 5, ITEMS),
            "price": rng.uniform(6, 9, ITEMS),
            "salvage": some([0.0, 0.5]),
            "order_cost": some([0.0, 4.0]),
            "cycle_service": pl.Series([0.9, None, 0.98, None]),
            "season_end": ends if rng.integers(2) else [None] * ITEMS,
        }
    )


@settings(max_examples=12, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    policy=st.sampled_from(NAMES),
    seed=st.integers(0, 100_000),
    lost=st.booleans(),
    weekly=st.booleans(),
    every=st.sampled_from([1, 7]),
)
def test_the_first_order_of_a_replay_is_the_order_of_the_plan(policy, seed, lost, weekly, every):
    rng = np.random.default_rng(seed)
    frequency, periods = Frequency.parse("W" if weekly else "D"), 3
    panel = sales(rng, frequency, periods)
    stock = stock_and_terms(rng, 7 if weekly else 1)
    steps = np.sort(rng.gamma(0.7, 6, (ITEMS, 400, 21)), axis=2) * rng.integers(0, 3, (ITEMS, 400, 1))
    model = Fixed(np.asarray(steps, np.float32))
    options = PlanOptions(policy=policy, lost=lost, paths=60, seed=seed)
    planned = plan(panel.back(periods), stock=stock, model=model, horizon=8, options=options).lines.asked
    spy = Spy(policy_named(policy))
    days = SimulateOptions(
        TODAY, periods=periods, policies=(spy,), every=every, lost=lost, paths=60, seed=seed, equal_service=False
    )
    simulate(panel, options=days, stock=stock, models=model)
    np.testing.assert_allclose(np.concatenate(spy.seen), planned, rtol=1e-6)
