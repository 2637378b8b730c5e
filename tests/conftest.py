"""Files of a small simulated shop, as a person would have them."""

import logging
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import settings

from foresale.core.columns import ITEM, SALES, TIMESTAMP
from foresale.core.panel import Panel
from foresale.data.synthetic import ShopConfig, order_lines, shop
from foresale.networks.config import NetworkConfig
from foresale.networks.network import Network

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def _has_torch() -> bool:
    try:
        return find_spec("torch") is not None
    except ModuleNotFoundError:
        return False


HAS_TORCH = _has_torch()
WITHOUT_TORCH = "learning needs torch: pip install 'foresale[train]'"
LEARNS = re.compile(
    r"^(import|from) (torch|foresale\.models|foresale\.training\.(checkpoint|loop|train|trainer|simulate"
    r"|finetune\.(loop|pool|tuning)|pretrain(?!\.options)))\b",
    re.MULTILINE,
)
TAUGHT = ("foresale.workflows.train.train", "foresale.workflows.finetune.finetune")
"""Examples in the documentation of functions that learn."""

NAMES = {ITEM: "sku", TIMESTAMP: "date", SALES: "units"}


class _Unlearnt(pytest.Module):
    """A module of tests of learning where there is no torch: skipped, and named."""

    def collect(self) -> Iterator[pytest.Item]:
        pytest.skip(WITHOUT_TORCH, allow_module_level=True)


def pytest_configure(config: pytest.Config) -> None:
    if not HAS_TORCH:
        config.option.doctest_ignore_import_errors = True


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Modules that import what learns are skipped without torch; one that only forecasts must not need it."""
    if HAS_TORCH or not LEARNS.search(module_path.read_text()):
        return None
    module: pytest.Module = _Unlearnt.from_parent(parent, path=module_path)
    return module


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if not HAS_TORCH and ("train" in item.keywords or item.name in TAUGHT):
            item.add_marker(pytest.mark.skip(reason=WITHOUT_TORCH))


@pytest.fixture(scope="session")
def drawn() -> Callable[..., Network]:
    """Makes networks of a shape with weights drawn from a seed: they know nothing, but read everything."""

    def draw(config: NetworkConfig, seed: int = 0) -> Network:
        generator = np.random.default_rng(seed)
        return Network(
            config,
            {
                name: (generator.standard_normal(shape) / shape[-1] ** 0.5).astype(np.float32)
                for name, shape in config.shapes().items()
            },
        )

    return draw


class _Records(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(self.format(record))


@pytest.fixture
def failing_members() -> None:
    """For tests in which members of an ensemble fail on purpose."""


@pytest.fixture(autouse=True)
def _no_member_fails(request: pytest.FixtureRequest) -> Iterator[None]:
    """An ensemble goes on without a member that fails; a test must not go on with it."""
    logger, records = logging.getLogger("foresale.forecasting.ensemble"), _Records()
    logger.addHandler(records)
    yield
    logger.removeHandler(records)
    if "failing_members" not in request.fixturenames:
        assert not records.messages, records.messages[0]


@pytest.fixture(scope="session")
def shop_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of `shop_files`, made once."""
    folder = tmp_path_factory.mktemp("shop")
    panel = shop(items=6, periods=200, seed=3, config=ShopConfig(future=30, launches=0, stockouts=0.01))
    sales = panel.to_frame().rename(NAMES).with_columns(pl.col("date").dt.date())
    sales.write_csv(folder / "sales.csv")
    sales.write_parquet(folder / "sales.parquet")
    _future(panel).rename({ITEM: "sku", TIMESTAMP: "date"}).write_csv(folder / "future.csv")
    panel.items.rename({ITEM: "sku"}).write_csv(folder / "items.csv")
    order_lines(panel, seed=3).write_csv(folder / "orders.csv")
    with sqlite3.connect(folder / "shop.db") as database:
        database.execute("CREATE TABLE sales (sku TEXT, date TEXT, units REAL)")
        rows = sales.select("sku", pl.col("date").cast(pl.String), "units").rows()
        database.executemany("INSERT INTO sales VALUES (?, ?, ?)", rows)
    database.close()
    return folder


@pytest.fixture
def shop_files(shop_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with sales.csv, sales.parquet, future.csv, items.csv, orders.csv and shop.db in it."""
    folder = tmp_path / "work"
    shutil.copytree(shop_template, folder)
    monkeypatch.chdir(folder)
    return folder


def _future(panel: Panel) -> pl.DataFrame:
    rows = np.flatnonzero(~panel.is_history)
    owners = panel.owners[rows]
    stamps = panel.frequency.timestamps(panel.starts[owners] + panel.positions[rows])
    columns = [panel.items[ITEM][owners.tolist()], pl.Series(TIMESTAMP, stamps).dt.date()]
    columns += [pl.Series(covariate.name, covariate.values[rows]) for covariate in panel.known]
    return pl.DataFrame(columns)
