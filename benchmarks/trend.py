"""Does a trend say what is so? Growth, turning points, peaks and moving items of simulated shops whose truth is known.

    python benchmarks/trend.py [--shops 12]

A calm shop has seasons, festivals and noise, and nothing else: whatever is called growth, a turning point or a moving
item is false. In a moving shop all items together grow and then shrink, and a fifth of them rises or falls besides.
"""

import argparse
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl
from measuring import RESULTS, commit, machine

from foresale.core.columns import ITEM
from foresale.core.panel import Panel
from foresale.data.synthetic import ShopConfig, SimulatedShop, simulate_shop
from foresale.inspection.trend.find import find_trend
from foresale.inspection.trend.trend import Trend

ITEMS, DAYS, YEAR = 30, 1000, 364
TURN, UP, DOWN = 550, 0.25, -0.2
MOVED, SINCE = 1.5, 150
FESTIVALS = {"Double 11": (11, 11), "618": (6, 18), "Valentine's Day": (2, 14)}
CALM = ShopConfig(growth=0, launches=0, stockouts=0, promotions=0, elasticity=0, intermittent=0.2)


@dataclass
class Tally:
    """What was counted: by name, how often it was so, and how often it could have been."""

    counts: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, hits: Any) -> None:
        """Add some yes-or-no answers, or numbers to be averaged."""
        self.counts.setdefault(name, []).extend(np.atleast_1d(np.asarray(hits, float)).tolist())

    def mean(self, name: str) -> str:
        """Their mean and number."""
        values = self.counts.get(name, [])
        return f"{np.mean(values):.3f} ({len(values):,})" if values else "–"


def drawn(simulated: SimulatedShop, factor: np.ndarray, *, seed: int) -> tuple[Panel, np.ndarray]:
    """A shop whose expected sales are multiplied by a factor, drawn anew; and those expected sales [N, T]."""
    expected = simulated.truth.expected.reshape(len(simulated.panel), -1) * factor
    generator = np.random.default_rng(seed)
    sales = generator.poisson(expected * generator.gamma(20, 1 / 20, expected.shape))
    return replace(simulated.panel, sales=sales.astype(np.float32).ravel(), available=None), expected


def calm(seed: int, tally: Tally) -> None:
    """Whatever is found is false."""
    simulated = simulate_shop(items=ITEMS, periods=DAYS, seed=seed, config=CALM)
    panel, _ = drawn(simulated, np.ones((ITEMS, DAYS)), seed=seed)
    found = find_trend(panel, by=["category"])
    tally.add("calm: growth that is called sure", found.growth["verdict"].is_in(["grows", "shrinks"]))
    turning = set(found.changepoints["group"])
    tally.add("calm: groups with a turning point", [group in turning for group in found.groups])
    tally.add("calm: items that are called moving", found.items["verdict"].is_in(["rising", "falling"]))


def moving(seed: int, tally: Tally) -> None:
    """What was put in is found, at its place and of its size."""
    simulated = simulate_shop(items=ITEMS, periods=DAYS, seed=1000 + seed, config=CALM)
    time = np.arange(DAYS)
    level = np.exp((UP * np.minimum(time, TURN) + DOWN * np.maximum(time - TURN, 0)) / 365.25)
    factor = np.tile(level, (ITEMS, 1))
    direction = np.zeros(ITEMS)
    direction[: ITEMS // 10], direction[ITEMS // 10 : ITEMS // 5] = 1, -1
    factor[:, -SINCE:] *= MOVED ** direction[:, None]
    panel, expected = drawn(simulated, factor, seed=seed)
    found = find_trend(panel, by=["category"])
    _growth(found, expected, simulated, tally)
    _turns(found, panel, tally)
    _items(found, panel, direction, tally)
    _peaks(found, expected, simulated, tally)


def _growth(found: Trend, expected: np.ndarray, simulated: SimulatedShop, tally: Tally) -> None:
    """The truth is that of the expected sales without events, over the last 13 and 52 weeks."""
    calmed = (expected / simulated.truth.event.reshape(expected.shape)).sum(axis=0)
    for row in found.of("growth").iter_rows(named=True):
        size = 91 if row["span"] == "last 13 weeks" else YEAR
        truth = calmed[-size:].sum() / calmed[-size - YEAR : -YEAR].sum() - 1
        tally.add("moving: intervals of growth that hold the truth (95 %)", row["low"] <= truth <= row["high"])
        tally.add("moving: absolute error of growth, in points", 100 * abs(row["like_for_like"] - truth))


def _turns(found: Trend, panel: Panel, tally: Tally) -> None:
    stamp = panel.frequency.timestamps(panel.starts[:1] + TURN)[0]
    turns = found.of("changepoints")
    dates = turns["date"].to_numpy()
    near = np.abs((dates - stamp) / np.timedelta64(1, "D")) <= 100 if turns.height else np.zeros(0, bool)
    tally.add("moving: the turning point of all items is found, within 100 days", near.any())
    if near.any():
        first, last = (turns[name].to_numpy()[near][0] for name in ("earliest", "latest"))
        tally.add("moving: its interval holds it (95 %)", first <= stamp <= last)
        tally.add("moving: days it is off", np.abs((dates[near] - stamp) / np.timedelta64(1, "D")).min())


def _items(found: Trend, panel: Panel, direction: np.ndarray, tally: Tally) -> None:
    """All items shrink lately, so that those which only follow are told apart by their direction being unlike."""
    verdicts = dict(found.items.select(ITEM, "verdict").iter_rows())
    for item, way in zip(panel.items[ITEM], direction, strict=True):
        if way > 0:
            tally.add(
                "moving: items that rose by half in a falling shop and are called rising", verdicts[item] == "rising"
            )
        if way < 0:
            tally.add("moving: items that fell by a third besides and are called falling", verdicts[item] == "falling")
    named = found.items.filter(pl.col("verdict") == "rising")[ITEM]
    rose = set(panel.items[ITEM].filter(pl.Series(direction > 0)))
    tally.add("moving: items called rising that did not (5 %)", [item not in rose for item in named])


def _peaks(found: Trend, expected: np.ndarray, simulated: SimulatedShop, tally: Tally) -> None:
    panel = simulated.panel
    stamps = panel.frequency.timestamps(panel.starts[0] + np.arange(DAYS)).astype("datetime64[D]")
    event = simulated.truth.event.reshape(expected.shape)
    rows = {row["peak"]: row for row in found.of("peaks").iter_rows(named=True)}
    for name, (month, day) in FESTIVALS.items():
        at = [number for number, stamp in enumerate(stamps.tolist()) if (stamp.month, stamp.day) == (month, day)]
        truth = expected[:, at].sum() / (expected[:, at] / event[:, at]).sum()
        row = rows.get(name)
        tally.add("moving: festivals named among the peaks", row is not None)
        if row is not None:
            tally.add("moving: intervals of peaks that hold the truth (90 %)", row["low"] <= truth <= row["high"])
            tally.add("moving: error of a peak's factor, relative", abs(row["rise"] / truth - 1))


def main() -> None:
    """Measure, print, and write benchmarks/results/trend.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shops", type=int, default=12)
    shops = parser.parse_args().shops
    tally = Tally()
    for seed in range(shops):
        calm(seed, tally)
        moving(seed, tally)
    lines = [
        "# Trends of simulated shops against their truth",
        "",
        f"Commit {commit()}; {machine()}. {shops} calm and as many moving shops, {ITEMS} items × {DAYS} days.",
        "",
        "| | mean (of how many) |",
        "|---|---|",
    ]
    lines += [f"| {name} | {tally.mean(name)} |" for name in sorted(tally.counts)]
    text = "\n".join(lines) + "\n"
    print(text)
    (RESULTS / "trend.md").write_text(text)


if __name__ == "__main__":
    main()
