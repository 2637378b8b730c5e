"""The command: which cases are run with which models, kept line by line, and told in tables."""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, fields
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import ours
from families import FAMILIES
from measures import Predicted, measures
from measuring import forget, kept
from peers_of_shops import LARGEST, forecasts
from real import measure_real, write_real
from simulate import Case, Shop, simulate
from summary import write_tables

NOISES = (0.08, 0.25)
OCCURRENCES = (2, 3, 4)
ITEMS = (1, 10, 100)
MIDDLE = 3
"""Occurrences with which many items are run; fewer and more of them are run with few items only."""
MANY = 100
DRAWN_MORE = {1: 2, 100: 0.5}
"""Repetitions of a case of so many items, for each that is asked for: one item says less, and many say more."""


@dataclass(frozen=True)
class Job:
    """One line to measure: a case with a model of a build, with or without calendar and covariates."""

    case: Case
    model: str
    build: str
    layer: bool

    @property
    def key(self) -> str:
        """What tells it from all others."""
        return json.dumps([*asdict(self.case).values(), self.model, self.build, self.layer])


def main() -> None:
    options = arguments()
    if not options.table_only:
        (measure_real if options.real else measure)(options)
        if options.old:
            other_build(options)
    if options.build == "old":
        return
    if options.real:
        write_real(options)
        return
    for peer in filter(None, () if options.table_only else options.peers.split(",")):
        measure_peer(peer, options)
    write_tables(list(kept(options.keep)), name=options.name, families=chosen_families(options))


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, required=True, help="file of JSON lines, one for each run")
    parser.add_argument("--families", default="", help="parts of their names, with commas between; all by itself")
    parser.add_argument("--items", default=",".join(map(str, ITEMS)))
    parser.add_argument("--occurrences", default=",".join(map(str, OCCURRENCES)))
    parser.add_argument("--noises", default=",".join(map(str, NOISES)))
    parser.add_argument(
        "--models", default="pretrained,ets", help="also auto-quick, auto-standard, lightgbm; or none at all"
    )
    parser.add_argument("--peers", default="", help="any of Prophet,MFLES,AutoARIMA,regression")
    parser.add_argument("--peer-repetitions", type=int, default=1, help="of every case with few items")
    parser.add_argument("--cache", type=Path, help="folder for the environments of peers")
    parser.add_argument("--repetitions", type=int, default=2, help="of ten items; one item is drawn more often")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--old", default="", help="src of another build, measured beside this one")
    parser.add_argument("--build", default="new", help=argparse.SUPPRESS)
    parser.add_argument("--again", action="store_true", help="measure this build anew where it is asked for")
    parser.add_argument("--name", default="peaks", help="of the tables in results/")
    parser.add_argument("--real", action="store_true", help="real shops in place of simulated ones, of the folders:")
    parser.add_argument("--tasks", default="", help="folder with tasks.json and the tasks")
    parser.add_argument("--m5", default="", help="folder with the tables of M5")
    parser.add_argument("--online-retail", default="", help="folder with Online Retail II")
    parser.add_argument("--journey", default="package", help=argparse.SUPPRESS)
    parser.add_argument("--table-only", action="store_true", help="tell what there is so far")
    return parser.parse_args()


def chosen_families(options: argparse.Namespace) -> list[str]:
    """Names of the families that are asked for."""
    parts = [part for part in options.families.split(",") if part]
    return [name for name in FAMILIES if not parts or any(part in name for part in parts)]


def cases(options: argparse.Namespace) -> Iterator[Case]:
    """All cases: every number of events with few items, a middle one with many."""
    for name in chosen_families(options):
        yearly = FAMILIES[name].yearly is not None
        for items in map(int, options.items.split(",")):
            past = [int(number) for number in options.occurrences.split(",")] if yearly else [0]
            past = [MIDDLE] if yearly and items >= MANY else past
            for occurrences in past:
                for noise in map(float, options.noises.split(",")):
                    for seed in range(max(round(options.repetitions * DRAWN_MORE.get(items, 1)), 1)):
                        yield Case(name, items, occurrences, noise, seed)


def jobs(options: argparse.Namespace) -> Iterator[Job]:
    """All lines; the build of this checkout is run without calendar and covariates too."""
    for case in cases(options):
        for model in filter(None, options.models.split(",")):
            for layer in (True, False) if options.build == "new" else (True,):
                yield Job(case, model, options.build, layer)


def measure(options: argparse.Namespace) -> None:
    """Run what is not kept yet with Foresale."""
    wanted = list(jobs(options))
    if options.again:
        keys = {job.key for job in wanted}
        forget(options.keep, lambda line: job_of(line).key in keys)
    todo = undone(wanted, options.keep)
    keep(lines_of(todo, options.jobs), len(todo), options.keep)


def measure_peer(name: str, options: argparse.Namespace) -> None:
    """Run what is not kept yet with another library."""
    chosen = [case for case in cases(options) if case.items <= LARGEST and case.seed < options.peer_repetitions]
    todo = undone((Job(case, name, "peer", True) for case in chosen), options.keep)
    found = forecasts(name, [job.case for job in todo], cache=options.cache)
    lines = (
        line_of(job, shop, predicted, seconds) for job, (shop, predicted, seconds) in zip(todo, found, strict=True)
    )
    keep(lines, len(todo), options.keep)


def undone(wanted: Iterable[Job], path: Path) -> list[Job]:
    """The jobs that are not kept yet."""
    done = {job_of(line).key for line in kept(path)}
    return [job for job in wanted if job.key not in done]


def keep(lines: Iterable[dict[str, Any]], total: int, path: Path) -> None:
    """Keep every line as soon as it is there."""
    began = time.perf_counter()
    with path.open("a") as file:
        for number, line in enumerate(lines, start=1):
            file.write(json.dumps(line) + "\n")
            file.flush()
            progress(number, total, began, line)


def lines_of(todo: list[Job], processes: int) -> Iterator[dict[str, Any]]:
    """The lines of all jobs, as they are done."""
    if processes == 1:
        yield from map(run, todo)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for done in as_completed([pool.submit(run, job) for job in todo]):
            yield done.result()


def run(job: Job) -> dict[str, Any]:
    """One line."""
    shop = simulate(job.case)
    began = time.perf_counter()
    found = ours.predicted(shop, model=job.model, layer=job.layer)
    return line_of(job, shop, found, time.perf_counter() - began)


def line_of(job: Job, shop: Shop, predicted: Predicted, seconds: float) -> dict[str, Any]:
    """What is kept of a job."""
    return asdict(job) | {"seconds": round(seconds, 3)} | measures(shop, predicted)


def job_of(line: dict[str, Any]) -> Job:
    """The job that a line was measured for."""
    named = {field.name: line[field.name] for field in fields(Job)}
    return Job(**named | {"case": Case(**line["case"])})


def progress(number: int, total: int, began: float, line: dict[str, Any]) -> None:
    """Say how far it is, every so often."""
    if number % 20 and number != total:
        return
    seconds = time.perf_counter() - began
    print(
        f"{line['build']}: {number:,} of {total:,}, {seconds:.0f} s, {line['case']['family']}, {line['model']}",
        file=sys.stderr,
        flush=True,
    )


def other_build(options: argparse.Namespace) -> None:
    """The same with the other build, in a process of its own, into the same file."""
    words = [word for word in sys.argv[1:] if word != "--again"]
    place = next(at for at, word in enumerate(words) if word.startswith("--old"))
    del words[place : place + (1 if "=" in words[place] else 2)]
    script = str(Path(__file__).resolve().parent.parent / "peaks.py")
    environment = {**os.environ, "PYTHONPATH": str(Path(options.old).resolve())}
    subprocess.run([sys.executable, script, *words, "--build", "old"], check=True, env=environment)
