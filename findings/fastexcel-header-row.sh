#!/usr/bin/env bash
# fastexcel 0.21.0 (under polars 2.1.0): `header_row` counts from two origins.
#
# A sheet has two empty rows, a row of names, and rows of sales. header_row=0 gives the names: 0 is the first row
# with a cell in it. header_row=2 gives the names, too: from 1 on it counts from the top of the sheet. header_row=1,
# the row between, is an empty one, and names nothing. So two numbers mean the same row, and the numbers that a search
# for the names finds in rows read without names (which begin at the first row with a cell, too) are off by the empty
# rows above, unless there are none or the answer is 0.
# Why it matters: exports of shops and of people begin with titles and empty rows. Who reads such a sheet without names
# first, to see in which row the names stand, and passes on what was found, names the columns by the cells of another
# row, a title or a sale, without an error.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -qq --disable-pip-version-check polars==2.1.0 fastexcel==0.21.0 xlsxwriter==3.3.1
"$work/venv/bin/python" - "$work/sales.xlsx" <<'PY' || { echo "CHANGED: no longer as stated."; exit 1; }
import sys

import polars as pl
import xlsxwriter

path = sys.argv[1]
ABOVE = 2
with xlsxwriter.Workbook(path) as book:
    sheet = book.add_worksheet("sales")
    for row, cells in enumerate([["sku", "day", "units"], ["tea", "2024-03-01", 5], ["pot", "2024-03-02", 7]]):
        sheet.write_row(ABOVE + row, 0, cells)


def names(row: int) -> list[str]:
    return pl.read_excel(path, sheet_name="sales", read_options={"header_row": row}).columns


bare = pl.read_excel(path, sheet_name="sales", has_header=False, drop_empty_rows=False)
found = bare.get_column(bare.columns[0]).to_list().index("sku")
seen = {row: names(row) for row in range(4)}
for row, told in seen.items():
    print(f"header_row={row}: {told}")
print(f"read without names, these stand in row {found}; in the sheet in row {ABOVE}")
same = seen[0] == seen[ABOVE] == ["sku", "day", "units"]
sys.exit(not (same and seen[1] != seen[0] and found == 0 and seen[3][0] == "tea"))
PY
echo "As stated: header_row 0 and 2 are the same row of fastexcel 0.21.0, and 1 is another."
