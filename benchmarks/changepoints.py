"""Turning points: how often a bend is found, and a straight line bent, by ours and by the package ruptures.

pip install ruptures; python benchmarks/changepoints.py
"""

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt
from measuring import report

from foresale.inspection.trend.changepoints import bent

Numbers = npt.NDArray[np.float64]

SERIES: Final = 30
LENGTHS: Final = (60, 140, 260)
CHANGES: Final = (0.002, 0.004, 0.008)
PENALTIES: Final = (2, 64, 128, 256)
SLOPE: Final = 0.003
NOISE: Final = 0.05
ALIKE: Final = 0.3
"""Autocorrelation of the noise."""


def noise(steps: int, seed: int) -> Numbers:
    """Autoregressive noise of first order."""
    generator = np.random.default_rng(seed)
    values = generator.normal(0, NOISE, steps)
    for step in range(1, steps):
        values[step] += ALIKE * values[step - 1]
    return values


def ours(values: Numbers) -> list[int]:
    """The places of our turning points."""
    return [bend.place for bend in bent(values).bends]


def by_ruptures(penalty: float) -> Callable[[Numbers], list[int]]:
    """Those of ruptures, at a penalty in variances of the noise times the logarithm of the length."""
    import ruptures

    def find(values: Numbers) -> list[int]:
        variance = float(np.var(np.diff(values))) / 2
        search = ruptures.Pelt(model="clinear", min_size=10, jump=1).fit(values.reshape(-1, 1))
        return list(search.predict(pen=penalty * np.log(values.size) * variance)[:-1])

    return find


def main() -> None:
    """Measure and write the table."""
    finders = {"ours": ours} | {f"ruptures, {penalty}": by_ruptures(penalty) for penalty in PENALTIES}
    rows = []
    for length in LENGTHS:
        steps, turn = np.arange(length), length * 4 // 7
        straight = SLOPE * steps
        false = [
            sum(bool(find(straight + noise(length, seed + 500))) for seed in range(SERIES)) / SERIES
            for find in finders.values()
        ]
        for change in CHANGES:
            line = straight - change * np.maximum(steps - turn, 0)
            found = [
                sum(
                    any(abs(place - turn) <= length // 7 for place in find(line + noise(length, seed)))
                    for seed in range(SERIES)
                )
                / SERIES
                for find in finders.values()
            ]
            cells = [f"{hit:.0%} / {wrong:.0%}" for hit, wrong in zip(found, false, strict=True)]
            rows.append((length, f"{change:.1%}", *cells))
    report(
        "changepoints",
        title="Turning points: share of bends found / of straight lines bent",
        data=f"made up: {SERIES} series each, noise of {NOISE:.0%}, autocorrelation {ALIKE}",
        columns=("weeks", "change of slope a week", *finders),
        rows=rows,
    )


if __name__ == "__main__":
    main()
