"""The simulator: how fast it is, and whether orders out of sample paths reach the fill rate that was asked for.

Demand is made up, so that what is to come is known as a distribution: the paths that orders are planned on and the one
that comes true are drawn from the same process, of smooth, seasonal, intermittent and promoted items. What is measured
is therefore the way from paths to orders alone: review, lead times, lost sales, packs. The paths are the same ones
whenever an order is placed, as those of a plan are: of fresh ones, some would bring too much and some too little, of
which only the first is ordered. No target may be missed by a point; more than that is served at most where a unit, or a
pack, is much of what an order is for, since no order knows of earlier ones.
"""

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from measuring import kept, report, timed

from foresale.core.frequency import Frequency
from foresale.inventory.leads import LeadTimes
from foresale.inventory.policies.levels import UpTo
from foresale.inventory.policies.paths import PATHS
from foresale.inventory.policies.registry import policy_named
from foresale.inventory.policies.situation import SideBySide
from foresale.inventory.policies.terms import ReplenishmentTerms
from foresale.inventory.simulation.engine import follow_stock, run
from foresale.inventory.simulation.outlook import WithOutlook
from foresale.inventory.simulation.result import Result, Tally

TARGETS = (0.90, 0.95, 0.98)
KINDS = ("smooth", "seasonal", "intermittent", "promoted")
LIMIT_SECONDS = 60.0
LIMIT_POINTS = 1.0
"""By how much a fill rate may lie below its target, and above it."""
LIMIT_OVER = 3.0
"""By how much above it where items sell a unit now and then, which is as much as a cycle's whole demand."""
AHEAD = 21
WARM = 60
Values = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Process:
    """Demand of N items: the mean of every day, and how it scatters."""

    kind: str
    mean: npt.NDArray[np.float64]

    @classmethod
    def of(cls, kind: str, *, items: int, days: int, seed: int) -> "Process":
        """Items of a kind, each with a level of its own."""
        rng, day = np.random.default_rng(seed), np.arange(days)
        low, high = {"smooth": (10, 50), "seasonal": (10, 50), "intermittent": (0.1, 0.6), "promoted": (5, 20)}[kind]
        mean = np.repeat(rng.uniform(low, high, (items, 1)), days, axis=1)
        if kind == "seasonal":
            mean = mean * (1 + 0.5 * np.sin(2 * np.pi * day / 182)) * (1 + 0.4 * np.cos(2 * np.pi * day / 7))
        if kind == "promoted":
            mean = mean * np.where(rng.random(mean.shape) < 0.08, 4, 1)
        return cls(kind, mean)

    def draw(self, rng: np.random.Generator, *, count: int, days: slice) -> Values:
        """[count, N, days] units."""
        mean = self.mean[:, days]
        shape = (count, *mean.shape)
        if self.kind == "intermittent":
            sizes = rng.geometric(1 / 3, shape)
            return ((rng.random(shape) < mean / 3) * sizes).astype(np.float32)
        return rng.negative_binomial(8, 8 / (8 + mean), shape).astype(np.float32)


class Known:
    """An outlook that draws from the process itself, the same draw for every order of the same days ahead."""

    def __init__(self, process: Process, *, paths: int) -> None:
        self._process, self._paths = process, paths
        self._mean, self._drawn = np.zeros(0), np.zeros((0, 0, 0), np.float32)

    def parts(self, step: int) -> Iterator[tuple[npt.NDArray[np.int64], Values]]:
        """All items, and paths of the days from a step on."""
        ahead = slice(step, step + AHEAD)
        if not np.array_equal(self._process.mean[:, ahead], self._mean):
            self._mean = self._process.mean[:, ahead]
            self._drawn = self._process.draw(np.random.default_rng(7), count=self._paths, days=ahead)
        yield np.arange(len(self._process.mean)), self._drawn


def ways(items: int) -> dict[str, ReplenishmentTerms]:
    """Ways to order, by what is told of them. Items whose lead time varies have a supplier each."""
    varying = LeadTimes.fixed(np.full(items, 6.0), 2.0).periods(Frequency("day"), count=199, seed=0)
    each = np.random.default_rng(1).permuted(varying, axis=0)
    plain = ReplenishmentTerms.plain
    return {
        "weekly, 5 days of lead time": plain(items, lead=5, review=7),
        "daily, 3 days": plain(items, lead=3, review=1),
        "weekly, lead time varies (6 ± 2 days)": plain(items, lead=each, review=7),
        "weekly, 5 days, packs of 6": plain(items, lead=5, review=7, pack=6),
        "weekly, 5 days, unmet demand waits": plain(items, lead=5, review=7, lost=False),
    }


def fill_rates(process: Process, terms: ReplenishmentTerms, *, days: int, paths: int) -> list[str]:
    """What was reached at each target, and how sure that is."""
    items = len(terms)
    demand = process.draw(np.random.default_rng(3), count=1, days=slice(days))[0]
    outlook, base_stock = Known(process, paths=paths), policy_named("base-stock")
    policy = SideBySide([WithOutlook(base_stock, outlook, terms.serving(target)) for target in TARGETS])
    tally = Tally(terms, np.full(items, WARM), np.full(items, days))
    start = process.mean[:, :12].sum(axis=1).astype(np.float32)
    side_by_side = np.broadcast_to(demand, (len(TARGETS), *demand.shape))
    run(side_by_side, policy, terms=terms, start=start, tally=tally)
    done = Result.joined([(np.arange(items), tally)], terms)
    cells = []
    for place, target in enumerate(TARGETS):
        share = done.column(place).overall("sold", "wanted")
        over = LIMIT_OVER if process.kind == "intermittent" else LIMIT_POINTS
        told = "" if -over <= (target - share.value) * 100 <= LIMIT_POINTS else " BROKEN"
        cells.append(f"{share.value:.1%} ± {(share.high - share.low) / 2:.1%}{told}")
    return cells


def speed(*, items: int, days: int, paths: int) -> str:
    """Seconds to follow all items and paths, the drawing of demand left out."""
    terms = ReplenishmentTerms.plain(items, lead=7, review=7, pack=6, holding=0.01)
    some = np.random.default_rng(0).poisson(5, (paths, min(items, 500), days)).astype(np.float32)
    began, busy = time.perf_counter(), time.process_time()
    follow_stock(
        lambda chosen: some[:, chosen % some.shape[1]], UpTo(np.full(items, 85.0)), terms=terms, start=85.0, paths=paths
    )
    return timed(time.perf_counter() - began, time.process_time() - busy, LIMIT_SECONDS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=200, help="of each kind, for the fill rates")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--paths", type=int, default=1000)
    parser.add_argument("--speed-items", type=int, default=10_000)
    parser.add_argument("--speed-paths", type=int, default=100)
    parser.add_argument("--no-report", action="store_true", help="print only")
    parser.add_argument("--resume", type=Path, help="a file in which every row is kept, so that a run goes on with it")
    options = parser.parse_args()
    rows: list[tuple[str, ...]] = [] if options.resume is None else [tuple(row["row"]) for row in kept(options.resume)]
    before = {row[:2] for row in rows}
    if options.speed_items and not before:
        size = f"{options.speed_items:,} items × 365 days × {options.speed_paths} paths"
        rows.append((size, "time", speed(items=options.speed_items, days=365, paths=options.speed_paths), "", ""))
        print(*rows[-1], flush=True)
    for kind in KINDS:
        process = Process.of(kind, items=options.items, days=options.days + AHEAD, seed=1)
        for name, terms in ways(options.items).items():
            if (kind, name) in before:
                continue
            paths = PATHS if kind == "intermittent" else options.paths
            rows.append((kind, name, *fill_rates(process, terms, days=options.days, paths=paths)))
            print(*rows[-1], flush=True)
            if options.resume is not None:
                options.resume.write_text("".join(json.dumps({"row": row}) + "\n" for row in rows))
    if not options.no_report:
        report(
            "inventory_simulation",
            title="Simulator: speed, and fill rates that are asked for and reached",
            data=f"made up; {options.items} items of a kind, {options.days} days, orders out of {options.paths} paths "
            f"({PATHS:,} where demand is rare, as plans do)",
            columns=("demand", "orders", *(f"asked {target:.0%}" for target in TARGETS)),
            rows=rows,
        )


if __name__ == "__main__":
    main()
