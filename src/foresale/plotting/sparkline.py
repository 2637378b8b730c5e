"""A forecast drawn with letters, for terminals: history, median and band in a few lines of text."""

from typing import Final

import numpy as np
import numpy.typing as npt

from foresale.core.arrays import Floating

_DOTS: Final = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
"""Bits of the braille letters by row and column of their dots (Unicode 15, block Braille Patterns)."""
_BARS: Final = " ▁▂▃▄▅▆▇█"
_BLANK: Final = 0x2800  # the first letter of Unicode's Braille patterns
_LABEL: Final = 7
"""Letters of the longest label."""


def bars(values: Floating) -> str:
    """One line of bars from zero to the highest value; unknown is blank.

    >>> bars(np.array([0, 1, 2, 4, np.nan, 8]))
    ' ▁▂▄ █'
    """
    known = np.isfinite(values)
    top = float(values[known].max()) if known.any() else 0.0
    heights = np.where(known, values, 0) / (top or 1.0) * (len(_BARS) - 1)
    return "".join(_BARS[int(height)] for height in np.clip(np.round(heights), 0, len(_BARS) - 1))


def text_chart(
    history: Floating, median: Floating, *, lower: Floating, upper: Floating, width: int = 72, height: int = 10
) -> list[str]:
    """Lines of a small chart: the history and the median as dots, the band around the median as shade.

    Args:
        history: [T] sales, NaN where unknown; as many of the newest as fit are drawn.
        median: [H] forecast.
        lower: [H] lower end of the band.
        upper: [H] upper end of the band.
        width: letters across, axis labels included.
        height: lines of the chart.

    Returns:
        `height` lines from above, each with its value at the left; a `│` stands at the cutoff.

    >>> for line in text_chart(np.array([0.0, 4.0]), np.array([4.0, 4.0]), lower=np.array([2.0, 2.0]),
    ...                        upper=np.array([4.0, 4.0]), width=12, height=3):
    ...     print(line.rstrip())
    4 ┤⢸│⠉
      │⡞│░
    0 ┤⡇│
    """
    room = max(2 * (width - _LABEL - 3) - 1, 4)
    past, ahead, low, high = _fitted(history, median, lower, upper, room=room)
    top = _highest(past, ahead, high)
    labels = _labels(top, height)
    left = _letters(_dots(past, top=top, height=height))
    right = _letters(_dots(ahead, top=top, height=height))
    shade = _shade(low, high, top=top, height=height)
    rows = []
    for line in range(height):
        band = "".join(
            "░" if letter == chr(_BLANK) and shaded else letter
            for letter, shaded in zip(right[line], shade[line], strict=True)
        )
        tick = "┤" if labels[line].strip() else "│"
        rows.append(f"{labels[line]} {tick}{left[line]}│{band}".replace(chr(_BLANK), " "))
    return rows


def _highest(*series: Floating) -> float:
    known = [values[np.isfinite(values)] for values in series]
    return max((float(values.max()) for values in known if values.size), default=0.0) or 1.0


def _labels(top: float, height: int) -> list[str]:
    marks = {0: _short(top), height - 1: "0"}
    width = max(map(len, marks.values()))
    return [marks.get(line, "").rjust(width) for line in range(height)]


def _short(value: float) -> str:
    """A number of at most seven letters: 0.5, 44.6, 1,234, 12,345, 1.2e+06."""
    if 0.001 <= value < 1000:
        return f"{value:.3g}"
    return f"{value:,.0f}" if 1000 <= value < 100_000 else f"{value:.2g}"


def _fitted(
    history: Floating, median: Floating, lower: Floating, upper: Floating, *, room: int
) -> tuple[Floating, Floating, Floating, Floating]:
    """The newest of the history and all of the forecast in `room` columns of dots; a long forecast is thinned."""
    most = max(room * 2 // 3, 2)
    keep = np.unique(np.linspace(0, len(median) - 1, min(len(median), most)).round().astype(int))
    past = history[-max(room - keep.size, 2) :]
    return past, median[keep], lower[keep], upper[keep]


def _rows(values: Floating, *, top: float, height: int) -> npt.NDArray[np.int64]:
    """Row of dots of each value, 0 above; -1 where it is unknown."""
    last = 4 * height - 1
    known = np.isfinite(values)
    rows = last - np.clip(np.round(np.where(known, values, 0) / top * last), 0, last)
    return np.where(known, rows, -1).astype(np.int64)


def _dots(values: Floating, *, top: float, height: int) -> npt.NDArray[np.bool_]:
    """[4 height, columns] which dots are set; neighbours are joined by a vertical stroke."""
    rows = _rows(values, top=top, height=height)
    dots = np.zeros((4 * height, values.size + values.size % 2), bool)
    for column in np.flatnonzero(rows >= 0):
        before = rows[column - 1] if column and rows[column - 1] >= 0 else rows[column]
        middle = (before + rows[column]) // 2
        dots[min(middle, rows[column]) : max(middle, rows[column]) + 1, column] = True
        if column:
            dots[min(before, middle) : max(before, middle) + 1, column - 1] = rows[column - 1] >= 0
    return dots


def _letters(dots: npt.NDArray[np.bool_]) -> list[str]:
    cells = dots.reshape(dots.shape[0] // 4, 4, dots.shape[1] // 2, 2).transpose(0, 2, 1, 3)
    codes = _BLANK + (cells * _DOTS).sum(axis=(2, 3))
    return ["".join(map(chr, line)) for line in codes]


def _shade(low: Floating, high: Floating, *, top: float, height: int) -> npt.NDArray[np.bool_]:
    """[height, letters] where the middle of a letter lies within the band of one of its two columns."""
    middles = (np.arange(height)[::-1] + 0.5) / height * top
    inside = (low <= middles[:, None]) & (middles[:, None] <= high)
    padded = np.pad(inside, ((0, 0), (0, inside.shape[1] % 2)))
    return np.asarray(padded.reshape(height, -1, 2).any(axis=2))
