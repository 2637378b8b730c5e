"""Recommenders of other packages on the same orders, in an environment of their own, and ours in one of its own.

    python -m venv peers && peers/bin/pip install rectools==0.19.0 implicit==0.7.3
    python benchmarks/recommending_peers.py ORDERS --days 2011-02-01 … --python peers/bin/python

Each model is learnt and asked in a process of its own, with linear algebra on one thread; its seconds, those of all
cores together, and its peak of memory are told; reading the orders is not in the seconds. The settings of each are
those that its documentation proposes, in some sizes; the best of them by the NDCG of these days stands in the table,
which favours the peers.
"""

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from measuring import report
from shopping import LONGEST, SHOWN, TOP, number, orders_of

from foresale.recommending.split import Split
from foresale.recommending.visits import Visits

MODELS = {
    "RecTools, popular in 28 days": ("popular", {}),
    "RecTools, EASE": ("ease", {"regularization": [100.0, 500.0]}),
    "RecTools, PureSVD": ("svd", {"factors": [32, 128]}),
    "RecTools with implicit, item-kNN TF-IDF": ("tfidf", {"K": [50, 200]}),
    "RecTools with implicit, item-kNN cosine": ("cosine", {"K": [50, 200]}),
    "RecTools with implicit, ALS": ("als", {"factors": [64, 128]}),
    "RecTools with implicit, BPR": ("bpr", {"factors": [64]}),
}
CHILD = """
import json, sys, time
import numpy as np, pandas as pd
from datetime import timedelta
from rectools import Columns
from rectools.dataset import Dataset
from rectools import models as m
kind, value, source, target, shown = json.loads(sys.argv[1])
data = np.load(source)
frame = pd.DataFrame({Columns.User: data["customer"], Columns.Item: data["item"], Columns.Weight: data["times"],
                      Columns.Datetime: pd.to_datetime(data["day"], unit="D")})
begin, busy = time.perf_counter(), time.process_time()
dataset = Dataset.construct(frame)
if kind == "popular":
    model = m.PopularModel(period=timedelta(days=28))
elif kind == "ease":
    model = m.EASEModel(regularization=value, num_threads=1)
elif kind == "svd":
    model = m.PureSVDModel(factors=value)
elif kind in ("tfidf", "cosine"):
    from implicit.nearest_neighbours import CosineRecommender, TFIDFRecommender
    maker = TFIDFRecommender if kind == "tfidf" else CosineRecommender
    model = m.ImplicitItemKNNWrapperModel(maker(K=value, num_threads=1))
elif kind == "als":
    from implicit.als import AlternatingLeastSquares
    model = m.ImplicitALSWrapperModel(
        AlternatingLeastSquares(factors=value, random_state=0, num_threads=1, use_gpu=False))
else:
    from implicit.bpr import BayesianPersonalizedRanking
    model = m.ImplicitBPRWrapperModel(
        BayesianPersonalizedRanking(factors=value, random_state=0, num_threads=1, use_gpu=False))
model.fit(dataset)
lists = {}
for new in (False, True):
    found = model.recommend(data["who"], dataset=dataset, k=shown, filter_viewed=new)
    rows = np.searchsorted(data["who"], found[Columns.User].to_numpy())
    table = np.full((len(data["who"]), shown), -1)
    table[rows, found[Columns.Rank].to_numpy() - 1] = found[Columns.Item].to_numpy()
    lists["new" if new else "all"] = table
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps({"seconds": time.perf_counter() - begin, "busy": time.process_time() - busy,
                  "gigabytes": peak * 1024 / 1e9}))
np.savez(target, **lists)
"""
OWN = """
import json, sys, time
import numpy as np
sys.path.append(sys.argv[2])
from shopping import LONGEST, orders_of
from foresale.recommending.evaluation import lists_of
from foresale.recommending.recommender import Recommender
from foresale.recommending.split import Split
from foresale.workflows.outlook import ForecastOutlooks
orders, day, target, shown = json.loads(sys.argv[1])
split = Split(orders_of(orders), day, LONGEST)
past, who = split.past, split.who
begin, busy = time.perf_counter(), time.process_time()
found = Recommender.fit(past, day=day, outlooks=ForecastOutlooks())
lists = {name: lists_of(found, split, new=name == "new", width=shown) for name in ("all", "new")}
peak = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps({"seconds": time.perf_counter() - begin, "busy": time.process_time() - busy,
                  "gigabytes": peak * 1024 / 1e9}))
np.savez(target, **lists)
"""
ONE_CORE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("orders")
    parser.add_argument("--days", nargs="+", type=dt.date.fromisoformat, required=True)
    parser.add_argument("--python", required=True, help="of the environment of the peers")
    parser.add_argument("--name", default="recommending_peers")
    options = parser.parse_args()
    orders = orders_of(options.orders)
    rows: dict[tuple[str, object], list[dict[str, float]]] = {}
    for day in options.days:
        split = Split(orders, number(day), LONGEST)
        with tempfile.TemporaryDirectory() as folder:
            source = written(split, Path(folder) / "orders.npz")
            for name, (kind, settings) in MODELS.items():
                for value in next(iter(settings.values()), [None]):
                    found = asked(split, options.python, CHILD, [kind, value, str(source)], Path(folder))
                    rows.setdefault((name, value), []).append(found)
                    print(day, name, value, found, flush=True)
            found = asked(split, sys.executable, OWN, [options.orders, split.day], Path(folder))
            rows.setdefault(("foresale", None), []).append(found)
            print(day, "foresale", found, flush=True)
    report(
        options.name,
        title="Recommenders of other packages: NDCG of the first ten, and what it takes",
        data=f"{options.orders.rpartition('/')[2]}, {', '.join(map(str, options.days))}",
        columns=("what", "setting", *KINDS, "seconds of cores", "seconds", "GB"),
        rows=best_of(rows),
    )


KINDS = ("all, 7 days", "all, 28 days", "new, 7 days", "new, 28 days")


def written(split: Split, path: Path) -> Path:
    """A row for each customer, item and day before the split."""
    visits = Visits.of(split.past)
    np.savez(
        path,
        customer=visits.customer,
        item=visits.item,
        day=visits.day,
        times=np.ones(len(visits)),
        who=split.who,
    )
    return path


def asked(split: Split, python: str, code: str, arguments: list[object], folder: Path) -> dict[str, float]:
    """Measures of the lists of a model that is learnt and asked in a process of its own."""
    target = folder / "lists.npz"
    command = [python, "-W", "ignore", "-c", code, json.dumps([*arguments, str(target), SHOWN])]
    command.append(str(Path(__file__).parent))
    run = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, **ONE_CORE})
    found = json.loads(run.stdout.strip().splitlines()[-1])
    lists = np.load(target)
    for kind in KINDS:
        which, days = kind.split(", ")
        table = lists[which][:, :TOP]
        found[kind] = float(split.judged(table, int(days.split()[0]), new=which == "new", top=TOP).ndcg.mean())
    return found


def best_of(rows: dict[tuple[str, object], list[dict[str, float]]]) -> list[tuple]:
    """A row for each model, with the setting that does best in the mean of all four."""
    table = {}
    for (name, value), found in rows.items():
        means = {key: float(np.mean([each[key] for each in found])) for key in found[0]}
        whole = np.mean([means[kind] for kind in KINDS])
        if name not in table or whole > table[name][0]:
            table[name] = (whole, value, means)
    return [
        (
            name,
            "" if value is None else value,
            *(f"{means[kind]:.3f}" for kind in KINDS),
            f"{means['busy']:.1f}",
            f"{means['seconds']:.1f}",
            f"{means['gigabytes']:.2f}",
        )
        for name, (_, value, means) in table.items()
    ]


if __name__ == "__main__":
    main()
