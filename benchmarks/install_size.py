"""What an install takes on the disk and how long its first import takes: Foresale, its optional parts, and two peers.

Every environment is new and is installed as a user would, with the newest releases, into the cache folder, where it
stays for the next run. Torch is what pip finds, which on Linux brings gigabytes of libraries for GPUs; a file of
constraints that names its CPU build (torch==2.13.0+cpu) keeps them out.
"""

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

from measuring import ROOT, commit, machine, report, run, verdict

BASE = "foresale"
PARTS = ("trees", "plot", "train")
PEERS = {"scale-forecasting": "scale_forecasting", "neuralforecast": "neuralforecast"}
"""Other libraries, and the module of each that is imported."""
TOOLS = ("pip", "setuptools", "_distutils_hack", "pkg_resources", "distutils-precedence")
"""What a new environment holds before anything is installed."""
LIMIT = 450
"""MB that the base may take; what comes with Python is not counted, the modules that pip compiles are."""
MEGABYTE = 10**6
"""Bytes."""
NAMED = 6
"""Packages that are named, the largest first."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True, help="where the environments stay")
    parser.add_argument("--constraint", type=Path, help="releases that pip is to take")
    parser.add_argument("--runs", type=int, default=5, help="imports, of which the median is told")
    arguments = parser.parse_args()
    wanted = {BASE: (".", BASE), **{f"foresale[{part}]": (f".[{part}]", BASE) for part in PARTS}}
    wanted |= {name: (name, module) for name, module in PEERS.items()}
    rows = []
    for name, (requirement, module) in wanted.items():
        python = environment(arguments.cache / name, requirement, constraint=arguments.constraint)
        sizes = packages(python)
        seconds = statistics.median(run([python, "-c", f"import {module}"]).seconds for _ in range(arguments.runs))
        largest = ", ".join(f"{package} {size / MEGABYTE:.0f}" for package, size in list(sizes.items())[:NAMED])
        total = sum(sizes.values()) / MEGABYTE
        size = verdict(total, LIMIT, "MB") if name == BASE else f"{total:,.0f} MB"
        rows.append((name, size, f"{seconds:.2f}", torch(python), largest))
        report(
            "install_size",
            title="What an install takes, in MB of 10⁶ bytes",
            data="none",
            columns=("install", "on the disk", "import, s", "torch", "largest packages, MB"),
            rows=rows,
        )


def environment(folder: Path, requirement: str, *, constraint: Path | None) -> str:
    """The Python of an environment with this installed, made where it is not there yet."""
    python = str(folder / "bin" / "python")
    done = folder / "installed.json"
    if not done.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        releases = ("--constraint", str(constraint.resolve())) if constraint else ()
        subprocess.run([python, "-m", "pip", "install", "--quiet", *releases, requirement], check=True, cwd=ROOT)
        done.write_text(json.dumps({"requirement": requirement, "commit": commit(), "machine": machine()}))
    return python


def packages(python: str) -> dict[str, int]:
    """Bytes of each top-level folder of an environment's packages, its libraries beside it, the largest first."""
    code = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    home = Path(subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip())
    sizes: dict[str, int] = {}
    for path in home.rglob("*"):
        name = path.relative_to(home).parts[0]
        if path.is_file() and not path.is_symlink() and not name.startswith(TOOLS):
            package = name.removesuffix(".libs").partition("-")[0].removeprefix("_").removesuffix("_runtime_32")
            sizes[package] = sizes.get(package, 0) + path.stat().st_size
    return dict(sorted(sizes.items(), key=lambda pair: -pair[1]))


def torch(python: str) -> str:
    """The release of torch in an environment."""
    code = "import importlib.metadata as m; print(m.version('torch'))"
    asked = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return asked.stdout.strip() or "none"


if __name__ == "__main__":
    main()
