"""Threads that wait leave their core to others."""

from foresale.core.waiting import wait_asleep


def test_what_is_set_stays() -> None:
    chosen = {"KMP_BLOCKTIME": "200", "OMP_WAIT_POLICY": "ACTIVE"}
    wait_asleep(chosen)
    assert chosen == {"KMP_BLOCKTIME": "200", "OMP_WAIT_POLICY": "ACTIVE"}
