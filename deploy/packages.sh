#!/bin/sh
# packages.sh FOLDER REQUIREMENT: everything that forecasts, in a folder of packages, without what is never read there.
# It runs with Python 3.11, as the image that the packages are for.
set -eu
folder=$1
requirement=$2
python3 -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "python3 is not 3.11" >&2; exit 1; }

python3 -m pip install --quiet --no-cache-dir --no-compile --target "$folder" "$requirement"
find "$folder" -type d -name tests -prune -exec rm -rf {} +
find "$folder" -type f \( -name '*.pyi' -o -name '*.pxd' -o -name '*.h' -o -name '*.a' \) -delete
rm -rf "$folder/bin"
# Symbols of the library of tables are 40 MB. Those of NumPy and SciPy have to stay: their OpenBLAS has been patched in
# its wheel, and cannot be loaded once it was stripped.
strip --strip-unneeded "$folder"/_polars_runtime_32/*.so

# One forecast compiles the modules that a forecast needs; compiling all of them would take five times the room.
work=$(mktemp -d)
cd "$work"
export PYTHONPATH="$folder"
unset PYTHONDONTWRITEBYTECODE || true
python3 -c 'from foresale import shop; shop(items=2, periods=120).to_frame().write_csv("sales.csv")'
python3 -m foresale forecast sales.csv --horizon 7 --model pretrained --quiet --output forecast.csv
cd /
rm -rf "$work"
