"""Recommenders as folders: what was learnt, with the orders that today's events are added to."""

from collections.abc import Mapping
from dataclasses import fields
from io import BytesIO
from pathlib import Path
from typing import Final

import polars as pl
from scipy import sparse

from foresale.core.errors import ConfigError, ModelError
from foresale.core.interactions import Interactions
from foresale.forecasting.boosted.trees import load as lightgbm
from foresale.recommending.chances import Chances
from foresale.recommending.demand import Demand
from foresale.recommending.knowledge import Knowledge
from foresale.recommending.options import RecommendOptions
from foresale.recommending.outlook import Outlook
from foresale.recommending.profiles import Profiles
from foresale.recommending.ranking import Ranking
from foresale.recommending.recommender import Recommender
from foresale.recommending.rhythm import Rhythm
from foresale.storage.codec import Card, Parts, decode, encode, register
from foresale.storage.folder import read_folder, write_folder

_PART: Final = "recommender"
_FRAME, _TREES = "frame-{}.arrow", "trees-{}.txt"


class _SparseCodec:
    """Sparse matrices are three arrays and a shape; positions that a stranger made up are refused."""

    def encode(self, value: sparse.csr_matrix, parts: Parts) -> dict[str, Card]:
        arrays = {name: encode(getattr(value, name), parts) for name in ("data", "indices", "indptr")}
        return {"shape": [int(size) for size in value.shape], **arrays}

    def decode(self, card: Mapping[str, Card], parts: Parts) -> sparse.csr_matrix:
        data, indices, indptr = (decode(card[name], parts) for name in ("data", "indices", "indptr"))
        found = sparse.csr_matrix((data, indices, indptr), shape=tuple(card["shape"]))
        found.check_format(full_check=True)
        return found


class _FrameCodec:
    """Data frames are in Arrow's file format, which keeps the kinds of their columns."""

    def encode(self, value: pl.DataFrame, parts: Parts) -> dict[str, Card]:
        whole = BytesIO()
        value.write_ipc(whole, compression="zstd")
        name = _FRAME.format(len(parts.files))
        parts.files[name] = whole.getvalue()
        return {"file": name}

    def decode(self, card: Mapping[str, Card], parts: Parts) -> pl.DataFrame:
        return pl.read_ipc(parts.files[card["file"]])


class _SeriesCodec:
    """A column is a data frame of one."""

    def encode(self, value: pl.Series, parts: Parts) -> dict[str, Card]:
        return _FrameCodec().encode(value.to_frame(), parts)

    def decode(self, card: Mapping[str, Card], parts: Parts) -> pl.Series:
        return _FrameCodec().decode(card, parts).to_series()


class _WithTrees:
    """Dataclasses that hold trees: those are in the text form of lightgbm, whose numbers are exact."""

    def __init__(self, kind: type[Ranking] | type[Chances]) -> None:
        self.kind = kind

    def encode(self, value: Ranking | Chances, parts: Parts) -> dict[str, Card]:
        name = None
        if value.trees is not None:
            name = _TREES.format(len(parts.files))
            parts.files[name] = value.trees.model_to_string().encode()
        others = {
            each.name: encode(getattr(value, each.name), parts) for each in fields(self.kind) if each.name != "trees"
        }
        return {"trees": name, "others": others}

    def decode(self, card: Mapping[str, Card], parts: Parts) -> Ranking | Chances:
        name = card["trees"]
        trees = None if name is None else lightgbm().Booster(model_str=parts.files[name].decode())
        return self.kind(trees=trees, **{name: decode(value, parts) for name, value in card["others"].items()})


for _kind in (Demand, Interactions, Knowledge, Profiles, RecommendOptions, Recommender, Outlook, Rhythm):
    register(_kind)
register(sparse.csr_matrix, _SparseCodec(), name="sparse")
register(pl.DataFrame, _FrameCodec(), name="frame")
register(pl.Series, _SeriesCodec(), name="series")
register(Ranking, _WithTrees(Ranking))
register(Chances, _WithTrees(Chances))


def save_recommender(recommender: Recommender, folder: str | Path) -> None:
    """Write a recommender to a folder; `load_recommender` gives back one that recommends the same to the bit.

    The orders that it was learnt from are in it, with the ids of customers: hash them before, or keep the folder as
    carefully as the orders.

    Raises:
        ConfigError: no recommender, or no path.
        ModelError: something that is no model folder stands in its place.
        OSError: the disk is full, or the place cannot be written.
    """
    if not isinstance(recommender, Recommender):
        raise ConfigError(f"what is saved is a recommender, not a {type(recommender).__name__}")
    parts = Parts()
    write_folder(folder, {_PART: encode(recommender, parts)}, parts, packed=False)


def load_recommender(folder: str | Path) -> Recommender:
    """The recommender that a folder holds.

    Raises:
        ConfigError: no path.
        ModelError: no folder of a recommender, one of another version, or a damaged one.
        MissingExtraError: lightgbm is not installed.
    """
    found = read_folder(folder, _PART, cure="`foresale recommend --save`")
    if not isinstance(found, Recommender):
        raise ModelError(f"{folder} holds no recommender. Save one anew.")
    return found
