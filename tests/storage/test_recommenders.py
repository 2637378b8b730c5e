import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from foresale.core.errors import ConfigError, ModelError
from foresale.data.interactions import read_interactions
from foresale.data.synthetic import order_lines, shop
from foresale.forecasting.naive import SeasonalNaive
from foresale.recommending.options import RecommendOptions
from foresale.recommending.recommender import Recommender
from foresale.storage.folder import load, save
from foresale.storage.recommenders import load_recommender, save_recommender


@pytest.fixture(scope="module")
def recommender() -> Recommender:
    orders = read_interactions(order_lines(shop(items=12, periods=120)))
    return Recommender.fit(orders, options=RecommendOptions(cutoffs=2, rounds=5))


def test_a_loaded_recommender_recommends_the_same_to_the_bit(recommender: Recommender, tmp_path: Path) -> None:
    save_recommender(recommender, tmp_path / "model")
    loaded = load_recommender(tmp_path / "model")
    assert recommender.rankings[0].trees is not None
    for asked in ({}, {"exclude_bought": True}):
        one, two = (each.recommend(top=5, **asked) for each in (recommender, loaded))
        assert one.to_frame().equals(two.to_frame())
        assert np.array_equal(one.score, two.score)
    assert loaded.orders.items.equals(recommender.orders.items)
    assert loaded.orders.items.schema == recommender.orders.items.schema
    assert loaded.options == recommender.options
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model"]


def test_a_loaded_recommender_takes_in_later_events(recommender: Recommender, tmp_path: Path) -> None:
    save_recommender(recommender, tmp_path / "model")
    later = read_interactions(
        pl.DataFrame(
            {"customer_id": ["9", "9"], "item_id": ["item-1", "new"], "timestamp": "2030-01-01", "quantity": 1}
        )
    )
    one, two = (each.update(later).recommend(["9"]) for each in (recommender, load_recommender(tmp_path / "model")))
    assert one.to_frame().equals(two.to_frame())


def test_nothing_in_a_folder_is_code(recommender: Recommender, tmp_path: Path) -> None:
    save_recommender(recommender, tmp_path / "model")
    endings = {path.suffix for path in (tmp_path / "model").iterdir()}
    assert endings == {".json", ".npz", ".arrow", ".txt"}
    with np.load(tmp_path / "model" / "arrays.npz", allow_pickle=False) as arrays:
        assert all(not arrays[name].dtype.hasobject for name in arrays.files)


def test_folders_of_other_things_are_told_apart(recommender: Recommender, tmp_path: Path) -> None:
    save_recommender(recommender, tmp_path / "one")
    save(SeasonalNaive(), tmp_path / "two")
    with pytest.raises(ModelError, match="holds no model"):
        load(tmp_path / "one")
    with pytest.raises(ModelError, match="holds no recommender"):
        load_recommender(tmp_path / "two")
    with pytest.raises(ModelError, match="no model folder"):
        load_recommender(tmp_path / "three")
    with pytest.raises(ConfigError, match="what is saved is a recommender"):
        save_recommender(SeasonalNaive(), tmp_path / "four")  # type: ignore[arg-type]


def test_positions_beyond_a_matrix_are_refused(recommender: Recommender, tmp_path: Path) -> None:
    """A card whose sparse matrix is smaller than its positions say is damaged, not a crash."""
    save_recommender(recommender, tmp_path / "model")
    path = tmp_path / "model" / "model.json"
    card = json.loads(path.read_text())
    together = card["recommender"]["of"]["knowledge"]["of"]["together"]["of"]
    together["shape"][1] = 1
    path.write_text(json.dumps(card))
    with pytest.raises(ModelError, match="damaged"):
        load_recommender(tmp_path / "model")


def test_a_file_that_was_changed_is_refused(recommender: Recommender, tmp_path: Path) -> None:
    save_recommender(recommender, tmp_path / "model")
    path = tmp_path / "model" / "arrays.npz"
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(ModelError, match=r"arrays\.npz is not as it was written"):
        load_recommender(tmp_path / "model")
