#!/usr/bin/env bash
# torch 2.13.0: on x86-64 without AVX-512, an LSTM under CPU autocast raises where everything else works.
#
# torch.autocast("cpu", dtype=torch.bfloat16) is the default CPU autocast. Without AVX-512, linear layers,
# convolutions and a GRU run under it, and an LSTM whose weights are bfloat16 runs outside it. Only an LSTM
# under autocast stops: "could not create a primitive descriptor for the LSTM forward propagation primitive".
# Autocast hands its cast tensors to oneDNN's LSTM without the check of the processor that the other path
# makes. ONEDNN_MAX_CPU_ISA=AVX2 shows it on any x86-64; without it, it depends on the processor.
# Why it matters: LSTMs are the usual forecasting network (DeepAR), and a precision chosen on a server with
# AVX-512 fails on a desktop, after the data are prepared. Asking torch.amp.is_autocast_available("cpu")
# before does not help; under torch.backends.mkldnn.flags(enabled=False) the LSTM runs.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -qq --disable-pip-version-check torch==2.13.0 numpy==2.4.6
ONEDNN_MAX_CPU_ISA=AVX2 "$work/venv/bin/python" -W ignore - <<'PY' || { echo "CHANGED: no longer as stated."; exit 1; }
import sys

import torch

sales = torch.randn(2, 5, 4)


def outcome(module, *, autocast=True, onednn=True):
    """The result's dtype, or the first words of the error."""
    rows = sales if autocast else sales.bfloat16()
    try:
        with torch.autocast("cpu", enabled=autocast), torch.backends.mkldnn.flags(enabled=onednn):
            result = module(rows)
    except RuntimeError as error:
        return " ".join(str(error).split()[:5])
    return str((result[0] if isinstance(result, tuple) else result).dtype)


found = {
    "Linear under autocast": outcome(torch.nn.Linear(4, 3)),
    "GRU under autocast": outcome(torch.nn.GRU(4, 3)),
    "LSTM in bfloat16, no autocast": outcome(torch.nn.LSTM(4, 3).bfloat16(), autocast=False),
    "LSTM under autocast": outcome(torch.nn.LSTM(4, 3)),
    "LSTM under autocast, no oneDNN": outcome(torch.nn.LSTM(4, 3), onednn=False),
}
print("autocast available on the CPU:", torch.amp.is_autocast_available("cpu"))
for what, result in found.items():
    print(f"{what:31} {result}")
failed = [what for what, result in found.items() if not result.startswith("torch.")]
sys.exit(failed != ["LSTM under autocast"] or found["LSTM under autocast"] != "could not create a primitive")
PY
echo "As stated: torch 2.13.0 cannot run an LSTM under CPU autocast without AVX-512."
