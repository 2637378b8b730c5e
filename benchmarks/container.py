"""The container of a saved model, built without a daemon: its steps in an empty root, its size, and how fast it starts.

The root begins with the Debian packages that the base image (distroless python3-debian12) is made of; then the steps of
deploy/Dockerfile follow, and forecasts run inside by chroot. It needs root, a Debian 12 whose apt finds these packages,
and Python 3.11.
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from measuring import ROOT, report, run, verdict

LIMIT = 400
"""Million bytes of the whole image."""
DEBIAN = (
    "base-files",
    "netbase",
    "tzdata",
    "media-types",
    "ca-certificates",
    "libc6",
    "libssl3",
    "libgcc-s1",
    "libgomp1",
    "libstdc++6",
    "gcc-12-base",
    "dash",
    "libbz2-1.0",
    "libc-bin",
    "libcom-err2",
    "libcrypt1",
    "libdb5.3",
    "libexpat1",
    "libffi8",
    "libgssapi-krb5-2",
    "libk5crypto3",
    "libkeyutils1",
    "libkrb5-3",
    "libkrb5support0",
    "liblzma5",
    "libncursesw6",
    "libnsl2",
    "libpython3.11-minimal",
    "libpython3.11-stdlib",
    "libreadline8",
    "libsqlite3-0",
    "libtinfo6",
    "libtirpc3",
    "libuuid1",
    "python3.11-minimal",
    "zlib1g",
)
"""What the base image holds (its repository's lists for base, cc and python3)."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, help="the empty root, which stays; else one that is removed")
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        root = (arguments.root or Path(temporary, "root")).resolve()
        base = base_image(root, Path(temporary))
        added = packages(root, Path(temporary))
        model = saved_model(root)
        seconds, busy, memory = starts(root, arguments.runs)
    rows = [
        ("base image", f"{base / 1e6:.0f} MB"),
        ("packages", f"{added / 1e6:.0f} MB"),
        ("model folder", f"{model / 1e6:.0f} MB"),
        ("all together", verdict((base + added + model) / 1e6, LIMIT, "MB")),
        ("a start: `foresale forecast` of 5 items, files in and out", f"{seconds:.2f} s"),
        ("of it on cores", f"{busy:.2f} s"),
        ("most memory", f"{memory:.2f} GB"),
    ]
    report(
        "container",
        title="A saved model in a container",
        data="a simulated shop",
        columns=("what", "measured"),
        rows=rows,
    )


def base_image(root: Path, work: Path) -> int:
    """Bytes of the base image, whose Debian packages are unpacked into the root."""
    debs = work / "debs"
    debs.mkdir()
    root.mkdir(parents=True, exist_ok=True)
    if any(root.iterdir()):
        raise SystemExit(f"{root} is not empty: give an empty folder, or none")
    subprocess.run(["apt-get", "download", "--quiet", *DEBIAN], cwd=debs, check=True)
    for deb in sorted(debs.iterdir()):
        subprocess.run(["dpkg-deb", "--extract", str(deb), str(root)], check=True)
    for unread in ("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/share/lintian"):
        shutil.rmtree(root / unread, ignore_errors=True)
    (root / "usr/bin/python3").symlink_to("python3.11")
    for folder in ("tmp", "data"):
        (root / folder).mkdir(exist_ok=True)
    return size(root)


def packages(root: Path, work: Path) -> int:
    """Bytes of the packages, made by the script that the Dockerfile runs."""
    wheels = work / "wheels"
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    subprocess.run([*pip, "--wheel-dir", str(wheels), str(ROOT)], check=True)
    folder = root / "packages"
    (wheel,) = wheels.glob("foresale-*.whl")
    subprocess.run([str(ROOT / "deploy" / "packages.sh"), str(folder), str(wheel)], check=True)
    return size(folder)


def saved_model(root: Path) -> int:
    """Bytes of a model folder, learnt and saved beside the sales that it is to forecast."""
    code = (
        "import sys, foresale; from pathlib import Path; root = Path(sys.argv[1])\n"
        "sales = foresale.shop(items=5, periods=400)\n"
        "sales.to_frame().write_csv(root / 'data' / 'sales.csv')\n"
        "foresale.save(foresale.fit(sales, horizon=28, model='pretrained'), root / 'model')"
    )
    run([sys.executable, "-c", code, str(root)])
    return size(root / "model")


def starts(root: Path, runs: int) -> tuple[float, float, float]:
    """Median seconds of a forecast by the image's command, those on cores, and its peak memory in gigabytes."""
    inside = [
        "foresale",
        "forecast",
        "/data/sales.csv",
        "--model",
        "/model",
        "--horizon",
        "28",
        "--quiet",
        "--output",
        "/data/forecast.csv",
    ]
    command = ["/usr/sbin/chroot", str(root), "/usr/bin/python3", "-m", *inside]
    made = [run(command, environment={"PYTHONPATH": "/packages"}) for _ in range(runs)]
    assert (root / "data" / "forecast.csv").exists()
    seconds, busy, memory = ([getattr(each, name) for each in made] for name in ("seconds", "busy", "gigabytes"))
    return statistics.median(seconds), statistics.median(busy), statistics.median(memory)


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


if __name__ == "__main__":
    main()
