"""How long it takes until Foresale can begin: `import foresale` and `foresale --help`, the median of several runs."""

import argparse
import statistics

from measuring import foresale, python, report, run, verdict

LIMIT = 0.3
HEAVY = ("torch", "pandas", "polars", "plotly", "numpy")
LOADED = f"import sys; print(', '.join(name for name in {HEAVY!r} if name in sys.modules) or 'none of them')"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    runs = parser.parse_args().runs
    commands = {"import foresale": python("import foresale"), "foresale --help": foresale("--help")}
    rows = []
    for name, command in commands.items():
        run(command)
        seconds = statistics.median(run(command).seconds for _ in range(runs))
        rows.append((f"`{name}`", verdict(seconds, LIMIT, "s")))
    rows.append((f"loaded of {', '.join(HEAVY)}", run(python(f"import foresale; {LOADED}")).output.strip()))
    report("import_time", title="Time to begin", data="none", columns=("what", "measured"), rows=rows)


if __name__ == "__main__":
    main()
