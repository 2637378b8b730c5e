#!/usr/bin/env bash
# torch 2.13.0, scipy 1.17.1: the negative binomial's log probability breaks down where it nears the Poisson.
#
# Both compute lgamma(r + k) - lgamma(r). For total_count r = 1e6 in float32 each term is about 1.3e7, where
# float32 steps by 1: log probabilities are off by more than a nat. From about 1e7 on some are positive, the
# "probabilities" of 0 to 20 sum to 67, and nothing is raised. In float64 scipy.stats.nbinom.logpmf does the
# same from about r = 1e14, while nbinom.pmf of the same numbers stays right: logpmf is no log of pmf.
# Why it matters: a large r is no exotic corner but demand as steady as Poisson. A count network whose
# dispersion goes to 0 and the moment estimate mean^2 / (variance - mean) both walk into it. The likelihood
# rewards the step, early stopping keeps a validation loss that cannot be, models are ranked by noise. A cap
# on r (about 1e4 in float32) or the Poisson limit is needed; float64 only moves the edge.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -qq --disable-pip-version-check torch==2.13.0 numpy==2.4.6 scipy==1.17.1
"$work/venv/bin/python" - <<'PY' || { echo "CHANGED: no longer as stated."; exit 1; }
import sys

import numpy as np
import torch
from scipy import stats
from torch.distributions import NegativeBinomial

counts = np.arange(21)
poisson = stats.poisson.logpmf(counts, 5.0)  # within 1e-4 of the truth for the r below


def network(r):
    """Log probabilities of 0 to 20 at a mean of 5 in float32, as a count network's loss takes them."""
    total, mean = torch.tensor(r), torch.tensor(5.0)
    return NegativeBinomial(total, logits=torch.log(mean / total)).log_prob(torch.arange(21.0)).numpy()


off = {}
for r in (1e4, 1e6, 1e7, 1e8):
    logs = network(r)
    off[r], total = np.abs(logs - poisson).max(), np.exp(logs.astype(float)).sum()
    print(f"torch float32, r = {r:.0e}: off by up to {off[r]:6.3f} nats, probabilities of 0 to 20 sum to {total:.3g}")
for r in (1e9, 1e15):
    p = r / (r + 5.0)
    log, plain = stats.nbinom.logpmf(counts, r, p), np.log(stats.nbinom.pmf(counts, r, p))
    off["log", r], off["pmf", r] = np.abs(log - poisson).max(), np.abs(plain - poisson).max()
    print(f"scipy float64, r = {r:.0e}: logpmf off by {off['log', r]:.3g}, log of pmf by {off['pmf', r]:.3g}")
holds = [off[1e4] < 0.05, off[1e6] > 0.3, off[1e8] > 3]
holds += [off["log", 1e9] < 1e-3, off["log", 1e15] > 1, off["pmf", 1e15] < 0.1]
sys.exit(not all(holds))
PY
echo "As stated: near the Poisson, log probabilities of the negative binomial are noise."
