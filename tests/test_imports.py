"""The front door opens quickly: it loads nothing heavy before it is needed."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import foresale
from foresale.cli.app import app

HEAVY = {"torch", "pandas", "polars", "plotly", "numpy", "narwhals", "pyarrow", "holidays", "sqlalchemy"}
UNNEEDED = {"torch", "pandas", "narwhals", "plotly", "lightgbm", "rich", "scipy", "holidays"}
"""What a forecast of a file by a model that learns nothing has no need of."""


def loaded_by(code: str) -> set[str]:
    report = "import sys, json; print('\\n' + json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], capture_output=True, text=True, check=True, timeout=60
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_import_loads_nothing_heavy():
    assert loaded_by("import foresale").isdisjoint(HEAVY)


COMMANDS = [command.callback.__name__.replace("_", "-") for command in app.registered_commands if command.callback]


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)], ids=" ".join)
def test_help_loads_nothing_heavy(command: list[str]):
    code = f"""
from foresale.cli.app import app
try:
    app({[*command, "--help"]!r}, prog_name="foresale")
except SystemExit as exit:
    assert exit.code == 0
"""
    assert loaded_by(code).isdisjoint(HEAVY)


@pytest.mark.parametrize("model", ["ets", "pretrained"])
def test_a_forecast_of_a_file_loads_what_it_needs(model: str, tmp_path: Path):
    days = np.arange("2024-01-01", "2024-06-01", dtype="datetime64[D]")
    rows = "".join(f"{day},tea,{number % 7 + 3}\n" for number, day in enumerate(days))
    (tmp_path / "sales.csv").write_text(f"day,sku,units\n{rows}")
    words = [
        "forecast",
        str(tmp_path / "sales.csv"),
        "--horizon",
        "7",
        "--model",
        model,
        "--output",
        str(tmp_path / "forecast.csv"),
    ]
    code = f"""
import sys
from foresale.cli import main
sys.argv = ["foresale", *{words!r}]
try:
    main()
except SystemExit as exit:
    assert not exit.code
"""
    assert loaded_by(code).isdisjoint(
        {"torch", "pandas", "narwhals", "plotly", "lightgbm", "rich", "scipy", "holidays"}
    )


def test_every_name_of_the_front_door_exists():
    assert {name for name in foresale.__all__ if getattr(foresale, name) is None} == set()
    assert set(foresale.__all__) <= set(dir(foresale))


def test_typed_names_and_lazy_names_are_the_same():
    source = Path(foresale.__file__).read_text().split("if TYPE_CHECKING:")[1].split("wait_asleep()")[0]
    typed = {
        name: home
        for home, names in re.findall(r"from (foresale[\w.]*) import ([^()\n]+|\([^)]+\))", source)
        for name in re.findall(r"(\w+) as \1\b", names)
    }
    assert typed == foresale._HOMES | {"testing": "foresale"}


def test_unknown_names_are_no_attributes():
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = foresale.nonsense  # type: ignore[attr-defined]


def test_reading_needs_no_pandas_and_no_torch():
    loaded = loaded_by("import foresale\nforesale.read, foresale.panel, foresale.Panel, foresale.Frequency")
    assert loaded.isdisjoint({"torch", "pandas", "plotly"})


FORECASTING = [
    "foresale.workflows.forecast",
    "foresale.workflows.fit",
    "foresale.workflows.evaluate",
    "foresale.workflows.explain",
    "foresale.workflows.report",
    "foresale.workflows.plan",
    "foresale.workflows.simulate",
    "foresale.workflows.train",
    "foresale.workflows.finetune",
    "foresale.workflows.pretrain",
    "foresale.storage.folder",
    "foresale.storage.adapters",
    "foresale.explanations.attribution",
    "foresale.testing",
]


def test_no_room_but_those_where_networks_learn_loads_torch():
    loaded = loaded_by("\n".join(f"import {name}" for name in FORECASTING))
    assert {"torch", "captum"}.isdisjoint(loaded)


WITHOUT_TORCH = """
import sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "captum"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Hidden())
import foresale
from foresale import Budget, FinetuneOptions, TrainOptions
panel = foresale.shop(items=3, periods=150).back(7)
"""


def test_pretrained_networks_forecast_without_torch():
    """Where torch is not there at all, or somebody's import of it fails."""
    code = (
        WITHOUT_TORCH
        + """
forecaster = foresale.fit(panel, horizon=7, model="pretrained")
print(forecaster.forecast(panel, horizon=7).quantiles.shape)
print(foresale.explain(panel, horizon=7, model="pretrained") is not None)
"""
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300)
    assert done.stdout.split("\n")[:2] == ["(3, 7, 21)", "True"]


def test_what_learns_says_how_torch_is_installed_and_auto_what_it_leaves_out():
    code = (
        WITHOUT_TORCH
        + """
for learn in (foresale.train, foresale.finetune):
    try:
        learn(panel, horizon=7)
    except foresale.MissingExtraError as error:
        print(error)
from foresale.training.pretrain.options import PretrainOptions
from foresale.workflows.pretrain import pretrain
try:
    pretrain(PretrainOptions(steps=1), output="never.safetensors")
except foresale.MissingExtraError as error:
    print(error)
forecast = foresale.forecast(panel, horizon=7, model="auto", budget=Budget("best", jobs=1))
print(*[note for note in forecast.notes if "foresale[train]" in note], sep="\\n")
"""
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300)
    said = done.stdout.splitlines()
    command = "pip install 'foresale[train]'"
    assert [line.split(" needs ")[0] for line in said[:3]] == [
        "training a network",
        "fine-tuning a network",
        "pre-training a network",
    ]
    assert all(command in line for line in said[:3])
    assert [line.split()[0] for line in said[3:]] == ["finetuned", "lstm", "transformer"]
