#!/usr/bin/env bash
# scipy 1.17.1 with numpy 2.4.6: `import scipy.special` loads numpy's Fortran wrapper generator and its test tools.
#
# numpy keeps f2py, testing, ctypeslib and others out of its own import and loads them when they are asked for. Their
# names stand in numpy.__all__, though, and the layer of array APIs in scipy._lib takes "from numpy import *". So one
# ufunc of scipy.special, and with it scipy.stats, brings numpy.f2py with its parser of Fortran, numpy.testing and with
# it unittest, and charset_normalizer where that is installed, which the parser asks for. Here 60 modules of numpy that
# `import numpy` leaves alone come in, a third and more of the time that scipy.special takes; nobody calls any of them.
# Why it matters: a forecast of one item from a cold start, in a function or a container, is mostly imports. A
# log-gamma for one rare case cost it more than the forecast itself; it is now loaded where that case is met.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -qq --disable-pip-version-check numpy==2.4.6 scipy==1.17.1 charset-normalizer==3.4.4
"$work/venv/bin/python" - <<'PY' || { echo "CHANGED: no longer as stated."; exit 1; }
import sys

import numpy

WANTED = ("numpy.f2py", "numpy.f2py.crackfortran", "numpy.testing", "unittest", "numpy.ctypeslib", "charset_normalizer")


def numpys():
    return {name for name in sys.modules if name.startswith("numpy.")}


before = numpys()
early = [name for name in WANTED if name in sys.modules]
from scipy.special import gammaln

late = [name for name in WANTED if name in sys.modules]
more = len(numpys() - before)
print(f"after import numpy: {early or 'none'}")
print(f"after one function of scipy.special, gammaln(5) = {gammaln(5):.4f}: {late}, and {more} modules of numpy more")
assert "f2py" in numpy.__all__
assert not early, early
assert late == list(WANTED), late
assert more >= 20, more
PY
