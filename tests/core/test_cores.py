import os
import subprocess
import sys
from pathlib import Path

import pytest

from foresale.core import cores as module
from foresale.core.cores import cores, idle_cores, quota, share_cores


def machine(folder: Path, groups: dict[str, str], membership: str = "0::/\n") -> tuple[Path, Path]:
    """Folders as the kernel shows them: files of control groups by path, and the group of this process."""
    (folder / "proc" / "self").mkdir(parents=True)
    (folder / "proc" / "self" / "cgroup").write_text(membership)
    for path, text in groups.items():
        place = folder / "cgroup" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return folder / "proc", folder / "cgroup"


@pytest.mark.parametrize(
    ("groups", "membership", "expected"),
    [
        ({}, "", None),
        ({"cpu.max": "max 100000\n"}, "0::/\n", None),
        ({"cpu.max": "200000 100000\n"}, "0::/\n", 2),
        ({"cpu.max": "150000 100000\n"}, "0::/\n", 2),
        ({"cpu.max": "20000 100000\n"}, "0::/\n", 1),
        ({"shop/cpu.max": "300000 100000\n", "shop/night/cpu.max": "max 100000\n"}, "0::/shop/night\n", 3),
        ({"shop/cpu.max": "300000 100000\n", "shop/night/cpu.max": "100000 100000\n"}, "0::/shop/night\n", 1),
        ({"cpu/cpu.cfs_quota_us": "400000\n", "cpu/cpu.cfs_period_us": "100000\n"}, "4:cpu,cpuacct:/docker/1\n", 4),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, "4:cpu,cpuacct:/\n", None),
        (
            {"cpu,cpuacct/a/cpu.cfs_quota_us": "250000\n", "cpu,cpuacct/a/cpu.cfs_period_us": "100000\n"},
            "11:memory:/a\n4:cpu,cpuacct:/a\n",
            3,
        ),
        ({"cpu.max": "nonsense\n"}, "0::/\n", None),
    ],
)
def test_a_quota_is_read_of_both_versions(
    tmp_path: Path, groups: dict[str, str], membership: str, expected: int | None
) -> None:
    assert quota(*machine(tmp_path, groups, membership)) == expected


def test_cores_are_bounded_by_the_quota_and_by_what_somebody_chose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(48)), raising=False)
    monkeypatch.setattr(module, "quota", lambda: None)
    assert cores({}) == 48
    assert cores({"OMP_NUM_THREADS": "6,2"}) == 6
    assert cores({"OMP_NUM_THREADS": "many"}) == 48
    monkeypatch.setattr(module, "quota", lambda: 3)
    assert cores({"OMP_NUM_THREADS": "6"}) == 3


@pytest.mark.parametrize(("busy", "expected"), [(0, 8), (5, 8), (10, 6), (16, 1), (90, 1)])
def test_cores_that_others_use_are_left_to_them(monkeypatch: pytest.MonkeyPatch, busy: int, expected: int) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 16)
    monkeypatch.setattr(module, "cores", lambda: 8)
    monkeypatch.setattr(module, "_busy", lambda: busy)
    assert idle_cores() == expected


def test_elsewhere_the_load_of_a_minute_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "_PROCESS", tmp_path)
    monkeypatch.setattr(os, "getloadavg", lambda: (2.7, 0.0, 0.0), raising=False)
    assert module._busy() == 2


def test_counts_are_set_where_libraries_would_count_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.setattr(module, "cores", lambda environment: 2)
    chosen = {"OPENBLAS_NUM_THREADS": "5"}
    share_cores(chosen)
    assert chosen == {
        "OPENBLAS_NUM_THREADS": "5",
        "OMP_NUM_THREADS": "2",
        "MKL_NUM_THREADS": "2",
        "POLARS_MAX_THREADS": "2",
    }
    monkeypatch.setattr(module, "cores", lambda environment: 64)
    everything: dict[str, str] = {}
    share_cores(everything)
    assert not everything


def test_threads_sleep_while_they_wait_from_the_first_import_on() -> None:
    code = "import foresale, os; print(os.environ['OMP_WAIT_POLICY'], os.environ['KMP_BLOCKTIME'])"
    unset = {name: value for name, value in os.environ.items() if name not in {"OMP_WAIT_POLICY", "KMP_BLOCKTIME"}}
    for given, expected in (({}, "PASSIVE 0"), ({"OMP_WAIT_POLICY": "ACTIVE"}, "ACTIVE 0")):
        done = subprocess.run(
            [sys.executable, "-c", code], env=unset | given, check=True, capture_output=True, text=True, timeout=60
        )
        assert done.stdout.strip() == expected


def test_idle_cores_are_not_looked_at_for_every_part_of_a_work(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    now = [0.0]
    monkeypatch.setattr(module, "idle_cores", lambda: looks.append(1) or 3)
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    with module.jobs_of(None):
        assert [module.workers() for _ in range(5)] == [3] * 5
        assert len(looks) == 1
        now[0] = 2.0
        assert module.workers() == 3
        assert len(looks) == 2
    with module.jobs_of(2):
        assert module.workers() == 2
    assert len(looks) == 2
    monkeypatch.setattr(module, "_USUAL", module._Jobs(None))
    assert [module.workers() for _ in range(5)] == [3] * 5
    assert len(looks) == 3
