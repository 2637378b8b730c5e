import threading
from collections.abc import Callable

import pytest

from foresale.core import threads as module
from foresale.core.cores import workers
from foresale.core.errors import ConfigError
from foresale.core.threads import each, threads


def test_no_thread_at_all_is_refused() -> None:
    with pytest.raises(ConfigError, match="at least 1 thread"), threads(0):
        pass


def test_as_many_threads_as_were_asked_for_do_the_parts() -> None:
    for jobs in (1, 2):
        seen: set[int] = set()
        met = threading.Barrier(jobs)

        def part(number: int, seen: set[int] = seen, met: threading.Barrier = met) -> None:
            met.wait(timeout=60)
            seen.add(threading.get_ident())

        with threads(jobs):
            each(part, range(4))
        assert len(seen) == jobs
    with threads(None):
        assert workers() >= 1


def test_what_goes_wrong_in_a_part_is_raised() -> None:
    def part(number: int) -> None:
        raise ValueError(f"part {number}")

    for jobs in (1, 2):
        with threads(jobs), pytest.raises(ValueError, match="part 0"):
            each(part, range(3))


def test_linear_algebra_keeps_to_one_thread_within_and_to_its_own_after(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = [4]
    blas: tuple[Callable[[], int], Callable[[int], None]] = (lambda: chosen[-1], chosen.append)
    monkeypatch.setattr(module, "_openblas", lambda: blas)
    each(lambda _: each(lambda _: None, [1]), [1])
    assert chosen == [4, 1, 4]


def test_the_openblas_of_numpy_is_found_and_obeys() -> None:
    blas = module._openblas()
    if blas is None:
        pytest.skip("this NumPy came without an OpenBLAS of its own")
    before = blas[0]()
    assert before >= 1
    chosen: list[int] = []
    each(lambda _: chosen.append(blas[0]()), [1])
    assert chosen == [1]
    assert blas[0]() == before
