import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
import torch

from foresale.models import precision
from foresale.models.precision import learning, learns_in_half

SHORT = "steps=2, series=8, width=16, layers=1, workers=0, validate_every=1"


@pytest.fixture(autouse=True)
def _untried() -> Iterator[None]:
    learns_in_half.cache_clear()
    yield
    learns_in_half.cache_clear()


def test_where_a_layer_cannot_compute_in_half_precision_it_learns_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(backbone: str, kind: str) -> None:
        if backbone == "lstm":
            raise RuntimeError("could not create a primitive descriptor")

    monkeypatch.setattr(precision, "_try", refuse)
    with learning("bfloat16", "lstm"):
        assert not torch.is_autocast_enabled("cpu")
    with learning("bfloat16", "transformer"):
        assert torch.is_autocast_enabled("cpu")


def test_it_is_tried_once_and_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    real = precision._try
    monkeypatch.setattr(precision, "_try", lambda backbone, kind: (tried.append(backbone), real(backbone, kind)))
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    with torch.inference_mode():
        assert learns_in_half("transformer", "cpu") == learns_in_half("transformer", "cpu")
    assert torch.equal(torch.rand(3), expected)
    assert tried == ["transformer"]


@pytest.mark.parametrize("backbone", ["lstm", "transformer"])
def test_a_processor_without_avx512_learns_too(backbone: str) -> None:
    code = f"""
from foresale.training.pretrain.loop import pretrain
from foresale.training.pretrain.options import PretrainOptions
pretrain(PretrainOptions(unit="month", backbone={backbone!r}, {SHORT}))
"""
    older = os.environ | {"ONEDNN_MAX_CPU_ISA": "AVX2"}
    subprocess.run([sys.executable, "-c", code], env=older, check=True, timeout=300)
