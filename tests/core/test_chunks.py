"""Chunks hold every item once, and no more cells than they may."""

import numpy as np
from hypothesis import given, strategies as st

from foresale.core.chunks import chunks, row_chunks


@given(st.integers(0, 50), st.integers(0, 20), st.integers(1, 60))
def test_chunks_hold_every_item_once(count: int, width: int, cells: int) -> None:
    parts = list(chunks(count, width=width, cells=cells))
    assert [item for part in parts for item in range(part.start, part.stop)] == list(range(count))
    assert all((part.stop - part.start) * width <= max(cells, width) for part in parts)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=30), st.integers(1, 40))
def test_chunks_of_rows_hold_whole_items(lengths: list[int], cells: int) -> None:
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    parts = list(row_chunks(offsets, cells=cells))
    assert [item for items, _ in parts for item in range(items.start, items.stop)] == list(range(len(lengths)))
    assert all(offsets[items.start] == rows.start and offsets[items.stop] == rows.stop for items, rows in parts)
    assert all(rows.stop - rows.start < cells + max(lengths) for _, rows in parts)
