"""How far errors would vary with other items and other times: a paired bootstrap over items and windows."""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from foresale.core.arrays import Numbers
from foresale.core.frequency import Index
from foresale.evaluation.metrics import INTERVALS
from foresale.evaluation.scores import Totals, WindowScores, metrics_of

REPLICATES: Final = 2000  # draws: the ends of a 95 % interval then scatter by 2 % of its width
CONFIDENCE: Final = 0.95  # of the intervals
FEWEST_BLOCKS: Final = 6
"""If all of five blocks point the same way, chance does so too once in sixteen; six are the first to say it at 95 %."""
_MOST_GROUPS: Final = 1000  # of items that are drawn, for memory
_HIGHER_IS_BETTER: Final = ("fva", "skill")


def resampled(
    windows: Sequence[WindowScores], items: Index, *, baseline: str, replicates: int = REPLICATES, seed: int = 0
) -> Totals:
    """The metrics of every model as they are, and as they would be with other items and windows.

    A block is an item in a window; all of its steps stay together. Items and windows are each drawn with replacement,
    and a block counts as often as its item times its window was drawn (the pigeonhole bootstrap, Owen 2007), since
    what one item or one week has in common is no news the second time. The draws are the same for all models, so that
    what is hard for all of them does not blur their differences (paired). More than 1,000 items are put into 1,000
    groups at random that are drawn instead, which leaves the spread as it is and bounds the work.

    Args:
        windows: the scores of a backtest.
        items: which items of the panel count.
        baseline: the model that `fva` and `skill` refer to.
        replicates: how many draws B.
        seed: of the draws.

    Returns:
        By metric, [1 + B, M]: first the value itself, then that of each draw; a column per model, in their order.
        NaN where a draw says nothing.
    """
    names = tuple(windows[0].models)
    parts = tuple(windows[0].models[baseline].by_item)
    blocks = _blocks(windows, items, parts=parts, seed=seed)
    drawn = _drawn(blocks, replicates=replicates, seed=seed).reshape(replicates + 1, len(names), len(parts))
    metrics = metrics_of({part: drawn[..., place] for place, part in enumerate(parts)})
    base = [names.index(baseline)]
    with np.errstate(divide="ignore", invalid="ignore"):
        skill = 1 - metrics["sql"] / metrics["sql"][:, base]
    metrics["fva"] = metrics["wape"][:, base] - metrics["wape"]
    metrics["skill"] = np.where(np.isfinite(skill), skill, np.nan)
    return metrics


def count_blocks(windows: Iterable[WindowScores], items: Index) -> int:
    """How many blocks there are: items times windows in which some sale is known.

    Where there are few, all may point one way by chance; see `FEWEST_BLOCKS`.
    """
    return sum(_judged(window, items).size for window in windows)


def interval(draws: Numbers) -> tuple[Numbers, Numbers]:
    """Lower and upper end, along the first axis, of what 95 % of the draws lie in (percentiles); NaN if none is known.

    >>> low, high = interval(np.linspace(0, 1, 201))
    >>> round(float(low), 3), round(float(high), 3)
    (0.025, 0.975)
    """
    tail = (1 - CONFIDENCE) / 2
    known = np.isfinite(draws).any(axis=0)
    filled = np.where(known, draws, 0)
    low, high = np.nanquantile(filled, [tail, 1 - tail], axis=0)
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def distance(metric: str, values: Numbers) -> Numbers:
    """How far a metric is from what it should be: less is better, whatever the metric.

    A bias should be zero and a coverage what it says; forecast value added and skill are better the higher they are.

    >>> distance("bias", np.array([-0.2])).tolist(), distance("coverage_80", np.array([0.75])).round(2).tolist()
    ([0.2], [0.05])
    """
    if metric in _HIGHER_IS_BETTER:
        return -values
    nominal = {f"coverage_{round(100 * share)}": share for share in INTERVALS}
    if metric == "bias" or metric in nominal:
        return np.abs(values - nominal.get(metric, 0.0))
    return values


def _blocks(windows: Sequence[WindowScores], items: Index, *, parts: Sequence[str], seed: int) -> Numbers:
    """[G, W, K] sums of each group of items in each window in which any was judged; K is models times parts."""
    judged = np.unique(np.concatenate([_judged(window, items) for window in windows]))
    count = min(judged.size, _MOST_GROUPS)
    order = np.random.default_rng(seed).permutation(judged.size)
    filled = []
    for window in windows:
        if not _judged(window, items).size:
            continue
        mine = np.flatnonzero(np.isin(window.outcome.positions, judged))
        groups = order[np.searchsorted(judged, window.outcome.positions[mine])] % max(count, 1)
        sums = [
            np.bincount(groups, weights=scores.by_item[part][mine], minlength=count)
            for scores in window.models.values()
            for part in parts
        ]
        filled.append(np.stack(sums, axis=1))
    width = len(windows[0].models) * len(parts)
    return np.stack(filled, axis=1) if filled else np.zeros((0, 0, width))


def _judged(window: WindowScores, items: Index) -> Index:
    """Which of the items have some known sale in a window."""
    known = np.isfinite(window.outcome.actual).any(axis=1)
    return window.outcome.positions[known & np.isin(window.outcome.positions, items)]


def _drawn(blocks: Numbers, *, replicates: int, seed: int) -> Numbers:
    """[1 + B, K] totals over all blocks as they are, and over each draw of groups and of windows."""
    groups, windows, width = blocks.shape
    generator = np.random.default_rng(seed)
    of_groups = _counts(generator, groups, replicates=replicates)
    of_windows = _counts(generator, windows, replicates=replicates)
    total = np.zeros((replicates + 1, width))
    for window in range(windows):
        total += of_windows[:, [window]] * (of_groups @ blocks[:, window])
    return total


def _counts(generator: np.random.Generator, size: int, *, replicates: int) -> Numbers:
    """[1 + B, size] how often each of `size` things is drawn when so many are; in the first row, each is once."""
    if not size:
        return np.zeros((replicates + 1, 0))
    drawn = generator.integers(size, size=(replicates, size)) + size * np.arange(replicates)[:, None]
    counts = np.bincount(drawn.ravel(), minlength=replicates * size).reshape(replicates, size)
    return np.concatenate([np.ones((1, size)), counts])
