"""Are the components of an explanation those that a simulated shop was made of?

A shop whose level, weekly and yearly seasons, festivals, price and promotions are known exactly is forecast over a
November, and the forecasts are explained. What was put in is told in the same units, by the same index
(`explain.structure.in_units`), so that a perfect explanation of a perfect forecast would be off by nothing.

    python benchmarks/explained_shops.py --items 200 --models truth,pretrained,lightgbm,auto
    python benchmarks/explained_shops.py --items 1000 --models auto --speed
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt
from measuring import report

from foresale.core.forecast import LEVELS, Forecast
from foresale.core.panel import Panel
from foresale.data.synthetic import PROMOTION, ShopConfig, SimulatedShop, simulate_shop
from foresale.explanations.explanation import Explanation
from foresale.explanations.structure import in_units
from foresale.workflows.explain import explain

HORIZON = 28
PERIODS = 1040  # 2022-01-01 to 2024-11-05: Double 11, Black Friday and Cyber Monday lie ahead
LEAST = 0.02
"""Share of the level below which there is no effect to recover."""
FEWEST_PROMOTIONS = 5
EFFECTS = ("weekly", "yearly", "festivals", "promotion and price", "price alone")
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Known:
    """What was put in over the horizon, in units [N, H], and by what factor promotions lift sales [N, H]."""

    effects: dict[str, Numbers]
    lift: Numbers
    level: Numbers
    promotions: npt.NDArray[np.int64]


def known_of(shop: SimulatedShop) -> Known:
    panel, truth = shop.panel, shop.truth
    rows = (panel.offsets[:-1] + panel.history)[:, None] + np.arange(HORIZON)
    last = (panel.offsets[:-1] + panel.history - 1)[:, None]
    lift = truth.promotion[rows].astype(np.float64) / usual_factor(panel, truth.promotion)[:, None]
    level = (truth.level * truth.trend * truth.promotion / np.where(truth.promotion > 0, truth.promotion, 1))[
        last[:, 0]
    ]
    level = level.astype(np.float64) * usual_factor(panel, truth.promotion)
    trend = truth.trend[rows].astype(np.float64) / truth.trend[last]
    factors = [trend, truth.weekly[rows], truth.yearly[rows], truth.event[rows]]
    logs = np.log(np.maximum(np.stack([np.asarray(factor, np.float64) for factor in factors], axis=2), 1e-9))
    units = in_units(logs, level)
    base = level[:, None] + units.sum(axis=2)
    effects = {"weekly": units[..., 1], "yearly": units[..., 2], "festivals": units[..., 3]}
    effects["promotion and price"] = base * (lift - 1)
    effects["price alone"] = effects["promotion and price"]
    spells = np.diff(panel.covariates[PROMOTION].values, prepend=0) > 0
    begun = np.bincount(panel.owners[spells & panel.is_history], minlength=len(panel))
    return Known(effects, lift, level, begun)


def usual_factor(panel: Panel, factor: npt.NDArray[np.float32]) -> Numbers:
    """The factor of the usual price: the median of the newest quarter of a year without a promotion."""
    off = panel.covariates[PROMOTION].values == 0
    recent = panel.is_history & (panel.positions >= np.repeat(panel.history - 91, panel.lengths)) & off
    return np.array(
        [
            np.median(factor[panel.offsets[i] : panel.offsets[i + 1]][recent[panel.offsets[i] : panel.offsets[i + 1]]])
            for i in range(len(panel))
        ]
    )


def found_of(explanation: Explanation) -> dict[str, Numbers]:
    kinds = {part.name: part.kind for part in explanation.components}

    def summed(*names: str) -> Numbers:
        places = [place for place, part in enumerate(explanation.components) if part.name in names]
        return explanation.ahead[..., places].sum(axis=2)

    festivals = summed(*(name for name, kind in kinds.items() if kind == "event"))
    return {
        "weekly": summed("weekly"),
        "yearly": summed("annual"),
        "festivals": festivals,
        "promotion and price": summed("promotion", "price"),
        "price alone": summed("price"),
    }


def error_of(found: Numbers, known: Numbers, level: Numbers) -> Numbers:
    """Relative errors of the items that have the effect: of all that was put in, the share that is off."""
    there = np.abs(known) > LEAST * level[:, None]
    size = (np.abs(known) * there).sum(axis=1)
    off = (np.abs(found - known) * there).sum(axis=1)
    has = size > 0
    return off[has] / size[has]


def rows_of(
    shop: SimulatedShop, model: str, explanation: Explanation, alone: Explanation, seconds: float
) -> Iterator[tuple[object, ...]]:
    known, found = known_of(shop), found_of(explanation)
    found["price alone"] = found_of(alone)["price alone"]
    for effect in EFFECTS:
        errors = error_of(found[effect], known.effects[effect], known.level)
        yield model, effect, errors.size, f"{np.median(errors):.0%}" if errors.size else "–", ""
    usual = explanation.baseline.sum(axis=1)[:, None]
    errors = error_of(usual, known.effects["festivals"].sum(axis=1, keepdims=True), known.level)
    yield model, "festivals, by what they did before", errors.size, f"{np.median(errors):.0%}", ""
    often = known.promotions >= FEWEST_PROMOTIONS
    on = (known.lift > 1.05) & often[:, None]
    without = explanation.values - found["promotion and price"]
    lift = explanation.values / np.maximum(without, 1e-9)
    off = [np.median(np.abs(lift[i, on[i]] / known.lift[i, on[i]] - 1)) for i in np.flatnonzero(on.any(axis=1))]
    within = f"{np.median(off):.0%}; {np.mean(np.array(off) <= 0.2):.0%} of items within 20 %" if off else "–"
    yield model, f"lift of promotions (≥ {FEWEST_PROMOTIONS} before)", len(off), within, ""
    gap = np.abs(explanation.ahead.sum(axis=2) - explanation.values).max() / explanation.values.max()
    yield model, "sum against the forecast", len(explanation.values), f"{gap:.0e}", f"{seconds:.0f}"


@dataclass(frozen=True)
class Oracle:
    """A forecaster that knows what the shop is made of: what is off with it is the explanation's own error."""

    shop: SimulatedShop
    elasticity: float = 2.0
    name: str = "truth"

    def forecast(self, panel: Panel, *, horizon: int) -> Forecast:
        """What will be demanded on average, by the price and the promotions of the panel."""
        rows = (panel.offsets[:-1] + panel.history)[:, None] + np.arange(horizon)
        expected = self.shop.truth.expected[rows].astype(np.float64)
        now, then = (
            {name: each.covariates[name].values[rows] for name in each.covariates if name in panel.covariates}
            for each in (panel, self.shop.panel)
        )
        if PROMOTION in now:
            expected = expected * 1.2 ** (now[PROMOTION] - then[PROMOTION])
        else:  # what promotions do goes by the price alone
            cut = 1.2 ** self.shop.panel.covariates[PROMOTION].values[rows]
            expected = expected * np.where(now["price"] == then["price"], 1, 1 / cut)
        expected = expected * (now["price"] / then["price"]) ** -self.elasticity
        return Forecast.of(panel, np.repeat(expected[..., None], len(LEVELS), axis=2), model=self.name)


def without_promotion(panel: Panel) -> Panel:
    return replace(panel, covariates={"price": panel.covariates["price"]})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=200)
    parser.add_argument("--models", default="truth,pretrained,lightgbm,auto")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--speed", action="store_true", help="only the time; learning and explaining together")
    arguments = parser.parse_args()
    config = ShopConfig(start=date(2022, 1, 1), future=HORIZON, launches=0, intermittent=0, stockouts=0)
    shop = simulate_shop(items=arguments.items, periods=PERIODS, seed=arguments.seed, config=config)
    rows: list[tuple[object, ...]] = []
    for model in arguments.models.split(","):
        began = time.perf_counter()
        chosen = Oracle(shop) if model == "truth" else model
        explanation = explain(shop.panel, horizon=HORIZON, model=chosen)
        seconds = time.perf_counter() - began
        if arguments.speed:
            rows.append((model, f"{arguments.items} items × {HORIZON} days", arguments.items, "", f"{seconds:.0f}"))
            continue
        alone = explain(without_promotion(shop.panel), horizon=HORIZON, model=chosen)
        rows += rows_of(shop, model, explanation, alone, seconds)
    name = "explained_speed" if arguments.speed else "explained_shops"
    report(
        name,
        title="Components recovered from simulated shops",
        data=f"{arguments.items} simulated items, daily, {PERIODS} days, seed {arguments.seed}",
        columns=("model", "effect", "items with it", "median relative error", "seconds, learning included"),
        rows=rows,
    )


if __name__ == "__main__":
    main()
