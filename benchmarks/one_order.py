"""Orders are decided once: what a plan orders today of a shop, beside the first order of a replay that begins today.

Forty made-up items, a seasonal naive forecast, the same stock and terms for both; units of all items together.
"""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from measuring import report

import foresale
from foresale.core.panel import Panel
from foresale.data.synthetic import ShopConfig, shop
from foresale.inventory.planning.options import PlanOptions
from foresale.inventory.policies.registry import policy_named
from foresale.inventory.policies.situation import Policy, Situation
from foresale.workflows.simulate import SimulateOptions

ITEMS, PERIODS, AHEAD = 40, 300, 7
BY_COST = "newsvendor"
SETTINGS: Mapping[str, dict[str, Any]] = {
    "service 95 %": {},
    "service 95 %, shelf life 4 days, review 7": {"shelf_life": 4},
    "by cost": {"policy": BY_COST},
    "by cost, fresh food: shelf life, lead time and review 1 day": {
        "policy": BY_COST,
        "shelf_life": 1,
        "lead_time": 1,
        "review_period": 1,
        "salvage": 0.2,
        "pack": 0.1,
    },
    "lead time 5 ± 2 days, packs of 12, at least 48": {"lead_time_sd": 2, "pack": 12, "moq": 48},
    "ends in 12 days, customers wait": {"season_end": 12, "waits": True},
}


@dataclass(frozen=True)
class Spy:
    """A policy whose first orders are written down."""

    policy: Policy
    seen: list[npt.NDArray[np.float64]] = field(default_factory=list)

    def wanted(self, now: Situation) -> npt.NDArray[np.float64]:
        """What the policy wants."""
        if now.step == 0:
            self.seen.append(now.in_packs(now.wanted_by(self.policy))[:, 0])
        return self.policy.wanted(now)


def stock_of(panel: Panel, setting: dict[str, Any]) -> pl.DataFrame:
    """Stock for three days and the terms of a setting."""
    day = np.datetime64(panel.frequency.timestamps(panel.cutoffs[:1] + 1)[0], "D")
    told = {"lead_time": 5, "review_period": 7, "cost": 2.0, "price": 5.0} | setting
    if "season_end" in told:
        told["season_end"] = str(day + told["season_end"] - 1)
    rate = np.add.reduceat(np.nan_to_num(panel.sales), panel.offsets[:-1]) / panel.lengths
    columns = {name: value for name, value in told.items() if name not in {"policy", "waits"}}
    return pl.DataFrame({"item_id": panel.items["item_id"], "on_hand": np.round(3 * rate), **columns})


def orders(panel: Panel, setting: dict[str, Any]) -> tuple[float, float, float]:
    """Units of the plan, of the first order of the replay, and the largest difference of an item."""
    policy, lost = setting.get("policy", "base-stock"), not setting.get("waits", False)
    before = panel.back(AHEAD)
    stock = stock_of(before, setting)
    options = PlanOptions(policy=policy, lost=lost)
    planned = foresale.plan(before, stock=stock, horizon=28, model="seasonal-naive", options=options).lines.asked
    start = np.datetime64(panel.frequency.timestamps(before.cutoffs[:1] + 1)[0], "D")
    spy = Spy(policy_named(policy))
    days = SimulateOptions(start, periods=AHEAD, policies=(spy,), lost=lost, equal_service=False, demand="as-sold")
    foresale.simulate(panel, options=days, stock=stock, models="seasonal-naive")
    replayed = np.concatenate(spy.seen)
    return float(planned.sum()), float(replayed.sum()), float(np.abs(planned - replayed).max())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", type=Path, help="plan and replay of an earlier build by setting, to stand beside")
    parser.add_argument("--no-report", action="store_true", help="print only")
    options = parser.parse_args()
    panel = replace(
        shop(items=ITEMS, periods=PERIODS, seed=4, config=ShopConfig(launches=0)), covariates={}, available=None
    )
    before = (
        {} if options.before is None else dict(line.split(" | ", 1) for line in options.before.read_text().splitlines())
    )
    rows = []
    for name, setting in SETTINGS.items():
        planned, replayed, apart = orders(panel, setting)
        earlier = before.get(name, " | ").split(" | ")
        rows.append((name, *earlier, f"{planned:,.1f}", f"{replayed:,.1f}", f"{apart:g}"))
        print(*rows[-1], sep=" | ", flush=True)
    if not options.no_report:
        report(
            "one_order",
            title="The order of the plan and the first order of a replay, in units",
            data=f"made up; {ITEMS} items",
            columns=("setting", "before: plan", "before: replay", "plan", "replay", "largest difference of an item"),
            rows=rows,
        )


if __name__ == "__main__":
    main()
