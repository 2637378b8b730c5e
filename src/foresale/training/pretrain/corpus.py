"""Real series beside the simulated ones: a Parquet file of lists, one row per series."""

from pathlib import Path

import numpy as np
import polars as pl
import torch
from torch import Tensor

from foresale.core.errors import DataError, Fault
from foresale.core.frequency import Unit


def load_corpus(path: Path, unit: Unit, *, length: int) -> Tensor:
    """Series [N, length] of one unit, the newest periods of each; unknown before its first.

    The file has the columns `unit` (minute, hour, day, week, month) and `values`, a list of numbers in which null is
    unknown.

    Raises:
        DataError: no such file, other columns, or no series of the unit.
    """
    cure = "Give a Parquet file with the columns unit and values (a list of numbers)."
    try:
        frame = pl.scan_parquet(path).filter(pl.col("unit") == unit).select(pl.col("values").cast(pl.List(pl.Float32)))
        lists = frame.collect()["values"]
    except (OSError, pl.exceptions.PolarsError) as error:
        raise DataError([Fault(f"no corpus ({error})", 1, str(path), cure)]) from error
    if not len(lists):
        raise DataError([Fault(f"no series of the unit {unit}", 1, str(path), cure)])
    newest = lists.list.tail(length)
    lengths = newest.list.len().to_numpy().astype(np.int64)
    flat = newest.list.explode(keep_nulls=False, empty_as_null=False).to_numpy().astype(np.float32)
    rows = np.repeat(np.arange(len(lists)), lengths)
    ends = np.cumsum(lengths)
    places = length - (np.repeat(ends, lengths) - np.arange(flat.size))
    table = np.full((len(lists), length), np.nan, np.float32)
    table[rows, places] = flat
    return torch.from_numpy(table)
