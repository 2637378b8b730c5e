"""Days on which sales jump: forecasts of festivals, promotions and a shop's own peaks against a known truth.

    python benchmarks/peaks.py --keep peaks.jsonl --old OTHER_CHECKOUT/src

Everything else stands in the folder peaks/. What was measured is kept line by line, and not measured again.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "peaks"), str(HERE), str(HERE / "peers")]

if __name__ == "__main__":
    from measure import main

    main()
