import numpy as np
import pytest

from foresale.evaluation import cost
from foresale.evaluation.cost import Meter, resident


@pytest.mark.skipif(np.isnan(resident()), reason="the system does not tell its resident memory")
def test_a_peak_that_is_gone_in_the_end_is_seen() -> None:
    with Meter() as idle:
        pass
    with Meter() as meter:
        block = np.ones(25_000_000)
        for _ in range(5):
            block += 1
        del block
    assert meter.cost.added > 150e6 > idle.cost.added
    assert meter.cost.peak >= meter.cost.added
    assert meter.cost.seconds > idle.cost.seconds >= 0


def test_where_the_system_does_not_tell_memory_is_unknown(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setattr(cost, "_STATUS", tmp_path / "none")
    with Meter() as meter:
        pass
    assert np.isnan(meter.cost.peak)
    assert np.isnan(meter.cost.added)


def test_an_error_passes_through_and_the_thread_ends() -> None:
    meter = Meter()
    with pytest.raises(ZeroDivisionError), meter:
        _ = 1 / 0
    assert not meter._thread.is_alive()
