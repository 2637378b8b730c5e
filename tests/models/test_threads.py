import pytest
import torch

from foresale.core.threads import threads
from foresale.models.threads import learning_threads


def test_threads_are_as_before_afterwards() -> None:
    before = torch.get_num_threads()
    with threads(1), learning_threads():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before


def test_no_more_threads_than_idle_cores_and_than_somebody_chose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foresale.core.cores.idle_cores", lambda: 3)
    before = torch.get_num_threads()
    torch.set_num_threads(8)
    try:
        with threads(None), learning_threads():
            assert torch.get_num_threads() == 3
        with threads(2), learning_threads():
            assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
