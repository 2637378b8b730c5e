import pytest
import torch

from foresale.core.errors import ConfigError
from foresale.models.threads import threads


def test_threads_are_as_before_afterwards() -> None:
    before = torch.get_num_threads()
    with threads(before + 1):
        assert torch.get_num_threads() == before + 1
    assert torch.get_num_threads() == before
    with pytest.raises(ConfigError, match="at least 1 thread"), threads(before + 1), threads(0):
        pass
    assert torch.get_num_threads() == before
    with threads(None):
        assert 1 <= torch.get_num_threads() <= before
    assert torch.get_num_threads() == before


def test_no_more_threads_than_idle_cores_and_than_somebody_chose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foresale.models.threads.idle_cores", lambda: 3)
    with threads(8), threads(None):
        assert torch.get_num_threads() == 3
    with threads(2), threads(None):
        assert torch.get_num_threads() == 2


def test_no_thread_at_all_is_refused() -> None:
    with pytest.raises(ConfigError, match="at least 1 thread"), threads(0):
        pass
