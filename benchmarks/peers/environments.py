"""An environment for each peer, made once in a cache folder, with what it takes on the disk."""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from measuring import commit

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
READING = HERE / "requirements" / "reading.txt"


@dataclass(frozen=True)
class Environment:
    """An installed environment.

    Attributes:
        python: its interpreter.
        megabytes: of its packages on the disk, 10⁶ bytes, without what only this benchmark needs to read its files.
        version: of the package that is measured, with the commit where it is this one.
    """

    python: str
    megabytes: float
    version: str


def environment(name: str, *, package: str, cache: Path) -> Environment:
    """The environment of a name, installed from `requirements/NAME.txt` if it is not there yet.

    Raises:
        subprocess.CalledProcessError: it cannot be installed.
    """
    folder = (cache / "environments" / name).resolve()
    told = folder / "installed.json"
    if told.exists():
        return Environment(**json.loads(told.read_text()))
    python = str(folder / "bin" / "python")
    if not Path(python).exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [python, "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, "--requirement", str(HERE / "requirements" / f"{name}.txt")], check=True, cwd=ROOT)
    megabytes = _megabytes(python)
    if not any(_imports(python, reader) for reader in ("pyarrow", "polars")):
        subprocess.run([*pip, "--requirement", str(READING)], check=True)
    version = _version(python, package) + (f" ({commit()})" if package == "foresale" else "")
    made = Environment(python, megabytes, version)
    told.write_text(json.dumps(asdict(made)))
    return made


def _megabytes(python: str) -> float:
    """Size of the packages without the installers that every new environment has."""
    code = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    packages = Path(_said(python, code))
    files = (path for path in packages.rglob("*") if path.is_file() and not path.is_symlink())
    tools = ("pip", "setuptools", "_distutils_hack", "pkg_resources")
    own = (path for path in files if not path.relative_to(packages).parts[0].startswith(tools))
    return sum(path.stat().st_size for path in own) / 1e6


def _version(python: str, package: str) -> str:
    return _said(python, f"import importlib.metadata as m; print(m.version({package!r}))")


def _imports(python: str, module: str) -> bool:
    code = f"import importlib.util as u; print(u.find_spec({module!r}) is not None)"
    return _said(python, code) == "True"


def _said(python: str, code: str) -> str:
    return subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.strip()
