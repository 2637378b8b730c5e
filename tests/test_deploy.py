"""The container of a saved model: what can be checked without building it (benchmarks/container.py builds it)."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text()
SCRIPT = ROOT / "deploy" / "packages.sh"


def test_the_script_is_a_script():
    subprocess.run(["sh", "-n", str(SCRIPT)], check=True, timeout=60)
    assert SCRIPT.stat().st_mode & 0o111


def test_both_stages_and_the_script_have_the_same_python():
    major, minor = re.search(r"sys.version_info\[:2\] != \((\d+), (\d+)\)", SCRIPT.read_text()).groups()
    stages = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert stages[0].startswith(f"python:{major}.{minor}-")
    assert stages[1].endswith("python3-debian12:nonroot")
    assert (major, minor) == ("3", "11"), "the Python of Debian 12"


def test_what_is_copied_and_run_exists():
    assert {path for path in re.findall(r"/source/(\S+)", DOCKERFILE) if not (ROOT / path).exists()} == set()
    assert 'ENTRYPOINT ["python3", "-m", "foresale"]' in DOCKERFILE
